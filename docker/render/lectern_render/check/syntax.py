"""Whether scene code can be read at all, and whether it ends before its end."""

from __future__ import annotations

import ast
import warnings

from .finding import Finding

PYTHON_ALLOWS_INCOMPLETE_INPUT = 0x4000
"""PyCF_ALLOW_INCOMPLETE_INPUT of CPython: a text that ends too early is told as "incomplete input"."""


def parse(code: str) -> ast.Module | Finding:
    """The tree, or what is wrong: `truncated` when the text breaks off, else `syntax_error`."""
    try:
        with warnings.catch_warnings():
            # Scene code has unknown escapes such as "\c" in plenty, and they are no errors yet.
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except SyntaxError as error:
        rule = "truncated" if ends_early(code) else "syntax_error"
        return Finding(rule, type(error).__name__, error.msg or "invalid syntax", error.lineno)
    except ValueError as error:
        return Finding("syntax_error", "SyntaxError", str(error))


def ends_early(code: str) -> bool:
    """Whether the parser comes to the end of the text and needs more of it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code.rstrip() + "\n", "scene.py", "exec", PYTHON_ALLOWS_INCOMPLETE_INPUT)
    except SyntaxError as error:
        return "incomplete input" in (error.msg or "")
    except ValueError:
        return False
    return False
