"""Films the sections of a lesson with Manim: scenes that keep to the beats of their narration, and blocks to
draw with."""

from .assets import asset
from .errors import BeatError, TexError
from .scene import LessonScene, LessonThreeDScene

__all__ = ["BeatError", "LessonScene", "LessonThreeDScene", "TexError", "asset"]
