"""Bits as H.264 writes them (ITU-T H.264, 7.2, 7.4.1 and 9.1): Exp-Golomb numbers, and bytes that look like no start
code."""

from __future__ import annotations

import re

_START_CODE = re.compile(rb"\x00\x00\x01")
_LOOKS_LIKE_A_START_CODE = re.compile(rb"\x00\x00(?=[\x00-\x03])")


class BitReader:
    """Reads numbers from bytes that are not escaped any more."""

    def __init__(self, content: bytes) -> None:
        self._bits = "".join(f"{byte:08b}" for byte in content)
        self.position = 0

    def number(self, width: int) -> int:
        """An unsigned number of so many bits: u(n)."""
        start, self.position = self.position, self.position + width
        return int(self._bits[start : self.position], 2)

    def flag(self) -> bool:
        return self.number(1) == 1

    def unsigned(self) -> int:
        """An Exp-Golomb number: ue(v)."""
        zeros = self._bits.index("1", self.position) - self.position
        self.position += zeros
        return self.number(zeros + 1) - 1

    def signed(self) -> int:
        """The same with a sign: se(v)."""
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)


def unsigned(number: int) -> str:
    """The bits of an Exp-Golomb number: ue(v)."""
    digits = f"{number + 1:b}"
    return "0" * (len(digits) - 1) + digits


def signed(number: int) -> str:
    """The same with a sign: se(v)."""
    return unsigned(2 * number - 1 if number > 0 else -2 * number)


def to_bytes(bits: str) -> bytes:
    """Bits whose number is a multiple of eight."""
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def escape(content: bytes) -> bytes:
    """Puts a 3 wherever what follows would look like a start code."""
    return _LOOKS_LIKE_A_START_CODE.sub(b"\0\0\3", content)


def unescape(content: bytes) -> bytes:
    return content.replace(b"\0\0\3", b"\0\0")


def units_of(stream: bytes) -> list[bytes]:
    """The NAL units of a stream with start codes (annex B), still escaped."""
    return [unit.rstrip(b"\0") for unit in _START_CODE.split(stream)[1:]]
