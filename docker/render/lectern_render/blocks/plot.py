"""Plots: axes, curves, areas, tangents, points that move, and what is written beside them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Animation, Create, FadeIn, Mobject, Scene, UpdateFromAlphaFunc, linear, smooth

from lectern_render.blocks.base import seconds_left
from lectern_render.blocks.expression import Expression, Function, function
from lectern_render.blocks.figure import DOT_LEVEL, Figure
from lectern_render.blocks.labels import Room, around, beside, box
from lectern_render.blocks.plot_frame import Axes, PlotFrame
from lectern_render.blocks.plot_marks import DOT_RADIUS, Across, Area, Curve, PointMark, Redrawable, Straight, blended
from lectern_render.blocks.terms import TermColumn
from lectern_render.highlight import Recolour
from lectern_render.slots import Rect
from lectern_render.text import RichText
from lectern_render.theme import DATA_COLOURS, GAP_LABEL, MOTION, SIZE, palette


class Plot(Figure):
    """Axes with curves and marks. Everything has a name; `x` and `y` are numbers of the plot, not of the screen."""

    kind = "plot"
    actions = frozenset(
        "curve point area tangent secant vertical horizontal follow move term faint erase highlight zoom".split()
    )

    def __init__(self, scene: Scene, frame: PlotFrame, axes: Axes, slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.frame, self.axes = frame, axes
        self.room = Room(self.slot)
        for label in axes.labels:
            self.room.take_box(label)
        self.labels: dict[str, RichText] = {}
        self.terms = TermColumn(self)
        self._colours_used = 0

    # ---- adding

    def curve(
        self, name: str, of: Expression | Function, label: str | None = None, colour: str | None = None,
        style: str = "solid", **domain: float,
    ) -> None:  # fmt: skip
        """Draws a function, `of` being a nested list or a Python function of x; `label` stands at the curve's end.

        Where a curve of this name is there already, that one turns into the new one. `style` is solid, dashed or faint;
        `from` and `to` (`**{"from": 0, "to": 2}`) bound it.
        """
        known = self.parts.get(name)
        bounds = (domain.get("from", self.frame.x[0]), domain.get("to", self.frame.x[1]))
        if isinstance(known, Curve):
            self._turn_into(name, function(of), label)
            return
        if style == "faint":
            shade = palette().colour(colour or "muted")
        else:
            shade = palette().colour(colour or self.symbol_colour(label) or DATA_COLOURS[self._colours_used % 5])
            self._colours_used += 1 if colour is None else 0
        curve = Curve(self.frame, function(of), bounds, shade, style)
        if not len(curve.points):
            raise ValueError(f"nothing of the curve {name!r} is in the picture: its values are outside y = {self.frame.y}")
        self.keep(name, curve)
        length = sum(float(np.linalg.norm(np.diff(run, axis=0), axis=1).sum()) for run in curve.stretches())
        self.bring(Create(curve, run_time=MOTION.create(length), rate_func=smooth), *self._make_way())
        if label:
            self._ask(name, label, lambda tag: self._curve_end_places(curve, tag), colour=shade)

    def point(
        self, name: str, x: float, y: float | str, label: str | None = None, colour: str | None = None
    ) -> None:
        """A dot at (x, y), or on a curve where y is its name."""
        height = self._curve(y) if isinstance(y, str) else float(y)
        shade = palette().colour(colour or self.symbol_colour(label) or "text")
        dot = self.keep(name, PointMark(self.frame, x, height, shade), DOT_LEVEL)
        self.room.take_box(dot)
        self.bring(self.fade_in(dot))
        if label:
            self._ask(name, label, lambda tag: around(dot.get_center(), tag, DOT_RADIUS + 0.1), colour=shade)

    def area(
        self, name: str, under: str, above: str | None = None, label: str | None = None, colour: str | None = None, **domain: float
    ) -> None:  # fmt: skip
        """Fills between a curve and the x axis, or the curve `above` which it lies; `from` and `to` bound it."""
        curve = self._curve(under)
        bounds = (max(domain.get("from", self.frame.x[0]), self.frame.x[0]), min(domain.get("to", self.frame.x[1]), self.frame.x[1]))
        shade = palette().colour(colour) if colour else str(curve.get_stroke_color().to_hex())
        area = Area(self.frame, curve, self._curve(above) if above else None, bounds, shade)
        self.keep(name, area, 0)
        self.bring(FadeIn(area, run_time=MOTION.words_in), *self._make_way())
        if label:
            self._ask(name, label, lambda tag: around(area.middle(), tag, -tag.height / 2, [(0, 0.01)]), size=SIZE.body if area.thickness() > 1.6 else SIZE.label)

    def tangent(self, name: str, curve: str, x: float, label: str | None = None, colour: str | None = None) -> None:
        """The tangent of a curve at x, with a dot where it touches."""
        self._straight(name, curve, [x], label, colour or "orange")

    def secant(
        self, name: str, curve: str, label: str | None = None, colour: str | None = None, **ends: float
    ) -> None:
        """The line through two places of a curve, `from` and `to`; `move` then takes the second one elsewhere."""
        self._straight(name, curve, [ends["from"], ends["to"]], label, colour or "teal")

    def vertical(self, name: str, x: float, label: str | None = None, colour: str | None = None) -> None:
        """A dashed upright line at x, its label at the top."""
        self._across(name, Across(self.frame, x, True, palette().colour(colour or "muted")), label)

    def horizontal(self, name: str, y: float, label: str | None = None, colour: str | None = None) -> None:
        """A dashed level line at y, its label at the right."""
        self._across(name, Across(self.frame, y, False, palette().colour(colour or "muted")), label)

    def term(self, text: str, colour: str | None = None) -> None:
        """One more line in the column at the right; the ones before turn to the colour of context."""
        self.terms.add_line(text, colour)

    # ---- changing

    def follow(self, curve: str, name: str = "dot", **ends: float) -> None:
        """A yellow dot runs along a curve, `from` one x `to` another, for as long as the step lasts."""
        on = self._curve(curve)
        start, end = ends["from"], ends["to"]
        dot = self.parts.get(name)
        if not isinstance(dot, PointMark):
            dot = PointMark(self.frame, start, on, palette().now_edge)
            self.keep(name, dot, DOT_LEVEL)
            self.act(self.fade_in(dot))
        dot.on = on
        self._vary(name, lambda share: setattr(dot, "reach", start + share * (end - start)), linear, self.allowance())

    def move(self, name: str, to: float) -> None:
        """Takes a point, a tangent, the far end of a secant or a line across to another x (a level line to another y)."""
        mark = self.named(name)
        if isinstance(mark, Curve | Area):
            raise ValueError(f"{name!r} is no point, tangent, secant or line, so it has no place to move from")
        start = float(mark.reach)
        self._vary(name, lambda share: setattr(mark, "reach", start + share * (to - start)), smooth, MOTION.move(4))

    def faint(self, names: list[str]) -> None:
        """Turns curves or marks to context; their labels go."""
        animations: list[Animation] = []
        for name in names:
            part = self.named(name)
            animations.append(Recolour(part, palette().axes, run_time=MOTION.out))
            animations += self._drop_label(name)
        self.act(*animations)

    def erase(self, names: list[str]) -> None:
        """Takes curves or marks away, with their labels."""
        animations: list[Animation] = []
        for name in names:
            animations += [*self.fade_out(self.named(name)), *self._drop_label(name)]
            del self.parts[name]
        self.act(*animations)

    def highlight(self, names: list[str]) -> None:
        """Lights parts up until the next change."""
        self.act(*[animation for name in names for animation in self.lit(self.named(name))])

    def zoom(self, to: str | tuple[float, float] | None, scale: float | None = None) -> None:
        """The camera goes near a named part or a place of the plot; None brings it back."""
        place = None if to is None else self.frame.at(*to) if not isinstance(to, str) else self.named(to).get_center()
        self.zoom_to(place, scale)

    def emphasis_parts(self) -> list[Mobject]:
        """Labels with what they name, else the curves."""
        found = list(self.labels.values()) or [part for part in self.parts.values() if isinstance(part, Curve)]
        # Of bare axes the numbers: lit as a whole, the pieces of ground behind them would light up too.
        return [*found, *self.terms.newest()] or [label.words for label in self.axes.labels] or [self.axes.lines]

    # ---- inside

    def allowance(self) -> float:
        """Seconds for a motion that lasts as long as something is said."""
        return float(np.clip(self.share_seconds or seconds_left(self.scene, 4.0), 1.0, 8.0))

    def _curve(self, name: str) -> Curve:
        part = self.named(name)
        if not isinstance(part, Curve):
            raise ValueError(f"{name!r} is no curve")
        return part

    def _straight(self, name: str, curve: str, xs: list[float], label: str | None, colour: str) -> None:
        mark = Straight(self.frame, self._curve(curve), xs, palette().colour(colour))
        self.keep(name, mark)
        for dot in mark.dots:
            dot.set_z_index(DOT_LEVEL)
        self.bring(Create(mark.line, run_time=MOTION.create(3.4)), *[self.fade_in(dot) for dot in mark.dots], *self._make_way())
        if label:
            self._ask(name, label, lambda tag: around(mark.ends()[1], tag, GAP_LABEL, [(1, 0)]), colour=palette().colour(colour))

    def _across(self, name: str, mark: Across, label: str | None) -> None:
        self.keep(name, mark)
        self.bring(Create(mark, run_time=MOTION.create(4)), *self._make_way())
        if label:
            first = [(0, 1), (1, 0)] if mark.upright else [(1, 0), (0, 1)]
            shade = str(mark.get_stroke_color().to_hex())
            self._ask(name, label, lambda tag: self._across_places(mark, tag, first), colour=shade)

    def _across_places(self, mark: Across, tag: RichText, first: list[tuple[float, float]]) -> list[np.ndarray]:
        start, end = mark.ends()
        return [*around(end, tag, 0.1, first), *beside(start, end, tag, [1, 0] if mark.upright else [0, 1], 0.1)]

    def _curve_end_places(self, curve: Curve, tag: RichText) -> list[np.ndarray]:
        """At the right end, then back along the curve, above and below it."""
        run = curve.stretches()[-1]
        places = around(run[-1], tag, GAP_LABEL, [(1, 0)])
        for share in (0.93, 0.85, 0.75, 0.6, 0.45, 0.3, 0.15, 0.02):
            at = run[int(share * (len(run) - 1))]
            places += around(at, tag, 0.2)
        # Under the picture a name would stand among the numbers of the axis.
        return sorted(places, key=lambda place: bool(place[1] - tag.height / 2 < self.frame.rect.bottom))

    def _ask(
        self, name: str, text: str, places: Callable[[RichText], list[np.ndarray]], colour: str | None = None, size: float = SIZE.label
    ) -> None:  # fmt: skip
        """Writes a label once everything of the step is in its place."""

        def make() -> Animation:
            tag = self.write(text, colour=colour, size=size, width=3.2, on_fill=isinstance(self.parts.get(name), Area))
            tag.places, tag.shade = places, colour
            self._settle(name, tag, places)
            self.labels[name] = tag
            self.add(tag)
            return self.fade_in(tag)

        self.ask_label(make)

    def _settle(self, name: str, tag: RichText, places: Callable[[RichText], list[np.ndarray]]) -> None:
        self._survey(name, tag)
        self.room.settle(tag, places(tag))

    def _survey(self, name: str, tag: RichText) -> None:
        """Notes what is there now that this label must keep off."""
        lines = [part for part in self.parts.values() if not isinstance(part, PointMark)]
        self.room.only_strokes(self.axes.x_axis, self.axes.y_axis, *lines)
        if not isinstance(self.parts.get(name), Area) and tag.shade not in (None, palette().text):
            for area in [part for part in self.parts.values() if isinstance(part, Area)]:
                self.room.take_points(area.inner_points())

    def _make_way(self, *staying: str) -> list[Animation]:
        """Labels that something new would run through, or lie under, go where they can be read."""
        animations: list[Animation] = []
        for name, tag in self.labels.items():
            if name in staying:
                continue
            self._survey(name, tag)
            self.room.forget_box(box(tag))
            crossed = self.room.cost(tag.get_center(), tag.width, tag.height) > 0.25
            self.room.take_box(tag)
            journey = self._label_journey(name, tag) if crossed else None
            if journey is not None and np.linalg.norm(journey[1] - journey[0]) > 0.1:
                animations.append(tag.animate(run_time=MOTION.move_least).move_to(journey[1]).build())
        return animations

    def _drop_label(self, name: str) -> list[Animation]:
        tag = self.labels.pop(name, None)
        return self.fade_out(tag) if tag is not None else []

    def _vary(self, name: str, put: Callable[[float], None], rate: Callable, seconds: float) -> None:
        """Draws a mark anew from frame to frame, its label with it."""
        mark = self.named(name)
        tag = self.labels.get(name)
        put(1.0)
        mark.redraw()
        journey = self._label_journey(name, tag)
        put(0.0)
        mark.redraw()

        def update(moved: Mobject, share: float) -> None:
            put(share)
            mark.redraw()
            if tag is not None and journey is not None:
                tag.move_to(journey[0] + share * (journey[1] - journey[0]))

        # Manim repaints only what an animation names, so the label needs one as well.
        carried = [UpdateFromAlphaFunc(tag, _nothing, run_time=seconds)] if tag is not None else []
        self.act(UpdateFromAlphaFunc(mark, update, run_time=seconds, rate_func=rate), *carried)

    def _label_journey(self, name: str, tag: RichText | None) -> tuple[np.ndarray, np.ndarray] | None:
        """Where a label stands and where it will be best when its mark, which is there already, has arrived."""
        if tag is None:
            return None
        start = tag.get_center().copy()
        self.room.forget_box(box(tag))
        self._settle(name, tag, tag.places)
        end = tag.get_center().copy()
        tag.move_to(start)
        return start, end

    def _turn_into(self, name: str, of: Function, label: str | None) -> None:
        """One curve becomes another by blending their values, which is exact at every x."""
        curve = self._curve(name)
        start, progress = curve.of, {"share": 0.0}
        dependants = [part for part in self.parts.values() if isinstance(part, Redrawable) and self._depends(part, curve)]

        def update(moved: Mobject, share: float) -> None:
            progress["share"] = share
            curve.of = blended(start, of, lambda: progress["share"]) if share < 1 else of
            for part in [curve, *dependants]:
                part.redraw()

        # What the old label says is no longer true.
        going = self._drop_label(name)
        curve.of = of
        curve.redraw()
        going += self._make_way()
        curve.of = start
        curve.redraw()
        followers = [UpdateFromAlphaFunc(part, _nothing, run_time=1.2) for part in dependants]
        self.act(UpdateFromAlphaFunc(curve, update, run_time=1.2, rate_func=smooth), *followers, *going)
        if label:
            shade = str(curve.get_stroke_color().to_hex())
            self._ask(name, label, lambda tag: self._curve_end_places(curve, tag), colour=shade)

    @staticmethod
    def _depends(part: Redrawable, curve: Curve) -> bool:
        return curve in (getattr(part, "under", None), getattr(part, "base", None), getattr(part, "curve", None), getattr(part, "on", None))


def _nothing(mobject: Mobject, share: float) -> None:
    """For what another animation of the same play draws."""
