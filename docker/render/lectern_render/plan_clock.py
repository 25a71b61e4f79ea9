"""The clock of the run without drawing: it grants whatever is asked, and writes it down."""

from __future__ import annotations

from typing import Literal

from .clock import Clock
from .job import RenderJob
from .plan import Ask, BeatPlan, SectionPlan, fit_beat


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

    def grant_until(self, frames: int) -> int:
        """At most so many, for a wait that ends when its condition is met; `note_until` says how long it
        was."""
        return min(frames, self.frames_to_ask_for)

    def note_until(self, frames: int) -> None:
        self._note("wait", frames)

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
        # What is played before the first beat belongs to beat 0, which therefore has every frame from the
        # first.
        start = self.beats[number].start_frame if number > 0 else 0
        return fit_beat(self._asks[number], start, self.beats[number].end_frame)
