"""What is wrong with a picture: looked for at each beat's end, on the scene and on its pixels.

The numbers stand in the module of each check: lengths are units of an eighth of the frame's height.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from manim import ManimColor, Scene

from . import crossings, pixels, texts
from .fault import Fault
from .stage import survey

MOST_FAULTS = 60


def check(scene: Scene, drawn: np.ndarray) -> list[Fault]:
    """The faults of a scene as it stands; `drawn` are its RGBA pixels."""
    return list(_check(scene, drawn))


def _check(scene: Scene, drawn: np.ndarray) -> Iterator[Fault]:
    stage = survey(scene)
    yield from texts.without_points(stage)
    if not stage.units and not stage.shapes:
        return
    ground = np.array(ManimColor.parse(scene.camera.background_color).to_rgb())
    yield from texts.overlaps(stage)
    yield from texts.outside_frame(stage)
    yield from texts.under_captions(stage)
    yield from texts.too_small(stage)
    yield from crossings.crossings(stage, ground)
    yield from pixels.faults(stage, pixels.Picture.of(drawn, stage))


class Inspector:
    """Collects the faults of a section, each once, where it is first seen."""

    def __init__(self) -> None:
        self.faults: list[dict[str, Any]] = []
        self._seen: set[tuple[str, str]] = set()

    def look(self, scene: Scene, drawn: np.ndarray, place: tuple[int, int]) -> None:
        """Checks the scene at a beat's end; `place` is the beat and its last frame."""
        for fault in check(scene, drawn):
            if (fault.kind, fault.what) not in self._seen and len(self.faults) < MOST_FAULTS:
                self._seen.add((fault.kind, fault.what))
                self.faults.append(fault.to_json(*place))
