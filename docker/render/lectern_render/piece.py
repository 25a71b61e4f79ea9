"""A piece of a clip: the frames of one animation, encoded by themselves and beginning with a keyframe, so that
pieces are joined by copying packets."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from .encoder import open_encoder
from .job import Profile
from .track import PictureTrack
from .yuv import plane_pixels


@dataclass(frozen=True)
class EncodedPiece:
    """What becomes of a piece. `packets` are in the order of decoding: frame shown, keyframe or not, bytes; frames
    count from the clip's first. `changes` are its frames that differ from the one before, its first included."""

    first_frame: int
    frames: int
    drawn_frames: int
    changes: list[int]
    first_picture: bytes
    last_picture: bytes
    headers: bytes
    packets: list[tuple[int, bool, bytes]]
    state: bytes = b""

    def save(self, path: Path) -> None:
        with path.open("wb") as file:
            pickle.dump(self, file, protocol=pickle.HIGHEST_PROTOCOL)

    @staticmethod
    def load(path: Path) -> EncodedPiece:
        with path.open("rb") as file:
            return pickle.load(file)


class Piece(PictureTrack):
    """Takes the drawn frames of one animation."""

    def __init__(
        self,
        profile: Profile,
        first_frame: int,
        keyframes: Iterable[int],
        on_frame: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__(profile.frames_per_second, keyframes, on_frame)
        self.first_frame = first_frame
        self.frames = first_frame
        self._context = open_encoder(profile)
        self._packets: list[tuple[int, bool, bytes]] = []
        self._first_picture = b""

    def _encode(self, picture: av.VideoFrame) -> None:
        if not self._first_picture:
            self._first_picture = digest(picture)
        self._keep(self._context.encode(picture))

    def _keep(self, packets: Iterable[av.Packet]) -> None:
        self._packets.extend((packet.pts, packet.is_keyframe, bytes(packet)) for packet in packets)

    def finish(self, state: bytes = b"") -> EncodedPiece:
        """The encoded frames; nothing can be written afterwards."""
        if self._shown is not None:
            self._keep(self._context.encode(None))
        return EncodedPiece(
            self.first_frame, self.frames - self.first_frame, self.drawn_frames, self.changes,
            self._first_picture, b"" if self._shown is None else digest(self._shown),
            self._context.extradata, self._packets, state,
        )  # fmt: skip


def digest(picture: av.VideoFrame) -> bytes:
    """The same for pictures that show the same, and for no others."""
    planes = (np.ascontiguousarray(plane_pixels(picture, index)) for index in range(3))
    sums = hashlib.blake2b(digest_size=16)
    for plane in planes:
        sums.update(plane)
    return sums.digest()
