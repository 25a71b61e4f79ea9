"""Text by baseline, wrapping, the symbols of a formula, and what of one formula becomes the next."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
from manim import MathTex

from lectern_render import theme
from lectern_render.blocks.timing import spread
from lectern_render.glyphs import Maths
from lectern_render.latex_breaks import break_points
from lectern_render.latex_tokens import tag
from lectern_render.matching import match
from lectern_render.text import baseline, capital, maths, one_line, place, rich, words

SIZE = theme.SIZE


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [theme.DARK, theme.LIGHT], ids=lambda palette: palette.name)
def test_every_text_colour_is_legible(palette):
    for role in ("text", "muted", *theme.DATA_COLOURS):
        assert contrast(getattr(palette, role), palette.ground) >= 4.5, role
        assert contrast(getattr(palette, role), palette.panel) >= 4.5, role
    assert contrast(palette.dim, palette.ground) >= 4.5
    assert contrast(palette.dim_on_panel, palette.panel) >= 4.5
    assert contrast(palette.now_edge, palette.ground) >= 3
    behind = palette.now_fill if palette.marks_behind else palette.ground
    assert contrast(palette.now_text, behind) >= 4.5
    assert len({colorsys.rgb_to_hsv(*[int(getattr(palette, c)[i : i + 2], 16) for i in (1, 3, 5)])[0] for c in theme.DATA_COLOURS}) == 5


@pytest.mark.parametrize("text", ["average", "worst", "光合作用", "φωτοσύνθεση", "(gjpqy)"])
def test_words_stand_on_their_baseline(text):
    """The foot of an H beside the text is on the line that was asked for."""
    both = words("H" + text, SIZE.body)
    place(both, 0, 1.0)
    assert both.submobjects[0].get_bottom()[1] == pytest.approx(1.0, abs=0.004)


def test_mathematics_stands_on_the_same_line_and_its_capitals_match():
    formula = place(maths(r"H\frac{a}{b} g", SIZE.body), 0, -0.5)
    letter = formula.submobjects[0]
    assert letter.get_bottom()[1] == pytest.approx(-0.5, abs=0.004)
    assert letter.height == pytest.approx(capital(SIZE.body), rel=0.04)
    assert formula.font_size == pytest.approx(1.42 * SIZE.body)


def test_no_text_is_set_under_the_smallest_size():
    assert words("small", 8).font_size == pytest.approx(SIZE.floor)
    assert maths("x", 8).font_size == pytest.approx(SIZE.maths_floor)


@pytest.mark.parametrize(
    "source",
    [
        "Divide both sides by the leading coefficient $a$ so that it is one",
        "光合作用是植物、藻类和某些细菌，在可见光的照射下，将二氧化碳和水转化为有机物的过程。",
        "Donaudampfschifffahrtsgesellschaftskapitänspatentverlängerungsgesuch",
        "Η φωτοσύνθεση μετατρέπει το φως σε χημική ενέργεια",
    ],
)
def test_rich_text_keeps_to_its_width(source):
    for width in (3.0, 5.0):
        text = rich(source, SIZE.body, width, lines=4)
        assert max(line.width for line in text.lines) <= width + 0.02
        assert text.size >= SIZE.floor


def test_chinese_punctuation_never_begins_a_line():
    text = rich("光合作用是植物、藻类和某些细菌，在可见光下，将二氧化碳和水转化为有机物的过程。", 30, 2.0)
    assert len(text.lines) > 4
    assert not [row for row in text.lines if row[0].original_text[0] in "、，。"]


def test_marks_that_are_meant_themselves_are_shown():
    (line,) = rich(r"costs \$5, 2 \*\* 3 and `a$b`", 30).lines
    assert [unit.original_text for unit in line] == ["costs $5, 2 ** 3 and", "a$b"]


def test_one_line_loses_its_last_words_rather_than_its_size():
    text = one_line("a phrase that is far too long for such a narrow place as this", 30, 4.0)
    assert len(text.lines) == 1
    assert text.width <= 4.02
    assert text.size == SIZE.floor
    assert text.units()[0].original_text.endswith("…")


FORMULAS = [
    r"x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}", r"\sum_{i=1}^{n} \left(x_i^2 - 1\right)", r"f'(x) = \lim_{h\to0}\frac12",
    r"\begin{cases} 1 & x>0\\ 0 & \text{else}\end{cases}", r"\int_a^b \sin x\,dx \ne \hat{y}'' + \mathbb{R}^3", r"a &= b \\ &= c",
    r"\overbrace{a+b}^{n}", r"{n \choose k} \bigl| x \bigr|", r"\vec v \cdot \mathbf{w}_{12} \xrightarrow{h\nu} C_6H_{12}O_6",
]  # fmt: skip


@pytest.mark.parametrize("tex", FORMULAS)
def test_marking_symbols_does_not_change_the_picture(tex):
    marked, whole = maths(tex, 30), MathTex(tex, font_size=30 * 1.42)
    assert len(marked.submobjects) == len(whole.family_members_with_points())
    assert marked.width == pytest.approx(whole.width, abs=0.002)
    assert marked.height == pytest.approx(whole.height, abs=0.002)
    assert sum(len(part) for part in marked.parts) >= len(marked.submobjects) - 2
    assert len(marked.symbols) > 1


def test_a_symbol_of_the_ledger_has_its_colour_wherever_it_stands():
    formula = maths(r"c^2 = a^2 + \frac{a}{b}", 30).colour_symbols({"a": "blue", "b": "orange"})
    blue = [g for g in formula.submobjects if g.get_fill_color().to_hex().upper() == theme.palette().blue]
    orange = [g for g in formula.submobjects if g.get_fill_color().to_hex().upper() == theme.palette().orange]
    assert (len(blue), len(orange)) == (3, 1)


def test_a_piece_of_several_symbols_is_found():
    formula = maths(r"x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}", 30)
    assert [len(group) for group in formula.find("b^2 - 4ac")] == [6]
    assert formula.find("q") == []


def pairs(old: str, new: str) -> tuple[list[str], list[str], list[str]]:
    before, after = maths(old, 30), maths(new, 30)
    stays, moved, nowhere = match(before, after)
    for index, source in {**stays, **moved}.items():
        assert after.symbols[index].tex == before.symbols[source].tex
        assert len(after.parts[index]) == len(before.parts[source])

    def texs(indices):
        return [after.symbols[i].tex for i in sorted(indices)]

    return texs(stays), texs(moved), texs(nowhere)


def test_what_both_lines_have_stays_and_the_rest_is_new():
    assert pairs("x^2 + 6x = 7", "x^2 + 6x + 9 = 7 + 9") == (["x", "2", "+", "6", "x", "=", "7"], [], ["+", "9", "+", "9"])


def test_a_term_that_changes_sides_moves():
    stays, moved, nowhere = pairs("2x + 3 = 7", "2x = 7 - 3")
    assert (stays, moved, nowhere) == (["2", "x", "=", "7"], ["3"], ["-"])


def test_formulas_break_only_outside_braces_and_environments():
    assert break_points("a(b+c) = d + \\frac{1+x}{2}") == ["a(b+c) ", "= d ", "+ \\frac{1+x}{2}"]
    assert break_points(r"\begin{aligned} a &= b \end{aligned} = c") == [r"\begin{aligned} a &= b \end{aligned} ", "= c"]
    assert break_points(r"a &= b \\ c &= d") == [r"a &= b \\ c &= d"]


def test_what_cannot_be_split_is_set_whole():
    assert len(tag(r"x^2").symbols) == 2
    formula = Maths(r"\text{if } x \in A", 40, "#FFFFFF")
    assert len(formula.submobjects) == 5


class Clock:
    beat_seconds_left = 10.0


def test_parts_are_spread_over_the_beat_and_leave_its_end_quiet():
    pauses = spread(Clock(), 4, 0.6)
    assert pauses[-1] == 0
    assert sum(pauses) + 4 * 0.6 < 10 - theme.MOTION.quiet_end
    assert min(pauses[:-1]) > 1
    assert spread(Clock(), 0, 0.6) == []


def test_the_baseline_of_several_lines_is_that_of_the_first():
    text = place(rich("one two three four five six", 30, 2.0), 0, 2.0)
    assert baseline(text) == pytest.approx(2.0)
    assert baseline(text.lines[0]) == pytest.approx(2.0)
    assert baseline(text.lines[1]) == pytest.approx(2.0 - 1.9 * capital(text.size), abs=0.01)
