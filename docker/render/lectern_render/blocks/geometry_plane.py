"""Plane geometry without pictures: from the figure's units to the screen, outward sides, the middle of an area."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from lectern_render.slots import Rect

Points = dict[str, np.ndarray]
_LABEL_ROOM = 0.32
_NAMES = re.compile(r"[A-Za-z]\d*'*")


def point_names(text: str, known: Points) -> list[str] | None:
    """`AB` or `A1 B1` as names of points, if all of them are known."""
    names = text.split() if " " in text else [text] if text in known else _NAMES.findall(text)
    return names if names and all(name in known for name in names) else None


@dataclass(frozen=True)
class PlaneFit:
    """Scale and shift that put the figure into its slot; one unit is as long across as up."""

    scale: float
    middle: np.ndarray
    centre: np.ndarray

    def screen(self, point: np.ndarray) -> np.ndarray:
        """A point of the figure on the screen."""
        across, up = (np.asarray(point, float)[:2] - self.middle) * self.scale + self.centre
        return np.array([across, up, 0.0])

    def way(self, vector: np.ndarray) -> np.ndarray:
        """A way in the figure as a way on the screen."""
        return np.array([vector[0] * self.scale, vector[1] * self.scale, 0.0])


def fit_to_slot(points: list[np.ndarray], rect: Rect) -> PlaneFit:
    """As large as the slot allows with room for labels around it."""
    corners = np.array(points)
    low, high = corners.min(axis=0), corners.max(axis=0)
    span = np.maximum(high - low, 1e-9)
    room = np.array([rect.width, rect.height]) - 2 * _LABEL_ROOM
    scale = float(min(room[span > 1e-6] / span[span > 1e-6], default=1.0))
    return PlaneFit(scale, (low + high) / 2, np.array([rect.x, rect.y + 0.06]))


def square_on(start: np.ndarray, end: np.ndarray, away_from: np.ndarray | None) -> list[np.ndarray]:
    """The corners of the square on a side, on the side of it that does not hold the point `away_from`."""
    way = end - start
    normal = np.array([way[1], -way[0]])
    if away_from is not None and normal @ (away_from - start) > 0:
        normal = -normal
    return [start, end, end + normal, start + normal]


def signed_area(corners: np.ndarray) -> float:
    """Area; positive where the corners run against the clock."""
    x, y = corners[:, 0], corners[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def roomy_places(corners: np.ndarray, most: int = 12) -> list[np.ndarray]:
    """Points inside a polygon, those farthest from its edges first."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    across, up = np.meshgrid(np.linspace(low[0], high[0], 33), np.linspace(low[1], high[1], 33))
    grid = np.stack([across.ravel(), up.ravel()], axis=1)
    inside = np.zeros(len(grid), dtype=bool)
    distance = np.full(len(grid), np.inf)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crosses = (start[1] > grid[:, 1]) != (end[1] > grid[:, 1])
        height = end[1] - start[1] if abs(end[1] - start[1]) > 1e-12 else 1e-12
        inside ^= crosses & (grid[:, 0] < (end[0] - start[0]) * (grid[:, 1] - start[1]) / height + start[0])
        way = end - start
        share = np.clip(((grid - start) @ way) / max(float(way @ way), 1e-12), 0, 1)
        distance = np.minimum(distance, np.linalg.norm(grid - (start + share[:, None] * way), axis=1))
    score = np.where(inside, distance, -1.0)
    middle = corners.mean(axis=0)
    # Of places that are equally roomy the one nearest to the middle looks best.
    order = np.argsort(-(score - 0.02 * np.linalg.norm(grid - middle, axis=1)))
    chosen: list[np.ndarray] = []
    for index in order:
        if score[index] <= 0 or len(chosen) == most:
            break
        if all(np.linalg.norm(grid[index] - other) > 0.25 for other in chosen):
            chosen.append(grid[index])
    return chosen or [middle]


def corner_angle(before: np.ndarray, corner: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """Where the angle begins and how wide it is, in radians, the way round that is at most half a turn."""
    first = np.arctan2(*(before - corner)[1::-1])
    last = np.arctan2(*(after - corner)[1::-1])
    wide = (last - first + np.pi) % (2 * np.pi) - np.pi
    return (float(first), float(wide)) if wide >= 0 else (float(last), float(-wide))
