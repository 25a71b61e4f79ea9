"""Waiting without freezing: whenever the picture has stood still for five seconds while somebody speaks,
something in it lights up for a moment."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import numpy as np
from manim import (
    Animation,
    DecimalNumber,
    MarkupText,
    Mobject,
    Paragraph,
    Scene,
    SingleStringMathTex,
    Text,
    VMobject,
    Wait,
)  # fmt: skip

from .clip import Clip
from .clock import frames_of
from .film_clock import FilmClock
from .forked_clip import ForkedClip
from .highlight import Emphasis
from .renderer import FrameRenderer

STILL_SECONDS = 5.0
"""How long a picture may stand still before something is done; a viewer should never see more than six."""
SHORTEST_EMPHASIS_SECONDS = 0.6
RETRY_SECONDS = 1.0

TEXT_CLASSES = (Text, MarkupText, Paragraph, SingleStringMathTex, DecimalNumber)


class Padding:
    """Holds the picture for a while, and breaks stills that get too long."""

    def __init__(self, renderer: FrameRenderer, clock: FilmClock, clip: Clip | ForkedClip) -> None:
        self._renderer = renderer
        self._clock = clock
        self._clip = clip
        self._not_before = 0
        self._tried: tuple[int, int] | None = None
        self._emphases: tuple[Any, Iterator[Animation]] | None = None

    def hold(self, scene: Scene, wait: Wait, frames: int) -> None:
        """Waits so many frames. `wait` says whether updaters run meanwhile."""
        end = self._clock.frame + frames
        if not any(self._clock.speaking_at(frame) for frame in range(self._clock.frame, end)):
            # Nothing is going to be broken, so that the wait stays whole: each part of it would run updaters once more.
            self._renderer.perform_wait(scene, wait, frames)
            return
        while self._clock.frame < end:
            left = end - self._clock.frame
            quiet = self._frames_until_due(left)
            if quiet > 0:
                self._renderer.perform_wait(scene, wait, min(quiet, left))
            elif not self._clock.speaking_at(self._clock.frame):
                beat = self._clock.beats[self._clock.beat_at(self._clock.frame)]
                self._renderer.perform_wait(scene, wait, min(beat.end_frame - self._clock.frame, left))
            elif left < self._frames(SHORTEST_EMPHASIS_SECONDS):
                self._renderer.perform_wait(scene, wait, left)
            else:
                self._break_still(scene, left)

    def _frames(self, seconds: float) -> int:
        return frames_of(seconds, self._clock.frames_per_second)

    def _frames_until_due(self, wanted: int) -> int:
        """Frames until a still is to be broken. Where they are at least `wanted`, only that is sure: to know more
        may mean to wait until pictures are drawn."""
        longest = self._frames(STILL_SECONDS)
        at_least = longest - self._clip.most_still_frames
        if at_least >= wanted:
            return at_least
        self._judge_last_try()
        return max(longest - self._clip.still_frames, self._not_before - self._clock.frame)

    def _judge_last_try(self) -> None:
        """When an emphasis did not change the picture, the next try is a second away."""
        if self._tried is None:
            return
        (first, end), self._tried = self._tried, None
        if not self._clip.changed_between(first, end):
            self._not_before = end + self._frames(RETRY_SECONDS)

    def _break_still(self, scene: Scene, frames_left: int) -> None:
        """Plays one small emphasis, if there is any."""
        with _same_chance_afterwards():
            animation = self._next_emphasis(scene)
            first = self._clock.frame
            if animation is not None:
                self._renderer.play_in(scene, animation, min(frames_left, self._frames(animation.run_time)))
            self._tried = (first, self._clock.frame)

    def _next_emphasis(self, scene: Scene) -> Animation | None:
        on_stage = set(scene.get_mobject_family_members())
        for animation in self._of_focus(scene):
            if on_stage & set(animation.mobject.get_family()):
                return animation
        target = _last_text(scene)
        return None if target is None else Emphasis(target)

    def _of_focus(self, scene: Scene) -> list[Animation]:
        focus = getattr(scene, "_focus", None)
        if focus is None:
            return []
        try:
            if self._emphases is None or self._emphases[0] is not focus:
                self._emphases = (focus, iter(focus.emphases()))
            return list(islice(self._emphases[1], 1))
        except Exception as error:
            note = f"{type(focus).__name__} cannot emphasise anything: {error!r:.120}"
            if note not in self._renderer.notes:
                self._renderer.notes.append(note)
            return []


def _last_text(scene: Scene) -> Mobject | None:
    """The text that was added last, or, where there is none, the shape; nothing that redraws itself."""
    family = [mobject for mobject in scene.get_mobject_family_members() if not mobject.get_updaters()]
    texts = [mobject for mobject in family if isinstance(mobject, TEXT_CLASSES) and _visible(mobject)]
    shapes = [mobject for mobject in family if isinstance(mobject, VMobject) and _visible(mobject)]
    return next(reversed(texts or shapes), None)


def _visible(mobject: VMobject) -> bool:
    return any(
        part.get_fill_opacity() > 0.1 or (part.get_stroke_width() > 0 and part.get_stroke_opacity() > 0.1)
        for part in mobject.family_members_with_points()
    )


@contextmanager
def _same_chance_afterwards() -> Iterator[None]:
    """Leaves the random numbers of scene code as if nothing had been drawn in between."""
    states = random.getstate(), np.random.get_state()
    yield
    random.setstate(states[0])
    np.random.set_state(states[1])
