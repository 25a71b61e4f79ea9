"""Scenes of every kind: what they override, what they derive from, how they look."""

from __future__ import annotations

import numpy as np
import pytest


def columns(report: dict, name: str) -> list:
    return [beat[name] for beat in report["beats"]]


def test_both_runs_see_the_same_random_numbers(film):
    code = """
    import random
    with self.beat(0):
        self.add(Square(1 + random.random(), fill_opacity=1).shift(RIGHT * np.random.rand() * 3))
    """
    film(code, 10)
    one = film.video
    film(code, 10)
    assert film.video == one
    film(code, 10, seed=2)
    assert film.video != one


def test_the_run_that_plans_adds_up_time_in_the_steps_in_which_it_is_drawn(film, capsys):
    film(
        """
        dot, told = Dot(), []
        dot.add_updater(lambda mobject, dt: told.append(dt))
        self.add(dot)
        with self.beat(0):
            self.wait(1)
            self.play(FadeOut(dot), run_time=0.5)
        print("steps", len(told), round(max(told), 3))
        """,
        20,
    )
    planned, drawn = [line for line in capsys.readouterr().out.splitlines() if line.startswith("steps")]
    assert planned == drawn and planned.endswith("0.1")


def test_an_override_of_play_keeps_working(film):
    report = film(
        """
        from manim import *

        class Slow(MovingCameraScene):
            def play(self, *animations, **options):
                super().play(*animations, **options)
                super().play(Wait(0.3))

        class Mine(Slow):
            def construct(self):
                with self.beat(0):
                    self.play(self.camera.frame.animate.scale(0.5))
                with self.beat(1):
                    self.play(FadeIn(Square()))
        """,
        20, 20, construct=False,
    )  # fmt: skip
    assert "failure" not in report and report["frames"] == 40
    assert columns(report, "animations") == [1, 1]


@pytest.mark.parametrize("base", ["Scene", "ThreeDScene", "ZoomedScene", "LessonThreeDScene", "VectorScene"])
def test_any_scene_of_manim_can_be_filmed(film, base):
    report = film(
        f"""
        from manim import *
        from lectern_render import LessonThreeDScene

        class Mine({base}):
            def construct(self):
                with self.beat(0):
                    self.play(Create(Square()))
                if isinstance(self, ThreeDScene):
                    self.move_camera(phi=60 * DEGREES, run_time=0.5)
                with self.beat(1):
                    self.wait(0.2)
        """,
        20, 10, construct=False,
    )  # fmt: skip
    assert "failure" not in report and report["frames"] == 30


def test_translucent_fills_look_the_same_standing_and_moving(film):
    film(
        """
        panel, dot = Square(4, fill_opacity=0.35, stroke_width=0), Dot(RIGHT * 6)
        with self.beat(0):
            self.add(panel)
            self.play(dot.animate.shift(UP), run_time=1)
            self.wait(1)
        """,
        20,
    )
    frames = film.frames()
    assert abs(int(frames[5][54, 96, 0]) - int(frames[15][54, 96, 0])) <= 1


def test_what_has_no_colour_of_its_own_is_seen_on_a_light_ground(film):
    film.theme = "light"
    words = ["Text('words', font_size=90)", "MathTex('x', font_size=200)", "Integer(5, font_size=99)"]
    things = [*words, "Square()", "Dot(radius=1)", "Line()"]
    for thing in things:
        film(f"with self.beat(0):\n    self.add({thing})", 3)
        frame = film.frames()[1]
        assert np.median(frame) - frame.min() > 40, f"{thing} is dark on light"
