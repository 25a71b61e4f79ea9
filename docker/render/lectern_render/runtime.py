"""What `self.beat` of a scene does: entering, leaving, padding, and the section's end."""

from __future__ import annotations

from collections.abc import Callable

from manim import Scene, Wait

from .film_clock import FilmClock
from .plan_clock import PlanClock
from .renderer import FrameRenderer


class Runtime:
    """Holds one scene to one clock. `at_beat_end(beat)` is called whenever a beat is complete."""

    def __init__(
        self, scene: Scene, renderer: FrameRenderer, at_beat_end: Callable[[int], None] | None = None
    ) -> None:
        self.scene = scene
        self.renderer = renderer
        self.clock: PlanClock | FilmClock = renderer.clock
        self._at_beat_end = at_beat_end or (lambda beat: None)
        self._next_unfinished = 0

    @property
    def _films(self) -> bool:
        return isinstance(self.clock, FilmClock)

    def enter(self, number: int) -> None:
        """Waits until the beat's first frame and begins it."""
        beat = self.clock.check_enter(number)
        if self._films:
            self._finish_beats_before(number)
            self._pad_to(beat.start_frame)
        self.clock.enter(number)

    def leave(self) -> None:
        """Ends the beat, leaving room for what is played before the next one begins."""
        if self._films:
            self._pad_to(self.clock.end_frame)
        number = self.clock.current
        self.clock.leave()
        if self._films and self.clock.frames_left == 0:
            self._finish_beats_before(number + 1)

    def finish(self) -> None:
        """Fills the section up to its last frame."""
        if self._films:
            self._finish_beats_before(len(self.clock.beats))

    def wait_for_word(self, phrase: str) -> None:
        """Waits until the words are spoken."""
        frames = self.clock.frames_until_word(phrase)
        self.renderer.hold(self.scene, Wait(), frames)

    def _finish_beats_before(self, number: int) -> None:
        for unfinished in range(self._next_unfinished, number):
            beat, record = self.clock.beats[unfinished], self.clock.records[unfinished]
            self._pad_to(beat.end_frame)
            record.actual_end_frame = self.clock.frame if self.clock.plan.uses_beats else beat.end_frame
            if self.clock.plan.uses_beats or unfinished == len(self.clock.beats) - 1:
                self._at_beat_end(unfinished)
        self._next_unfinished = max(self._next_unfinished, number)

    def _pad_to(self, frame: int) -> None:
        while self.clock.frame < frame:
            number = self.clock.beat_at(self.clock.frame)
            frames = min(frame, self.clock.beats[number].end_frame) - self.clock.frame
            self.clock.records[number].padded_frames += frames
            self.renderer.hold(self.scene, Wait(), frames)
