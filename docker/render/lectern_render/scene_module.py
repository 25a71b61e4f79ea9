"""Scene code as a module: running it, finding its scene, and telling where it failed."""

from __future__ import annotations

import linecache
import sys
import traceback
from types import ModuleType, TracebackType

from manim import Scene

from .errors import SceneCodeError

MODULE_NAME = "scene"
FILE_NAME = "scene.py"


def load(scene_code: str) -> type[Scene]:
    """Runs the code as a module named `scene`; gives the last class that it defines and that derives from
    Scene."""
    module = ModuleType(MODULE_NAME)
    module.__file__ = FILE_NAME
    sys.modules[MODULE_NAME] = module
    linecache.cache[FILE_NAME] = (len(scene_code), None, scene_code.splitlines(keepends=True), FILE_NAME)
    exec(compile(scene_code, FILE_NAME, "exec"), module.__dict__)
    scenes = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Scene) and value.__module__ == MODULE_NAME
    ]
    if not scenes:
        raise SceneCodeError("the code defines no class that derives from LessonScene or Scene")
    # A second name for a class does not move it to the end.
    return list(dict.fromkeys(scenes))[-1]


def own_frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    """The frames of a traceback that lie in scene code, outermost first."""
    return [frame for frame in traceback.extract_tb(trace) if frame.filename == FILE_NAME]


def current_line() -> int | None:
    """The line of scene code that runs now, the innermost one."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename != FILE_NAME:
        frame = frame.f_back
    return None if frame is None else frame.f_lineno
