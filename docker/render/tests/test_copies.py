"""Copies of mobjects: what Manim's own way of copying gives."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from manim import (
    Axes, Code, DecimalNumber, Dot, ImageMobject, MathTex, Mobject, NumberPlane, Square, Table, Text, ValueTracker, VGroup,
)  # fmt: skip

from lectern_render import copies

PLAIN = Mobject.__deepcopy__
MOBJECTS = {
    "formula": lambda: MathTex("a", "+", "b"),
    "words": lambda: Text("words", gradient=("#FF0000", "#0000FF")),
    "axes": lambda: Axes(x_range=[0, 3]).add_coordinates(),
    "plane": NumberPlane,
    "number": lambda: DecimalNumber(3.14),
    "table": lambda: Table([["a", "b"]]),
    "tracker": lambda: ValueTracker(2),
    "group with a target": lambda: VGroup(Square(), Dot()).generate_target(),
    "picture": lambda: ImageMobject(np.zeros((4, 4, 4), np.uint8)),
    "code": lambda: Code(code_string="x = 1", language="python"),
    "updated": lambda: Square().add_updater(lambda square, dt: square.rotate(dt)),
}


@pytest.fixture
def both(monkeypatch):
    """Copies by Manim and by the package."""

    def make(mobject):
        monkeypatch.setattr(Mobject, "__deepcopy__", PLAIN)
        one = copy.deepcopy(mobject)
        monkeypatch.setattr(Mobject, "__deepcopy__", copies._copy_mobject)
        return one, copy.deepcopy(mobject)

    return make


@pytest.mark.parametrize("name", MOBJECTS)
def test_a_copy_is_what_manim_makes(both, name):
    mobject = MOBJECTS[name]()
    one, other = both(mobject)
    for plain, ours, original in zip(one.get_family(), other.get_family(), mobject.get_family(), strict=True):
        assert list(plain.__dict__) == list(ours.__dict__) and type(plain) is type(ours)
        for key, value in plain.__dict__.items():
            mine = ours.__dict__[key]
            assert type(value) is type(mine), key
            if isinstance(value, np.ndarray) and value.dtype != object:
                assert np.array_equal(value, mine) and mine is not original.__dict__[key], key
            elif isinstance(value, (int, float, str, bool)) and key != "original_id":
                assert value == mine, key
            if isinstance(mine, (list, dict)):
                assert mine is not original.__dict__[key], key


def test_what_is_shared_stays_shared_and_rings_end(both):
    square = Square()
    square.twin, square.myself = square.points, square
    for copied in both(square):
        assert copied.twin is copied.points is not square.points and copied.myself is copied


def test_lists_and_dictionaries_that_hold_each_other_are_copied_once(both):
    square = Square()
    ring: dict = {"part": Dot(), "names": ["a"]}
    ring["itself"] = [ring, square]
    square.ring, square.part = ring, ring["part"]
    for copied in both(square):
        assert copied.ring is not ring and copied.ring["itself"] == [copied.ring, copied]
        assert copied.part is copied.ring["part"] is not ring["part"]
        assert copied.ring["names"] == ["a"] and copied.ring["names"] is not ring["names"]


def test_a_template_is_a_copy_too(both):
    formula = MathTex("a")
    for copied in both(formula):
        assert copied.tex_template == formula.tex_template and copied.tex_template is not formula.tex_template
