"""Key phrases of the narration, and notes that are shown and not spoken."""

from __future__ import annotations

import numpy as np
from manim import LEFT, ORIGIN, FadeOut, Mobject, Rectangle, Scene, VGroup, rate_functions

from ..highlight import Spotlight
from ..slots import Rect, slot_rect
from ..text import RichText, one_line, place, rich
from ..theme import GAP_INSIDE, MOTION, SIZE, TAKEAWAY_BASELINE, palette
from .base import Block, appear
from .panels import panel
from .timing import spread

_PHRASE_GAP = 0.55


class Statement(Block):
    """Key phrases in large type where nothing else is on the stage; the one that is spoken of now is lit."""

    def __init__(self, scene: Scene, slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.phrases: list[RichText] = []
        self.spotlight = Spotlight()

    def _typeset(self, phrases: list[str]) -> list[RichText]:
        centred = self.slot.width > 9
        size = SIZE.title if centred and sum(map(len, phrases)) <= 30 else SIZE.heading
        align = ORIGIN if centred else LEFT
        while True:
            made = [rich(phrase, size, self.slot.width - 0.4, align=align, floor=SIZE.floor) for phrase in phrases]
            height = sum(text.height for text in made) + _PHRASE_GAP * (len(made) - 1)
            if height <= self.slot.height or size <= SIZE.label:
                break
            size -= 3
        top = self.slot.y + height / 2
        for text in made:
            x = self.slot.x if centred else self.slot.left
            text.shift([x - text.get_edge_center(ORIGIN if centred else LEFT)[0], top - text.get_top()[1], 0])
            top -= text.height + _PHRASE_GAP
        return made

    def next(self, *phrases: str) -> None:
        """Other phrases take the place of those that are there."""
        if self.phrases:
            leaving = [FadeOut(VGroup(*self.phrases), run_time=MOTION.out, rate_func=rate_functions.ease_in_cubic)]
            self.play(*leaving, *self.spotlight.switch([]))
            self.remove(*self.phrases)
        self.phrases = self._typeset(list(phrases))
        for text, pause in zip(self.phrases, spread(self.scene, len(self.phrases), MOTION.words_in), strict=True):
            self.enter(text, appear(text))
            if pause:
                self.scene.wait(pause)

    def emphasis_parts(self) -> list[Mobject]:
        return [unit for text in self.phrases for unit in text.units()]


def statement(scene: Scene, phrases: list[str] | str, slot: str | Rect = "stage") -> Statement:
    """Up to three key phrases in large type, one after the other over the beat, for a stage that is otherwise empty."""
    block = Statement(scene, slot)
    block.next(*([phrases] if isinstance(phrases, str) else phrases))
    return block


class Takeaway(Block):
    """One line under the figure. A new one takes the place of the one before."""

    def __init__(self, scene: Scene, phrase: str, slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.text = one_line(phrase, SIZE.body, self.slot.width, weight="MEDIUM", align=ORIGIN)
        place(self.text, self.slot.x, TAKEAWAY_BASELINE, ORIGIN)

    def emphasis_parts(self) -> list[Mobject]:
        return list(self.text.units())


def takeaway(scene: Scene, phrase: str, slot: str | Rect = "stage") -> Takeaway:
    """A key phrase in one line under the figure, between it and the captions; the one before leaves."""
    block = Takeaway(scene, phrase, slot_rect(slot))
    before = getattr(scene, "lectern_takeaway", None)
    scene.lectern_takeaway = block
    if before is not None and set(before.get_family()) & set(scene.get_mobject_family_members()):
        scene.play(FadeOut(before, run_time=MOTION.out / 2, rate_func=rate_functions.ease_in_cubic))
    block.enter(block.text, appear(block.text))
    return block


class Note(Block):
    """A remark in a small panel."""

    def __init__(self, scene: Scene, text: str, slot: str | Rect) -> None:
        super().__init__(scene, slot)
        width = min(self.slot.width, 7.4)
        self.text = rich(text, SIZE.label, width - 2.4 * GAP_INSIDE, lines=8, colour=palette().text)
        frame = Rect(self.slot.x, self.slot.y, self.text.width + 2.4 * GAP_INSIDE, self.text.height + 3 * GAP_INSIDE)
        self.panel = panel(frame)
        self.bar = Rectangle(
            width=0.05, height=frame.height, stroke_width=0, fill_opacity=1, fill_color=palette().muted
        ).move_to([frame.left, frame.y, 0])
        self.text.move_to(frame.centre + np.array([0.05, 0, 0]))

    def emphasis_parts(self) -> list[Mobject]:
        return list(self.text.lines)


def note(scene: Scene, text: str, slot: str | Rect = "stage") -> Note:
    """Words that are shown and not spoken, in a small panel in the middle of the slot."""
    block = Note(scene, text, slot)
    whole = VGroup(block.panel, block.bar, block.text)
    block.enter([block.panel, block.bar, block.text], appear(whole))
    return block
