"""A piece of a clip: frames that were encoded by themselves and begin with a keyframe, so that pieces are joined by
copying packets."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from .track import PictureTrack
from .yuv import plane_pixels


@dataclass(frozen=True)
class EncodedPiece:
    """What becomes of a piece. `packets` are frame shown, keyframe or not, bytes; frames count from the clip's first.
    `changes` are its frames that differ from the one before, its first included."""

    first_frame: int
    frames: int
    drawn_frames: int
    changes: list[int]
    first_picture: bytes
    last_picture: bytes
    headers: bytes
    packets: list[tuple[int, bool, bytes]]
    animation: tuple[int, bytes] = (0, b"")
    """Where a process of its own drew it: frames of its animation, and the scene's state at the end of that."""

    def save(self, path: Path) -> None:
        with path.open("wb") as file:
            pickle.dump(self, file, protocol=pickle.HIGHEST_PROTOCOL)

    @staticmethod
    def load(path: Path) -> EncodedPiece:
        with path.open("rb") as file:
            return pickle.load(file)


class Piece(PictureTrack):
    """Takes the drawn frames of one stretch of the clip."""

    _first_picture = b""

    def show(self, picture: av.VideoFrame, repeat: int) -> None:
        if not self._first_picture:
            self._first_picture = digest(picture)
        super().show(picture, repeat)

    def finish(self, animation: tuple[int, bytes] = (0, b"")) -> EncodedPiece:
        """The encoded frames; nothing can be written afterwards."""
        return EncodedPiece(
            self.first_frame, self.frames - self.first_frame, self.drawn_frames, self.changes,
            self._first_picture, b"" if self._shown is None else digest(self._shown),
            self._encoder.headers, self._encoder.packets, animation,
        )  # fmt: skip


def digest(picture: av.VideoFrame) -> bytes:
    """The same for pictures that show the same, and for no others."""
    planes = (np.ascontiguousarray(plane_pixels(picture, index)) for index in range(3))
    sums = hashlib.blake2b(digest_size=16)
    for plane in planes:
        sums.update(plane)
    return sums.digest()


def changes_of(pieces: Iterable[EncodedPiece]) -> list[int]:
    """Frames of pieces in order that differ from the one before them, the first included. The first frame of a piece is
    compared with the last of the piece before it."""
    changes: list[int] = []
    before: EncodedPiece | None = None
    for piece in pieces:
        follows = before is not None and before.first_frame + before.frames == piece.first_frame
        differs = follows and before.last_picture != piece.first_picture
        changes += piece.changes if differs or piece.first_frame == 0 else piece.changes[1:]
        before = piece
    return changes
