"""One section's silent clip: H.264 in MP4, in memory, at a constant frame rate and to a locked profile
(`encoder.py`)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import av
from manim import Scene

from . import encoder
from .job import Profile
from .track import PictureTrack

TICKS_PER_FRAME = 512


def open_mp4(profile: Profile, file: io.BytesIO) -> tuple[av.container.OutputContainer, av.VideoStream]:
    """An MP4 with one H.264 stream of the job's profile."""
    timescale = str(profile.frames_per_second * TICKS_PER_FRAME)
    container = av.open(
        file, "w", format="mp4", options={"video_track_timescale": timescale, "fflags": "+bitexact"}
    )
    stream = container.add_stream(
        "libx264", rate=profile.frames_per_second, options=encoder.options(profile)
    )
    encoder.set_up(stream.codec_context, profile)
    return container, stream


class Clip(PictureTrack):
    """Takes drawn frames, knows which of them changed the picture, gives the finished MP4."""

    draws = True
    """Whether what is written must have been drawn."""
    notes: tuple[str, ...] = ()

    def __init__(
        self, profile: Profile, keyframes: Iterable[int], on_frame: Callable[[int], None] | None = None
    ) -> None:
        super().__init__(profile.frames_per_second, keyframes, on_frame)
        self._file = io.BytesIO()
        self._container, self._stream = open_mp4(profile, self._file)

    @contextmanager
    def animation(self, scene: Scene) -> Iterator[None]:
        """Holds the frames of one animation of the scene; here they are drawn like all others."""
        yield

    def _encode(self, picture: av.VideoFrame) -> None:
        self._container.mux(self._stream.encode(picture))

    @property
    def still_frames(self) -> int:
        """For how many frames the picture has been the same, the first of them included."""
        return self.frames - self.changes[-1] if self.changes else 0

    @property
    def most_still_frames(self) -> int:
        """At most so many are `still_frames`; known without waiting for anything."""
        return self.still_frames

    def finish(self) -> bytes:
        """The MP4. Nothing can be written afterwards."""
        self._container.mux(self._stream.encode())
        self._container.close()
        return self._file.getvalue()

    def abandon(self) -> None:
        """Nothing of it is wanted any more."""
        self._container.close()
