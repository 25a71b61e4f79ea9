"""Display mathematics."""

from __future__ import annotations

from manim import Mobject, Scene, Write

from ..glyphs import Maths
from ..highlight import Spotlight
from ..latex_breaks import break_points
from ..slots import Rect
from ..text import maths
from ..theme import MATHS_PER_TEXT, MOTION, SIZE
from .base import Block

_LINE_GAP = 0.4
_WHOLE_STAGE = 9.0
"""A slot that is wider holds the formula alone."""


class Formula(Block):
    """A formula, in several lines where it is wider than its slot. `highlight` lights up a piece of it."""

    def __init__(self, scene: Scene, tex: str, slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.rows = fitted(tex, self.slot)
        colours = getattr(scene, "symbol_colours", {})
        for row in self.rows:
            row.colour_symbols(colours)
        self.spotlight = Spotlight()

    def highlight(self, tex: str) -> None:
        """Lights up every place where that LaTeX stands in the formula (`a` also finds `a^2`) and puts out the others."""
        found = [group for row in self.rows for group in row.find(tex)]
        changes = self.spotlight.switch(found)
        if len(self.spotlight.markers):
            self.add(self.spotlight.markers)
        if changes:
            self.play(*changes)

    def emphasis_parts(self) -> list[Mobject]:
        return [term for row in self.rows for term in row.terms()]


def fitted(tex: str, slot: Rect) -> list[Maths]:
    """The formula at 57 (80 on the whole stage), smaller where it is wide but not below 34, then broken before its
    relations and signs."""
    largest_size = SIZE.maths_alone if slot.width > _WHOLE_STAGE else SIZE.maths_display
    whole = maths(tex, largest_size / MATHS_PER_TEXT)
    largest = whole.font_size
    factor = min(1.0, slot.width / whole.width, 0.8 * slot.height / whole.height)
    if largest * factor >= SIZE.maths_floor:
        return [whole.scale(factor).move_to(slot.centre)]
    rows = _broken(tex, slot.width, SIZE.maths_step / MATHS_PER_TEXT)
    if any(row.width > slot.width for row in rows) or _height(rows) > slot.height:
        rows = _broken(tex, slot.width, SIZE.maths_floor / MATHS_PER_TEXT)
    _stack(rows, slot)
    return rows


def _broken(tex: str, width: float, size: float) -> list[Maths]:
    rows: list[str] = []
    for piece in break_points(tex):
        if rows and maths(rows[-1] + piece, size).width <= width:
            rows[-1] += piece
        else:
            rows.append(piece)
    return [maths(row if index == 0 else "{}" + row, size) for index, row in enumerate(rows)]


def _height(rows: list[Maths]) -> float:
    return sum(row.height for row in rows) + _LINE_GAP * (len(rows) - 1)


def _stack(rows: list[Maths], slot: Rect) -> None:
    """Rows under each other, those after the first set in a little; what still is too large is scaled."""
    shrink = min(1.0, slot.height / _height(rows), *[slot.width / row.width for row in rows])
    for row in rows:
        row.scale(shrink)
    widest = max(row.width for row in rows)
    top = slot.y + _height(rows) / 2
    for index, row in enumerate(rows):
        left = slot.x - widest / 2 + (min(0.6, widest - row.width) if index else 0)
        row.shift([left - row.get_left()[0], top - row.get_top()[1], 0])
        top -= row.height + _LINE_GAP


def formula(scene: Scene, tex: str, slot: str | Rect = "stage") -> Formula:
    """Display mathematics, as LaTeX without delimiters, written in the middle of the slot.

    Symbols of the lesson's ledger have their colours. `.highlight(tex)` lights up a piece.
    """
    block = Formula(scene, tex, slot)
    for row in block.rows:
        block.enter(row, Write(row, run_time=MOTION.write(len(row.submobjects))))
    return block
