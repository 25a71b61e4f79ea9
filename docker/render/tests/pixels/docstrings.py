"""The examples in the docstrings of the installed Manim, as files of scene code."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

import manim

_EXAMPLE = re.compile(r"^(?P<indent> *)\.\. manim:: (?P<name>\w+)\n(?P<body>(?:(?P=indent) +.*\n| *\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """A scene of the documentation. `source` is the module that it stands in, from `manim` on."""

    name: str
    source: str
    code: str

    @property
    def moves(self) -> bool:
        return ".play(" in self.code or ".wait(" in self.code


def examples() -> dict[str, Example]:
    """All of them by name; of those that share a name, the first."""
    found: dict[str, Example] = {}
    package = Path(manim.__file__).parent
    for path in sorted(package.rglob("*.py")):
        for match in _EXAMPLE.finditer(path.read_text(encoding="utf-8")):
            code = _without_options(textwrap.dedent(match["body"]))
            if f"class {match['name']}(" in code:
                source = str(path.relative_to(package))
                found.setdefault(match["name"], Example(match["name"], source, f"from manim import *\n\n{code}"))
    return found


def _without_options(body: str) -> str:
    lines = body.strip("\n").split("\n")
    while lines and (lines[0].startswith(":") or not lines[0].strip()):
        lines = lines[1:]
    return "\n".join(lines) + "\n"
