"""A row of drawn frames on their way to an encoder: converted once, repeated while they stand still."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

import av
import numpy as np
from av.video.frame import PictureType

from .yuv import planar_converter, same_picture


class PictureTrack:
    """Takes drawn frames and knows which of them changed the picture; whoever derives from it encodes them."""

    def __init__(
        self, frames_per_second: int, keyframes: Iterable[int], on_frame: Callable[[int], None] | None = None
    ) -> None:
        """`keyframes` are the frames that must start a group of pictures; `on_frame` hears how many frames
        are done."""
        self.frames = 0
        self.drawn_frames = 0
        self.changes: list[int] = []
        """Frames that differ from the one before them, the first included."""
        self._time_base = Fraction(1, frames_per_second)
        self._keyframes = frozenset(keyframes)
        self._on_frame = on_frame or (lambda frames: None)
        self._convert = planar_converter()
        self._shown: av.VideoFrame | None = None

    def write(self, pixels: np.ndarray, repeat: int = 1) -> None:
        """Shows RGBA pixels for `repeat` frames. They are converted at once: the array may be drawn over
        afterwards."""
        if repeat <= 0:
            return
        picture = self._convert(pixels)
        self.drawn_frames += 1
        if self._shown is None or not same_picture(picture, self._shown):
            self.changes.append(self.frames)
            self._shown = picture
        for _ in range(repeat):
            self._shown.pts = self.frames
            self._shown.time_base = self._time_base
            self._shown.pict_type = PictureType.I if self.frames in self._keyframes else PictureType.NONE
            self._encode(self._shown)
            self.frames += 1
            self._on_frame(self.frames)

    def _encode(self, picture: av.VideoFrame) -> None:
        raise NotImplementedError
