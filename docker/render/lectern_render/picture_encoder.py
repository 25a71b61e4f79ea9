"""Pictures to H.264 frames, one for one: a picture is encoded when it is new, and when it stands still its frames are
written without the encoder."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import av
from av.video.frame import PictureType

from .encoder import open_encoder
from .job import Profile
from .skipped_frames import SkippedFrames


class PictureEncoder:
    """Encodes a row of frames that begins at `first_frame` of the clip, with a keyframe there, at each of `keyframes`
    and at least as often as the profile says."""

    def __init__(self, profile: Profile, keyframes: Iterable[int], first_frame: int = 0) -> None:
        self.packets: list[tuple[int, bool, bytes]] = []
        """Frame of the clip, keyframe or not, bytes."""
        self._context = open_encoder(profile)
        self._time_base = Fraction(1, profile.frames_per_second)
        self._group = max(1, round(profile.keyframe_seconds * profile.frames_per_second))
        self._keyframes = frozenset(keyframes)
        self._skipped = SkippedFrames(self.headers)
        self._frame = first_frame
        self._number = 0
        """Frames of the group so far, as the stream counts them; `_encoded` counts the encoder's own."""
        self._encoded = 0
        self._shown: av.VideoFrame | None = None
        self._keyframe_of_shown: bytes | None = None

    @property
    def headers(self) -> bytes:
        return self._context.extradata

    def show(self, picture: av.VideoFrame) -> None:
        """The next frame. The same object as before is the same picture, and costs next to nothing."""
        is_new, self._shown = picture is not self._shown, picture
        if is_new:
            self._keyframe_of_shown = None
        begins = not self.packets or self._number >= self._group or self._frame in self._keyframes
        if begins:
            self._begin_group(picture)
        elif is_new:
            self._put(False, self._renumbered(self._encode(picture, PictureType.NONE)))
        else:
            self._put(False, self._skipped.write(self._number))

    def _begin_group(self, picture: av.VideoFrame) -> None:
        # Two keyframes that are the same to the bit must not follow one another (7.4.3, idr_pic_id).
        known = None if self.packets and self.packets[-1][1] else self._keyframe_of_shown
        self._number = 0
        if known is None:
            self._encoded = 0
            self._keyframe_of_shown = known = self._encode(picture, PictureType.I)
        self._put(True, known)

    def _put(self, is_keyframe: bool, content: bytes) -> None:
        self.packets.append((self._frame, is_keyframe, content))
        self._frame += 1
        self._number += 1

    def _encode(self, picture: av.VideoFrame, kind: PictureType) -> bytes:
        picture.pts, picture.time_base, picture.pict_type = self._frame, self._time_base, kind
        (packet,) = self._context.encode(picture)
        self._encoded += 1
        return bytes(packet)

    def _renumbered(self, content: bytes) -> bytes:
        is_as_encoded = self._number == self._encoded - 1
        return content if is_as_encoded else self._skipped.renumber(content, self._number)
