#!/usr/bin/env bash
# Installs Debian packages into an image, each of which has to be the one that a lock file names by its hash.
#
#   bash install-debian.sh LOCK package ...
#
# LOCK has a line for every package that may be fetched: its SHA-256, two spaces, the name of its file. A package that is
# not in there stops the build before anything of it is unpacked. `npm run test:images -- --write-locks` writes the locks.
#
# Packages come from the archive of the day that LECTERN_DEBIAN_ARCHIVE and LECTERN_DEBIAN_SECURITY name, where they stay
# when Debian has newer ones.
set -euo pipefail

LOCK="$1"
shift
ARCHIVES=/var/cache/apt/archives
APT=(apt-get --yes --quiet --no-install-recommends -o Acquire::Check-Valid-Until=false -o Acquire::Retries=3)
export DEBIAN_FRONTEND=noninteractive

name_sources() {
  rm -f /etc/apt/sources.list.d/debian.sources
  printf '%s\n' \
    "deb $LECTERN_DEBIAN_ARCHIVE bookworm main" \
    "deb $LECTERN_DEBIAN_ARCHIVE bookworm-updates main" \
    "deb $LECTERN_DEBIAN_SECURITY bookworm-security main" >/etc/apt/sources.list
}

# Hashes of what was fetched that no line of the lock has.
find_strangers() {
  local hash file
  find "$ARCHIVES" -name '*.deb' -exec sha256sum {} + | while read -r hash file; do
    grep -q "^$hash  " "$LOCK" || printf '%s  %s\n' "$hash" "${file##*/}"
  done
}

name_sources
# The base image's own rules throw packages away before they can be looked at.
rm -f /etc/apt/apt.conf.d/docker-clean
"${APT[@]}" update
"${APT[@]}" upgrade --download-only
"${APT[@]}" install --download-only "$@"
if [ "${LECTERN_WRITE_LOCK:-no}" = yes ]; then
  # What the base brings may be older in another copy of it, and is then fetched there.
  dpkg-query --show --showformat='${Package}=${Version}\n' | xargs apt-cache show |
    awk '/^Filename: / { n = split($2, part, "/"); file = part[n] } /^SHA256: / { print $2 "  " file }' >>"$LOCK"
  find "$ARCHIVES" -name '*.deb' -exec sha256sum {} + | sed "s|$ARCHIVES/||" >>"$LOCK"
fi
strangers="$(find_strangers)"
if [ -n "$strangers" ]; then
  printf 'These packages are not in %s:\n%s\n' "$LOCK" "$strangers" >&2
  exit 1
fi
"${APT[@]}" upgrade
"${APT[@]}" install "$@"
apt-get clean
rm -rf /var/lib/apt/lists/*
