"""Keyword arguments that are called otherwise in this Manim."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

import libcst as cst

from .fault import Fault
from .fix import unexpected_keyword
from .names import with_imports
from .source import (
    Source, argument, callee, expression, keyword, positional, string_of, with_arguments, with_name,
)  # fmt: skip


class RenamedKeyword:
    """A keyword that is called otherwise: for each class its old names and their new ones."""

    def __init__(self, fix_id: str, renamed: Mapping[str, Mapping[str, str]]) -> None:
        self.id = fix_id
        self._renamed = renamed

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Renames the keyword in every call of such a class, since it is wrong in each."""
        told = unexpected_keyword(fault)
        if told is None:
            return None

        def change(call: cst.Call) -> cst.Call | None:
            new = self._renamed.get(callee(call), {}).get(told[1])
            old = keyword(call, told[1])
            if new is None or old is None or keyword(call, new) is not None:
                return None
            entries = [each.with_changes(keyword=cst.Name(new)) if each is old else each for each in call.args]
            return call.with_changes(args=entries)

        return source.changed(cst.Call, change)


def _for_all(classes: str, renamed: dict[str, str]) -> dict[str, dict[str, str]]:
    return dict.fromkeys(classes.split(), renamed)


_LENGTHS = {"width": "x_length", "height": "y_length"}
axes_size = RenamedKeyword(
    "axes_size",
    _for_all("Axes NumberPlane ComplexPlane BarChart", _LENGTHS)
    | {"ThreeDAxes": {**_LENGTHS, "depth": "z_length"}, "NumberLine": {"width": "length"}},
)
square_side = RenamedKeyword(
    "square_side",
    _for_all("Square Cube", {"side": "side_length", "size": "side_length", "width": "side_length"})
    | _for_all("Circle Dot Sphere", {"size": "radius", "r": "radius"})
    | _for_all(
        "Text MarkupText MathTex Tex Title Paragraph DecimalNumber Integer",
        {"size": "font_size", "fontsize": "font_size", "font_weight": "weight"},
    ),
)
dash = RenamedKeyword("dash", _for_all("DashedLine DashedVMobject", {"dash_ratio": "dashed_ratio"}))
_ENDS = {"start_point": "start", "end_point": "end", "start_pos": "start", "end_pos": "end"}
arcbetween = RenamedKeyword(
    "arcbetween", _for_all("ArcBetweenPoints Line Arrow DoubleArrow DashedLine CurvedArrow", _ENDS)
)


class ArcEnds:
    """The same for arcs whose class says only that its own names are missing."""

    id = "arcbetween"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Renames the keywords of the arcs that have the old ones."""
        if fault.error_class != "TypeError" or "required positional argument" not in fault.message:
            return None

        def change(call: cst.Call) -> cst.Call | None:
            if callee(call) not in ("ArcBetweenPoints", "CurvedArrow", "CurvedDoubleArrow"):
                return None
            renames = {"start_point": "start", "end_point": "end"}
            if callee(call) != "ArcBetweenPoints":
                renames = {"start": "start_point", "end": "end_point"}
            old = [each for each in call.args if each.keyword is not None and each.keyword.value in renames]
            if not old:
                return None
            entries = [
                each.with_changes(keyword=cst.Name(renames[each.keyword.value])) if each in old else each
                for each in call.args
            ]
            return call.with_changes(args=entries)

        return source.changed(cst.Call, change)


class Sector:
    """A sector has one radius; with two it is a sector of a ring."""

    id = "sector"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Makes it a ring's where an inner radius is given, else names the only radius."""
        if fault.error_class != "TypeError" or "_radius'" not in fault.message:
            return None

        def change(call: cst.Call) -> cst.Call | None:
            inner, outer = keyword(call, "inner_radius"), keyword(call, "outer_radius")
            if callee(call) != "Sector" or (inner is None and outer is None):
                return None
            if inner is not None and source.text(inner.value) not in ("0", "0.0"):
                return with_name(call, "AnnularSector")
            entries = [
                each.with_changes(keyword=cst.Name("radius")) if each is outer else each
                for each in call.args
                if each is not inner
            ]
            return with_arguments(call, entries)

        changed = source.changed(cst.Call, change)
        return changed and with_imports(changed, {"AnnularSector"} if "AnnularSector" in changed else set())


class LetterSpacing:
    """Text takes no spacing of letters; Pango's markup does, in 1024ths of a point."""

    id = "letter_spacing"
    _of_text_alone = ("t2c", "t2f", "t2g", "t2s", "t2w", "gradient", "tab_width")

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Says it by markup where the text is a literal; else leaves the spacing out."""
        told = unexpected_keyword(fault)
        if told is None or told[1] != "letter_spacing":
            return None
        needed: set[str] = set()

        def change(call: cst.Call) -> cst.Call | None:
            spacing = keyword(call, "letter_spacing")
            if callee(call) not in ("Text", "MarkupText", "Title", "Paragraph") or spacing is None:
                return None
            without = [each for each in call.args if each is not spacing]
            marked = self._marked_up(call, source.text(spacing.value))
            if marked is None:
                return with_arguments(call, without)
            needed.add("MarkupText")
            first = positional(call)[0]
            entries = [each.with_changes(value=marked) if each is first else each for each in without]
            return with_arguments(with_name(call, "MarkupText"), entries)

        changed = source.changed(cst.Call, change)
        return changed and with_imports(changed, needed)

    def _marked_up(self, call: cst.Call, spacing: str) -> cst.BaseExpression | None:
        first = positional(call)[:1]
        text = string_of(first[0].value) if first else None
        number = re.fullmatch(r"\d+(\.\d+)?", spacing)
        if callee(call) != "Text" or text is None or number is None or any(keyword(call, name) for name in self._of_text_alone):
            return None
        return expression(repr(f'<span letter_spacing="{round(float(spacing) * 1024)}">{escape(text)}</span>'))


class CodeBlock:
    """`Code` takes its text, its file and its look by other names than it used to, and the look of its parts as two
    dictionaries."""

    id = "code_kw"
    _renamed = {
        "code": "code_string",
        "file_name": "code_file",
        "style": "formatter_style",
        "insert_line_no": "add_line_numbers",
        "line_no_from": "line_numbers_from",
    }
    _of_paragraph = {"font": "font", "font_size": "font_size", "line_spacing": "line_spacing"}
    _of_background = {
        "background_stroke_width": "stroke_width",
        "background_stroke_color": "stroke_color",
        "background_color": "fill_color",
        "background_fill_color": "fill_color",
        "background_opacity": "fill_opacity",
        "corner_radius": "corner_radius",
        "margin": "buff",
    }
    _dropped = ("indentation_chars", "line_no_buff", "generate_html_file", "stroke_width", "html_name", "insert_line_numbers")

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Writes every call of `Code` in the new way."""
        told = unexpected_keyword(fault)
        is_text_as_file = fault.error_class in ("FileNotFoundError", "OSError") and any(
            callee(call) == "Code" for call in source.failing(fault, cst.Call)
        )
        if not is_text_as_file and (told is None or told[0].partition(".")[0] != "Code"):
            return None
        return source.changed(cst.Call, self._changed)

    def _changed(self, call: cst.Call) -> cst.Call | None:
        if callee(call) != "Code":
            return None
        entries: list[cst.Arg] = []
        parts: dict[str, list[tuple[str, cst.BaseExpression]]] = {"paragraph_config": [], "background_config": []}
        for each in call.args:
            name = each.keyword.value if each.keyword is not None else None
            if name in self._renamed:
                entries.append(each.with_changes(keyword=cst.Name(self._renamed[name])))
            elif name in self._of_paragraph:
                parts["paragraph_config"].append((self._of_paragraph[name], each.value))
            elif name in self._of_background:
                parts["background_config"].append((self._of_background[name], each.value))
            elif name is None and not entries and "\n" in (string_of(each.value) or ""):
                entries.append(argument("code_string", each.value))
            elif name not in self._dropped:
                entries.append(each)
        for name, values in parts.items():
            if values:
                entries = _with_part(entries, name, values)
        changed = with_arguments(call, entries)
        return None if cst.Module([]).code_for_node(changed) == cst.Module([]).code_for_node(call) else changed


def _with_part(entries: list[cst.Arg], name: str, values: list[tuple[str, cst.BaseExpression]]) -> list[cst.Arg]:
    """The arguments with these values in the dictionary of that name, which may stand there already."""
    added = [cst.DictElement(expression(repr(key).replace("'", '"')), value) for key, value in values]
    for position, each in enumerate(entries):
        if each.keyword is not None and each.keyword.value == name and isinstance(each.value, cst.Dict):
            whole = each.value.with_changes(elements=[*each.value.elements, *added])
            return [*entries[:position], each.with_changes(value=whole), *entries[position + 1 :]]
    return [*entries, argument(name, cst.Dict(added))]


KEYWORDS = (axes_size, square_side, dash, arcbetween, ArcEnds(), Sector(), LetterSpacing(), CodeBlock())
