"""Keyword arguments that a class or function of Manim or of `lectern_render` does not take."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .bindings import Bindings
from .finding import Finding
from .reach import imported_value
from .signatures import ANY, keywords_of

LOOKED_AT = ("manim", "lectern_render")


def unknown_keywords(running: list[ast.AST], bindings: Bindings) -> Iterator[Finding]:
    """Calls of what is imported with keywords that it has no parameter for."""
    for node in running:
        if not isinstance(node, ast.Call):
            continue
        callee = imported_value(node.func, bindings)
        if getattr(callee, "__module__", None) is None or callee.__module__.partition(".")[0] not in LOOKED_AT:
            continue
        taken = keywords_of(callee)
        for keyword in node.keywords if taken is not ANY else ():
            if keyword.arg is not None and keyword.arg not in taken:
                message = f"{callee.__name__}() got an unexpected keyword argument '{keyword.arg}'"
                yield Finding("unknown_keyword", "TypeError", message, keyword.value.lineno)
