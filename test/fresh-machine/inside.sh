#!/usr/bin/env bash
# Runs inside the fresh machine: the two commands, and what they must leave behind.
set -euo pipefail
cd /root/lectern

say() { printf '== %s\n' "$*" >&2; }
expect() { if "${@:2}"; then say "ok: $1"; else say "FAILED: $1"; exit 1; fi; }
absent() { ! command -v "$1" >/dev/null; }

for name in ffmpeg latex bwrap gcc git; do expect "no $name at the start" absent "$name"; done
expect 'no node_modules at the start' test ! -e node_modules
expect 'no environment at the start' test ! -e /opt/lectern

# The set-up is killed where it hurts: while dpkg unpacks, while npm writes, while pip builds.
kill_when() {
  setsid bash scripts/setup.sh >/root/killed.log 2>&1 &
  local victim=$!
  until eval "$1"; do
    kill -0 "$victim" 2>/dev/null || { cat /root/killed.log; say 'The set-up ended before it could be killed.'; exit 1; }
    sleep 0.2
  done
  kill -KILL -- "-$victim"
  wait "$victim" 2>/dev/null || true
  say "Killed the set-up: $1"
}

if [ "$ROUGH" = yes ]; then
  kill_when 'grep -q "installing: 60 %" /root/killed.log'
  kill_when 'test -d node_modules/typescript'
  kill_when 'compgen -G "/opt/lectern/*/lib/python*/site-packages/pip" >/dev/null'
  bash scripts/setup.sh &
  first=$!
  bash scripts/setup.sh
  wait "$first"
  say 'Two set-ups ran at once.'
fi

if [ $# -gt 0 ]; then exec "$@"; fi

SECONDS=0
npm run lesson -- examples/pythagoras.md --quality preview
say "The first command took $SECONDS s."
film="$(find films -name '*.mp4' | head -n 1)"
expect 'there is a film' test -s "$film"
streams="$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$film" | tr '\n' ' ')"
for codec in h264 aac mov_text; do expect "it has a $codec stream" grep -qw "$codec" <<<"$streams"; done

SECONDS=0
npm test
say "The second command took $SECONDS s."

started="$(date +%s%N)"
bash scripts/setup.sh --quiet
say "The set-up costs $((($(date +%s%N) - started) / 1000000)) ms when nothing is missing."
