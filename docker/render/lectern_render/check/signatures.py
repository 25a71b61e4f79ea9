"""Which keyword arguments the installed Manim takes, read from its own signatures.

A class that passes `**kwargs` on takes what its parents take. Wherever `kwargs` is used in any other way, everything
is taken to be allowed: nothing is ever said of code that runs.
"""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

import manim
from manim import Animation

ANY = None
"""In the place of a set of names: whatever is asked for is taken."""
Keywords = frozenset[str] | None
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@functools.cache
def keywords_of(callee: Any) -> Keywords:
    """Names of the keyword arguments that a class or function takes, or `ANY`."""
    if isinstance(callee, type):
        if type(callee).__call__ is not type.__call__:
            return ANY
        own = _of_first_init(callee.__mro__)
        return own if own is ANY or not issubclass(callee, Animation) else own | _of_overrides()
    if inspect.isfunction(callee) and not hasattr(callee, "__wrapped__"):
        names, rest = _parameters(callee)
        return names if rest is None else ANY
    return ANY


def _of_first_init(classes: tuple[type, ...]) -> Keywords:
    """What the first of these classes that has an initialiser takes, with what it passes on to the later ones."""
    for position, owner in enumerate(classes):
        initialiser = vars(owner).get("__init__")
        # What `set_default` has put in its place.
        while isinstance(initialiser, functools.partialmethod):
            initialiser = initialiser.func
        if initialiser is None:
            continue
        if owner is object:
            return frozenset()
        if not inspect.isfunction(initialiser) or hasattr(initialiser, "__wrapped__"):
            return ANY
        names, rest = _parameters(initialiser)
        if rest is None:
            return names
        passed_on = _passed_on(initialiser, rest, classes[position + 1 :])
        return ANY if passed_on is ANY else names | passed_on
    return ANY


def _parameters(function: Callable[..., Any]) -> tuple[frozenset[str], str | None]:
    """The named parameters, and the name of the one that takes all the others."""
    parameters = inspect.signature(function).parameters.values()
    rest = [each.name for each in parameters if each.kind is inspect.Parameter.VAR_KEYWORD]
    return frozenset(each.name for each in parameters if each.kind in _NAMED), rest[0] if rest else None


def _passed_on(function: Callable[..., Any], rest: str, later: tuple[type, ...]) -> Keywords:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return ANY
    uses = sum(isinstance(node, ast.Name) and node.id == rest for node in ast.walk(tree))
    taken: list[Keywords] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(_is_rest(keyword, rest) for keyword in node.keywords):
            taken.append(_taken_by(node, function, later))
    if not taken or len(taken) != uses or ANY in taken:
        return ANY
    return _union(taken)


def _is_rest(keyword: ast.keyword, rest: str) -> bool:
    return keyword.arg is None and isinstance(keyword.value, ast.Name) and keyword.value.id == rest


def _taken_by(call: ast.Call, function: Callable[..., Any], later: tuple[type, ...]) -> Keywords:
    """What `super().__init__(…, **kwargs)` or `Parent.__init__(self, …, **kwargs)` takes."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "__init__":
        return ANY
    owner = call.func.value
    if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super":
        return _of_first_init(later)
    parent = function.__globals__.get(owner.id) if isinstance(owner, ast.Name) else None
    return keywords_of(parent) if isinstance(parent, type) else ANY


def _union(sets: Iterable[Keywords]) -> frozenset[str]:
    return frozenset().union(*(each for each in sets if each is not None))


@functools.cache
def _of_overrides() -> frozenset[str]:
    """An animation of a mobject that brings its own way of being created, faded and so on takes what that takes."""
    names: set[str] = set()
    for owner in vars(manim).values():
        for method in vars(owner).values() if isinstance(owner, type) else ():
            if hasattr(method, "_override_animation"):
                names |= _parameters(method)[0]
    return frozenset(names)
