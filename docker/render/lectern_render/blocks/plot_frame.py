"""The coordinate system of a plot: how numbers become places, and its axes and ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from manim import Line, Rectangle, VGroup, VMobject

from lectern_render.slots import Rect
from lectern_render.text import RichText, rich
from lectern_render.theme import GAP_LABEL, SIZE, palette

Tick = tuple[float, str]
AXIS_WIDTH, GRID_WIDTH = 2.5, 1.5
_TICK_LENGTH = 0.12


@dataclass(frozen=True)
class PlotFrame:
    """Ranges of x and y on a rectangle of the screen."""

    x: tuple[float, float]
    y: tuple[float, float]
    rect: Rect

    @property
    def x_scale(self) -> float:
        """Screen units for 1 of x."""
        return self.rect.width / (self.x[1] - self.x[0])

    @property
    def y_scale(self) -> float:
        """Screen units for 1 of y."""
        return self.rect.height / (self.y[1] - self.y[0])

    def screen(self, points: np.ndarray) -> np.ndarray:
        """(x, y) of the plot, one or many, as points of the screen."""
        points = np.asarray(points, dtype=float)
        across = self.rect.left + (points[..., 0] - self.x[0]) * self.x_scale
        up = self.rect.bottom + (points[..., 1] - self.y[0]) * self.y_scale
        return np.stack([across, up, np.zeros_like(across)], axis=-1)

    def at(self, x: float, y: float) -> np.ndarray:
        """The place of one point."""
        return self.screen(np.array([x, y]))

    @property
    def axis_y(self) -> float:
        """Where the x axis runs: at 0 if that is in the picture."""
        return min(max(0.0, self.y[0]), self.y[1]) if self.y[0] <= 0 <= self.y[1] else self.y[0]

    @property
    def axis_x(self) -> float:
        return 0.0 if self.x[0] <= 0 <= self.x[1] else self.x[0]


def nice_ticks(low: float, high: float, most: int = 5) -> list[Tick]:
    """Round numbers in a range, at most so many, none but 0 left out."""
    raw = (high - low) / most
    power = 10 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(k * step, written_number(k * step, step)) for k in range(first, last + 1)]


def written_number(value: float, step: float = 0.0) -> str:
    """A number as it stands beside an axis: no needless zeros, a true minus, large ones in groups of three."""
    if abs(value) < 1e-12:
        return "0"
    digits = max(0, -math.floor(math.log10(abs(step) or abs(value)) + 1e-9)) + (1 if step and f"{step:e}"[:3] == "2.5" else 0)
    text = f"{value:,.{min(digits, 6)}f}" if abs(value) < 1e10 else f"{value:.3g}"
    if "." in text and "e" not in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace("-", "\N{MINUS SIGN}")


class Backed(VGroup):
    """A number, its `words`, for the place `foot` of an axis, on a piece of ground, so that a curve behind it does not run through its glyphs."""

    def __init__(self, label: RichText, foot: np.ndarray) -> None:
        ground = Rectangle(
            width=label.width + 0.08, height=label.height + 0.08, stroke_width=0, fill_color=palette().ground, fill_opacity=0.9
        )
        super().__init__(ground.move_to(label), label)
        self.words, self.foot = label, foot


class Axes(VGroup):
    """Axis lines, ticks and what stands beside them. `lines` are strokes, `labels` text."""

    def __init__(self, frame: PlotFrame, x_ticks: list[Tick], y_ticks: list[Tick], grid: bool) -> None:
        super().__init__()
        self.frame = frame
        colours = palette()
        self.grid = VGroup()
        if grid:
            self.grid.add(*[_line(frame.at(x, frame.y[0]), frame.at(x, frame.y[1]), colours.grid, GRID_WIDTH) for x, _ in x_ticks])
            self.grid.add(*[_line(frame.at(frame.x[0], y), frame.at(frame.x[1], y), colours.grid, GRID_WIDTH) for y, _ in y_ticks])
        self.x_axis = _line(frame.at(frame.x[0], frame.axis_y), frame.at(frame.x[1], frame.axis_y), colours.axes, AXIS_WIDTH)
        self.y_axis = _line(frame.at(frame.axis_x, frame.y[0]), frame.at(frame.axis_x, frame.y[1]), colours.axes, AXIS_WIDTH)
        self.ticks, self.labels = VGroup(), VGroup()
        taken: list[tuple[float, float]] = []
        for x, text in x_ticks:
            self._x_tick(x, text, taken)
        for y, text in y_ticks:
            self._y_tick(y, text, any(abs(y - other) * frame.y_scale < 0.3 for other, _ in y_ticks if other != y))
        self.lines = VGroup(self.grid, self.x_axis, self.y_axis, self.ticks)
        self.add(self.lines, self.labels)

    def _x_tick(self, x: float, text: str, taken: list[tuple[float, float]]) -> None:
        frame = self.frame
        crossing = abs(x - frame.axis_x) * frame.x_scale < 0.05 and frame.y[0] < frame.axis_y
        if not frame.x[0] - 1e-9 <= x <= frame.x[1] + 1e-9 or (crossing and text in ("0", "$0$")):
            return
        foot = frame.at(x, frame.axis_y)
        if not crossing:
            self.ticks.add(_line(foot, foot - [0, _TICK_LENGTH, 0], palette().axes, AXIS_WIDTH))
        label = _tick_label(text)
        label.move_to(foot - [0, _TICK_LENGTH + 0.1 + label.height / 2, 0])
        if crossing:
            label.shift([-label.width / 2 - 0.1, 0, 0])
        left, right = label.get_left()[0], label.get_right()[0]
        if text and not any(left < other[1] + 0.1 and right > other[0] - 0.1 for other in taken):
            taken.append((left, right))
            self.labels.add(Backed(label, foot))

    def _y_tick(self, y: float, text: str, crowded: bool) -> None:
        frame = self.frame
        crossing = abs(y - frame.axis_y) * frame.y_scale < 0.05
        if not frame.y[0] - 1e-9 <= y <= frame.y[1] + 1e-9 or crowded or (crossing and frame.x[0] < frame.axis_x):
            return
        foot = frame.at(frame.axis_x, y)
        if not crossing:
            self.ticks.add(_line(foot, foot - [_TICK_LENGTH, 0, 0], palette().axes, AXIS_WIDTH))
        if text:
            label = _tick_label(text)
            self.labels.add(Backed(label.move_to(foot - [_TICK_LENGTH + 0.1 + label.width / 2, 0, 0]), foot))

    def keep_clear_of(self, points: np.ndarray) -> None:
        """Numbers that stand where these points of the screen (x, y) are go to the other side of their axis, or a little aside."""
        for label in self.labels:
            centre = label.get_center()
            upright = abs(label.foot[1] - centre[1]) > 0.05
            across = (label.foot - centre) * ([0, 1, 0] if upright else [1, 0, 0])
            aside = np.array([1.0, 0, 0] if upright else [0, 1.0, 0])
            reach = (label.width if upright else label.height) / 2 + 0.08
            spots = [centre, centre + 2 * across, *[spot + sign * reach * aside for spot in (centre, centre + 2 * across) for sign in (1, -1)]]
            spots = [spot for spot in spots if self._is_free(label, spot, points)]
            if spots:
                label.move_to(spots[0])

    def _is_free(self, label: Backed, spot: np.ndarray, points: np.ndarray) -> bool:
        half = np.array([label.width, label.height]) / 2
        others = [other for other in self.labels if other is not label]
        apart = all((np.abs(other.get_center() - spot)[:2] > half + [other.width / 2, other.height / 2]).any() for other in others)
        rect = self.frame.rect
        inside = rect.left - 0.8 < spot[0] - half[0] and spot[0] + half[0] < rect.right + 0.5 and rect.bottom - 0.6 < spot[1] < rect.top + 0.3
        return apart and inside and not (np.abs(points - spot[:2]) < half).all(axis=1).any()


def _tick_label(text: str) -> RichText:
    return rich(text or " ", size=SIZE.floor, colour=palette().muted, width=1.8, lines=1)


def _line(start: np.ndarray, end: np.ndarray, colour: str, width: float) -> Line:
    return Line(start, end, stroke_color=colour, stroke_width=width)


def place_axis_labels(axes: Axes, x_label: RichText | None, y_label: RichText | None) -> list[RichText]:
    """Names of the axes: at the right end of the one, on top of the other."""
    frame = axes.frame
    if x_label is not None:
        end = frame.at(frame.x[1], frame.axis_y)
        x_label.move_to(end + [GAP_LABEL + x_label.width / 2, 0, 0])
    if y_label is not None:
        top = frame.at(frame.axis_x, frame.y[1])
        x = top[0] if frame.axis_x > frame.x[0] else max(top[0], frame.rect.left - 0.55 + y_label.width / 2)
        y_label.move_to([x, top[1] + GAP_LABEL + y_label.height / 2, 0])
    return [label for label in (x_label, y_label) if label is not None]


def polyline(target: VMobject, stretches: list[np.ndarray]) -> VMobject:
    """Gives the mobject these runs of screen points, each a line of its own."""
    target.clear_points()
    for stretch in stretches:
        if len(stretch) > 1:
            target.start_new_path(stretch[0])
            target.add_points_as_corners(stretch[1:])
    return target


def dashes(stretch: np.ndarray, on: float = 0.13, off: float = 0.1) -> list[np.ndarray]:
    """A run of screen points as the dashes of a broken line, measured along it."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(stretch, axis=0), axis=1))])
    pieces = []
    start = 0.0
    while start < lengths[-1] - 0.02:
        end = min(start + on, lengths[-1])
        marks = np.concatenate([[start], lengths[(lengths > start) & (lengths < end)], [end]])
        pieces.append(np.stack([np.interp(marks, lengths, stretch[:, axis]) for axis in range(3)], axis=1))
        start += on + off
    return pieces
