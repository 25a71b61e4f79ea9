"""The names that `from manim import *` brings and that a flat, silent film has a use for, with what classes take.

They are read from the installed Manim, so that nobody is told of something that this version does not have.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from types import ModuleType
from typing import Any

import manim
from manim import Axes, CoordinateSystem, Line, MathTex, Mobject, NumberLine, VMobject

_WIDTH = 150
_CLASSES = {
    "Lines and shapes": ("mobject.geometry", "mobject.svg.brace", "mobject.types.vectorized_mobject"),
    "Text and numbers": ("mobject.text.text", "mobject.text.tex", "mobject.text.numbers"),
    "Axes, curves, fields": ("mobject.graphing", "mobject.vector_field", "mobject.matrix"),
    "Groups and trackers": ("mobject.mobject", "mobject.value_tracker"),
    "Animations": ("animation.",),
}
_FUNCTIONS = {
    "Animations": ("animation.updaters.mobject_update_utils",),
    "Colours": ("utils.color.core",),
    "Geometry": ("utils.space_ops", "utils.bezier"),
    "Rate functions": ("utils.rate_functions",),
}
_SHOWN_FUNCTIONS = {
    "always", "f_always", "always_redraw", "always_shift", "always_rotate", "turn_animation_into_updater", "interpolate_color", "color_gradient",
    "interpolate", "mid", "midpoint", "rotate_vector", "angle_of_vector", "angle_between_vectors", "normalize", "regular_vertices",
    "line_intersection", "center_of_mass", "perpendicular_bisector", "rotation_matrix",
}  # fmt: skip
# Made otherwise here, or not at all: no images, no files, no code that types itself, no terminal of Typst.
_LEFT_OUT = {
    "BulletedList", "Title", "AnnotationDot", "override_animate", "override_animation", "register_font", "SingleStringMathTex",
    "TypeWithCursor", "UntypeWithCursor", "ArcPolygonFromArcs", "TipableVMobject", "Broadcast", "Blink", "Wiggle", "Flash", "SpinInFromNothing",
    "SampleSpace", "VDict", "VectorizedPoint", "Typst", "MathTypst", "Label", "LabeledPolygram", "FullScreenRectangle", "ScreenRectangle",
    "ThreeDAxes", "CoordinateSystem", "AddTextLetterByLetter", "RemoveTextLetterByLetter", "AddTextWordByWord", "ApplyMethod", "Animation", "Mobject",
}  # fmt: skip
_BOOKKEEPING = re.compile(
    r"rgba|bezier|anchor|subpath|nth_curve|curve_functions|align_data|array|_3d|z_index_|dimension|get_point|generate_points|init_|sheen|zenith|nadir"
    r"|updating|background_image|invert|_dim|depth|null_point|throw_|pose_at|push_self|n_more|family_members|group_class|save_image|show$|critical"
    r"|extremum|pieces|gradient_start|resize|append|handle|direction$|get_point_mobject|closed|points_equals|joint|_z$|set_points_by_ends|surface|z_axis"
)
_RARE = re.compile(
    r"tolerance|joint_type|close_new|mark_paths|make_smooth|shade_in|sheen|pre_function|virtual|max_anchors|svg_cache|should_center|warn_|_config$|suspend|introducer|use_override|func_$|background_stroke|three_dim|gloss|z_range|background_image|n_points_per|cap_style|digit_buff|unit_buff"
)
_DEFAULTS = re.compile(r"DEFAULT_|START_|\w+_VALUE$|SCALE_FACTOR|Z_AXIS")
_BASES = (
    ("Every mobject", Mobject),
    ("Every VMobject", VMobject),
    ("Line, Arrow", Line),
    ("Axes, NumberPlane", CoordinateSystem),
    ("Axes", Axes),
    ("NumberLine", NumberLine),
    ("MathTex", MathTex),
)


def manim_lines() -> list[str]:
    """Names by group, a class with the parameters of its own; then what their objects can be asked."""
    lines: list[str] = []
    for title, modules in _CLASSES.items():
        entries = [
            f"{name}{_parameters(member)}"
            for name, member in _exported()
            if inspect.isclass(member) and _within(member, modules)
        ]
        functions = [
            name
            for name, member in _exported()
            if inspect.isfunction(member) and _within(member, _FUNCTIONS.get(title, ()))
        ]
        lines += _wrapped(title, [*entries, *[name for name in functions if name in _SHOWN_FUNCTIONS]])
    for title in ("Geometry", "Colours", "Rate functions"):
        names = [
            name
            for name, member in _exported()
            if inspect.isfunction(member) and _within(member, _FUNCTIONS[title])
        ]
        lines += _wrapped(
            title, [name for name in names if title == "Rate functions" or name in _SHOWN_FUNCTIONS]
        )
    lines += _wrapped("Only as rate_functions.NAME", _other_rate_functions())
    lines += _wrapped(
        "Constants",
        [
            name
            for name, member in vars(manim).items()
            if name.isupper() and not _DEFAULTS.match(name) and _is_constant(member)
        ],
    )
    for title, base in _BASES:
        lines += _wrapped(f"{title} can", _methods(base))
    return lines


def _exported() -> list[tuple[str, Any]]:
    return [
        (name, member)
        for name, member in vars(manim).items()
        if not name.startswith("_") and name not in _LEFT_OUT
    ]


def _within(member: Any, modules: tuple[str, ...]) -> bool:
    return any(member.__module__.startswith(f"manim.{module}") for module in modules)


def _parameters(cls: type) -> str:
    """Names alone: those of the class's own, since those of its bases go on through `**kwargs`."""
    if "__init__" not in vars(cls):
        return ""
    names = [
        ("*" if parameter.kind is inspect.Parameter.VAR_POSITIONAL else "") + name
        for name, parameter in list(inspect.signature(cls.__init__).parameters.items())[1:]
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        and not name.startswith("_")
        and not _RARE.search(name)
    ]
    return f"({', '.join(names)})"


def _other_rate_functions() -> list[str]:
    module: ModuleType = manim.rate_functions
    return sorted(
        name for name, member in vars(module).items() if re.match(r"ease_", name) and callable(member)
    )


def _is_constant(member: Any) -> bool:
    return type(member).__name__ in ("ndarray", "float", "int") or (
        isinstance(member, str) and len(member) < 16
    )


def _methods(base: type) -> list[str]:
    return sorted(
        name
        for name, member in vars(base).items()
        if inspect.isfunction(member) and name[0] != "_" and not _BOOKKEEPING.search(name)
    )


def _wrapped(title: str, entries: list[str]) -> list[str]:
    return textwrap.wrap(
        f"{title}: {', '.join(entries)}",
        _WIDTH,
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )
