"""Checks of texts by their glyphs' boxes: overlap, frame, caption, small, empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import numpy as np
from manim import MathTex, Paragraph

from .fault import Fault
from .stage import Stage, TextUnit, is_slice, shortened, source_of

SHARED_AREA = 0.15
LEAST_GAP = 0.06
SAME_PLACE = 0.02
OUTSIDE_GLYPH = 0.02
OUTSIDE_SHAPE = 0.1
CAPTION_HEIGHT = 1.4
LEAST_TEXT_SIZE = 20
LEAST_MATHS_SIZE = 34
LEAST_GLYPH = 0.115
SIZE_TOLERANCE = 0.5
_CLOSING = ",.;:!?)]}…”’»"


def overlaps(stage: Stage) -> Iterator[Fault]:
    """Texts that lie on each other, or touch on one line."""
    for one, other in combinations(stage.units, 2):
        if _apart(one.box, other.box, LEAST_GAP) or _same_text(one, other) or _may_be_one_formula(one, other):
            continue
        what = f"{one.label} / {other.label}"
        share = _largest_share(one.boxes, other.boxes)
        if share > SHARED_AREA:
            yield Fault("overlap", what, f"glyphs share {share:.0%} of the smaller one")
            continue
        gap = _gap_on_line(one, other)
        if gap is not None and gap < LEAST_GAP:
            yield Fault("overlap", what, f"only {gap:.2f} apart on one line")


def _apart(one: np.ndarray, other: np.ndarray, gap: float) -> bool:
    return bool(np.any(one[:2] > other[2:] + gap) or np.any(other[:2] > one[2:] + gap))


def _same_text(one: TextUnit, other: TextUnit) -> bool:
    """A copy that lies exactly on its original, as the first frame of a move does."""
    return one.boxes.shape == other.boxes.shape and bool(np.all(np.abs(one.boxes - other.boxes) < SAME_PLACE))


def _may_be_one_formula(one: TextUnit, other: TextUnit) -> bool:
    """Parts do not know their formula, and those of one may stand between, over and under each other."""
    return is_slice(one.mobject) and is_slice(other.mobject)


def _largest_share(one: np.ndarray, other: np.ndarray) -> float:
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (one, other)]
    smaller = np.minimum(areas[0][:, None], areas[1][None, :])
    return float(np.max(shared / np.maximum(smaller, 1e-6)))


def _gap_on_line(one: TextUnit, other: TextUnit) -> float | None:
    """Distance of two texts beside each other; None when they are not, or when the right one only closes the
    left."""
    left, right = sorted((one, other), key=lambda unit: unit.box[0])
    shared = min(left.box[3], right.box[3]) - max(left.box[1], right.box[1])
    height = min(left.box[3] - left.box[1], right.box[3] - right.box[1])
    if shared < height / 2 or right.source.lstrip()[:1] in _CLOSING:
        return None
    beside = [glyph for glyph in left.boxes if min(glyph[3], right.box[3]) > max(glyph[1], right.box[1])]
    return float(right.box[0] - max(glyph[2] for glyph in beside)) if beside else None


def outside_frame(stage: Stage) -> Iterator[Fault]:
    """What the frame cuts. In a zoomed frame only what is cut, since the rest of the stage is meant to be
    outside."""
    edges = np.array([stage.frame.half_width, stage.frame.half_height])
    for unit in stage.units:
        beyond = _beyond(unit.boxes, edges)
        if stage.frame.zoomed and not _partly_inside(unit.box, edges):
            continue
        if beyond > OUTSIDE_GLYPH:
            yield Fault("frame", unit.label, f"{beyond:.2f} outside the frame")
    if stage.frame.zoomed:
        return
    for shape in stage.shapes:
        over = np.array(
            [
                -edges[0] - shape.box[0],
                -edges[1] - shape.box[1],
                shape.box[2] - edges[0],
                shape.box[3] - edges[1],
            ]
        )
        for axis in (0, 1):
            low, high = over[axis], over[axis + 2]
            if max(low, high) > OUTSIDE_SHAPE and min(low, high) < 0:
                name = type(shape.mobject).__name__
                yield Fault("frame", name, f"{max(low, high):.2f} outside the frame")
                break


def _beyond(boxes: np.ndarray, edges: np.ndarray) -> float:
    return float(max((-edges - boxes[:, :2]).max(), (boxes[:, 2:] - edges).max()))


def _partly_inside(box: np.ndarray, edges: np.ndarray) -> bool:
    return bool(np.all(box[:2] < edges) and np.all(box[2:] > -edges))


def under_captions(stage: Stage) -> Iterator[Fault]:
    """Text where the captions are shown."""
    edges = np.array([stage.frame.half_width, stage.frame.half_height])
    top = -edges[1] + CAPTION_HEIGHT
    for unit in stage.units:
        if _partly_inside(unit.box, edges) and unit.box[1] < top - OUTSIDE_GLYPH:
            yield Fault("caption", unit.label, f"reaches {top - unit.box[1]:.2f} into the captions")


def too_small(stage: Stage) -> Iterator[Fault]:
    """Text that cannot be read at 480 lines."""
    for unit in stage.units:
        size, least = (
            _font_size(unit, stage.frame.unit),
            LEAST_MATHS_SIZE if unit.is_maths else LEAST_TEXT_SIZE,
        )
        if size is not None and size < least - SIZE_TOLERANCE:
            yield Fault("small", unit.label, f"size {size:.0f}, at least {least} is legible")
            continue
        glyph = float(np.median((unit.boxes[:, 2:] - unit.boxes[:, :2]).max(axis=1)))
        if glyph < LEAST_GLYPH and _has_letters(unit.source):
            yield Fault("small", unit.label, f"glyphs of {glyph:.2f}, at least {LEAST_GLYPH} is legible")


def _font_size(unit: TextUnit, frame_unit: float) -> float | None:
    if isinstance(unit.mobject, Paragraph):
        return None
    if type(unit.mobject).__name__ == "Title":
        return None
    size = float(getattr(unit.mobject, "font_size", np.nan))
    return size / frame_unit if np.isfinite(size) else None


def _has_letters(source: str) -> bool:
    return any(sign.isalnum() for sign in re.sub(r"\\[A-Za-z]+", "", source))


def without_points(stage: Stage) -> Iterator[Fault]:
    """Formulas and texts that gave nothing to draw."""
    for mobject in stage.unseen:
        source = source_of(mobject)
        if not isinstance(mobject, Paragraph) and _has_letters(source) and source != type(mobject).__name__:
            kind = "formula" if isinstance(mobject, MathTex) else "text"
            yield Fault("empty", shortened(source), f"this {kind} has nothing to draw")
