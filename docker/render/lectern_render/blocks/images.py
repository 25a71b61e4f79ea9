"""Pictures from the lesson's folder, with rings and names for what is in them."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from manim import (
    LEFT, RIGHT, Circle, Create, FadeIn, ImageMobject, Line, Mobject, Scene, VGroup, rate_functions,
)  # fmt: skip

from ..assets import asset
from ..highlight import Recolour
from ..slots import Rect
from ..text import RichText, rich
from ..theme import GAP_INSIDE, MOTION, SIZE, palette
from .base import Block
from .timing import spread

_HEIGHT = 4.6
_RING = 0.34
_LABEL_WIDTH = 3.4
_LABEL_GAP = 0.55


class Callout(TypedDict):
    """A place in the picture, from 0 to 1 across and down, and its name."""

    at: list[float]
    label: str


class Picture(Block):
    """A picture whose callouts stand beside it. `point(n)` lights callout n."""

    def __init__(self, scene: Scene, name: str, callouts: list[Callout], slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.picture = ImageMobject(asset(name))
        self.rings: list[VGroup] = []
        self.labels: list[RichText] = []
        self.callouts = callouts
        self.current: int | None = None
        beside = bool(callouts) and self.slot.width > 5
        # Names take no more of the slot than they need; in a narrow one they stand in several lines.
        most = min(_LABEL_WIDTH, self.slot.width * 0.3)
        needed = max((rich(c["label"], SIZE.label, most, lines=4).width for c in callouts), default=0.0)
        column = needed + 0.05 + _LABEL_GAP if beside else 0.0
        width = self.slot.width - column
        self.picture.scale(min(width / self.picture.width, min(_HEIGHT, self.slot.height) / self.picture.height))
        used = self.picture.width + column
        self.picture.move_to([self.slot.x - used / 2 + self.picture.width / 2, self.slot.y, 0])
        self._label(column)

    def _label(self, column: float) -> None:
        """Sets the names beside the picture, each as near to the height of its place as the others let it."""
        x = self.picture.get_right()[0] + _LABEL_GAP
        width = max(1.5, column - _LABEL_GAP)
        self.labels = [rich(c["label"], SIZE.label, width, lines=4) for c in self.callouts]
        wanted = [self._spot(c)[1] for c in self.callouts]
        order = sorted(range(len(wanted)), key=lambda i: -wanted[i])
        tops: dict[int, float] = {}
        low = self.slot.top
        for index in order:
            tops[index] = min(low, wanted[index] + self.labels[index].height / 2)
            low = tops[index] - self.labels[index].height - GAP_INSIDE
        lift = max(0.0, self.slot.bottom - (low + GAP_INSIDE)) if order else 0.0
        for index in order:
            label = self.labels[index]
            label.shift([x - label.get_left()[0], tops[index] + lift - label.get_top()[1], 0])
        self.rings = [self._ring(i) for i in range(len(self.callouts))]

    def _spot(self, callout: Callout) -> np.ndarray:
        across, down = callout["at"]
        corner = self.picture.get_corner(LEFT + np.array([0, 1, 0]))
        return corner + np.array([across * self.picture.width, -down * self.picture.height, 0])

    def _ring(self, index: int) -> VGroup:
        """A ring with a dark edge under it, so that it is seen on any picture, and a line to the name."""
        centre = self._spot(self.callouts[index])
        end = np.array([self.labels[index].get_left()[0] - 0.12, self.labels[index].lines[0].get_center()[1], 0])
        way = end - centre
        start = centre + way / np.linalg.norm(way) * _RING
        under = [
            Circle(radius=_RING, stroke_color="#0B0E14", stroke_width=7).move_to(centre),
            Line(start, end, stroke_color=palette().ground, stroke_width=6),
        ]  # fmt: skip
        over = [
            Circle(radius=_RING, stroke_color="#FBE97A", stroke_width=4).move_to(centre),
            Line(start, end, stroke_color=palette().now_edge, stroke_width=2.5),
        ]
        return VGroup(*under, *over)

    def start(self, count: int) -> None:
        """Fades the picture in, then brings the first `count` callouts over the beat."""
        self.enter(self.picture, FadeIn(self.picture, run_time=MOTION.words_in))
        for index, pause in zip(range(count), spread(self.scene, count, 1.1), strict=True):
            self.point(index + 1)
            if pause:
                self.scene.wait(pause)

    def point(self, number: int) -> None:
        """Callout `number` (1-based) is spoken of now: its ring and name light up, those of the others fall back."""
        index = max(0, min(number, len(self.callouts)) - 1)
        if not self.callouts:
            return
        colours = palette()
        changes = []
        if self.current is not None and self.current != index:
            ring, label = self.rings[self.current], self.labels[self.current]
            changes += [Recolour(label, colours.muted)]
            changes += [part.animate.set_stroke(opacity=0.55) for part in ring]
        if self.rings[index] in self.submobjects:
            changes += [Recolour(self.labels[index], colours.text)]
            changes += [part.animate.set_stroke(opacity=1) for part in self.rings[index]]
            self.play(*changes)
        else:
            ring, label = self.rings[index], self.labels[index]
            length = float(np.linalg.norm(ring[3].get_end() - ring[3].get_start()))
            drawn = [Create(part, run_time=min(1.0, MOTION.create(length))) for part in ring]
            came = FadeIn(label, shift=0.1 * RIGHT, run_time=MOTION.label_in, rate_func=rate_functions.ease_out_cubic)
            self.enter([ring, label], *drawn, came, *changes)
        self.current = index

    def emphasis_parts(self) -> list[Mobject]:
        if self.current is not None:
            return [VGroup(*self.rings[self.current][2:]), self.labels[self.current]]
        return list(self.labels)


def image(
    scene: Scene, name: str, callouts: list[Callout] | None = None, point: int | None = None, slot: str | Rect = "stage"
) -> Picture:
    """A picture of the lesson's folder, with callouts `{"at": [0.3, 0.6], "label": "stoma"}` (across and down, 0 to 1).

    Callouts come over the beat; with `point=0` none, with `point=1` the first, and `.point(n)` brings or lights one.
    """
    block = Picture(scene, name, callouts or [], slot)
    block.start(len(block.callouts) if point is None else min(point, len(block.callouts)))
    return block
