"""Definitions and theorems: a term, a few words, a formula, on a panel."""

from __future__ import annotations

import numpy as np
from manim import DOWN, Mobject, Rectangle, Scene, VGroup

from ..glyphs import Maths
from ..slots import Rect
from ..text import maths, rich
from ..theme import GAP_INSIDE, MATHS_PER_TEXT, SIZE, palette
from .base import Block, appear
from .panels import panel

_TERM_SIZE = 36
_FORMULA_SIZE = 65 / MATHS_PER_TEXT
_STATEMENT_SIZE = 28


class Card(Block):
    """A panel with a coloured bar at its left."""

    def __init__(self, scene: Scene, role: str, slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.colour = palette().blue if role == "definition" else palette().violet
        self.content: list[Mobject] = []

    def compose(self, term: str, statement: str, formula: str) -> None:
        """Sets the content and draws the panel around it."""
        width = min(self.slot.width, 7.6)
        inner = width - 0.08 - 2.4 * GAP_INSIDE
        self.content = [rich(term, _TERM_SIZE, inner, lines=2, colour=self.colour, weight="MEDIUM")]
        if formula:
            self.content.append(_fitted_formula(formula, inner, self.scene))
        if statement:
            self.content.append(rich(statement, _STATEMENT_SIZE, inner, lines=4))
        stack = VGroup(*self.content).arrange(DOWN, buff=0.5)
        height = min(self.slot.height - 0.3, max(3.0, stack.height + 4.4 * GAP_INSIDE))
        if stack.height > height - 2 * GAP_INSIDE:
            stack.scale((height - 2 * GAP_INSIDE) / stack.height)
        frame = Rect(self.slot.x, self.slot.y, width, height)
        stack.move_to(frame.centre + np.array([0.04, 0, 0]))
        for part in self.content:
            if not isinstance(part, Maths):
                part.shift([frame.left + 0.08 + 1.2 * GAP_INSIDE - part.get_left()[0], 0, 0])
        bar = Rectangle(width=0.08, height=height, stroke_width=0, fill_opacity=1, fill_color=self.colour)
        self.ground = VGroup(panel(frame), bar.move_to([frame.left + 0.04, frame.y, 0]))

    def emphasis_parts(self) -> list[Mobject]:
        parts: list[Mobject] = []
        for part in self.content:
            parts += part.terms() if isinstance(part, Maths) else [part]
        return parts


def _fitted_formula(tex: str, width: float, scene: Scene) -> Maths:
    made = maths(tex, _FORMULA_SIZE).colour_symbols(getattr(scene, "symbol_colours", {}))
    factor = min(1.0, width / made.width, 1.9 / made.height)
    if made.font_size * factor < SIZE.maths_floor:
        factor = min(SIZE.maths_floor / made.font_size, (width + GAP_INSIDE) / made.width)
    return made.scale(factor)


def _card(scene: Scene, role: str, slot: str | Rect, content: tuple[str, str, str]) -> Card:
    block = Card(scene, role, slot)
    block.compose(*content)
    block.enter([block.ground, *block.content], appear(VGroup(block.ground, *block.content)))
    return block


def definition(scene: Scene, term: str, statement: str = "", formula: str = "", slot: str | Rect = "stage") -> Card:
    """What a word means: the term, a few words of rich text, a formula, on a panel."""
    return _card(scene, "definition", slot, (term, statement, formula))


def theorem(scene: Scene, term: str, statement: str = "", formula: str = "", slot: str | Rect = "stage") -> Card:
    """What is true: its name, a few words of rich text, a formula, on a panel."""
    return _card(scene, "theorem", slot, (term, statement, formula))
