"""Checks of texts by the picture itself: contrast, hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .fault import Fault
from .outline import contrast, fill_opacity
from .stage import Part, Stage, TextUnit

LEAST_CONTRAST = 4.5
LEAST_CONTRAST_LARGE = 3.0
LARGE_GLYPH = 0.3
JUDGED_PERCENTILE = 20
SHOWN_SHARE = 0.7
NEAR = 0.6
"""A pixel is near a glyph's colour when it has left at least so much of the way from there to the ground
behind."""
INDISTINCT = 0.08
EDGE = 0.03


@dataclass(frozen=True)
class Picture:
    """A drawn frame, red, green and blue in 0 to 1, and how units map to its pixels."""

    colours: np.ndarray
    half_width: float
    half_height: float

    @classmethod
    def of(cls, pixels: np.ndarray, stage: Stage) -> Picture:
        return cls(pixels[:, :, :3] / 255.0, stage.frame.half_width, stage.frame.half_height)

    def cut(self, box: np.ndarray, margin: float = 0.0) -> np.ndarray:
        """The pixels of a box (left, bottom, right, top), one row each; none when it is outside."""
        rows, columns = self.colours.shape[:2]
        left = (box[0] - margin + self.half_width) / (2 * self.half_width) * columns
        right = (box[2] + margin + self.half_width) / (2 * self.half_width) * columns
        top = (self.half_height - box[3] - margin) / (2 * self.half_height) * rows
        bottom = (self.half_height - box[1] + margin) / (2 * self.half_height) * rows
        x = slice(max(0, int(np.floor(left))), max(0, int(np.ceil(right))))
        y = slice(max(0, int(np.floor(top))), max(0, int(np.ceil(bottom))))
        return self.colours[y, x].reshape(-1, 3)


def faults(stage: Stage, picture: Picture) -> Iterator[Fault]:
    """Texts that something lies over, and texts that hardly differ from what is behind them."""
    for unit in stage.units:
        behind = picture.cut(unit.box, EDGE)
        if len(behind) == 0:
            continue
        ground = np.median(behind, axis=0)
        shown = [
            glyph for glyph in unit.glyphs if fill_opacity(glyph.mobject) > 0 and len(picture.cut(glyph.box))
        ]
        if not shown:
            continue
        hidden = _hidden(unit, shown, ground, picture)
        yield from hidden or _contrast(unit, shown, ground)


def _blended(glyph: Part, ground: np.ndarray) -> np.ndarray:
    colour = np.array(glyph.mobject.get_fill_color().to_rgb())
    return ground + (colour - ground) * min(1.0, fill_opacity(glyph.mobject))


def _hidden(unit: TextUnit, glyphs: list[Part], ground: np.ndarray, picture: Picture) -> list[Fault]:
    told = []
    for glyph in glyphs:
        colour = _blended(glyph, ground)
        away = float(np.linalg.norm(colour - ground))
        if away < INDISTINCT:
            continue
        distance = np.linalg.norm(picture.cut(glyph.box) - colour, axis=1).min()
        told.append(distance <= NEAR * away)
    if told and np.mean(told) < SHOWN_SHARE:
        return [Fault("hidden", unit.label, f"{np.mean(told):.0%} of its glyphs can be seen")]
    return []


def _contrast(unit: TextUnit, glyphs: list[Part], ground: np.ndarray) -> Iterator[Fault]:
    ratios, margins = [], []
    for glyph in glyphs:
        ratio = contrast(_blended(glyph, ground), ground)
        large = (glyph.box[2:] - glyph.box[:2]).max() > LARGE_GLYPH
        ratios.append(ratio)
        margins.append(ratio / (LEAST_CONTRAST_LARGE if large else LEAST_CONTRAST))
    if np.percentile(margins, JUDGED_PERCENTILE) < 1:
        ratio = np.percentile(ratios, JUDGED_PERCENTILE)
        yield Fault("contrast", unit.label, f"{ratio:.1f}:1 against what is behind it")
