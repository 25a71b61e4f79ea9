"""The clock of a section: frames are the only time there is.

Two clocks with one interface: `PlanClock` for the run without drawing, which grants whatever is asked and writes it
down, and `FilmClock` for the run that makes the film, which never grants more than a beat has left.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Literal

from .errors import BeatError
from .job import Beat, RenderJob
from .plan import Ask, BeatPlan, SectionPlan, fit_beat
from .record import BeatRecord


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

    def beat_at(self, frame: int) -> int:
        """Number of the beat that is seen in a frame."""
        return next((number for number, beat in enumerate(self.beats) if frame < beat.end_frame), len(self.beats) - 1)

    def speaking_at(self, frame: int) -> bool:
        """Whether somebody speaks in that frame."""
        return frame < self.beats[self.beat_at(frame)].speech_end_frame

    def check_enter(self, number: int) -> Beat:
        """The beat, if it may be entered now; else BeatError."""
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(self.beats):
            raise BeatError(f"there is no beat {number}: this section has beats 0 to {len(self.beats) - 1}", self.current)
        if self.inside:
            raise BeatError(f"beat {number} is entered inside beat {self.last_entered}", number)
        if self.last_entered is not None and number == self.last_entered:
            raise BeatError(f"beat {number} is entered twice", number)
        if self.last_entered is not None and number < self.last_entered:
            raise BeatError(f"beat {number} is entered after beat {self.last_entered}", number)
        return self.beats[number]

    def word_frame(self, phrase: str) -> int | None:
        """The frame at which the words are spoken next in the current beat; None when the beat does not hold them."""
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


class PlanClock(Clock):
    """Grants what is asked and writes it down."""

    def __init__(self, job: RenderJob) -> None:
        super().__init__(job)
        self._asks: dict[int, list[Ask]] = {}

    def _note(self, kind: Literal["animation", "wait", "word"], frames: int) -> None:
        outside = self.last_entered is not None and not self.inside
        self._asks.setdefault(self.current, []).append(Ask(kind, frames, outside))

    @property
    def frames_to_ask_for(self) -> int:
        # Never nothing, so that what comes late asks for some time too, and all of it is squeezed together.
        return max(self.frames_left, self.frames_per_second)

    def enter(self, number: int) -> None:
        beat = self.check_enter(number)
        # What was played before the first beat is part of it, so time does not start again there.
        self.frame = beat.start_frame if self.last_entered is not None else max(self.frame, beat.start_frame)
        self.last_entered, self.inside = number, True

    def leave(self) -> None:
        self.inside = False

    def grant(self, kind: Literal["animation", "wait"], frames: int) -> int:
        """All that is asked for."""
        self._note(kind, frames)
        return frames

    def frames_until_word(self, phrase: str) -> int:
        """Frames until the words are spoken, 0 when they are not."""
        frame = self.word_frame(phrase)
        if frame is None:
            return 0
        self._note("word", frame)
        return max(0, frame - self.frame)

    def advance(self, frames: int) -> None:
        self.frame += frames

    def plan(self) -> SectionPlan:
        """How the film is to be squeezed."""
        if self.last_entered is None and self._asks:
            whole = fit_beat(self._asks[0], 0, self.total_frames)
            return SectionPlan(uses_beats=False, beats={0: whole})
        return SectionPlan(beats={number: self._fit(number) for number in self._asks})

    def _fit(self, number: int) -> BeatPlan:
        # What is played before the first beat belongs to beat 0, which therefore has every frame from the first.
        start = self.beats[number].start_frame if number > 0 else 0
        return fit_beat(self._asks[number], start, self.beats[number].end_frame)


class FilmClock(Clock):
    """Grants frames by the plan, and never more than the beat has left."""

    def __init__(self, job: RenderJob, plan: SectionPlan) -> None:
        super().__init__(job)
        self.plan = plan
        self.notes: list[str] = []
        self.records = [BeatRecord(beat.start_frame, beat.end_frame) for beat in job.beats]
        self._ask_number = 0
        self._wanted_frames = 0.0
        if not plan.uses_beats:
            self._note("the scene enters no beat: it runs over the whole section")
            for record in self.records:
                record.begin(record.planned_start_frame)

    @property
    def current(self) -> int:
        return super().current if self.plan.uses_beats else self.beat_at(self.frame)

    @property
    def end_frame(self) -> int:
        if not self.plan.uses_beats:
            return self.total_frames
        end = super().end_frame
        return end - self._beat_plan.reserved_frames if self.inside else end

    @property
    def frames_to_ask_for(self) -> int:
        factor = self._beat_plan.factor_of(self._ask_number)
        return math.floor(self.frames_left / factor) if factor > 0 else 0

    @property
    def _beat_plan(self) -> BeatPlan:
        return self.plan.beat(self.current if self.plan.uses_beats else 0)

    def enter(self, number: int) -> None:
        """To be called when the beat's first frame is reached."""
        self.check_enter(number)
        if self.last_entered is not None or number > 0:
            self._ask_number, self._wanted_frames = 0, 0.0
        self.last_entered, self.inside = number, True
        self.records[number].begin(self.frame)

    def leave(self) -> None:
        self.inside = False

    def grant(self, kind: Literal["animation", "wait"], frames: int) -> int:
        """Frames for something that asks for that many: scaled by the plan, at most what the beat has left."""
        record = self.records[self.current]
        record.begin(self.frame)
        factor = self._beat_plan.factor_of(self._ask_number)
        self._ask_number += 1
        before = round(self._wanted_frames)
        self._wanted_frames += frames * factor
        granted = frames if factor == 1 else round(self._wanted_frames) - before
        if kind == "animation" and frames > 0:
            granted = max(1, granted)
        granted = min(granted, self.frames_left)
        if kind == "animation":
            record.note_animation(frames, granted)
        return granted

    def frames_until_word(self, phrase: str) -> int:
        """Frames until the words are spoken; 0 when they are not in this beat, are past, or come too late for what follows."""
        frame = self.word_frame(phrase)
        if frame is None:
            self._note(f"beat {self.current}: the word {phrase[:40]!r} is not spoken in it, nothing waited for it")
            return 0
        number, self._ask_number = self._ask_number, self._ask_number + 1
        if number in self._beat_plan.given_up:
            self._note(f"beat {self.current}: {phrase[:40]!r} is spoken too late for what follows it, nothing waited for it")
            return 0
        return min(max(0, frame - self.frame), self.frames_left)

    def _note(self, note: str) -> None:
        self.notes.append(note)

    def advance(self, frames: int) -> None:
        self.frame += frames
