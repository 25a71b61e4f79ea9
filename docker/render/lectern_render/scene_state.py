"""The state of a scene in one sum, by which two processes that ran the same code are compared."""

from __future__ import annotations

import hashlib
import random

import numpy as np
from manim import Scene


def state_of(scene: Scene) -> bytes:
    """A sum over what decides the pictures that follow: the points of everything on stage, and chance."""
    sums = hashlib.blake2b(digest_size=16)
    for mobject in scene.mobjects:
        for member in mobject.get_family():
            sums.update(np.ascontiguousarray(member.points))
            for name in ("fill_rgbas", "stroke_rgbas", "rgbas"):
                colours = getattr(member, name, None)
                if isinstance(colours, np.ndarray):
                    sums.update(np.ascontiguousarray(colours))
    sums.update(repr(random.getstate()).encode())
    sums.update(np.random.get_state()[1])
    return sums.digest()
