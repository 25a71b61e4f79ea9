"""Nodes joined by edges: networks, trees, state diagrams, and flow charts of boxes."""

from __future__ import annotations

import numpy as np
from manim import ORIGIN, Animation, Create, FadeIn, Mobject, MoveAlongPath, ReplacementTransform, Scene, VMobject, linear

from lectern_render.blocks.base import seconds_left
from lectern_render.blocks.figure import DOT_LEVEL, LABEL_LEVEL, Figure, Step
from lectern_render.blocks.graph_layout import Edge, Places, fitted, given_places, layered, springs, turned_where_narrow
from lectern_render.blocks.graph_parts import LIT_WIDTH, NODE_RADIUS, GraphEdge, Node
from lectern_render.blocks.labels import Room, beside
from lectern_render.slots import Rect
from lectern_render.text import RichText, place, rich, words
from lectern_render.theme import GAP_INSIDE, MOTION, SIZE, palette

Part = str | list | tuple
_COLUMN_WIDTH = 2.4


class Graph(Figure):
    """Nodes by name; an edge is the pair of the names at its ends."""

    kind = "graph"
    actions = frozenset("highlight colour path reveal recede values weight travel clear zoom".split())

    def __init__(self, scene: Scene, slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.nodes: dict[str, Node] = {}
        self.edges: dict[tuple[str, str], GraphEdge] = {}
        self.weights: dict[tuple[str, str], RichText] = {}
        self.room = Room(self.slot)
        self.column: dict[str, tuple[Mobject, Mobject]] = {}
        self.column_left: float | None = None
        self._hidden: set[str] = set()
        self._lit_parts: list[Node | GraphEdge] = []

    # ---- what can be done

    def highlight(self, parts: list[Part]) -> None:
        """Lights nodes and edges up; what was lit before goes back to its own colour."""
        chosen = [self._part(part) for part in parts]
        back = [a for part in self._lit_parts if part not in chosen for a in part.toned(None)]
        self._lit_parts = chosen
        self.act(*back, *[a for part in chosen for a in self._tone(part, palette().now_edge)])

    def colour(self, parts: list[Part], colour: str) -> None:  # type: ignore[override]
        """Gives nodes and edges a colour that stays."""
        chosen = [self._part(part) for part in parts]
        for part in chosen:
            if isinstance(part, Node):
                part.colour = colour
        self.act(*[a for part in chosen for a in self._tone(part, palette().colour(colour))])

    def path(self, nodes: list[str], colour: str | None = None) -> None:
        """Draws a way through the graph, edge by edge, in a colour that stays; without one it is what is spoken of now."""
        shade = palette().colour(colour) if colour else palette().now_edge
        for start, end in zip(nodes, nodes[1:], strict=False):
            edge = self._edge(start, end)
            if colour is None:
                self._lit_parts += [edge, self._node(start), self._node(end)]
            self.act(*self._tone(self._node(start), shade), *self._tone(edge, shade), seconds=MOTION.label_in)
        self.act(*self._tone(self._node(nodes[-1]), shade))

    def reveal(self, nodes: list[str]) -> None:
        """Brings nodes that were left out at first, with their edges to what is there."""
        for name in nodes:
            self._node(name)
        self._hidden -= set(nodes)
        self.bring(*self.entrance(nodes))

    def recede(self, parts: list[Part]) -> None:
        """Turns nodes and edges to context."""
        changes: list[Animation] = []
        for part in map(self._part, parts):
            changes += part.toned(None, dim=True) if isinstance(part, Node) else part.toned(palette().grid)
            self._lit_parts = [other for other in self._lit_parts if other is not part]
        self.act(*changes)

    def values(self, values: dict[str, str]) -> None:
        """Writes or rewrites the column at the right, such as the distances found so far; what changes is yellow."""
        changes: list[Animation] = []
        for name, value in values.items():
            new = self.write(str(value), palette().text, SIZE.label, width=1.4)
            if name in self.column:
                label, old = self.column[name]
                place(new, float(old.get_right()[0]), self._column_line(name), align=np.array([1.0, 0, 0]))
                changes += [*self.fade_out(old), FadeIn(new, run_time=MOTION.label_in)]
                self.column[name] = (label, new)
                self.add(new)
            else:
                changes += self._new_value(name, new)
        self.act(*changes)
        fresh = [self.column[name][1] for name in values]
        self.act(*[a for part in fresh for a in self.lit(part)])

    def weight(self, edge: tuple[str, str], label: str) -> None:
        """Writes another weight beside an edge."""
        found = self._edge(*edge)
        key = next(key for key, other in self.edges.items() if other is found)
        new = self.write(label, palette().muted, SIZE.label)
        old = self.weights.get(key)
        if old is not None:
            new.move_to(old)
            self.remove(old)
        else:
            self._settle_weight(found, new)
        self.weights[key] = new
        self.add(new)
        self.act(ReplacementTransform(old, new) if old is not None else self.fade_in(new))

    def travel(self, nodes: list[str]) -> None:
        """A yellow dot runs along the way for as long as the step lasts."""
        way = VMobject()
        points = [self._node(name).shape.get_center() for name in nodes]
        for start, end in zip(nodes, nodes[1:], strict=False):
            self._edge(start, end)
        way.set_points_as_corners(points)
        dot = Node(rich(" ", size=SIZE.floor), False, "text", (0.24, 0.24))
        dot.shape.set_fill(palette().now_edge, 1).set_stroke(width=0)
        dot.remove(dot.label)
        dot.move_to(points[0]).set_z_index(LABEL_LEVEL + 1)
        self.add(dot)
        seconds = float(np.clip(self.share_seconds or seconds_left(self.scene, 3.0), 1.0, 6.0)) - MOTION.out
        self.act(self.fade_in(dot), seconds=0.2)
        self.act(MoveAlongPath(dot, way, rate_func=linear), seconds=max(0.6, seconds - 0.3))
        self.act(*self.fade_out(dot))

    def clear(self) -> None:
        """Everything goes back to its own colour."""
        self._lit_parts = []
        self.act(*[a for part in [*self.nodes.values(), *self.edges.values()] for a in part.toned(None)])

    def zoom(self, to: str | tuple[float, float] | None, scale: float | None = None) -> None:
        """The camera goes near a node; None brings it back."""
        if to is not None and not isinstance(to, str):
            raise ValueError("a graph can zoom to a node, by its name")
        self.zoom_to(None if to is None else self._node(to).get_center(), scale)

    def emphasis_parts(self) -> list[Mobject]:
        """What is lit, else the nodes in the order in which they were named."""
        lit = [part for part in self._lit_parts if isinstance(part, Node)]
        return [node.label for node in lit or [n for name, n in self.nodes.items() if name not in self._hidden]]

    # ---- building

    def entrance(self, names: list[str]) -> list[Animation]:
        """Nodes fade in, then the edges between them and what is there are drawn."""
        animations: list[Animation] = []
        for name in names:
            self.add(self.nodes[name])
            animations.append(self.fade_in(self.nodes[name]))
        for key, edge in self.edges.items():
            if edge in self.submobjects or self._hidden & set(key):
                continue
            self.add(edge)
            animations.append(Create(edge.line, run_time=MOTION.words_in))
            if edge.tip is not None:
                animations.append(FadeIn(edge.tip, run_time=MOTION.words_in))
            if key in self.weights:
                self.add(self.weights[key])
                animations.append(self.fade_in(self.weights[key]))
        return animations

    def build(self, labels: dict[str, str], edges: list[Edge], look: tuple[bool, dict[str, str], Places | None]) -> None:
        """Makes every node and edge in its place, nothing of it shown yet."""
        boxes, colours, places = look
        texts = {name: self._node_text(label, boxes) for name, label in labels.items()}
        sizes = {name: _node_size(text, boxes) for name, text in texts.items()}
        rect = self.slot.inset(0.05)
        if self.column_left is not None:
            rect = Rect(rect.x - _COLUMN_WIDTH / 2, rect.y, rect.width - _COLUMN_WIDTH, rect.height)
            self.column_left = rect.right + 0.5
        flow = None if places else layered(list(labels), edges)
        if flow:
            flow = turned_where_narrow(flow, edges, sizes, rect.width)
        found = fitted(places or flow or springs(list(labels), edges), rect, sizes, 3.0 if flow else 1.7)
        for name, text in texts.items():
            node = Node(text, boxes, colours.get(name, "blue"), sizes[name])
            node.shift([*found[name], 0]).set_z_index(DOT_LEVEL)
            self.nodes[name] = node
        pairs = [(start, end) for start, end, _, _ in edges]
        for start, end, kind, _ in edges:
            bend = 0.45 if kind == "->" and (end, start) in pairs else 0.0
            self.edges[(start, end)] = GraphEdge((self.nodes[start], self.nodes[end]), kind == "->", bend)
        for node in self.nodes.values():
            self.room.take_box(node)
        self.room.only_strokes(*[edge.line for edge in self.edges.values()])
        for start, end, _, label in edges:
            if label:
                text = self.write(label, palette().muted, SIZE.label, 2.4)
                self._settle_weight(self.edges[(start, end)], text)
                self.weights[(start, end)] = text

    def hide(self, names: set[str]) -> None:
        """Leaves nodes out until `reveal`."""
        self._hidden = names

    # ---- inside

    def _node_text(self, label: str, boxes: bool) -> RichText:
        if boxes:
            return rich(label, size=SIZE.subtitle, width=2.5, lines=2, align=ORIGIN)
        return rich(label, size=SIZE.body if len(label) < 3 else SIZE.label, width=1.6, lines=2, align=ORIGIN)

    def _settle_weight(self, edge: GraphEdge, label: RichText) -> None:
        line = edge.line
        middle = line.point_from_proportion(0.5)
        start, end = line.get_start(), line.get_end()
        bend = middle - (start + end) / 2
        side = bend[:2] if np.linalg.norm(bend) > 0.05 else np.array([0.3, 1.0])
        self.room.settle(label, [spot + bend[:2] for spot in beside(start, end, label, side, 0.14)])

    def _node(self, name: str) -> Node:
        if name not in self.nodes:
            raise ValueError(f"the graph has no node {name!r}: it has {', '.join(self.nodes)}")
        return self.nodes[name]

    def _edge(self, start: str, end: str) -> GraphEdge:
        self._node(start), self._node(end)
        found = self.edges.get((start, end)) or self.edges.get((end, start))
        if found is None:
            raise ValueError(f"the graph has no edge between {start!r} and {end!r}")
        return found

    def _part(self, part: Part) -> Node | GraphEdge:
        return self._node(part) if isinstance(part, str) else self._edge(*part)

    @staticmethod
    def _tone(part: Node | GraphEdge, shade: str) -> list[Animation]:
        return part.toned(shade) if isinstance(part, Node) else part.toned(shade, LIT_WIDTH)

    def _column_line(self, name: str) -> float:
        names = list(self.column)
        order = names.index(name) if name in names else len(names)
        return self.slot.top - 0.6 - 0.5 * order

    def _new_value(self, name: str, value: Mobject) -> list[Animation]:
        left = self.column_left if self.column_left is not None else self.slot.right - 1.4
        label = words(name, SIZE.label, palette().muted)
        line = self._column_line(name)
        place(label, left, line)
        place(value, left + max(1.1, label.width + 0.6), line, align=np.array([1.0, 0, 0]))
        self.column[name] = (label, value)
        self.add(label, value)
        return [self.fade_in(label), self.fade_in(value)]


def _node_size(text: RichText, boxes: bool) -> tuple[float, float]:
    if boxes:
        return (max(1.3, text.width + 2 * GAP_INSIDE), max(0.75, text.height + 0.4))
    across = max(2 * NODE_RADIUS, float(np.hypot(text.width, text.height)) + 0.2)
    return (across, across)


def graph(
    scene: Scene, nodes: dict[str, str], edges: list[Edge], *, places: dict[str, tuple[float, float]] | None = None,
    colours: dict[str, str] | None = None, boxes: bool = False, start: list[str] | None = None,
    draw: list[Step] | None = None, steps: list[Step] | None = None, later: list[Step] | None = None, slot: str | Rect = "stage",
) -> Graph:  # fmt: skip
    """Draws nodes (name to label) and edges (from, to, `->` or `-`, label or ""). Answers the Graph.

    Without `places` arrows run from left to right, and nets are laid out by distance. `boxes` draws boxes, for flow
    charts; `start` names the nodes that are there at first, for `reveal` to bring the others. Where `values` come in later
    beats, say so in `later=[{"do": "values"}]`, and their column has its room.

        roads = blocks.graph(self, {"A": "A", "B": "B"}, [("A", "B", "-", "4")])
        roads.path(["A", "B"])
    """
    if not nodes:
        raise ValueError("a graph needs at least one node")
    figure = Graph(scene, slot)
    every = [*(draw or []), *[action for step in steps or [] for action in step["actions"]], *(later or [])]
    if any(action["do"] == "values" for action in every):
        figure.column_left = 0.0
    named = given_places(places, list(nodes)) if places else None
    figure.build(nodes, [tuple(edge) for edge in edges], (boxes, colours or {}, named))
    shown = [name for name in nodes if not start or name in start]
    figure.hide(set(nodes) - set(shown))
    figure.open_with(figure.entrance(shown), draw, steps)
    return figure


