"""The clock: every section has its planned frames, whatever its code does."""

from __future__ import annotations

import numpy as np
import pytest



def brightness(frame: np.ndarray) -> float:
    return float(frame.astype(float).mean())


def onsets(frames: list[np.ndarray]) -> list[int]:
    """Frames at which the picture's brightness jumps."""
    levels = [brightness(frame) for frame in frames]
    return [index for index in range(1, len(levels)) if abs(levels[index] - levels[index - 1]) > 3]


def columns(report: dict, name: str) -> list:
    return [beat[name] for beat in report["beats"]]


CODE_AND_FRAMES = {
    "fits": "with self.beat(0):\n    self.play(FadeIn(Square()))",
    "does nothing": "pass",
    "too short": "self.wait(0.1)",
    "one animation too long": "with self.beat(0):\n    self.play(FadeIn(Square()), run_time=60)",
    "waits too long": "with self.beat(0):\n    self.wait(60)\nwith self.beat(1):\n    self.wait(60)",
    "skips beats": "with self.beat(1):\n    self.play(FadeIn(Square()))",
    "never enters a beat": "self.play(FadeIn(Square()))\nself.wait(2)\nself.play(FadeOut(Square()))",
    "never enters a beat, too long": "for _ in range(30):\n    self.play(FadeIn(Square()))",
    "plays after the last beat": "with self.beat(2):\n    self.wait(9)\nself.play(FadeIn(Square()))",
    "waits for nothing": "self.wait(0)\nself.wait(-1)\nwith self.beat(0):\n    self.wait(self.beat_seconds_left)\n    self.wait(self.beat_seconds_left - 1)",
    "wait_until": "with self.beat(0):\n    self.wait_until(lambda: False, 50)\n    self.wait_until(lambda: True)",
    "updaters": "d = Dot().add_updater(lambda m, dt: m.shift(RIGHT * dt))\nself.add(d)\nwith self.beat(0):\n    self.wait(0.25)\n    self.play(FadeIn(Square()), run_time=0.33)\nwith self.beat(2):\n    self.wait(0.75)",
    "odd run times": "with self.beat(0):\n    for t in (0.01, 0.05, 0.1, 0.149, 0.15, 0.151, 0.3):\n        self.play(FadeIn(Dot()), run_time=t)\n        self.wait(t)",
    "nested animations": "with self.beat(0):\n    self.play(Succession(FadeIn(Dot()), Wait(0.3), LaggedStart(*[FadeIn(Dot()) for _ in range(3)])), AnimationGroup(FadeIn(Square()), lag_ratio=0.5))",
    "nothing lasting": "with self.beat(0):\n    self.play(Add(Square()))\n    self.play(FadeIn(Dot(), run_time=0), FadeIn(Dot(), run_time=0.5))",
    "manim's markers": "self.next_section('x', skip_animations=True)\nself.add_subcaption('hello')\nwith self.beat(0):\n    self.play(FadeIn(Dot()), subcaption='hi')\n    self.add_sound('nothing.wav')",
    "ends early": "from manim.utils.exceptions import EndSceneEarlyException\nraise EndSceneEarlyException",
}


@pytest.mark.parametrize("code", CODE_AND_FRAMES.values(), ids=CODE_AND_FRAMES.keys())
def test_a_section_has_exactly_its_planned_frames(film, code):
    report = film(code, 13, 9, 11)
    assert "failure" not in report
    assert len(film.frames()) == report["frames"] == 33
    assert columns(report, "actualStartFrame") == columns(report, "plannedStartFrame") == [0, 13, 22]
    assert columns(report, "actualEndFrame") == columns(report, "plannedEndFrame") == [13, 22, 33]


def test_what_a_beat_adds_is_seen_from_its_first_frame(film):
    film(
        """
        for beat in range(3):
            with self.beat(beat):
                self.add(Square(2, fill_opacity=1, stroke_width=0).shift(RIGHT * 3 * (beat - 1)))
        """,
        13, 9, 11,
    )  # fmt: skip
    assert onsets(film.frames()) == [13, 22]
    assert film.keyframes() == [0, 13, 22]


def test_a_keyframe_stands_at_least_every_two_seconds(film, monkeypatch):
    monkeypatch.setenv("LECTERN_CORES", "1")
    film("pass", 45, 25)
    assert film.keyframes() == [0, 20, 40, 45, 65]


def test_animations_that_overfill_a_beat_are_squeezed_together(film):
    report = film(
        """
        square = Square(2, fill_opacity=1, stroke_width=0)
        with self.beat(0):
            self.play(FadeIn(square), run_time=2)
            self.play(square.animate.shift(RIGHT), run_time=2)
            self.play(FadeOut(square), run_time=1)
        """,
        25, 5,
    )  # fmt: skip
    first = report["beats"][0]
    assert (first["animations"], first["squeeze"], first["appliedAtOnce"], first["paddedFrames"]) == (
        3,
        0.5,
        0,
        0,
    )
    levels = [brightness(frame) for frame in film.frames()]
    # Frames 10 to 19 hold the middle animation, at full brightness; the last five fade to nothing.
    assert max(levels[10:20]) - min(levels[11:20]) < 1 and levels[9] < levels[12] and levels[24] < levels[21]


def test_a_wait_that_ends_a_beat_squeezes_nothing(film):
    report = film("with self.beat(0):\n    self.play(FadeIn(Square()), run_time=1.5)\n    self.wait(3)", 20)
    assert report["beats"][0]["squeeze"] == 1


def test_a_wait_for_a_condition_counts_as_long_as_it_lasts(film):
    report = film(
        """
        dot = Dot().add_updater(lambda m, dt: m.shift(RIGHT * dt))
        self.add(dot)
        with self.beat(0):
            self.play(FadeIn(Square(2, fill_opacity=1)), run_time=0.5)
            self.wait_until(lambda: dot.get_x() > 0.95)
            self.play(FadeIn(Square()), run_time=0.5)
        """,
        30,
    )  # fmt: skip
    assert report["beats"][0]["squeeze"] == 1 and 8 <= report["beats"][0]["paddedFrames"] <= 16


def test_an_animation_with_no_frame_left_is_applied_at_once(film):
    report = film(
        """
        with self.beat(0):
            squares = [Square(2, fill_opacity=1).shift(RIGHT * (k - 2) * 2.5) for k in range(5)]
            for square in squares:
                self.play(FadeIn(square))
        with self.beat(1):
            assert all(square in self.mobjects for square in squares)
        """,
        3, 7,
    )  # fmt: skip
    assert "failure" not in report
    assert report["beats"][0]["appliedAtOnce"] == 2 and report["beats"][0]["animations"] == 5


def test_what_is_left_can_be_asked_for_and_fills_the_beat(film):
    report = film(
        """
        with self.beat(0):
            self.play(FadeIn(Dot()), run_time=1)
            self.play(FadeIn(Square()), run_time=self.beat_seconds_left)
        with self.beat(1):
            self.play(FadeIn(Dot()), run_time=2)
            self.play(FadeIn(Square()), run_time=self.beat_seconds_left)
        """,
        30, 10,
    )  # fmt: skip
    assert columns(report, "squeeze") == [1, pytest.approx(1 / 3, abs=0.05)]
    assert columns(report, "appliedAtOnce") == [0, 0] and columns(report, "paddedFrames") == [0, 0]


def test_what_is_played_after_a_beat_gets_its_last_frames(film):
    report = film(
        """
        square = Square(2, fill_opacity=1, stroke_width=0)
        with self.beat(0):
            self.add(square)
        self.play(square.animate(rate_func=lambda t: 1).set_opacity(0), run_time=0.5)
        with self.beat(1):
            pass
        """,
        20, 10,
    )  # fmt: skip
    assert report["beats"][0]["paddedFrames"] == 15
    assert onsets(film.frames()) == [15]


def test_what_is_played_before_the_first_beat_is_part_of_beat_0(film):
    report = film(
        "self.play(FadeIn(Square()), run_time=2)\nwith self.beat(0):\n    self.play(FadeIn(Dot()))", 20, 10
    )
    assert report["beats"][0]["animations"] == 2 and report["beats"][0]["squeeze"] == pytest.approx(
        2 / 3, abs=0.05
    )


def test_skipped_beats_are_padded_and_said(film):
    report = film("with self.beat(1):\n    self.add(Square(fill_opacity=1))", 10, 10, 10)
    assert columns(report, "skipped") == [True, False, True]
    assert columns(report, "paddedFrames") == [10, 10, 10]
    assert onsets(film.frames()) == [10]


WRONG_ORDERS = {
    "twice": ("with self.beat(0):\n    pass\nwith self.beat(0):\n    pass", 0, 9),
    "backwards": ("with self.beat(1):\n    pass\nwith self.beat(0):\n    pass", 0, 9),
    "nested": ("with self.beat(0):\n    with self.beat(1):\n        pass", 1, 8),
    "beyond": ("with self.beat(2):\n    pass", 0, 7),
    "negative": ("with self.beat(-1):\n    pass", 0, 7),
}


@pytest.mark.parametrize(("code", "beat", "line"), WRONG_ORDERS.values(), ids=WRONG_ORDERS.keys())
def test_beats_out_of_order_are_faults_of_the_code(film, code, beat, line):
    report = film(code, 10, 10)
    failure = report["failure"]
    assert (failure["kind"], failure["errorClass"]) == ("code", "BeatError")
    assert (failure["beat"], failure["line"]) == (beat, line)
    assert film.video is None
