"""Where lines of rich text may break, and how the pieces between the breaks are divided among lines.

It knows notation and widths, not how anything is drawn: `Measure` answers how wide a piece is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_PIECES = re.compile(
    r"(?<!\\)\$(?P<maths>.+?)(?<!\\)\$|(?<!\\)\*\*(?P<strong>.+?)(?<!\\)\*\*|(?<!\\)`(?P<code>[^`]+)`", re.DOTALL
)
_ESCAPED = re.compile(r"\\([\\$`*])")
_NEVER_FIRST = set("。，、；：？！）】》」』”’…,.;:?!)]}%")
FORMULAS = ("maths", "display")


@dataclass(frozen=True)
class Piece:
    """A stretch of one kind: `text`, `strong`, `code`, `maths`, or `display` for a formula that stands alone."""

    kind: str
    text: str


@dataclass(frozen=True)
class Box:
    """What no line break may part, and whether a space stands before it."""

    pieces: tuple[Piece, ...]
    spaced: bool


@dataclass(frozen=True)
class Measure:
    """How wide a piece is, and a space."""

    piece: Callable[[Piece], float]
    space: float


def _pieces(source: str) -> list[Piece]:
    found, at = [], 0
    for match in _PIECES.finditer(source):
        found.append(Piece("text", source[at : match.start()]))
        kind = match.lastgroup or "text"
        found.append(Piece(kind, match.group(kind)))
        at = match.end()
    found.append(Piece("text", source[at:]))
    if len(found) == 3 and found[1].kind == "maths" and not (found[0].text + found[2].text).strip():
        return [Piece("display", found[1].text)]
    return [p if p.kind == "maths" else Piece(p.kind, _ESCAPED.sub(r"\1", p.text)) for p in found if p.text]


def _breaks_anywhere(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def boxes_of(source: str) -> list[Box]:
    """Rich text as boxes: words with the punctuation and formulas that stick to them."""
    boxes: list[Box] = []
    open_box, spaced = False, False
    for piece in _pieces(source):
        parts = [piece.text] if piece.kind in FORMULAS else re.split(r"(\s+)", piece.text)
        for part in filter(None, parts):
            if part.isspace():
                open_box, spaced = False, True
                continue
            for chunk in [part] if piece.kind in FORMULAS else _chunks(part):
                joins = open_box and (chunk[0] in _NEVER_FIRST or not _breaks_anywhere(chunk[0]))
                if joins:
                    last = boxes.pop()
                    boxes.append(Box((*last.pieces, Piece(piece.kind, chunk)), last.spaced))
                else:
                    boxes.append(Box((Piece(piece.kind, chunk),), spaced))
                open_box, spaced = piece.kind in FORMULAS or not _breaks_anywhere(chunk[-1]) or joins, False
    return boxes


def _chunks(word: str) -> list[str]:
    """A word as it is; Chinese and Japanese by character, since they break between any two."""
    chunks: list[str] = []
    for character in word:
        if chunks and not _breaks_anywhere(character) and not _breaks_anywhere(chunks[-1][-1]):
            chunks[-1] += character
        else:
            chunks.append(character)
    return chunks


def box_width(box: Box, measure: Measure) -> float:
    """Width of the box with the space before it."""
    inside = sum(measure.piece(piece) for piece in box.pieces)
    return inside + measure.space * (box.spaced + 0.3 * sum(piece.kind in FORMULAS for piece in box.pieces))


def broken(boxes: list[Box], width: float, measure: Measure) -> list[list[Box]]:
    """As much on every line as fits."""
    lines: list[list[Box]] = [[]]
    used = 0.0
    for box in boxes:
        wide = box_width(box, measure)
        if lines[-1] and used + wide > width:
            lines.append([])
            used = 0.0
        lines[-1].append(box)
        used += wide
    return lines


def split_wide(boxes: list[Box], width: float, measure: Measure) -> list[Box]:
    """Parts words that are wider than a whole line between any two letters."""
    parted: list[Box] = []
    for box in boxes:
        if box_width(box, measure) <= width or any(piece.kind in FORMULAS for piece in box.pieces):
            parted.append(box)
            continue
        letters = [Piece(piece.kind, letter) for piece in box.pieces for letter in piece.text]
        parted += [Box((letter,), box.spaced and index == 0) for index, letter in enumerate(letters)]
    return parted


def balanced(boxes: list[Box], width: float, measure: Measure) -> list[list[Box]]:
    """The same number of lines, as equally long as they go: no last line of one word."""
    lines = broken(boxes, width, measure)
    if len(lines) == 1:
        return lines
    narrow, wide = width / 2, width
    for _ in range(7):
        middle = (narrow + wide) / 2
        if len(broken(boxes, middle, measure)) == len(lines):
            wide = middle
        else:
            narrow = middle
    return broken(boxes, wide, measure)


def joined_pieces(line: list[Box]) -> list[tuple[Piece, float]]:
    """The pieces of a line, each run of one kind as one piece, with the spaces before it."""
    joined: list[tuple[Piece, float]] = []
    for place_in_line, box in enumerate(line):
        for order, piece in enumerate(box.pieces):
            space = 1.0 if order == 0 and box.spaced and place_in_line else 0.3 * (order > 0)
            if joined and piece.kind not in FORMULAS and joined[-1][0].kind == piece.kind:
                before, gap = joined.pop()
                joined.append((Piece(piece.kind, before.text + (" " if space == 1.0 else "") + piece.text), gap))
            else:
                joined.append((piece, space))
    return joined
