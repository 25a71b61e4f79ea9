"""The scenes in the installed Manim's own docstrings: code that nobody wrote for this project."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import manim

DIRECTIVE = re.compile(r"^(?P<indent>\s*)\.\. manim:: *(?P<name>\w+)")


@dataclass(frozen=True)
class WrittenScene:
    """One directive: where it stands, the scene's name, and a module that can be run."""

    place: str
    name: str
    code: str


def written_scenes() -> list[WrittenScene]:
    """Every `.. manim::` directive of every docstring, in the order of files and lines."""
    root = Path(manim.__file__).parent
    found: list[WrittenScene] = []
    for path in sorted(root.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if ".. manim::" not in source:
            continue
        written = [each for docstring in docstrings(source) for each in directives(docstring)]
        for number, (name, code) in enumerate(written):
            found.append(
                WrittenScene(
                    f"{path.relative_to(root)}#{number}:{name}", name, f"from manim import *\n\n{code}"
                )
            )
    return found


def docstrings(source: str) -> Iterator[str]:
    """The docstrings of a module, its classes, functions and attributes, their indentation taken away."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            # Attributes have theirs too: a string that stands alone.
            for entry in node.body:
                if (
                    isinstance(entry, ast.Expr)
                    and isinstance(entry.value, ast.Constant)
                    and isinstance(entry.value.value, str)
                ):
                    yield inspect.cleandoc(entry.value.value)


def directives(docstring: str) -> Iterator[tuple[str, str]]:
    """Name and code of each directive: what is indented below it, its options left out."""
    lines = docstring.splitlines()
    for number, line in enumerate(lines):
        match = DIRECTIVE.match(line)
        if match is None:
            continue
        body: list[str] = []
        for later in lines[number + 1 :]:
            if later.strip() and len(later) - len(later.lstrip()) <= len(match["indent"]):
                break
            body.append(later)
        while body and (not body[0].strip() or body[0].strip().startswith(":")):
            body.pop(0)
        code = textwrap.dedent("\n".join(body)).strip("\n").split("\n")
        if code[0].startswith(">>> "):
            # Manim's own directive reads doctests too.
            code = [entry[4:] for entry in code if entry.startswith((">>> ", "... "))]
        yield match["name"], "\n".join(code) + "\n"
