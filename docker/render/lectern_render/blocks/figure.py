"""What plots, geometric figures, graphs, arrays and charts share: steps in time, names, colours, labels, a focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from manim import Animation, AnimationGroup, FadeIn, FadeOut, Mobject, Scene, SingleStringMathTex, Text, VMobject, rate_functions

from lectern_render.blocks.base import Block, seconds_left, staggered
from lectern_render.blocks.zoom import ZoomedLabels, zoom_animation
from lectern_render.glyphs import Maths
from lectern_render.highlight import Recolour, marker
from lectern_render.slots import Rect
from lectern_render.text import RichText, rich
from lectern_render.theme import MOTION, SIZE, palette

Step = dict[str, Any]
LINE_LEVEL, DOT_LEVEL, LABEL_LEVEL = 1, 2, 3
FILL_OPACITY = 0.35


class Restore(Animation):
    """Gives glyphs and shapes the colours back that they had; opacities stay as they are."""

    def __init__(self, mobject: Mobject, saved: list[tuple[VMobject, np.ndarray, np.ndarray]]) -> None:
        self._saved = saved
        super().__init__(mobject, run_time=MOTION.emphasis)

    def begin(self) -> None:
        self._from = [(m.fill_rgbas.copy(), m.stroke_rgbas.copy()) for m, _, _ in self._saved]
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        for (part, fill, stroke), (fill_now, stroke_now) in zip(self._saved, self._from, strict=True):
            for own, start, end in ((part.fill_rgbas, fill_now, fill), (part.stroke_rgbas, stroke_now, stroke)):
                if own.shape == start.shape == end.shape:
                    own[:, :3] = start[:, :3] + alpha * (end[:, :3] - start[:, :3])


class Figure(Block):
    """A block with named parts, told in steps what to do. `actions` are the methods that a step may name."""

    kind = "figure"
    actions: frozenset[str] = frozenset()

    def __init__(self, scene: Scene, slot: str | Rect = "stage") -> None:
        super().__init__(scene, slot)
        self.parts: dict[str, Mobject] = {}
        self._lit: list[tuple[int, Mobject, Restore, Mobject | None]] = []
        self._moment = 0
        self._stepping = False
        self.share_seconds: float | None = None
        self._batch: list[Animation] | None = None
        self._asked_labels: list[Callable[[], Animation | None]] = []
        self._zoomed = ZoomedLabels()

    # ---- steps

    def steps(self, steps: list[Step]) -> None:
        """Does one thing after the other, spread over what is left of the beat.

        Each step is `{"actions": [{"do": "look", "cell": 3}, ...], "when": "word"}`: `do` names a method of this block,
        the rest are its arguments. With `when` the step starts as that word is spoken.
        """
        scene = self.scene
        spread = seconds_left(scene, 0.0)
        self.share_seconds = spread / len(steps) if spread and steps else None
        for number, step in enumerate(steps):
            if step.get("when"):
                scene.wait_for_word(step["when"])
            else:
                due = spread * number / len(steps) - (spread - seconds_left(scene, 0.0))
                if spread and due > 0.05:
                    scene.wait(due)
            self.step(step["actions"])
        self.share_seconds = None

    def step(self, actions: list[Step]) -> None:
        """What belongs to one moment: everything that is only added comes in together."""
        self._moment += 1
        self._stepping = True
        self._batch = []
        try:
            for action in actions:
                name = action.get("do")
                if name not in self.actions:
                    raise ValueError(f"a {self.kind} cannot do {name!r}: it can {', '.join(sorted(self.actions))}")
                getattr(self, name)(**{key: value for key, value in action.items() if key != "do"})
            self.flush()
        finally:
            self._batch = None
            self._stepping = False

    def open_with(self, opening: list[Animation], draw: list[Step] | None, steps: list[Step] | None) -> None:
        """The entrance: the frame of the figure and what is drawn at once, then the steps over the rest of the beat."""
        later = steps or []
        if later and not later[0].get("when"):
            later = [{"actions": [], "opening": opening, "draw": draw or []}, *later]
            self._spread_opening(later)
            return
        self._open(opening, draw or [])
        if later:
            self.steps(later)

    def _spread_opening(self, steps: list[Step]) -> None:
        first, *rest = steps
        scene = self.scene
        before = seconds_left(scene, 0.0)
        self._open(first["opening"], first["draw"])
        wait = before / len(steps) - (before - seconds_left(scene, 0.0))
        if wait > 0.05:
            scene.wait(wait)
        self.steps(rest)

    def _open(self, opening: list[Animation], draw: list[Step]) -> None:
        if opening:
            self.play(staggered(opening))
        if draw:
            self.step(draw)

    # ---- playing

    def act(self, *animations: Animation, seconds: float | None = None) -> None:
        """Plays what changes the figure, after what was only to be added; what was lit before goes back to its colour."""
        self.flush()
        self._play_now(list(animations), seconds)

    def bring(self, *animations: Animation) -> None:
        """Plays what comes in: at once, or together with the rest of the step."""
        if self._batch is not None:
            self._batch += animations
        else:
            self._bring_now(list(animations))

    def ask_label(self, make: Callable[[], Animation | None]) -> None:
        """Labels are made when all shapes of the step stand, so that they find the room that is left."""
        self._asked_labels.append(make)
        if self._batch is None:
            self._bring_now([])

    def flush(self) -> None:
        """Plays what waits to come in."""
        if self._batch or self._asked_labels:
            waiting, self._batch = self._batch or [], [] if self._batch is not None else None
            self._bring_now(waiting)

    def _bring_now(self, animations: list[Animation]) -> None:
        asked, self._asked_labels = self._asked_labels, []
        labels = [animation for animation in (make() for make in asked) if animation is not None]
        together = animations + labels
        if together:
            lag = 0.25 if len(together) < 5 else 0.08
            longest = max(animation.run_time for animation in together)
            group = AnimationGroup(*together, lag_ratio=lag)
            limit = max(longest, MOTION.stagger_most)
            group.set_run_time(min(limit, group.run_time))
            self._play_now([group], None)

    def _play_now(self, animations: list[Animation], seconds: float | None) -> None:
        if not self._stepping:
            self._moment += 1
        due = [entry for entry in self._lit if entry[0] < self._moment]
        self._lit = [entry for entry in self._lit if entry[0] >= self._moment]
        # What takes another colour now does not go back to its own as well.
        recoloured = {id(part) for animation in animations if isinstance(animation, Recolour) for part in animation.mobject.get_family()}
        for _, part, restore, mark in due:
            if id(part) not in recoloured:
                animations.append(restore)
            if mark is not None:
                animations.append(FadeOut(mark, run_time=MOTION.emphasis))
        if animations:
            options = {} if seconds is None else {"run_time": seconds}
            self.play(*animations, **options)
        for _, _, _, mark in due:
            if mark is not None:
                self.remove(mark)

    def fade_in(self, mobject: Mobject, shift: np.ndarray | None = None) -> Animation:
        """How a small part comes."""
        drift = np.zeros(3) if shift is None else shift
        return FadeIn(mobject, shift=drift, run_time=MOTION.label_in, rate_func=rate_functions.ease_out_cubic)

    def fade_out(self, *mobjects: Mobject) -> list[Animation]:
        """How parts go; they are no longer part of the figure."""
        for mobject in mobjects:
            self.remove(mobject)
        return [FadeOut(m, run_time=MOTION.out, rate_func=rate_functions.ease_in_cubic) for m in mobjects]

    def zoom_to(self, place: np.ndarray | None, scale: float | None) -> None:
        """The camera goes near a place of the screen, or back; labels that its edge would cut are hidden meanwhile."""
        animation = zoom_animation(self.scene, place, scale)
        if animation is not None:
            self.flush()
            labels = [part for part in self.submobjects if isinstance(part, RichText)]
            self.act(animation, *self._zoomed.changes(labels, place, scale))

    # ---- focus

    def lit(self, *parts: Mobject) -> list[Animation]:
        """Lights parts up until the next moment: the one yellow thing."""
        animations: list[Animation] = []
        for part in parts:
            glyphs = [m for m in part.get_family() if isinstance(m, VMobject) and len(m.points)]
            saved = [(m, m.fill_rgbas.copy(), m.stroke_rgbas.copy()) for m in glyphs]
            written = is_text(part)
            animations.append(Recolour(part, palette().now_text if written else palette().now_edge))
            mark = marker(part) if written and palette().marks_behind else None
            if mark is not None:
                self.add(mark)
                animations.append(FadeIn(mark, run_time=MOTION.emphasis))
            self._lit.append((self._moment + (not self._stepping), part, Restore(part, saved), mark))
        return animations

    # ---- names, colours, labels

    def named(self, name: str) -> Mobject:
        """A part by its name; ValueError tells the names there are."""
        if name not in self.parts:
            known = ", ".join(sorted(self.parts)) or "nothing yet"
            raise ValueError(f"the {self.kind} has no {name!r}: it has {known}")
        return self.parts[name]

    def keep(self, name: str, part: Mobject, level: int = LINE_LEVEL) -> Mobject:
        """Makes the part one of the figure, to be found by its name."""
        part.set_z_index(level)
        self.parts[name] = part
        if part not in self.submobjects:
            self.add(part)
        return part

    def colour(self, name: str | None, default: str) -> str:
        """`#rrggbb` of a colour's name."""
        return palette().colour(name or default)

    def write(
        self, text: str, colour: str | None = None, size: float = SIZE.label, width: float = 6.0, on_fill: bool = False
    ) -> RichText:
        """A label; symbols of the ledger keep their colours, but on a fill, where only the text colour is legible."""
        label = rich(str(text), size=size, width=width, colour=palette().text if on_fill else colour)
        ledger = getattr(self.scene, "symbol_colours", {}) or {}
        if ledger and not on_fill:
            for unit in label.units():
                if isinstance(unit, Maths):
                    unit.colour_symbols(ledger)
        return label.set_z_index(LABEL_LEVEL)

    def symbol_colour(self, text: str | None) -> str | None:
        """The ledger's colour for what a label says, when it is one symbol, such as `$a$` or `$a^2$`."""
        ledger = getattr(self.scene, "symbol_colours", {}) or {}
        plain = (text or "").strip().strip("$").strip()
        return ledger.get(plain) or ledger.get(plain.split("^")[0].strip())


def is_text(mobject: Mobject) -> bool:
    """Whether it is made of words or formulas."""
    return any(isinstance(part, Text | SingleStringMathTex) for part in mobject.get_family())
