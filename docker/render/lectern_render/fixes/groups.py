"""Groups of what is not drawn with strokes, and tables of what is not drawn at all."""

from __future__ import annotations

import libcst as cst

from .fault import Fault
from .names import with_imports
from .source import Source, callee, expression, string_of

ONLY_VMOBJECTS = "Only values of type VMobject can be added as submobjects of VGroup"


class TableLabels:
    """Labels of a table are mobjects."""

    id = "table_labels"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Makes Text of every label that is a string."""
        if ONLY_VMOBJECTS not in fault.message or "type str" not in fault.message:
            return None

        def change(call: cst.Call) -> cst.Call | None:
            if not callee(call).endswith("Table"):
                return None
            entries = [self._labels(source, each) for each in call.args]
            return call.with_changes(args=entries) if list(call.args) != entries else None

        changed = source.changed(cst.Call, change)
        return changed and with_imports(changed, {"Text"})

    def _labels(self, source: Source, each: cst.Arg) -> cst.Arg:
        name = each.keyword.value if each.keyword is not None else ""
        if name == "top_left_entry" and string_of(each.value) is not None:
            return each.with_changes(value=expression(f"Text({source.text(each.value)})"))
        if name not in ("row_labels", "col_labels"):
            return each
        if not isinstance(each.value, (cst.List, cst.Tuple)):
            text = source.text(each.value)
            return each.with_changes(value=expression(f"[Text(label) if isinstance(label, str) else label for label in {text}]"))
        elements = [
            element.with_changes(value=expression(f"Text({source.text(element.value)})")) if _is_text(element.value) else element
            for element in each.value.elements
        ]
        return each.with_changes(value=each.value.with_changes(elements=elements)) if elements != list(each.value.elements) else each


def _is_text(node: cst.BaseExpression) -> bool:
    return string_of(node) is not None or isinstance(node, cst.FormattedString)


class GroupOfImages:
    """A VGroup holds what has strokes; images and plain mobjects need a Group."""

    id = "vgroup_image"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Makes that group a Group: the one that is built there, or the one that something is added to there."""
        if ONLY_VMOBJECTS not in fault.message or "type str" in fault.message:
            return None
        calls = source.failing(fault, cst.Call)
        built = [call for call in calls if callee(call) == "VGroup"][:1]
        if not built:
            names = {
                source.text(call.func.value)
                for call in calls
                if isinstance(call.func, cst.Attribute) and call.func.attr.value in ("add", "add_to_back")
            }
            built = [call for name in names for call in _built_as(source, name)]
        changes = {call: call.with_changes(func=_group_of(call.func)) for call in built}
        code = source.replaced(changes)
        return code and with_imports(code, {"Group"})


def _group_of(function: cst.BaseExpression) -> cst.BaseExpression:
    return function.with_changes(attr=cst.Name("Group")) if isinstance(function, cst.Attribute) else cst.Name("Group")


def _built_as(source: Source, name: str) -> list[cst.Call]:
    """Calls of VGroup whose value is kept by this name."""
    return [
        node.value
        for node in source.every(cst.Assign)
        if isinstance(node.value, cst.Call)
        and callee(node.value) == "VGroup"
        and any(source.text(target.target) == name for target in node.targets)
    ]


GROUPS = (TableLabels(), GroupOfImages())
