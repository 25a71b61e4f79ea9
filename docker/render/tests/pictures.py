"""Pictures to be judged: good ones, and bad ones with the fault that each of them has."""

from __future__ import annotations

import numpy as np
from manim import (
    BLUE, DEGREES, DOWN, LEFT, ORIGIN, RED, RIGHT, UP, UR, WHITE, Arrow, Axes, Circle, Create, Cross, DecimalNumber, ImageMobject, Line, MathTex, NumberLine, NumberPlane, Paragraph, Polygon, Rectangle,
    RoundedRectangle, Square, SurroundingRectangle, Table, Text, ValueTracker, VGroup,
)  # fmt: skip

GROUND = "#11161F"


def text(words: str, size: float = 30, **options) -> Text:
    return Text(words, font="Inter", font_size=size, **options)


def two_words(scene):
    scene.add(text("one").shift(LEFT * 2), text("two").shift(RIGHT * 2))


def label_in_triangle(scene):
    triangle = Polygon([-3, 2, 0], [-3, -2, 0], [3, -2, 0], color=WHITE, fill_color=BLUE, fill_opacity=0.35)
    scene.add(triangle, text("area").move_to([-1.8, -0.8, 0]))


def boxed_formula(scene):
    formula = MathTex(r"a^2 + b^2 = c^2", font_size=57)
    scene.add(formula, SurroundingRectangle(formula, buff=0.2))


def zoomed_into_circle(scene):
    scene.add(Circle(3, color=RED), text("in view", 20), text("far away").shift(LEFT * 5))
    scene.camera.frame.scale(0.56)


def backed_labels(scene):
    edge = Line(LEFT * 3, RIGHT * 3)
    label = text("12")
    backing = Rectangle(
        width=label.width + 0.2, height=label.height + 0.2, stroke_width=0, fill_color=GROUND, fill_opacity=1
    )
    nodes = VGroup(
        *[Circle(0.42, fill_color="#1C2431", fill_opacity=1).shift(x * 3 * RIGHT) for x in (-1, 1)]
    )
    scene.add(
        edge,
        backing,
        label,
        nodes,
        *[text(name).move_to(node) for name, node in zip("ab", nodes, strict=True)],
    )


def grid_and_arrow(scene):
    scene.add(NumberPlane(background_line_style={"stroke_color": "#2C3646"}), Arrow(ORIGIN, UR * 2))


def label_on_faint_grid(scene):
    scene.add(
        VGroup(
            *[
                Line(LEFT * 7.2, RIGHT * 7.2, color="#2C3646", stroke_width=2).shift(UP * y)
                for y in range(-3, 4)
            ]
        )
    )
    scene.add(text("origin"))


def struck_out(scene):
    word = text("wrong", 40)
    scene.add(word, Cross(word, stroke_width=3))


def copy_on_its_original(scene):
    formula = MathTex("x^2", font_size=57)
    scene.add(formula, formula.copy())


def words_and_comma(scene):
    word = text("area")
    scene.add(word, text(",").next_to(word, RIGHT, buff=0.02, aligned_edge=DOWN))


def table_and_axes(scene):
    numbers = {"font_size": 34}
    axes = Axes(
        x_range=[0, 4, 1],
        y_range=[0, 3, 1],
        x_length=6,
        y_length=4,
        axis_config={"include_numbers": True, **numbers},
    )
    scene.add(axes.shift(LEFT * 3))
    table = Table(
        [["1", "2"], ["3", "4"]], element_to_mobject=lambda s: text(s, 26), include_outer_lines=True
    )
    scene.add(table.shift(RIGHT * 4.5 + UP * 0.5))


def ticked_line(scene):
    scene.add(NumberLine(x_range=[0, 5, 1], length=10, include_numbers=True, font_size=36))


def paragraph(scene):
    scene.add(Paragraph("two lines", "of words", font="Inter", font_size=30, line_spacing=0.8))


def minus_alone(scene):
    scene.add(MathTex("-", font_size=57), text("·", 40).shift(RIGHT))


def turned_text(scene):
    scene.add(text("turned").rotate(90 * DEGREES))


def three_dimensions(scene):
    scene.set_camera_orientation(phi=60 * DEGREES, theta=-45 * DEGREES)
    label = text("fixed").to_corner(UP + LEFT)
    scene.add_fixed_in_frame_mobjects(label)
    scene.add(Square(), label)


def empty_stage(scene):
    return None


def half_drawn(scene):
    square = Square()
    Create(square).begin()
    scene.add(square)


def tracker_at_twelve(scene):
    scene.add(ValueTracker(12), text("one"))


def formula_in_parts(scene):
    formula = MathTex(r"\frac{a + 1}{b}", "=", "x^2", "f", "(x)", font_size=57)
    scene.add(formula[:2], formula[2], formula[3], formula[4])
    chance = MathTex("P(", "D", r"\mid", "T", ")", font_size=57).shift(DOWN)
    scene.add(VGroup(chance[0], chance[2], chance[4]), chance[1], chance[3])


GOOD = [
    two_words, label_in_triangle, boxed_formula, zoomed_into_circle, backed_labels, grid_and_arrow, label_on_faint_grid,
    struck_out, copy_on_its_original, words_and_comma, table_and_axes, ticked_line, paragraph, minus_alone, turned_text,
    empty_stage, half_drawn, tracker_at_twelve, formula_in_parts,
]  # fmt: skip


def words_on_words(scene):
    scene.add(text("first"), text("second").shift(RIGHT * 0.3))


def parts_of_a_formula_on_words(scene):
    formula = MathTex("a^2", "+", "b^2", font_size=57)
    scene.add(text("words"), formula[:2])


def crowded_ticks(scene):
    scene.add(NumberLine(x_range=[0, 2, 0.1], length=8, include_numbers=True, font_size=36))


def touching(scene):
    left = text("left")
    scene.add(left, text("right").next_to(left, RIGHT, buff=0.03))


def curve_through_word(scene):
    scene.add(Line(LEFT * 3, RIGHT * 3, color=BLUE), text("growth rate"))


def curve_over_backing(scene):
    word = text("value")
    scene.add(
        Rectangle(width=3, height=1, fill_color=GROUND, fill_opacity=1), word, Line(LEFT * 3, RIGHT * 3)
    )


def cut_by_frame(scene):
    scene.add(text("a long line of words").move_to(RIGHT * 6.5))


def gone_from_frame(scene):
    scene.add(text("lost").move_to(RIGHT * 12))


def shape_cut_by_frame(scene):
    scene.add(Square(3).move_to(RIGHT * 6.5))


def cut_in_zoom(scene):
    scene.add(text("half of this", 40))
    scene.camera.frame.scale(0.5).shift(RIGHT * 4)


def in_captions(scene):
    scene.add(text("too low").move_to(DOWN * 3))


def in_captions_of_zoom(scene):
    scene.add(text("too low", 20).move_to(DOWN * 1.5))
    scene.camera.frame.scale(0.5)


def small_words(scene):
    scene.add(text("can you read this", 14))


def small_formula(scene):
    scene.add(MathTex("a + b", font_size=24))


def small_number(scene):
    scene.add(DecimalNumber(3.14, font_size=20))


def small_and_turned(scene):
    scene.add(text("quite a long label", 10).rotate(90 * DEGREES))


def red_on_blue(scene):
    scene.add(Square(3, fill_color="#5AA2F0", fill_opacity=1), text("error", color="#F05F80"))


def too_dim(scene):
    scene.add(text("faded", color="#586174"))


def behind_panel(scene):
    scene.add(text("result 42"), RoundedRectangle(width=5, height=3, fill_color="#1C2431", fill_opacity=0.9))


def behind_image(scene):
    scene.add(text("result 42"), ImageMobject(np.full((10, 20, 3), 90, np.uint8)).scale(20))


def formula_of_nothing(scene):
    formula = MathTex("x + y", font_size=57)
    for glyph in formula.get_family():
        glyph.clear_points()
    scene.add(formula)


BAD = [
    (words_on_words, "overlap"), (parts_of_a_formula_on_words, "overlap"), (crowded_ticks, "overlap"), (touching, "overlap"), (curve_through_word, "cross"),
    (curve_over_backing, "cross"), (cut_by_frame, "frame"), (gone_from_frame, "frame"), (shape_cut_by_frame, "frame"),
    (cut_in_zoom, "frame"), (in_captions, "caption"), (in_captions_of_zoom, "caption"), (small_words, "small"),
    (small_formula, "small"), (small_number, "small"), (small_and_turned, "small"), (red_on_blue, "contrast"),
    (too_dim, "contrast"), (behind_panel, "hidden"), (behind_image, "hidden"), (formula_of_nothing, "empty"),
]  # fmt: skip
