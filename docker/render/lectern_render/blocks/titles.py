"""The film's title card, and the section's title in the corner."""

from __future__ import annotations

from manim import FadeIn, FadeOut, Scene, rate_functions

from ..text import baseline, capital, one_line, pitch, place, rich
from ..theme import CORNER_LABEL, MOTION, SAFE_LEFT, SAFE_RIGHT, SIZE, palette
from .base import Block, appear

_TITLE_BASELINE = 1.25


class CornerLabel(Block):
    """The only running title: muted, in the upper left corner."""

    def __init__(self, scene: Scene, text: str) -> None:
        super().__init__(scene)
        self.label = one_line(text, SIZE.corner, SAFE_RIGHT - SAFE_LEFT, palette().muted)
        place(self.label, CORNER_LABEL[0], CORNER_LABEL[1] - capital(self.label.size))


def corner_label(scene: Scene, text: str) -> CornerLabel:
    """The section's title in the corner. It is there at once and stays."""
    label = CornerLabel(scene, text)
    label.add(label.label)
    scene.add(label)
    return label


class TitleCard(Block):
    """The film's title. `shrink` sends it to the corner."""

    def __init__(self, scene: Scene, title: str, subtitle: str, slot: str) -> None:
        super().__init__(scene, slot)
        colours = palette()
        width = min(self.slot.right, SAFE_RIGHT) - SAFE_LEFT
        self.title = rich(title, SIZE.title, width, lines=2 if len(title) < 60 else 3, floor=34)
        bottom = _TITLE_BASELINE + (len(self.title.lines) - 1) * pitch(self.title.size) / 2
        place(self.title, SAFE_LEFT, bottom)
        self.subtitle = rich(subtitle, SIZE.subtitle, width, lines=2, colour=colours.muted) if subtitle else None
        if self.subtitle is not None:
            below = baseline(self.title.lines[-1]) - 1.0
            place(self.subtitle, SAFE_LEFT, below)

    def shrink(self, section_title: str) -> CornerLabel:
        """Turns the card into the corner label of the first section."""
        label = CornerLabel(self.scene, section_title)
        self.scene.play(
            FadeOut(self, shift=[-0.2, 0.5, 0], run_time=MOTION.words_in, rate_func=rate_functions.ease_in_cubic)
        )
        label.enter(label.label, FadeIn(label.label, run_time=MOTION.label_in))
        return label


def title_card(scene: Scene, title: str, subtitle: str = "", slot: str = "stage") -> TitleCard:
    """The film's title, with an optional line below; with `slot="left"` a picture has the right half.

    Hold it for about 2.5 s, then call `.shrink(section_title)`.
    """
    card = TitleCard(scene, title, subtitle, slot)
    parts = [card.title, *([card.subtitle] if card.subtitle is not None else [])]
    card.enter(parts, *[appear(part) for part in parts])
    return card
