"""How a plot begins: its ranges, its place in the slot, its axes."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import Animation, Create, FadeIn, Scene

from lectern_render.blocks.expression import function
from lectern_render.blocks.figure import LABEL_LEVEL, Step
from lectern_render.blocks.plot import Plot
from lectern_render.blocks.plot_frame import Axes, PlotFrame, Tick, nice_ticks, place_axis_labels
from lectern_render.blocks.sampling import natural_range, runs
from lectern_render.blocks.terms import LINE_ROOM, WIDE
from lectern_render.slots import Rect, slot_rect
from lectern_render.theme import MOTION, SIZE, palette

def plot(
    scene: Scene, x: tuple[float, float], y: tuple[float, float] | None = None, *, x_label: str | None = None,
    y_label: str | None = None, x_ticks: list[Tick] | None = None, y_ticks: list[Tick] | None = None, grid: bool = False,
    draw: list[Step] | None = None, steps: list[Step] | None = None, later: list[Step] | None = None, slot: str | Rect = "stage",
) -> Plot:  # fmt: skip
    """Draws axes, and plays their entrance; go on with the methods of the Plot it answers.

    `x` and `y` are ranges; without `y` it is fitted to the curves in `draw` and `steps`. Ticks are `(number, label)`.
    `draw` and `steps` are what a lesson's fence says, `later` are actions of later beats that need room; code of one's
    own calls `curve`, `area`, `tangent` instead:

        sine = blocks.plot(self, x=(0, 6.3), y=(-1.5, 1.5))
        sine.curve("f", np.sin, label=r"$\\sin x$")
        sine.tangent("t", "f", x=1)
        sine.move("t", to=3)
    """
    every = [*(draw or []), *[action for step in steps or [] for action in step["actions"]], *(later or [])]
    frame = _frame((float(x[0]), float(x[1])), y, slot_rect(slot), (every, bool(y_label)))
    ticks = [nice_ticks(*bounds) if given is None else given for bounds, given in ((frame.x, x_ticks), (frame.y, y_ticks))]
    axes = Axes(frame, *ticks, grid)
    axes.keep_clear_of(_curve_points(frame, every))
    figure = Plot(scene, frame, axes, slot)
    figure.add(axes)
    axes.labels.set_z_index(LABEL_LEVEL)
    names = place_axis_labels(axes, *[text and figure.write(text, palette().muted, SIZE.label, 2.6) for text in (x_label, y_label)])
    for name in names:
        figure.room.take_box(name)
    figure.add(*names)
    opening: list[Animation] = [
        Create(axes.x_axis, run_time=MOTION.words_in),
        Create(axes.y_axis, run_time=MOTION.words_in),
        *[FadeIn(part, run_time=MOTION.label_in) for part in (axes.grid, axes.ticks, axes.labels, *names) if len(part)],
    ]
    figure.open_with(opening, draw, steps)
    return figure


def _curve_points(frame: PlotFrame, every: list[Step]) -> np.ndarray:
    """Points (x, y) of the screen along all curves that will be drawn."""
    found = [np.zeros((0, 2))]
    for action in every:
        if action["do"] == "curve":
            bounds = (max(frame.x[0], action.get("from", frame.x[0])), min(frame.x[1], action.get("to", frame.x[1])))
            found += [frame.screen(run)[:, :2] for run in runs(function(action["of"]), bounds, frame.y)]
    return np.concatenate(found)


def _y_range(x: tuple[float, float], every: list[Step]) -> tuple[float, float]:
    """Where everything that will be drawn is seen."""
    curves = [
        (function(action["of"]), (max(x[0], action.get("from", x[0])), min(x[1], action.get("to", x[1]))))
        for action in every
        if action["do"] == "curve"
    ]
    heights = [float(a["y"]) for a in every if a["do"] in ("point", "horizontal") and not isinstance(a["y"], str)]
    if heights:
        curves.append((lambda values: np.resize(np.array(heights), values.shape), x))
    return natural_range(curves)


def _frame(x: tuple[float, float], y: Any, slot: Rect, content: tuple[list[Step], bool]) -> PlotFrame:
    """The axes leave room for their ticks, for labels at the ends of curves, and for terms: a column on a wide stage, else lines beneath."""
    every, named = content
    low, high = (float(y[0]), float(y[1])) if y is not None else _y_range(x, every)
    terms = any(action["do"] == "term" for action in every)
    column, line = terms and slot.width > WIDE, terms and slot.width <= WIDE
    right = 3.7 if column else 2.2 if slot.width > 10 else 1.6 if slot.width > 7 else 1.1 if slot.width > 4 else 0.3
    left = 0.7 if x[0] >= 0 or x[1] <= 0 else 0.1
    below = (0.45 if low >= 0 or high <= 0 else 0.1) + (LINE_ROOM if line else 0.0)
    above = 0.5 if named else 0.15
    width, height = slot.width - left - right, slot.height - below - above
    rect = Rect(slot.left + left + width / 2, slot.bottom + below + height / 2, width, height)
    return PlotFrame(x, (low, high), rect)
