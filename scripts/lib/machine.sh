# shellcheck shell=bash
# What Lectern needs from the machine, and how to find out whether it is there. Nothing in here installs anything.
# The variables are read by setup.sh and doctor.sh.
# shellcheck disable=SC2034

# The code that the command line also ends with when the machine is not set up.
EXIT_NOT_SET_UP=4

# pycairo and manimpango come as source only: compiler, pkg-config and the two sets of headers are for them.
# texlive-latex-extra brings standalone.cls and preview.sty, in which Manim sets each formula.
SYSTEM_PACKAGES=(
  ffmpeg libyuv0 bubblewrap util-linux
  gcc pkg-config libcairo2-dev libpango1.0-dev
  texlive-latex-base texlive-latex-recommended texlive-latex-extra texlive-fonts-recommended dvisvgm
  fontconfig fonts-inter fonts-hack fonts-noto-core fonts-noto-cjk
)

# What tests need besides, of a size that nobody should have to wait for who wants a film: a browser that plays what grows.
# The set-up installs it where CI=true.
TEST_PACKAGES=(chromium)

BREW_LINE='brew install node@24 python@3.11 ffmpeg cairo pango pkg-config && brew install --cask mactex-no-gui font-inter font-hack font-noto-sans-cjk'

is_debian() { [ -r /var/lib/dpkg/status ] && command -v apt-get >/dev/null; }
is_macos() { [ "$(uname -s)" = Darwin ]; }
is_root() { [ "$(id -u)" = 0 ]; }

# True when every user may pass through each folder above the path.
path_is_public() {
  local folder mode
  folder="$(dirname "$1")"
  while [ "$folder" != / ]; do
    mode="$(stat -c %a "$folder")" || return 1
    case "$mode" in *[1357]) ;; *) return 1 ;; esac
    folder="$(dirname "$folder")"
  done
}

python_is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# Prints an interpreter of version 3.11 or later. The sandbox runs as an unprivileged user when root starts it, so
# root may not use an interpreter that lives in a private folder: the system's own is asked first.
find_python() {
  local name path
  for name in /usr/bin/python3 /usr/bin/python3.1[1-9] python3 python3.1{4,3,2,1}; do
    path="$(command -v "$name")" || continue
    python_is_recent "$path" || continue
    path="$("$path" -c 'import os, sys; print(os.path.realpath(sys.executable))')" || continue
    if is_root && ! is_macos && ! path_is_public "$path"; then continue; fi
    printf '%s\n' "$path"
    return 0
  done
  return 1
}

# Debian splits its interpreter: headers and ensurepip are packages of their own. Others bring both along.
python_packages() {
  local python="$1"
  case "$python" in
    '') printf '%s\n' python3 python3-venv python3-dev ;;
    /usr/bin/*)
      if [ "$(readlink -f /usr/bin/python3)" = "$python" ]; then
        printf '%s\n' python3-venv python3-dev
      else
        printf '%s\n' "${python##*/}-venv" "${python##*/}-dev"
      fi ;;
  esac
}

# Prints those of the named Debian packages that are not installed whole.
missing_debian_packages() {
  local wanted
  for wanted in "$@"; do printf '%s\n' "$wanted"; done | grep -vxF -f <(
    dpkg-query --show --showformat='${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii  *//p'
  )
}

# Prints the commands that are not there, for machines whose packages have other names than Debian's.
missing_commands() {
  local wanted
  for wanted in "$@"; do command -v "$wanted" >/dev/null || printf '%s\n' "$wanted"; done
}

# Where environments and data are kept so that an unprivileged user can read them.
shared_folder() { if is_root; then echo /opt/lectern; else echo "${XDG_DATA_HOME:-$HOME/.local/share}/lectern"; fi; }
data_folder() { if is_root; then echo /var/lib/lectern; else echo "${XDG_DATA_HOME:-$HOME/.local/share}/lectern/data"; fi; }

# The name of the environment that this lock file and this interpreter make.
environment_name() {
  local python="$1" lock="$2"
  { "$python" -c 'import platform, sys; print(sys.executable, *sys.version_info[:2], platform.machine())' && cat "$lock"; } |
    checksum | cut -c 1-16
}

checksum() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }
