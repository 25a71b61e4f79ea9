"""Going near one thing of a figure with the camera, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import ORIGIN, Animation, Mobject, Scene, VMobject, smooth

from lectern_render.slots import STAGE_CENTRE_Y
from lectern_render.theme import CAPTION_TOP, FRAME_HEIGHT, FRAME_WIDTH, MOTION

DEFAULT_SCALE = 0.56


def _view(place: np.ndarray | None, scale: float | None) -> tuple[float, np.ndarray]:
    """How wide the picture is then, as a part of the whole, and its middle: the place stands amid the stage."""
    part = 1.0 if place is None else (scale or DEFAULT_SCALE)
    return part, ORIGIN if place is None else place - np.array([0, STAGE_CENTRE_Y * part, 0])


def zoom_animation(scene: Scene, place: np.ndarray | None, scale: float | None) -> Animation | None:
    """The camera goes near a place, or back (None). None without a camera that moves."""
    frame: Any = getattr(scene.camera, "frame", None)
    if frame is None:
        return None
    part, centre = _view(place, scale)
    return frame.animate(run_time=MOTION.camera, rate_func=smooth).set(width=FRAME_WIDTH * part).move_to(centre).build()


def cut_labels(labels: list[Mobject], place: np.ndarray | None, scale: float | None) -> list[Mobject]:
    """The labels that the edge of the picture, or the captions, would cut through."""
    part, centre = _view(place, scale)
    left, right = centre[0] - FRAME_WIDTH * part / 2, centre[0] + FRAME_WIDTH * part / 2
    top, bottom = centre[1] + FRAME_HEIGHT * part / 2, centre[1] + (CAPTION_TOP + 0.1) * part
    cut = []
    for label in labels:
        low, high = label.get_corner([-1, -1, 0]), label.get_corner([1, 1, 0])
        within = low[0] >= left and high[0] <= right and low[1] >= bottom and high[1] <= top
        if not within:
            cut.append(label)
    return cut


class ZoomedLabels:
    """Hides what a zoom would cut through, and brings it back when the picture is whole again."""

    def __init__(self) -> None:
        self._hidden: list[tuple[Mobject, list[tuple[VMobject, np.ndarray, np.ndarray]]]] = []

    def changes(self, labels: list[Mobject], place: np.ndarray | None, scale: float | None) -> list[Animation]:
        """Animations that go with the zoom."""
        cut = cut_labels(labels, place, scale) if place is not None else []
        back = [entry for entry in self._hidden if entry[0] not in cut]
        known = [label for label, _ in self._hidden]
        fresh = [label for label in cut if label not in known]
        self._hidden = [entry for entry in self._hidden if entry[0] in cut]
        for label in fresh:
            glyphs = [part for part in label.get_family() if isinstance(part, VMobject) and len(part.points)]
            self._hidden.append((label, [(part, part.fill_rgbas.copy(), part.stroke_rgbas.copy()) for part in glyphs]))
        going = [label.animate(run_time=MOTION.out).set_opacity(0).build() for label in fresh]
        return [*going, *[_Reappear(label, saved) for label, saved in back]]


class _Reappear(Animation):
    def __init__(self, label: Mobject, saved: list[tuple[VMobject, np.ndarray, np.ndarray]]) -> None:
        self._saved = saved
        super().__init__(label, run_time=MOTION.camera)

    def interpolate_mobject(self, alpha: float) -> None:
        for part, fill, stroke in self._saved:
            for own, whole in ((part.fill_rgbas, fill), (part.stroke_rgbas, stroke)):
                if own.shape == whole.shape:
                    own[:, 3] = whole[:, 3] * alpha
