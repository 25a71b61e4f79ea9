"""Scenes that need another base class, or another name."""

from __future__ import annotations

import re

import libcst as cst
import manim

from ..check.bindings import exported
from .fault import Fault
from .fix import missing_attribute
from .names import with_imports
from .source import Source, callee, positional, with_arguments

_PLAIN_BASES = {"Scene": "MovingCameraScene"}
_SOLID_BASES = {"Scene": "ThreeDScene", "LessonScene": "LessonThreeDScene"}


def _with_base(source: Source, classes: list[cst.ClassDef], bases: dict[str, str]) -> str | None:
    changes: dict[cst.CSTNode, cst.CSTNode] = {}
    for node in classes:
        for each in node.bases:
            name = each.value.attr if isinstance(each.value, cst.Attribute) else each.value
            if isinstance(name, cst.Name) and name.value in bases:
                changes[name] = cst.Name(bases[name.value])
    code = source.replaced(changes)
    return code and _with_import_of(code, set(bases.values()))


def _with_import_of(code: str, names: set[str]) -> str:
    used = {name for name in names if re.search(rf"\b{name}\b", code)}
    ours = {name for name in used if name.startswith("Lesson")}
    code = with_imports(code, used - ours)
    for name in ours:
        if not Source(code).bindings.known(name):
            code = re.sub(r"(from lectern_render import [^\n(]*\bLessonScene\b)", rf"\1, {name}", code, count=1)
    return code


def _all_scenes(source: Source) -> list[cst.ClassDef]:
    return source.every(cst.ClassDef)


class CameraFrame:
    """A camera that can move is that of a scene made for it."""

    id = "camera_frame"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Takes that scene for a base, and calls the frame what it is called there."""
        name = missing_attribute(fault)
        if name not in ("frame", "camera_frame") or (name == "frame" and "Camera" not in fault.message):
            return None
        code = source.changed(cst.Attribute, self._renamed) or source.code
        changed = _with_base(Source(code), _all_scenes(Source(code)), {}) or code
        again = Source(changed)
        return _with_base(again, _all_scenes(again), _PLAIN_BASES) or (changed if changed != source.code else None)

    def _renamed(self, node: cst.Attribute) -> cst.Attribute | None:
        if node.attr.value != "camera_frame" or not isinstance(node.value, cst.Name) or node.value.value != "self":
            return None
        return cst.Attribute(cst.Attribute(cst.Name("self"), cst.Name("camera")), cst.Name("frame"))


_OF_SOLID_SCENES = (
    "set_camera_orientation", "move_camera", "begin_ambient_camera_rotation", "stop_ambient_camera_rotation",
    "begin_3dillusion_camera_rotation", "stop_3dillusion_camera_rotation", "add_fixed_in_frame_mobjects",
    "add_fixed_orientation_mobjects", "remove_fixed_in_frame_mobjects", "remove_fixed_orientation_mobjects",
    "set_to_default_angled_camera_orientation", "get_moving_mobjects_3d",
)  # fmt: skip


class SolidScene:
    """What turns the camera in space is there in three-dimensional scenes alone."""

    id = "scene3d"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Takes the three-dimensional scene for a base."""
        if missing_attribute(fault) not in _OF_SOLID_SCENES:
            return None
        return _with_base(source, _all_scenes(source), _SOLID_BASES)


class FixInFrame:
    """Of the other Manim: a mobject that stays on the screen. Here the scene is told which do."""

    id = "fix_in_frame"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Tells the scene."""
        if missing_attribute(fault) != "fix_in_frame":
            return None

        def change(call: cst.Call) -> cst.Call | None:
            function = call.func
            if not isinstance(function, cst.Attribute) or function.attr.value != "fix_in_frame" or positional(call):
                return None
            method = cst.Attribute(cst.Name("self"), cst.Name("add_fixed_in_frame_mobjects"))
            return with_arguments(call.with_changes(func=method), [cst.Arg(function.value)])

        code = source.changed(cst.Call, change)
        if code is None:
            return None
        again = Source(code)
        return _with_base(again, _all_scenes(again), _SOLID_BASES) or code


class ShadowedClass:
    """A scene that has the name of what it draws, which it thereby hides."""

    id = "shadow"

    def mend(self, source: Source, fault: Fault) -> str | None:
        """Gives the scene another name."""
        hidden = [node for node in _all_scenes(source) if self._hides(source, node)]
        if not hidden or fault.error_class not in ("TypeError", "AttributeError", "ValueError"):
            return None
        if not any(callee(call) == node.name.value for call in source.every(cst.Call) for node in hidden):
            return None
        return source.replaced({node: node.with_changes(name=cst.Name(f"{node.name.value}Scene")) for node in hidden})

    def _hides(self, source: Source, node: cst.ClassDef) -> bool:
        bases = [source.text(each.value).rpartition(".")[2] for each in node.bases]
        return node.name.value in exported(manim) and any(base.endswith("Scene") for base in bases)


SCENES = (ShadowedClass(), CameraFrame(), SolidScene(), FixInFrame())
