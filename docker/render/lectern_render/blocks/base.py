"""What every block of a lesson has in common: its place, how it enters, is muted and leaves, and what lights up in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from manim import (
    DOWN, Animation, AnimationGroup, FadeIn, FadeOut, Group, Mobject, Scene, SingleStringMathTex, Text, VMobject,
    rate_functions,
)  # fmt: skip

from ..highlight import Emphasis, Recolour
from ..slots import Rect, slot_rect
from ..theme import MOTION, palette


_NO_CLOCK_SECONDS = 600


class _SceneReference:
    """Keeps the scene out of copies: Manim copies mobjects deeply, and a scene must not be."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def __deepcopy__(self, memo: dict[int, Any]) -> _SceneReference:
        return self


class Block(Group):
    """A figure or a text on the stage. Its methods go on with it inside the current beat.

    A block makes its parts, then plays its own entrance with `enter`. What it holds it adds to itself before the
    animation starts, so that the whole can leave or be muted at any time.
    """

    def __init__(self, scene: Scene, slot: str | Rect = "stage") -> None:
        super().__init__()
        self._reference = _SceneReference(scene)
        self.slot: Rect = slot_rect(slot)

    @property
    def scene(self) -> Any:
        """The scene that the block is drawn in."""
        return self._reference.scene

    def play(self, *animations: Animation, **options: Any) -> None:
        """Plays animations of this block; the scene notes that it was touched last."""
        focus = getattr(self.scene, "focus", None)
        if focus is not None:
            focus(self)
        if animations:
            self.scene.play(*animations, **options)

    def enter(self, parts: Mobject | list[Mobject], *animations: Animation, **options: Any) -> None:
        """Adds parts to the block and the scene and plays how they come: faded in with a small drift, or as given."""
        for part in parts if isinstance(parts, list) else [parts]:
            if part not in self.submobjects:
                self.add(part)
        if not set(self.get_family()) & set(self.scene.get_mobject_family_members()):
            self.scene.add(self)
        self.play(*(animations or [appear(self)]), **options)

    def emphases(self) -> Iterator[Animation]:
        """Small recolours without end, one part after the other; the scene asks for one when a picture stands still."""
        while True:
            parts = self.emphasis_parts()
            for part in parts or [self]:
                yield Emphasis(part, self.emphasis_colour())

    def emphasis_parts(self) -> list[Mobject]:
        """The parts that light up in turn, in the order in which they are read."""
        return list(self.submobjects)

    def emphasis_colour(self) -> str | None:
        """What its parts light up in; None for the theme's way, which a part on a marker or band would not show."""
        return None

    def mute(self) -> None:
        """Turns the block to the colours of context: still there, no longer spoken of."""
        self.play(*dimmed(self), run_time=MOTION.out)

    def leave(self) -> None:
        """Fades the whole block out."""
        leave(self.scene, self)


def appear(mobject: Mobject, run_time: float = MOTION.words_in) -> Animation:
    """How words and panels come: faded in while they drift up a little."""
    return FadeIn(
        mobject, shift=-MOTION.shift_in * DOWN, run_time=run_time, rate_func=rate_functions.ease_out_cubic
    )  # fmt: skip


def staggered(animations: list[Animation], seconds: float | None = None) -> AnimationGroup:
    """Animations one shortly after the other; the whole is at most 1.6 s, or takes the seconds given."""
    group = AnimationGroup(*animations, lag_ratio=MOTION.stagger_lag)
    group.set_run_time(seconds if seconds is not None else min(MOTION.stagger_most, group.run_time))
    return group


def seconds_left(scene: Scene, default: float) -> float:
    """Seconds in which the beat is still being told; the default where there are no beats."""
    left = float(getattr(scene, "telling_seconds_left", _NO_CLOCK_SECONDS))
    return default if left >= _NO_CLOCK_SECONDS else left


def dimmed(mobject: Mobject) -> list[Animation]:
    """Animations that turn text to the dim colour and shapes half-way to the ground."""
    colours = palette()
    animations: list[Animation] = []
    for part in mobject.get_family():
        if isinstance(part, (Text, SingleStringMathTex)):
            animations.append(Recolour(part, colours.dim_on_panel, run_time=MOTION.out))
    lettered = {id(m) for a in animations for m in a.mobject.get_family()}
    for part in mobject.get_family():
        if isinstance(part, VMobject) and len(part.points) and id(part) not in lettered:
            animations.append(Recolour(part, _faded(part), run_time=MOTION.out))
    return animations


def _faded(shape: VMobject) -> str:
    ground = np.array([int(palette().ground[i : i + 2], 16) for i in (1, 3, 5)])
    own = shape.get_stroke_color() if shape.get_stroke_width() else shape.get_fill_color()
    mixed = (np.array(own.to_rgb()) * 255 + ground) / 2
    return "#" + "".join(f"{round(channel):02X}" for channel in mixed)


def leave(scene: Scene, *mobjects: Mobject) -> None:
    """Fades out together what the next beat does not use."""
    if mobjects:
        scene.play(FadeOut(Group(*mobjects), run_time=MOTION.out, rate_func=rate_functions.ease_in_cubic))
