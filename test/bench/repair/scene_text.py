"""A scene's text with its tree, and changes of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Edit = tuple[int, int, str]
"""Offsets of the text that is replaced, and what takes its place."""


class Scene:
    """A scene's text with its tree."""

    def __init__(self, code: str, name: str) -> None:
        self.code, self.name = code, name
        self.tree = ast.parse(code)
        self._starts = [0]
        for line in code.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._lines = code.splitlines()

    def offset(self, line: int, column: int) -> int:
        """Of a place that Python counts in lines and bytes."""
        text = self._lines[line - 1].encode()[:column].decode()
        return self._starts[line - 1] + len(text)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Offsets of a node."""
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def text(self, node: ast.AST) -> str:
        """The node as it is written."""
        start, end = self.span(node)
        return self.code[start:end]

    def replacing(self, node: ast.AST, text: str) -> Edit:
        """The edit that puts this text in the node's place."""
        return (*self.span(node), text)

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """Calls of these functions, classes or methods."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if called in names:
                    yield node

    def applied(self, edit: Edit) -> str:
        """The code with the edit."""
        return self.code[: edit[0]] + edit[2] + self.code[edit[1] :]

    def with_statements(self, statements: str) -> str | None:
        """The code with these lines at the end of `construct`."""
        methods = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef) and node.name == "construct"
        ]
        if not methods or methods[-1].body[-1].col_offset == methods[-1].col_offset:
            return None
        last = methods[-1].body[-1]
        indent = " " * methods[-1].body[0].col_offset
        lines = self.code.split("\n")
        added = [indent + line for line in statements.split("\n")]
        return "\n".join([*lines[: last.end_lineno], *added, *lines[last.end_lineno :]])
