#!/usr/bin/env bash
# Makes a folder the root of this mount namespace and runs a command in it with nothing but the environment given.
# A plain chroot will not do: the kernel refuses user namespaces to whoever was chrooted, and the sandbox needs them.
#
#   bash enter.sh ROOT [NAME=value ...] command [argument ...]
set -euo pipefail
ROOT="$1"
shift

mount --bind "$ROOT" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
mount --rbind /sys "$ROOT/sys"
mkdir -p "$ROOT/.old"
cd "$ROOT"
pivot_root . .old
umount --lazy /.old
rmdir /.old
cd /root
exec env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb "$@"
