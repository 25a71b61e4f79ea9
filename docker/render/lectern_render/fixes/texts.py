"""Text around the code, text in formulas, and files that are not there."""

from __future__ import annotations

import re
from pathlib import PurePath

import libcst as cst

from .fault import Fault
from .names import with_imports
from .source import Source, callee, expression, positional, string_of

_FENCE = re.compile(r"^\s*(```+|~~~+)")
_OF_FORMULAS = ("MathTex", "SingleStringMathTex")
_OF_TEX = (*_OF_FORMULAS, "Tex", "Title", "BulletedList")
_COMMANDS = (
    "alpha approx angle abs arccos arcsin arctan ast "
    "bar beta begin big bigg Big binom bmod boldsymbol bot bullet backslash because "
    "forall frac frown flat footnotesize "
    "nabla natural ne nearrow neg neq newline ni nleq ngeq nmid nolimits nonumber normalsize not notin nparallel nu nwarrow "
    "rangle rbrace rceil rfloor rho right rightarrow rightleftharpoons rm rvert rVert "
    "tan tanh tau tbinom text textbf textit textrm tfrac therefore theta tilde times tiny to top triangle triangleq "
    "varepsilon varphi varrho vartheta vdots vec vee vert vphantom"
).split()
_MISREAD = re.compile(r"(?<!\\)((?:\\\\)*)\\(?=(?:" + "|".join(sorted(_COMMANDS, key=len, reverse=True)) + r")(?![a-zA-Z]))")


class MathDollars:
    """A formula is in mathematics already."""

    id = "mathtex_dollar"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Takes the dollars from around formulas."""
        if not _is_of_tex(fault):
            return None

        def change(call: cst.Call) -> cst.Call | None:
            if callee(call) not in _OF_FORMULAS:
                return None
            entries = [each.with_changes(value=_undollared(each.value)) if each.keyword is None else each for each in call.args]
            return call.with_changes(args=entries) if any(new.value is not old.value for new, old in zip(entries, call.args, strict=True)) else None

        return source.changed(cst.Call, change)


def _is_of_tex(fault: Fault) -> bool:
    return re.search(r"LaTeX|latex|dvi|\$", fault.message) is not None


def _undollared(node: cst.BaseExpression) -> cst.BaseExpression:
    if not isinstance(node, cst.SimpleString):
        return node
    match = re.fullmatch(r"\s*(\$\$?)([^$]+)\1\s*", node.raw_value)
    return node.with_changes(value=f"{node.prefix}{node.quote}{match[2]}{node.quote}") if match else node


class MisreadEscapes:
    """In a string that is not raw, `\\frac` begins with a form feed."""

    id = "mathtex_escape"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Doubles the backslashes of LaTeX's commands that Python reads as control characters."""
        if not _is_of_tex(fault) and not re.search(r"[\x07\x08\x09\x0b\x0c\x0d]", fault.message):
            return None

        def change(call: cst.Call) -> cst.Call | None:
            if callee(call) not in _OF_TEX:
                return None
            entries = [each.with_changes(value=_doubled(each.value)) for each in call.args]
            return call.with_changes(args=entries) if any(new.value is not old.value for new, old in zip(entries, call.args, strict=True)) else None

        return source.changed(cst.Call, change)


def _doubled(node: cst.BaseExpression) -> cst.BaseExpression:
    if not isinstance(node, cst.SimpleString) or "r" in node.prefix.lower():
        return node
    text = _MISREAD.sub(r"\1\\\\", node.value)
    return node if text == node.value else node.with_changes(value=text)


class MissingPicture:
    """A picture that did not come with the lesson."""

    id = "svg_missing"
    _loaders = ("SVGMobject", "ImageMobject")

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Puts a frame with the picture's name in its place."""
        if fault.error_class not in ("OSError", "FileNotFoundError") or not re.search(r"could not find|No such file|no asset is called", fault.message):
            return None
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for call in source.failing(fault, cst.Call):
            path = self._path(call)
            if path is not None and PurePath(path).name in fault.message:
                changes[call] = expression(_stand_in(path))
        code = source.replaced(changes)
        return code and with_imports(code, {"VGroup", "RoundedRectangle", "Text"})

    def _path(self, call: cst.Call) -> str | None:
        if callee(call) not in self._loaders or not positional(call):
            return None
        first = positional(call)[0].value
        if isinstance(first, cst.Call) and callee(first) == "asset" and positional(first):
            first = positional(first)[0].value
        return string_of(first)


def _stand_in(path: str) -> str:
    name = re.sub(r"[_\-]+", " ", PurePath(path).stem).strip()[:30] or "picture"
    return f"VGroup(RoundedRectangle(width=3, height=2, corner_radius=0.2), Text({name!r}).scale_to_fit_width(2).scale(0.9))"


TEXTS = (MathDollars(), MisreadEscapes(), MissingPicture())


def without_fence(code: str) -> str | None:
    """The code between the first fence and the last one, each line where it stood; None when there is no fence.

    Words before and after it are left out too: models explain themselves.
    """
    lines = code.split("\n")
    fences = [number for number, line in enumerate(lines) if _FENCE.match(line)]
    if not fences:
        return None
    first, last = fences[0], fences[1] if len(fences) > 1 else len(lines)
    if len(fences) == 1 and "".join(lines[:first]).strip() and not "".join(lines[first + 1 :]).strip():
        first, last = -1, first
    return "\n".join(line if first < number < last else "" for number, line in enumerate(lines)).rstrip("\n") + "\n"


def escapes_doubled_in_text(code: str) -> str | None:
    r"""The same for `"\xi"` and `"\underline"`, which are not even Python: doubled where no digits follow."""
    changed = re.sub(r"(?<!\\)\\(x(?![0-9a-fA-F]{2})|u(?![0-9a-fA-F]{4})|U(?![0-9a-fA-F]{8})|N(?!\{))(?=[a-zA-Z])?", r"\\\\\1", code)
    return None if changed == code else changed
