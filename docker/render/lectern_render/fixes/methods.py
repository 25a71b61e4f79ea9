"""Methods of older Manim, and methods that were never there."""

from __future__ import annotations

import libcst as cst

from .fault import Fault
from .names import with_imports
from .source import Source, callee, expression, positional, with_arguments, with_name

_PLOTS = {
    "get_graph": "plot",
    "get_area_under_graph": "get_area",
    "get_parametric_curve": "plot_parametric_curve",
    "get_implicit_curve": "plot_implicit_curve",
}
_CORNERS = {
    "get_bottom_right": "DR", "get_bottom_left": "DL", "get_top_right": "UR", "get_top_left": "UL",
    "get_lower_right": "DR", "get_lower_left": "DL", "get_upper_right": "UR", "get_upper_left": "UL",
}  # fmt: skip


class GraphArea:
    """Axes draw their graphs themselves now, by other names."""

    id = "graph_area"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Calls them by these names wherever an object other than the scene is asked."""
        if fault.error_class not in ("TypeError", "AttributeError"):
            return None
        if not any(callee(call) in _PLOTS for call in source.failing(fault, cst.Call)):
            return None

        def change(call: cst.Call) -> cst.Call | None:
            function = call.func
            if not isinstance(function, cst.Attribute) or callee(call) not in _PLOTS or source.text(function.value) == "self":
                return None
            return with_name(call, _PLOTS[callee(call)])

        return source.changed(cst.Call, change)


class Corner:
    """Corners are asked for by their direction."""

    id = "corner"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Asks for the corner in this way wherever it is asked for in that."""
        if fault.error_class not in ("TypeError", "AttributeError"):
            return None
        if not any(callee(call) in _CORNERS for call in source.failing(fault, cst.Call)):
            return None

        def change(call: cst.Call) -> cst.Call | None:
            if not isinstance(call.func, cst.Attribute) or callee(call) not in _CORNERS or positional(call):
                return None
            return with_arguments(with_name(call, "get_corner"), [cst.Arg(expression(_CORNERS[callee(call)]))])

        changed = source.changed(cst.Call, change)
        return changed and with_imports(changed, set(_CORNERS.values()))


METHODS = (GraphArea(), Corner())
