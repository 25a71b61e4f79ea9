"""The plain shapes behind text: panels, bands, rings."""

from __future__ import annotations

from manim import Circle, Rectangle, RoundedRectangle

from ..slots import Rect
from ..theme import palette

PANEL_LEVEL, BAND_LEVEL = -3, -2
"""Drawn below the text whatever the order in which things enter: a panel, on it a band, on it a marker."""


def panel(rect: Rect, edge: str | None = None) -> RoundedRectangle:
    """A filled rounded rectangle of the theme's panel colour."""
    shape = RoundedRectangle(
        corner_radius=0.12, width=rect.width, height=rect.height, fill_color=palette().panel, fill_opacity=1,
        stroke_width=2 if edge else 0, stroke_color=edge or palette().panel,
    )  # fmt: skip
    return shape.move_to(rect.centre).set_z_index(PANEL_LEVEL)


def band(rect: Rect) -> Rectangle:
    """The fill that lies behind a row or lines that are spoken of now."""
    colours = palette()
    shape = Rectangle(
        width=rect.width, height=rect.height, stroke_width=0, fill_color=colours.now_fill,
        fill_opacity=colours.now_fill_opacity if not colours.marks_behind else 0.75,
    )  # fmt: skip
    return shape.move_to(rect.centre).set_z_index(BAND_LEVEL)


def ring(radius: float, colour: str, width: float = 2.5, fill: str | None = None) -> Circle:
    """A circle around a number or a place."""
    return Circle(
        radius=radius, stroke_color=colour, stroke_width=width, fill_color=fill or palette().ground,
        fill_opacity=1 if fill else 0,
    ).set_z_index(BAND_LEVEL)  # fmt: skip
