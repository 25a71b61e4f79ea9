"""Tables: a header, one rule, rows; a band lies behind what is spoken of now."""

from __future__ import annotations

from typing import Any

from manim import LEFT, ORIGIN, RIGHT, Animation, FadeIn, FadeOut, Group, Line, Mobject, Rectangle, Scene, VGroup, rate_functions

from ..highlight import Recolour
from ..slots import Rect
from ..text import RichText, baseline, capital, measured, place, rich
from ..theme import MOTION, SIZE, palette
from .base import Block, appear, staggered
from .panels import band
from .timing import spread

_COLUMN_GAP = 0.7
_WIDEST_COLUMN_GAP = 1.6
_ROW_PADDINGS = (0.42, 0.24)
_HEADER_ABOVE_RULE = 0.28
_LEAST_PITCH, _USUAL_PITCH = 0.56, 0.95
_SIDES = {"left": LEFT, "centre": ORIGIN, "right": RIGHT}
_SIZES = [(SIZE.body, SIZE.subtitle), (28, 25), (26, 24), (24, 22), (22, 20), (20, 20)]
_PAGED_SIZE = (22, 20)


class Table(Block):
    """Rows of rich text under a header; more rows than fit are shown in pages. `focus` lights a row, a column, or both."""

    def __init__(self, scene: Scene, header: list[str], rows: list[list[str]], slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.header_texts, self.rows_texts = header, rows
        self.sides: list[str] = []
        self.page = 0
        self.band: Rectangle | None = None
        self.cells: list[list[RichText]] = []
        self.lit: tuple[int | None, int | None] = (None, None)

    def typeset(self, align: list[str]) -> None:
        """Finds the largest size at which the columns fit, and how many rows a page holds."""
        first_numeric = ["left", *["centre"] * (len(self.header_texts) - 1)]
        self.sides = [*align, *first_numeric[len(align) :]]
        self.room = self.slot.width - 0.4 - _COLUMN_GAP * (len(self.header_texts) - 1)
        tries = [(size, wrap, padding) for wrap in (False, True) for padding in _ROW_PADDINGS for size in _SIZES]
        size, wrap, padding = next((one for one in tries if self._fits(*one)), (_PAGED_SIZE, True, _ROW_PADDINGS[1]))
        self._set_cells(*size, self._column_widths(size, wrap))
        self._paginate(padding)
        spare = self.slot.width - 0.4 - sum(self.widths)
        self.gap = min(_WIDEST_COLUMN_GAP, max(0.2, spare / max(1, len(self.widths) - 1)))

    def _column_widths(self, size: tuple[float, float], wrap: bool) -> list[float]:
        """How wide each column may be: as wide as its widest cell, or its share of the room."""
        body, head = size
        columns = zip(self.header_texts, *self.rows_texts, strict=True)
        natural = [max(measured(top, head)[0], *[measured(text, body)[0] for text in rows]) for top, *rows in columns]
        return _shared(natural, self.room) if wrap and sum(natural) > self.room else [width + 0.1 for width in natural]

    def _fits(self, size: tuple[float, float], wrap: bool, padding: float) -> bool:
        """Whether the whole table would fit into the slot at that size; nothing is set for it."""
        body, head = size
        widths = self._column_widths(size, wrap)
        if sum(widths) > self.room + 0.1 * len(widths):
            return False
        high = max(measured(text, head, width)[1] for text, width in zip(self.header_texts, widths, strict=True)) + 0.5
        for row in self.rows_texts:
            cells = [measured(text, body, width)[1] for text, width in zip(row, widths, strict=True)]
            high += max(_LEAST_PITCH, max(cells) + padding)
        return high <= self.slot.height

    def _set_cells(self, body: float, head: float, most: list[float]) -> None:
        """Sets all cells at a size, each column at most that wide."""
        columns = list(zip(most, [_SIDES[side] for side in self.sides], strict=False))
        self.header = [
            rich(text, head, wide, lines=3, colour=palette().muted, align=side)
            for text, (wide, side) in zip(self.header_texts, columns, strict=True)
        ]
        self.cells = [
            [rich(text, body, wide, lines=3, align=side) for text, (wide, side) in zip(row, columns, strict=True)]
            for row in self.rows_texts
        ]
        by_column = zip(self.header, *self.cells, strict=True)
        self.widths = [max(cell.width for cell in column) for column in by_column]

    def _paginate(self, padding: float) -> None:
        """Divides the rows evenly among as few pages as the slot's height allows."""
        self.heights = [max(_LEAST_PITCH, max(c.height for c in row) + padding) for row in self.cells]
        deepest = max(baseline(cell.lines[-1]) - cell.get_bottom()[1] for cell in self.header if cell.lines)
        self.header_drop = max(_HEADER_ABOVE_RULE, deepest + 0.14)
        self.head_height = max(cell.height for cell in self.header) - deepest + self.header_drop + 0.1
        room = self.slot.height - self.head_height
        count = next(
            (n for n in range(1, len(self.heights) + 1) if max(map(sum, _chunks(self.heights, n))) <= room), len(self.heights)
        )  # fmt: skip
        self.pages = _chunks(list(range(len(self.heights))), count)

    @property
    def _width(self) -> float:
        return sum(self.widths) + self.gap * (len(self.widths) - 1)

    def _place_page(self, page: int) -> None:
        members = self.pages[page]
        room = self.slot.height - self.head_height
        highest = max(sum(self.heights[i] for i in rows) for rows in self.pages)
        stretch = max(1.0, min(_USUAL_PITCH / max(self.heights), room / highest))
        self.row_heights = {i: self.heights[i] * stretch for i in members}
        self.rule_y = self.slot.y + (self.head_height + highest * stretch) / 2 - self.head_height
        self._place_cells(self.header, self.rule_y + self.header_drop)
        for cell in self.header:
            if len(cell.lines) > 1:
                cell.shift([0, self.rule_y + self.header_drop - baseline(cell.lines[-1]), 0])
        y = self.rule_y
        self.middles: dict[int, float] = {}
        for index in members:
            height = self.row_heights[index]
            middle = y - height / 2
            self.middles[index] = middle
            tallest = max(self.cells[index], key=lambda cell: len(cell.lines))
            lines = len(tallest.lines)
            below = capital(tallest.size) / 2 if lines == 1 else tallest.height / 2 - (tallest.get_top()[1] - baseline(tallest))
            self._place_cells(self.cells[index], middle - below if lines == 1 else middle + below)
            y -= height

    def _place_cells(self, cells: list[RichText], y: float) -> None:
        x = self.slot.x - self._width / 2
        for cell, width, side in zip(cells, self.widths, self.sides, strict=True):
            anchor = {"left": x, "centre": x + width / 2, "right": x + width}[side]
            place(cell, anchor, y, _SIDES[side])
            x += width + self.gap

    def open(self, page: int) -> None:
        """Lets a page of rows in, one row shortly after the other."""
        members = self.pages[page]
        if page != self.page or not self.submobjects:
            leaving = [part for part in self.submobjects if part not in (*self.header, getattr(self, "rule", None))]
            if leaving:
                self.play(FadeOut(Group(*leaving), run_time=MOTION.out, rate_func=rate_functions.ease_in_cubic))
                self.remove(*leaving)
                self.band = None
        self._place_page(page)
        self.page = page
        rows = [VGroup(*self.cells[i]) for i in members]
        half = self._width / 2 + 0.2
        rule = Line(
            [self.slot.x - half, self.rule_y, 0], [self.slot.x + half, self.rule_y, 0], stroke_width=2, color=palette().axes
        )  # fmt: skip
        new = [] if getattr(self, "rule", None) is not None else [*self.header, rule]
        if new:
            self.rule = rule
        head = [FadeIn(VGroup(*new), run_time=MOTION.label_in)] if new else []
        self.enter([*new, *[c for row in rows for c in row]], staggered([*head, *[appear(row) for row in rows]]))

    def focus(self, row: int | None = None, column: int | None = None) -> None:
        """Lights row `row` and the cells of column `column` (both 1-based; the header is not counted); dims the others."""
        row_index = None if row is None else max(0, min(row, len(self.cells)) - 1)
        column_index = None if column is None else max(0, min(column, len(self.header)) - 1)
        if row_index is not None and row_index not in self.pages[self.page]:
            self.open(next(p for p, members in enumerate(self.pages) if row_index in members))
        self.lit = (row_index, column_index)
        animations = [self._band_to(row_index, column_index)]
        for index in self.pages[self.page]:
            for number, cell in enumerate(self.cells[index]):
                animations.append(Recolour(cell, self._colour(index, number)))
        for number, cell in enumerate(self.header):
            animations.append(Recolour(cell, palette().text if number == column_index else palette().muted))
        self.play(*[animation for animation in animations if animation is not None])

    def _colour(self, row: int, column: int) -> str:
        colours = palette()
        lit_row, lit_column = self.lit
        if lit_row is not None and lit_column is not None and (row, column) == (lit_row, lit_column):
            return colours.now_text
        on = row == lit_row if lit_row is not None else column == lit_column
        return colours.text if on or self.lit == (None, None) else colours.dim

    def _band_to(self, row: int | None, column: int | None) -> Animation | None:
        if row is None and column is None:
            return None if self.band is None else FadeOut(self.band)
        half = self._width / 2 + 0.2
        if row is not None:
            rect = Rect(self.slot.x, self.middles[row], 2 * half, self.row_heights[row])
        else:
            left = self.slot.x - self._width / 2 + sum(self.widths[:column]) + self.gap * (column or 0)
            low = self.middles[self.pages[self.page][-1]] - self.row_heights[self.pages[self.page][-1]] / 2
            rect = Rect(left + self.widths[column or 0] / 2, (self.rule_y + low) / 2, self.widths[column or 0] + 0.4, self.rule_y - low)
        made = band(rect)
        if self.band is None:
            self.band = made
            self.add(made)
            return FadeIn(made)
        return self.band.animate.become(made)

    def emphasis_colour(self) -> str | None:
        return palette().violet if self.band is not None and palette().marks_behind else None

    def emphasis_parts(self) -> list[Mobject]:
        row, column = self.lit
        if row is not None:
            return list(self.cells[row])
        if column is not None:
            return [self.cells[index][column] for index in self.pages[self.page]]
        return [VGroup(*self.cells[index]) for index in self.pages[self.page]]


def _chunks(things: list[Any], count: int) -> list[list[Any]]:
    """The things in order, in so many stretches that differ by one at most."""
    bounds = [round(i * len(things) / count) for i in range(count + 1)]
    return [things[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]


def _shared(natural: list[float], room: float) -> list[float]:
    """Widths of columns in so much room: narrow ones keep theirs, the others share what is left by their need."""
    widths = list(natural)
    wide = set(range(len(natural)))
    while wide:
        left = room - sum(widths[i] for i in range(len(widths)) if i not in wide)
        fair = left / len(wide)
        fine = {i for i in wide if natural[i] <= fair}
        if not fine:
            need = sum(natural[i] for i in wide)
            return [left * (0.5 / len(wide) + 0.5 * natural[i] / need) if i in wide else widths[i] for i in range(len(widths))]
        wide -= fine
    return widths


def table(
    scene: Scene, header: list[str], rows: list[list[str]], align: list[str] | None = None, slot: str | Rect = "stage"
) -> Table:
    """A table of rich text. Columns stand `left`, `centre` or `right`; the first is left, the others centred.

    `.focus(row=2)`, `.focus(column=3)` or both light what is spoken of; rows and columns are counted from 1.
    """
    block = Table(scene, header, rows, slot)
    block.typeset(align or [])
    for page, pause in enumerate(spread(scene, len(block.pages), MOTION.stagger_most)):
        block.open(page)
        if pause:
            scene.wait(pause)
    return block
