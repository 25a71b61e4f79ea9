"""What is told when: waiting for words, and spreading pictures over what is said."""

from __future__ import annotations

import numpy as np
import pytest

from lectern_render.job import Beat, Word


def onsets(frames: list[np.ndarray]) -> list[int]:
    """Frames at which the picture's brightness jumps."""
    levels = [float(frame.astype(float).mean()) for frame in frames]
    return [index for index in range(1, len(levels)) if abs(levels[index] - levels[index - 1]) > 3]


def spoken(start: int, end: int, **frames: int) -> Beat:
    return Beat(start, end, end, tuple(Word(text, frame) for text, frame in frames.items()))


def test_waiting_for_a_word_lasts_until_it_is_spoken(film):
    report = film(
        """
        with self.beat(0):
            self.wait_for_word("hole")
            self.add(Square(2, fill_opacity=1, stroke_width=0))
        with self.beat(1):
            self.wait_for_word("the GAP")
            self.add(Square(2, fill_opacity=1, stroke_width=0).shift(RIGHT * 3))
            self.wait_for_word("nowhere")
        """,
        spoken(0, 20, Mind=1, the=4, **{"“Hole,": 7}), spoken(20, 40, The=22, one=24, the=29, gap=31),
    )  # fmt: skip
    assert onsets(film.frames()) == [7, 29]
    assert len(report["notes"]) == 1 and "nowhere" in report["notes"][0]


def test_only_what_follows_the_word_is_squeezed(film):
    report = film(
        """
        with self.beat(0):
            self.play(FadeIn(Dot()), run_time=0.6)
            self.wait_for_word("now")
            self.add(Square(2, fill_opacity=1, stroke_width=0))
            self.play(FadeIn(Dot()), run_time=2)
        """,
        spoken(0, 20, now=10),
    )  # fmt: skip
    assert onsets(film.frames()) == [10]
    assert report["beats"][0]["squeeze"] == 0.5


def test_a_word_too_late_for_what_follows_is_not_waited_for(film):
    report = film(
        "with self.beat(0):\n    self.wait_for_word('now')\n    self.play(FadeIn(Dot()), run_time=2)",
        spoken(0, 20, now=19),
    )
    assert report["beats"][0]["squeeze"] == 1 and "too late" in report["notes"][0]


SQUARES = """
    for shift in (LEFT * 4, RIGHT * 4):
        self.add(Square(2, fill_opacity=1, stroke_width=0).shift(shift))
        self.wait(self.telling_seconds_left / 2)
"""


def test_telling_ends_with_the_last_word_and_leaves_the_pause_quiet(film):
    film(f"with self.beat(0):{SQUARES}", Beat(0, 20, 50))
    assert onsets(film.frames()) == [10]
    film("with self.beat(0):\n    self.wait(self.telling_seconds_left)\n    self.add(Square(2, fill_opacity=1))", Beat(0, 30, 30))
    assert onsets(film.frames()) == [27]


def test_pictures_of_one_beat_share_what_is_said(film):
    code = """
    with self.beat(0):
        with self.share_of_beat(1 / 2):
            self.wait(self.telling_seconds_left)
        self.add(Square(2, fill_opacity=1, stroke_width=0))
        self.wait(self.telling_seconds_left / 2)
        self.add(Square(2, fill_opacity=1, stroke_width=0).shift(RIGHT * 4))
    """
    film(code, Beat(0, 40, 60))
    assert onsets(film.frames()) == [20, 30]


FIRST_PICTURES = {
    "plot": "blocks.plot(self, (0, 3), draw=[{'do': 'curve', 'name': 'f', 'of': 'x'}])",
    "array": "blocks.array(self, ['1', '2', '3'])",
    "chart": "blocks.chart(self, {'one': 1, 'two': 2})",
    "graph": "blocks.graph(self, {'A': 'A', 'B': 'B'}, [('A', 'B', '-', '')])",
    "title": "blocks.title_card(self, 'A title')",
    "statement": "blocks.statement(self, 'Three words')",
}


@pytest.mark.parametrize("call", FIRST_PICTURES.values(), ids=FIRST_PICTURES.keys())
def test_a_section_shows_something_within_a_second(film, call):
    film(f"from lectern_render import blocks\nwith self.beat(0):\n    {call}", Beat(0, 30, 40))
    ground = film.frames()[0].astype(int)[0, 0]
    assert np.abs(film.frames()[9].astype(int) - ground).max() > 50
