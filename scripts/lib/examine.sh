# shellcheck shell=bash
# One function for each thing that the doctor looks at. Each ends in `present`, `missing` or `advised`, which doctor.sh
# defines, and none of them trusts a version number where the thing itself can be tried.
# shellcheck disable=SC2153

# A probe may fail; what it says then is no news to whoever reads the doctor.
probe() { "$@" 2>/dev/null; }

LEAST_MEMORY_GIB=4
LEAST_DISK_GIB=4

system_name() {
  local name
  # shellcheck source=/dev/null
  name="$([ ! -r /etc/os-release ] || { source /etc/os-release && echo "$PRETTY_NAME"; })"
  printf '%s, %s\n' "${name:-$(uname -sr)}" "$(uname -m)"
}

recorded_python() { [ -r .lectern/setup.json ] && sed -n 's/^ *"python": "\(.*\)",$/\1/p' .lectern/setup.json; }

examine_cores() {
  local cores
  cores="$(getconf _NPROCESSORS_ONLN)"
  if [ "$cores" -ge 2 ]; then present 'cores' "$cores"; else advised 'cores' "$cores: sections are drawn one after the other" ''; fi
}

examine_memory() {
  local gib
  [ -r /proc/meminfo ] || return 0
  gib="$(awk '/^MemAvailable/ { print int($2 / 1048576 + 0.5) }' /proc/meminfo)"
  if [ "$gib" -ge "$LEAST_MEMORY_GIB" ]; then
    present 'memory' "$gib GiB free"
  else
    advised 'memory' "$gib GiB free: long 1080p sections may need $LEAST_MEMORY_GIB GiB" ''
  fi
}

examine_disk() {
  local folder gib
  folder="$(data_folder)"
  while [ ! -d "$folder" ]; do folder="$(dirname "$folder")"; done
  gib=$(($(df -Pk "$folder" | awk 'NR == 2 { print $4 }') / 1048576))
  if [ "$gib" -ge "$LEAST_DISK_GIB" ]; then
    present 'disk' "$gib GiB free under $(data_folder)"
  else
    missing 'disk' "$gib GiB free under $(data_folder); $LEAST_DISK_GIB GiB are needed" 'make room, or set LECTERN_DATA to a folder elsewhere'
  fi
}

examine_node() {
  local version
  version="$(probe node --version)" || { missing 'Node' 'not found' 'install Node 20 or later, with npm'; return; }
  # Without flags, TypeScript runs as it is from these versions on.
  if node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 22 || (major === 22 && minor >= 18) ? 0 : 1)'; then
    present 'Node' "${version#v}"
  else
    missing 'Node' "${version#v}; npm brings 24 along as a package" 'npm run setup'
  fi
  if probe node scripts/lib/npm-packages.mjs; then
    present 'npm packages' 'as package-lock.json asks for'
  else
    missing 'npm packages' "$(node scripts/lib/npm-packages.mjs 2>&1)" 'npm run setup'
  fi
}

examine_python() {
  local path
  if path="$(find_python)"; then
    present 'Python' "$("$path" -c 'import platform; print(platform.python_version())'), $path"
  elif is_root && command -v python3 >/dev/null; then
    missing 'Python' 'found, but too old, or in a folder that only you can read' "$SETUP_LINE"
  else
    missing 'Python' '3.11 or later was not found' "$SETUP_LINE"
  fi
}

examine_manim() {
  local version
  if version="$(probe "$PYTHON" -c 'import manim; print(manim.__version__)')"; then
    present 'Manim' "$(tail -n 1 <<<"$version")"
  else
    missing 'Manim' 'no environment that it starts in' 'npm run setup'
  fi
}

examine_ffmpeg() {
  local encoders
  encoders="$(probe ffmpeg -hide_banner -encoders)" || { missing 'ffmpeg' 'not found' "$SETUP_LINE"; return; }
  if grep -q ' libx264 ' <<<"$encoders" && grep -q ' aac ' <<<"$encoders"; then
    present 'ffmpeg' "$(ffmpeg -version | awk 'NR == 1 { print $3 }'), with libx264 and AAC"
  else
    missing 'ffmpeg' 'found, but without libx264 or AAC' "$SETUP_LINE"
  fi
}

examine_libyuv() {
  if probe python3 -c 'import ctypes, ctypes.util; ctypes.CDLL(ctypes.util.find_library("yuv") or "libyuv.so.0")'; then
    present 'libyuv' 'found'
  else
    advised 'libyuv' 'not found: pictures are converted ten times slower' "$SETUP_LINE"
  fi
}

# Sets one formula as Manim does, from LaTeX to SVG.
examine_formula() {
  local folder fault=''
  folder="$(mktemp -d)"
  printf '%s\n' '\documentclass[preview]{standalone}' '\usepackage[english]{babel}' '\usepackage{amsmath,amssymb,xcolor,mathrsfs}' \
    '\begin{document}' '$\displaystyle\sum_{k=1}^{\infty}\frac{1}{k^2}=\frac{\pi^2}{6}$' '\end{document}' >"$folder/formula.tex"
  command -v latex >/dev/null || fault='latex was not found'
  [ -n "$fault" ] || command -v dvisvgm >/dev/null || fault='dvisvgm was not found'
  [ -n "$fault" ] || (cd "$folder" && latex -interaction=batchmode formula.tex) >/dev/null 2>&1 || fault="$(formula_fault "$folder")"
  [ -n "$fault" ] || (cd "$folder" && dvisvgm --no-fonts --verbosity=0 formula.dvi 2>&1 && grep -q '<path' formula.svg) || fault='dvisvgm drew nothing'
  rm -rf "$folder"
  if [ -z "$fault" ]; then present 'LaTeX' 'set a formula and turned it into SVG'; else missing 'LaTeX' "$fault" "$SETUP_LINE"; fi
}

formula_fault() {
  local said
  said="$(probe sed -n 's/^! *//p' "$1/formula.log" | head -n 1)"
  echo "${said:-latex failed}"
}

# Fonts are asked for where Manim asks for them, in Pango; without Manim, in fontconfig.
examine_font() {
  local name="$1" family="$2" package="$3" found
  found="$(probe "$PYTHON" -c 'import manimpango; print("\n".join(manimpango.list_fonts()))' || probe fc-list : family | tr ',' '\n')"
  if grep -qxF "$family" <<<"$found"; then
    present "$name" "$family"
  elif is_macos; then
    missing "$name" "$family was not found" "$SETUP_LINE"
  else
    missing "$name" "$family was not found (package $package)" "$SETUP_LINE"
  fi
}

examine_architecture() {
  if is_macos; then
    missing 'system' 'macOS has no such sandbox' 'work in a Linux container, or give --unsafe-no-sandbox'
  elif [ "$(uname -m)" = x86_64 ]; then
    present 'system calls' 'filtered (x86_64)'
  else
    missing 'system calls' "the filter is for x86_64, this machine is $(uname -m)" 'give --unsafe-no-sandbox for lessons that you trust'
  fi
}

examine_sandbox() {
  local said unprivileged=()
  ! is_macos || return 0
  command -v bwrap >/dev/null || { missing 'bubblewrap' 'not found' "$SETUP_LINE"; return; }
  ! is_root || unprivileged=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  if said="$(cd / && "${unprivileged[@]}" bwrap --unshare-all --unshare-user --disable-userns --die-with-parent --clearenv \
    --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev --cap-drop ALL /usr/bin/true 2>&1)"; then
    present 'bubblewrap' "$(bwrap --version | cut -d ' ' -f 2), and it can start a sandbox"
  else
    missing 'bubblewrap' "cannot start a sandbox: $said" "$(namespace_remedy)"
  fi
}

namespace_remedy() {
  if [ "$(probe cat /proc/sys/kernel/apparmor_restrict_unprivileged_userns)" = 1 ]; then
    echo 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'
  elif [ "$(probe cat /proc/sys/kernel/unprivileged_userns_clone)" = 0 ]; then
    echo 'sudo sysctl -w kernel.unprivileged_userns_clone=1'
  elif [ "$(probe cat /proc/sys/user/max_user_namespaces)" = 0 ]; then
    echo 'sudo sysctl -w user.max_user_namespaces=10000'
  else
    echo 'allow user namespaces (in a container: --privileged)'
  fi
}

examine_record() {
  if [ -x "$PYTHON" ]; then
    present 'environment' "${PYTHON%/bin/python}"
  else
    missing 'environment' 'this checkout has not been set up' 'npm run setup'
  fi
}
