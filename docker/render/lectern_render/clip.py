"""One section's silent clip: H.264 in MP4, in memory, at a constant frame rate and to a locked profile.

Clips of a film are joined by stream copy, so everything that reaches the stream's headers is fixed here:
profile of the job, one x264 thread, `stitchable`, a timescale of 512 ticks a frame, no time stamps of the
run.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from fractions import Fraction

import av
import numpy as np
from av.video.frame import PictureType

from .job import Profile
from .yuv import planar_converter, same_picture

TICKS_PER_FRAME = 512

# As in ITU-T H.273. The matrix is that of BT.601 because the fast conversion has no other; primaries and
# transfer are those of the drawn sRGB. Every clip says so, whichever converter made it.
_COLOUR = {"colorprim": "bt709", "transfer": "bt709", "colormatrix": "smpte170m", "range": "tv"}
_MATRIX_SMPTE170M, _PRIMARIES_BT709, _TRANSFER_BT709, _RANGE_LIMITED = 6, 1, 1, 1


class Clip:
    """Takes drawn frames, knows which of them changed the picture, gives the finished MP4."""

    def __init__(
        self, profile: Profile, keyframes: Iterable[int], on_frame: Callable[[int], None] | None = None
    ) -> None:
        """`keyframes` are the frames that must start a group of pictures; `on_frame` hears how many frames
        are done."""
        self.frames = 0
        self.drawn_frames = 0
        self.changes: list[int] = []
        """Frames that differ from the one before them, the first included."""
        self._profile = profile
        self._keyframes = frozenset(keyframes)
        self._on_frame = on_frame or (lambda frames: None)
        self._convert = planar_converter()
        self._shown: av.VideoFrame | None = None
        self._file = io.BytesIO()
        self._container = av.open(self._file, "w", format="mp4", options=self._container_options())
        self._stream = self._open_stream()

    def _container_options(self) -> dict[str, str]:
        timescale = self._profile.frames_per_second * TICKS_PER_FRAME
        return {"video_track_timescale": str(timescale), "fflags": "+bitexact"}

    def _open_stream(self) -> av.VideoStream:
        profile = self._profile
        group = max(1, round(profile.keyframe_seconds * profile.frames_per_second))
        colour = ":".join(f"{name}={value}" for name, value in _COLOUR.items())
        options = {
            "preset": profile.preset,
            "crf": str(profile.crf),
            "g": str(group),
            "forced-idr": "1",
            "x264-params": f"threads=1:stitchable=1:scenecut=0:{colour}",
        }
        stream = self._container.add_stream("libx264", rate=profile.frames_per_second, options=options)
        stream.width, stream.height, stream.pix_fmt = profile.width, profile.height, "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.colorspace = _MATRIX_SMPTE170M
        stream.codec_context.color_primaries = _PRIMARIES_BT709
        stream.codec_context.color_trc = _TRANSFER_BT709
        stream.codec_context.color_range = _RANGE_LIMITED
        return stream

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
            self._encode(self._shown)

    def _encode(self, picture: av.VideoFrame) -> None:
        picture.pts = self.frames
        picture.time_base = Fraction(1, self._profile.frames_per_second)
        picture.pict_type = PictureType.I if self.frames in self._keyframes else PictureType.NONE
        self._container.mux(self._stream.encode(picture))
        self.frames += 1
        self._on_frame(self.frames)

    @property
    def still_frames(self) -> int:
        """For how many frames the picture has been the same, the first of them included."""
        return self.frames - self.changes[-1] if self.changes else 0

    def finish(self) -> bytes:
        """The MP4. Nothing can be written afterwards."""
        self._container.mux(self._stream.encode())
        self._container.close()
        return self._file.getvalue()
