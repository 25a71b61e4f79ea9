"""A forked process that draws and encodes one animation, seen from both of its sides.

It tells through a pipe how far it is (frames done, last frame that brought a change), and leaves its piece, or why
there is none, in a file. Pictures that stand still after its animation are drawn by the parent, who alone has run the
code in between, and handed over in files: so they cost neither a process nor a keyframe.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import shutil
import signal
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import av

from .piece import EncodedPiece, Piece
from .yuv import load_picture, save_picture

_MESSAGE = struct.Struct("=qq")
_DIE_WITH_PARENT = 1


@dataclass(frozen=True)
class Place:
    """Which animation is drawn, and the line of scene code that plays it."""

    animation: str
    line: int | None
    beat: int

    def __str__(self) -> str:
        return self.animation if self.line is None else f"{self.animation} of line {self.line}"


class DrawingFailed(Exception):
    """A child could not draw its animation. `told` is the report's `failure`."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(told["message"])
        self.told = told


@dataclass
class Child:
    """The parent's side: what is known of a child that draws from `first_frame` on."""

    process_id: int
    pipe: int
    orders: int
    path: Path
    first_frame: int
    place: Place
    frames_given: int = 0
    frames_done: int = 0
    last_change: int | None = None
    ended: bool = False
    piece: EncodedPiece | None = None
    failure: dict[str, Any] | None = None
    cpu_seconds: float = 0.0
    _rest: bytes = field(default=b"")
    _stills: int = 0
    _is_open: bool = True

    def hold(self, picture: av.VideoFrame, repeat: int) -> None:
        """Has it show a picture for so many frames after everything it was given before."""
        save_picture(picture, still_path(self.path, self._stills))
        self._order(self._stills, repeat)
        self._stills += 1
        self.frames_given += repeat

    def close(self) -> None:
        """Nothing follows: it may end once it is done."""
        if self._is_open:
            self._order(0, 0)
            self._is_open = False

    def _order(self, still: int, repeat: int) -> None:
        try:
            os.write(self.orders, _MESSAGE.pack(still, repeat))
        except BrokenPipeError:
            # It has failed already, which is heard of where everything else is.
            return

    def listen(self) -> None:
        """Takes in what has come through the pipe; to be called when it can be read. At its end the child has
        ended too."""
        received = os.read(self.pipe, 1 << 16)
        if not received:
            self._reap()
            return
        self._rest += received
        whole = len(self._rest) - len(self._rest) % _MESSAGE.size
        if whole:
            self.frames_done, change = _MESSAGE.unpack(self._rest[whole - _MESSAGE.size : whole])
            self.last_change = change if change >= 0 else None
            self._rest = self._rest[whole:]

    def _reap(self) -> None:
        self.close_pipes()
        _, status, used = os.wait4(self.process_id, 0)
        self.ended, self.cpu_seconds = True, used.ru_utime + used.ru_stime
        failure_path = _failure_path(self.path)
        if failure_path.exists():
            self.failure = json.loads(failure_path.read_text(encoding="utf-8"))
        elif status != 0 or not self.path.exists():
            self.failure = _lost(self.place, os.waitstatus_to_exitcode(status))
        else:
            self.piece = EncodedPiece.load(self.path)
            self.frames_done = self.piece.frames
        self._remove_files()

    def end(self) -> None:
        """Ends the child, whose piece is not wanted any more."""
        if not self.ended:
            os.kill(self.process_id, signal.SIGKILL)
            self.close_pipes()
            os.waitpid(self.process_id, 0)
            self.ended = True
            self._remove_files()

    def close_pipes(self) -> None:
        os.close(self.pipe)
        os.close(self.orders)

    def _remove_files(self) -> None:
        for still in range(self._stills):
            still_path(self.path, still).unlink(missing_ok=True)
        shutil.rmtree(own_folder(self.path), ignore_errors=True)
        self.path.unlink(missing_ok=True)
        _failure_path(self.path).unlink(missing_ok=True)


class ChildSide:
    """The child's own side: how it tells of itself."""

    def __init__(self, pipe: int, orders: int, path: Path) -> None:
        self._pipe = pipe
        self._orders = orders
        self._path = path
        _die_with_parent()
        _keep_quiet()
        # What the parent left is not looked through again, which would copy its pages.
        gc.freeze()

    def tell(self, frames_done: int, last_change: int) -> None:
        """Says how far it is; waits where the pipe is full of what the parent has not heard yet."""
        os.write(self._pipe, _MESSAGE.pack(frames_done, last_change))

    def leave(self, piece: Piece, state: bytes) -> NoReturn:
        """Shows what the parent still orders, leaves the piece and ends the process at once: nothing that the parent
        opened is closed or flushed. `state` is the scene's after the animation."""
        frames = piece.frames - piece.first_frame
        while (order := self._next_order()) is not None:
            piece.show(load_picture(still_path(self._path, order[0]), piece.size), order[1])
        piece.finish((frames, state)).save(self._path)
        os._exit(0)

    def _next_order(self) -> tuple[int, int] | None:
        """Which still, and for how many frames; None when nothing follows."""
        content = os.read(self._orders, _MESSAGE.size)
        still, repeat = _MESSAGE.unpack(content)
        return (still, repeat) if repeat else None

    def fail(self, told: dict[str, Any]) -> NoReturn:
        """Leaves the report's `failure` instead."""
        _failure_path(self._path).write_text(json.dumps(told), encoding="utf-8")
        os._exit(1)


def own_folder(path: Path) -> Path:
    """Where the child that leaves its piece at `path` keeps what Manim writes."""
    return path.with_suffix(".files")


def still_path(path: Path, still: int) -> Path:
    """Where the parent leaves a picture for the child that leaves its piece at `path`."""
    return path.with_suffix(f".still-{still}")


def _failure_path(path: Path) -> Path:
    return path.with_suffix(".failure")


def _lost(place: Place, exit_code: int) -> dict[str, Any]:
    """The failure of a child that ended without a word: by a signal, or by leaving the process."""
    name = signal.Signals(-exit_code).name if exit_code < 0 else f"exit code {exit_code}"
    limits = {-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGXFSZ}
    why = " (its memory ran out, or somebody ended it)" if exit_code == -signal.SIGKILL else ""
    told: dict[str, Any] = {
        "kind": "limit" if exit_code in limits else "code",
        "errorClass": "DrawingLost",
        "message": f"the process that drew {place} ended by {name}{why}",
        "beat": place.beat,
    }
    return told if place.line is None else {**told, "line": place.line}


def _die_with_parent() -> None:
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    except (OSError, AttributeError):
        # Not Linux: the child ends by itself with its piece.
        return


def _keep_quiet() -> None:
    """The parent runs the same code and prints the same."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
