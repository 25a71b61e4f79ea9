"""A row of drawn frames on their way to the encoder: converted once, repeated while they stand still."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import av
import numpy as np

from .job import Profile
from .picture_encoder import PictureEncoder
from .yuv import planar_converter, same_picture


class PictureTrack:
    """Takes drawn frames, encodes them, and knows which of them changed the picture."""

    def __init__(
        self,
        profile: Profile,
        keyframes: Iterable[int],
        on_frame: Callable[[int], None] | None = None,
        first_frame: int = 0,
    ) -> None:
        """`keyframes` are frames of the clip that must start a group of pictures; `on_frame` hears which frame comes
        next."""
        self.size = (profile.width, profile.height)
        self.first_frame = first_frame
        self.frames = first_frame
        self.drawn_frames = 0
        self.changes: list[int] = []
        """Frames that differ from the one before them, the first included."""
        self._encoder = PictureEncoder(profile, keyframes, first_frame)
        self._on_frame = on_frame or (lambda frames: None)
        self._convert = planar_converter()
        self._shown: av.VideoFrame | None = None

    def write(self, pixels: np.ndarray, repeat: int = 1) -> None:
        """Shows RGBA pixels for `repeat` frames. They are converted at once: the array may be drawn over
        afterwards."""
        if repeat > 0:
            self.drawn_frames += 1
            self.show(self._convert(pixels), repeat)

    def show(self, picture: av.VideoFrame, repeat: int) -> None:
        """Shows a converted picture for `repeat` frames."""
        if self._shown is None or not same_picture(picture, self._shown):
            self.changes.append(self.frames)
            self._shown = picture
        for _ in range(repeat):
            self._encoder.show(self._shown)
            self.frames += 1
            self._on_frame(self.frames)
