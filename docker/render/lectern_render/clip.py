"""One section's silent clip, drawn and encoded by one process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from manim import Scene

from .job import Profile
from .join import join
from .track import PictureTrack


class Clip(PictureTrack):
    """Takes drawn frames, knows which of them changed the picture, gives the finished MP4."""

    draws = True
    """Whether what is written must have been drawn."""
    notes: tuple[str, ...] = ()

    def __init__(
        self, profile: Profile, keyframes: Iterable[int], on_frame: Callable[[int], None] | None = None
    ) -> None:
        super().__init__(profile, keyframes, on_frame)
        self._profile = profile

    @contextmanager
    def animation(self, scene: Scene) -> Iterator[None]:
        """Holds the frames of one animation of the scene; here they are drawn like all others."""
        yield

    @property
    def still_frames(self) -> int:
        """For how many frames the picture has been the same, the first of them included."""
        return self.frames - self.changes[-1] if self.changes else 0

    @property
    def most_still_frames(self) -> int:
        """At most so many are `still_frames`; known without waiting for anything."""
        return self.still_frames

    def changed_between(self, first_frame: int, end_frame: int) -> bool:
        """Whether any of these frames brought a change."""
        return any(first_frame <= frame < end_frame for frame in self.changes)

    def finish(self) -> bytes:
        """The MP4. Nothing can be written afterwards."""
        return join(self._profile, [(self._encoder.headers, self._encoder.packets)])

    def abandon(self) -> None:
        """Nothing of it is wanted any more."""
