"""What a host sends down a pipe: lines, and bytes between them, some of which may be waiting while something else is
done."""

from __future__ import annotations

import os
import select

CHUNK_BYTES = 1 << 16


class Incoming:
    """Reads from a descriptor, and can tell without waiting which lines have come."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._content = bytearray()
        self._has_ended = False

    def line(self) -> bytes:
        """The next line with its end; what is left, or nothing, where the input ends before."""
        while b"\n" not in self._content and self._receive():
            pass
        return self._take(self._content.find(b"\n") + 1 or len(self._content))

    def read(self, count: int) -> bytes:
        """So many bytes; fewer where the input ends before."""
        while len(self._content) < count and self._receive():
            pass
        return self._take(min(count, len(self._content)))

    def waiting_lines(self) -> list[bytes]:
        """The whole lines that have come. Does not wait."""
        while not self._has_ended and select.select([self._descriptor], [], [], 0)[0]:
            self._receive()
        lines = []
        while b"\n" in self._content:
            lines.append(self.line())
        return lines

    def _receive(self) -> bool:
        received = b"" if self._has_ended else os.read(self._descriptor, CHUNK_BYTES)
        self._has_ended = not received
        self._content += received
        return bool(received)

    def _take(self, count: int) -> bytes:
        taken = bytes(self._content[:count])
        del self._content[:count]
        return taken
