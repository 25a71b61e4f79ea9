"""H.264 frames that show once more what the frame before them shows, written without an encoder.

Every macroblock of such a frame is skipped: it is copied from the last frame, and nothing is left to say. An encoder
finds that out block by block, which takes some milliseconds of a 1080p frame; the bits are always the same (some forty
bytes). Sections of ITU-T H.264 are named where its syntax is followed.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import bits
from .bits import BitReader

_PLAIN_SLICE, _IDR_SLICE, _SEQUENCE, _PICTURE = 1, 5, 7, 8
_HIGH_PROFILES = (100, 110, 122, 244)
_HEADER = b"\0\0\0\1\x41"
"""Start code, and a slice of a frame that others refer to."""
_HIGHEST_QP = 51
_INIT_TABLE = 2
_FIRST_STATE = 44
"""Of mb_skip_flag with QP 51 and the initial values of table 2 (9.3.1.1): skipping is the likely case already."""
# rangeTabLPS (table 9-44) from that state on; likelier than state 62 nothing gets.
_RANGES = (
    (14, 18, 21, 24), (14, 17, 20, 23), (13, 16, 19, 22), (12, 15, 18, 21), (12, 14, 17, 20), (11, 14, 16, 19),
    (11, 13, 15, 18), (10, 12, 15, 17), (10, 12, 14, 16), (9, 11, 13, 15), (9, 11, 12, 14), (8, 10, 12, 14),
    (8, 9, 11, 13), (7, 9, 11, 12), (7, 9, 10, 12), (7, 8, 10, 11), (6, 8, 9, 11), (6, 7, 9, 10), (6, 7, 8, 9),
)  # fmt: skip


@dataclass(frozen=True)
class StreamHeaders:
    """What frames must know of their stream's parameter sets."""

    frame_number_bits: int
    macroblocks: int
    initial_qp: int
    has_deblocking_control: bool

    @staticmethod
    def of(headers: bytes) -> StreamHeaders:
        """Reads the parameter sets that `encoder.py` asks for. Raises ValueError for others."""
        units = {unit[0] & 31: BitReader(bits.unescape(unit[1:])) for unit in bits.units_of(headers)}
        frame_number_bits, macroblocks = _read_sequence(units[_SEQUENCE])
        initial_qp, has_deblocking_control = _read_picture(units[_PICTURE])
        return StreamHeaders(frame_number_bits, macroblocks, initial_qp, has_deblocking_control)


def _read_sequence(unit: BitReader) -> tuple[int, int]:
    """Section 7.3.2.1.1: bits of a frame's number, macroblocks of a frame."""
    profile = unit.number(8)
    unit.number(16)
    unit.unsigned()
    if profile in _HIGH_PROFILES:
        chroma, luma_depth, chroma_depth = unit.unsigned(), unit.unsigned(), unit.unsigned()
        plain = (chroma, luma_depth, chroma_depth, unit.flag(), unit.flag()) == (1, 0, 0, False, False)
        _require(plain, "4:2:0 with eight bits")
    frame_number_bits = unit.unsigned() + 4
    _require(unit.unsigned() == 2, "frames that are shown in the order in which they are decoded")
    unit.unsigned()
    unit.flag()
    width, height = unit.unsigned() + 1, unit.unsigned() + 1
    _require(unit.flag(), "frames, not fields")
    return frame_number_bits, width * height


def _read_picture(unit: BitReader) -> tuple[int, bool]:
    """Section 7.3.2.2: the quantiser that slices begin with, and whether they speak of deblocking."""
    unit.unsigned()
    unit.unsigned()
    _require(unit.flag(), "CABAC")
    unit.flag()
    _require(unit.unsigned() == 0, "one slice group")
    unit.unsigned()
    unit.unsigned()
    _require(unit.number(3) == 0, "no weighted prediction")
    initial_qp = unit.signed() + 26
    unit.signed()
    unit.signed()
    has_deblocking_control = unit.flag()
    unit.flag()
    _require(not unit.flag(), "no redundant pictures")
    return initial_qp, has_deblocking_control


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"a stream is expected that has {what}")


class SkippedFrames:
    """Writes frames that repeat the one before them, and numbers the encoder's own frames accordingly."""

    def __init__(self, headers: bytes) -> None:
        self._stream = StreamHeaders.of(headers)
        self._blocks = _skipped_blocks(self._stream.macroblocks)

    def write(self, number: int) -> bytes:
        """The frame that is `number`th after its group's first (sections 7.3.3 and 7.3.4)."""
        stream = self._stream
        header = "".join([
            bits.unsigned(0), bits.unsigned(5), bits.unsigned(0), self._frame_number(number),
            # One reference frame, the one before, in no other order; marked as such in the plain way.
            "1", bits.unsigned(0), "0", "0",
            bits.unsigned(_INIT_TABLE), bits.signed(_HIGHEST_QP - stream.initial_qp),
            bits.unsigned(1) if stream.has_deblocking_control else "",
        ])  # fmt: skip
        aligned = header + "1" * (-len(header) % 8)
        return _HEADER + bits.escape(bits.to_bytes(aligned) + self._blocks)

    def renumber(self, packet: bytes, number: int) -> bytes:
        """An encoder's frame as the `number`th of its group: the encoder knows nothing of those written here."""
        units = [self._renumber_unit(unit, number) for unit in bits.units_of(packet)]
        return b"".join(b"\0\0\0\1" + unit for unit in units)

    def _renumber_unit(self, unit: bytes, number: int) -> bytes:
        if unit[0] & 31 != _PLAIN_SLICE:
            return unit
        content = bits.unescape(unit[1:])
        reader = BitReader(content[:16])
        for _ in range(3):
            reader.unsigned()
        start, end = reader.position, reader.position + self._stream.frame_number_bits
        head = "".join(f"{byte:08b}" for byte in content[:16])
        head = head[:start] + self._frame_number(number) + head[end:]
        return unit[:1] + bits.escape(bits.to_bytes(head) + content[16:])

    def _frame_number(self, number: int) -> str:
        width = self._stream.frame_number_bits
        return f"{number % (1 << width):0{width}b}"


def _skipped_blocks(macroblocks: int) -> bytes:
    """So many times "skipped" (mb_skip_flag 1), each followed by "not the last", but for the last (9.3.4)."""
    coder = _ArithmeticCoder()
    state = 0
    for block in range(macroblocks):
        coder.likely(_RANGES[state])
        state = min(state + 1, len(_RANGES) - 1)
        if block < macroblocks - 1:
            coder.not_the_end()
    return coder.end()


class _ArithmeticCoder:
    """CABAC's encoder for likely symbols only (9.3.4.2 to 9.3.4.5)."""

    def __init__(self) -> None:
        self._low, self._range = 0, 510
        self._outstanding, self._is_first = 0, True
        self._bits: list[str] = []

    def likely(self, ranges: tuple[int, int, int, int]) -> None:
        self._range -= ranges[(self._range >> 6) & 3]
        self._renormalise()

    def not_the_end(self) -> None:
        self._range -= 2
        self._renormalise()

    def end(self) -> bytes:
        """The end of the slice, its stop bit included."""
        self._low += self._range - 2
        self._range = 2
        self._renormalise()
        self._put((self._low >> 9) & 1)
        self._bits.append(f"{((self._low >> 7) & 3) | 1:02b}")
        written = "".join(self._bits)
        return bits.to_bytes(written + "0" * (-len(written) % 8))

    def _renormalise(self) -> None:
        while self._range < 256:
            if self._low < 256:
                self._put(0)
            elif self._low >= 512:
                self._low -= 512
                self._put(1)
            else:
                self._low -= 256
                self._outstanding += 1
            self._range <<= 1
            self._low <<= 1

    def _put(self, bit: int) -> None:
        if self._is_first:
            self._is_first = False
        else:
            self._bits.append(str(bit))
        self._bits.append(str(1 - bit) * self._outstanding)
        self._outstanding = 0
