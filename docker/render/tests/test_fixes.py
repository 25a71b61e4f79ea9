"""Every row of the known-fix table: it fails on this Manim without its fix, and gives a picture with it."""

from __future__ import annotations

import ast

import pytest

from conftest import in_a_row, in_construct
from lectern_render.fixes import FIXES
from lectern_render.fixes.texts import without_fence
from lectern_render.failure import SceneFailed
from lectern_render.job import Profile, RenderJob
from lectern_render.mending import line_as_written
from lectern_render.run import Hooks, render
from lectern_render.tex import use_this_machine

IMAGE = "picture = ImageMobject(np.uint8([[0, 100], [30, 200]]))\n"
LIST = "shapes = [Circle(), Square()]\nself.add(*shapes)\n"
PLAIN = "from manim import *\n\nclass S(Scene):\n    def construct(self):\n        "

ROWS = [
    ("showcreation", "self.play(ShowCreation(Circle()))"),
    ("textmobject", "self.add(TextMobject('hello'), TexMobject('x^2'))"),
    ("fadeinfrom", "self.play(FadeInFrom(Circle(), DOWN))"),
    ("fadeinfrom", "shape = Circle()\nself.add(shape)\nself.play(FadeOutAndShift(shape, direction=UP, run_time=0.2))"),
    ("code_kw", "self.add(Code(code='x = 1', language='python', font_size=20, background_stroke_width=1))"),
    ("axes_size", "self.add(Axes(x_range=[0, 5], y_range=[0, 3], width=6, height=4))"),
    ("table_labels", "self.add(Table([['1', '2']], row_labels=['a'], col_labels=['c', 'd']))"),
    ("table_labels", "names = ['a', 'b']\nself.add(MathTable([[1, 2], [3, 4]], row_labels=names))"),
    ("vgroup_image", f"{IMAGE}self.add(VGroup(Circle(), picture))"),
    ("vgroup_image", f"{IMAGE}self.add(Circle(), picture)\nself.play(FadeOut(VGroup(*self.mobjects)))"),
    ("vgroup_image", f"{IMAGE}both = VGroup(Circle())\nboth.add(picture)\nself.add(both)"),
    ("fadeout_list", f"{LIST}self.play(FadeOut(shapes, shift=UP))"),
    ("fadeout_list", f"{LIST}self.play(Create(shapes[1:], run_time=0.2))"),
    ("fadeout_list", f"{LIST}self.play(Write(shapes))"),
    ("play_mobject", "self.play(Circle())"),
    ("play_mobject", "shape = Circle()\nself.play(shape.shift(UP).scale(2))"),
    ("method_play", "shape = Circle()\nself.play(shape.shift, UP, FadeIn(Dot()))"),
    ("ratefunc", "self.play(Create(Circle()), rate_func=ease_in_out_sine)"),
    ("colors", "self.add(Circle(color=CYAN), Dot(color=LIGHT_BLUE), Dot(color=DARK_RED))"),
    ("center", "self.add(Circle().move_to(CENTER), Dot().to_edge(BOTTOM))"),
    ("square_side", "self.add(Square(side=2), Circle(size=2), Text('a', size=20))"),
    ("dash", "self.add(DashedLine(LEFT, RIGHT, dash_ratio=0.4))"),
    ("quoted_dir", "self.play(FadeIn(Text('UP'), shift='UP'))"),
    ("quoted_dir", "self.add(Circle().next_to(Dot(), 'UR'))"),
    ("set_x_vec", "self.add(Circle().set_x(RIGHT * 3))"),
    ("set_x_vec", "self.add(Circle().set_x(0).set_y(UP * 2))"),
    ("arcbetween", "self.add(ArcBetweenPoints(start_point=LEFT, end_point=RIGHT))"),
    ("bezier", "self.add(BezierCurve(LEFT, UP, DOWN, RIGHT))"),
    ("sector", "self.add(Sector(inner_radius=1, outer_radius=2, angle=1))"),
    ("sector", "self.add(Sector(outer_radius=2, angle=1))"),
    ("graph_area", "axes = Axes()\ncurve = axes.get_graph(lambda x: x)\nself.add(axes.get_area_under_graph(curve, x_range=[0, 1]))"),
    ("corner", "self.add(Dot(Circle().get_bottom_right()))"),
    ("point2d", "self.add(Polygon([0, 0], [1, 2], [2, 0]))"),
    ("point2d", "self.add(Circle().move_to((1, 2)))"),
    ("point2d", "corners = [[0, 0], [1, 2], [2, 0]]\nself.add(Polygon(*corners))"),
    ("point2d", "place = [1, 2, 0]\nself.add(Dot(place + [0, 1, 0]))"),
    ("mathtex_dollar", "self.add(MathTex('$x^2$'))"),
    ("mathtex_escape", "self.add(MathTex('\\frac{a}{b}'))"),
    ("mathtex_escape", "self.add(MathTex('\\xi'))"),
    ("svg_missing", "self.add(SVGMobject('atom.svg'))"),
    ("letter_spacing", "self.add(Text('wide & <far>', letter_spacing=2))"),
    ("write_image", f"{IMAGE}self.play(Create(picture))"),
    ("write_image", "self.play(Write(Group(Circle(), Square())))"),
]
WHOLE = [
    ("camera_frame", f"{PLAIN}self.play(self.camera.frame.animate.scale(0.5))\n"),
    ("camera_frame", f"{PLAIN}self.play(self.camera_frame.animate.scale(0.5))\n"),
    ("scene3d", f"{PLAIN}self.set_camera_orientation(phi=75 * DEGREES)\n        self.add(Square())\n"),
    ("fix_in_frame", f"{PLAIN}label = Text('a')\n        label.fix_in_frame()\n        self.add(label)\n"),
    ("shadow", f"{PLAIN.replace('S(', 'Text(')}self.add(Text('a', font_size=20))\n"),
    ("fence", f"Here is the scene.\n\n```python\n{PLAIN}self.add(Square())\n```\n\nIt draws a square.\n"),
    ("manimlib", f"{PLAIN.replace('manim ', 'manimlib ')}self.add(Square())\n"),
    ("showcreation", "from manim import Scene, ShowCreation, Dot\n\nclass S(Scene):\n    def construct(self):\n        self.play(ShowCreation(Dot()))\n"),
]
CASES = [(row, in_construct(code)) for row, code in ROWS] + WHOLE

RIGHT = [
    "self.add(Circle(color='#FF0000'))",
    "self.camera.background_color = '#102030'\nself.play(GrowFromCenter(Circle()))",
    "theta = 3\nself.add(Circle().set_x(RIGHT[0]), Text('shift=UP'), Text('$5'))",
    "self.add(Axes(x_range=[0, 5], y_range=[0, 3], x_length=6), Sector(radius=2, angle=1))",
    "self.add(Surface(lambda u, v: np.array([u, v, 0]), u_range=[0, 1], v_range=[0, 1], resolution=2))",
    "class Bag:\n    def frame(self, side=2): return side\nself.add(Dot().shift(Bag().frame(side=1) * UP))",
]


@pytest.mark.parametrize(("row", "code"), CASES, ids=[f"{row}-{number}" for number, (row, _) in enumerate(CASES)])
def test_a_row_fails_without_its_fix_and_is_filmed_with_it(film, row, code):
    use_this_machine()
    job = RenderJob(1, "A", "en", "dark", {}, code, in_a_row((4,)), 4, 1, Profile(96, 54, 10, "ultrafast", 30, 2.0))
    with pytest.raises(SceneFailed):
        render(job, film.folder, Hooks())
    report = film(code, 4, construct=False)
    assert "failure" not in report, report
    assert {finding["rule"] for finding in report["findings"]} == {row}
    assert all(finding["mended"] for finding in report["findings"])
    ast.parse(report["mendedCode"])
    assert film.frames()


def test_every_row_of_the_table_is_shown():
    assert {fix.id for fix in FIXES} | {"fence"} == {row for row, _ in CASES}


@pytest.mark.parametrize("code", RIGHT)
def test_what_is_right_stays_as_it_is(film, code):
    report = film(code, 4)
    assert "failure" not in report and "findings" not in report and "mendedCode" not in report


def test_several_mistakes_are_mended_one_after_the_other(film):
    report = film("square = Square(side=1)\nself.play(ShowCreation(square))\nself.play(square)\nself.add(Dot([1, 2]))", 8)
    assert "failure" not in report
    told = [(finding["rule"], finding["found"], finding["line"]) for finding in report["findings"]]
    assert told == [
        ("square_side", "check", 7), ("showcreation", "check", 8), ("play_mobject", "render", 9), ("point2d", "render", 10),
    ]  # fmt: skip


def test_what_no_row_knows_is_told_with_its_line_after_what_was_mended(film):
    report = film("self.add(Square(side=1))\nself.add(Square().restore())", 4)
    assert report["failure"]["errorClass"] == "Exception"
    assert [(finding["rule"], finding["mended"]) for finding in report["findings"]] == [("square_side", True), ("restore", False)]
    assert "save_state" in report["findings"][1]["hint"] and "side_length=1" in report["mendedCode"]


def test_lines_are_those_of_the_code_as_it_was_written():
    written = "words\n\n```python\na = 1\nb = 2\n```\n"
    now = without_fence(written)
    assert now.split("\n")[3:5] == ["a = 1", "b = 2"]
    assert line_as_written(written, now, 5) == 5
    assert line_as_written("a\nb\nc\n", "new\na\nb\nc\n", 4) == 3
