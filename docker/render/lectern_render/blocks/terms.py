"""The column beside a plot: terms or facts one under the other, the newest in full colour."""

from __future__ import annotations

import numpy as np
from manim import Animation

from lectern_render.blocks.figure import Figure
from lectern_render.highlight import Recolour
from lectern_render.text import RichText, capital
from lectern_render.theme import GAP_INSIDE, MOTION, SIZE, palette

_MOST_LINES = 5


class TermColumn:
    """Lines in the free room right of a figure; where there is none, they stand inside it where nothing else does."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.lines: list[RichText] = []

    def newest(self) -> list[RichText]:
        return self.lines[-1:]

    def add_line(self, text: str, colour: str | None) -> None:
        """The line comes in under the others, which turn to context; a sixth sends the first away."""
        figure = self.figure
        figure.flush()
        line = figure.write(text, palette().colour(colour) if colour else None, SIZE.body, self._width())
        leaving: list[Animation] = []
        if len(self.lines) == _MOST_LINES:
            first = self.lines.pop(0)
            rise = self._pitch(first, self.lines[0])
            leaving = [*figure.fade_out(first), *[other.animate(run_time=MOTION.label_in).shift([0, rise, 0]) for other in self.lines]]
            figure.act(*leaving)
        self._place(line)
        figure.room.take_box(line)
        figure.add(line)
        past = [Recolour(other, palette().muted) for other in self.lines[-1:]]
        self.lines.append(line)
        figure.bring(figure.fade_in(line), *past)

    def _width(self) -> float:
        figure = self.figure
        return max(1.6, figure.slot.right - figure.frame.rect.right - GAP_INSIDE)

    @staticmethod
    def _pitch(upper: RichText, lower: RichText) -> float:
        return float(upper.get_center()[1] - lower.get_center()[1])

    def _place(self, line: RichText) -> None:
        figure = self.figure
        rect = figure.frame.rect
        free = figure.slot.right - rect.right
        if free < line.width + 0.1:
            spots = [np.array([x, y]) for y in np.linspace(rect.top - 0.3, rect.bottom + 0.3, 7) for x in np.linspace(rect.right - 1, rect.left + 1, 7)]
            figure.room.settle(line, spots)
            return
        top = self.lines[-1].get_bottom()[1] - 0.3 if self.lines else rect.top - 0.1
        left = max(rect.right + GAP_INSIDE + 0.3, figure.slot.right - 3.0) if free > 3.2 else figure.slot.right - free + 0.2
        line.move_to([left + line.width / 2, top - max(line.height, capital(SIZE.body)) / 2, 0])
