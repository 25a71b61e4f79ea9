"""The locked H.264 encoder of a job's profile: the same headers, whoever opens it.

Clips of a film are joined by stream copy, and so are the pieces of a clip, so everything that reaches the
stream's headers is fixed here: one x264 thread, `stitchable`, the colours, no time stamps of the run.
"""

from __future__ import annotations

from fractions import Fraction

import av
from av.codec.context import Flags

from .job import Profile

# As in ITU-T H.273. The matrix is that of BT.601 because the fast conversion has no other; primaries and
# transfer are those of the drawn sRGB. Every clip says so, whichever converter made it.
_COLOUR = {"colorprim": "bt709", "transfer": "bt709", "colormatrix": "smpte170m", "range": "tv"}
_MATRIX_SMPTE170M, _PRIMARIES_BT709, _TRANSFER_BT709, _RANGE_LIMITED = 6, 1, 1, 1


def options(profile: Profile) -> dict[str, str]:
    """Options of libx264."""
    group = max(1, round(profile.keyframe_seconds * profile.frames_per_second))
    colour = ":".join(f"{name}={value}" for name, value in _COLOUR.items())
    return {
        "preset": profile.preset,
        "crf": str(profile.crf),
        "g": str(group),
        "forced-idr": "1",
        "x264-params": f"threads=1:stitchable=1:scenecut=0:{colour}",
    }


def set_up(context: av.VideoCodecContext, profile: Profile) -> None:
    """Sizes, colours and threads of a context that is not open yet."""
    context.width, context.height, context.pix_fmt = profile.width, profile.height, "yuv420p"
    context.thread_count = 1
    context.colorspace = _MATRIX_SMPTE170M
    context.color_primaries = _PRIMARIES_BT709
    context.color_trc = _TRANSFER_BT709
    context.color_range = _RANGE_LIMITED


def open_encoder(profile: Profile) -> av.VideoCodecContext:
    """An encoder without a file: its packets hold no headers, which are in `extradata`, as in MP4."""
    context = av.CodecContext.create("libx264", "w")
    context.framerate = profile.frames_per_second
    context.time_base = Fraction(1, profile.frames_per_second)
    context.options = options(profile)
    context.flags |= Flags.global_header
    set_up(context, profile)
    context.open()
    return context
