"""Nothing stands still for more than six seconds while somebody speaks."""

from __future__ import annotations

import numpy as np
import pytest

from lectern_render.job import Beat

WORDS = "self.add(Text('hello', font='Inter', font_size=80))"


def still_seconds(report: dict) -> list[float]:
    return [beat["longestStillSeconds"] for beat in report["beats"]]


def changing(frames: list[np.ndarray]) -> list[int]:
    """Frames that clearly differ from the first one."""
    return [
        n for n, frame in enumerate(frames) if np.abs(frame.astype(int) - frames[0].astype(int)).max() > 60
    ]


@pytest.mark.parametrize("beats", [(200,), (55, 52, 52), (58, 3, 100)], ids=str)
def test_a_still_is_broken_after_five_seconds(film, beats):
    report = film(f"with self.beat(0):\n    {WORDS}", *beats)
    assert 0 < max(still_seconds(report)) < 6
    assert len(film.frames()) == sum(beats)
    first = changing(film.frames())[0]
    assert 50 <= first < 60


def test_waits_of_the_scene_are_broken_too(film):
    report = film(f"with self.beat(0):\n    {WORDS}\n    self.wait(15)", 150)
    assert still_seconds(report)[0] < 6


def test_the_words_go_back_to_their_colour(film):
    film(f"with self.beat(0):\n    {WORDS}", 75)
    frames = film.frames()
    assert np.abs(frames[-1].astype(int) - frames[0].astype(int)).max() < 25


def test_nothing_moves_while_nobody_speaks(film):
    report = film(f"with self.beat(0):\n    {WORDS}", Beat(0, 40, 120), Beat(120, 160, 160))
    frames = film.frames()
    assert changing(frames)[0] == pytest.approx(121, abs=2), (
        "the still is broken as soon as somebody speaks again"
    )
    assert still_seconds(report)[0] == 4


def test_the_block_in_focus_is_asked(film):
    report = film(
        """
        class Figure(Square):
            asked = 0
            def emphases(self):
                while True:
                    Figure.asked += 1
                    yield Indicate(self, scale_factor=1.3, run_time=1)
        with self.beat(0):
            self.add(Text("far", font="Inter").shift(UP * 3), figure := Figure())
            self.focus(figure)
        with self.beat(1):
            print(Figure.asked)
        """,
        150, 10,
    )  # fmt: skip
    assert "failure" not in report and still_seconds(report)[0] < 6
    frames = film.frames()
    text_rows = slice(0, 25)
    assert all(np.abs(f[text_rows].astype(int) - frames[1][text_rows]).max() < 60 for f in frames[1:150])


def test_a_block_that_has_left_is_not_brought_back(film):
    report = film(
        """
        class Figure(Square):
            def emphases(self):
                while True:
                    yield Indicate(self)
        with self.beat(0):
            figure = Figure(fill_opacity=1).shift(LEFT * 4)
            self.focus(figure)
            self.add(Text("here", font="Inter", font_size=80))
        """,
        150,
    )  # fmt: skip
    frames = film.frames()
    assert all(frame[:, :60].std() < 12 for frame in frames)
    assert still_seconds(report)[0] < 6


def test_what_redraws_itself_counts_as_still_when_it_does_not_change(film):
    report = film(
        "with self.beat(0):\n    self.add(always_redraw(lambda: Square()), Text('label', font='Inter'))", 150
    )
    assert still_seconds(report)[0] < 6


def test_an_empty_stage_is_left_alone(film):
    report = film("pass", 150)
    assert "failure" not in report and still_seconds(report) == [15]


def test_a_block_that_cannot_emphasise_is_noted_and_passed_over(film):
    report = film(
        f"""
        class Figure(Square):
            def emphases(self):
                raise KeyError("nothing")
        with self.beat(0):
            {WORDS}
            self.focus(Figure())
        """,
        200,
    )
    assert "failure" not in report and still_seconds(report)[0] < 6
    assert len(report["notes"]) == 1 and "Figure" in report["notes"][0]


def test_a_picture_that_cannot_be_checked_is_noted(film):
    report = film(
        """
        class Odd(DecimalNumber):
            def get_value(self):
                raise KeyError("no value")
        with self.beat(0):
            self.add(Odd(5).shift(DOWN * 3.5))
        """,
        10,
    )
    assert "failure" not in report and "could not be checked" in report["notes"][0]
