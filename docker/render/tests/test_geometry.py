"""Good pictures in which nothing may be found, and bad ones in which the fault must be."""

from __future__ import annotations

import pytest
from manim import (
    DOWN, LEFT, RIGHT, UP, Dot,
    Group, MovingCameraScene, Scene, Tex, ThreeDScene, VGroup, tempconfig,
)  # fmt: skip

from pictures import BAD, GOOD, GROUND, small_words, text, three_dimensions, words_on_words

from lectern_render import theme
from lectern_render.geometry import Inspector, check
from lectern_render.tex import use_this_machine


def found(build, scene_class: type[Scene] = MovingCameraScene) -> list:
    use_this_machine()
    sizes = {"pixel_width": 854, "pixel_height": 480, "frame_height": 8.0, "frame_width": 8.0 * 854 / 480}
    with tempconfig({**sizes, "dry_run": True, "background_color": GROUND, "verbosity": "ERROR"}):
        scene = scene_class()
        build(scene)
        scene.camera.reset()
        scene.camera.capture_mobjects(scene.mobjects)
        return check(scene, scene.camera.pixel_array)


def kinds(build, scene_class: type[Scene] = MovingCameraScene) -> set[str]:
    return {fault.kind for fault in found(build, scene_class)}


@pytest.mark.parametrize("build", GOOD, ids=lambda build: build.__name__)
def test_a_good_picture_has_no_fault(build):
    assert found(build) == []


def test_a_good_picture_in_three_dimensions_has_no_fault():
    assert found(three_dimensions, ThreeDScene) == []


@pytest.mark.parametrize(("build", "kind"), BAD, ids=lambda value: getattr(value, "__name__", value))
def test_a_bad_picture_has_its_fault_and_no_other(build, kind):
    assert kinds(build) == {kind}


def test_what_a_fault_tells():
    fault = found(words_on_words)[0]
    assert fault.what == "first / second"
    told = fault.to_json(beat=2, frame=89)
    assert told == {**told, "kind": "overlap", "severity": "repair", "beat": 2, "frame": 89}
    assert found(small_words)[0].to_json(0, 0)["severity"] == "warn"


def test_a_fault_that_stays_is_told_once():
    inspector = Inspector()
    scene = MovingCameraScene()
    scene.add(text("first"), text("second").shift(RIGHT * 0.3))
    scene.camera.capture_mobjects(scene.mobjects)
    for beat in range(3):
        inspector.look(scene, scene.camera.pixel_array, (beat, 10 * beat))
    assert [(fault["kind"], fault["beat"]) for fault in inspector.faults] == [("overlap", 0)]


@pytest.mark.parametrize("palette", [theme.DARK, theme.LIGHT], ids=lambda palette: palette.name)
def test_the_colours_of_the_theme_pass(palette):
    def build(scene):
        scene.camera.background_color = palette.ground
        names = ["text", "muted", "dim", *theme.DATA_COLOURS]
        words = [text("word", color=palette.colour(name)) for name in names]
        scene.add(VGroup(*words).arrange(DOWN, buff=0.2).move_to(UP * 0.5))
        scene.add(Tex("formula", color=palette.text, font_size=57).shift(RIGHT * 4), Group(Dot(LEFT * 4)))

    assert found(build) == []
