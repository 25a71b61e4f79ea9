"""Points, and what is drawn through them: polygons, circles, angles, squares on sides, and pieces that move."""

from __future__ import annotations

import numpy as np
from manim import Animation, Create, Dot, FadeIn, LaggedStart, Mobject, Rotate, VMobject, smooth

from lectern_render.blocks.figure import DOT_LEVEL, LABEL_LEVEL
from lectern_render.blocks.geometry_parts import GeometryParts, Place
from lectern_render.blocks.geometry_plane import square_on
from lectern_render.blocks.geometry_shapes import (
    PIECE_OPACITY, angle_mark, cells_of, equal_marks, parallel_marks, piece, ring, segment,
)  # fmt: skip
from lectern_render.blocks.labels import box
from lectern_render.highlight import Recolour
from lectern_render.theme import MOTION, SIZE, palette


class Geometry(GeometryParts):
    """A figure in coordinates of its own. A side of a polygon is called by its ends, `AB`, without being drawn first."""

    kind = "geometry"
    actions = frozenset(
        "place polygon segment circle angle square dot label text equal parallel slide turn pour fill highlight recede erase zoom".split()
    )

    # ---- adding

    def place(self, places: dict[str, Place]) -> None:
        """Names further points; nothing is drawn."""
        for name, place in places.items():
            self.points_by_name[name] = np.array(place, float)

    def polygon(
        self, name: str, corners: list[str], label: str | None = None, colour: str | None = None, fill: bool = True, dashed: bool = False
    ) -> None:  # fmt: skip
        """A polygon through points; it can slide and turn as a piece."""
        self.corners[name] = [self.at(corner) for corner in corners]
        shape = piece(self.corners[name], colour or self.symbol_colour(label), fill, dashed)
        self.keep(name, shape, 0)
        self.bring(self.drawn(shape, FadeIn if fill and not dashed else Create), *self.make_way())
        self.label_if(name, label)

    def segment(
        self, name: str, ends: tuple[str, str], label: str | None = None, colour: str | None = None, dashed: bool = False, arrow: bool = False
    ) -> None:  # fmt: skip
        """A line between two points, or an arrow."""
        shade = palette().colour(colour or self.symbol_colour(label) or ("muted" if dashed else "text"))
        start, end = (self.at(point) for point in ends)
        self.sides[name] = (ends[0], ends[1])
        self.bring(self.drawn(self.keep(name, segment(start, end, shade, (dashed, arrow)))), *self.make_way())
        self.label_if(name, label, shade)

    def circle(
        self, name: str, centre: str, radius: float | None = None, through: str | None = None, label: str | None = None,
        colour: str | None = None, fill: bool = False, dashed: bool = False,
    ) -> None:  # fmt: skip
        """A circle with a radius, or through a point."""
        middle = self.at(centre)
        if (radius is None) == (through is None):
            raise ValueError(f"the circle {name!r} needs either a radius or a point that it goes through")
        reach = radius * self.fit.scale if radius is not None else float(np.linalg.norm(self.at(str(through)) - middle))
        self.bring(self.drawn(self.keep(name, ring(middle, reach, colour or self.symbol_colour(label), (dashed, fill)))), *self.make_way())
        self.label_if(name, label, palette().colour(colour) if colour else None)

    def angle(self, name: str, corners: tuple[str, str, str], label: str | None = None, colour: str | None = None) -> None:
        """The angle at the middle one of three points: a corner mark where it is right, an arc otherwise."""
        before, corner, after = (self.at(point) for point in corners)
        shade = palette().colour(colour or self.symbol_colour(label) or "text")
        mark, bisector, reach = angle_mark(before, corner, after, shade)
        self.bisectors[name] = (corner, bisector, reach)
        self.bring(self.drawn(self.keep(name, mark)), *self.make_way())
        self.label_if(name, label, shade)

    def square(
        self, name: str, side: tuple[str, str], cells: int | None = None, label: str | None = None, colour: str | None = None
    ) -> None:  # fmt: skip
        """The square on a side, outward from the polygon that has the side; `cells` divides it for counting."""
        colour = colour or self.symbol_colour(label) or "blue"
        start, end = (self.at(point) for point in side)
        owner = self.owner(start, end)
        away = np.mean(self.corners[owner], axis=0)[:2] if owner else None
        self.corners[name] = [np.array([*corner, 0.0]) for corner in square_on(start[:2], end[:2], away)]
        shape = piece(self.corners[name], colour, True, False)
        self.keep(name, shape, 0)
        self.bring(self.drawn(shape, FadeIn))
        if cells:
            self.divide(name, cells, palette().colour(colour))
        self.bring(*self.make_way())
        self.label_if(name, label)

    def dot(self, name: str, label: str | None = None, colour: str | None = None) -> None:
        """A dot at a point, with its name or another label."""
        mark = Dot(self.at(name), radius=0.08, color=palette().colour(colour or "text"))
        self.keep(f"dot {name}", mark, DOT_LEVEL)
        self.room.take_box(mark)
        self.bring(self.fade_in(mark))
        if label != "":
            self.label(name, label or (f"${name}$" if len(name) == 1 else name), colour)

    def label(self, of: str, text: str, colour: str | None = None) -> None:
        """Writes beside a side or a point, into a piece, or at an angle, where nothing is crossed."""
        shade = palette().colour(colour) if colour else None
        self.label_if(of, text, shade)

    def text(self, text: str, at: Place, colour: str | None = None) -> None:
        """Writes at a place of the figure."""

        def make() -> Animation:
            written = self.write(text, palette().colour(colour) if colour else None, SIZE.heading)
            written.move_to(self.fit.screen(np.array(at)))
            self.room.take_box(written)
            self.keep(text, written, LABEL_LEVEL)
            return self.fade_in(written)

        self.ask_label(make)

    def equal(self, segments: list[tuple[str, str]]) -> None:
        """Strokes across sides that are equally long; each call takes one stroke more than the one before."""
        self._equal_classes += 1
        self.mark(segments, lambda start, end: equal_marks(start, end, self._equal_classes))

    def parallel(self, segments: list[tuple[str, str]]) -> None:
        """Arrow heads on sides that are parallel; each call takes one more than the one before."""
        self._parallel_classes += 1
        self.mark(segments, lambda start, end: parallel_marks(start, end, self._parallel_classes))

    # ---- changing

    def slide(self, name: str, by: Place | None = None, to: Place | str | None = None) -> None:
        """A piece moves by a way, or until its first corner is at a place or point; its label goes along."""
        moved = self.moving(name)
        if by is None and to is None:
            raise ValueError(f"to slide {name!r}, say how far (`by`) or where to (`to`)")
        if by is not None:
            way = self.fit.way(np.array(by, float))
        else:
            goal = self.at(to) if isinstance(to, str) else self.fit.screen(np.array(to, float))
            way = goal - self.corners[name][0]
        self.corners[name] = [corner + way for corner in self.corners[name]]
        seconds = MOTION.move(float(np.linalg.norm(way)))
        self.act(*[part.animate(run_time=seconds, rate_func=smooth).shift(way) for part in moved])

    def turn(self, name: str, by: float, about: str | None = None) -> None:
        """A piece turns by degrees, against the clock, about a point or its own middle."""
        moved = self.moving(name)
        centre = self.at(about) if about else np.mean(self.corners[name], axis=0)
        angle = float(np.radians(by))
        turned = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        self.corners[name] = [centre + turned @ (corner - centre) for corner in self.corners[name]]
        written = self.labels.get(name, [])
        animations: list[Animation] = [
            Rotate(part, angle, about_point=centre, run_time=1.2, rate_func=smooth) for part in moved if part not in written
        ]
        animations += [
            tag.animate(run_time=1.2).move_to(centre + turned @ (tag.get_center() - centre)) for tag in written
        ]
        self.act(*animations)

    def pour(self, into: str, **source: list[str]) -> None:
        """The cells of the squares in `from` fly into another square, the larger square first, the rest wrapped round it."""
        squares = sorted(source["from"], key=lambda name: -len(self.cells_in(name)))
        count = round(float(np.sqrt(sum(len(self.cells_in(name)) ** 2 for name in squares))))
        goal = self.cells.get(into) or cells_of(self._empty_square(into), count, palette().axes)
        targets = sorted(
            [(max(row, column), row, column) for row in range(len(goal)) for column in range(len(goal))]
        )
        moves: list[Animation] = []
        order = 0
        for name in squares:
            for cell in [cell for row in self.cells_in(name) for cell in row]:
                if order == len(targets):
                    raise ValueError(f"the square {into!r} has no room for so many cells")
                _, row, column = targets[order]
                copy = cell.copy().set_z_index(DOT_LEVEL)
                self.add(copy)
                moves.append(copy.animate(run_time=1.0, rate_func=smooth).become(_recoloured(goal[row][column], cell)))
                order += 1
        self.act(LaggedStart(*moves, lag_ratio=0.06), seconds=min(2.6, 1.2 + 0.05 * len(moves)))

    def fill(self, names: list[str], colour: str | None = None) -> None:
        """Fills pieces."""
        animations: list[Animation] = []
        for name in names:
            shape = self.named(name)
            shade = palette().colour(colour) if colour else str(shape.get_stroke_color().to_hex())
            animations.append(shape.animate(run_time=MOTION.label_in).set_fill(shade, PIECE_OPACITY).set_stroke(shade))
        self.act(*animations)

    def highlight(self, names: list[str]) -> None:
        """Lights pieces, sides, angles or labels up until the next change."""
        self.act(*[animation for name in names for animation in self.lit(self.part_or_side(name))])

    def recede(self, names: list[str]) -> None:
        """Turns pieces or sides, with their labels, to context."""
        animations: list[Animation] = []
        for name in names:
            cells = [cell for row in self.cells.get(name, []) for cell in row]
            animations += [Recolour(part, palette().axes, run_time=MOTION.out) for part in (self.part_or_side(name), *cells)]
            animations += [Recolour(tag, palette().dim, run_time=MOTION.out) for tag in self.labels.get(name, [])]
        self.act(*animations)

    def erase(self, names: list[str]) -> None:
        """Takes parts away, with their labels."""
        gone: list[Mobject] = []
        for name in names:
            gone += [part for part in (self.parts.pop(name, None), *self.labels.pop(name, [])) if part is not None]
            gone += [cell for row in self.cells.pop(name, []) for cell in row] + self.marks.pop(name, [])
            self.corners.pop(name, None)
        if not gone:
            raise ValueError(f"the figure has none of {', '.join(names)}: it has {', '.join(sorted(self.parts))}")
        for part in gone:
            self.room.forget_box(box(part))
        self.act(*self.fade_out(*gone))

    def zoom(self, to: str | Place | None, scale: float | None = None) -> None:
        """The camera goes near a point, a part or a place; None brings it back."""
        if to is None:
            place = None
        elif isinstance(to, str):
            place = self.at(to) if to in self.points_by_name else self.part_or_side(to).get_center()
        else:
            place = self.fit.screen(np.array(to, float))
        self.zoom_to(place, scale)

    def _empty_square(self, name: str) -> list[np.ndarray]:
        if name not in self.corners or len(self.corners[name]) != 4:
            raise ValueError(f"{name!r} is no square that cells could fly into")
        return self.corners[name]

    def emphasis_parts(self) -> list[Mobject]:
        """Labels in the order in which they came, else the pieces."""
        return [tag for tags in self.labels.values() for tag in tags] or list(self.parts.values())


def _recoloured(goal: VMobject, cell: VMobject) -> VMobject:
    """A cell of its own colour at another cell's place."""
    return goal.copy().set_fill(cell.get_fill_color(), cell.get_fill_opacity())
