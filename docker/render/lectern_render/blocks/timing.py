"""Spreading the parts of a block over the beat in which they are spoken of."""

from __future__ import annotations

from manim import Scene

from ..theme import MOTION

_LONGEST_PAUSE = 5.0
_PAUSE_WITHOUT_BEATS = 0.5
_AFTER_LAST = 1.2
"""Seconds of the beat that the last part is held."""


def spread(scene: Scene, parts: int, seconds_each: float) -> list[float]:
    """Seconds to wait after each of the parts so that they come evenly over the beat; 0 after the last."""
    if parts == 0:
        return []
    left = getattr(scene, "beat_seconds_left", None)
    if left is None or left > 600:
        pause = _PAUSE_WITHOUT_BEATS
    else:
        spare = min(left - _AFTER_LAST - MOTION.quiet_end, getattr(scene, "telling_seconds_left", left)) - parts * seconds_each
        pause = min(_LONGEST_PAUSE, max(0.0, spare / parts))
    return [pause if index < parts - 1 and pause >= 0.1 else 0.0 for index in range(parts)]
