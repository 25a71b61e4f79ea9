"""What can be said of scene code before it runs. Nothing is said of code that runs."""

from __future__ import annotations

import ast

from .bindings import bindings_of
from .finding import Finding
from .keywords import unknown_keywords
from .names import unknown_attributes, unknown_imports, unknown_names
from .reach import running_nodes
from .refused import refused_calls
from .syntax import parse

__all__ = ["Finding", "check"]

MOST_FINDINGS = 50


def check(code: str) -> list[Finding]:
    """Findings in the order of their lines; a text that cannot be read has exactly one."""
    tree = parse(code)
    if isinstance(tree, Finding):
        return [tree]
    return sorted(_of_tree(tree), key=lambda finding: finding.line or 0)[:MOST_FINDINGS]


def _of_tree(tree: ast.Module) -> list[Finding]:
    bindings = bindings_of(tree)
    running = running_nodes(tree, bindings)
    return [
        *unknown_imports(running),
        *unknown_names(running, bindings),
        *unknown_attributes(running, bindings),
        *unknown_keywords(running, bindings),
        *refused_calls(running),
    ]
