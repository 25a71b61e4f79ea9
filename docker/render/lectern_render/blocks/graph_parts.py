"""Nodes and edges as they are drawn."""

from __future__ import annotations

import numpy as np
from manim import Animation, Circle, RoundedRectangle, Triangle, VGroup, VMobject

from lectern_render.highlight import Recolour
from lectern_render.text import RichText, capital, set_baseline
from lectern_render.theme import MOTION, palette

NODE_RADIUS, EDGE_WIDTH, LIT_WIDTH = 0.42, 3.0, 6.0
_TIP = 0.13


class Node(VGroup):
    """A circle or a box with a label in it."""

    def __init__(self, label: RichText, box: bool, colour: str, size: tuple[float, float]) -> None:
        self.colour = colour
        shape: VMobject = (
            RoundedRectangle(corner_radius=0.1, width=size[0], height=size[1]) if box else Circle(radius=size[0] / 2)
        )
        shape.set_stroke(palette().colour(colour), 3).set_fill(_mixed(palette().colour(colour)), 1)
        super().__init__(shape, label)
        self.shape, self.label, self.box = shape, label, box
        label.move_to(shape)
        if len(label.lines) == 1:
            set_baseline(label, float(shape.get_center()[1]) - capital(label.size) / 2)

    def edge_towards(self, direction: np.ndarray) -> np.ndarray:
        """The point of the outline in that direction from the middle."""
        direction = direction / max(float(np.linalg.norm(direction)), 1e-9)
        if not self.box:
            return self.shape.get_center() + direction * self.shape.width / 2
        across, up = self.shape.width / 2, self.shape.height / 2
        reach = min(across / max(abs(direction[0]), 1e-9), up / max(abs(direction[1]), 1e-9))
        return self.shape.get_center() + direction * reach

    def toned(self, colour: str | None, dim: bool = False) -> list[Animation]:
        """Animations to a colour; None is the node's own."""
        shade = palette().dim if dim else palette().colour(colour or self.colour)
        text = palette().dim if dim else palette().text
        lit = palette().marks_behind and shade == palette().now_edge
        fill = palette().ground if dim else palette().now_fill if lit else _mixed(shade)
        return [
            self.shape.animate(run_time=MOTION.emphasis).set_stroke(shade).set_fill(fill, 1),
            Recolour(self.label, text),
        ]


def _mixed(shade: str, share: float = 0.22) -> str:
    """The colour laid thinly over the ground, but opaque, so that no edge shows through."""
    mixed = [share * int(shade[i : i + 2], 16) + (1 - share) * int(palette().ground[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(channel):02X}" for channel in mixed)


class GraphEdge(VGroup):
    """A line between two nodes, bent where another runs the same way back; `label` stands beside it."""

    def __init__(self, ends: tuple[Node, Node], directed: bool, bend: float) -> None:
        super().__init__()
        self.directed = directed
        self.line = VMobject(stroke_width=EDGE_WIDTH, stroke_color=palette().axes)
        first, second = ends
        start, end = first.shape.get_center(), second.shape.get_center()
        way = end - start
        across = np.array([-way[1], way[0], 0]) / max(float(np.linalg.norm(way)), 1e-9)
        control = (start + end) / 2 + across * bend
        begin, stop = first.edge_towards(control - start), second.edge_towards(control - end)
        gap = 0.05
        begin += gap * (control - begin) / np.linalg.norm(control - begin)
        back = (control - stop) / np.linalg.norm(control - stop)
        stop = stop + gap * back
        foot = stop + back * (_TIP * 1.2 if directed else 0)
        self.line.set_points([begin, begin + (control - begin) * 2 / 3, foot + (control - foot) * 2 / 3, foot])
        self.add(self.line)
        self.tip: VMobject | None = None
        if directed:
            self.tip = Triangle(fill_opacity=1, stroke_width=0, fill_color=palette().axes).scale(_TIP)
            self.tip.rotate(np.arctan2(-back[1], -back[0]) - np.pi / 2).move_to(stop + back * _TIP * 0.75)
            self.add(self.tip)

    def toned(self, colour: str | None, width: float = EDGE_WIDTH) -> list[Animation]:
        """Animations to a colour and a width; None is the colour of a plain edge."""
        shade = palette().axes if colour is None else colour if colour.startswith("#") else palette().colour(colour)
        changes: list[Animation] = [self.line.animate(run_time=MOTION.emphasis).set_stroke(shade, width)]
        if self.tip is not None:
            changes.append(self.tip.animate(run_time=MOTION.emphasis).set_fill(shade))
        return changes

