"""Why a section must be drawn by one process: what forked processes would not share, or would do twice.

The code of an animation (updaters, conditions) runs in parent and child alike, code between animations in the
parent alone. The run that only plans goes first, and what it is seen to do decides.
"""

from __future__ import annotations

import ast
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from manim import Camera, MovingCamera, RendererType, ThreeDCamera, config

READS_PICTURES = frozenset(
    {"pixel_array", "get_pixel_array", "get_frame", "get_image", "static_image", "update_frame", "capture_mobjects"}
)
STARTS_SOMETHING = (
    "subprocess.", "socket.", "os.system", "os.fork", "os.posix_spawn", "os.exec", "pty.",
    "sqlite3.", "os.kill",
)  # fmt: skip
CHANGES_FILES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "shutil.")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CAMERAS = (Camera, MovingCamera, ThreeDCamera)


class Watch:
    """Looks at what scene code asks of the machine while it is `looking`, and remembers the first thing that
    forked processes could not do alike."""

    def __init__(self) -> None:
        self.looking = False
        self.seen: str | None = None
        self._own: tuple[str, ...] = ()
        self._installed = False

    @contextmanager
    def over_plan(self, folder: Path) -> Iterator[None]:
        """Looks until the block ends. `folder` takes what Manim writes."""
        if not self._installed:
            # A hook cannot be taken away again, so that there is one for all sections.
            sys.addaudithook(self._hear)
            self._installed = True
        self.seen = None
        self._own = (os.path.abspath(folder / "media"), str(Path(tempfile.gettempdir()).resolve() / "lectern-"))
        self.looking = True
        try:
            yield
        finally:
            self.looking = False

    @contextmanager
    def away(self) -> Iterator[None]:
        """Does not look at what the runtime itself does."""
        before, self.looking = self.looking, False
        try:
            yield
        finally:
            self.looking = before

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.looking or self.seen is not None:
            return
        if event == "open":
            self._hear_open(*arguments)
        elif event.startswith(STARTS_SOMETHING):
            self.seen = f"its code uses {event}"
        elif event.startswith(CHANGES_FILES) and not self._is_own(arguments[0] if arguments else None):
            self.seen = f"its code changes files ({event})"

    def _hear_open(self, path: Any, mode: Any, flags: Any) -> None:
        writes = bool(flags & _WRITING) if isinstance(flags, int) else any(c in (mode or "") for c in "wax+")
        if writes and not self._is_own(path):
            self.seen = "its code writes a file"

    def _is_own(self, path: Any) -> bool:
        """Whether it is where Manim keeps its own files; children have their own folder for those."""
        if not isinstance(path, (str, os.PathLike)):
            return False
        full = os.path.abspath(os.fspath(path))
        return full == os.devnull or full.startswith(self._own)


watch = Watch()


def reason_for_one_process(scene_code: str, camera: Camera) -> str | None:
    """Why this section is not drawn by several processes; None when it can be. To be asked after the plan."""
    if config.renderer != RendererType.CAIRO:
        return "OpenGL draws in one process only"
    if not hasattr(os, "fork"):
        return "this system cannot fork"
    if type(camera) not in _CAMERAS:
        return f"pictures of {type(camera).__name__} are kept in the camera"
    if watch.seen is not None:
        return watch.seen
    return _reads_pictures(scene_code)


def _reads_pictures(scene_code: str) -> str | None:
    names = {node.attr for node in ast.walk(ast.parse(scene_code)) if isinstance(node, ast.Attribute)}
    read = sorted(names & READS_PICTURES)
    return f"its code uses drawn pictures ({read[0]})" if read else None
