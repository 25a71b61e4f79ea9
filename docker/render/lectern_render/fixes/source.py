"""Scene code as a tree that can be changed without touching the rest of the text (libcst)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, TypeVar

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, ParentNodeProvider, PositionProvider

from ..check.bindings import Bindings, bindings_of
from .fault import Fault

Node = TypeVar("Node", bound=cst.CSTNode)
UNKNOWN = object()
"""The value of an expression that cannot be told without running something."""


class Source:
    """One version of the code. Raises `libcst.ParserSyntaxError` for what is not Python."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._wrapper = MetadataWrapper(cst.parse_module(code))
        self.module = self._wrapper.module

    @cached_property
    def _positions(self) -> dict[cst.CSTNode, CodeRange]:
        return dict(self._wrapper.resolve(PositionProvider))

    @cached_property
    def _parents(self) -> dict[cst.CSTNode, cst.CSTNode]:
        return dict(self._wrapper.resolve(ParentNodeProvider))

    @cached_property
    def bindings(self) -> Bindings:
        """What the names of this version stand for."""
        return bindings_of(ast.parse(self.code))

    def every(self, kind: type[Node]) -> list[Node]:
        """All nodes of a kind, in the order of the text."""
        found = [node for node in self._positions if isinstance(node, kind)]
        return sorted(found, key=self._start)

    def _start(self, node: cst.CSTNode) -> tuple[int, int]:
        position = self._positions[node].start
        return position.line, position.column

    def parents(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What the node stands in, innermost first."""
        while node in self._parents:
            node = self._parents[node]
            yield node

    def failing(self, fault: Fault, kind: type[Node]) -> list[Node]:
        """Nodes of a kind that may have raised the fault: the very expression, else what stands in it, else what
        stands in its line."""
        candidates = self.every(kind)
        if fault.span is not None:
            span = fault.span
            wanted = (span.line, span.column, span.end_line, span.end_column)
            exact = [node for node in candidates if self._edges(node) == wanted]
            inside = [node for node in candidates if self._lies_in(node, wanted)]
            if exact or inside:
                return exact + [node for node in inside if node not in exact]
        if fault.line is None:
            return []
        return [node for node in candidates if self._edges(node)[0] <= fault.line <= self._edges(node)[2]]

    def _edges(self, node: cst.CSTNode) -> tuple[int, int, int, int]:
        position = self._positions[node]
        return position.start.line, position.start.column, position.end.line, position.end.column

    def _lies_in(self, node: cst.CSTNode, edges: tuple[int, int, int, int]) -> bool:
        own = self._edges(node)
        return own[:2] >= edges[:2] and own[2:] <= edges[2:]

    def replaced(self, changes: dict[cst.CSTNode, cst.CSTNode]) -> str | None:
        """The code with these nodes in the place of those; None when there is nothing to change."""
        if not changes:
            return None
        return self.module.visit(_Replacing(changes)).code

    def changed(self, kind: type[Node], change: Callable[[Node], Node | None]) -> str | None:
        """The code with every node of a kind changed, nested ones too; None when `change` answers nothing at all."""
        visitor = _Changing(kind, change)
        module = self.module.visit(visitor)
        return module.code if visitor.has_changed else None

    def text(self, node: cst.CSTNode) -> str:
        """The node as it is written."""
        return self.module.code_for_node(node)


class _Replacing(cst.CSTTransformer):
    def __init__(self, changes: dict[cst.CSTNode, cst.CSTNode]) -> None:
        super().__init__()
        self._changes = changes

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
        return self._changes.get(original_node, super().on_leave(original_node, updated_node))


class _Changing(cst.CSTTransformer):
    def __init__(self, kind: type[Node], change: Callable[[Node], Node | None]) -> None:
        super().__init__()
        self._kind, self._change = kind, change
        self.has_changed = False

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
        updated = super().on_leave(original_node, updated_node)
        if isinstance(updated, self._kind):
            changed = self._change(updated)
            if changed is not None:
                self.has_changed = True
                return changed
        return updated


def callee(call: cst.Call) -> str:
    """Last name of what is called: `Circle` of `manim.Circle(…)`, `get_graph` of `axes.get_graph(…)`."""
    function = call.func
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""


def is_method_of_self(call: cst.Call, name: str) -> bool:
    """Whether it is `self.name(…)`."""
    function = call.func
    return (
        isinstance(function, cst.Attribute)
        and function.attr.value == name
        and isinstance(function.value, cst.Name)
        and function.value.value == "self"
    )


def with_name(call: cst.Call, name: str) -> cst.Call:
    """The call with another last name of what is called."""
    function = call.func
    if isinstance(function, cst.Attribute):
        return call.with_changes(func=function.with_changes(attr=cst.Name(name)))
    return call.with_changes(func=cst.Name(name))


def keyword(call: cst.Call, name: str) -> cst.Arg | None:
    """The argument that is given by this keyword."""
    return next((each for each in call.args if each.keyword is not None and each.keyword.value == name), None)


def positional(call: cst.Call) -> list[cst.Arg]:
    """The arguments that are given by their place, stars left out."""
    return [each for each in call.args if each.keyword is None and not each.star]


def argument(name: str, value: cst.BaseExpression) -> cst.Arg:
    """`name=value`, written without spaces."""
    tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return cst.Arg(value, keyword=cst.Name(name), equal=tight)


def with_arguments(call: cst.Call, arguments: list[cst.Arg]) -> cst.Call:
    """The call with these arguments, commas mended."""
    spaced = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    mended = [
        each if isinstance(each.comma, cst.Comma) else each.with_changes(comma=spaced) for each in arguments[:-1]
    ]
    last = [
        each.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=cst.SimpleWhitespace(""))
        for each in arguments[-1:]
    ]
    return call.with_changes(args=[*mended, *last])


def expression(text: str) -> cst.BaseExpression:
    """Python text as an expression of the tree."""
    return cst.parse_expression(text)


_PLAIN = (cst.Name, cst.Attribute, cst.Subscript, cst.Index, cst.SubscriptElement, cst.Slice, cst.List, cst.Tuple)
_PLAIN_PARTS = (
    *_PLAIN, cst.Element, cst.Integer, cst.Float, cst.SimpleString, cst.Comma, cst.Dot, cst.UnaryOperation, cst.Minus,
    cst.LeftSquareBracket, cst.RightSquareBracket, cst.LeftParen, cst.RightParen, cst.SimpleWhitespace, cst.Colon,
    cst.ParenthesizedWhitespace, cst.TrailingWhitespace, cst.EmptyLine, cst.Newline, cst.Comment,
)  # fmt: skip


def value_of(node: cst.BaseExpression, fault: Fault) -> Any:
    """What a plain expression (names, attributes, items) stood for when the scene failed; `UNKNOWN` for any other,
    since nothing is called to find out."""
    if not fault.values or not _is_plain(node):
        return UNKNOWN
    try:
        return eval(cst.Module(body=[]).code_for_node(node).strip(), dict(fault.values))
    except Exception:
        return UNKNOWN


def _is_plain(node: cst.CSTNode) -> bool:
    return isinstance(node, _PLAIN_PARTS) and all(_is_plain(child) for child in node.children)


def string_of(node: cst.BaseExpression) -> str | None:
    """The text of a plain string literal."""
    if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None
