"""Formulas that scene code is going to need, read from its text, so that they compile side by side before it runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from manim import WHITE, MathTex, Tex, config

from . import settings
from .tex import Document, document_of

MOST_FORMULAS = 200

_CLASSES: dict[str, type[MathTex]] = {"MathTex": MathTex, "Tex": Tex}
_SHAPING = ("arg_separator", "substrings_to_isolate", "tex_environment", "tex_template", "tex_to_color_map")
"""Arguments that change what is compiled; all others are about the look of it."""


def documents_of(scene_code: str) -> list[Document]:
    """The documents of all formulas that stand in the code as text, each once, in the code's order.

    Nothing of the code is run: what it puts together itself is left out, and so is what cannot be read. A fault of
    either is told when the scene comes to it.
    """
    try:
        calls = [node for node in ast.walk(ast.parse(scene_code)) if isinstance(node, ast.Call)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    config.tex_template = settings.tex_template()
    found = (document_of(make) for make in _makers(sorted(calls, key=lambda call: call.lineno)))
    return list(dict.fromkeys(document for document in found if document is not None))[:MOST_FORMULAS]


def _makers(calls: list[ast.Call]) -> Iterator[Callable[[], MathTex]]:
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name not in _CLASSES:
            continue
        try:
            strings = [ast.literal_eval(argument) for argument in call.args]
            shaping = {key.arg: _literal(key.value) for key in call.keywords if key.arg in (*_SHAPING, None)}
        except (ValueError, TypeError):
            continue
        yield partial(_CLASSES[name], *strings, **shaping)


def _literal(value: ast.expr) -> Any:
    """A colour has a name that means nothing here; of a map to colours only the keys matter."""
    if isinstance(value, ast.Dict):
        return {ast.literal_eval(key): WHITE for key in value.keys if key is not None}
    return ast.literal_eval(value)
