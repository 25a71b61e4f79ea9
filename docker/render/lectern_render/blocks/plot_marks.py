"""What stands in a plot: curves, areas, tangents, secants, points and lines across. Each can be drawn anew at any time,
so that moving one is changing a number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Dot, VGroup, VMobject

from lectern_render.blocks.expression import Function
from lectern_render.blocks.plot_frame import PlotFrame, dashes, polyline
from lectern_render.blocks.sampling import runs

CURVE_WIDTH, FAINT_WIDTH, MARK_WIDTH = 4.5, 2.5, 3.0
DOT_RADIUS = 0.09


class Curve(VMobject):
    """The graph of a function on a part of the x axis."""

    def __init__(self, frame: PlotFrame, of: Function, domain: tuple[float, float], colour: str, style: str) -> None:
        width = FAINT_WIDTH if style == "faint" else CURVE_WIDTH
        super().__init__(stroke_color=colour, stroke_width=width, stroke_opacity=0.55 if style == "faint" else 1)
        self.frame, self.of, self.domain, self.style = frame, of, domain, style
        self.label_text: str | None = None
        self.redraw()

    def stretches(self) -> list[np.ndarray]:
        """Visible runs as points of the screen."""
        return [self.frame.screen(run) for run in runs(self.of, self.domain, self.frame.y)]

    def redraw(self) -> Curve:
        """Draws the function as it is now."""
        found = self.stretches()
        return polyline(self, [dash for run in found for dash in dashes(run)] if self.style == "dashed" else found)

    def value(self, x: float) -> float:
        """y at x; nan where there is none."""
        return float(self.of(np.array([x]))[0])

    def slope(self, x: float) -> float:
        """Derivative at x by central difference."""
        step = 1e-5 * (self.frame.x[1] - self.frame.x[0])
        low, high = self.of(np.array([x - step, x + step]))
        return float((high - low) / (2 * step))

    def place(self, x: float) -> np.ndarray:
        """The point of the curve at x, on the screen."""
        y = self.value(x)
        if not np.isfinite(y):
            raise ValueError(f"the curve has no value at x = {x:g}")
        return self.frame.at(x, y)


class Area(VMobject):
    """Between a curve and the x axis, or another curve."""

    def __init__(self, frame: PlotFrame, under: Curve, above: Curve | None, domain: tuple[float, float], colour: str) -> None:
        super().__init__(stroke_width=0, fill_color=colour, fill_opacity=0.3)
        self.frame, self.under, self.base, self.domain = frame, under, above, domain
        self.redraw()

    def edges(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """x, the upper and the lower heights, cut to the picture."""
        x = np.linspace(*self.domain, 240)
        ends = self.under.of(x)
        other = self.base.of(x) if self.base is not None else np.zeros_like(x)
        valid = np.isfinite(ends) & np.isfinite(other)
        return x[valid], np.clip(ends[valid], *self.frame.y), np.clip(other[valid], *self.frame.y)

    def redraw(self) -> Area:
        x, ends, other = self.edges()
        if len(x) < 2:
            self.clear_points()
            return self
        outline = np.concatenate([np.stack([x, ends], 1), np.stack([x, other], 1)[::-1], [[x[0], ends[0]]]])
        self.set_points_as_corners(self.frame.screen(outline))
        return self

    def inner_points(self) -> np.ndarray:
        """Points of the screen all over the area, for labels of other things to keep off."""
        x, ends, other = self.edges()
        shares = np.linspace(0.05, 0.95, 9)[:, None]
        heights = other[::12] + shares * (ends - other)[::12]
        return self.frame.screen(np.stack([np.broadcast_to(x[::12], heights.shape), heights], axis=-1)).reshape(-1, 3)[:, :2]

    def thickness(self) -> float:
        """Its greatest height, in units of the screen."""
        _, ends, other = self.edges()
        return float(np.max(np.abs(ends - other), initial=0.0)) * self.frame.y_scale

    def middle(self) -> np.ndarray:
        """Where the area is thickest, for its label."""
        x, ends, other = self.edges()
        at = int(np.argmax(np.abs(ends - other) * (0.3 + np.sin(np.linspace(0, np.pi, len(x))))))
        return self.frame.at(float(x[at]), float((ends[at] + other[at]) / 2))


class Straight(VGroup):
    """A straight line through one or two places of a curve, with dots on them: a tangent or a secant."""

    def __init__(self, frame: PlotFrame, curve: Curve, xs: list[float], colour: str) -> None:
        super().__init__()
        self.frame, self.curve, self.xs = frame, curve, xs
        self.line = VMobject(stroke_color=colour, stroke_width=MARK_WIDTH)
        self.dots = [Dot(radius=DOT_RADIUS, color=colour) for _ in xs]
        self.add(self.line, *self.dots)
        self.redraw()

    def redraw(self) -> Straight:
        frame = self.frame
        places = [self.curve.place(x) for x in self.xs]
        first, last = self.xs[0], self.xs[-1]
        if abs(last - first) < 1e-6:
            slope = self.curve.slope(first)
        else:
            slope = (self.curve.value(last) - self.curve.value(first)) / (last - first)
        direction = np.array([frame.x_scale, slope * frame.y_scale, 0.0])
        direction /= np.linalg.norm(direction)
        polyline(self.line, [_within(frame, places[0], places[-1], direction)])
        for dot, place in zip(self.dots, places, strict=True):
            dot.move_to(place)
        return self

    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        return self.line.get_start(), self.line.get_end()

    @property
    def reach(self) -> float:
        return self.xs[-1]

    @reach.setter
    def reach(self, x: float) -> None:
        self.xs[-1] = x


def _within(frame: PlotFrame, first: np.ndarray, last: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """The stretch through two places, 1.7 units beyond each where the picture lasts."""
    rect = frame.rect
    reach = []
    for place, sign in ((first, -1.0), (last, 1.0)):
        limits = [1.7]
        for axis, low, high in ((0, rect.left, rect.right), (1, rect.bottom, rect.top)):
            speed = sign * direction[axis]
            if abs(speed) > 1e-9:
                limits.append(max(0.0, ((high if speed > 0 else low) - place[axis]) / speed))
        reach.append(place + sign * min(limits) * direction)
    return np.array(reach)


class PointMark(Dot):
    """A dot at a place, or on a curve."""

    def __init__(self, frame: PlotFrame, x: float, height: float | Curve, colour: str) -> None:
        super().__init__(radius=DOT_RADIUS, color=colour)
        self.frame, self.reach, self.on = frame, x, height
        self.redraw()

    def redraw(self) -> PointMark:
        place = self.on.place(self.reach) if isinstance(self.on, Curve) else self.frame.at(self.reach, self.on)
        return self.move_to(place)


class Across(VMobject):
    """A dashed line from edge to edge, upright or level."""

    def __init__(self, frame: PlotFrame, at: float, upright: bool, colour: str) -> None:
        super().__init__(stroke_color=colour, stroke_width=MARK_WIDTH)
        self.frame, self.reach, self.upright = frame, at, upright
        self.redraw()

    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        frame = self.frame
        if self.upright:
            return frame.at(self.reach, frame.y[0]), frame.at(self.reach, frame.y[1])
        return frame.at(frame.x[0], self.reach), frame.at(frame.x[1], self.reach)

    def redraw(self) -> Across:
        return polyline(self, dashes(np.array(self.ends())))


Redrawable = Curve | Area | Straight | PointMark | Across


def blended(start: Function, end: Function, share: Callable[[], float]) -> Function:
    """Part of the way from one function to another."""
    return lambda x: start(x) + share() * (end(x) - start(x))
