"""Where the nodes of a graph stand. Deterministic: the same graph always looks the same."""

from __future__ import annotations

import networkx
import numpy as np

from lectern_render.slots import Rect

Places = dict[str, np.ndarray]
_ARROW = 0.5
"""The shortest arrow between two columns."""
Edge = tuple[str, str, str, str]
"""From, to, `->` or `-`, label."""


def given_places(places: dict[str, tuple[float, float]], names: list[str]) -> Places:
    """The author's places; nodes without one line up beneath the others."""
    known = {name: np.array(place, float) for name, place in places.items() if name in names}
    lowest = min(place[1] for place in known.values())
    left = min(place[0] for place in known.values())
    missing = [name for name in names if name not in known]
    return {**known, **{name: np.array([left + 2 * order, lowest - 2.0]) for order, name in enumerate(missing)}}


def layered(names: list[str], edges: list[Edge]) -> Places | None:
    """Left to right by how far a node is from a source; None where arrows run in a circle, or there are none."""
    graph = networkx.DiGraph([(start, end) for start, end, kind, _ in edges if kind == "->"])
    graph.add_nodes_from(names)
    if not any(kind == "->" for _, _, kind, _ in edges) or not networkx.is_directed_acyclic_graph(graph):
        return None
    depth: dict[str, int] = {}
    for name in networkx.topological_sort(graph):
        depth[name] = max((depth[before] + 1 for before in graph.predecessors(name)), default=0)
    for name in reversed(list(networkx.topological_sort(graph))):
        if graph.in_degree(name) == 0 and graph.out_degree(name):
            depth[name] = min(depth[after] for after in graph.successors(name)) - 1
    columns: dict[int, list[str]] = {}
    for name in names:
        columns.setdefault(depth[name], []).append(name)
    places: Places = {}
    for column in sorted(columns):
        rows = columns[column]
        if column != min(columns):
            heights = {name: [places[p][1] for p in graph.predecessors(name) if p in places] for name in rows}
            rows = sorted(rows, key=lambda name: -np.mean(heights[name]) if heights[name] else 0.0)
        for order, name in enumerate(rows):
            places[name] = np.array([float(column), (len(rows) - 1) / 2 - order])
    return places


def turned_where_narrow(flow: Places, edges: list[Edge], sizes: dict[str, tuple[float, float]], width: float) -> Places:
    """A flow from left to right, or, where its columns and what stands on the arrows between them are wider, from top to bottom."""
    columns = {float(place[0]) for place in flow.values()}
    boxes = sum(max(sizes[name][0] for name, place in flow.items() if place[0] == column) for column in columns)
    longest = max((0.13 * len(label) for _, _, _, label in edges), default=0.0)
    if boxes + max(_ARROW, longest) * (len(columns) - 1) <= width:
        return flow
    return {name: np.array([-place[1], -place[0]]) for name, place in flow.items()}


def _starts(graph: networkx.Graph) -> list[dict]:
    """The layouts that different beginnings lead to; the one with the fewest crossings is taken."""
    planar, _ = networkx.check_planarity(graph)
    begins = [networkx.circular_layout(graph), *([networkx.planar_layout(graph)] if planar else [])]
    begins += [networkx.random_layout(graph, seed=seed) for seed in range(5)]
    return [networkx.kamada_kawai_layout(graph, pos=begin) for begin in begins]


def _crossings(places: dict, edges: list[Edge]) -> int:
    """How many pairs of edges cross, and how many edges run through a node that is not theirs."""
    found = 0
    for first, (a, b, _, _) in enumerate(edges):
        for c, d, _, _ in edges[first + 1 :]:
            if len({a, b, c, d}) == 4:
                p, q, r, s = (places[name] for name in (a, b, c, d))
                found += _side(p, q, r) != _side(p, q, s) and _side(r, s, p) != _side(r, s, q)
        way = places[b] - places[a]
        for name, place in places.items():
            if name not in (a, b):
                share = np.clip((place - places[a]) @ way / max(way @ way, 1e-9), 0, 1)
                found += float(np.linalg.norm(places[a] + share * way - place)) < 0.12
    return found


def _side(a: np.ndarray, b: np.ndarray, point: np.ndarray) -> bool:
    return bool((b[0] - a[0]) * (point[1] - a[1]) > (b[1] - a[1]) * (point[0] - a[0]))


def springs(names: list[str], edges: list[Edge]) -> Places:
    """By distance in the graph (Kamada and Kawai 1989), turned so that it is wider than high."""
    graph = networkx.Graph()
    graph.add_nodes_from(names)
    graph.add_edges_from((start, end) for start, end, _, _ in edges)
    if len(names) == 1:
        return {names[0]: np.zeros(2)}
    if not networkx.is_connected(graph):
        parts = [sorted(part, key=names.index) for part in networkx.connected_components(graph)]
        for before, after in zip(parts, parts[1:], strict=False):
            graph.add_edge(before[-1], after[0], weight=1.5)
    found = min(_starts(graph), key=lambda start: _crossings(start, edges))
    points = np.array([found[name] for name in names])
    points -= points.mean(axis=0)
    _, _, axes = np.linalg.svd(points, full_matrices=False)
    turned = points @ axes.T
    for axis in range(2):
        # The sign of an axis is arbitrary: the first node goes to the left, and up.
        if turned[0, axis] * (1 if axis == 0 else -1) > 1e-9:
            turned[:, axis] *= -1
    return dict(zip(names, turned, strict=True))


def fitted(places: Places, rect: Rect, sizes: dict[str, tuple[float, float]], stretch: float = 1.7) -> Places:
    """The places stretched to the rectangle, whole nodes inside, not stretched more than the eye forgives."""
    names = list(places)
    points = np.array([places[name] for name in names])
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.maximum(high - low, 1e-9)
    widest, highest = (max(size[axis] for size in sizes.values()) for axis in (0, 1))
    room = np.array([max(rect.width - widest, 0.1), max(rect.height - highest, 0.1)])
    factors = np.where(high - low < 1e-6, np.inf, room / span)
    least = float(np.min(factors))
    if not np.isfinite(least):
        least = 1.0
    factors = np.minimum(np.where(np.isfinite(factors), factors, least), least * stretch)
    centre = (low + high) / 2
    points = np.array([rect.x, rect.y]) + (points - centre) * factors
    inner = np.array([[rect.left + widest / 2, rect.bottom + highest / 2], [rect.right - widest / 2, rect.top - highest / 2]])
    return dict(zip(names, _apart(points, [sizes[name] for name in names], inner), strict=True))


def _apart(points: np.ndarray, sizes: list[tuple[float, float]], inner: np.ndarray) -> np.ndarray:
    """Pushes nodes that are too near to each other apart, as far as the rectangle allows."""
    points = points.copy()
    for _ in range(150):
        moved = False
        for i in range(len(points)):
            for j in range(i):
                way = points[i] - points[j]
                need = (np.array(sizes[i]) + np.array(sizes[j])) / 2 + 0.4
                lack = need - np.abs(way)
                if (lack > 1e-3).all():
                    axis = int(np.argmin(lack))
                    push = lack[axis] / 2 * (1 if way[axis] >= 0 else -1)
                    points[i, axis] += push
                    points[j, axis] -= push
                    moved = True
        points = np.clip(points, np.minimum(inner[0], inner[1]), np.maximum(inner[0], inner[1]))
        if not moved:
            break
    return points
