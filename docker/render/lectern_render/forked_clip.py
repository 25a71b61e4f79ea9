"""A clip whose animations are drawn and encoded side by side, each by a forked process of its own.

At every animation the process forks. The child draws; the parent steps through the same animation without drawing
and goes on to the next one. What stands still between animations is drawn by the parent, one picture each, and encoded
by the child before it. With one core there is nothing to gain: the parent draws everything itself.
"""

from __future__ import annotations

import os
import random
import select
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from manim import Scene

from . import own_files
from .child import Child, ChildSide, DrawingFailed, Place, own_folder
from .cores import Cores, FixedCores
from .failure import failure_of_drawing
from .job import Profile
from .join import join
from .memory import is_short
from .piece import EncodedPiece, Piece, changes_of
from .scene_state import state_of
from .yuv import planar_converter

BYTES_OF_A_CHILD = 96 << 20
BYTES_OF_A_CHILD_PER_PIXEL = 64
"""What a child may need beside what it shares with its parent: an estimate (about twenty pictures in the encoder)."""


class StateDiffers(Exception):
    """Parent and child stepped through one animation and did not end in the same state."""


class ForkedClip:
    """What `Clip` is, made by several processes. `place` tells which animation is about to be drawn."""

    def __init__(
        self, profile: Profile, keyframes: Iterable[int], on_frame: Callable[[int], None] | None = None
    ) -> None:
        self.frames = 0
        self.draws = False
        self.notes: list[str] = []
        self.cores: Cores = FixedCores(2)
        self.place: Callable[[Scene], Place] = lambda scene: Place("an animation", None, 0)
        self.folder = Path(".")
        self._profile = profile
        self._keyframes = tuple(keyframes)
        self._on_frame = on_frame or (lambda frames: None)
        self._convert = planar_converter()
        self._children: list[Child] = []
        self._last: Child | Piece | None = None
        """What takes the picture that stands still next."""
        self._expected: dict[int, tuple[int, bytes]] = {}
        self._done: dict[int, EncodedPiece] = {}
        self._failure: tuple[int, dict[str, Any]] | None = None

    @contextmanager
    def animation(self, scene: Scene) -> Iterator[None]:
        """Holds the frames of one animation: in the child they are drawn, in the parent counted."""
        self._listen(0)
        if scene.is_current_animation_frozen_frame() or not self._may_fork():
            with self._drawing_here():
                yield
            return
        place = self.place(scene)
        side = self._fork(place)
        if side is not None:
            try:
                yield
                side.leave(self._last, state_of(scene))
            except BaseException as error:
                side.fail(failure_of_drawing(error, place))
        if isinstance(self._last, Piece):
            with self._drawing_here():
                yield
            return
        first_frame = self.frames
        yield
        if self.frames > first_frame:
            self._expected[first_frame] = (self.frames - first_frame, state_of(scene))

    @contextmanager
    def _drawing_here(self) -> Iterator[None]:
        """The parent draws, for the child before it or for a piece of its own."""
        if self._last is None:
            self._last = Piece(self._profile, self._keyframes, lambda frame: self._tell(), self.frames)
        self.draws = True
        try:
            yield
        finally:
            self.draws = False

    def _may_fork(self) -> bool:
        """Whether the next animation is another process's. Where it is not, no other process is left when this
        returns."""
        if threading.active_count() > 1:
            self.notes = ["drawn by one process, in part: its code runs threads"]
        elif self.cores.granted() > 1:
            self._finish_last()
            self._wait_for_room()
            return True
        # A piece begins here as well, so that the clip is the same however many cores there were.
        self._finish_last()
        while self._children:
            self._wait_for_a_child()
        self._raise_failure()
        return False

    def _finish_last(self) -> None:
        if isinstance(self._last, Child):
            self._last.close()
        elif self._last is not None:
            self._done[self._last.first_frame] = self._last.finish()
        self._last = None

    def _fork(self, place: Place) -> ChildSide | None:
        """The child's side, in the child. Where no process can be had the parent draws."""
        reading, writing = os.pipe()
        orders, ordering = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        path = self.folder / f"piece-{self.frames}"
        own_files.before_fork()
        chance = random.getstate()
        while (process_id := self._try_fork()) is None:
            if not self._children:
                for descriptor in (reading, writing, orders, ordering):
                    os.close(descriptor)
                self._last = Piece(self._profile, self._keyframes, lambda frame: self._tell(), self.frames)
                return None
            self._wait_for_a_child()
        if process_id > 0:
            os.close(writing)
            os.close(orders)
            self._last = Child(process_id, reading, ordering, path, self.frames, place)
            self._children.append(self._last)
            self.cores.using(len(self._children))
            return None
        os.close(reading)
        os.close(ordering)
        # Python gives every forked child a new seed.
        random.setstate(chance)
        return self._become_child(writing, orders, path)

    def _try_fork(self) -> int | None:
        try:
            return os.fork()
        except OSError:
            return None

    def _become_child(self, pipe: int, orders: int, path: Path) -> ChildSide:
        side = ChildSide(pipe, orders, path)
        own_files.use(own_folder(path))
        first = self.frames

        def tell(frames: int) -> None:
            side.tell(frames - first, piece.changes[-1] if len(piece.changes) > 1 else -1)

        for sibling in self._children:
            sibling.close_pipes()
        self._children = []
        piece = self._last = Piece(self._profile, self._keyframes, tell, first)
        self.draws = True
        return side

    def write(self, pixels: np.ndarray, repeat: int = 1) -> None:
        """Shows RGBA pixels for `repeat` frames, or, where nothing is drawn, lets so many frames pass."""
        if isinstance(self._last, Piece):
            self._last.write(pixels, repeat)
        elif self._last is not None and self.draws:
            self._last.hold(self._convert(pixels), repeat)
        elif self._last is not None:
            self._last.frames_given += repeat
        self.frames += repeat

    def _wait_for_room(self) -> None:
        self._listen(0)
        while self._children and (len(self._children) >= self.cores.granted() or self._is_memory_short()):
            self._wait_for_a_child()
        self._raise_failure()

    def _is_memory_short(self) -> bool:
        pixels = self._profile.width * self._profile.height
        return is_short(self.cores.memory_bytes, len(self._children), BYTES_OF_A_CHILD + BYTES_OF_A_CHILD_PER_PIXEL * pixels)

    def _wait_for_a_child(self) -> None:
        before = len(self._children)
        while len(self._children) == before:
            self._listen(None)

    def _listen(self, seconds: float | None) -> None:
        if not self._children:
            return
        poll = select.poll()
        by_pipe = {child.pipe: child for child in self._children}
        for pipe in by_pipe:
            poll.register(pipe, select.POLLIN | select.POLLHUP)
        for pipe, _ in poll.poll(None if seconds is None else seconds * 1000):
            child = by_pipe[pipe]
            child.listen()
            if child.ended:
                self._settle(child)
        self._tell()

    def _tell(self) -> None:
        here = self._last.frames - self._last.first_frame if isinstance(self._last, Piece) else 0
        self._on_frame(
            here + sum(p.frames for p in self._done.values()) + sum(c.frames_done for c in self._children)
        )

    def _settle(self, child: Child) -> None:
        self._children.remove(child)
        if self._last is child:
            self._last = None
        self.cores.using(max(1, len(self._children)))
        if child.piece is not None:
            self._done[child.first_frame] = child.piece
        elif self._failure is None or child.first_frame < self._failure[0]:
            self._failure = (child.first_frame, child.failure)

    def _raise_failure(self) -> None:
        """Tells of the animation that failed first in the film, not of the one that was heard of first."""
        while self._failure and any(child.first_frame < self._failure[0] for child in self._children):
            self._wait_for_a_child()
        if self._failure is not None:
            raise DrawingFailed(self._failure[1])

    def settle(self) -> None:
        """Waits until everything is drawn that was begun. Raises DrawingFailed."""
        self._finish_last()
        while self._children:
            self._wait_for_a_child()
        self._raise_failure()

    @property
    def changes(self) -> list[int]:
        """Frames that differ from the one before them, the first included. Waits for what is being drawn."""
        self.settle()
        return changes_of(self._in_order())

    def _in_order(self) -> list[EncodedPiece]:
        pieces = [self._done[first] for first in sorted(self._done)]
        return [piece for piece in pieces if piece.frames]

    @property
    def drawn_frames(self) -> int:
        return sum(piece.drawn_frames for piece in self._done.values())

    def _last_change(self) -> int | None:
        """The frame that brought the last change; None where more is to be waited for than the last process."""
        while isinstance(self._last, Child) and self._last.frames_done < self._last.frames_given:
            self._listen(None)
        if isinstance(self._last, Child):
            return self._last.last_change
        if isinstance(self._last, Piece) and len(self._last.changes) > 1:
            return self._last.changes[-1]
        return None

    @property
    def still_frames(self) -> int:
        """For how many frames the picture has been the same, the first of them included. Waits for what is being
        drawn, as far as it must."""
        last = self._last_change()
        if last is None:
            last = max(self.changes, default=self.frames)
        return self.frames - last

    def changed_between(self, first_frame: int, end_frame: int) -> bool:
        """Whether any of these frames brought a change. Waits like `still_frames`."""
        last = self._last_change()
        if last is not None and first_frame <= last < end_frame:
            return True
        return any(first_frame <= frame < end_frame for frame in self.changes)

    @property
    def most_still_frames(self) -> int:
        """At most so many are `still_frames`; known without waiting for anything."""
        self._listen(0)
        known = changes_of(self._in_order())[-1:]
        known += [child.last_change for child in self._children if child.last_change is not None]
        if isinstance(self._last, Piece):
            known += self._last.changes[1:][-1:]
        return self.frames - max(known, default=0)

    def finish(self) -> bytes:
        """The MP4. Raises DrawingFailed, and StateDiffers where the pieces are not to be relied on."""
        self.settle()
        pieces = self._in_order()
        for first_frame, expected in self._expected.items():
            if self._done[first_frame].animation != expected:
                raise StateDiffers(f"frame {first_frame}")
        self.cores.want(1)
        return join(self._profile, [(piece.headers, piece.packets) for piece in pieces])

    def abandon(self) -> None:
        """Ends all children."""
        for child in self._children:
            child.end()
        self._children = []
        self._last = None
