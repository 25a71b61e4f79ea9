"""What a geometric figure knows of its parts: points, sides, who has which side, and where a label finds room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Animation, Create, FadeIn, Line, Mobject, Scene, VMobject

from lectern_render.blocks.figure import LABEL_LEVEL, Figure
from lectern_render.blocks.geometry_plane import PlaneFit, Points, point_names, roomy_places
from lectern_render.blocks.geometry_shapes import LINE_WIDTH, cells_of
from lectern_render.blocks.labels import Room, around, beside, box
from lectern_render.slots import Rect
from lectern_render.text import RichText
from lectern_render.theme import GAP_LABEL, MOTION, SIZE, palette

Place = tuple[float, float]
_MARGIN = 0.35


class GeometryParts(Figure):
    """The parts and their names."""

    kind = "geometry"

    def __init__(self, scene: Scene, fit: PlaneFit, points: Points, slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.fit, self.points_by_name = fit, points
        self.corners: dict[str, list[np.ndarray]] = {}
        self.cells: dict[str, list[list[VMobject]]] = {}
        self.marks: dict[str, list[Mobject]] = {}
        self.labels: dict[str, list[RichText]] = {}
        self.bisectors: dict[str, tuple[np.ndarray, np.ndarray, float]] = {}
        self.sides: dict[str, tuple[str, str]] = {}
        self.room = Room(Rect(self.slot.x, self.slot.y, self.slot.width + 0.2, self.slot.height + 2 * _MARGIN))
        self._equal_classes = self._parallel_classes = 0

    def at(self, name: str) -> np.ndarray:
        """A named point on the screen."""
        if name not in self.points_by_name:
            raise ValueError(f"there is no point {name!r}: the points are {', '.join(self.points_by_name)}")
        return self.fit.screen(self.points_by_name[name])

    # ---- what is called how

    def ends_of(self, name: str) -> tuple[np.ndarray, np.ndarray] | None:
        """The ends of a segment, or of a side that is called by its points."""
        names = self.sides.get(name) or point_names(name, self.points_by_name)
        return (self.at(names[0]), self.at(names[1])) if names is not None and len(names) == 2 else None

    def part_or_side(self, name: str) -> Mobject:
        """A part; a side that was never drawn is drawn over the polygon that has it."""
        if name in self.parts:
            return self.parts[name]
        if name in self.labels:
            return self.labels[name][-1]
        if f"dot {name}" in self.parts:
            return self.parts[f"dot {name}"]
        ends = self.ends_of(name)
        if ends is None:
            return self.named(name)
        for other, names in self.sides.items():
            if set(names) == set(point_names(name, self.points_by_name) or ()) and other in self.parts:
                return self.parts[other]
        return self.keep(name, Line(*ends, stroke_color=palette().text, stroke_width=LINE_WIDTH))

    def owner(self, start: np.ndarray, end: np.ndarray) -> str | None:
        """The polygon that has this side, squares on sides last."""
        for name, corners in self.corners.items():
            for first, second in zip(corners, [*corners[1:], corners[0]], strict=True):
                same = np.allclose(first, start, atol=1e-3) and np.allclose(second, end, atol=1e-3)
                turned = np.allclose(first, end, atol=1e-3) and np.allclose(second, start, atol=1e-3)
                if same or turned:
                    return name
        return None

    def moving(self, name: str) -> list[Mobject]:
        """A piece with everything that goes along with it."""
        if name not in self.corners:
            raise ValueError(f"only polygons and squares can move, and {name!r} is none: there are {', '.join(self.corners)}")
        cells = [cell for row in self.cells.get(name, []) for cell in row]
        return [self.named(name), *cells, *self.marks.get(name, []), *self.labels.get(name, [])]

    def cells_in(self, name: str) -> list[list[VMobject]]:
        """The cells of a divided square."""
        if name not in self.cells:
            raise ValueError(f"the square {name!r} has no cells: draw it with a number of cells")
        return self.cells[name]

    def divide(self, name: str, count: int, colour: str) -> None:
        """Draws the unit cells of a square."""
        self.cells[name] = cells_of(self.corners[name], count, colour)
        every = [cell for row in self.cells[name] for cell in row]
        self.add(*every)
        self.bring(*[FadeIn(cell, run_time=MOTION.emphasis) for cell in every])

    def mark(self, segments: list[tuple[str, str]], make: Callable[[np.ndarray, np.ndarray], Mobject]) -> None:
        """The same mark on each of some sides; it goes along with the piece that has the side."""
        for first, second in segments:
            sign = make(self.at(first), self.at(second))
            self.keep(f"mark {len(self.parts)}", sign)
            owner = self.owner(self.at(first), self.at(second))
            if owner is not None:
                self.marks.setdefault(owner, []).append(sign)
            self.bring(self.fade_in(sign))

    def drawn(self, shape: Mobject, how: type = Create) -> Animation:
        """How a shape comes: lines are drawn, filled pieces fade in."""
        if how is FadeIn or not isinstance(shape, VMobject):
            return FadeIn(shape, run_time=MOTION.words_in)
        return Create(shape, run_time=MOTION.create(max(shape.width, shape.height)))

    # ---- labels

    def label_if(self, of: str, text: str | None, colour: str | None = None) -> None:
        """Writes a label once every shape of the step is there."""
        if not text:
            return

        def make() -> Animation:
            places, size, shade = self._places(of)
            tag = self.write(text, colour or shade, size, width=3.0, on_fill=of in self.corners)
            tag.places = places
            self._survey(of)
            self.room.settle(tag, places(tag))
            self.labels.setdefault(of, []).append(tag)
            self.add(tag)
            return self.fade_in(tag)

        self.ask_label(make)

    def _survey(self, of: str) -> None:
        """Notes what is there now that a label of this part must keep off; what stands in a square is over its cells."""
        shapes = [part for part in self.parts.values() if part.z_index < LABEL_LEVEL]
        self.room.only_strokes(*shapes)
        for name in self.cells.keys() - {of}:
            first, second, _, last = (corner[:2] for corner in self.corners[name])
            shares = np.linspace(0, 1, 25)
            self.room.take_points((first + shares[:, None, None] * (second - first) + shares[None, :, None] * (last - first)).reshape(-1, 2))

    def make_way(self) -> list[Animation]:
        """Labels of sides and points that a new shape would run through go where they can be read."""
        animations: list[Animation] = []
        for of, tags in self.labels.items():
            if of in self.corners:
                continue
            self._survey(of)
            for tag in tags:
                self.room.forget_box(box(tag))
                start = tag.get_center().copy()
                if self.room.cost(start, tag.width, tag.height) > 0.25:
                    self.room.settle(tag, tag.places(tag))
                    end = tag.get_center().copy()
                    tag.move_to(start)
                    if np.linalg.norm(end - start) > 0.1:
                        animations.append(tag.animate(run_time=MOTION.move_least).move_to(end).build())
                else:
                    self.room.take_box(tag)
        return animations

    def _places(self, of: str) -> tuple[Callable[[RichText], list[np.ndarray]], float, str | None]:
        """Places for a label, the best first; its size; a colour where the part has one to give."""
        if of in self.bisectors:
            corner, bisector, reach = self.bisectors[of]
            return lambda tag: _along(corner, bisector, reach, tag), SIZE.label, None
        if of in self.corners:
            inside = roomy_places(np.array(self.corners[of])[:, :2])
            corners = np.array(self.corners[of])
            half = float(np.ptp(corners[:, 1])) / 2 + GAP_LABEL
            return lambda tag: [*inside, *around(corners.mean(axis=0), tag, half, [(0, 1), (0, -1)])], SIZE.current, None
        if of in self.points_by_name and of not in self.parts:
            place = self.at(of)
            away = place - self._middle()
            near = [(float(away[0]), float(away[1]))] if np.linalg.norm(away) > 0.05 else []
            return lambda tag: around(place, tag, GAP_LABEL, near), SIZE.label, None
        ends = self.ends_of(of)
        if ends is not None:
            side = self._outward(*ends)
            return lambda tag: beside(*ends, tag, side, GAP_LABEL), SIZE.body, None
        part = self.named(of)
        rim = [part.point_from_proportion(share) for share in (0.125, 0.375, 0.875, 0.625)] if isinstance(part, VMobject) else []
        middle = part.get_center()
        return (
            lambda tag: [p for r in rim for p in around(r, tag, GAP_LABEL, [tuple((r - middle)[:2])])[:4]] or [middle],
            SIZE.label,
            None,
        )

    def _outward(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        owner = self.owner(start, end)
        inside = np.mean(self.corners[owner], axis=0) if owner else self._middle()
        side = (start + end) / 2 - inside
        covered = [name for name in self.corners if name != owner and self._has_side(name, start, end)]
        return -side if covered else side

    def _has_side(self, name: str, start: np.ndarray, end: np.ndarray) -> bool:
        return all(any(np.allclose(corner, point, atol=1e-3) for corner in self.corners[name]) for point in (start, end))

    def _middle(self) -> np.ndarray:
        return np.mean([self.fit.screen(point) for point in self.points_by_name.values()], axis=0)


def _along(corner: np.ndarray, bisector: np.ndarray, reach: float, tag: RichText) -> list[np.ndarray]:
    """Outside the arc on the bisector, a little farther each time."""
    size = abs(bisector[0]) * tag.width / 2 + abs(bisector[1]) * tag.height / 2
    return [corner + bisector * (reach + 0.1 + size + extra) for extra in (0, 0.12, 0.25, 0.4, 0.6)] + around(corner, tag, GAP_LABEL)
