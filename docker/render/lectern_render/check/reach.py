"""Which functions of a module run when its last scene is filmed, as far as names tell it.

A method is taken to run when anything that runs mentions its name: too many rather than too few.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from manim import Scene

from .bindings import Bindings

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
RUN_BY_MANIM = ("setup", "construct", "tear_down")


def running_nodes(tree: ast.Module, bindings: Bindings) -> list[ast.AST]:
    """Every node that runs, outermost first; functions that nothing mentions are left out."""
    entered = _entered_functions(tree, bindings)
    found: list[ast.AST] = []
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(child for child in _children(node) if not _is_left_out(child, entered))
    return found


def _is_left_out(node: ast.AST, entered: set[ast.AST]) -> bool:
    return isinstance(node, FunctionNode) and node not in entered


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Children in their order; annotations and what `try` would catch are nobody's errors."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        if name == "body" and isinstance(node, ast.Try) and node.handlers:
            continue
        yield from (entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, ast.AST))


def _entered_functions(tree: ast.Module, bindings: Bindings) -> set[ast.AST]:
    entered: set[ast.AST] = set(_methods_that_manim_runs(tree, bindings))
    while True:
        mentioned = _mentioned_names(tree, entered)
        more = {
            node
            for node in ast.walk(tree)
            if isinstance(node, FunctionNode) and (node.name in mentioned or node.name.startswith("__"))
        }
        if more <= entered:
            return entered
        entered |= more


def _mentioned_names(tree: ast.Module, entered: set[ast.AST]) -> set[str]:
    names: set[str] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, FunctionNode) and node.decorator_list:
            names.add(node.name)
        waiting.extend(child for child in ast.iter_child_nodes(node) if not _is_left_out(child, entered))
    return names


def _methods_that_manim_runs(tree: ast.Module, bindings: Bindings) -> Iterator[ast.AST]:
    scenes = scene_classes(tree, bindings)
    filmed = scenes[-1:] or [node for node in tree.body if isinstance(node, ast.ClassDef)]
    by_name = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    waiting = list(filmed)
    while waiting:
        scene = waiting.pop()
        yield from (node for node in scene.body if isinstance(node, FunctionNode) and node.name in RUN_BY_MANIM)
        bases = [base.id for base in scene.bases if isinstance(base, ast.Name)]
        waiting.extend(by_name[name] for name in bases if name in by_name and by_name[name] is not scene)


def scene_classes(tree: ast.Module, bindings: Bindings) -> list[ast.ClassDef]:
    """The module's classes that derive from Scene, in their order."""
    scenes: list[ast.ClassDef] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(_is_scene(base, bindings, scenes) for base in node.bases):
            scenes.append(node)
    return scenes


def _is_scene(base: ast.expr, bindings: Bindings, scenes: list[ast.ClassDef]) -> bool:
    if isinstance(base, ast.Name) and any(scene.name == base.id for scene in scenes):
        return True
    value = imported_value(base, bindings)
    return isinstance(value, type) and issubclass(value, Scene)


def imported_value(node: ast.expr, bindings: Bindings) -> object:
    """What `Circle` or `manim.Circle` stands for; None for all that is not imported."""
    if isinstance(node, ast.Name):
        return bindings.value(node.id)
    if isinstance(node, ast.Attribute):
        owner = imported_value(node.value, bindings)
        return None if owner is None else getattr(owner, node.attr, None)
    return None
