"""The scenes of one file: scene_classes.py FILE prints, for each, the code that films it. Nothing of the file is run."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path

FILMED = "FilmedScene"


def scenes_of(path: Path) -> list[dict[str, str]]:
    """One entry a class that derives from a scene, by the names of its bases. A file that cannot be read as Python is one entry:
    what is wrong with it may be known."""
    code = path.read_text(encoding="utf-8", errors="replace")
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        named = re.findall(r"^class (\w+)\(.*Scene", code, re.MULTILINE)
        return [{"file": path.name, "name": named[-1] if named else "", "code": code}]
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = [
                base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
                for base in node.bases
            ]
            if any(base.endswith("Scene") or base in names for base in bases):
                names.append(node.name)
    # The last scene of a module is filmed: each in turn becomes it, by a class that adds nothing.
    last = names[-1:]
    return [
        {
            "file": path.name,
            "name": name,
            "code": code if [name] == last else f"{code}\n\nclass {FILMED}({name}):\n    pass\n",
        }
        for name in names
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(scenes_of(Path(sys.argv[1]))))
