"""From a job to its report and, unless the scene failed, its video."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from .failure import failure_of
from .job import RenderJob
from .mending import Mending
from .report import Resources, report_of_failure, report_of_film
from .run import Hooks, render

Progress = Callable[[int, int], None]


def produce(
    prepare: Callable[[], RenderJob],
    folder: Path,
    progress: Progress,
    at_beat_end: Callable[..., None] | None = None,
) -> tuple[dict[str, Any], bytes | None]:
    """The report, and the MP4 where there is one. Whatever goes wrong is in the report; nothing is raised
    but by the host's end.

    `prepare` gives the job; `folder` takes what Manim writes; `progress` hears of frames done and frames in
    all.
    """
    resources = Resources()
    mending: Mending | None = None
    try:
        job = prepare()
        mending = Mending(job.scene_code)
        hooks = Hooks(on_frame=lambda frame: progress(frame, job.total_frames))
        if at_beat_end is not None:
            hooks.at_beat_end = at_beat_end
        film = mending.run(lambda code: render(replace(job, scene_code=code), folder, hooks))
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        # The report tells the scene's own lines only; whoever mends the runtime needs the others.
        traceback.print_exception(error)
        report = report_of_failure(failure_of(error), resources, [])
        return report | (mending.to_json() if mending is not None else {}), None
    told = {
        "geometry": film.faults,
        "resources": resources.to_json(film.clip.drawn_frames),
        "notes": film.notes,
        **mending.to_json(),
    }
    return report_of_film(film.clip, film.clock, told), film.video
