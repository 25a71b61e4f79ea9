"""What is handed to `play` and to animations."""

from __future__ import annotations

import re

import libcst as cst
import manim
from manim import Animation, Mobject

from .fault import Fault
from .names import with_imports
from .source import (
    UNKNOWN, Source, callee, expression, is_method_of_self, positional, value_of, with_arguments, with_name,
)  # fmt: skip

_APPEARING = ("Create", "Write", "DrawBorderThenFill", "ShowIncreasingSubsets", "AddTextLetterByLetter", "SpiralIn", "GrowFromCenter")
_VANISHING = ("Uncreate", "Unwrite", "RemoveTextLetterByLetter")
_GIVING_SOMETHING_ELSE = re.compile(r"copy|get_|generate_|save_|is_|has_|point_")


def _calls_animation(call: cst.Call) -> bool:
    value = getattr(manim, callee(call), None)
    return isinstance(call.func, cst.Name) and isinstance(value, type) and issubclass(value, Animation)


class ListInAnimation:
    """A list where an animation wants one mobject."""

    id = "fadeout_list"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Gives fades all of the list, and every other animation one of it each."""
        if not re.search(r"only works |'(list|tuple)' object has no attribute", fault.message):
            return None
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for call in source.failing(fault, cst.Call):
            first = positional(call)[:1]
            if _calls_animation(call) and first and _is_list(first[0].value, fault):
                changes[call] = self._spread(source, call, first[0])
        code = source.replaced(changes)
        return code and with_imports(code, {"AnimationGroup"} if "AnimationGroup" in code else set())

    def _spread(self, source: Source, call: cst.Call, first: cst.Arg) -> cst.BaseExpression:
        if callee(call) in ("FadeIn", "FadeOut"):
            return call.with_changes(args=[each.with_changes(star="*") if each is first else each for each in call.args])
        one = call.with_changes(args=[each.with_changes(value=cst.Name("each")) if each is first else each for each in call.args])
        return expression(f"AnimationGroup(*[{source.text(one)} for each in {source.text(first.value)}])")


def _is_list(node: cst.BaseExpression, fault: Fault) -> bool:
    return isinstance(node, (cst.List, cst.ListComp, cst.Tuple)) or isinstance(value_of(node, fault), (list, tuple))


class OnlyForPaths:
    """Drawing a stroke is for what has one: images and mixed groups fade."""

    id = "write_image"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Fades in what cannot be drawn, fades out what cannot be undrawn."""
        if fault.error_class != "TypeError" or "only works " not in fault.message:
            return None
        if fault.message.startswith("Animation only works"):
            return None
        named = re.match(r"(\w+) only works", fault.message)
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for call in source.failing(fault, cst.Call):
            old = callee(call)
            if not isinstance(call.func, cst.Name) or (named and _calls_animation(call) and old not in (*_APPEARING, *_VANISHING)):
                continue
            if old not in (*_APPEARING, *_VANISHING) or (positional(call) and _is_list(positional(call)[0].value, fault)):
                continue
            if not self._is_of_this_call(call, fault):
                continue
            kept = [each for each in call.args if each.keyword is None or each.keyword.value in ("run_time", "rate_func", "lag_ratio")]
            changes[call] = with_arguments(with_name(call, "FadeOut" if old in _VANISHING else "FadeIn"), kept)
        code = source.replaced(changes)
        return code and with_imports(code, {"FadeIn", "FadeOut"})

    def _is_of_this_call(self, call: cst.Call, fault: Fault) -> bool:
        value = value_of(positional(call)[0].value, fault) if positional(call) else UNKNOWN
        return value is UNKNOWN or not isinstance(value, manim.VMobject)


class PlayedMobject:
    """A mobject where `play` wants an animation."""

    id = "play_mobject"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Fades a mobject in; makes a change that was applied at once a change that is played."""
        if not re.search(r"Unexpected argument .* passed to Scene\.play\(\)|cannot be converted to an animation", fault.message):
            return None
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for call in source.failing(fault, cst.Call):
            if not is_method_of_self(call, "play"):
                continue
            for each in call.args:
                played = self._played(source, each, fault) if each.keyword is None else None
                if played is not None:
                    changes[each] = played
        code = source.replaced(changes)
        return code and with_imports(code, {"FadeIn"})

    def _played(self, source: Source, each: cst.Arg, fault: Fault) -> cst.Arg | None:
        node = each.value
        value = value_of(node, fault)
        if isinstance(value, Mobject) and not each.star:
            return each.with_changes(value=expression(f"FadeIn({source.text(node)})"))
        if isinstance(value, (list, tuple)) and any(isinstance(entry, Mobject) for entry in value):
            return each.with_changes(star="", value=expression(f"FadeIn(*{source.text(node)})"))
        if not isinstance(node, cst.Call) or each.star:
            return None
        return self._played_call(source, each, fault)

    def _played_call(self, source: Source, each: cst.Arg, fault: Fault) -> cst.Arg | None:
        node = each.value
        made = getattr(manim, callee(node), None) if isinstance(node.func, cst.Name) else None
        if isinstance(made, type) and issubclass(made, Mobject):
            return each.with_changes(value=expression(f"FadeIn({source.text(node)})"))
        if not isinstance(node.func, cst.Attribute):
            return None
        root, first = _root_of_chain(node)
        known = value_of(root, fault)
        is_new = isinstance(root, cst.Call) and isinstance(getattr(manim, callee(root), None), type) and issubclass(getattr(manim, callee(root)), Mobject)
        if is_new or (isinstance(known, Mobject) and _GIVING_SOMETHING_ELSE.match(first.attr.value)):
            return each.with_changes(value=expression(f"FadeIn({source.text(node)})"))
        if isinstance(known, Mobject) and first.attr.value != "animate":
            animated = cst.Attribute(cst.Attribute(first.value, cst.Name("animate")), first.attr)
            return each.with_changes(value=node.deep_replace(first, animated))
        return None


def _root_of_chain(call: cst.Call) -> tuple[cst.BaseExpression, cst.Attribute]:
    """What `dots[0].shift(UP).scale(2)` begins with, and the first attribute that is called of it."""
    function = call.func
    while isinstance(function.value, cst.Call) and isinstance(function.value.func, cst.Attribute):
        function = function.value.func
    return function.value, function


class PlayedMethod:
    """`play(mobject.method, arguments)`, as it was long ago."""

    id = "method_play"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Calls the method of what `.animate` gives, with the arguments that followed it."""
        if "Passing Mobject methods to Scene.play" not in fault.message:
            return None
        changes: dict[cst.CSTNode, cst.CSTNode] = {}
        for call in source.failing(fault, cst.Call):
            if is_method_of_self(call, "play"):
                changes[call] = self._animated(source, call, fault)
        return source.replaced(changes)

    def _animated(self, source: Source, call: cst.Call, fault: Fault) -> cst.Call:
        entries: list[cst.Arg] = []
        method: cst.Attribute | None = None
        given: list[str] = []

        def finish() -> None:
            if method is not None:
                text = f"{source.text(method.value)}.animate.{method.attr.value}({', '.join(given)})"
                entries.append(cst.Arg(expression(text)))
            given.clear()

        for each in call.args:
            if each.keyword is None and _is_method(each.value, fault):
                finish()
                method = each.value
            elif method is not None and each.keyword is None and not _is_animation(each.value, fault):
                given.append(each.star + source.text(each.value))
            else:
                finish()
                method = None
                entries.append(each)
        finish()
        return with_arguments(call, entries)


def _is_method(node: cst.BaseExpression, fault: Fault) -> bool:
    value = value_of(node, fault)
    return isinstance(node, cst.Attribute) and callable(value) and isinstance(getattr(value, "__self__", None), Mobject)


def _is_animation(node: cst.BaseExpression, fault: Fault) -> bool:
    if isinstance(node, cst.Call):
        return _calls_animation(node) or ".animate" in cst.Module([]).code_for_node(node)
    return isinstance(value_of(node, fault), Animation)


PLAY = (ListInAnimation(), OnlyForPaths(), PlayedMobject(), PlayedMethod())
