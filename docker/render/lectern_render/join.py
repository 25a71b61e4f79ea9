"""Pieces of a clip into one MP4, by copying their packets."""

from __future__ import annotations

import io
from collections.abc import Iterable
from fractions import Fraction

import av

from .clip import open_mp4
from .job import Profile
from .piece import EncodedPiece


def reordering(piece: EncodedPiece) -> int:
    """Frames by which the decoder must run ahead of what is shown."""
    return max((index - (shown - piece.first_frame) for index, (shown, _, _) in enumerate(piece.packets)), default=0)


def join(profile: Profile, pieces: Iterable[EncodedPiece]) -> bytes:
    """The MP4 of pieces that follow one another without a gap.

    Every piece is a closed group of pictures, so that its packets are decoded between those of its neighbours:
    decoding times simply count up, as far ahead as the piece with the most reordering needs.
    """
    ordered = list(pieces)
    ahead = max((reordering(piece) for piece in ordered), default=0)
    file = io.BytesIO()
    container, stream = open_mp4(profile, file)
    container.start_encoding()
    decoded = 0
    for piece in ordered:
        if piece.headers != stream.codec_context.extradata:
            raise RuntimeError("a piece was encoded with other headers than its clip has")
        for shown, is_keyframe, content in piece.packets:
            container.mux(_packet(stream, profile, (shown, decoded - ahead), is_keyframe, content))
            decoded += 1
    container.close()
    return file.getvalue()


def _packet(
    stream: av.VideoStream, profile: Profile, times: tuple[int, int], is_keyframe: bool, content: bytes
) -> av.Packet:
    packet = av.Packet(content)
    packet.stream = stream
    packet.time_base = Fraction(1, profile.frames_per_second)
    packet.pts, packet.dts = times
    packet.duration = 1
    packet.is_keyframe = is_keyframe
    return packet
