"""Going near one thing of a figure with the camera, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import ORIGIN, Animation, Scene, smooth

from lectern_render.slots import STAGE_CENTRE_Y
from lectern_render.theme import FRAME_WIDTH, MOTION

DEFAULT_SCALE = 0.56


def zoom_animation(scene: Scene, place: np.ndarray | None, scale: float | None) -> Animation | None:
    """The camera goes to a place, which then stands in the middle of the stage, or back (None). None without a camera that moves."""
    frame: Any = getattr(scene.camera, "frame", None)
    if frame is None:
        return None
    part = 1.0 if place is None else (scale or DEFAULT_SCALE)
    centre = ORIGIN if place is None else place - np.array([0, STAGE_CENTRE_Y * part, 0])
    target = frame.animate(run_time=MOTION.camera, rate_func=smooth)
    return target.set(width=FRAME_WIDTH * part).move_to(centre).build()
