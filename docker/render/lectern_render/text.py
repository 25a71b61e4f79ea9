"""Text for the screen: words, mathematics, and lines that mix them, set by baseline and fitted to a width.

Sizes are those of words; mathematics beside them is set at 1.42 times as much, so that capitals match.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from manim import LEFT, ORIGIN, RIGHT, Mobject, VGroup

from .glyphs import Maths, Words, keep_baseline
from .theme import (
    CAPITAL_PER_SIZE, CODE_FONT, MATHS_PER_TEXT, PITCH_IN_CAPITALS, SIZE, TEXT_FONT, palette,
)  # fmt: skip
from .wrapping import FORMULAS, Box, Measure, Piece, balanced, box_width, boxes_of, broken, joined_pieces, split_wide

_SPACE_PER_SIZE = 0.0042


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


def _set(piece: Piece, size: float, colour: str, weight: str) -> Words | Maths:
    if piece.kind == "display":
        return maths(piece.text, size, colour)
    if piece.kind == "maths":
        return maths(r"\textstyle " + piece.text, size, colour)
    if piece.kind == "code":
        return words(piece.text, size * 0.94, colour, CODE_FONT)
    return words(piece.text, size, colour, weight="SEMIBOLD" if piece.kind == "strong" else weight)


@lru_cache(maxsize=8192)
def _extent(piece: Piece, weight: str) -> tuple[float, float]:
    """How far a piece advances at body size, and how high it is. Letters of a line advance further than their ink goes."""
    if piece.kind in FORMULAS:
        formula = _set(piece, SIZE.body, "#FFFFFF", weight)
        return float(formula.width), float(formula.height)
    between = _set(Piece(piece.kind, f"H{piece.text}H"), SIZE.body, "#FFFFFF", weight)
    return float(between.width - _bars_width(piece.kind, weight)), float(between.height)


@lru_cache(maxsize=16)
def _bars_width(kind: str, weight: str) -> float:
    return float(_set(Piece(kind, "HH"), SIZE.body, "#FFFFFF", weight).width)


def _scale(piece: Piece, size: float) -> float:
    smallest = SIZE.maths_floor / MATHS_PER_TEXT if piece.kind in FORMULAS else SIZE.floor
    return max(size * (0.94 if piece.kind == "code" else 1.0), smallest) / (SIZE.body * (0.94 if piece.kind == "code" else 1.0))


def _measure(size: float, weight: str) -> Measure:
    return Measure(lambda piece: _extent(piece, weight)[0] * _scale(piece, size), _SPACE_PER_SIZE * size)


def measured(source: str, size: float, width: float = 99.0) -> tuple[float, float]:
    """Width and height that rich text would have at that size, wrapped to a width, without setting it."""
    measure = _measure(size, "NORMAL")
    rows = [row for row in broken(boxes_of(source.strip()), width, measure) if row]
    if not rows:
        return 0.0, capital(size)
    pieces = [piece for row in rows for box in row for piece in box.pieces]
    tallest = max(_extent(piece, "NORMAL")[1] * _scale(piece, size) for piece in pieces)
    return max(sum(box_width(box, measure) for box in row) for row in rows), (len(rows) - 1) * pitch(size) + tallest


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


def _row(line: list[Box], size: float, colour: str, weight: str) -> VGroup:
    row, x = VGroup(), 0.0
    for piece, spaces in joined_pieces(line):
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
    boxes = boxes_of(source.strip())
    at, least = size, min(size, max(floor, SIZE.floor))
    while True:
        measure = _measure(at, weight)
        fits = len(broken(boxes, width, measure)) <= lines and all(box_width(box, measure) <= width for box in boxes)
        if fits or at <= least:
            break
        at = max(least, at - 1)
    if not fits:
        boxes = split_wide(boxes, width, measure)
    rows = [_row(line, at, colour or palette().text, weight) for line in balanced(boxes, width, measure) if line]
    edge = 1.0 if align is RIGHT else 0.5 if align is ORIGIN else 0.0
    low = 0.0
    for index, row in enumerate(rows):
        row.shift([-edge * row.width, 0, 0])
        if index:
            low = min(low - pitch(at), rows[index - 1].get_bottom()[1] - 0.1 - (row.get_top()[1] - baseline(row)))
            set_baseline(row, low)
    return RichText(rows, at, fits)


def one_line(
    source: str, size: float, width: float, colour: str | None = None, weight: str = "NORMAL", align: np.ndarray = LEFT
) -> RichText:
    """Rich text in one line, shrunk to fit; what is too long even at the smallest size loses its last words."""
    made = rich(source, size, width, lines=1, colour=colour, weight=weight, align=align)
    shown = source
    while not made.fits and " " in shown.strip():
        shown = shown.rsplit(" ", 1)[0]
        made = rich(shown + " …", SIZE.floor, width, lines=1, colour=colour, weight=weight, align=align)
    return made
