#!/usr/bin/python3 -IS
"""What modal-sandbox-fs-tools does inside a real sandbox, as a program inside the emulated one.

One operation in JSON as the only argument, such as ``{"ReadFile": {"path": "/job/job.json"}}``. Contents go
by stdin and stdout; an error is JSON on stderr with exit code 1. It runs where the sandbox's other processes
run, so that no path and no link leads anywhere that they could not go.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import sys
from typing import Any

KINDS = {
    errno.ENOENT: "NotFound",
    errno.EISDIR: "IsDirectory",
    errno.ENOTDIR: "NotDirectory",
    errno.EACCES: "PermissionDenied",
    errno.EPERM: "PermissionDenied",
    errno.EROFS: "PermissionDenied",
    errno.EEXIST: "PathAlreadyExists",
    errno.ENOTEMPTY: "DirectoryNotEmpty",
}
CHUNK_BYTES = 1 << 20


def entry(path: str) -> dict[str, Any]:
    """One file as the SDK wants to hear of it."""
    found = os.lstat(path)
    kinds = {stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink"}
    is_link = stat.S_ISLNK(found.st_mode)
    return {
        "name": os.path.basename(path),
        "path": path,
        "type": kinds.get(stat.S_IFMT(found.st_mode), "file"),
        "size": found.st_size,
        "mode": stat.S_IMODE(found.st_mode),
        "permissions": stat.filemode(found.st_mode),
        "owner": str(found.st_uid),
        "group": str(found.st_gid),
        "modified_time": found.st_mtime,
        "symlink_target": os.readlink(path) if is_link else None,
    }


def read_file(path: str) -> None:
    """Sends the file to stdout."""
    with open(path, "rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer, CHUNK_BYTES)


def write_file(path: str) -> None:
    """Writes what comes on stdin."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file, CHUNK_BYTES)


def list_files(path: str) -> None:
    """Tells of all files of a folder."""
    print(json.dumps([entry(os.path.join(path, name)) for name in sorted(os.listdir(path))]))


def make_directory(path: str, parents: bool) -> None:
    """Makes a folder."""
    if parents:
        os.makedirs(path, exist_ok=True)
    else:
        os.mkdir(path)


def remove(path: str, recursive: bool) -> None:
    """Removes a file, an empty folder, or a whole one."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path) if recursive else os.rmdir(path)
    else:
        os.unlink(path)


def main() -> int:
    """Does the one operation."""
    [(operation, wanted)] = json.loads(sys.argv[1]).items()
    path = wanted["path"]
    operations = {
        "ReadFile": lambda: read_file(path),
        "WriteFile": lambda: write_file(path),
        "ListFiles": lambda: list_files(path),
        "Stat": lambda: print(json.dumps(entry(path))),
        "MakeDirectory": lambda: make_directory(path, wanted.get("parents", False)),
        "Remove": lambda: remove(path, wanted.get("recursive", False)),
    }
    try:
        operations[operation]()
    except OSError as error:
        kind = KINDS.get(error.errno or 0, "Other")
        print(json.dumps({"error_kind": kind, "message": str(error.strerror), "detail": ""}), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
