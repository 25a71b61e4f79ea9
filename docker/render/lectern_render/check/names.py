"""Names, modules and attributes of modules that do not exist."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import ModuleType

from .bindings import Bindings, exists, load
from .finding import Finding
from .reach import imported_value


def unknown_names(running: list[ast.AST], bindings: Bindings) -> Iterator[Finding]:
    """Names that neither Python, the module nor its imports know. Each is told once, where it is met first."""
    if bindings.open_ended:
        return
    told: set[str] = set()
    names = [node for node in running if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    for node in sorted(names, key=lambda name: (name.lineno, name.col_offset)):
        if node.id not in told and not bindings.known(node.id):
            told.add(node.id)
            yield Finding("unknown_name", "NameError", f"name '{node.id}' is not defined", node.lineno)


def unknown_imports(running: list[ast.AST]) -> Iterator[Finding]:
    """Modules that are not installed, and names that modules do not have."""
    for node in running:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if not exists(alias.name):
                    yield _missing_module(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if not exists(node.module):
                yield _missing_module(node.module, node.lineno)
                continue
            module = load(node.module)
            for alias in node.names:
                if module and alias.name != "*" and not _has(module, alias.name):
                    message = f"cannot import name '{alias.name}' from '{node.module}'"
                    yield Finding("unknown_import", "ImportError", message, node.lineno)


def unknown_attributes(running: list[ast.AST], bindings: Bindings) -> Iterator[Finding]:
    """Attributes that an imported module does not have, as in `np.PI`."""
    for node in running:
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        module = imported_value(node.value, bindings)
        if isinstance(module, ModuleType) and not _has(module, node.attr):
            message = f"module '{module.__name__}' has no attribute '{node.attr}'"
            yield Finding("unknown_attribute", "AttributeError", message, node.lineno)


def _has(module: ModuleType, name: str) -> bool:
    return hasattr(module, name) or load(f"{module.__name__}.{name}") is not None


def _missing_module(name: str, line: int) -> Finding:
    return Finding("unknown_module", "ModuleNotFoundError", f"No module named '{name}'", line)
