"""The clock of the run that makes the film: by the plan, and never more than a beat has left."""

from __future__ import annotations

import math
from typing import Literal

from .clock import Clock
from .job import RenderJob
from .plan import BeatPlan, SectionPlan
from .record import BeatRecord


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
        """Frames for something that asks for that many: scaled by the plan, at most what the beat has
        left."""
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

    def grant_until(self, frames: int) -> int:
        """At most so many, for a wait that ends when its condition is met."""
        self._ask_number += 1
        return min(frames, self.frames_left)

    def note_until(self, frames: int) -> None:
        """Nothing is planned any more."""

    def frames_until_word(self, phrase: str) -> int:
        """Frames until the words are spoken; 0 when they are not in this beat, are past, or come too late
        for what follows."""
        frame = self.word_frame(phrase)
        if frame is None:
            self._note(f"beat {self.current}: {phrase[:40]!r} is not spoken in it, nothing waited for it")
            return 0
        number, self._ask_number = self._ask_number, self._ask_number + 1
        if number in self._beat_plan.given_up:
            self._note(f"beat {self.current}: {phrase[:40]!r} is spoken too late for what follows it")
            return 0
        return min(max(0, frame - self.frame), self.frames_left)

    def _note(self, note: str) -> None:
        self.notes.append(note)

    def advance(self, frames: int) -> None:
        self.frame += frames
