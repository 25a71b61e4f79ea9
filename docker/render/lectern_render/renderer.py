"""The one place where a scene's animations are given their frames, drawn and encoded.

Everything that moves or waits in Manim ends in `renderer.play`, whatever a scene overrides, so it is there
that the clock decides. Without a clip the same animations are stepped and not drawn: the run that only plans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import numpy as np
from manim import Animation, CairoRenderer, Camera, Mobject, Scene, ThreeDCamera, Wait
from manim.utils.iterables import list_update

from .child import Place
from .clip import Clip
from .clock import Clock, frames_of
from .forked_clip import ForkedClip
from .scene import is_plain
from .scene_module import current_line

HALF_A_FRAME = 0.5
"""Manim rounds animations up to whole frames; half a frame less than n gives exactly n."""


def frames_of_manim(scene: Scene, frames_per_second: int) -> int:
    """Frames that Manim gives to the scene's compiled animations (`freeze_current_frame`, `get_time_progression`)."""
    if scene.is_current_animation_frozen_frame():
        return int(scene.duration / (1 / frames_per_second))
    return len(np.arange(0, scene.duration, 1 / frames_per_second))


def _adds_up_time(scene: Scene) -> bool:
    family = (part for mobject in scene.mobjects for part in mobject.get_family())
    return bool(scene.updaters) or any(part.has_time_based_updater() for part in family)


class FileWriterStandIn:
    """What Manim's scene and manager expect of a file writer, and nothing is written."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self.sections = [SimpleNamespace(skip_animations=False)]
        self.subcaptions: list[Any] = []

    def next_section(self, name: str, type_: str, skip_animations: bool) -> None:
        """A marker without effect: a section's frames are fixed, so that nothing can be skipped."""
        if skip_animations:
            self._note(f"next_section({name[:40]!r}): skip_animations is ignored")

    def add_sound(self, sound_file: Any, *_: Any, **__: Any) -> None:
        self._note(f"add_sound({str(sound_file)[:40]!r}) is ignored: the film's sound is its narration")

    def abort_encode_jobs(self, *_: Any, **__: Any) -> None:
        """There are none."""


class FrameRenderer(CairoRenderer):
    """Cairo drawing on the section's clock, into the section's clip."""

    def __init__(self, camera: Camera, clock: Clock, clip: Clip | ForkedClip | None) -> None:
        super().__init__(camera_class=lambda: camera)
        self.clock = clock
        self.clip = clip
        self.skip_animations = clip is None
        self.notes: list[str] = []
        self.file_writer = FileWriterStandIn(self.notes.append)
        self.hold: Callable[[Scene, Wait, int], None] = self.perform_wait
        self._granted = 0

    def play(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        """Plays what a scene asks for, in as many frames as the clock grants."""
        scene.compile_animation_data(*args, **kwargs)
        animations = scene.animations
        only_wait = len(animations) == 1 and isinstance(animations[0], Wait)
        asked = self._asked_frames(scene)
        if scene.stop_condition is not None:
            first_frame = self.clock.frame
            self.perform(scene, self.clock.grant_until(asked))
            self.clock.note_until(self.clock.frame - first_frame)
        elif only_wait:
            self.hold(scene, animations[0], self.clock.grant("wait", asked))
        else:
            self.perform(scene, self.clock.grant("animation", asked))

    def _asked_frames(self, scene: Scene) -> int:
        """Frames that the scene asks for: by Manim's count, or, where it keeps to beats, by the nearest whole number."""
        rate = self.clock.frames_per_second
        nearest = frames_of(scene.duration, rate)
        return frames_of_manim(scene, rate) if is_plain(scene) and nearest > 0 else nearest

    def play_in(self, scene: Scene, animation: Animation, frames: int) -> None:
        """Plays the runtime's own animation in exactly so many frames, without asking the clock."""
        scene.compile_animation_data(animation)
        self.perform(scene, frames)

    def perform_wait(self, scene: Scene, wait: Wait, frames: int) -> None:
        """Waits so many frames; `wait` says whether updaters run meanwhile."""
        if frames <= 0:
            return
        is_compiled = scene.animations is not None and list(scene.animations) == [wait]
        if is_compiled and frames == frames_of_manim(scene, self.clock.frames_per_second):
            # Compiling runs updaters once: what a scene asks for itself is not compiled again.
            self.perform(scene, frames)
        else:
            self.play_in(
                scene, Wait(frames / self.clock.frames_per_second, frozen_frame=wait.is_static_wait), frames
            )

    def perform(self, scene: Scene, frames: int) -> None:
        """Gives the scene's compiled animations exactly so many frames; with none they are applied at
        once."""
        self._granted = frames
        if frames == 0:
            self._apply_at_once(scene)
        else:
            self._fit_run_times(scene, frames)
            self._step(scene, frames)
        self.static_image = None
        self.num_plays += 1
        self.time = self.clock.frame / self.clock.frames_per_second

    def _apply_at_once(self, scene: Scene) -> None:
        scene.begin_animations()
        for animation in scene.animations:
            animation.finish()
            animation.clean_up_from_scene(scene)
        scene.update_mobjects(0)

    def _fit_run_times(self, scene: Scene, frames: int) -> None:
        rate = self.clock.frames_per_second
        is_fitting = frames == frames_of_manim(scene, rate)
        seconds = scene.duration if is_fitting else (frames - HALF_A_FRAME) / rate
        factor = seconds / scene.duration
        for animation in scene.animations:
            animation.run_time = max(animation.run_time * factor, 1e-6)
        scene.duration = seconds

    def _step(self, scene: Scene, frames: int) -> None:
        scene.begin_animations()
        if self.clip is None:
            # One step to the end does, unless something counts the steps or adds up their lengths.
            self.skip_animations = not _adds_up_time(scene)
            if not scene.is_current_animation_frozen_frame():
                scene.play_internal(skip_rendering=True)
            steps = round(scene.last_t * self.clock.frames_per_second) + 1
            self.clock.advance(steps if scene.stop_condition is not None else frames)
            return
        with self.clip.animation(scene):
            self._film(scene, frames)

    def _film(self, scene: Scene, frames: int) -> None:
        end_frame = self.clock.frame + frames
        if self.clip.draws:
            self.save_static_frame_data(scene, scene.static_mobjects)
        if scene.is_current_animation_frozen_frame():
            self._draw(scene, scene.moving_mobjects)
            self.add_frame(self.camera.pixel_array, frames)
        else:
            scene.play_internal()
        if scene.stop_condition is None and self.clock.frame < end_frame:
            self.add_frame(self.camera.pixel_array, end_frame - self.clock.frame)

    def render(self, scene: Scene, time: float, moving_mobjects: Iterable[Mobject] | None = None) -> None:
        """Draws one frame of an animation. The clip converts it at once, so that it need not be copied."""
        self._draw(scene, moving_mobjects)
        self.add_frame(self.camera.pixel_array)

    def _draw(self, scene: Scene, mobjects: Iterable[Mobject] | None) -> None:
        """Draws, or, where another process does, leaves the camera as if it had."""
        if self.clip.draws:
            self.update_frame(scene, mobjects)
        elif isinstance(self.camera, ThreeDCamera):
            self.camera.reset_rotation_matrix()

    def place(self, scene: Scene) -> Place:
        """What is about to be drawn, for whoever must name it."""
        names = list(dict.fromkeys(type(animation).__name__ for animation in scene.animations))
        return Place(", ".join(names), current_line(), self.clock.current)

    def add_frame(self, frame: Any, num_frames: int = 1) -> None:
        """Encodes a frame, and never one more than the clock has granted."""
        num_frames = min(num_frames, self._granted)
        if self.clip is None or num_frames <= 0:
            return
        self._granted -= num_frames
        self.clip.write(frame, num_frames)
        self.clock.advance(num_frames)

    def update_frame(
        self,
        scene: Scene,
        mobjects: Iterable[Mobject] | None = None,
        include_submobjects: bool = True,
        **_: Any,
    ) -> None:
        """Draws the moving mobjects over the static picture, or everything.

        Manim draws everything over the static picture when nothing moves, which doubles translucent fills and the
        edges of everything: so do scenes written for Manim, and those written for lessons do not.
        """
        if self.static_image is not None:
            self.camera.set_frame_to_background(self.static_image)
        else:
            self.camera.reset()
        if not mobjects and (self.static_image is None or is_plain(scene)):
            mobjects = list_update(scene.mobjects, scene.foreground_mobjects)
        if mobjects:
            self.camera.capture_mobjects(mobjects, include_submobjects=include_submobjects)

    def draw_now(self, scene: Scene) -> Any:
        """RGBA pixels of the scene as it stands, without making a frame of them."""
        self.static_image = None
        self.update_frame(scene)
        return self.camera.pixel_array
