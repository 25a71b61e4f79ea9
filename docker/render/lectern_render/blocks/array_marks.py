"""What stands over and under a row of cells: the marker, pointers, braces, counts."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, UP, Arrow, BraceBetweenPoints, Line, Rectangle, Triangle, VGroup

from lectern_render.text import RichText, capital, place, words
from lectern_render.theme import SIZE, palette

BAR_PITCH, BAR_HEIGHT, MOST_BARS = 0.37, 0.12, 4
BAR_LENGTH = 5.0


def marker_over(top: np.ndarray, label: RichText | None) -> VGroup:
    """A yellow triangle that points down at a cell, with words over it."""
    tip = Triangle(fill_opacity=1, fill_color=palette().now_edge, stroke_width=0).scale(0.11).rotate(np.pi)
    tip.move_to(top + 0.2 * UP)
    group = VGroup(tip)
    if label is not None:
        label.move_to(tip.get_top() + (0.14 + label.height / 2) * UP)
        group.add(label)
    return group


def brace_under(left: np.ndarray, right: np.ndarray, label: RichText, colour: str) -> VGroup:
    """A brace under cells with words in its middle."""
    brace = BraceBetweenPoints(left, right, direction=DOWN, color=colour, sharpness=1.2)
    brace.stretch_to_fit_height(0.2).move_to((left + right) / 2 + 0.16 * DOWN)
    label.move_to(brace.get_bottom() + (0.12 + label.height / 2) * DOWN)
    return VGroup(brace, label)


def lines_under(rows: list[tuple[np.ndarray, np.ndarray]], label: RichText, colour: str) -> VGroup:
    """What a brace is where cells stand in several rows: a line under each, with words under the last one's end."""
    lines = VGroup(*[Line(left + 0.08 * DOWN, right + 0.08 * DOWN, stroke_color=colour, stroke_width=5) for left, right in rows])
    label.move_to(rows[-1][1] + (0.2 + label.height / 2) * DOWN + label.width / 2 * LEFT)
    return VGroup(lines, label)


def pointer_between(foot: np.ndarray, name: str, colour: str) -> VGroup:
    """A small tip from beneath with its name beside it, for the narrow room between two rows."""
    tip = Triangle(fill_opacity=1, fill_color=colour, stroke_width=0).scale(0.1).move_to(foot + 0.11 * DOWN)
    label = words(name, SIZE.floor, colour)
    place(label, float(foot[0]) + 0.14, float(foot[1]) - 0.06 - capital(SIZE.floor))
    return VGroup(tip, label)


def pointer_under(foot: np.ndarray, name: str, colour: str) -> VGroup:
    """A short arrow from beneath with its name."""
    arrow = Arrow(
        foot + 0.5 * DOWN, foot + 0.04 * DOWN, buff=0, color=colour, stroke_width=3.5, tip_length=0.16,
        max_tip_length_to_length_ratio=0.5,
    )  # fmt: skip
    label = words(name, SIZE.floor, colour)
    place(label, float(foot[0]), float(arrow.get_bottom()[1]) - 0.12 - capital(SIZE.floor), align=np.zeros(3))
    return VGroup(arrow, label)


def count_bar(number: float, label: str, length: float, at: tuple[float, float]) -> VGroup:
    """A number with its name, and a bar as long as it says, from the point `at` on to the right."""
    x, y = at
    colour = palette().blue
    bar = Rectangle(width=max(length, 0.04), height=BAR_HEIGHT, stroke_width=0, fill_color=colour, fill_opacity=1)
    bar.move_to([x + bar.width / 2, y, 0])
    text = words(label, SIZE.floor, palette().text)
    place(text, x - 0.15, y - capital(SIZE.floor) / 2, align=np.array([1.0, 0, 0]))
    return VGroup(text, bar)
