"""Points, directions and numbers that are not what Manim wants them to be."""

from __future__ import annotations

import re

import libcst as cst

from .fault import Fault
from .source import Source, callee, expression, positional, string_of, value_of

_DIRECTIONS = ("UP", "DOWN", "LEFT", "RIGHT", "UL", "UR", "DL", "DR", "IN", "OUT", "ORIGIN")
_WRITTEN = ("Text", "Tex", "MathTex", "MarkupText", "Paragraph", "Title", "BulletedList", "Code", "print")
_OF_DIRECTION = ("shift", "direction", "edge", "corner", "aligned_edge", "label_direction", "axis")


class QuotedDirection:
    """The name of a direction in quotes."""

    id = "quoted_dir"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Takes the quotes away: in the call that failed, else wherever a keyword of direction has them."""
        if not re.search(r"<U\d+|StrDType|dtype\('<U|could not convert string to float: '(UP|DOWN|LEFT|RIGHT)", fault.message):
            return None
        texts = {
            each for call in source.every(cst.Call) if callee(call) in _WRITTEN for each in call.args
        }
        failing = [each for call in source.failing(fault, cst.Call) for each in call.args if each not in texts]
        named = [each for call in source.every(cst.Call) for each in call.args if _of_direction(each)]
        for candidates in (failing, named):
            changes = {each: each.with_changes(value=cst.Name(string_of(each.value))) for each in candidates if _quotes_direction(each)}
            if changes:
                return source.replaced(dict(changes))
        return None


def _quotes_direction(each: cst.Arg) -> bool:
    return isinstance(each.value, cst.SimpleString) and string_of(each.value) in _DIRECTIONS


def _of_direction(each: cst.Arg) -> bool:
    return each.keyword is not None and each.keyword.value in _OF_DIRECTION


class CoordinateFromVector:
    """One coordinate where a vector is given."""

    id = "set_x_vec"
    _axes = {"set_x": 0, "set_y": 1, "set_z": 2}

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Takes that coordinate out of the vector."""
        if fault.error_class not in ("ValueError", "TypeError") or "array element with a sequence" not in fault.message:
            return None
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for call in source.failing(fault, cst.Call):
            first = positional(call)[:1]
            if callee(call) in self._axes and first and not isinstance(first[0].value, (cst.Integer, cst.Float)):
                changes[first[0]] = first[0].with_changes(
                    value=expression(f"({source.text(first[0].value)})[{self._axes[callee(call)]}]")
                )
        return source.replaced(changes)


class FlatPoint:
    """Points of two coordinates; sums and multiples of lists."""

    id = "point2d"
    _shapes = re.compile(r"shapes \(\d+,3\) \(2,\)|shapes \(2,\) \(3,\)|shapes \(3,\) \(2,\)|shape \(1,2\) into shape \(1,3\)|shape \(2,\) into shape \(3,\)|must have 3|requested array has an inhomogeneous")
    _sums = re.compile(r"shapes \(\d*,?3\) \(6,\)|shapes \(6,\)|shape \(1,6\) into|shape \(6,\) into|unsupported operand type\(s\) for -: '(list|tuple)'|multiply sequence by non-int")

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Gives flat points their third coordinate; makes arrays of lists that are calculated with."""
        if self._sums.search(fault.message):
            return self._as_arrays(source, fault)
        return self._with_third(source, fault) if self._shapes.search(fault.message) else None

    def _with_third(self, source: Source, fault: Fault) -> str | None:
        calls = source.failing(fault, cst.Call)
        given = [each.value for call in calls for each in call.args if each.keyword is None or not _is_range(each)]
        flat = [node for node in given if _is_flat(node)]
        flat += [element.value for node in given if isinstance(node, (cst.List, cst.Tuple)) for element in node.elements if _is_flat(element.value)]
        names = {node.value for node in given if isinstance(node, cst.Name)}
        if not flat:
            flat = [node for assign in source.every(cst.Assign) for node in _flat_parts(source, assign, names)]
        return source.replaced({node: _third(node) for node in flat})

    def _as_arrays(self, source: Source, fault: Fault) -> str | None:
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for node in source.failing(fault, cst.BinaryOperation):
            sides = [side for side in (node.left, node.right) if _is_list(side, fault)]
            wanted = sides if isinstance(node.operator, cst.Multiply) else sides if len(sides) == 2 else []
            for side in wanted[:1]:
                changes[side] = expression(f"np.array({source.text(side)})")
        return source.replaced(changes)


def _is_range(each: cst.Arg) -> bool:
    return each.keyword is not None and re.search(r"range|values|colou?r|length|config|buff|resolution|data|size|opacity", each.keyword.value) is not None


def _is_flat(node: cst.CSTNode) -> bool:
    if not isinstance(node, (cst.List, cst.Tuple)) or len(node.elements) != 2:
        return False
    return not any(isinstance(element, cst.StarredElement) or isinstance(element.value, (cst.List, cst.Tuple, cst.SimpleString)) for element in node.elements)


def _third(node: cst.CSTNode) -> cst.CSTNode:
    spaced = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    first, second = node.elements
    return node.with_changes(elements=[first, second.with_changes(comma=spaced), cst.Element(cst.Integer("0"))])


def _flat_parts(source: Source, assign: cst.Assign, names: set[str]) -> list[cst.CSTNode]:
    if not any(source.text(target.target) in names for target in assign.targets):
        return []
    if _is_flat(assign.value):
        return [assign.value]
    parts = assign.value.elements if isinstance(assign.value, (cst.List, cst.Tuple)) else []
    return [element.value for element in parts if _is_flat(element.value)]


def _is_list(node: cst.BaseExpression, fault: Fault) -> bool:
    return isinstance(node, (cst.List, cst.Tuple)) or isinstance(value_of(node, fault), (list, tuple))


POINTS = (QuotedDirection(), CoordinateFromVector(), FlatPoint())
