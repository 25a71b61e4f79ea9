"""What happened in a beat, written down while it happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class BeatRecord:
    """One beat of the report. Frames count from the section's first."""

    planned_start_frame: int
    planned_end_frame: int
    actual_start_frame: int | None = None
    actual_end_frame: int | None = None
    animations: int = 0
    squeeze: float = 1.0
    applied_at_once: int = 0
    padded_frames: int = 0
    longest_still_seconds: float = 0.0

    def begin(self, frame: int) -> None:
        """The first thing of the beat happens at this frame."""
        if self.actual_start_frame is None:
            self.actual_start_frame = frame

    def note_animation(self, asked_frames: int, granted_frames: int) -> None:
        """An animation asked for that many frames and got so many."""
        self.animations += 1
        if granted_frames == 0:
            self.applied_at_once += 1
        elif granted_frames < asked_frames:
            self.squeeze = min(self.squeeze, granted_frames / asked_frames)

    def to_json(self) -> dict[str, Any]:
        """As `shared/contract/report.ts` has it. A beat in which nothing was ever begun was skipped."""
        start, end = self.actual_start_frame, self.actual_end_frame
        return {
            "plannedStartFrame": self.planned_start_frame,
            "plannedEndFrame": self.planned_end_frame,
            "actualStartFrame": self.planned_start_frame if start is None else start,
            "actualEndFrame": self.planned_end_frame if end is None else end,
            "animations": self.animations,
            "squeeze": round(self.squeeze, 3),
            "appliedAtOnce": self.applied_at_once,
            "paddedFrames": self.padded_frames,
            "longestStillSeconds": round(self.longest_still_seconds, 3),
            "skipped": start is None,
        }
