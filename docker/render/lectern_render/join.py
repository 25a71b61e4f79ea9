"""Encoded frames into one MP4, by copying their packets: H.264 at a constant frame rate, in memory, to a locked
profile (`encoder.py`)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from fractions import Fraction

import av

from . import encoder
from .job import Profile

TICKS_PER_FRAME = 512

Packet = tuple[int, bool, bytes]
"""Frame shown, keyframe or not, bytes."""


def join(profile: Profile, pieces: Iterable[tuple[bytes, list[Packet]]]) -> bytes:
    """The MP4 of pieces (headers and packets) that follow one another without a gap. Raises RuntimeError where their
    headers are not those of the profile."""
    file = io.BytesIO()
    timescale = str(profile.frames_per_second * TICKS_PER_FRAME)
    container = av.open(
        file, "w", format="mp4", options={"video_track_timescale": timescale, "fflags": "+bitexact"}
    )
    rate = profile.frames_per_second
    stream = container.add_stream("libx264", rate=rate, options=encoder.options(profile))
    encoder.set_up(stream.codec_context, profile)
    container.start_encoding()
    for headers, packets in pieces:
        if headers != stream.codec_context.extradata:
            raise RuntimeError("a piece was encoded with other headers than its clip has")
        for packet in packets:
            container.mux(_packet(stream, Fraction(1, rate), packet))
    container.close()
    return file.getvalue()


def _packet(stream: av.VideoStream, time_base: Fraction, content: Packet) -> av.Packet:
    frame, is_keyframe, encoded = content
    packet = av.Packet(encoded)
    packet.stream = stream
    packet.time_base = time_base
    packet.pts = packet.dts = frame
    packet.duration = 1
    packet.is_keyframe = is_keyframe
    return packet
