"""A line of words and a formula as Manim objects that know their baseline, and the formula its symbols."""

from __future__ import annotations

from typing import TypeVar

from manim import Mobject, SingleStringMathTex, Text, VGroup
from manim.constants import SCALE_FACTOR_PER_FONT_POINT

from . import latex_tokens
from .latex_breaks import OPERATORS
from .theme import CODE_ADVANCE_PER_SIZE, CODE_FONT, palette

_Kind = TypeVar("_Kind", bound=Mobject)
_PROBE = "H"
"""Set before the text and taken away again: its foot is the baseline, which Pango's SVG does not tell."""


def keep_baseline(mobject: _Kind, y: float) -> _Kind:
    """Notes where the baseline is as a share of the height, which survives moving and scaling."""
    mobject.baseline_fraction = (y - float(mobject.get_bottom()[1])) / max(mobject.height, 1e-9)
    return mobject


class Words(Text):
    """One line of text that knows its baseline."""

    def __init__(self, text: str, size: float, colour: str, font: str, weight: str) -> None:
        code = font == CODE_FONT
        super().__init__(
            _PROBE + "\N{NO-BREAK SPACE}" + text, font=font, weight=weight, color=colour,
            font_size=size, disable_ligatures=code,
        )  # fmt: skip
        probe = self.submobjects[0]
        below = float(probe.get_bottom()[1])
        advance = CODE_ADVANCE_PER_SIZE * size
        column = float(probe.get_left()[0]) - (advance - probe.width) / 2 + 2 * advance
        self.submobjects = [glyph for glyph in self.submobjects[1:] if len(glyph.points) and glyph.height > 1e-6]
        self.chars = VGroup(*self.submobjects)
        self.original_text = text
        self.text = text.replace(" ", "")
        self.left_bearing = float(self.get_left()[0]) - column if code else 0.0
        """How far the first letter's ink stands from the edge of its column; for type of one width."""
        keep_baseline(self, below)
        self.initial_height = self.height


class Maths(SingleStringMathTex):
    """A formula whose symbols are known: `parts[i]` is a VGroup of the glyphs that `symbols[i]` itself owns.

    The glyphs of a fraction's bar belong to the fraction, those above and below it to their own symbols.
    """

    def __init__(self, tex: str, font_size: float, colour: str) -> None:
        self.tex_string = tex
        self.symbols = self._typeset(tex, font_size, colour)
        marks = list(self.id_to_vgroup_dict["baseline"].submobjects)
        below = float(marks[0].get_bottom()[1])
        owner: dict[int, int] = {}
        for index in range(len(self.symbols)):
            group = self.id_to_vgroup_dict.get(f"token{index}")
            for glyph in group.submobjects if group else ():
                owner[id(glyph)] = max(index, owner.get(id(glyph), 0))
        self.submobjects = [glyph for glyph in self.submobjects if glyph not in marks]
        self.parts = [VGroup() for _ in self.symbols]
        for glyph in self.submobjects:
            if id(glyph) in owner:
                self.parts[owner[id(glyph)]].add(glyph)
        self.id_to_vgroup_dict = {}
        self.tex_string = tex
        keep_baseline(self, below)
        self.initial_height = self.height / (font_size * SCALE_FACTOR_PER_FONT_POINT)

    def _typeset(self, tex: str, font_size: float, colour: str) -> list[latex_tokens.Symbol]:
        try:
            tagged = latex_tokens.tag(tex)
            SingleStringMathTex.__init__(self, tagged.source, font_size=font_size, color=colour)
        except (latex_tokens.NotSplit, ValueError, RuntimeError):
            tagged = latex_tokens.plain(tex)
            SingleStringMathTex.__init__(self, tagged.source, font_size=font_size, color=colour)
        return tagged.symbols

    def with_scripts(self, index: int) -> VGroup:
        """The glyphs of a symbol and of everything within it: scripts, numerator, radicand."""
        last = self.symbols[index].last
        return VGroup(*[glyph for part in self.parts[index : last + 1] for glyph in part])

    def outermost(self) -> list[int]:
        """Numbers of the symbols that stand in no other."""
        found, at = [], 0
        while at < len(self.symbols):
            found.append(at)
            at = self.symbols[at].last + 1
        return found

    def terms(self) -> list[VGroup]:
        """The pieces between the formula's relations and operators, each as its glyphs."""
        terms: list[VGroup] = [VGroup()]
        for index in self.outermost():
            if self.symbols[index].tex in OPERATORS:
                terms.append(VGroup())
            else:
                terms[-1].add(*self.with_scripts(index))
        return [term for term in terms if len(term)]

    def find(self, tex: str) -> list[VGroup]:
        """Every place where that LaTeX stands in the formula, as the glyphs it is drawn with.

        A single symbol brings its scripts (`a` finds the whole of `a^2`); a longer piece is looked for symbol by symbol.
        """
        wanted = latex_tokens.normalised(tex)
        scripted = (wanted + "^", wanted + "_", wanted + "'")
        alone = [i for i, s in enumerate(self.symbols) if wanted in (s.whole, s.tex) or s.whole.startswith(scripted)]
        if alone:
            return [self.with_scripts(i) for i in alone]
        found = []
        for start in range(len(self.symbols)):
            grown, at = "", start
            while at < len(self.symbols) and wanted.startswith(grown) and grown != wanted:
                grown, at = grown + self.symbols[at].whole, self.symbols[at].last + 1
            if grown == wanted:
                found.append(VGroup(*[glyph for part in self.parts[start:at] for glyph in part]))
        return found

    def colour_symbols(self, colours: dict[str, str]) -> Maths:
        """Gives each symbol of the ledger its colour (`{"a": "blue"}`), outer symbols first."""
        places = [
            (-len(group), group, colour) for tex, colour in colours.items() for group in self.find(tex) if len(group)
        ]
        for _, group, colour in sorted(places, key=lambda place: place[0]):
            group.set_color(palette().colour(colour))
        return self
