"""Terms or facts that belong to a plot, the newest in full colour: a column beside it, or, in a narrow slot, two beneath."""

from __future__ import annotations

import numpy as np
from manim import Animation

from lectern_render.blocks.figure import Figure
from lectern_render.blocks.labels import box
from lectern_render.highlight import Recolour
from lectern_render.text import RichText, capital
from lectern_render.theme import GAP_INSIDE, MOTION, SIZE, palette

WIDE = 10.0
"""A slot that is wider has room for a column beside the plot."""
LINE_ROOM = 1.2
"""Room beneath a plot in a narrower slot, for the newest two terms side by side."""
_MOST_LINES, _MOST_BENEATH = 5, 2


class TermColumn:
    """Lines in the free room right of a figure, or beneath it; where there is none, inside it where nothing else stands."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.lines: list[RichText] = []

    @property
    def _beneath(self) -> bool:
        return self.figure.frame.rect.bottom - self.figure.slot.bottom > LINE_ROOM

    @property
    def _room_left(self) -> float:
        return self.figure.slot.right - self.figure.frame.rect.right

    def newest(self) -> list[RichText]:
        return self.lines[-1:]

    def add_line(self, text: str, colour: str | None) -> None:
        """The line comes in under the others, which turn to context; the first leaves where there are too many."""
        figure = self.figure
        figure.flush()
        line = figure.write(text, palette().colour(colour) if colour else None, SIZE.body, self._width())
        leaving: list[Animation] = []
        if len(self.lines) == (_MOST_BENEATH if self._beneath else _MOST_LINES):
            first = self.lines.pop(0)
            figure.room.forget_box(box(first))
            way = first.get_center() - self.lines[0].get_center() if self._beneath else np.array([0, self._pitch(first, self.lines[0]), 0])
            leaving = [*figure.fade_out(first), *[other.animate(run_time=MOTION.label_in).shift(way) for other in self.lines]]
            figure.act(*leaving)
        self._place(line)
        figure.room.take_box(line)
        figure.add(line)
        past = [Recolour(other, palette().muted) for other in self.lines[-1:]]
        self.lines.append(line)
        figure.bring(figure.fade_in(line), *past)

    def _width(self) -> float:
        figure = self.figure
        return figure.slot.width / 2 - GAP_INSIDE if self._beneath else max(1.6, self._room_left - GAP_INSIDE)

    @staticmethod
    def _pitch(upper: RichText, lower: RichText) -> float:
        return float(upper.get_center()[1] - lower.get_center()[1])

    def _place(self, line: RichText) -> None:
        figure = self.figure
        rect = figure.frame.rect
        free = self._room_left
        if self._beneath:
            line.move_to([figure.slot.x + figure.slot.width * (0.25 if self.lines else -0.25), figure.slot.bottom + LINE_ROOM * 0.42, 0])
            return
        if free < line.width + 0.1:
            spots = [np.array([x, y]) for y in np.linspace(rect.top - 0.3, rect.bottom + 0.3, 7) for x in np.linspace(rect.right - 1, rect.left + 1, 7)]
            figure.room.settle(line, spots)
            return
        top = self.lines[-1].get_bottom()[1] - 0.3 if self.lines else rect.top - 0.1
        left = max(rect.right + GAP_INSIDE + 0.3, figure.slot.right - 3.0) if free > 3.2 else figure.slot.right - free + 0.2
        line.move_to([left + line.width / 2, top - max(line.height, capital(SIZE.body)) / 2, 0])
