"""Figures that leave room: for what comes later, for words in narrow slots, for numbers beside curves."""

from __future__ import annotations

import numpy as np
import pytest
from manim import Circle, ManimColor, Mobject, Scene
from manim.animation.animation import prepare_animation

from lectern_render import blocks, theme
from lectern_render.blocks.array_cells import several_rows
from lectern_render.blocks.labels import box
from lectern_render.highlight import Emphasis
from lectern_render.text import RichText, words


class Table(Scene):
    """A scene on which everything is there at once."""

    def play(self, *animations, **options) -> None:
        for animation in map(prepare_animation, animations):
            self.add(animation.mobject)
            animation._setup_scene(self)
            animation.begin()
            animation.finish()
            animation.clean_up_from_scene(self)

    def wait(self, *_: object, **__: object) -> None:
        """Takes no time."""


@pytest.fixture
def table() -> Table:
    return Table()


def meet(first: Mobject, second: Mobject) -> bool:
    a, b = box(first), box(second)
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_terms_of_later_beats_have_room_beneath_a_narrow_plot(table) -> None:
    curve = {"do": "curve", "name": "f", "of": ["^", "x", 2]}
    plot = blocks.plot(table, (0, 3), draw=[curve], later=[{"do": "term"}], slot="left")
    for text in ("$F(x) = \\frac{x^3}{3}$", "$F(2) = \\frac{8}{3}$", "$F(0) = 0$"):
        plot.term(text)
        shown = plot.terms.lines
        assert max(line.get_top()[1] for line in shown) < plot.frame.rect.bottom - 0.4
        assert min(line.get_bottom()[1] for line in shown) > plot.slot.bottom
        assert len(shown) < 2 or not meet(*shown)
    assert len(shown) == 2


def test_a_plot_holds_the_curves_of_later_beats(table) -> None:
    later = [{"do": "curve", "of": ["+", "x", 40]}]
    assert blocks.plot(table, (0, 3), draw=[{"do": "curve", "name": "f", "of": "x"}], later=later).frame.y[1] >= 43


def test_no_curve_runs_through_the_numbers_of_an_axis(table) -> None:
    wave = {"do": "curve", "name": "f", "of": ["sin", "x"]}
    ticks = [(-np.pi, r"$-\pi$"), (0.0, "0"), (np.pi, r"$\pi$")]
    plot = blocks.plot(table, (-np.pi, np.pi), (-1.3, 1.3), x_ticks=ticks, draw=[wave])
    points = np.concatenate(plot.parts["f"].stretches())
    for label in plot.axes.labels:
        left, bottom, right, top = box(label)
        inside = (points[:, 0] > left) & (points[:, 0] < right) & (points[:, 1] > bottom) & (points[:, 1] < top)
        assert not inside.any(), label.words


def test_bare_axes_light_up_without_the_ground_behind_their_numbers(table) -> None:
    plot = blocks.plot(table, (0, 3), (0, 2))
    for part in plot.emphasis_parts():
        Emphasis(part).begin()
        assert all(isinstance(unit, RichText) or unit.get_fill_color().to_hex() != theme.DARK.ground for unit in [part])


def test_what_was_lit_can_be_dimmed(table) -> None:
    figure = blocks.geometry(table, {"A": (0, 0), "B": (4, 0)})
    figure.segment("s", ("A", "B"))
    figure.highlight(["s"])
    figure.recede(["s"])
    assert figure.parts["s"].get_stroke_color().to_rgb() == pytest.approx(ManimColor(theme.DARK.axes).to_rgb(), abs=0.01)
    figure.highlight(["s"])
    figure.dot("A")
    assert figure.parts["s"].get_stroke_color().to_rgb() == pytest.approx(ManimColor(theme.DARK.axes).to_rgb(), abs=0.01)


def test_only_words_get_a_marker_behind_them() -> None:
    theme.use("light")
    assert Emphasis(words("word", 30, "#000000"))._marker is not None
    ring = Emphasis(Circle())
    assert ring._marker is None and ring.colour == theme.LIGHT.now_edge


def test_a_graph_leaves_room_for_values_of_later_beats(table) -> None:
    nodes = {name: name for name in "ABCDEF"}
    edges = [(a, b, "-", "1") for a, b in ("AB", "AC", "BD", "CD", "DE", "DF", "EF")]
    graph = blocks.graph(table, nodes, edges, later=[{"do": "values"}])
    graph.values(dict.fromkeys(nodes, r"$\infty$"))
    for label, value in graph.column.values():
        assert not any(meet(part, node) for part in (label, value) for node in graph.nodes.values())


def test_labels_of_sides_make_way_for_squares(table) -> None:
    figure = blocks.geometry(table, {"A": (0, 0), "B": (4, 0), "C": (0, 3)}, later=[{"do": "square", "side": ["A", "B"]}])
    figure.polygon("T", ["A", "B", "C"])
    figure.label("AB", "$b$")
    figure.square("q", ("A", "B"), cells=4)
    (label,) = figure.labels["AB"]
    assert not meet(label, figure.parts["q"])
    bottom = figure.parts["q"].get_bottom()[1]
    assert bottom > figure.slot.bottom - 0.4


def test_long_words_in_rows_leave_room_for_what_points_at_them(table) -> None:
    long = ["hippopotamus", "crocodile", "ant", "rhinoceros", "bee"]
    array = blocks.array(table, long, indices=True, slot="left")
    assert several_rows(array.cells)
    array.pointers({"i": 0, "j": 1})
    array.look(2, label="crocodile < hippopotamus")
    marks = [array._marker[0], array._marker[1], *[group for _, group in array._pointers.values()]]
    places = [part for part in array.submobjects if getattr(part, "original_text", None) in list("01234")]
    parts = [*marks, *places]
    assert len(parts) == 9
    assert not [(i, k) for i in range(len(parts)) for k in range(i) if meet(parts[i], parts[k])]
    assert not any(meet(part, cell.shape) for part in parts for cell in array.cells)
