"""What the names of a module stand for, as far as its imports alone tell it."""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

LOADABLE = frozenset(
    "manim lectern_render numpy scipy math cmath random itertools functools collections operator string re"
    " textwrap typing dataclasses enum fractions decimal statistics colorsys copy time datetime json".split()
)
"""Packages that may be loaded to look at: loading them does nothing else."""
OF_EVERY_MODULE = frozenset(
    "__name__ __file__ __doc__ __builtins__ __annotations__ __spec__ __loader__ __package__ __debug__".split()
)


@dataclass
class Bindings:
    """`values` holds what imported names stand for; `stored` every name that is bound in any other way, in any scope;
    `open_ended` is true when names may come from where nobody can look."""

    values: dict[str, Any] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    star_imports: list[str] = field(default_factory=list)
    open_ended: bool = False

    def value(self, name: str) -> Any:
        """What an imported name, or Python's own, stands for; None when it is bound otherwise, or unknown."""
        if name in self.stored:
            return None
        return self.values.get(name, getattr(builtins, name, None))

    def known(self, name: str) -> bool:
        """Whether anything gives the name a meaning somewhere in the module."""
        return (
            name in self.stored or name in self.values or name in OF_EVERY_MODULE or hasattr(builtins, name)
        )


def bindings_of(tree: ast.Module) -> Bindings:
    """Reads imports, assignments, definitions and parameters of a whole module."""
    found = Bindings()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            _bind_import(node, found)
        elif isinstance(node, ast.ImportFrom):
            _bind_import_from(node, found)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.stored.add(node.name)
        elif isinstance(node, ast.arg):
            found.stored.add(node.arg)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.stored.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name or isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            found.stored.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            found.stored.add(node.rest)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.open_ended |= node.func.id in ("exec", "globals", "setattr", "__import__")
    return found


def load(name: str) -> ModuleType | None:
    """The module, when it is one that may be loaded to look at, and exists."""
    if name.partition(".")[0] not in LOADABLE:
        return None
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def exists(name: str) -> bool:
    """Whether `import name` finds its package."""
    package = name.partition(".")[0]
    if package in LOADABLE:
        return load(name) is not None
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def _bind_import(node: ast.Import, found: Bindings) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        module = load(alias.name if alias.asname else name)
        if not alias.asname:
            load(alias.name)
        if module is None:
            found.stored.add(name)
        else:
            found.values[name] = module


def _bind_import_from(node: ast.ImportFrom, found: Bindings) -> None:
    module = load(node.module) if node.module and node.level == 0 else None
    for alias in node.names:
        if alias.name == "*":
            found.star_imports.append(node.module or "")
            if module is None:
                found.open_ended |= node.level > 0 or exists(node.module or "")
            else:
                found.values.update(exported(module))
            continue
        name = alias.asname or alias.name
        if module is not None and hasattr(module, alias.name):
            found.values[name] = getattr(module, alias.name)
        else:
            found.stored.add(name)


def exported(module: ModuleType) -> dict[str, Any]:
    """What `from module import *` gives."""
    names = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
    return {name: getattr(module, name) for name in names if hasattr(module, name)}
