"""Copies of mobjects, made as Manim makes them and in half the time.

Manim copies whole families deeply at every animation, through `copy.deepcopy` for each number and each flag of each
glyph. Here what cannot change is handed on, arrays are copied directly, and the rest goes the old way.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import svgelements
from manim import CapStyleType, LineJointType, ManimColor, Mobject

_SHARED = frozenset({
    int, float, bool, str, bytes, complex, type(None), np.float64, np.float32, np.int64, np.bool_, LineJointType,
    CapStyleType, ManimColor, svgelements.Path,
})  # fmt: skip
"""Types whose values copies share. Nothing changes a colour in place; the SVG path that a glyph was read from is kept
by Manim and read by nobody."""


def install() -> None:
    """From now on mobjects are copied like this."""
    Mobject.__deepcopy__ = _copy_mobject  # type: ignore[method-assign]


def _copy_mobject(mobject: Mobject, memo: dict[int, Any]) -> Mobject:
    """As `Mobject.__deepcopy__`, attribute by attribute in the same order."""
    copied = type(mobject).__new__(type(mobject))
    memo[id(mobject)] = copied
    for name, value in mobject.__dict__.items():
        kind = type(value)
        if kind in _SHARED:
            setattr(copied, name, value)
        elif kind is list and not value:
            setattr(copied, name, _once(value, [], memo))
        elif kind is np.ndarray:
            setattr(copied, name, _once(value, value.__deepcopy__, memo))
        else:
            setattr(copied, name, copy.deepcopy(value, memo))
    copied.original_id = str(id(mobject))
    return copied


def _once(value: Any, make: Any, memo: dict[int, Any]) -> Any:
    """What two attributes share, their copies share too; the memo also keeps the original alive, as `copy` does."""
    known = memo.get(id(value))
    if known is None:
        known = memo[id(value)] = make(memo) if callable(make) else make
        memo.setdefault(id(memo), []).append(value)
    return known
