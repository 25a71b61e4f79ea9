"""The report of a section, as `shared/contract/report.ts` describes it."""

from __future__ import annotations

import platform
import resource
import time
from importlib import metadata
from typing import Any

import av

from .clip import Clip
from .film_clock import FilmClock
from .yuv import planar_converter


class Resources:
    """What a render costs, counted from its beginning."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._cpu_before = _cpu_seconds()

    def to_json(self, drawn_frames: int) -> dict[str, Any]:
        """Wall clock and CPU time since the beginning, children included; the process's highest memory so
        far, and that of its largest child, which stood beside it."""
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return {
            "wallSeconds": round(time.monotonic() - self._started, 3),
            "cpuSeconds": round(_cpu_seconds() - self._cpu_before, 3),
            "peakMemoryMiB": round((own.ru_maxrss + children.ru_maxrss) / 1024, 1),
            "drawnFrames": drawn_frames,
        }


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def versions() -> dict[str, str]:
    """Everything that decides the pixels besides the job."""
    return {
        "python": platform.python_version(),
        "manim": metadata.version("manim"),
        "pyav": av.__version__,
        "libavcodec": ".".join(str(part) for part in av.library_versions["libavcodec"]),
        "conversion": planar_converter().__name__.removeprefix("by_"),
    }


def report_of_film(clip: Clip, clock: FilmClock, told: dict[str, Any]) -> dict[str, Any]:
    """The report of a section that was filmed; `told` holds `geometry`, `resources` and `notes`."""
    for record, beat in zip(clock.records, clock.beats, strict=True):
        frames = longest_still(clip.changes, beat.start_frame, beat.speech_end_frame)
        record.longest_still_seconds = frames / clock.frames_per_second
    beats = [record.to_json() for record in clock.records]
    return {"frames": clip.frames, "beats": beats, "versions": versions(), **told}


def report_of_failure(failure: dict[str, Any], resources: Resources, notes: list[str]) -> dict[str, Any]:
    """The report of a section of which there is no video."""
    return {
        "frames": 0, "beats": [], "geometry": [], "resources": resources.to_json(0), "versions": versions(),
        "notes": notes, "failure": failure,
    }  # fmt: skip


def longest_still(changes: list[int], start_frame: int, end_frame: int) -> int:
    """Length of the longest run of equal frames in [start_frame, end_frame), given the frames that brought a
    change."""
    edges = [start_frame, *(frame for frame in changes if start_frame < frame < end_frame), end_frame]
    return max(later - earlier for earlier, later in zip(edges, edges[1:], strict=False))
