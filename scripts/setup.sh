#!/usr/bin/env bash
# Brings the machine to the point where a lesson can be rendered and the tests can run, and does nothing when it is
# there already. Safe to run twice, side by side, and after it was interrupted.
#
#   bash scripts/setup.sh [--quiet]     --quiet: no word when nothing is missing
#
# Exit codes: 0 set up; 1 an installation failed; 4 something is missing that this user may not install.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib/say.sh
source scripts/lib/say.sh
# shellcheck source=scripts/lib/machine.sh
source scripts/lib/machine.sh

STEPS=4
LOCK_FILE=docker/render/requirements-dev.txt
STAMP=.lectern/setup.stamp
RECORD=.lectern/setup.json
LOG=.lectern/setup.log
INPUTS=(scripts/setup.sh scripts/lib/machine.sh package-lock.json "$LOCK_FILE")

QUIET=no
case "${1:-}" in
  '') ;;
  --quiet) QUIET=yes ;;
  *) complain "setup.sh knows no option \"$1\"." 'Use --quiet, or nothing.'; exit 2 ;;
esac

# Everything that a finished set-up rests on, in one line: the inputs, what npm wrote last, the package database, the
# environment's interpreter, and who asks.
fingerprint() {
  {
    id -u
    echo "${CI:-}"
    cat "${INPUTS[@]}" node_modules/.package-lock.json
    stat -L -c '%n %s %Y' /var/lib/dpkg/status "$1/bin/python" 2>/dev/null || true
    command -v ffmpeg latex dvisvgm bwrap node_modules/.bin/node || true
  } 2>/dev/null | checksum
}

is_set_up() {
  local recorded venv
  [ -f "$STAMP" ] && [ -f "$RECORD" ] || return 1
  { read -r venv && read -r recorded; } <"$STAMP"
  [ -f "$venv/.complete" ] && [ -x "$venv/bin/python" ] && [ "$recorded" = "$(fingerprint "$venv")" ]
}

STEP=0
start_step() {
  STEP=$((STEP + 1))
  STEP_TITLE="$1"
  STEP_STARTED=$SECONDS
  ANNOUNCED=no
  [ "$QUIET" = yes ] || announce
}
# Called by a step that finds something to do.
announce() {
  [ "$ANNOUNCED" = no ] || return 0
  ANNOUNCED=yes
  say "${BOLD}[$STEP of $STEPS]${PLAIN} $STEP_TITLE"
}
end_step() { [ "$ANNOUNCED" = no ] || say "  ${GREEN}done${PLAIN} ${DIM}($((SECONDS - STEP_STARTED)) s)${PLAIN}"; }

# Ends the set-up with the last lines of what the failed command said.
fail() {
  say "${DIM}$(tail -n 15 "$LOG")${PLAIN}"
  complain "$1" "The whole log is in $LOG." 'Nothing is lost: the same command goes on from here.'
  exit 1
}

hold_lock() {
  command -v flock >/dev/null || return 0
  exec {LOCK_DESCRIPTOR}>"$1"
  if ! flock --nonblock "$LOCK_DESCRIPTOR"; then
    say 'Another set-up is running; waiting for it to end.'
    flock "$LOCK_DESCRIPTOR"
  fi
}

# Runs a command as root, or ends with the line that somebody who may should run.
as_root() {
  if is_root; then "$@"; else sudo -n env DEBIAN_FRONTEND=noninteractive "$@"; fi
}

may_become_root() {
  is_root && return 0
  command -v sudo >/dev/null || return 1
  sudo -n true 2>/dev/null && return 0
  # Asks for the password once, and only where somebody can type it.
  [ -t 0 ] && [ -t 2 ] && sudo -v
}

line_for_root() { if command -v sudo >/dev/null; then echo "sudo sh -c '$1'"; else echo "su -c '$1'"; fi; }

demand() {
  complain 'Something is missing that this user may not install. Please run this line, then the same command again:' '' "$1"
  exit "$EXIT_NOT_SET_UP"
}

# An installation that was killed leaves packages unpacked and not configured, and apt refuses to go on until they are.
# The dpkg that a killed apt-get had started may still be at work.
repair_dpkg() {
  local said deadline=$((SECONDS + 900))
  say "  ${DIM}an earlier installation was interrupted; finishing it first${PLAIN}"
  until said="$(as_root dpkg --configure -a 2>&1)"; do
    say "$said" 2>>"$LOG"
    [[ "$said" = *'locked by another process'* && $SECONDS -lt $deadline ]] ||
      fail 'dpkg could not finish an installation that was interrupted.'
    sleep 2
  done
}

install_debian_packages() {
  local missing="$*" apt=(apt-get --yes --quiet -o DPkg::Lock::Timeout=900)
  if ! may_become_root; then
    demand "$(line_for_root "apt-get update && apt-get install --yes --no-install-recommends $missing")"
  fi
  announce
  say "  ${DIM}$(wc -w <<<"$missing") packages and what they need; a slow line takes minutes${PLAIN}"
  export DEBIAN_FRONTEND=noninteractive
  [ -z "$(dpkg --audit 2>/dev/null)" ] || repair_dpkg
  as_root "${apt[@]}" update >>"$LOG" 2>&1 || fail 'apt-get update failed.'
  # shellcheck disable=SC2086,SC2094
  as_root "${apt[@]}" install --no-install-recommends -o APT::Status-Fd=1 $missing 2>>"$LOG" | tee -a "$LOG" |
    sed -un 's/^\(dl\|pm\)status:[^:]*:\([0-9]*\).*/\1 \2/p' |
    awk '{ print int($1 == "dl" ? $2 / 2 : 50 + $2 / 2); fflush() }' | show_percentages 'downloading, then installing' ||
    fail 'apt-get could not install the system packages.'
}

set_up_system() {
  local missing python
  if is_debian; then
    python="$(find_python || true)"
    mapfile -t packages < <(python_packages "$python")
    [ "${CI:-}" != true ] || packages+=("${TEST_PACKAGES[@]}")
    missing="$(missing_debian_packages "${SYSTEM_PACKAGES[@]}" "${packages[@]}" | paste -sd ' ' || true)"
    [ -z "$missing" ] || install_debian_packages "$missing"
  else
    missing="$(missing_commands ffmpeg latex dvisvgm pkg-config | tr '\n' ' ')"
    [ -z "$missing" ] || ! is_macos || demand "$BREW_LINE"
    [ -z "$missing" ] || demand "install with your package manager: $missing(and the headers of cairo and pango)"
  fi
  PYTHON="$(find_python)" || demand 'install Python 3.11 or later where every user can read it, for example in /usr'
}

# npm 10 links node_modules/.bin/node and then removes it, with the Node of the other architecture that it gave up.
link_node() {
  local architecture=x64
  [ "$(uname -m)" != aarch64 ] || architecture=arm64
  [ -e node_modules/.bin/node ] || is_macos || npm rebuild "node-linux-$architecture" >>"$LOG" 2>&1 ||
    fail 'npm could not put Node 24 in place.'
}

# Not `npm ci`: it refuses a lock file that lacks optional packages for other systems, and a registry that has no copy of
# those makes such lock files. Otherwise it is the same: a fresh folder, the versions of the lock file, checked afterwards.
set_up_npm() {
  node scripts/lib/npm-packages.mjs 2>>"$LOG" && return 0
  announce
  rm -rf node_modules
  hash -r
  npm install --no-save --no-audit --no-fund --loglevel=error >>"$LOG" 2>&1 || fail 'npm could not install the packages.'
  link_node
  node scripts/lib/npm-packages.mjs >>"$LOG" 2>&1 || fail 'package.json and package-lock.json do not agree.'
}

# Environments cannot be moved, so one is built where it stays; the mark written last tells a whole one from a rest.
set_up_environment() {
  local name total
  name="$(environment_name "$PYTHON" "$LOCK_FILE")"
  # An unprivileged user takes what root has built, if it is there.
  VENV="/opt/lectern/$name"
  [ ! -f "$VENV/.complete" ] || return 0
  VENV="$(shared_folder)/$name"
  mkdir -p "$(shared_folder)"
  hold_lock "$(shared_folder)/.setup.lock"
  [ ! -f "$VENV/.complete" ] || return 0
  announce
  rm -rf "$VENV"
  (umask 022 && "$PYTHON" -m venv "$VENV") >>"$LOG" 2>&1 || fail 'The Python environment could not be made.'
  total="$(grep -c '^[a-zA-Z0-9]' "$LOCK_FILE")"
  (umask 022 && "$VENV/bin/python" -m pip install --require-hashes --no-input --progress-bar off --requirement "$LOCK_FILE") 2>&1 |
    tee -a "$LOG" |
    awk -v total="$total" '/^Collecting / { printf "%d\n", 80 * ++seen / total; fflush() } /^Successfully/ { print 100 }' |
    show_percentages 'collecting, building, installing' || fail 'The Python packages could not be installed.'
  "$VENV/bin/python" -c 'import manim' >>"$LOG" 2>&1 || fail 'Manim is installed but does not start.'
  touch "$VENV/.complete"
}

# functions/config.ts reads this file.
record() {
  local data
  data="$(data_folder)"
  mkdir -p "$data"
  printf '{\n  "venv": "%s",\n  "python": "%s",\n  "interpreter": "%s",\n  "dataFolder": "%s"\n}\n' \
    "$VENV" "$VENV/bin/python" "$PYTHON" "$data" >"$RECORD.part"
  printf '%s\n%s\n' "$VENV" "$(fingerprint "$VENV")" >"$STAMP.part"
  mv "$RECORD.part" "$RECORD"
  mv "$STAMP.part" "$STAMP"
}

finish() { [ "$QUIET" = yes ] || say "${GREEN}Lectern is set up.${PLAIN} ${DIM}npm run doctor tells more.${PLAIN}"; }

# An image has been set up when it was built.
[ ! -e .lectern/sealed ] || exit 0
if is_set_up; then finish; exit 0; fi
mkdir -p .lectern
hold_lock .lectern/setup.lock
# Whoever held the lock may have done all of it.
if is_set_up; then finish; exit 0; fi
: >"$LOG"
start_step 'System packages: ffmpeg, LaTeX, Cairo, Pango, fonts, sandbox'; set_up_system; end_step
start_step 'npm packages, Node 24 among them'; set_up_npm; end_step
start_step 'Python packages: Manim and what it needs'; set_up_environment; end_step
start_step 'Record of the set-up'; record; end_step
finish
