"""Names of older Manim, of other Manims, and names that were never there."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
import manim
from manim import rate_functions
from PIL import ImageColor

from .fault import Fault
from .fix import undefined_name
from .source import Source, argument, expression, keyword, positional, with_arguments, with_name


class RenamedName:
    """A name that is written otherwise in this Manim. `new_text` gives what stands in its place, if it knows."""

    def __init__(self, fix_id: str, new_text: Callable[[str], str | None]) -> None:
        self.id = fix_id
        self._new_text = new_text

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Puts what is right in the place of every use of the name."""
        old = undefined_name(fault)
        new = self._new_text(old) if old is not None else None
        if old is None or new is None or _is_bound(source, old):
            return None
        return with_imports(_rename(source, old, new), needed_names(new))


def _is_bound(source: Source, name: str) -> bool:
    """Whether the module itself gives the name a meaning, an import of what does not exist apart."""
    imported = {
        alias.evaluated_name
        for node in source.every(cst.ImportFrom)
        for alias in (node.names if not isinstance(node.names, cst.ImportStar) else ())
    }
    return name in source.bindings.stored and name not in imported


def _rename(source: Source, old: str, new: str) -> str:
    """Uses of the name as an expression; names of attributes, keywords and parameters stay. Imports lose it."""
    replacement = expression(new)
    transformer = _Renaming(old, replacement)
    return source.module.visit(transformer).code


class _Renaming(cst.CSTTransformer):
    def __init__(self, old: str, new: cst.BaseExpression) -> None:
        super().__init__()
        self._old, self._new = old, new

    def visit_Attribute(self, node: cst.Attribute) -> bool:  # noqa: N802
        return False

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:  # noqa: N802
        return updated_node.with_changes(value=updated_node.value.visit(self))

    def visit_Arg(self, node: cst.Arg) -> bool:  # noqa: N802
        return False

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:  # noqa: N802
        return updated_node.with_changes(value=updated_node.value.visit(self))

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:  # noqa: N802
        return False

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.BaseSmallStatement:  # noqa: N802
        if isinstance(updated_node.names, cst.ImportStar):
            return updated_node
        kept = [alias for alias in updated_node.names if alias.evaluated_name != self._old]
        if len(kept) == len(updated_node.names):
            return updated_node
        if not kept:
            return cst.Pass()
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated_node.with_changes(names=kept)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:  # noqa: N802
        return self._new if original_node.value == self._old else updated_node


def needed_names(text: str) -> set[str]:
    """The names that an expression uses."""
    found: set[str] = set()

    class Collecting(cst.CSTVisitor):
        def visit_Attribute(self, node: cst.Attribute) -> bool:  # noqa: N802
            node.value.visit(self)
            return False

        def visit_Arg(self, node: cst.Arg) -> bool:  # noqa: N802
            node.value.visit(self)
            return False

        def visit_Name(self, node: cst.Name) -> None:  # noqa: N802
            found.add(node.value)

    expression(text).visit(Collecting())
    return found


def with_imports(code: str, names: set[str]) -> str:
    """The code, with what it does not import from Manim yet added to the import that it has: no line moves."""
    source = Source(code)
    missing = sorted(name for name in names if not source.bindings.known(name) and hasattr(manim, name))
    if not missing:
        return code
    for node in source.every(cst.ImportFrom):
        if isinstance(node.module, cst.Name) and node.module.value == "manim" and not isinstance(node.names, cst.ImportStar):
            spaced = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            added = [cst.ImportAlias(cst.Name(name)) for name in missing]
            entries = [*(alias.with_changes(comma=spaced) for alias in [*node.names, *added[:-1]]), added[-1]]
            return source.replaced({node: node.with_changes(names=entries)}) or code
    return code


def _in(table: dict[str, str]) -> Callable[[str], str | None]:
    return table.get


def _rate_function(name: str) -> str | None:
    return f"rate_functions.{name}" if hasattr(rate_functions, name) and not hasattr(manim, name) else None


_NEAREST = {
    "LIGHT_BLUE": "BLUE_B", "LIGHT_GREEN": "GREEN_B", "LIGHT_RED": "RED_B", "LIGHT_YELLOW": "YELLOW_B",
    "LIGHT_PURPLE": "PURPLE_B", "LIGHT_ORANGE": "GOLD_B", "LIGHT_TEAL": "TEAL_B", "DARK_GREEN": "GREEN_E",
    "DARK_RED": "RED_E", "DARK_YELLOW": "YELLOW_E", "DARK_PURPLE": "PURPLE_E", "DARK_ORANGE": "GOLD_E",
    "DARK_TEAL": "TEAL_E", "GREY_BLUE": "BLUE_D",
}  # fmt: skip
"""Manim's own hues where it has them in several shades; for all others the colour that CSS knows by that name."""


def _colour(name: str) -> str | None:
    if name != name.upper():
        return None
    css = ImageColor.colormap.get(name.lower().replace("_", ""))
    return _NEAREST.get(name) or (f'ManimColor("{css.upper()}")' if isinstance(css, str) else None)


_PLACES = {
    "CENTER": "ORIGIN",
    "CENTRE": "ORIGIN",
    "TOP": "(UP * config.frame_y_radius)",
    "BOTTOM": "(DOWN * config.frame_y_radius)",
    "LEFT_SIDE": "(LEFT * config.frame_x_radius)",
    "RIGHT_SIDE": "(RIGHT * config.frame_x_radius)",
    "TOP_LEFT": "UL",
    "TOP_RIGHT": "UR",
    "BOTTOM_LEFT": "DL",
    "BOTTOM_RIGHT": "DR",
    "UPPER_LEFT": "UL",
    "UPPER_RIGHT": "UR",
    "LOWER_LEFT": "DL",
    "LOWER_RIGHT": "DR",
}

showcreation = RenamedName("showcreation", _in({"ShowCreation": "Create", "UnCreate": "Uncreate", "ShowUncreation": "Uncreate"}))
textmobject = RenamedName("textmobject", _in({"TextMobject": "Tex", "TexMobject": "MathTex", "TexText": "Tex", "OldTex": "MathTex", "OldTexText": "Tex"}))
ratefunc = RenamedName("ratefunc", _rate_function)
colors = RenamedName("colors", _colour)
center = RenamedName("center", _in(_PLACES))
bezier = RenamedName("bezier", _in({"BezierCurve": "CubicBezier", "Bezier": "CubicBezier"}))


class FadeInFrom:
    """Fades of older Manim, which had a class for each way of moving."""

    id = "fadeinfrom"
    _new = {
        "FadeInFrom": ("FadeIn", "shift", "DOWN", True),
        "FadeInFromDown": ("FadeIn", "shift", "UP", None),
        "FadeInFromLarge": ("FadeIn", "scale", "2", False),
        "FadeInFromPoint": ("FadeIn", "target_position", "ORIGIN", False),
        "FadeOutAndShift": ("FadeOut", "shift", "DOWN", False),
        "FadeOutAndShiftDown": ("FadeOut", "shift", "DOWN", None),
        "FadeOutToPoint": ("FadeOut", "target_position", "ORIGIN", False),
    }
    """Its class now, its keyword, what it was unless given, and whether it was given the other way round; None for
    what took no direction."""
    _old_keywords = ("direction", "shift", "scale_factor", "point", "target_position")

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Makes the second argument the keyword that says the same now."""
        old = undefined_name(fault)
        if old not in self._new or _is_bound(source, old):
            return None
        new, word, default, turned = self._new[old]

        def change(call: cst.Call) -> cst.Call | None:
            if not isinstance(call.func, cst.Name) or call.func.value != old:
                return None
            given = positional(call)[1:2] if turned is not None else []
            named = [entry for name in self._old_keywords if (entry := keyword(call, name))]
            moved = (given or named)[:1]
            value = moved[0].value if moved else expression(default)
            if turned:
                value = expression(f"-({source.text(value)})")
            kept = [each for each in call.args if each not in given and each not in named]
            return with_arguments(with_name(call, new), [*kept, argument(word, value)])

        changed = source.changed(cst.Call, change)
        if changed is None:
            return None
        return with_imports(_rename(Source(changed), old, new), needed_names(new) | needed_names(default))


class ManimLib:
    """The package of the other Manim."""

    id = "manimlib"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Imports this one."""
        if fault.error_class != "ModuleNotFoundError" or not any(
            f"'{name}" in fault.message for name in ("manimlib", "manimgl", "manimce", "manim_imports_ext", "big_ol_pile_of_manim_imports")
        ):
            return None
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for node in source.every(cst.ImportFrom):
            name = source.text(node.module) if node.module is not None else ""
            if name.partition(".")[0] in fault.message and not node.relative:
                changes[node] = node.with_changes(module=cst.Name("manim"))
        return source.replaced(changes)


NAMES = (showcreation, textmobject, FadeInFrom(), ratefunc, colors, center, bezier, ManimLib())
