"""Recolouring what is spoken of now, and back. Sizes stay: a word that swells is decoration."""

from __future__ import annotations

import numpy as np
from manim import Animation, FadeIn, FadeOut, Mobject, RoundedRectangle, Scene, SingleStringMathTex, Text, VGroup, VMobject, smooth

from .theme import MOTION, palette

MARKER_LEVEL = -1


def _glyphs(mobject: Mobject) -> list[VMobject]:
    return [m for m in mobject.get_family() if isinstance(m, VMobject) and len(m.points)]


def marker(mobject: Mobject) -> VGroup:
    """The fill behind text that is spoken of now, in themes where yellow text would not be legible."""
    glyphs = VGroup(*_glyphs(mobject))
    shape = RoundedRectangle(
        corner_radius=0.06, width=glyphs.width + 0.16, height=glyphs.height + 0.14, stroke_width=0,
        fill_color=palette().now_fill, fill_opacity=1,
    )  # fmt: skip
    return VGroup(shape.move_to(glyphs).set_z_index(MARKER_LEVEL))


class Recolour(Animation):
    """Turns the mobject to one colour, fill and stroke where it has them; a colour is `#rrggbb`."""

    def __init__(self, mobject: Mobject, colour: str, run_time: float = MOTION.emphasis) -> None:
        self.colour = colour
        super().__init__(mobject, run_time=run_time)

    def begin(self) -> None:
        target = np.array([int(self.colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        self._steps = [(m, m.fill_rgbas.copy(), m.stroke_rgbas.copy(), target) for m in _glyphs(self.mobject)]
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        part = self.rate_func(alpha)
        for mobject, fill, stroke, target in self._steps:
            mobject.fill_rgbas = _toward(fill, target, part)
            mobject.stroke_rgbas = _toward(stroke, target, part)


def _toward(colours: np.ndarray, target: np.ndarray, part: float) -> np.ndarray:
    mixed = colours.copy()
    mixed[:, :3] += (target - mixed[:, :3]) * part
    return mixed


def _held(alpha: float) -> float:
    """There, held, and back again."""
    ramp = 0.25
    return float(smooth(min(1.0, alpha / ramp, (1 - alpha) / ramp)))


class Emphasis(Recolour):
    """Lets the mobject light up and go back to exactly what it was; the scene's stills are broken with these."""

    def __init__(self, mobject: Mobject, colour: str | None = None, run_time: float = 4 * MOTION.emphasis) -> None:
        written = any(isinstance(part, Text | SingleStringMathTex) for part in mobject.get_family())
        super().__init__(mobject, colour or (palette().now_text if written else palette().now_edge), run_time)
        self.rate_func = _held
        # A marker behind lines would hide what they point at.
        self._marker = marker(mobject) if written and colour is None and palette().marks_behind else None

    def _setup_scene(self, scene: Scene) -> None:
        super()._setup_scene(scene)
        if self._marker is not None:
            scene.add(self._marker)

    def interpolate_mobject(self, alpha: float) -> None:
        super().interpolate_mobject(alpha)
        if self._marker is not None:
            self._marker.set_opacity(self.rate_func(alpha))

    def clean_up_from_scene(self, scene: Scene) -> None:
        super().clean_up_from_scene(scene)
        for mobject, fill, stroke, _ in self._steps:
            mobject.fill_rgbas, mobject.stroke_rgbas = fill, stroke
        if self._marker is not None:
            scene.remove(self._marker)


class Restore(Animation):
    """Gives the mobject back the colours that it had when this was made of it."""

    def __init__(self, mobject: Mobject, run_time: float = MOTION.emphasis) -> None:
        self._kept = [(m, m.fill_rgbas.copy(), m.stroke_rgbas.copy()) for m in _glyphs(mobject)]
        super().__init__(mobject, run_time=run_time)

    def begin(self) -> None:
        self._from = [(m.fill_rgbas.copy(), m.stroke_rgbas.copy()) for m, _, _ in self._kept]
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        part = self.rate_func(alpha)
        for (mobject, fill, stroke), (fill_now, stroke_now) in zip(self._kept, self._from, strict=True):
            mobject.fill_rgbas = fill_now + (fill - fill_now) * part
            mobject.stroke_rgbas = stroke_now + (stroke - stroke_now) * part


class Spotlight:
    """Keeps some parts lit until others are: yellow text, or a marker behind where yellow would not be legible."""

    def __init__(self) -> None:
        self._restore: list[Restore] = []
        self.markers = VGroup()

    def switch(self, parts: list[Mobject], colour: str | None = None) -> list[Animation]:
        """Animations that put out what is lit and light the parts; none of both is fine."""
        leaving = [*self._restore, *([FadeOut(self.markers, run_time=MOTION.emphasis)] if len(self.markers) else [])]
        self._restore = [Restore(part) for part in parts]
        self.markers = VGroup()
        coming: list[Animation] = [Recolour(part, colour or palette().now_text) for part in parts]
        if palette().marks_behind and colour is None and parts:
            self.markers = VGroup(*[marker(part) for part in parts])
            coming.append(FadeIn(self.markers, run_time=MOTION.emphasis))
        return [*leaving, *coming]
