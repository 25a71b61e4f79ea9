"""Which symbols of one formula become which of the next, and how they move there."""

from __future__ import annotations

from difflib import SequenceMatcher

import numpy as np
from manim import Animation, VGroup

from .glyphs import Maths
from .latex_breaks import OPERATORS


def match(old: Maths, new: Maths) -> tuple[dict[int, int], dict[int, int], list[int]]:
    """Compares two formulas symbol by symbol.

    Answers, by the number of the new formula's symbol: the old symbols that stay in their order (longest common
    sequence of Ratcliff and Obershelp, as in difflib), the old symbols that are found elsewhere, and the new symbols
    that come from nowhere. A letter may come from a symbol that is used already: distributing copies it.
    """
    old_keys, new_keys = _keys(old), _keys(new)
    stays: dict[int, int] = {}
    for run in SequenceMatcher(a=old_keys, b=new_keys, autojunk=False).get_matching_blocks():
        for step in range(run.size):
            if _alike(old, run.a + step, new, run.b + step):
                stays[run.b + step] = run.a + step
    free = [i for i in range(len(old_keys)) if i not in stays.values()]
    moved: dict[int, int] = {}
    nowhere: list[int] = []
    for index, key in enumerate(new_keys):
        if index in stays:
            continue
        source = next((i for i in free if old_keys[i][0] == key[0] and _alike(old, i, new, index)), None)
        if source is None or key[0] in OPERATORS:
            nowhere.append(index)
        else:
            free.remove(source)
            moved[index] = source
    return stays, moved, nowhere


def _keys(formula: Maths) -> list[tuple[str, bool]]:
    return [(symbol.tex, symbol.script) for symbol in formula.symbols]


def _alike(old: Maths, old_index: int, new: Maths, new_index: int) -> bool:
    """Drawn with the same glyphs: only then the one can move into the other without tearing."""
    before, after = old.parts[old_index], new.parts[new_index]
    return len(before) == len(after) and all(len(a.points) == len(b.points) for a, b in zip(before, after, strict=True))


class Glide(Animation):
    """Lets the glyphs of new symbols start where the old ones are, in their colours, and move to their own places."""

    def __init__(self, pairs: list[tuple[VGroup, VGroup]], run_time: float) -> None:
        self._pairs = [(a, b) for old, new in pairs for a, b in zip(old, new, strict=True)]
        super().__init__(VGroup(*[b for _, b in self._pairs]), run_time=run_time)

    def begin(self) -> None:
        self._ways = [
            (b, a.points.copy(), b.points.copy(), a.fill_rgbas.copy(), b.fill_rgbas.copy()) for a, b in self._pairs
        ]
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        part = self.rate_func(alpha)
        for glyph, start, end, colour, own in self._ways:
            glyph.points = start + (end - start) * part
            glyph.fill_rgbas = np.asarray(colour + (own - colour) * part)
