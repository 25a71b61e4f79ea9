"""What stands on the stage, sorted into texts with their glyphs and everything else, in the order of
drawing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from manim import Cross, DecimalNumber, MarkupText, Mobject, Paragraph, Scene, SingleStringMathTex, Text, ValueTracker
from manim.mobject.text.tex_mobject import MathTexPart
from manim.utils.family import extract_mobject_family_members
from manim.utils.iterables import list_update

from .outline import Frame, box, visible

TEXT_CLASSES = (Text, MarkupText, Paragraph, SingleStringMathTex, DecimalNumber)
LABEL_LENGTH = 40


@dataclass(frozen=True)
class Part:
    """A mobject with points of its own: its place in the order of drawing and its outline in the frame."""

    mobject: Mobject
    order: int
    outline: np.ndarray

    @cached_property
    def box(self) -> np.ndarray:
        return box(self.outline)


@dataclass(frozen=True)
class TextUnit:
    """A text as a reader sees it: the topmost text mobject, with those of its glyphs that can be seen."""

    mobject: Mobject
    glyphs: tuple[Part, ...]

    @cached_property
    def boxes(self) -> np.ndarray:
        """One row a glyph: left, bottom, right, top."""
        return np.array([glyph.box for glyph in self.glyphs])

    @cached_property
    def box(self) -> np.ndarray:
        return np.concatenate([self.boxes[:, :2].min(axis=0), self.boxes[:, 2:].max(axis=0)])

    @cached_property
    def source(self) -> str:
        """What is written: text, or LaTeX, or a number."""
        return source_of(self.mobject)

    @property
    def label(self) -> str:
        return shortened(self.source)

    @cached_property
    def is_maths(self) -> bool:
        return isinstance(self.mobject, SingleStringMathTex | DecimalNumber) or is_slice(self.mobject)


@dataclass(frozen=True)
class Stage:
    """Everything that can be seen. `shapes` are the parts that belong to no text."""

    frame: Frame
    units: list[TextUnit]
    unseen: list[Mobject]
    """Texts that have no points at all."""
    shapes: list[Part]
    fills: list[Part]
    """Shapes and glyphs alike, that may cover something."""


def is_slice(mobject: Mobject) -> bool:
    """Parts of a formula that are shown without the rest of it: `formula[0]`, or the group that `formula[:2]` is."""
    return isinstance(mobject, MathTexPart) or (
        bool(mobject.submobjects) and all(isinstance(part, MathTexPart) for part in mobject.submobjects)
    )


def source_of(mobject: Mobject) -> str:
    if is_slice(mobject) and not isinstance(mobject, SingleStringMathTex | MathTexPart):
        return " ".join(part.tex_string for part in mobject.submobjects)
    if isinstance(mobject, DecimalNumber):
        return str(mobject.get_value())
    for name in ("tex_string", "original_text", "text"):
        found = getattr(mobject, name, None)
        if isinstance(found, str) and found.strip():
            return found
    return type(mobject).__name__


def shortened(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= LABEL_LENGTH else text[: LABEL_LENGTH - 1] + "…"


def survey(scene: Scene) -> Stage:
    """Sorts what the scene shows now. A tracker is no part of it, although it keeps its value as a point."""
    frame = Frame.of(scene.camera)
    roots = list_update(scene.mobjects, scene.foreground_mobjects)
    drawn = extract_mobject_family_members(roots, scene.camera.use_z_index, only_those_with_points=True)
    parts = {
        id(mobject): Part(mobject, order, frame.outline(mobject))
        for order, mobject in enumerate(drawn)
        if visible(mobject) and not isinstance(mobject, ValueTracker)
    }
    texts = _topmost_texts(roots)
    units, lettered, unseen = [], set(), []
    for text in texts:
        family = text.get_family()
        lettered.update(id(member) for member in family)
        glyphs = tuple(parts[id(member)] for member in family if id(member) in parts)
        if glyphs:
            units.append(TextUnit(text, glyphs))
        elif not any(len(member.points) for member in family):
            unseen.append(text)
    crossings = _of_crosses(roots)
    shapes = [part for key, part in parts.items() if key not in lettered and key not in crossings]
    return Stage(frame, units, unseen, shapes, list(parts.values()))


def _topmost_texts(roots: list[Mobject]) -> list[Mobject]:
    found: dict[int, Mobject] = {}
    seen: set[int] = set()

    def walk(mobject: Mobject) -> None:
        if id(mobject) in seen:
            return
        seen.add(id(mobject))
        if isinstance(mobject, TEXT_CLASSES) or is_slice(mobject):
            found[id(mobject)] = mobject
            seen.update(id(member) for member in mobject.get_family())
            return
        for submobject in mobject.submobjects:
            walk(submobject)

    for root in roots:
        walk(root)
    inner = {id(member) for text in found.values() for member in text.get_family()[1:]}
    return [text for key, text in found.items() if key not in inner]


def _of_crosses(roots: list[Mobject]) -> set[int]:
    """Parts of a Cross, which strikes out what it crosses on purpose."""
    crosses = [member for root in roots for member in root.get_family() if isinstance(member, Cross)]
    return {id(member) for cross in crosses for member in cross.get_family()}
