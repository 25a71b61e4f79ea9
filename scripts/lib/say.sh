# shellcheck shell=bash
# Speaking to the person in front of the terminal, shared by setup.sh and doctor.sh.
# shellcheck disable=SC2034

# The doctor reports on standard output; the set-up must leave that to the command that it prepares.
if [ -t "${SPOKEN_ON:-2}" ] && [ -z "${NO_COLOR:-}" ]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' GREEN=$'\e[32m' YELLOW=$'\e[33m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
  BOLD='' DIM='' GREEN='' YELLOW='' RED='' PLAIN=''
fi

say() { printf '%s\n' "$*" >&2; }

# Prints what went wrong, then what to do, each argument after the first on a line of its own.
complain() {
  say "${RED}$1${PLAIN}"
  shift
  local line
  for line in "$@"; do say "  $line"; done
}

# Reads percentages (0 to 100, one a line) and shows every fifth part of the way, once.
show_percentages() {
  local label="$1" percentage next=20
  while read -r percentage; do
    while [ "$percentage" -ge "$next" ] && [ "$next" -le 100 ]; do
      say "  ${DIM}${label}: ${next} %${PLAIN}"
      next=$((next + 20))
    done
  done
}
