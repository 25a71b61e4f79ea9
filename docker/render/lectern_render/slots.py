"""Where on the stage a figure may stand: named rectangles that never meet the corner label, the key phrase or the captions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import Mobject

STAGE_CENTRE_Y = 0.5
STAGE_HEIGHT = 4.7
"""From -1.85 to 2.85: the line of a key phrase stands beneath, the corner label above."""


@dataclass(frozen=True)
class Rect:
    """A rectangle of the frame, in units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y + self.height / 2

    @property
    def bottom(self) -> float:
        return self.y - self.height / 2

    @property
    def centre(self) -> np.ndarray:
        return np.array([self.x, self.y, 0.0])

    def inset(self, by: float) -> Rect:
        """The same rectangle with so much less on every side."""
        return Rect(self.x, self.y, self.width - 2 * by, self.height - 2 * by)


SLOTS = {
    "stage": Rect(0, STAGE_CENTRE_Y, 12.8, STAGE_HEIGHT),
    "left": Rect(-3.4, STAGE_CENTRE_Y, 6.0, STAGE_HEIGHT),
    "right": Rect(3.4, STAGE_CENTRE_Y, 6.0, STAGE_HEIGHT),
    "wide": Rect(-2.35, STAGE_CENTRE_Y, 8.1, STAGE_HEIGHT),
    "side": Rect(4.9, STAGE_CENTRE_Y, 3.0, STAGE_HEIGHT),
}


def slot_rect(slot: str | Rect) -> Rect:
    """The rectangle of a slot (`stage`, `left`, `right`, `wide`, `side`); a rectangle of one's own is taken as it is."""
    if isinstance(slot, Rect):
        return slot
    if slot not in SLOTS:
        raise ValueError(f"no slot is called {slot!r}: there are {', '.join(SLOTS)}")
    return SLOTS[slot]


def fit(mobject: Mobject, rect: Rect) -> Mobject:
    """Shrinks what is larger than the rectangle (never enlarges it) and puts it into the middle. Not for text: it has a floor."""
    factor = min(1.0, rect.width / max(mobject.width, 1e-6), rect.height / max(mobject.height, 1e-6))
    return mobject.scale(factor).move_to(rect.centre)
