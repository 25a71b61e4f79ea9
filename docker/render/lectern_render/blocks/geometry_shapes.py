"""The marks and pieces of a geometric figure, on the screen."""

from __future__ import annotations

import numpy as np
from manim import Arrow, Circle, DashedVMobject, Line, Polygon, Sector, Square, VGroup, VMobject

from lectern_render.blocks.geometry_plane import corner_angle
from lectern_render.theme import palette

PIECE_OPACITY = 0.35
EDGE_WIDTH, LINE_WIDTH = 3.0, 4.0
_RIGHT_MARK, _ARC_RADIUS = 0.28, 0.5


def piece(corners: list[np.ndarray], colour: str | None, fill: bool, dashed: bool) -> VMobject:
    """A polygon; grey where it has no colour of its own."""
    edge = palette().colour(colour or "muted")
    shape = Polygon(*corners, stroke_color=edge, stroke_width=EDGE_WIDTH)
    if dashed:
        return DashedVMobject(shape, num_dashes=max(12, int(_around(corners) / 0.22)))
    if fill:
        # Coloured labels stand beside sides inside plain pieces: on the light ground only a thin fill lets them be read.
        plain = 0.18 if palette().marks_behind else PIECE_OPACITY
        coloured = colour not in (None, "muted")
        shape.set_fill(edge if coloured else palette().axes, PIECE_OPACITY if coloured else plain)
    return shape


def _around(corners: list[np.ndarray]) -> float:
    points = np.array(corners)
    return float(np.linalg.norm(points - np.roll(points, -1, axis=0), axis=1).sum())


def segment(start: np.ndarray, end: np.ndarray, colour: str, style: tuple[bool, bool]) -> VMobject:
    """A line; `style` is whether it is dashed, and whether it is an arrow."""
    dashed, arrow = style
    if arrow:
        return Arrow(start, end, buff=0, color=colour, stroke_width=LINE_WIDTH, tip_length=0.24, max_tip_length_to_length_ratio=0.4)
    line = Line(start, end, stroke_color=colour, stroke_width=LINE_WIDTH)
    if not dashed:
        return line
    return DashedVMobject(line.set_stroke(width=EDGE_WIDTH), num_dashes=max(3, int(line.get_length() / 0.22)))


def ring(centre: np.ndarray, radius: float, colour: str | None, style: tuple[bool, bool]) -> VMobject:
    """A circle; `style` is whether it is dashed, and whether it is filled."""
    dashed, fill = style
    shape = Circle(radius=radius, stroke_color=palette().colour(colour or "text"), stroke_width=EDGE_WIDTH).move_to(centre)
    if dashed:
        return DashedVMobject(shape, num_dashes=max(12, int(2 * np.pi * radius / 0.22)))
    return shape.set_fill(palette().colour(colour or "axes"), PIECE_OPACITY) if fill else shape


def angle_mark(before: np.ndarray, corner: np.ndarray, after: np.ndarray, colour: str) -> tuple[VMobject, np.ndarray, float]:
    """The mark, the direction of its bisector, and how far from the corner a label stands."""
    first, wide = corner_angle(before, corner, after)
    sides = [float(np.linalg.norm(end - corner)) for end in (before, after)]
    bisector = np.array([np.cos(first + wide / 2), np.sin(first + wide / 2), 0])
    if abs(wide - np.pi / 2) < 0.01:
        reach = min(_RIGHT_MARK, 0.3 * min(sides))
        a, b = (reach * np.array([np.cos(turn), np.sin(turn), 0]) for turn in (first, first + wide))
        mark = VMobject(stroke_color=colour, stroke_width=EDGE_WIDTH)
        mark.set_points_as_corners([corner + a, corner + a + b, corner + b])
        return mark, bisector, reach * 1.5
    reach = min(_ARC_RADIUS, 0.45 * min(sides)) * (1.35 if wide < np.pi / 5 else 1)
    mark = Sector(radius=reach, start_angle=first, angle=wide, arc_center=corner, stroke_color=colour, stroke_width=EDGE_WIDTH)
    mark.set_fill(colour, PIECE_OPACITY)
    return mark, bisector, reach


def equal_marks(start: np.ndarray, end: np.ndarray, count: int) -> VGroup:
    """Strokes across the middle of a segment, as many as its class has."""
    way = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
    across = np.array([-way[1], way[0], 0]) * 0.13
    middles = [(start + end) / 2 + way * 0.1 * (order - (count - 1) / 2) for order in range(count)]
    return VGroup(*[Line(m - across, m + across, stroke_color=palette().text, stroke_width=EDGE_WIDTH) for m in middles])


def parallel_marks(start: np.ndarray, end: np.ndarray, count: int) -> VGroup:
    """Arrow heads on the middle of a segment, pointing right or up, so that parallels point alike."""
    way = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
    if way[0] < -1e-6 or (abs(way[0]) < 1e-6 and way[1] < 0):
        way = -way
    across = np.array([-way[1], way[0], 0]) * 0.12
    group = VGroup()
    for order in range(count):
        tip = (start + end) / 2 + way * (0.08 + 0.14 * (order - (count - 1) / 2))
        head = VMobject(stroke_color=palette().text, stroke_width=EDGE_WIDTH)
        group.add(head.set_points_as_corners([tip - way * 0.16 + across, tip, tip - way * 0.16 - across]))
    return group


def cells_of(corners: list[np.ndarray], count: int, colour: str) -> list[list[VMobject]]:
    """The unit cells of a square in rows, from its first side on."""
    origin, along, up = corners[0], (corners[1] - corners[0]) / count, (corners[3] - corners[0]) / count
    size = float(np.linalg.norm(along))
    turn = float(np.arctan2(along[1], along[0]))
    return [
        [
            Square(size, stroke_color=palette().ground, stroke_width=2, fill_color=colour, fill_opacity=0.85)
            .rotate(turn)
            .move_to(origin + (column + 0.5) * along + (row + 0.5) * up)
            for column in range(count)
        ]
        for row in range(count)
    ]
