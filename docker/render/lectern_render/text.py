"""Text for the screen: words, mathematics, and lines that mix them, set by baseline and fitted to a width.

Sizes are those of words; mathematics beside them is set at 1.42 times as much, so that capitals match.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from manim import LEFT, ORIGIN, RIGHT, Mobject, VGroup

from .glyphs import Maths, Words, keep_baseline
from .theme import (
    CAPITAL_PER_SIZE, CODE_FONT, MATHS_PER_TEXT, PITCH_IN_CAPITALS, SIZE, TEXT_FONT, palette,
)  # fmt: skip

_SPACE_PER_SIZE = 0.0045
_PIECES = re.compile(r"(?<!\\)\$(?P<maths>.+?)(?<!\\)\$|(?<!\\)\*\*(?P<strong>.+?)(?<!\\)\*\*|(?<!\\)`(?P<code>[^`]+)`", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\$`*])")
_FORMULAS = ("maths", "display")
_NEVER_FIRST = set("。，、；：？！）】》」』”’…,.;:?!)]}%")


def baseline(mobject: Mobject) -> float:
    """The y of the line that words, mathematics or the first line of rich text stand on."""
    fraction = getattr(mobject, "baseline_fraction", None)
    if fraction is None:
        return float(mobject.get_bottom()[1])
    return float(mobject.get_bottom()[1] + fraction * mobject.height)


def set_baseline(mobject: Mobject, y: float) -> Mobject:
    """Moves the mobject up or down until it stands on that line."""
    return mobject.shift([0, y - baseline(mobject), 0])


def place(mobject: Mobject, x: float, y: float, align: np.ndarray = LEFT) -> Mobject:
    """Sets the mobject on the baseline y: its left edge at x, its right with `align=RIGHT`, its middle with `ORIGIN`."""
    mobject.shift([x - float(mobject.get_edge_center(align)[0]), 0, 0])
    return set_baseline(mobject, y)


def capital(size: float) -> float:
    """Height of a capital in units."""
    return CAPITAL_PER_SIZE * size


def pitch(size: float) -> float:
    """Distance of two baselines in units."""
    return PITCH_IN_CAPITALS * capital(size)


def words(
    text: str, size: float = SIZE.body, colour: str | None = None, font: str = TEXT_FONT, weight: str = "NORMAL"
) -> Words:
    """One line of text in the theme's face, never under the smallest size. Set it with `place()` or `set_baseline()`."""
    return Words(text, max(size, SIZE.floor), colour or palette().text, font, weight)


def maths(tex: str, size: float = SIZE.body, colour: str | None = None) -> Maths:
    """A formula as large as words of that size (MathTex at 1.42 times as much, 34 at least)."""
    return Maths(tex, max(size * MATHS_PER_TEXT, SIZE.maths_floor), colour or palette().text)


@dataclass(frozen=True)
class _Piece:
    """A stretch of one kind: `text`, `strong`, `code`, `maths`, or `display` for a formula that stands alone."""

    kind: str
    text: str


@dataclass(frozen=True)
class _Box:
    """What no line break may part, and whether a space stands before it."""

    pieces: tuple[_Piece, ...]
    spaced: bool


def _pieces(source: str) -> list[_Piece]:
    found, at = [], 0
    for match in _PIECES.finditer(source):
        found.append(_Piece("text", source[at : match.start()]))
        kind = match.lastgroup or "text"
        found.append(_Piece(kind, match.group(kind)))
        at = match.end()
    found.append(_Piece("text", source[at:]))
    if len(found) == 3 and found[1].kind == "maths" and not (found[0].text + found[2].text).strip():
        return [_Piece("display", found[1].text)]
    return [p if p.kind == "maths" else _Piece(p.kind, _ESCAPED.sub(r"\1", p.text)) for p in found if p.text]


def _breaks_anywhere(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _boxes(source: str) -> list[_Box]:
    boxes: list[_Box] = []
    open_box, spaced = False, False
    for piece in _pieces(source):
        parts = [piece.text] if piece.kind in _FORMULAS else re.split(r"(\s+)", piece.text)
        for part in filter(None, parts):
            if part.isspace():
                open_box, spaced = False, True
                continue
            for chunk in [part] if piece.kind in _FORMULAS else _chunks(part):
                joins = open_box and (chunk[0] in _NEVER_FIRST or not _breaks_anywhere(chunk[0]))
                if joins:
                    last = boxes.pop()
                    boxes.append(_Box((*last.pieces, _Piece(piece.kind, chunk)), last.spaced))
                else:
                    boxes.append(_Box((_Piece(piece.kind, chunk),), spaced))
                open_box, spaced = piece.kind in _FORMULAS or not _breaks_anywhere(chunk[-1]) or joins, False
    return boxes


def _chunks(word: str) -> list[str]:
    """A word as it is; Chinese and Japanese by character, since they break between any two."""
    chunks: list[str] = []
    for character in word:
        if chunks and not _breaks_anywhere(character) and not _breaks_anywhere(chunks[-1][-1]):
            chunks[-1] += character
        else:
            chunks.append(character)
    return chunks


def _set(piece: _Piece, size: float, colour: str, weight: str) -> Words | Maths:
    if piece.kind == "display":
        return maths(piece.text, size, colour)
    if piece.kind == "maths":
        return maths(r"\textstyle " + piece.text, size, colour)
    if piece.kind == "code":
        return words(piece.text, size * 0.94, colour, CODE_FONT)
    return words(piece.text, size, colour, weight="SEMIBOLD" if piece.kind == "strong" else weight)


@lru_cache(maxsize=4096)
def _width(piece: _Piece, size: float, weight: str) -> float:
    return float(_set(piece, size, "#FFFFFF", weight).width)


def _box_width(box: _Box, size: float, weight: str) -> float:
    inside = sum(_width(piece, size, weight) for piece in box.pieces)
    return inside + _SPACE_PER_SIZE * size * (0.3 * (len(box.pieces) - 1) + box.spaced)


def _break(boxes: list[_Box], size: float, width: float, weight: str) -> list[list[_Box]]:
    lines: list[list[_Box]] = [[]]
    used = 0.0
    for box in boxes:
        wide = _box_width(box, size, weight)
        if lines[-1] and used + wide > width:
            lines.append([])
            used = 0.0
        lines[-1].append(box)
        used += wide
    return lines


def _split_wide(boxes: list[_Box], size: float, width: float, weight: str) -> list[_Box]:
    """Parts words that are wider than a whole line between any two letters."""
    parted: list[_Box] = []
    for box in boxes:
        if _box_width(box, size, weight) <= width or any(piece.kind in _FORMULAS for piece in box.pieces):
            parted.append(box)
            continue
        letters = [_Piece(piece.kind, letter) for piece in box.pieces for letter in piece.text]
        parted += [_Box((letter,), box.spaced and index == 0) for index, letter in enumerate(letters)]
    return parted


def _balanced(boxes: list[_Box], size: float, width: float, weight: str) -> list[list[_Box]]:
    """The same number of lines, as equally long as they go: no last line of one word."""
    lines = _break(boxes, size, width, weight)
    if len(lines) == 1:
        return lines
    narrow, wide = width / 2, width
    for _ in range(7):
        middle = (narrow + wide) / 2
        if len(_break(boxes, size, middle, weight)) == len(lines):
            wide = middle
        else:
            narrow = middle
    return _break(boxes, size, wide, weight)


def _joined(line: list[_Box]) -> list[tuple[_Piece, float]]:
    """The pieces of a line, each run of one kind as one piece, with the spaces before it."""
    joined: list[tuple[_Piece, float]] = []
    for place_in_line, box in enumerate(line):
        for order, piece in enumerate(box.pieces):
            space = 1.0 if order == 0 and box.spaced and place_in_line else 0.3 * (order > 0)
            if joined and piece.kind not in _FORMULAS and joined[-1][0].kind == piece.kind:
                before, gap = joined.pop()
                joined.append((_Piece(piece.kind, before.text + (" " if space == 1.0 else "") + piece.text), gap))
            else:
                joined.append((piece, space))
    return joined


class RichText(VGroup):
    """Lines of words and mathematics. `lines` are its rows, `size` what it was set at, `fits` whether all bounds were kept."""

    def __init__(self, rows: list[VGroup], size: float, fits: bool) -> None:
        super().__init__(*rows)
        self.lines = rows
        self.size = size
        self.fits = fits
        if rows:
            keep_baseline(self, baseline(rows[0]))

    def units(self) -> list[Words | Maths]:
        """Every stretch of words and every formula, in reading order."""
        return [unit for row in self.lines for unit in row]


def _row(line: list[_Box], size: float, colour: str, weight: str) -> VGroup:
    row, x = VGroup(), 0.0
    for piece, spaces in _joined(line):
        unit = _set(piece, size, colour, weight)
        x += spaces * _SPACE_PER_SIZE * size
        place(unit, x, 0)
        x += unit.width
        row.add(unit)
    keep_baseline(row, 0.0)
    return row


def rich(
    source: str, size: float = SIZE.body, width: float = 12.8, lines: int = 99, floor: float = SIZE.floor,
    colour: str | None = None, weight: str = "NORMAL", align: np.ndarray = LEFT,
) -> RichText:  # fmt: skip
    """Text with `$mathematics$`, `**strong**` words and `` `code` `` in it, wrapped to a width.

    Where it takes more than `lines` lines, or a word is too wide, it shrinks down to `floor`; `fits` tells whether
    that was enough. Set it with `place()`: its baseline is that of the first line. `align` is LEFT, RIGHT or ORIGIN.
    """
    boxes = _boxes(source.strip())
    at, least = size, min(size, max(floor, SIZE.floor))
    while True:
        broken = _break(boxes, at, width, weight)
        fits = len(broken) <= lines and all(_box_width(box, at, weight) <= width for box in boxes)
        if fits or at <= least:
            break
        at = max(least, at - 1)
    if not fits:
        boxes = _split_wide(boxes, at, width, weight)
    rows = [_row(line, at, colour or palette().text, weight) for line in _balanced(boxes, at, width, weight) if line]
    edge = 1.0 if align is RIGHT else 0.5 if align is ORIGIN else 0.0
    low = 0.0
    for index, row in enumerate(rows):
        row.shift([-edge * row.width, 0, 0])
        if index:
            low = min(low - pitch(at), rows[index - 1].get_bottom()[1] - 0.1 - (row.get_top()[1] - baseline(row)))
            set_baseline(row, low)
    return RichText(rows, at, fits)
