"""Programs: Hack on a panel, a band behind the lines that are spoken of, and what variables hold beside them."""

from __future__ import annotations

import textwrap

import numpy as np
from manim import Animation, FadeIn, FadeOut, Group, Mobject, Rectangle, Scene, VGroup, rate_functions
from pygments import lex
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.token import Comment, Keyword, Literal, Name, Number, Operator, String, Token
from pygments.util import ClassNotFound

from ..glyphs import Words, keep_baseline
from ..highlight import Recolour
from ..slots import Rect
from ..text import capital, place, words
from ..theme import CODE_ADVANCE_PER_SIZE, CODE_FONT, GAP_BETWEEN, MOTION, SIZE, TAKEAWAY_BASELINE, palette
from .base import Block, appear
from .panels import BAND_LEVEL, band, panel

_ADVANCE = CODE_ADVANCE_PER_SIZE
_PITCH = 1.7
"""Distance of lines in capitals."""
_PADDING = 0.27
_VALUES_WIDTH = 2.4
_SIZES = (30, 28, 26, 24, 22, 20)
_LONGEST_BESIDE_VALUES = 48
"""A program with longer lines takes the whole width; values then stand in a row under it."""


class CodeListing(Block):
    """A program, or the part of it around what is spoken of. `focus` moves the band and changes the values."""

    def __init__(self, scene: Scene, program: str, language: str, slot: str | Rect) -> None:
        super().__init__(scene, slot)
        program = textwrap.dedent(program).strip("\n")
        self.sources = program.split("\n")
        self.colours = _colours(program, language)
        self.values: dict[str, Mobject] = {}
        self.held: dict[str, str] = {}
        self.rows: dict[int, VGroup] = {}
        self.shown: range = range(0)
        self.lit: range = range(0)
        self.band: VGroup | None = None
        self.ground: Mobject | None = None

    def fit(self) -> None:
        """Chooses the size of type and how many lines are seen at once."""
        longest = max(len(line) for line in self.sources)
        self.column = _VALUES_WIDTH + GAP_BETWEEN if self.slot.width > 7 and longest <= _LONGEST_BESIDE_VALUES else 0.0
        room = self.slot.width - self.column - 2 * _PADDING - 0.1
        narrow = next((size for size in _SIZES if longest * _ADVANCE * size <= room), SIZE.floor)
        self.size = next((size for size in _SIZES[:-1] if self._fits(size, room)), min(narrow, SIZE.code_small))
        self.most = int((self.slot.height - 2 * _PADDING) / self.pitch)
        self.longest = int(room / (_ADVANCE * self.size))
        count = min(self.most, len(self.sources))
        width = min(longest, self.longest) * _ADVANCE * self.size + 2 * _PADDING + 0.1
        height = count * self.pitch + 2 * _PADDING - 0.1
        self.frame = Rect(self.slot.x - self.column / 2, self.slot.y, width, height)

    def _fits(self, size: float, room: float) -> bool:
        high = len(self.sources) * _PITCH * capital(size) + 2 * _PADDING
        return high <= self.slot.height and max(map(len, self.sources)) * _ADVANCE * size <= room

    @property
    def pitch(self) -> float:
        """Distance of two baselines in units."""
        return _PITCH * capital(self.size)

    def open(self, first: int) -> None:
        """Shows the lines from `first` (0-based) on, as many as fit."""
        first = max(0, min(first, len(self.sources) - self.most))
        leaving = list(self.rows.values())
        if leaving:
            going = [*leaving, *([self.band] if self.band is not None else [])]
            self.play(FadeOut(Group(*going), run_time=MOTION.out, rate_func=rate_functions.ease_in_cubic))
            self.remove(*going)
            self.band = None
        self.shown = range(first, min(first + self.most, len(self.sources)))
        self.rows = {number: self._row(number) for number in self.shown}
        if self.ground is None:
            self.ground = panel(self.frame)
            self.enter([self.ground, *self.rows.values()], appear(VGroup(self.ground, *self.rows.values())))
        else:
            self.enter(list(self.rows.values()), FadeIn(VGroup(*self.rows.values()), run_time=MOTION.label_in))

    def _baseline(self, number: int) -> float:
        return self.frame.top - _PADDING - capital(self.size) - (number - self.shown.start) * self.pitch

    def _row(self, number: int) -> VGroup:
        """One line, each stretch of one colour at its column."""
        source = self.sources[number]
        if len(source) > self.longest:
            source = source[: self.longest - 1] + "…"
        row = VGroup()
        line = words(source.strip(), self.size, palette().text, CODE_FONT) if source.strip() else None
        if line is not None:
            indent = len(source) - len(source.lstrip())
            column = self.frame.left + _PADDING + 0.1 + indent * _ADVANCE * self.size
            place(line, column + line.left_bearing, self._baseline(number))
            self._paint(line, number, dim=False)
            row.add(line)
        return row

    def _paint(self, line: Words, number: int, dim: bool) -> None:
        for glyph, colour in zip(line.submobjects, self._glyph_colours(number, len(line.submobjects)), strict=False):
            glyph.set_color(palette().dim_on_panel if dim else colour)

    def _glyph_colours(self, number: int, count: int) -> list[str]:
        letters = [c for letter, c in zip(self.sources[number], self.colours[number], strict=False) if not letter.isspace()]
        return (letters + [palette().text] * count)[:count]

    def focus(self, first: int | None = None, last: int | None = None, values: dict[str, str] | None = None) -> None:
        """Lights the lines `first` to `last` (1-based) and dims the others; `values` are what variables hold now."""
        if first is not None:
            low = max(0, min(first, len(self.sources)) - 1)
            high = max(low, min(last or first, len(self.sources)) - 1)
            if low not in self.shown or high not in self.shown:
                self.open(low - max(0, (self.most - (high - low + 1)) // 2))
            self.play(*self._move_band(low, min(high, self.shown[-1])))
        if values:
            self._set_values({name: str(value) for name, value in values.items()})

    def _move_band(self, low: int, high: int) -> list[Animation]:
        self.lit = range(low, high + 1)
        top = self._baseline(low) + capital(self.size) + (self.pitch - capital(self.size)) / 2
        bottom = self._baseline(high) - (self.pitch - capital(self.size)) / 2
        rect = Rect(self.frame.x, (top + bottom) / 2, self.frame.width, top - bottom)
        bar = Rectangle(width=0.07, height=rect.height, stroke_width=0, fill_opacity=1, fill_color=palette().now_edge)
        made = VGroup(band(rect), bar.move_to([rect.left + 0.035, rect.y, 0]).set_z_index(BAND_LEVEL))
        animations: list[Animation] = []
        for number, row in self.rows.items():
            for line in row:
                animations.append(_Repaint(line, self._target(number, line)))
        if self.band is None:
            self.band = made
            self.add(made)
            return [*animations, FadeIn(made, run_time=MOTION.emphasis)]
        return [*animations, self.band.animate(run_time=MOTION.label_in).become(made)]

    def _target(self, number: int, line: Words) -> list[str]:
        colours = self._glyph_colours(number, len(line.submobjects))
        if number not in self.lit:
            return [palette().dim_on_panel] * len(colours)
        if palette().marks_behind:
            return [palette().text] * len(colours)
        return [palette().muted if colour == palette().dim_on_panel else colour for colour in colours]

    def _set_values(self, values: dict[str, str]) -> None:
        before = dict(self.values)
        order = list(dict.fromkeys([*self.held, *values]))
        changed = {name for name, value in values.items() if self.held.get(name) != value}
        self.held.update(values)
        self.values = {name: self._value(name, name in changed) for name in order}
        self._place_values(list(self.values.values()))
        if before:
            old = VGroup(*before.values())
            self.play(FadeOut(old, run_time=MOTION.out / 2))
            self.remove(*before.values())
        made = list(self.values.values())
        self.enter(made, FadeIn(VGroup(*made), run_time=MOTION.label_in))

    def _value(self, name: str, lit: bool) -> VGroup:
        size = SIZE.body if len(self.held) <= 5 else SIZE.label
        label = words(name, size * 0.85, palette().muted, CODE_FONT)
        colour = palette().now_text if lit else palette().text
        value = words(self.held[name], size, colour, CODE_FONT, "BOLD" if lit else "NORMAL")
        place(label, 0, 0)
        place(value, label.get_right()[0] + 0.25, 0)
        return keep_baseline(VGroup(label, value), 0.0)

    def _place_values(self, rows: list[VGroup]) -> None:
        """In a column beside the program, or in a row under it where that takes the whole width."""
        if self.column:
            room = self.slot.right - self.frame.right - GAP_BETWEEN
            step = 0.75 if len(rows) <= 5 else min(0.55, self.slot.height / len(rows))
            top = self.frame.y + (len(rows) - 1) * step / 2 - capital(SIZE.body) / 2
            for index, row in enumerate(rows):
                row.scale(min(1.0, room / row.width))
                place(row, self.frame.right + GAP_BETWEEN, top - index * step)
            return
        whole = sum(row.width for row in rows) + GAP_BETWEEN * (len(rows) - 1)
        factor = min(1.0, self.slot.width / whole)
        x = self.slot.x - whole * factor / 2
        under = self.frame.bottom - GAP_BETWEEN - capital(SIZE.body) / 2
        for row in rows:
            row.scale(factor)
            place(row, x, under if under > self.slot.bottom else TAKEAWAY_BASELINE)
            x += row.width + GAP_BETWEEN * factor

    def emphasis_colour(self) -> str | None:
        return palette().violet if self.band is not None and palette().marks_behind else None

    def emphasis_parts(self) -> list[Mobject]:
        lit = [self.rows[n] for n in (self.lit or self.shown) if n in self.rows and len(self.rows[n])]
        return [*lit, *[value for _, value in self.values.values()]]


class _Repaint(Recolour):
    """Turns each glyph to a colour of its own."""

    def __init__(self, line: Words, colours: list[str]) -> None:
        self._colours = colours
        super().__init__(line, palette().text)

    def begin(self) -> None:
        super().begin()
        by_glyph = {id(g): _rgb(c) for g, c in zip(self.mobject.submobjects, self._colours, strict=False)}
        self._steps = [(m, fill, stroke, by_glyph.get(id(m), target)) for m, fill, stroke, target in self._steps]


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def _colours(program: str, language: str) -> list[list[str]]:
    """The colour of every character, line by line: few colours, since the band is what should be seen."""
    p = palette()
    by_token = [
        (Comment, p.dim_on_panel), (Keyword, p.violet), (String, p.teal), (Number, p.orange), (Name.Function, p.text),
        (Name.Builtin, p.text), (Operator.Word, p.violet), (Literal, p.orange), (Token, p.text),
    ]  # fmt: skip
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False, ensurenl=False)
    lines: list[list[str]] = [[]]
    for token, value in lex(program, lexer):
        colour = next(c for kind, c in by_token if token in kind)
        for letter in value:
            if letter == "\n":
                lines.append([])
            else:
                lines[-1].append(colour)
    return lines


def code(
    scene: Scene, program: str, language: str = "python", lines: list[int] | None = None,
    values: dict[str, str] | None = None, slot: str | Rect = "stage",
) -> CodeListing:  # fmt: skip
    """A program on a panel; a long one is shown around what is spoken of.

    `lines=[4, 5]` and `values={"mid": "7"}` light lines and show variables at once, `.focus(4, 5, values={...})` later.
    """
    block = CodeListing(scene, program, language, slot)
    block.fit()
    first = lines[0] - 1 if lines else 0
    block.open(first - 2 if first > block.most - 2 else 0)
    if lines or values:
        block.focus(*(lines or []), values=values)
    return block
