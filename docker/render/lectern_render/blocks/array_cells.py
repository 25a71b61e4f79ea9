"""The cells of an array: a box with a value in it, or, where there are many numbers, a bar as high as its number."""

from __future__ import annotations

import re

import numpy as np
from manim import Animation, FadeIn, FadeOut, Rectangle, RoundedRectangle, VGroup, VMobject

from lectern_render.glyphs import Words
from lectern_render.highlight import Recolour
from lectern_render.slots import Rect
from lectern_render.text import RichText, capital, place, rich, set_baseline, words
from lectern_render.theme import MOTION, SIZE, palette

MOST_BOXES = 20
ROW_Y = 0.55
_GAP = 0.06


class Cell(VGroup):
    """One place of the array. `foot` is the middle of its lower edge, `state` one of normal, now, found, dim."""

    def __init__(self, shape: VMobject, content: VGroup, covered: bool) -> None:
        super().__init__(shape)
        self.shape, self.content, self.covered = shape, content, covered
        self.state = "normal"
        self.foot = shape.get_bottom()
        if not covered:
            self.add(content)

    @property
    def left(self) -> float:
        return float(self.foot[0]) - self.shape.width / 2

    @property
    def right(self) -> float:
        return float(self.foot[0]) + self.shape.width / 2

    @property
    def top(self) -> float:
        return float(self.shape.get_top()[1])

    def turned(self, state: str) -> list[Animation]:
        """Animations to the colours of a state."""
        if state == self.state:
            return []
        self.state = state
        fill, opacity, edge, text = cell_colours(state)
        changes: list[Animation] = [
            self.shape.animate(run_time=MOTION.emphasis).set_fill(fill, opacity).set_stroke(edge),
        ]
        if self.covered:
            self.content.set_color(text)
        elif len(self.content):
            changes.append(Recolour(self.content, text))
        return changes

    def uncovering(self) -> list[Animation]:
        """Animations that show what a covered cell holds."""
        if not self.covered:
            return []
        self.covered = False
        self.add(self.content)
        plain = [] if self.state != "normal" else [self.shape.animate.set_fill(palette().panel)]
        return [*plain, FadeIn(self.content, run_time=MOTION.label_in)]

    def rewritten(self, value: str) -> list[Animation]:
        """Animations that put another value in."""
        new = _value(value, self.shape.width, cell_colours(self.state)[3])
        _centre(new, self.shape)
        old, self.content = self.content, new
        self.remove(old)
        self.add(new)
        return [FadeOut(old, run_time=MOTION.out), FadeIn(new, run_time=MOTION.label_in)]


class BarCell(Cell):
    """A bar as high as its number."""

    def rewritten(self, value: str) -> list[Animation]:
        """The bar grows or shrinks to the new number."""
        height = max(0.05, float(value) * self.units_per_one)
        return [self.shape.animate.stretch_to_fit_height(height).move_to(self.foot, aligned_edge=np.array([0, -1.0, 0]))]

    units_per_one = 1.0


def cell_colours(state: str) -> tuple[str, float, str, str]:
    """Fill, its opacity, edge and text of a state."""
    colours = palette()
    solid = colours.marks_behind
    return {
        "normal": (colours.panel, 1.0, colours.blue, colours.text),
        "now": (colours.now_fill, 1.0 if solid else 0.35, colours.now_edge, colours.text),
        "found": (colours.teal, 1.0, colours.teal, colours.ground),
        "dim": (colours.ground, 1.0, colours.panel_edge, colours.dim),
    }[state]


def _value(text: str, room: float, colour: str) -> RichText:
    size = SIZE.body if room > 0.95 else SIZE.label if room > 0.7 else SIZE.floor
    text = re.sub(r"^-(?=\d)", "\N{MINUS SIGN}", text)
    return rich(text, size=size, width=max(room - 0.12, 0.1), lines=1, floor=SIZE.floor, colour=colour)


def _centre(content: RichText, shape: VMobject) -> None:
    """In the middle across; upright by the baseline, so that neighbours stand on one line."""
    content.move_to(shape)
    if len(content.lines) == 1:
        set_baseline(content, float(shape.get_center()[1]) - capital(content.size) / 2)


def row_of_cells(values: list[str], slot: Rect, covered: bool) -> list[Cell]:
    """Boxes side by side, as wide as their longest value wants; bars where there are too many to read."""
    longest = max(rich(value, size=SIZE.floor, width=9, lines=1).width for value in set(values)) + 0.2
    wanted = 1.15 if len(values) <= 8 else 0.95 if len(values) <= 12 else 0.8
    pitch = min(max(wanted, longest + _GAP), slot.width / len(values))
    numbers = all(re.fullmatch(r"\d+([.,]\d+)?", value) for value in values)
    if len(values) > MOST_BOXES or (pitch < longest and numbers):
        return _bars(values, slot)
    # Words that are too long for one row stand in several, with room between them for what points at a cell.
    pitch = min(max(pitch, longest + _GAP), slot.width)
    if int((slot.width + 1e-6) / pitch) < len(values):
        pitch = min(longest + _GAP + 0.3, slot.width)
    across = min(len(values), max(1, int((slot.width + 1e-6) / pitch)))
    rows = -(-len(values) // across)
    row_pitch = min(2.05, (slot.height - 0.6) / rows)
    height = min(1.05, max(0.62, pitch - _GAP)) if rows == 1 else min(0.62, row_pitch - _GAP)
    cells = []
    for number, value in enumerate(values):
        row, column = divmod(number, across)
        x = slot.x + (column - (across - 1) / 2) * pitch
        y = ROW_Y + ((rows - 1) / 2 - row) * row_pitch
        fill, opacity, edge, text = cell_colours("normal")
        shape = RoundedRectangle(
            corner_radius=0.06, width=pitch - _GAP, height=height, stroke_width=2.5,
            fill_color=fill, fill_opacity=opacity, stroke_color=edge,
        ).move_to([x, y, 0])  # fmt: skip
        content = _value(value, pitch - _GAP, text)
        _centre(content, shape)
        if covered:
            shape.set_fill(palette().panel_edge)
        cell = Cell(shape, content, covered)
        cells.append(cell)
    return cells


def _bars(values: list[str], slot: Rect) -> list[Cell]:
    try:
        numbers = [float(value.replace(",", ".").replace("\N{MINUS SIGN}", "-")) for value in values]
    except ValueError:
        raise ValueError(f"{len(values)} values are too many or too long to read as cells, and bars need numbers") from None
    highest = max(*numbers, 1e-9)
    if min(numbers) < 0:
        raise ValueError("more than 20 values are shown as bars, and a bar cannot be less than nothing")
    pitch = min(0.5, slot.width / len(values))
    bottom = slot.bottom + 1.0
    room = slot.top - 0.8 - bottom
    cells: list[Cell] = []
    for order, number in enumerate(numbers):
        fill, _, _, _ = cell_colours("normal")
        shape = Rectangle(width=pitch * 0.8, height=max(0.05, number / highest * room), stroke_width=1.5)
        shape.set_fill(fill, 1).set_stroke(palette().blue)
        x = slot.x + (order - (len(numbers) - 1) / 2) * pitch
        shape.move_to([x, bottom, 0], aligned_edge=np.array([0, -1.0, 0]))
        cell = BarCell(shape, VGroup(), False)
        cell.units_per_one = room / highest
        cells.append(cell)
    return cells


def several_rows(cells: list[Cell]) -> bool:
    """Whether the cells stand in rows one under the other."""
    return len({round(float(cell.foot[1]), 3) for cell in cells}) > 1 and not isinstance(cells[0], BarCell)


def index_in_corner(cell: Cell, number: int) -> Words:
    """The number of a place under the cell's left end, where rows stand one under the other and pointers under the middle."""
    label = words(str(number), SIZE.floor, palette().muted)
    return place(label, cell.left + 0.04, float(cell.foot[1]) - 0.16 - capital(SIZE.floor))


def index_under(cell: Cell, number: int) -> Words:
    """The number of a place, which stays when what stands there goes elsewhere."""
    label = words(str(number), SIZE.floor, palette().muted)
    return place(label, float(cell.foot[0]), float(cell.foot[1]) - 0.12 - capital(SIZE.floor), align=np.zeros(3))
