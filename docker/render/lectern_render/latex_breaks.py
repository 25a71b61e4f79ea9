"""Relations and operators of LaTeX mathematics, and where a formula that is too wide may be broken."""

from __future__ import annotations

from .latex_tokens import LEXEME

RELATIONS = frozenset(
    ["=", "<", ">", ":", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\approx", r"\equiv", r"\sim", r"\simeq", r"\cong"]
    + [r"\to", r"\rightarrow", r"\Rightarrow", r"\Leftrightarrow", r"\iff", r"\implies", r"\mapsto", r"\propto", r"\in", r"\subset"]
    + [r"\subseteq", r"\ll", r"\gg", r"\longrightarrow", r"\leftrightarrow", r"\rightleftharpoons"]
)  # fmt: skip
OPERATORS = RELATIONS | {"+", "-", r"\pm", r"\mp", r"\cdot", r"\times", r"\div", ",", ";", r"\cup", r"\cap", r"\land", r"\lor"}
_BREAKS = frozenset(RELATIONS | {"+", "-", r"\pm", r"\mp"})


def break_points(tex: str, before: frozenset[str] = _BREAKS) -> list[str]:
    """The formula cut before each relation, plus and minus that stands outside all braces, brackets and environments.

    Joined, the pieces are the formula. One that cannot be cut comes back whole.
    """
    pieces, depth, environments = [""], 0, 0
    for lexeme in LEXEME.findall(tex):
        if depth == 0 and environments == 0:
            if lexeme in ("&", r"\\"):
                return [tex]
            if lexeme in before and pieces[-1].strip():
                pieces.append("")
        depth += {"{": 1, "(": 1, "[": 1, r"\{": 1, "}": -1, ")": -1, "]": -1, r"\}": -1}.get(lexeme, 0)
        environments += {r"\begin": 1, r"\end": -1, r"\left": 1, r"\right": -1}.get(lexeme, 0)
        pieces[-1] += lexeme
    return pieces if depth == 0 and environments == 0 else [tex]
