"""Curves as runs of points: cut where a function jumps, has a pole, or leaves the picture."""

from __future__ import annotations

import numpy as np

from lectern_render.blocks.expression import Function

_SAMPLES = 640


def _jumps(of: Function, x: np.ndarray, y: np.ndarray, height: float) -> np.ndarray:
    """Which gaps between samples hold a jump or a pole: where halving the gap again and again does not halve the step."""
    suspicious = np.flatnonzero(np.abs(np.diff(y)) > 0.02 * height)
    jump = np.zeros(len(x) - 1, dtype=bool)
    if not len(suspicious):
        return jump
    left, right = x[suspicious].copy(), x[suspicious + 1].copy()
    low, high = y[suspicious].copy(), y[suspicious + 1].copy()
    first = np.abs(high - low)
    for _ in range(24):
        middle = (left + right) / 2
        value = of(middle)
        missing = ~np.isfinite(value)
        value = np.where(missing, high + 10 * first, value)
        goes_left = np.abs(value - low) >= np.abs(high - value)
        right, high = np.where(goes_left, middle, right), np.where(goes_left, value, high)
        left, low = np.where(goes_left, left, middle), np.where(goes_left, low, value)
    jump[suspicious] = np.abs(high - low) > 0.5 * np.minimum(first, height)
    return jump


def _cut(x: np.ndarray, y: np.ndarray, bounds: tuple[float, float]) -> list[np.ndarray]:
    """The stretches of a run that lie between two heights, each cut exactly at the edge."""
    low, high = bounds
    pieces: list[list[tuple[float, float]]] = [[]]
    for index in range(len(x)):
        here = (x[index], y[index])
        inside = low <= here[1] <= high
        if index:
            before = (x[index - 1], y[index - 1])
            was_inside = low <= before[1] <= high
            if inside != was_inside:
                edge = high if (before[1] > high or here[1] > high) else low
                share = (edge - before[1]) / (here[1] - before[1])
                crossing = (before[0] + share * (here[0] - before[0]), edge)
                if inside:
                    pieces.append([crossing])
                else:
                    pieces[-1].append(crossing)
            elif not inside and (before[1] > high and here[1] < low or before[1] < low and here[1] > high):
                shares = sorted((edge - before[1]) / (here[1] - before[1]) for edge in bounds)
                pieces.append([tuple(np.add(before, share * np.subtract(here, before))) for share in shares])
                pieces.append([])
        if inside:
            pieces[-1].append(here)
    return [np.array(piece) for piece in pieces if len(piece) > 1]


def runs(of: Function, x_range: tuple[float, float], y_range: tuple[float, float]) -> list[np.ndarray]:
    """The visible stretches of a graph, each an array of (x, y) in order of x."""
    x = np.linspace(*x_range, _SAMPLES + 1)
    y = of(x)
    height = y_range[1] - y_range[0]
    valid = np.isfinite(y)
    broken = np.zeros(len(x) - 1, dtype=bool)
    broken |= _jumps(of, x, np.where(valid, y, 0.0), height) & valid[:-1] & valid[1:]
    broken |= ~(valid[:-1] & valid[1:])
    found: list[np.ndarray] = []
    start = 0
    for stop in [*(np.flatnonzero(broken) + 1), len(x)]:
        keep = slice(start, stop)
        if stop - start > 1 and valid[keep].all():
            found += _cut(x[keep], y[keep], y_range)
        start = stop
    return found


def natural_range(curves: list[tuple[Function, tuple[float, float]]]) -> tuple[float, float]:
    """A range of y that shows the curves whole, or, where they have poles, their middle part."""
    values = [of(np.linspace(*x_range, 400)) for of, x_range in curves]
    finite = np.concatenate([v[np.isfinite(v)] for v in values]) if values else np.array([])
    if not len(finite):
        return (-1.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    inner_low, inner_high = np.percentile(finite, [4, 96])
    if high - low > 6 * max(inner_high - inner_low, 1e-9):
        middle_low, middle_high = np.percentile(finite, [15, 85])
        reach = max(middle_high - middle_low, 1e-6)
        low, high = middle_low - reach, middle_high + reach
    if high - low < 1e-9:
        low, high = low - 1, high + 1
    # Sampling misses the very foot of a parabola; what all but touches the axis stands on it.
    low, high = (0.0 if abs(edge) < 0.01 * (high - low) else edge for edge in (low, high))
    margin = 0.08 * (high - low)
    # An axis that is nearly in the picture belongs into it.
    low = min(low - margin, 0.0) if low > 0 and low < 0.6 * high else low - (0 if low == 0 else margin)
    high = max(high + margin, 0.0) if high < 0 and high > 0.6 * low else high + (0 if high == 0 else margin)
    return (float(low), float(high))
