"""How a geometric figure begins: its scale, its place in the slot, a grid."""

from __future__ import annotations

import numpy as np
from manim import Animation, Create, Line, Scene, VGroup

from lectern_render.blocks.figure import Step
from lectern_render.blocks.geometry import Geometry
from lectern_render.blocks.geometry_parts import Place
from lectern_render.blocks.geometry_plane import fit_to_slot, square_on
from lectern_render.slots import Rect, slot_rect
from lectern_render.theme import MOTION, palette

Frame = tuple[float, float, float, float]
_GRID_LIMIT = 40


def _corners(points: dict[str, np.ndarray], every: list[Step]) -> list[np.ndarray]:
    """Everything that must fit: points, squares on sides, circles, texts."""
    polygons = {action["name"]: action["corners"] for action in every if action["do"] == "polygon"}
    known = {**points, **{name: np.array(place, float) for a in every if a["do"] == "place" for name, place in a["places"].items()}}
    found = list(known.values())
    for action in every:
        if action["do"] == "square" and all(end in known for end in action["side"]):
            start, end = (known[name] for name in action["side"])
            owners = [names for names in polygons.values() if set(action["side"]) <= set(names)]
            away = np.mean([known[name] for name in owners[0]], axis=0) if owners else None
            found += square_on(start, end, away)
        elif action["do"] == "circle" and action["centre"] in known:
            middle = known[action["centre"]]
            through = action.get("through")
            radius = action.get("radius") or float(np.linalg.norm(known[through] - middle) if through in known else 0)
            found += [middle + radius, middle - radius]
        elif action["do"] == "text":
            found.append(np.array(action["at"], float))
    return found


def _grid(figure: Geometry, frame: Frame) -> VGroup:
    left, bottom, right, top = np.floor(frame[0]), np.floor(frame[1]), np.ceil(frame[2]), np.ceil(frame[3])
    if max(right - left, top - bottom) > _GRID_LIMIT:
        raise ValueError(f"a grid of more than {_GRID_LIMIT} lines would be grey all over")
    lines = [((x, bottom), (x, top)) for x in np.arange(left, right + 1)] + [((left, y), (right, y)) for y in np.arange(bottom, top + 1)]
    ends = [[figure.fit.screen(np.array(end)) for end in line] for line in lines]
    return VGroup(*[Line(*line, stroke_color=palette().grid, stroke_width=1.5) for line in ends]).set_z_index(-1)


def geometry(
    scene: Scene, points: dict[str, Place], *, frame: Frame | None = None, grid: bool = False,
    draw: list[Step] | None = None, steps: list[Step] | None = None, later: list[Step] | None = None, slot: str | Rect = "stage",
) -> Geometry:  # fmt: skip
    """Makes a figure of named points, scaled to its slot, and draws what `draw` says; answers the Geometry.

    `frame` is left, bottom, right, top of what must fit; without it, points, squares, circles and texts do, those of
    `later` (actions of later beats) among them.

        triangle = blocks.geometry(self, {"A": (0, 0), "B": (4, 0), "C": (0, 3)})
        triangle.polygon("T", ["A", "B", "C"])
        triangle.angle("right", ("B", "A", "C"))
        triangle.square("c", ("B", "C"), label="$c^2$", colour="teal")
    """
    if not points:
        raise ValueError("a geometric figure needs at least one point")
    places = {str(name): np.array(place, float) for name, place in points.items()}
    every = [*(draw or []), *[action for step in steps or [] for action in step["actions"]], *(later or [])]
    corners = [np.array(frame[:2], float), np.array(frame[2:], float)] if frame else _corners(places, every)
    figure = Geometry(scene, fit_to_slot(corners, slot_rect(slot)), places, slot)
    opening: list[Animation] = []
    if grid:
        low, high = np.min(corners, axis=0), np.max(corners, axis=0)
        lines = _grid(figure, (low[0], low[1], high[0], high[1]))
        figure.add(lines)
        opening = [Create(lines, lag_ratio=0.02, run_time=MOTION.create_most / 2)]
    figure.open_with(opening, draw, steps)
    return figure
