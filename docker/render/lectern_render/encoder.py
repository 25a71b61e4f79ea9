"""The locked H.264 encoder of a job's profile: the same headers, whoever opens it.

Clips of a film are joined by stream copy, and so are the pieces of a clip, so everything that reaches the
stream's headers is fixed here: one x264 thread, `stitchable`, the colours, no time stamps of the run. Frames refer to
the frame before them only and come out in the order in which they go in, one for one (`skipped_frames.py` builds on
that).
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
# Where keyframes stand is decided frame by frame, not by the encoder.
_GROUPS = {"keyint": "infinite", "scenecut": "0", "ref": "1", "bframes": "0", "weightp": "0", "cabac": "1"}
_WITHOUT_DELAY = {"force-cfr": "1", "rc-lookahead": "0", "sync-lookahead": "0", "mbtree": "0"}
# Even quality everywhere is nearest to what was drawn; smoothed blocks cost time, and none are seen at such quality.
_QUALITY = {"aq-mode": "0", "no-deblock": "1", "8x8dct": "1"}


def options(profile: Profile) -> dict[str, str]:
    """Options of libx264."""
    parameters = {"threads": "1", "stitchable": "1", **_GROUPS, **_WITHOUT_DELAY, **_QUALITY, **_COLOUR}
    return {
        "preset": profile.preset,
        "qp": str(profile.quantiser),
        "forced-idr": "1",
        "x264-params": ":".join(f"{name}={value}" for name, value in parameters.items()),
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
