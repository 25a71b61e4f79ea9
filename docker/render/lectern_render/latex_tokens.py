"""Splits LaTeX mathematics into its symbols and marks each in the SVG, so that a symbol can be coloured and can move.

`tag` surrounds every symbol (a letter, a number, an operator, a fraction with its bar) with `dvisvgm:raw` groups.
These are whatsits: TeX leaves them out of its spacing rules, so that the picture is the same with and without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

OPEN = r"\special{{dvisvgm:raw <g id='token{index}'>}}"
CLOSE = r"\special{dvisvgm:raw </g>}"
BASELINE = r"\special{dvisvgm:raw <g id='baseline'><path d='M{?x} {?y}h1v-1z'/></g>}"

LEXEME = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+(?:[.,]\d+)*|\s+|.", re.DOTALL)

_ONE_ARGUMENT = frozenset(
    r"\hat \vec \bar \dot \ddot \tilde \widehat \widetilde \overline \underline \overbrace \underbrace \overrightarrow"
    r" \overleftarrow \boxed \cancel \mathring \check \breve \acute \grave".split()
)
_TWO_ARGUMENTS = frozenset(r"\frac \dfrac \tfrac \cfrac \binom \dbinom \tbinom \overset \underset \stackrel".split())
_WHOLE = frozenset(
    r"\text \textbf \textit \textrm \textsf \mathrm \mathit \mathsf \mathtt \operatorname \operatorname* \mbox \hbox"
    r" \mathbb \mathcal \mathfrak \mathscr \mathbf \boldsymbol \bm \pmb \pmod \pod \not".split()
)
_STRUCTURE = frozenset(
    r"\limits \nolimits \displaystyle \textstyle \scriptstyle \scriptscriptstyle \quad \qquad \, \: \; \! \  \> \hline"
    r" \nonumber \notag \over \choose \atop \\ \hfill \hspace \hspace* \vspace \kern \mkern \phantom \hphantom \vphantom"
    r" \smash \color \mathstrut \strut \label \tag \cr \middle \mathopen \mathclose \mathbin \mathrel \mathord \mathop"
    r" \big \Big \bigg \Bigg \bigl \Bigl \biggl \Biggl \bigr \Bigr \biggr \Biggr \bigm \Bigm \rm \bf \it \left \right".split()
)
_TAKES_DELIMITER = frozenset(
    r"\left \right \middle \big \Big \bigg \Bigg \bigl \Bigl \biggl \Biggl \bigr \Bigr \biggr \Biggr \bigm \Bigm".split()
)


class NotSplit(ValueError):
    """The LaTeX holds something that cannot be split safely; it can still be set as one piece."""


@dataclass
class Symbol:
    """One symbol of a formula: its own LaTeX, the same with its scripts and arguments, and the last symbol within it."""

    tex: str
    whole: str = ""
    last: int = 0
    depth: int = 0
    """How many symbols it stands within; 0 for those of the formula itself."""
    script: bool = False


@dataclass
class Tagged:
    """LaTeX with its symbols marked; `symbols[i]` is what the SVG group `token<i>` shows."""

    source: str
    symbols: list[Symbol] = field(default_factory=list)


def normalised(tex: str) -> str:
    """LaTeX without the spaces and braces that change nothing in the picture, for comparing."""
    return re.sub(r"[\s{}]", "", tex)


class _Tagger:
    def __init__(self, tex: str) -> None:
        self.lexemes: list[str] = LEXEME.findall(tex)
        self.at = 0
        self.symbols: list[Symbol] = []
        self.depth = 0
        self.script_depth = 0

    def peek(self) -> str:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else ""

    def take(self) -> str:
        lexeme = self.peek()
        self.at += 1
        return lexeme

    def skip_space(self) -> None:
        while self.peek().isspace():
            self.at += 1

    def raw_group(self) -> str:
        """A `{...}` as it stands."""
        depth, taken = 0, ""
        while True:
            lexeme = self.take()
            if not lexeme:
                raise NotSplit("a brace is not closed")
            taken += lexeme
            depth += {"{": 1, "}": -1}.get(lexeme, 0)
            if depth == 0:
                return taken

    def raw_option(self) -> str:
        taken = ""
        while not taken.endswith("]"):
            lexeme = self.take()
            if not lexeme:
                raise NotSplit("a bracket is not closed")
            taken += lexeme
        return taken

    def argument(self) -> str:
        """One argument of a command or script, its symbols marked, in braces."""
        self.skip_space()
        if self.peek() == "{":
            self.take()
            inside = self.sequence("}")
            self.take()
            return "{" + inside + "}"
        if not self.peek():
            raise NotSplit("an argument is missing")
        if len(self.peek()) > 1 and self.peek()[0].isdigit():
            # Without braces TeX takes one digit: \frac12 is a half.
            self.lexemes[self.at : self.at + 1] = [self.peek()[0], self.peek()[1:]]
        return "{" + self.atom(scripts=False) + "}"

    def sequence(self, end: str) -> str:
        made = ""
        while self.at < len(self.lexemes) and self.peek() != end:
            made += self.atom()
        if end and self.peek() != end:
            raise NotSplit("a brace is not closed")
        return made

    def scripts(self) -> str:
        made = ""
        while True:
            here = self.at
            self.skip_space()
            lexeme = self.peek()
            if lexeme in (r"\limits", r"\nolimits", "'"):
                made += self.take()
            elif lexeme in ("^", "_"):
                self.script_depth += 1
                made += self.take() + self.argument()
                self.script_depth -= 1
            else:
                self.at = here
                return made

    def atom(self, scripts: bool = True) -> str:
        """The next thing of the list, with the scripts that belong to it."""
        lexeme = self.take()
        if lexeme.isspace() or lexeme == "&" or lexeme == "~":
            return lexeme
        if lexeme in ("^", "_"):
            return lexeme + self.argument()
        if lexeme in ("}", "%", "#", "$"):
            raise NotSplit(f"{lexeme} stands where it cannot be split")
        if lexeme in (r"\begin", r"\end"):
            return self.environment(lexeme)
        if lexeme in _STRUCTURE:
            return self.structure(lexeme)
        first, index = self.at - 1, len(self.symbols)
        self.symbols.append(Symbol(lexeme, depth=self.depth, script=self.script_depth > 0))
        self.depth += 1
        body = self.body(lexeme, index)
        if scripts:
            body += self.scripts()
        self.depth -= 1
        self.close(index, first)
        return OPEN.format(index=index) + body + CLOSE

    def close(self, index: int, first_lexeme: int) -> None:
        self.symbols[index].whole = normalised("".join(self.lexemes[first_lexeme : self.at]))
        self.symbols[index].last = len(self.symbols) - 1

    def body(self, lexeme: str, index: int) -> str:
        if lexeme == "{":
            self.symbols[index].tex = "{}"
            inside = self.sequence("}")
            self.take()
            return "{" + inside + "}"
        if lexeme in _ONE_ARGUMENT:
            return lexeme + self.argument()
        if lexeme in _TWO_ARGUMENTS:
            return lexeme + self.argument() + self.argument()
        if lexeme == r"\sqrt":
            option = self.raw_option() if self.peek() == "[" else ""
            return lexeme + option + self.argument()
        if lexeme in _WHOLE or (lexeme.startswith("\\") and self.peek() == "{" and len(lexeme) > 2):
            whole = lexeme
            self.skip_space()
            while self.peek() == "{":
                whole += self.raw_group()
            if whole == lexeme:
                whole += " " + self.take()
            self.symbols[index].tex = whole
            return whole
        return lexeme + (" " if lexeme[0] == "\\" and lexeme[-1].isalpha() else "")

    def environment(self, lexeme: str) -> str:
        self.skip_space()
        made = lexeme + self.raw_group()
        if lexeme == r"\begin":
            while self.peek() in ("{", "["):
                made += self.raw_group() if self.peek() == "{" else self.raw_option()
            return made
        return made + self.scripts()

    def structure(self, lexeme: str) -> str:
        if lexeme in _TAKES_DELIMITER:
            return self.delimiter(lexeme)
        made = lexeme
        if lexeme == r"\\" and self.peek() == "[":
            return made + self.raw_option()
        while self.peek() == "{":
            made += self.raw_group()
        return made + (" " if made[-1].isalpha() else "")

    def delimiter(self, lexeme: str) -> str:
        """A sized delimiter: `\\left(` is marked inside its own list, so that the groups of the SVG stay nested."""
        self.skip_space()
        sign = self.take()
        first, index = self.at - 1, len(self.symbols)
        self.symbols.append(Symbol(sign, depth=self.depth, script=self.script_depth > 0))
        both = lexeme + sign + (" " if sign[-1:].isalpha() else "")
        both += self.scripts() if lexeme == r"\right" else ""
        self.close(index, first)
        return OPEN.format(index=index) + both + CLOSE


def tag(tex: str) -> Tagged:
    """Marks every symbol of a formula.

    Raises NotSplit where the formula holds something that would look or compile differently when split.
    """
    tagger = _Tagger(tex.strip())
    source = tagger.sequence("")
    return Tagged(BASELINE + source, tagger.symbols)


def plain(tex: str) -> Tagged:
    """The formula as one symbol, for what `tag` refuses."""
    return Tagged(BASELINE + OPEN.format(index=0) + tex.strip() + CLOSE, [Symbol(tex.strip(), normalised(tex))])
