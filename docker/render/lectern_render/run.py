"""A job from beginning to end: plan without drawing, then film."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from manim import Camera, Scene
from manim.utils.exceptions import EndSceneEarlyException, RerunSceneException

from . import cores, scene_module, settings
from .clip import Clip
from .cores import Cores
from .failure import SceneFailed
from .film_clock import FilmClock
from .fork_guard import reason_for_one_process, watch
from .forked_clip import ForkedClip, StateDiffers
from .geometry import Inspector
from .job import RenderJob
from .padding import Padding
from .plan import SectionPlan
from .plan_clock import PlanClock
from .renderer import FrameRenderer
from .runtime import Runtime
from .scene import with_beats


@dataclass
class Hooks:
    """What whoever starts a render wants to hear: frames done, and the scene with its pixels at each beat's
    end."""

    on_frame: Callable[[int], None] | None = None
    at_beat_end: Callable[[int, Scene, FrameRenderer], None] = field(
        default=lambda beat, scene, renderer: None
    )


@dataclass
class Film:
    """What a render gives: the video, its clip, and the records from which the report is made."""

    video: bytes
    clip: Clip | ForkedClip
    clock: FilmClock
    faults: list[dict[str, Any]]
    notes: list[str]


def render(job: RenderJob, folder: Path, hooks: Hooks) -> Film:
    """Films the job's scene. Raises SceneFailed, from whatever scene code raised."""
    lent = cores.available()
    plan, camera = _plan(job, folder)
    lent.granted()
    reason = None if lent.most < 2 else reason_for_one_process(job.scene_code, camera)
    if lent.most > 1 and reason is None:
        lent.want(lent.most)
        try:
            return _film(job, folder, hooks, (plan, lent))
        except StateDiffers as error:
            reason = f"two runs of one animation ended differently ({error})"
            lent.want(1)
    film = _film(job, folder, hooks, (plan, None))
    if reason is not None:
        film.notes.append(f"drawn by one process: {reason}")
    return film


def _film(job: RenderJob, folder: Path, hooks: Hooks, how: tuple[SectionPlan, Cores | None]) -> Film:
    plan, lent = how
    clock = FilmClock(job, plan)
    scene = _new_scene(job, folder)
    clip = (Clip if lent is None else ForkedClip)(
        job.profile, [beat.start_frame for beat in job.beats], hooks.on_frame
    )
    renderer = FrameRenderer(scene.renderer.camera, clock, clip)
    if lent is not None:
        clip.cores, clip.place, clip.folder = lent, renderer.place, folder
    renderer.hold = Padding(renderer, clock, clip).hold
    inspector = Inspector()

    def at_beat_end(beat: int) -> None:
        try:
            inspector.look(scene, renderer.draw_now(scene), (beat, max(0, clock.frame - 1)))
        except Exception as error:
            # A picture that cannot be judged is still a picture: the film goes on, and the report says so.
            renderer.notes.append(f"beat {beat}: its picture could not be checked, {error!r:.120}")
        hooks.at_beat_end(beat, scene, renderer)

    try:
        _run(scene, Runtime(scene, renderer, at_beat_end))
        return Film(clip.finish(), clip, clock, inspector.faults, [*renderer.notes, *clock.notes, *clip.notes])
    except BaseException:
        clip.abandon()
        raise


def _plan(job: RenderJob, folder: Path) -> tuple[SectionPlan, Camera]:
    """Runs the scene without drawing, to learn what its beats ask for and what its code does."""
    clock = PlanClock(job)
    with watch.over_plan(folder):
        scene = _new_scene(job, folder)
        _run(scene, Runtime(scene, FrameRenderer(scene.renderer.camera, clock, None)))
    return clock.plan(), scene.renderer.camera


def _new_scene(job: RenderJob, folder: Path) -> Scene:
    """A fresh scene of freshly run code, from the same seed: both runs begin in the same state."""
    settings.apply(job, folder)
    random.seed(job.seed)
    np.random.seed(job.seed % 2**32)
    try:
        scene = with_beats(scene_module.load(job.scene_code))()
    except (Exception, SystemExit) as error:
        raise SceneFailed(None) from error
    scene._job = job
    return scene


def _run(scene: Scene, runtime: Runtime) -> None:
    scene.renderer = runtime.renderer
    scene._runtime = runtime
    try:
        scene.setup()
        scene.construct()
        scene.tear_down()
    except (EndSceneEarlyException, RerunSceneException):
        # Manim's own ways of ending a scene early; the rest of the section is padded.
        pass
    except (Exception, SystemExit) as error:
        raise SceneFailed(runtime.clock.current) from error
    runtime.finish()
