#!/usr/bin/env bash
# Shows that two commands are enough on a fresh machine: in a Debian of its own, with Node, npm and Python and nothing
# else, it clones this repository and runs them. Nothing of this machine's node_modules, environment, ffmpeg or LaTeX is
# in there; only how the package managers reach their registries is taken over, at run time.
#
#   bash test/fresh-machine/run.sh [--keep] [--rough] [command ...]
#
#   --keep    leave the machine's files in place, and say where
#   --rough   kill the set-up in the middle, then run two at once, before the commands
#   command   run this instead of the two commands
#
# Needs root, debootstrap, and user namespaces. Two minutes of set-up, then the film and the tests; the base is kept in /var/tmp for the next time.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
REPOSITORY="$(cd "$HERE/../.." && pwd)"
CACHE=/var/tmp/lectern-fresh-machine
# shellcheck source=test/fresh-machine/carry-over.sh
source "$HERE/carry-over.sh"

KEEP=no ROUGH=no
while [ $# -gt 0 ]; do
  case "$1" in
    --keep) KEEP=yes ;;
    --rough) ROUGH=yes ;;
    *) break ;;
  esac
  shift
done

say() { printf '== %s\n' "$*" >&2; }

[ "$(id -u)" = 0 ] || { say 'This test builds a machine and needs root.'; exit 4; }
command -v debootstrap >/dev/null || { say 'Please install debootstrap first: apt-get install debootstrap'; exit 4; }

# shellcheck source=/dev/null
SUITE="$(source /etc/os-release && echo "$VERSION_CODENAME")"
BASE="$CACHE/$SUITE.tar"
ROOT=''

clean_up() {
  [ -n "$ROOT" ] || return 0
  if [ "$KEEP" = yes ]; then say "The machine is in $ROOT."; else rm -rf --one-file-system "$ROOT"; fi
}
trap clean_up EXIT

build_base() {
  local building
  mkdir -p "$CACHE"
  building="$(mktemp -d "$CACHE/building.XXXXXX")"
  say "Building the base of $SUITE (once)"
  debian_mirror_environment debootstrap --variant=minbase --include=ca-certificates,python3 "$SUITE" "$building" \
    "$(debian_mirror)" >"$CACHE/debootstrap.log" 2>&1 || { tail -n 20 "$CACHE/debootstrap.log" >&2; exit 1; }
  rm -rf "$building"/var/cache/apt/archives/*.deb
  tar --create --file "$BASE.part" --directory "$building" .
  rm -rf --one-file-system "$building"
  mv "$BASE.part" "$BASE"
}

# The Node that this machine came with, not the one that npm has put into node_modules.
copy_node() {
  local node npm
  node="$(PATH="$(tr ':' '\n' <<<"$PATH" | grep -v node_modules | paste -sd:)" command -v node)"
  npm="$(dirname "$(readlink -f "$node")")/../lib/node_modules/npm"
  install -D "$(readlink -f "$node")" "$ROOT/usr/local/bin/node"
  mkdir -p "$ROOT/usr/local/lib/node_modules"
  cp -r "$npm" "$ROOT/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$ROOT/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$ROOT/usr/local/bin/npx"
}

[ -f "$BASE" ] || build_base
ROOT="$(mktemp -d "$CACHE/machine.XXXXXX")"
tar --extract --file "$BASE" --directory "$ROOT"
# The base was built in a private folder; the root of a machine is open to all.
chmod 755 "$ROOT"
copy_node
carry_over "$ROOT"
git clone --quiet "$REPOSITORY" "$ROOT/root/lectern"
cp "$HERE/inside.sh" "$ROOT/root/inside.sh"
say "A fresh $SUITE with Node $("$ROOT/usr/local/bin/node" --version), commit $(git -C "$ROOT/root/lectern" rev-parse --short HEAD)"

mapfile -t ENVIRONMENT < <(carried_environment)
unshare --mount --pid --fork --ipc --uts --propagation private --kill-child \
  bash "$HERE/enter.sh" "$ROOT" "${ENVIRONMENT[@]}" ROUGH="$ROUGH" bash /root/inside.sh "$@"
