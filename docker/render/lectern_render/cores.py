"""How many processes may draw at once: one core is a section's own, others are lent by the host and called back."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Protocol

CORES_VARIABLE = "LECTERN_CORES"
MEMORY_VARIABLE = "LECTERN_MEMORY_MIB"


class Cores(Protocol):
    """What a section may use. `memory_bytes` holds for all its processes together; None where nobody says."""

    most: int
    memory_bytes: int | None

    def granted(self) -> int:
        """Cores that may be used now."""

    def want(self, count: int) -> None:
        """Says how many could be put to use."""

    def using(self, count: int) -> None:
        """Says how many are in use; what was called back and is free goes back."""


class FixedCores:
    """A number of cores that does not change."""

    def __init__(self, count: int = 1, memory_bytes: int | None = None) -> None:
        self.most, self.memory_bytes = count, memory_bytes

    def granted(self) -> int:
        return self.most

    def want(self, count: int) -> None:
        """They are all here already."""

    def using(self, count: int) -> None:
        """None is called back."""


class LentCores:
    """Cores of a host that speaks through a pipe: `take_waiting` hands on what it has said since, `send` answers."""

    def __init__(self, take_waiting: Callable[[], list[dict[str, Any]]], send: Callable[[dict[str, Any]], None]) -> None:
        self.most, self.memory_bytes = 1, None
        self._take_waiting, self._send = take_waiting, send
        self._granted = self._held = 1

    def granted(self) -> int:
        for told in self._take_waiting():
            self._hear(told)
        return self._granted

    def _hear(self, told: dict[str, Any]) -> None:
        self.most = told.get("most", self.most)
        if "memoryMiB" in told:
            self.memory_bytes = told["memoryMiB"] << 20
        self._granted = max(1, told["granted"])
        self._held = max(self._held, self._granted)

    def want(self, count: int) -> None:
        if self.most > 1:
            self._send({"type": "cores", "wanted": max(1, min(count, self.most))})

    def using(self, count: int) -> None:
        if max(count, self._granted) < self._held:
            self._held = max(count, self._granted)
            self._send({"type": "cores", "held": self._held})


def of_environment() -> Cores:
    """Cores and memory that whoever starts this process gives by environment; one core where nothing is said."""
    count, memory = os.environ.get(CORES_VARIABLE, "1"), os.environ.get(MEMORY_VARIABLE)
    return FixedCores(max(1, int(count)) if count.isdigit() else 1, None if memory is None else int(memory) << 20)


_lent: Cores | None = None


def use_host(lent: Cores) -> None:
    """From now on cores are the host's to lend."""
    global _lent
    _lent = lent


def available() -> Cores:
    return of_environment() if _lent is None else _lent
