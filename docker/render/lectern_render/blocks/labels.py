"""Where a label goes: the first of some places at which it covers neither line nor label nor leaves its room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from manim import Mobject, VMobject

from lectern_render.slots import Rect

_SAMPLE_STEP = 0.06
_MARGIN = 0.07
_AROUND = [(1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (0, -1), (1, 0), (-1, 0), (2, 1), (-2, 1), (2, -1), (-2, -1), (1, 2), (-1, 2), (1, -2), (-1, -2)]


def stroke_samples(mobject: Mobject) -> np.ndarray:
    """Points along every visible stroke, about 0.06 units apart, as an array of (x, y)."""
    found = [np.zeros((0, 2))]
    for part in mobject.get_family():
        if not isinstance(part, VMobject) or len(part.points) < 4 or part.get_stroke_width() <= 0:
            continue
        if part.get_stroke_opacity() < 0.05:
            continue
        quads = part.points[: len(part.points) // 4 * 4].reshape(-1, 4, 3)[:, :, :2]
        lengths = np.linalg.norm(np.diff(quads, axis=1), axis=2).sum(axis=1)
        counts = np.clip(np.ceil(lengths / _SAMPLE_STEP), 2, 300).astype(int)
        for count in np.unique(counts):
            t = np.linspace(0, 1, count)[None, :, None]
            p = quads[counts == count][:, None]
            u = 1 - t
            curve = u**3 * p[..., 0, :] + 3 * u**2 * t * p[..., 1, :] + 3 * u * t**2 * p[..., 2, :] + t**3 * p[..., 3, :]
            found.append(curve.reshape(-1, 2))
    return np.concatenate(found)


def box(mobject: Mobject) -> tuple[float, float, float, float]:
    """Left, bottom, right, top."""
    low, high = mobject.get_corner([-1, -1, 0]), mobject.get_corner([1, 1, 0])
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


class Room:
    """What is taken on a part of the frame: points of strokes, and boxes of labels."""

    def __init__(self, bounds: Rect) -> None:
        self.bounds = bounds
        self._strokes: list[np.ndarray] = []
        self._boxes: list[tuple[float, float, float, float]] = []

    def only_strokes(self, *mobjects: Mobject) -> None:
        """These lines and no others are there now, not to be written over."""
        self._strokes = [stroke_samples(mobject) for mobject in mobjects]

    def take_points(self, points: np.ndarray) -> None:
        """Nothing is to be written over these points (x, y) either."""
        self._strokes.append(points)

    def take_box(self, mobject: Mobject) -> None:
        """Nothing is to be written where this stands."""
        if mobject.width > 0:
            self._boxes.append(box(mobject))

    def forget_box(self, taken: tuple[float, float, float, float]) -> None:
        """What stood there has gone."""
        self._boxes = [other for other in self._boxes if not np.allclose(other, taken, atol=1e-3)]

    def cost(self, centre: Sequence[float], width: float, height: float) -> float:
        """0 where a label of that size would be free; more the more it covers."""
        left, right = centre[0] - width / 2 - _MARGIN, centre[0] + width / 2 + _MARGIN
        bottom, top = centre[1] - height / 2 - _MARGIN, centre[1] + height / 2 + _MARGIN
        crossed = 0.0
        for points in self._strokes:
            inside = (points[:, 0] > left) & (points[:, 0] < right) & (points[:, 1] > bottom) & (points[:, 1] < top)
            count = int(np.count_nonzero(inside))
            crossed += 0.6 + 0.1 * count if count else 0.0
        covered = 0.0
        for other in self._boxes:
            across = min(right, other[2]) - max(left, other[0])
            up = min(top, other[3]) - max(bottom, other[1])
            # Words that stand close to other words read as one: they keep a little more room.
            across, up = across + 0.06, up + 0.06
            if across > 0 and up > 0:
                covered += 2 + 8 * across * up
        rect = self.bounds
        outside = sum(max(0.0, over) for over in (rect.left - left, right - rect.right, rect.bottom - bottom, top - rect.top))
        return crossed + covered + 30 * outside

    def settle(self, label: Mobject, centres: Iterable[Sequence[float]], reluctance: float = 0.02) -> Mobject:
        """Moves the label to the best of the places, earlier ones preferred, and takes that place."""
        best, least = None, np.inf
        for order, centre in enumerate(centres):
            cost = self.cost(centre, label.width, label.height)
            if cost + reluctance * order < least:
                best, least = centre, cost + reluctance * order
            if cost == 0:
                break
        if best is not None:
            label.move_to([best[0], best[1], 0])
        self.take_box(label)
        return label


def around(anchor: Sequence[float], label: Mobject, gap: float, first: Iterable[tuple[float, float]] = ()) -> list[np.ndarray]:
    """Places round a point, near ones first, so that the label's edge is the gap away; `first` are directions to prefer."""
    places = []
    for reach in (gap, gap + 0.18, gap + 0.4, gap + 0.65):
        for across, up in [*first, *_AROUND]:
            length = float(np.hypot(across, up)) or 1.0
            across, up = across / length, up / length
            slack = reach * (1.0 if min(abs(across), abs(up)) < 0.3 else 0.75)
            x = anchor[0] + across * slack + np.clip(across * 1.6, -1, 1) * label.width / 2
            y = anchor[1] + up * slack + np.clip(up * 1.6, -1, 1) * label.height / 2
            places.append(np.array([x, y]))
    return places


def beside(start: Sequence[float], end: Sequence[float], label: Mobject, side: Sequence[float], gap: float) -> list[np.ndarray]:
    """Places along a segment, the middle first, on the side that the vector points to, then on the other."""
    a, b = np.array(start[:2], float), np.array(end[:2], float)
    along = (b - a) / max(float(np.linalg.norm(b - a)), 1e-9)
    normal = np.array([-along[1], along[0]])
    if normal @ np.array(side[:2], float) < 0:
        normal = -normal
    reach = gap + abs(normal[0]) * label.width / 2 + abs(normal[1]) * label.height / 2
    return [
        a + share * (b - a) + sign * (reach + extra) * normal
        for sign in (1, -1)
        for extra in (0, 0.15)
        for share in (0.5, 0.42, 0.58, 0.33, 0.67, 0.22, 0.78)
    ]
