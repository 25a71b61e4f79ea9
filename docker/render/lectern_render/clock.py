"""The clock of a section: frames are the only time there is.

Two clocks have this interface: `PlanClock` for the run without drawing, which grants whatever is asked and
writes it down, and `FilmClock` for the run that makes the film, which never grants more than a beat has left.
"""

from __future__ import annotations

import math
import re
import unicodedata

from .errors import BeatError
from .job import Beat, RenderJob
from .theme import MOTION


def frames_of(seconds: float, frames_per_second: int) -> int:
    """Whole frames of a length, at least one unless it is nothing."""
    if seconds <= 1e-6:
        return 0
    return max(1, math.floor(seconds * frames_per_second + 0.5))


class Clock:
    """Knows the beats, their order, and which of them what happens now belongs to."""

    def __init__(self, job: RenderJob) -> None:
        self.frame = 0
        self.frames_per_second = job.profile.frames_per_second
        self.total_frames = job.total_frames
        self.beats = job.beats
        self.inside = False
        self.last_entered: int | None = None

    @property
    def current(self) -> int:
        """The beat that what happens now belongs to: the one entered last, before the first one that one."""
        return self.last_entered or 0

    @property
    def end_frame(self) -> int:
        """First frame that what happens now may not have any more."""
        return self.beats[self.current].end_frame

    @property
    def frames_left(self) -> int:
        return max(0, self.end_frame - self.frame)

    @property
    def frames_to_ask_for(self) -> int:
        """What scene code is told is left: if it asks for that much, it fills the beat."""
        return self.frames_left

    @property
    def telling_end_frame(self) -> int:
        """The frame at which the current beat has been said, its quiet end left out in any case."""
        beat = self.beats[self.current]
        return min(beat.speech_end_frame, beat.end_frame - frames_of(MOTION.quiet_end, self.frames_per_second))

    def beat_at(self, frame: int) -> int:
        """Number of the beat that is seen in a frame."""
        return next(
            (number for number, beat in enumerate(self.beats) if frame < beat.end_frame), len(self.beats) - 1
        )

    def speaking_at(self, frame: int) -> bool:
        """Whether somebody speaks in that frame."""
        return frame < self.beats[self.beat_at(frame)].speech_end_frame

    def check_enter(self, number: int) -> Beat:
        """The beat, if it may be entered now; else BeatError."""
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(self.beats):
            raise BeatError(
                f"there is no beat {number}: this section has beats 0 to {len(self.beats) - 1}", self.current
            )
        if self.inside:
            raise BeatError(f"beat {number} is entered inside beat {self.last_entered}", number)
        if self.last_entered is not None and number == self.last_entered:
            raise BeatError(f"beat {number} is entered twice", number)
        if self.last_entered is not None and number < self.last_entered:
            raise BeatError(f"beat {number} is entered after beat {self.last_entered}", number)
        return self.beats[number]

    def word_frame(self, phrase: str) -> int | None:
        """The frame at which the words are spoken next in the current beat; None when the beat does not hold
        them."""
        wanted = [_plain(word) for word in phrase.split()]
        spoken = self.beats[self.current].words
        plain = [_plain(word.text) for word in spoken]
        starts = [
            spoken[index].frame
            for index in range(len(plain) - len(wanted) + 1)
            if wanted and plain[index : index + len(wanted)] == wanted
        ]
        return next((frame for frame in starts if frame >= self.frame), starts[-1] if starts else None)


def _plain(word: str) -> str:
    return re.sub(r"[^\w]", "", unicodedata.normalize("NFKC", word).casefold())
