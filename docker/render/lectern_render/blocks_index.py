"""What a writer of scene code has at hand, as text: blocks, the scene's beats, slots, colours, and the names of Manim.

    python -m lectern_render.blocks_index

prints JSON: `lectern` and `manim`, each a list of lines. It is taken from signatures and docstrings, so that a prompt
that shows it says what the code does.
"""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

from manim import LEFT

from . import blocks, text, theme
from .blocks.base import Block
from .blocks.figure import Figure
from .scene import BeatScene
from .manim_names import manim_lines
from .slots import SLOTS

# Films of a topic have no folder with images.
_HIDDEN_BLOCKS = {"Block", "leave", "image"}
_COMMON = ("mute", "leave")
_INTERNAL = {"start", "compose", "open", "typeset", "fit", "emphasis_parts", "emphasis_colour", "emphases"}
_SCENE_MEMBERS = (
    "beat", "wait_for_word", "telling_seconds_left", "beat_seconds_left", "share_of_beat", "symbol_colours", "section_title",
)  # fmt: skip
_LINE_WIDTH = 150
_KINDS = (
    "Slot: the name of a slot, or a Rect. Place: (x, y). Cells: (first, last), both included, counted from 0. Tick: (number, label). "
    'Edge: (from, to, "->" or "-", label). Part: the name of a node, or (from, to). Frame: (left, bottom, right, top). '
    'Step: {"do": name of a method, and its arguments by name}. A label may hold $formulas$.'
)


def lectern_lines() -> list[str]:
    """Functions of `blocks` with the methods of what they answer, the scene's members, slots and colours."""
    lines = ["## LessonScene: time", *_scene_lines(), "", "## Places", *_stage_lines()]
    lines += ["", "## Colours and sizes", *_theme_lines()]
    lines += ["", "## Words and formulas of your own: from lectern_render.text import words, maths, rich, place", *_text_lines()]
    lines += ["", "## blocks", *_paragraph(_KINDS), *_paragraph("Every function draws a block, plays its entrance and answers it. All blocks have:")]
    lines += _common_lines()
    for name in blocks.__all__:
        if name not in _HIDDEN_BLOCKS:
            lines += ["", *_block_lines(name, getattr(blocks, name))]
    return lines


def _scene_lines() -> Iterator[str]:
    for name in _SCENE_MEMBERS:
        member = inspect.getattr_static(BeatScene, name)
        function = member.fget if isinstance(member, property) else member
        call = f"self.{name}" if isinstance(member, property) else f"self.{_call(name, function)}"
        yield from _entry(call, _doc(function))


def _stage_lines() -> Iterator[str]:
    yield from _paragraph(
        f"The frame is {theme.FRAME_WIDTH:g} x {theme.FRAME_HEIGHT:g} units, its middle the origin. Everything stays inside x "
        f"{theme.SAFE_LEFT:g} to {theme.SAFE_RIGHT:g} and y {theme.SAFE_BOTTOM:g} to {theme.SAFE_TOP:g}; captions own what is below."
    )
    for name, rect in SLOTS.items():
        yield f"slot {name!r}: x {rect.left:g} to {rect.right:g}, y {rect.bottom:g} to {rect.top:g}"
    yield from _paragraph(
        "A slot of your own: `from lectern_render.slots import Rect`, then slot=Rect(x, y, width, height), x and y its middle."
    )


def _theme_lines() -> Iterator[str]:
    colours = [name for name, value in vars(theme.DARK).items() if str(value).startswith("#")]
    sizes = [f"{name} {size:g}" for name, size in vars(theme.SIZE).items()]
    yield from _paragraph(f"from lectern_render.theme import SIZE, palette. palette() has, each as #rrggbb: {', '.join(colours)}.")
    yield from _paragraph(f"SIZE has, each for words and for maths() alike: {', '.join(size for size in sizes if not size.startswith('maths'))}.")


def _text_lines() -> Iterator[str]:
    for function in (text.words, text.maths, text.rich, text.place):
        yield from _entry(_call(function.__name__, function), _doc(function))


def _common_lines() -> Iterator[str]:
    for name in _COMMON:
        yield from _entry(f".{_call(name, getattr(Block, name))}", _doc(getattr(Block, name)), indent=2)
    yield from _entry(f"blocks.{_call('leave', blocks.leave)}", _doc(blocks.leave), indent=2)


def _block_lines(name: str, function: Callable[..., Any]) -> Iterator[str]:
    yield from _entry(f"blocks.{_call(name, function)}", _doc(function))
    made = get_type_hints(function).get("return")
    if not (inspect.isclass(made) and issubclass(made, Block)):
        return
    for method, member in _methods(made):
        yield from _entry(f".{_call(method, member)}", _doc(member), indent=2)


def _methods(block: type[Block]) -> list[tuple[str, Callable[..., Any]]]:
    """What can be asked of a block: the actions of a figure, the public methods of its own of any other."""
    if issubclass(block, Figure):
        return [(name, getattr(block, name)) for name in sorted(block.actions)]
    own = {}
    for cls in reversed(block.__mro__):
        if issubclass(cls, Block) and cls is not Block:
            own |= {
                name: member
                for name, member in vars(cls).items()
                if inspect.isfunction(member) and not name.startswith("_")
            }
    return sorted((name, member) for name, member in own.items() if name not in _INTERNAL)


def _call(name: str, function: Callable[..., Any]) -> str:
    """Name and parameters, without the scene that every function takes first as `self`."""
    signature = inspect.signature(function)
    shown = [
        parameter.replace(annotation=_plain(parameter.annotation))
        for parameter in signature.parameters.values()
        if parameter.name not in ("self", "scene", "draw", "steps")
    ]
    text = str(signature.replace(parameters=shown, return_annotation=inspect.Signature.empty))
    text = re.sub(r": '([^']*)'", r": \1", text)
    # The only arrays that stand for a default.
    text = text.replace(repr(LEFT), "LEFT")
    return name + (
        text.replace("(", "(self, ", 1).replace("(self, )", "(self)")
        if "scene" in signature.parameters
        else text
    )


def _plain(annotation: Any) -> Any:
    """Annotations as they are written; those that say nothing beside the parameter's name are left out."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    return inspect.Parameter.empty if text in ("_empty", "Any") else text.replace("str | Rect", "Slot")


def _doc(function: Callable[..., Any]) -> str:
    return inspect.getdoc(function) or ""


def _entry(call: str, doc: str, indent: int = 0) -> Iterator[str]:
    """A call, and what it does, set in beneath it; indented lines of the docstring are examples and stay as they are."""
    yield " " * indent + call
    for block in doc.split("\n\n"):
        if block.startswith("    "):
            yield from (" " * (indent + 4) + line for line in block.splitlines())
        elif block:
            yield from _paragraph(block, indent + 4)


def _paragraph(text: str, indent: int = 0) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(
        " ".join(text.split()),
        _LINE_WIDTH,
        initial_indent=margin,
        subsequent_indent=margin,
        break_on_hyphens=False,
    )


def main() -> None:
    print(json.dumps({"lectern": lectern_lines(), "manim": manim_lines()}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
