"""Memory that there is, as Linux tells it."""

from __future__ import annotations

import ctypes
import os

_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1
_LARGEST_KEPT_BYTES = 32 << 20
_KEPT_BYTES = 128 << 20


def keep_what_is_freed() -> None:
    """Has pictures use the same memory again and again (mallopt(3)). Else each is given back to the system, which clears
    every page of the next one: 60 pages a 1080p frame, a thirtieth of its time."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        # Not the GNU library.
        return
    mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT_BYTES)
    mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)


def available_bytes() -> int | None:
    """Memory that this machine can still give; None where it does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) << 10
    except OSError:
        return None
    return None


def resident_bytes() -> int:
    """Memory of this process."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def is_short(limit_bytes: int | None, children: int, child_bytes: int) -> bool:
    """Whether there is no room for one more child beside this process and `children` of them: within the limit, where
    there is one, and on the machine."""
    if limit_bytes is not None and limit_bytes - resident_bytes() - children * child_bytes < child_bytes:
        return True
    available = available_bytes()
    return available is not None and available < child_bytes
