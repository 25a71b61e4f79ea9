"""Strokes that run through text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from manim import VMobject

from .fault import Fault
from .outline import along, contrast, curves, fill_opacity, stroke_opacity
from .stage import Part, Stage, TextUnit

SAMPLE_LENGTH = 0.05
MOST_STEPS = 400
GLYPH_SHRINK = 0.12
COVERING_FILL = 0.7
FAINT_CONTRAST = 1.6
VISIBLE_STROKE = 0.1


def crossings(stage: Stage, ground: np.ndarray) -> Iterator[Fault]:
    """A stroke inside a glyph's box. Not a fault: what a fill hides from the text, and lines as faint as a
    grid.

    `ground` is the background's colour, 0 to 1.
    """
    strokes = [shape for shape in stage.shapes if _shows(shape, ground)]
    for unit in stage.units:
        core = _shrunk(unit.boxes)
        for stroke in strokes:
            if np.any(unit.box[:2] > stroke.box[2:]) or np.any(stroke.box[:2] > unit.box[2:]):
                continue
            hits = _inside(_samples(stage, stroke), core)
            if any(not _covered(stage.fills, stroke, unit, point) for point in hits):
                yield Fault(
                    "cross", unit.label, f"a stroke of {type(stroke.mobject).__name__} runs through it"
                )
                break


def _shows(part: Part, ground: np.ndarray) -> bool:
    opacity = stroke_opacity(part.mobject)
    if opacity < VISIBLE_STROKE:
        return False
    colour = np.array(part.mobject.get_stroke_color().to_rgb())
    return contrast(ground + (colour - ground) * opacity, ground) >= FAINT_CONTRAST


def _shrunk(boxes: np.ndarray) -> np.ndarray:
    by = (boxes[:, 2:] - boxes[:, :2]) * GLYPH_SHRINK / 2
    return np.concatenate([boxes[:, :2] + by, boxes[:, 2:] - by], axis=1)


def _samples(stage: Stage, part: Part) -> np.ndarray:
    paths = curves(stage.frame.project(part.mobject, part.mobject.points))
    if len(paths) == 0:
        return part.outline
    lengths = np.linalg.norm(np.diff(paths, axis=1), axis=2).sum(axis=1)
    return along(paths, int(np.clip(np.ceil(lengths.max() / SAMPLE_LENGTH), 1, MOST_STEPS)))


def _inside(points: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    above = (points[:, None] > boxes[None, :, :2]).all(axis=2)
    below = (points[:, None] < boxes[None, :, 2:]).all(axis=2)
    return points[(above & below).any(axis=1)]


def _covered(fills: list[Part], stroke: Part, unit: TextUnit, point: np.ndarray) -> bool:
    """Whether a fill lies between the stroke and the text that is written over it."""
    first_glyph = min(glyph.order for glyph in unit.glyphs)
    between = (fill for fill in fills if stroke.order < fill.order < first_glyph)
    return any(
        isinstance(fill.mobject, VMobject)
        and fill_opacity(fill.mobject) >= COVERING_FILL
        and _contains(fill, point)
        for fill in between
    )


def _contains(fill: Part, point: np.ndarray) -> bool:
    """Even-odd rule on the outline."""
    if np.any(point < fill.box[:2]) or np.any(point > fill.box[2:]):
        return False
    start, end = fill.outline, np.roll(fill.outline, -1, axis=0)
    spans = (start[:, 1] > point[1]) != (end[:, 1] > point[1])
    rise = np.where(spans, end[:, 1] - start[:, 1], 1.0)
    x = start[:, 0] + (point[1] - start[:, 1]) / rise * (end[:, 0] - start[:, 0])
    return bool(np.count_nonzero(spans & (x > point[0])) % 2)
