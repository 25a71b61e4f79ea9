"""Outlines of what is drawn, in the camera's frame: units of an eighth of its height, its middle at the
origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import Camera, Mobject, VMobject

CURVE_STEPS = 4
POINTS_A_CURVE = 4
FRAME_UNITS = 8.0
VISIBLE_OPACITY = 0.08


@dataclass(frozen=True)
class Frame:
    """What the camera shows."""

    camera: Camera
    centre: np.ndarray
    unit: float
    half_width: float
    zoomed: bool

    @classmethod
    def of(cls, camera: Camera) -> Frame:
        """The frame as it stands; `zoomed` when it is not the whole stage."""
        centre = np.array(camera.frame_center, float)[:2]
        unit = float(camera.frame_height) / FRAME_UNITS
        zoomed = abs(unit - 1) > 0.01 or float(np.abs(centre).max()) > 0.01
        return cls(camera, centre, unit, camera.frame_width / unit / 2, zoomed)

    @property
    def half_height(self) -> float:
        return FRAME_UNITS / 2

    def project(self, mobject: Mobject, points: np.ndarray) -> np.ndarray:
        """Points of a mobject as x and y in the frame."""
        return (self.camera.transform_points_pre_display(mobject, points)[:, :2] - self.centre) / self.unit

    def outline(self, mobject: Mobject) -> np.ndarray:
        """Points along the curves of a mobject, or the corners of an image; one row a point."""
        points = self.project(mobject, mobject.points)
        if not isinstance(mobject, VMobject) or len(points) < POINTS_A_CURVE:
            return points
        return along(curves(points), CURVE_STEPS)


def curves(points: np.ndarray) -> np.ndarray:
    """Control points of the cubic curves that a path consists of: curves x 4 x 2."""
    whole = len(points) // POINTS_A_CURVE * POINTS_A_CURVE
    return points[:whole].reshape(-1, POINTS_A_CURVE, 2)


def along(paths: np.ndarray, steps: int) -> np.ndarray:
    """Points on cubic curves, `steps` + 1 on each."""
    t = np.linspace(0, 1, steps + 1)[None, :, None]
    a, b, c, d = (paths[:, None, index] for index in range(POINTS_A_CURVE))
    return ((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d).reshape(-1, 2)


def box(points: np.ndarray) -> np.ndarray:
    """Left, bottom, right, top."""
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def fill_opacity(mobject: Mobject) -> float:
    return float(mobject.get_fill_opacity()) if isinstance(mobject, VMobject) else 0.0


def stroke_opacity(mobject: Mobject) -> float:
    """0 for a stroke of no width."""
    if not isinstance(mobject, VMobject) or mobject.get_stroke_width() <= 0:
        return 0.0
    return float(mobject.get_stroke_opacity())


def visible(mobject: Mobject) -> bool:
    """Whether anything of a mobject itself, submobjects aside, can be seen."""
    if not isinstance(mobject, VMobject):
        return True
    return max(fill_opacity(mobject), stroke_opacity(mobject)) > VISIBLE_OPACITY


def luminance(colour: np.ndarray) -> float:
    """Relative luminance of an sRGB colour in 0 to 1 (WCAG 2.2)."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    """Contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
