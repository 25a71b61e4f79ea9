"""A clip whose animations are drawn and encoded side by side, each by a forked process of its own.

At every animation the process forks. The child draws; the parent steps through the same animation without drawing
and goes on to the next one. A child ends with its animation, and its piece is joined to the others by copying.
"""

from __future__ import annotations

import os
import random
import select
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from manim import Scene

from . import own_files
from .child import Child, ChildSide, DrawingFailed, Place, own_folder
from .failure import failure_of_drawing
from .job import Profile
from .join import join
from .memory import available_bytes, resident_bytes
from .piece import EncodedPiece, Piece
from .scene_state import state_of

CORES_VARIABLE = "LECTERN_CORES"
MEMORY_VARIABLE = "LECTERN_MEMORY_MIB"
BYTES_OF_A_CHILD = 96 << 20
BYTES_OF_A_CHILD_PER_PIXEL = 64
"""What a child may need beside what it shares with its parent: an estimate (about twenty pictures in the encoder)."""


class StateDiffers(Exception):
    """Parent and child stepped through one animation and did not end in the same state."""


@dataclass(frozen=True)
class ForkLimits:
    """How many children may draw at once, and the memory of all processes together, where it is limited."""

    children: int
    memory_bytes: int | None = None


def limits_of(environment: Mapping[str, str]) -> ForkLimits | None:
    """What the host gives this worker; None for one core, where everything is done by one process."""
    cores = environment.get(CORES_VARIABLE, "1")
    memory = environment.get(MEMORY_VARIABLE)
    if not cores.isdigit() or int(cores) < 2:
        return None
    return ForkLimits(int(cores), None if memory is None else int(memory) << 20)


class ForkedClip:
    """What `Clip` is, made by several processes. `place` tells which animation is about to be drawn."""

    def __init__(
        self, profile: Profile, keyframes: Iterable[int], on_frame: Callable[[int], None] | None = None
    ) -> None:
        self.frames = 0
        self.draws = False
        self.notes: list[str] = []
        self.limits = ForkLimits(2)
        self.place: Callable[[Scene], Place] = lambda scene: Place("an animation", None, 0)
        self.folder = Path(".")
        self._profile = profile
        self._keyframes = tuple(keyframes)
        self._on_frame = on_frame or (lambda frames: None)
        self._children: list[Child] = []
        self._expected: dict[int, tuple[int, bytes]] = {}
        self._done: dict[int, EncodedPiece] = {}
        self._piece: Piece | None = None
        self._failure: tuple[int, dict[str, Any]] | None = None

    @contextmanager
    def animation(self, scene: Scene) -> Iterator[None]:
        """Holds the frames of one animation: in the child they are drawn, in the parent counted."""
        self._wait_for_room()
        place = self.place(scene)
        side = self._fork(place)
        if side is not None:
            try:
                yield
                side.leave(lambda: self._piece.finish(state_of(scene)))
            except BaseException as error:
                side.fail(failure_of_drawing(error, place))
        first_frame = self.frames
        try:
            yield
        finally:
            here, self._piece, self.draws = self._piece, None, False
        state = state_of(scene)
        if here is not None:
            self._done[first_frame] = here.finish(state)
        if self.frames > first_frame:
            self._expected[first_frame] = (self.frames - first_frame, state)

    def _fork(self, place: Place) -> ChildSide | None:
        """The child's side, in the child. Where no process can be had, or none may be forked, the parent draws."""
        if threading.active_count() > 1:
            self.notes = ["drawn by one process, in part: its code runs threads"]
            return self._draw_here()
        reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        path = self.folder / f"piece-{self.frames}"
        own_files.before_fork()
        chance = random.getstate()
        while (process_id := self._try_fork()) is None:
            if not self._children:
                os.close(reading)
                os.close(writing)
                return self._draw_here()
            self._wait_for_a_child()
        if process_id > 0:
            os.close(writing)
            self._children.append(Child(process_id, reading, path, self.frames, place))
            return None
        os.close(reading)
        # Python gives every forked child a new seed.
        random.setstate(chance)
        return self._become_child(writing, path)

    def _draw_here(self) -> None:
        self._piece, self.draws = Piece(self._profile, self.frames, self._keyframes), True

    def _try_fork(self) -> int | None:
        try:
            return os.fork()
        except OSError:
            return None

    def _become_child(self, pipe: int, path: Path) -> ChildSide:
        side = ChildSide(pipe, path)
        own_files.use(own_folder(path))
        first = self.frames

        def tell(frames: int) -> None:
            side.tell(frames - first, piece.changes[-1] if len(piece.changes) > 1 else -1)

        piece = self._piece = Piece(self._profile, first, self._keyframes, tell)
        self.draws = True
        self._children = []
        return side

    def write(self, pixels: np.ndarray, repeat: int = 1) -> None:
        """Shows RGBA pixels for `repeat` frames, or, where nothing is drawn, lets so many frames pass."""
        if self._piece is not None:
            self._piece.write(pixels, repeat)
        self.frames += repeat

    def _wait_for_room(self) -> None:
        self._listen(0)
        while self._children and (len(self._children) >= self.limits.children or self._memory_is_short()):
            self._wait_for_a_child()
        self._raise_failure()

    def _memory_is_short(self) -> bool:
        child = BYTES_OF_A_CHILD + BYTES_OF_A_CHILD_PER_PIXEL * self._profile.width * self._profile.height
        if self.limits.memory_bytes is not None:
            free = self.limits.memory_bytes - resident_bytes() - len(self._children) * child
            if free < child:
                return True
        available = available_bytes()
        return available is not None and available < child

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
                self._children.remove(child)
                self._settle(child)
        self._on_frame(sum(p.frames for p in self._done.values()) + sum(c.frames_done for c in self._children))

    def _settle(self, child: Child) -> None:
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
        while self._children:
            self._wait_for_a_child()
        self._raise_failure()

    @property
    def changes(self) -> list[int]:
        """Frames that differ from the one before them, the first included. Waits for what is being drawn."""
        self.settle()
        return self._known_changes()

    def _known_changes(self) -> list[int]:
        """Those of them that are known. The first frame of a piece is compared with the last of the piece before
        it."""
        changes: list[int] = []
        before: EncodedPiece | None = None
        for piece in self._in_order():
            follows = before is not None and before.first_frame + before.frames == piece.first_frame
            differs = follows and before.last_picture != piece.first_picture
            changes += piece.changes if differs or piece.first_frame == 0 else piece.changes[1:]
            before = piece
        return changes

    def _in_order(self) -> list[EncodedPiece]:
        pieces = [self._done[first] for first in sorted(self._done)]
        return [piece for piece in pieces if piece.frames]

    @property
    def drawn_frames(self) -> int:
        return sum(piece.drawn_frames for piece in self._done.values())

    @property
    def still_frames(self) -> int:
        """For how many frames the picture has been the same, the first of them included. Waits for what is being
        drawn."""
        changes = self.changes
        return self.frames - changes[-1] if changes else 0

    @property
    def most_still_frames(self) -> int:
        """At most so many are `still_frames`; known without waiting for anything."""
        self._listen(0)
        known = self._known_changes()[-1:]
        known += [child.last_change for child in self._children if child.last_change is not None]
        return self.frames - max(known, default=0)

    def finish(self) -> bytes:
        """The MP4. Raises DrawingFailed, and StateDiffers where the pieces are not to be relied on."""
        self.settle()
        pieces = self._in_order()
        for piece in pieces:
            if self._expected.get(piece.first_frame) != (piece.frames, piece.state):
                raise StateDiffers(f"frame {piece.first_frame}")
        return join(self._profile, pieces)

    def abandon(self) -> None:
        """Ends all children."""
        for child in self._children:
            child.end()
        self._children = []
