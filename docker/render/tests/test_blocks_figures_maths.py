"""What figures compute before anything is drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lectern_render.blocks.expression import function
from lectern_render.blocks.geometry_plane import corner_angle, roomy_places, square_on
from lectern_render.blocks.graph_layout import fitted, layered, springs, turned_where_narrow
from lectern_render.blocks.plot_frame import dashes, nice_ticks, written_number
from lectern_render.blocks.sampling import natural_range, runs
from lectern_render.slots import SLOTS


@pytest.mark.parametrize(
    ("tree", "x", "value"),
    [
        (["+", ["^", "x", 2], 1], 3, 10),
        (["negative", ["^", "x", 2]], 3, -9),
        (["sum", "k", 1, 4, ["*", "k", "x"]], 2, 20),
        (["mod", "x", 3], -1, 2),
        (["^", "x", ["/", 1, 3]], -8, -2),
        (["log", 100, 10], 0, 2),
        (["max", 1, "x", 5], 3, 5),
        ("pi", 0, np.pi),
    ],
)
def test_trees_are_computed(tree, x: float, value: float) -> None:
    assert function(tree)(np.array([float(x)]))[0] == pytest.approx(value)


@pytest.mark.parametrize("tree", [["__import__", "os"], "y", [], ["+", "x", ["eval", 1]], {"a": 1}, ["sum", "k", 0, 10**9, "k"]])
def test_what_is_no_expression_is_refused(tree) -> None:
    with pytest.raises(ValueError, match="expression|operation|sum|value"):
        function(tree)


def test_python_functions_of_one_number_are_taken_too() -> None:
    assert function(math.sin)(np.array([0.0, np.pi / 2])) == pytest.approx([0, 1])


@pytest.mark.parametrize(
    ("of", "x_range", "pieces"),
    [
        (lambda x: 1 / x, (-3, 3), 2),
        (np.tan, (-4, 4), 3),
        (lambda x: np.sign(np.sin(x)), (0.0, 2 * np.pi), 2),
        (np.floor, (-2.5, 2.5), 6),
        (lambda x: np.sin(40 * x), (0, 6), 1),
        (np.sqrt, (-1, 4), 1),
        (np.abs, (-2, 2), 1),
        (lambda x: 1e5 * (x - 0.0123), (-1, 1), 1),
    ],
)
def test_curves_break_where_functions_jump_and_only_there(of, x_range, pieces: int) -> None:
    found = runs(function(of), x_range, (-4, 4))
    assert len(found) == pieces
    assert all((np.abs(run[:, 1]) <= 4 + 1e-9).all() for run in found)
    # No stroke rises through a jump: neighbours that are far apart belong to a steep, not to a broken, curve.
    assert all((np.diff(run[:, 0]) >= 0).all() for run in found)


def test_poles_do_not_flatten_the_rest_of_the_picture() -> None:
    low, high = natural_range([(function(lambda x: 1 / x), (-3, 3))])
    assert -30 < low < -0.5 and 0.5 < high < 30
    assert natural_range([(function(["^", "x", 2]), (-2, 2))])[0] == 0


def test_ticks_are_round_and_few() -> None:
    assert [text for _, text in nice_ticks(0, 10)] == ["0", "2", "4", "6", "8", "10"]
    assert [text for _, text in nice_ticks(-0.3, 0.3)] == ["−0.2", "0", "0.2"]
    assert all(len(nice_ticks(low, low + span)) <= 7 for low in (-7, 0.1, 1e6) for span in (0.003, 1, 7, 12345))
    assert written_number(1234567) == "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567"


def test_dashes_cover_the_line_from_its_beginning() -> None:
    pieces = dashes(np.array([[0.0, 0, 0], [3.0, 4, 0]]))
    assert pieces[0][0] == pytest.approx([0, 0, 0])
    assert all(np.linalg.norm(piece[-1] - piece[0]) <= 0.131 for piece in pieces)


def test_squares_stand_outward_and_angles_take_the_short_way() -> None:
    corners = square_on(np.array([0.0, 0]), np.array([4.0, 0]), np.array([1.0, 1]))
    assert [tuple(corner) for corner in corners] == [(0, 0), (4, 0), (4, -4), (0, -4)]
    first, wide = corner_angle(np.array([0.0, 1]), np.zeros(2), np.array([1.0, 0]))
    assert (first, wide) == pytest.approx((0, np.pi / 2))
    places = roomy_places(np.array([[0.0, 0], [4, 0], [4, 4], [2, 1], [0, 4]]))
    assert all(place[1] < 3.9 for place in places)


def test_nodes_keep_apart_and_inside() -> None:
    names = [str(k) for k in range(12)]
    edges = [(str(k), str((k * 5 + 1) % 12), "-", "") for k in range(12)]
    sizes = dict.fromkeys(names, (0.84, 0.84))
    rect = SLOTS["stage"]
    places = fitted(springs(names, edges), rect, sizes)
    assert {name: tuple(place) for name, place in places.items()} == {
        name: tuple(place) for name, place in fitted(springs(names, edges), rect, sizes).items()
    }
    points = np.array(list(places.values()))
    distances = np.linalg.norm(points[:, None] - points[None], axis=2) + 9 * np.eye(len(points))
    assert distances.min() > 0.84
    assert (np.abs(points - rect.centre[:2]) <= np.array([rect.width, rect.height]) / 2).all()
    assert layered(["a", "b"], [("a", "b", "->", ""), ("b", "a", "->", "")]) is None
    assert layered(["a", "b"], [("a", "b", "->", "")])["a"][0] == 0


def test_a_flow_that_is_too_wide_runs_downward() -> None:
    edges = [("a", "b", "->", ""), ("b", "c", "->", "and heat")]
    flow = layered(["a", "b", "c"], edges)
    sizes = dict.fromkeys("abc", (2.0, 0.75))
    assert turned_where_narrow(flow, edges, sizes, 12.0) is flow
    downward = turned_where_narrow(flow, edges, sizes, 6.0)
    assert downward["a"][1] > downward["b"][1] > downward["c"][1]
    assert {place[0] for place in downward.values()} == {0.0}
