#!/usr/bin/env bash
# Tells what Lectern finds on this machine, what is missing, and how to get it. Changes nothing and needs nothing to be
# installed. Exit codes: 0 everything needed is there; 4 something needed is missing.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
SPOKEN_ON=1
# shellcheck source=scripts/lib/say.sh
source scripts/lib/say.sh
# shellcheck source=scripts/lib/machine.sh
source scripts/lib/machine.sh
# shellcheck source=scripts/lib/examine.sh
source scripts/lib/examine.sh

PATH="$PWD/node_modules/.bin:$PATH"
NEEDED=0 ADVISED=0

heading() { printf '\n%s%s%s\n' "$BOLD" "$1" "$PLAIN"; }

# line MARK COLOUR NAME DETAIL: details that are too long for 80 columns go on below their beginning.
line() {
  local mark="$1" colour="$2" name="$3" detail="$4" first=yes part
  while IFS= read -r part; do
    if [ $first = yes ]; then
      printf '  %s%s%s %-18s %s\n' "$colour" "$mark" "$PLAIN" "$name" "$part"
    else
      printf '  %21s%s\n' '' "$part"
    fi
    first=no
  done < <(fold -s -w 57 <<<"$detail")
}

present() { line '✓' "$GREEN" "$1" "$2"; }
missing() { line '✗' "$RED" "$1" "$2"; remedy "$3"; NEEDED=$((NEEDED + 1)); }
advised() { line '!' "$YELLOW" "$1" "$2"; remedy "$3"; ADVISED=$((ADVISED + 1)); }
# A remedy is never folded: it is there to be copied.
remedy() { [ -z "$1" ] || printf '  %21s%s→ %s%s\n' '' "$DIM" "$1" "$PLAIN"; }

if is_debian; then SETUP_LINE='npm run setup'; else SETUP_LINE='README.md, Other systems'; fi
PYTHON="$(recorded_python)"

printf '%sLectern doctor%s  %s\n' "$BOLD" "$PLAIN" "$(system_name)"

heading 'Machine'
examine_cores
examine_memory
examine_disk
heading 'Programs'
examine_node
examine_python
examine_manim
examine_ffmpeg
examine_libyuv
heading 'Formulas'
examine_formula
heading 'Fonts'
examine_font 'Inter' 'Inter' fonts-inter
examine_font 'Hack' 'Hack' fonts-hack
examine_font 'Chinese, Japanese' 'Noto Sans CJK SC' fonts-noto-cjk
examine_font 'other scripts' 'Noto Sans' fonts-noto-core
heading 'Sandbox'
examine_architecture
examine_sandbox
heading 'Set-up'
examine_record

printf '\n'
if [ "$NEEDED" -gt 0 ]; then
  printf '%s%d missing.%s On Debian and Ubuntu %snpm run setup%s installs all of it.\n' "$RED" "$NEEDED" "$PLAIN" "$BOLD" "$PLAIN"
  exit "$EXIT_NOT_SET_UP"
fi
printf '%sEverything that is needed is here.%s' "$GREEN" "$PLAIN"
[ "$ADVISED" = 0 ] || printf ' Please look at the lines marked with !.'
printf '\n'
