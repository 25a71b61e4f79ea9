"""Lists: points and numbered steps on a rail, or cards side by side."""

from __future__ import annotations

from typing import TypedDict

from manim import (
    FadeIn, FadeOut, Group, ImageMobject, Line, Mobject, RoundedRectangle, Scene, VGroup, rate_functions,
)  # fmt: skip

from ..assets import asset
from ..highlight import Recolour
from ..slots import Rect
from ..text import ORIGIN, baseline, capital, pitch, place, rich, words
from ..theme import GAP_BETWEEN, GAP_INSIDE, MOTION, SIZE, palette
from .base import Block, appear
from .panels import BAND_LEVEL, panel, ring
from .timing import spread

_RAIL = 0.5
_WORDS = 0.65
_RING = 0.25
_MOST_ON_A_RAIL = 5
_MOST_CARDS = 6


class Item(TypedDict, total=False):
    """One item: rich text, and for cards the name of a picture."""

    text: str
    image: str


class ItemList(Block):
    """Items that come one after the other; the one spoken of now is lit, those before it dim, those to come are rings.

    Long lists are shown in pages.
    """

    def __init__(self, scene: Scene, items: list[Item], slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.items = items
        self.current = 0
        self.pages: list[list[int]] = []
        self.page = -1
        self.drawn: dict[int, list[Mobject]] = {}

    def _open(self, page: int) -> None:
        """Lets a page in, the one before it out."""
        raise NotImplementedError

    def _light(self, number: int) -> None:
        """Lights item `number` (0-based) and dims the one before."""
        raise NotImplementedError

    def step(self, number: int) -> None:
        """Item `number` (1-based) is spoken of now; the ones up to it are there."""
        index = max(0, min(number, len(self.items)) - 1)
        page = next(p for p, members in enumerate(self.pages) if index in members)
        if page != self.page:
            self._open(page)
        self._light(index)
        self.current = index

    def start(self, count: int) -> None:
        """Brings the first `count` items, spread over the beat."""
        for index, pause in zip(range(count), spread(self.scene, count, MOTION.words_in), strict=True):
            self.step(index + 1)
            if pause:
                self.scene.wait(pause)

    def emphasis_parts(self) -> list[Mobject]:
        return list(self.drawn.get(self.current, []))[-1:]


class RailList(ItemList):
    """A vertical rail with a mark for each item: numbers for steps, dots for points."""

    def __init__(self, scene: Scene, items: list[Item], slot: str | Rect, numbered: bool) -> None:
        super().__init__(scene, items, slot)
        self.numbered = numbered
        self.size = 36 if self.slot.width > 9 and len(items) <= 4 else SIZE.current
        width = self.slot.width - _RAIL - _WORDS
        self.texts = [rich(item["text"], self.size, width, lines=2, floor=SIZE.label) for item in items]
        heights = [text.height for text in self.texts]
        most = next(
            n for n in range(min(_MOST_ON_A_RAIL, len(items)), 0, -1)
            if n == 1 or max(_needed(heights[i : i + n]) for i in range(0, len(items), n)) <= self.slot.height
        )  # fmt: skip
        pages = -(-len(items) // most)
        even = -(-len(items) // pages)
        self.pages = [list(range(i, min(i + even, len(items)))) for i in range(0, len(items), even)]
        widest = max(text.width for text in self.texts)
        spare = self.slot.width - _RAIL - _WORDS - widest
        self.rail_x = self.slot.left + _RAIL + (spare / 2 - 0.2 if self.slot.width > 9 else 0)
        self.marks: dict[int, VGroup] = {}

    def _mark(self, number: int, y: float) -> VGroup:
        colours = palette()
        shape = ring(_RING if self.numbered else 0.11, colours.axes, 2)
        shape.move_to([self.rail_x, y, 0])
        label = VGroup()
        if self.numbered:
            digits = words(str(number + 1), SIZE.floor, colours.muted)
            label = VGroup(place(digits, self.rail_x, y - capital(SIZE.floor) / 2, ORIGIN))
        return VGroup(shape, label)

    def _open(self, page: int) -> None:
        leaving = list(self.submobjects)
        if leaving:
            self.play(FadeOut(Group(*leaving), run_time=MOTION.out, rate_func=rate_functions.ease_in_cubic))
            self.remove(*leaving)
        members = self.pages[page]
        heights = [self.texts[i].height for i in members]
        gap = min(1.15 - min(heights), (self.slot.height - sum(heights)) / max(1, len(members) - 1)) if len(members) > 1 else 0
        top = self.slot.y + (sum(heights) + gap * (len(members) - 1)) / 2
        middles = []
        for index, height in zip(members, heights, strict=True):
            text = self.texts[index]
            text.shift([self.rail_x + _WORDS - text.get_left()[0], top - text.get_top()[1], 0])
            middles.append(baseline(text) + capital(text.size) / 2)
            self.marks[index] = self._mark(index, middles[-1])
            top -= height + gap
        radius = self.marks[members[0]][0].width / 2
        rails = [
            Line([self.rail_x, a - radius, 0], [self.rail_x, b + radius, 0], stroke_width=2, color=palette().grid)
            for a, b in zip(middles, middles[1:], strict=False)
        ]
        marks = [self.marks[i] for i in members]
        self.page = page
        self.enter([*rails, *marks], FadeIn(VGroup(*rails, *marks), run_time=MOTION.label_in))

    def _light(self, number: int) -> None:
        colours = palette()
        animations = []
        for index in self.pages[self.page]:
            text, (shape, label) = self.texts[index], self.marks[index]
            if index == number:
                lit = shape.animate.set_fill(colours.now_fill, 1).set_stroke(colours.now_edge)
                animations += [lit, *[Recolour(digits, "#1B2130") for digits in label]]
                animations.append(Recolour(text, colours.text) if text in self.submobjects else appear(text))
            elif text in self.submobjects:
                animations += [Recolour(text, colours.dim), *[Recolour(digits, colours.dim) for digits in label]]
                animations.append(shape.animate.set_fill(colours.ground, 0).set_stroke(colours.axes))
        for index in self.pages[self.page]:
            if index <= number and self.texts[index] not in self.submobjects:
                self.add(self.texts[index])
                self.drawn[index] = [self.texts[index]]
                if index != number:
                    animations.append(FadeIn(self.texts[index].set_color(colours.dim)))
        self.play(*animations)


def _needed(heights: list[float]) -> float:
    return sum(heights) + 0.42 * (len(heights) - 1)


class CardList(ItemList):
    """Up to three cards side by side, or six in two rows; each with a number, a picture where it has one, and its words."""

    def __init__(self, scene: Scene, items: list[Item], slot: str | Rect) -> None:
        super().__init__(scene, items, slot)
        pages = -(-len(items) // _MOST_CARDS)
        even = -(-len(items) // pages)
        self.pages = [list(range(i, min(i + even, len(items)))) for i in range(0, len(items), even)]
        self.frames: dict[int, RoundedRectangle] = {}

    def _places(self, count: int) -> list[Rect]:
        columns = count if count <= 3 else 2 if count == 4 else 3
        rows = -(-count // columns)
        gap = 0.4
        width = min(3.9, (self.slot.width - gap * (columns - 1)) / columns)
        pictures = any("image" in item for item in self.items)
        height = min(4.3 if pictures or rows > 1 else 3.0, (self.slot.height - gap * (rows - 1)) / rows)
        places = []
        for number in range(count):
            row, column = divmod(number, columns)
            in_row = min(columns, count - row * columns)
            x = self.slot.x + (column - (in_row - 1) / 2) * (width + gap)
            y = self.slot.y + ((rows - 1) / 2 - row) * (height + gap)
            places.append(Rect(x, y, width, height))
        return places

    def _open(self, page: int) -> None:
        if self.submobjects:
            leaving = list(self.submobjects)
            self.play(FadeOut(Group(*leaving), run_time=MOTION.out, rate_func=rate_functions.ease_in_cubic))
            self.remove(*leaving)
        members = self.pages[page]
        self.page = page
        self.places = dict(zip(members, self._places(len(members)), strict=True))
        self.frames = {index: panel(self.places[index], palette().panel_edge) for index in members}
        self.enter(list(self.frames.values()), FadeIn(VGroup(*self.frames.values()), run_time=MOTION.label_in))

    def _content(self, index: int) -> list[Mobject]:
        spot, item = self.places[index], self.items[index]
        number = words(str(index + 1), SIZE.label, palette().muted)
        place(number, spot.left + GAP_INSIDE, spot.top - GAP_INSIDE - capital(SIZE.label))
        rows = max(1, int((spot.height - 1.0) / pitch(SIZE.label)))
        text = rich(
            item["text"], SIZE.body, spot.width - 2 * GAP_INSIDE, lines=2 if "image" in item else min(4, rows), align=ORIGIN
        )  # fmt: skip
        if "image" not in item:
            text.move_to(spot.centre)
            return [number, text]
        text.move_to([spot.x, spot.bottom + GAP_INSIDE + text.height / 2, 0])
        picture = ImageMobject(asset(item["image"]))
        room = Rect(spot.x, 0, spot.width - 2 * GAP_INSIDE, spot.height - text.height - 2 * GAP_INSIDE - GAP_BETWEEN)
        picture.scale(min(room.width / picture.width, room.height / picture.height))
        picture.move_to([spot.x, (text.get_top()[1] + spot.top) / 2, 0])
        return [number, picture, text] if picture.get_left()[0] > number.get_right()[0] + 0.1 else [picture, text]

    def _light(self, number: int) -> None:
        colours = palette()
        animations = []
        for index, frame in self.frames.items():
            shown = index in self.drawn
            if index == number:
                animations.append(frame.animate.set_stroke(colours.now_edge, width=3).set_z_index(BAND_LEVEL))
            elif shown:
                animations.append(frame.animate.set_stroke(colours.panel_edge, width=2))
                animations += [Recolour(part, colours.dim_on_panel) for part in self.drawn[index] if not isinstance(part, ImageMobject)]
            if index == number and shown:
                animations += [Recolour(part, colours.text) for part in self.drawn[index] if not isinstance(part, ImageMobject)]
            if index <= number and not shown:
                self.drawn[index] = self._content(index)
                self.add(*self.drawn[index])
                animations.append(FadeIn(Group(*self.drawn[index]), run_time=MOTION.words_in))
        self.play(*animations)


def item_list(
    scene: Scene, items: list[str | Item], style: str = "bullets", step: int | None = None, slot: str | Rect = "stage"
) -> ItemList:
    """A list: `bullets` or numbered `steps` on a rail, or `cards` side by side (`{"text": "...", "image": "name.png"}`).

    Items come one after the other over the beat; with `step=1` only the first, and `.step(n)` brings item n (1-based)
    and lights it. Six words an item are enough: the rest is spoken.
    """
    if style not in ("bullets", "steps", "cards"):
        raise ValueError(f"no list style is called {style!r}: there are bullets, steps and cards")
    made: list[Item] = [{"text": item} if isinstance(item, str) else item for item in items]
    block = CardList(scene, made, slot) if style == "cards" else RailList(scene, made, slot, numbered=style == "steps")
    block.start(len(made) if step is None else max(1, min(step, len(made))))
    return block
