#!/usr/bin/env bash
# Makes a Debian of its own, as bare as the base image of docker/render/Dockerfile, for the steps of the images to be run in.
#
#   bash root.sh make ROOT   puts one there
#   bash root.sh told        prints how this machine reaches its registries and mirrors, as NAME=value lines
#
# The base is kept in /var/tmp for the next time.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
CACHE=/var/tmp/lectern-images
SUITE=bookworm
BASE="$CACHE/$SUITE.tar"
# shellcheck source=test/fresh-machine/carry-over.sh
source "$HERE/../fresh-machine/carry-over.sh"

build_base() {
  local building
  mkdir -p "$CACHE"
  building="$(mktemp -d "$CACHE/building.XXXXXX")"
  debian_mirror_environment debootstrap --variant=minbase "$SUITE" "$building" "$(debian_mirror)" >"$CACHE/debootstrap.log" 2>&1 ||
    { tail -n 20 "$CACHE/debootstrap.log" >&2; exit 1; }
  rm -rf "$building"/var/cache/apt/archives/*.deb
  tar --create --file "$BASE.part" --directory "$building" .
  rm -rf --one-file-system "$building"
  mv "$BASE.part" "$BASE"
}

make_root() {
  local root="$1"
  [ -f "$BASE" ] || build_base
  tar --extract --file "$BASE" --directory "$root"
  chmod 755 "$root"
  mkdir -p "$root/etc/ssl/certs"
  carry_over "$root"
}

tell() {
  carried_environment
  # shellcheck disable=SC2016
  printf 'LECTERN_DEBIAN_ARCHIVE=%s\n' "$(debian_mirror)"
  # shellcheck disable=SC2016
  printf 'LECTERN_DEBIAN_SECURITY=%s\n' "$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $SUITE-security" | sort -u | head -n 1)"
}

case "$1" in
  make) make_root "$2" ;;
  told) tell ;;
esac
