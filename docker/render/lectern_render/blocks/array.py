"""A row of cells: what is in them, which is looked at, which are left."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from manim import (
    DOWN, UP, Animation, ArcBetweenPoints, FadeIn, FadeOut, Mobject, MoveAlongPath, ReplacementTransform, Scene, VGroup,
    rate_functions, smooth,
)  # fmt: skip

from lectern_render.blocks.array_cells import Cell, index_in_corner, index_under, row_of_cells, several_rows
from lectern_render.blocks.array_marks import BAR_LENGTH, BAR_PITCH, MOST_BARS, brace_under, count_bar, lines_under, marker_over, pointer_between, pointer_under
from lectern_render.blocks.base import seconds_left
from lectern_render.blocks.figure import Figure, Step
from lectern_render.blocks.plot_frame import written_number
from lectern_render.highlight import Emphasis
from lectern_render.slots import Rect
from lectern_render.text import place, words
from lectern_render.theme import DATA_COLOURS, MOTION, SIZE, palette

Cells = tuple[int, int]


class Array(Figure):
    """Cells counted from 0. What is looked at is yellow, what is found teal, what no longer counts dim."""

    kind = "array"
    actions = frozenset(
        "look found recede light brace pointers swap change uncover count goal sweep clear".split()
    )

    def __init__(self, scene: Scene, cells: list[Cell], slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.cells = cells
        self._looked_at: Cell | None = None
        self._marker: VGroup | None = None
        self._brace: VGroup | None = None
        self._goal: VGroup | None = None
        self._pointers: dict[str, tuple[int, VGroup]] = {}
        self._counts: list[VGroup] = []
        self._first_count = 1.0
        self._index_room = 0.0

    # ---- looking

    def look(self, cell: int, label: str | None = None) -> None:
        """The marker goes to a cell, which is uncovered and turns yellow; the label, such as `5 < 8`, stands over it."""
        at = self._cell(cell)
        changes = self._unlook() if self._looked_at is not at else []
        self._looked_at = at
        self.act(*changes, *at.turned("now"), *at.uncovering(), *self._marker_to(at, label))

    def found(self, cell: int, label: str | None = None) -> None:
        """The cell turns teal: this is what was looked for."""
        at = self._cell(cell)
        changes = self._unlook() if self._looked_at is not at else []
        self._looked_at = None
        self.act(*changes, *at.turned("found"), *at.uncovering(), *self._marker_to(at, label))

    def sweep(self, cells: Cells, label: str | None = None) -> None:
        """The marker passes over cells one by one and ends on the last."""
        first, last = self._range(cells)
        way = range(first, last + 1) if first <= last else range(first, last - 1, -1)
        pace = float(np.clip((self.share_seconds or seconds_left(self.scene, 4.0)) / (len(way) + 1), 0.12, 0.6))
        for number in way:
            at = self.cells[number]
            changes = self._unlook()
            self._looked_at = at
            self.act(*changes, *at.turned("now"), *at.uncovering(), *self._marker_to(at, label), seconds=pace)

    def uncover(self, cells: Cells) -> None:
        """Turns covered cells face up."""
        self.act(*[animation for cell in self._some(cells) for animation in cell.uncovering()])

    # ---- states

    def recede(self, cells: Cells) -> None:
        """These cells no longer count: they stay, dim."""
        self._state(cells, "dim")

    def light(self, cells: Cells) -> None:
        """These cells count again."""
        self._state(cells, "normal")

    def swap(self, cells: Cells) -> None:
        """Two cells change places."""
        first, second = (self._cell(number) for number in cells)
        start, end = first.foot.copy(), second.foot.copy()
        first.foot, second.foot = end, start
        rise = 0.9 if abs(cells[0] - cells[1]) > 1 else 1.4
        paths = [ArcBetweenPoints(start, end, angle=-rise), ArcBetweenPoints(end, start, angle=-rise)]
        offsets = [cell.get_center() - foot for cell, foot in ((first, start), (second, end))]
        for path, offset in zip(paths, offsets, strict=True):
            path.shift(offset)
        self.cells[cells[0]], self.cells[cells[1]] = second, first
        seconds = MOTION.move(float(np.linalg.norm(end - start)))
        moves = [MoveAlongPath(cell, path, rate_func=smooth) for cell, path in zip((first, second), paths, strict=True)]
        self.act(*moves, seconds=seconds)

    def change(self, cell: int, value: str) -> None:
        """Writes another value into a cell."""
        self.act(*self._cell(cell).rewritten(value))

    # ---- marks

    def brace(self, cells: Cells, label: str) -> None:
        """A brace under cells, with words such as `7 left`."""
        chosen = self._some(cells)
        left, right = min(c.left for c in chosen), max(c.right for c in chosen)
        text = self.write(label, palette().blue, SIZE.label)
        below = min(float(cell.foot[1]) for cell in chosen) - self._index_room
        if self._in_rows:
            new = lines_under(self._row_feet(chosen), text, palette().blue)
        else:
            new = brace_under(np.array([left, below, 0]), np.array([right, below, 0]), text, palette().blue)
        old, self._brace = self._brace, new
        self.add(new)
        if old is None:
            self.act(self.fade_in(new))
        else:
            self.remove(old)
            self.act(ReplacementTransform(old[0], new[0]), FadeOut(old[1]), FadeIn(new[1]), seconds=MOTION.move_least)

    def pointers(self, cells: dict[str, int | None]) -> None:
        """Named arrows from beneath, `{"low": 0, "high": 14}`; None takes one away."""
        goals: dict[str, int] = {name: number for name, (number, _) in self._pointers.items()}
        gone = [name for name, number in cells.items() if number is None]
        goals = {name: number for name, number in {**goals, **cells}.items() if number is not None}
        animations: list[Animation] = []
        for name in gone:
            if name in self._pointers:
                animations += self.fade_out(self._pointers.pop(name)[1])
        for name, number in goals.items():
            animations += self._point(name, number, goals)
        if animations:
            self.act(*animations)

    def goal(self, value: str, label: str = "looking for") -> None:
        """What is looked for, in teal over the row."""
        name, wanted = words(label, SIZE.body, palette().muted), self.write(value, palette().teal, SIZE.heading)
        line = self.cells[0].get_center()[1] + 1.75
        width = name.width + 0.25 + wanted.width
        place(name, self.slot.x - width / 2, line)
        place(wanted, self.slot.x - width / 2 + name.width + 0.25, line)
        old, self._goal = self._goal, VGroup(name, wanted)
        self.add(self._goal)
        if old is not None:
            self.act(*self.fade_out(old))
        self.bring(self.fade_in(self._goal))

    def count(self, number: float, label: str | None = None) -> None:
        """One more bar under the row, as long as its number beside the first; a fifth sends the first away."""
        text = f"{written_number(number)} {label}" if label else written_number(number)
        if not self._counts:
            self._first_count = max(number, 1e-9)
        animations: list[Animation] = []
        if len(self._counts) == MOST_BARS:
            animations += self.fade_out(self._counts.pop(0))
            animations += [bar.animate.shift(BAR_PITCH * UP) for bar in self._counts]
        longest = min(BAR_LENGTH, self.slot.width * 0.45)
        y = self._row_bottom() - 1.25 - BAR_PITCH * len(self._counts)
        length = min(number / self._first_count, 1.6) * longest
        bar = count_bar(number, text, length, (self.slot.x - longest / 2, y))
        before = [old[1].animate(run_time=MOTION.emphasis).set_fill(palette().axes) for old in self._counts[-1:]]
        self._counts.append(bar)
        self.add(bar)
        self.act(*animations, *before, self.fade_in(bar, 0.1 * DOWN))

    def clear(self) -> None:
        """Takes marker, brace and pointers away and gives cells their own colour back."""
        gone = [part for part in (self._marker, self._brace) if part is not None] + [group for _, group in self._pointers.values()]
        self._marker = self._brace = self._looked_at = None
        self._pointers = {}
        self.act(*self.fade_out(*gone), *[a for cell in self.cells for a in cell.turned("normal")])

    def emphases(self) -> Iterator[Animation]:
        """What is looked at, else what is left, else the cells one after the other."""
        while True:
            focus: list[Mobject] = [cell for cell in self.cells if cell.state in ("now", "found")]
            focus += [part[-1] for part in (self._brace, self._goal) if part is not None]
            for part in focus or [cell for cell in self.cells if cell.state == "normal"] or self.cells:
                yield Emphasis(part.content if isinstance(part, Cell) and part.state != "found" else part)

    # ---- inside

    def _cell(self, number: int) -> Cell:
        if not 0 <= number < len(self.cells):
            raise ValueError(f"there is no cell {number}: this array has cells 0 to {len(self.cells) - 1}")
        return self.cells[number]

    def _range(self, cells: Cells) -> Cells:
        self._cell(cells[0]), self._cell(cells[1])
        return cells

    def _some(self, cells: Cells) -> list[Cell]:
        first, last = sorted(self._range(cells))
        return self.cells[first : last + 1]

    def _state(self, cells: Cells, state: str) -> None:
        chosen = self._some(cells)
        if self._looked_at in chosen:
            self._looked_at = None
        changes = [animation for cell in chosen for animation in cell.turned(state)]
        if self._marker is not None and state == "dim":
            changes += self.fade_out(self._marker)
            self._marker = None
        self.act(*changes)

    def _unlook(self) -> list[Animation]:
        before, self._looked_at = self._looked_at, None
        return before.turned("normal") if before is not None else []

    @property
    def _in_rows(self) -> bool:
        return several_rows(self.cells)

    @staticmethod
    def _row_feet(cells: list[Cell]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Left and right lower corners of what the cells take of each row, from the top."""
        heights = sorted({round(float(cell.foot[1]), 3) for cell in cells}, reverse=True)
        rows = [[cell for cell in cells if abs(cell.foot[1] - height) < 0.01] for height in heights]
        return [
            (np.array([min(c.left for c in row), row[0].foot[1], 0]), np.array([max(c.right for c in row), row[0].foot[1], 0])) for row in rows
        ]

    def _row_bottom(self) -> float:
        return min(cell.foot[1] for cell in self.cells)

    def _marker_to(self, cell: Cell, label: str | None) -> list[Animation]:
        text = self.write(label, palette().now_edge if not palette().marks_behind else palette().text) if label else None
        new = marker_over(np.array([cell.get_center()[0], cell.top, 0]), text)
        if text is not None and self._in_rows:
            # Between two rows there is no room for words: they stand over the first.
            text.set_y(max(other.top for other in self.cells) + 0.42 + text.height / 2)
        if text is not None:
            left, right = self.slot.left + text.width / 2, self.slot.right - text.width / 2
            text.set_x(float(np.clip(text.get_x(), left, max(left, right))))
        old, self._marker = self._marker, new
        self.add(new)
        if old is None:
            return [self.fade_in(new, 0.1 * DOWN)]
        self.remove(old)
        changes: list[Animation] = [ReplacementTransform(old[0], new[0])]
        changes += [FadeOut(part, run_time=MOTION.emphasis) for part in old[1:]]
        return changes + [FadeIn(part, rate_func=rate_functions.ease_in_cubic) for part in new[1:]]

    def _point(self, name: str, number: int, goals: dict[str, int]) -> list[Animation]:
        """Pointers at one cell stand beside each other."""
        cell = self._cell(number)
        sharing = [other for other, at in goals.items() if at == number]
        shift = (sharing.index(name) - (len(sharing) - 1) / 2) * 0.78
        below = float(cell.foot[1]) - self._index_room - 0.06
        colour = palette().colour(DATA_COLOURS[list(goals).index(name) % 5])
        under = pointer_between if self._in_rows else pointer_under
        new = under(np.array([cell.foot[0] + (0 if len(sharing) == 1 else shift), below, 0]), name, colour)
        if name in self._pointers:
            group = self._pointers[name][1]
            self._pointers[name] = (number, group)
            return [group.animate(run_time=MOTION.move_least).move_to(new)]
        self._pointers[name] = (number, new)
        self.add(new)
        return [self.fade_in(new, 0.1 * UP)]


def array(
    scene: Scene, values: list[str], *, indices: bool = False, covered: bool = False, draw: list[Step] | None = None,
    steps: list[Step] | None = None, slot: str | Rect = "stage",
) -> Array:  # fmt: skip
    """Draws a row of cells, upright bars where there are more than 20 numbers; answers the Array.

    `indices` writes the numbers of the cells beneath, `covered` hides what is in them until they are looked at.

        cards = blocks.array(self, ["2", "5", "8"])
        cards.look(1, label="5 < 8")
        cards.recede((0, 1))
        cards.found(2)
    """
    if not values:
        raise ValueError("an array needs at least one value")
    figure = Array(scene, [], slot)
    figure.cells = row_of_cells([str(value) for value in values], figure.slot, covered)
    in_rows = several_rows(figure.cells)
    places = [(index_in_corner if in_rows else index_under)(cell, number) for number, cell in enumerate(figure.cells)] if indices else []
    figure._index_room = 0.35 if indices and not in_rows else 0.0
    figure.add(*figure.cells, *places)
    figure.open_with([figure.fade_in(cell, 0.15 * UP) for cell in [*figure.cells, *places]], draw, steps)
    return figure
