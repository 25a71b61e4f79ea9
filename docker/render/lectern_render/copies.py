"""Copies of mobjects, made as Manim makes them and in a third of the time.

Manim copies whole families deeply at every animation, through `copy.deepcopy` for each number and each flag of each
glyph. Here what cannot change is handed on, arrays, lists and the like are copied directly, and the rest goes the old
way.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import PosixPath
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np
import svgelements
from manim import CapStyleType, LineJointType, ManimColor, Mobject, TexTemplate

_SHARED = frozenset({
    int, float, bool, str, bytes, complex, type(None), type, FunctionType, BuiltinFunctionType, PosixPath,
    np.float64, np.float32, np.int64, np.bool_, LineJointType, CapStyleType, ManimColor, svgelements.Path,
})  # fmt: skip
"""Types whose values copies share. Nothing changes a colour in place; the SVG path that a glyph was read from is kept
by Manim and read by nobody; `copy` itself shares functions and classes."""

Memo = dict[int, Any]
"""Copies by the identity of what they are copies of, as `copy.deepcopy` keeps them."""


def install() -> None:
    """From now on mobjects are copied like this."""
    Mobject.__deepcopy__ = _copy_mobject  # type: ignore[method-assign]


def _copy_mobject(mobject: Mobject, memo: Memo) -> Mobject:
    """As `Mobject.__deepcopy__`, attribute by attribute in the same order."""
    copied = type(mobject).__new__(type(mobject))
    memo[id(mobject)] = copied
    for name, value in mobject.__dict__.items():
        setattr(copied, name, value if type(value) in _SHARED else _copy(value, memo))
    copied.original_id = str(id(mobject))
    return copied


def _copy(value: Any, memo: Memo) -> Any:
    """What two attributes share, their copies share too; the memo also keeps the original alive, as `copy` does."""
    kind = type(value)
    make = _MAKERS.get(kind)
    if make is None:
        if getattr(kind, "__deepcopy__", None) is not _copy_mobject:
            return copy.deepcopy(value, memo)
        make = _copy_mobject
    known = memo.get(id(value))
    if known is None:
        known = memo[id(value)] = make(value, memo)
        memo.setdefault(id(memo), []).append(value)
    return known


def _copy_list(value: list[Any], memo: Memo) -> list[Any]:
    copied: list[Any] = []
    # Known before it is filled: it may hold what holds it.
    memo[id(value)] = copied
    for item in value:
        copied.append(item if type(item) in _SHARED else _copy(item, memo))
    return copied


def _copy_dict(value: dict[Any, Any], memo: Memo) -> dict[Any, Any]:
    copied: dict[Any, Any] = {}
    memo[id(value)] = copied
    for key, item in value.items():
        copied_key = key if type(key) in _SHARED else _copy(key, memo)
        copied[copied_key] = item if type(item) in _SHARED else _copy(item, memo)
    return copied


def _copy_template(value: TexTemplate, memo: Memo) -> TexTemplate:
    copied = TexTemplate.__new__(TexTemplate)
    memo[id(value)] = copied
    copied.__dict__.update(_copy_dict(value.__dict__, memo))
    return copied


_MAKERS: dict[type, Callable[[Any, Memo], Any]] = {
    np.ndarray: np.ndarray.__deepcopy__,
    list: _copy_list,
    dict: _copy_dict,
    TexTemplate: _copy_template,
}
