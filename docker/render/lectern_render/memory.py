"""Memory that there is, as Linux tells it."""

from __future__ import annotations

import os


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
