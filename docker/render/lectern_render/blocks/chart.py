"""Bars with their values at the end: what is more, and how much."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, Animation, Line, Mobject, Rectangle, Scene, UpdateFromAlphaFunc, VGroup, smooth

from lectern_render.blocks.figure import Figure, Step
from lectern_render.blocks.plot_frame import written_number
from lectern_render.highlight import Recolour
from lectern_render.slots import Rect
from lectern_render.text import RichText, capital, place, pitch, rich, words
from lectern_render.theme import GAP_INSIDE, GAP_LABEL, MOTION, SIZE, palette

MOST_BARS = 6
_THICKNESS = 0.46


class Bar(VGroup):
    """A bar with its name and its value. `value` is what it shows at this moment."""

    def __init__(self, name: RichText, value: float, written: str, upright: bool) -> None:
        super().__init__()
        self.name_label, self.value, self.upright = name, value, upright
        self.shape = Rectangle(width=1, height=1, stroke_width=0, fill_color=palette().axes, fill_opacity=1)
        self.number = words(written, SIZE.label, palette().muted)
        self.add(self.shape, self.name_label, self.number)

    def draw(self, origin: np.ndarray, length: float) -> None:
        """The bar from a point of the base line on, with its number at the end."""
        length = max(length, 0.02)
        if self.upright:
            self.shape.stretch_to_fit_width(self.thickness).stretch_to_fit_height(length).move_to(origin, aligned_edge=DOWN)
            place(self.number, float(origin[0]), float(origin[1]) + length + GAP_LABEL, align=ORIGIN)
        else:
            self.shape.stretch_to_fit_height(self.thickness).stretch_to_fit_width(length).move_to(origin, aligned_edge=LEFT)
            place(self.number, float(origin[0]) + length + GAP_LABEL, float(origin[1]) - capital(SIZE.label) / 2)

    thickness = _THICKNESS


class Chart(Figure):
    """Bars by name. One of them may be in colour: the one that is spoken of."""

    kind = "chart"
    actions = frozenset(("change", "highlight", "reveal"))

    def __init__(self, scene: Scene, slot: str | Rect, unit: str, upright: bool) -> None:
        super().__init__(scene, slot)
        self.bars: dict[str, Bar] = {}
        self.unit, self.upright = unit, upright
        self.area = self.slot
        self.origins: dict[str, np.ndarray] = {}
        self.highest = 1.0
        self.accent = "orange"
        self._hidden: set[str] = set()
        self._gathered: dict[str, float] = {}
        self._others = ""

    @property
    def scale_length(self) -> float:
        """Screen units for 1."""
        return (self.area.height if self.upright else self.area.width) / self.highest

    def written(self, value: float, digits: int) -> str:
        """A value with its unit, as it stands at the end of a bar; a currency stands before it."""
        number = written_number(round(value, digits), 10.0**-digits)
        if self.unit in ("$", "£", "€", "¥"):
            return self.unit + number
        return f"{number}\N{NARROW NO-BREAK SPACE}{self.unit}" if self.unit else number

    def change(self, values: dict[str, float]) -> None:
        """Bars grow or shrink to new values, while their numbers run; the longest still fits."""
        values = self._told(values)
        bars = {name: self._bar(name) for name in values}
        before = {name: bar.value for name, bar in self.bars.items()}
        after = {**before, **{name: float(value) for name, value in values.items()}}
        start, end = self.highest, max(self.highest, *after.values())

        def update(group: Mobject, share: float) -> None:
            self.highest = start + share * (end - start)
            for name, bar in self.bars.items():
                bar.value = before[name] + share * (after[name] - before[name])
                if name in bars and abs(before[name] - after[name]) > 1e-12:
                    self._renumber(bar, self.written(bar.value, decimals(after[name])))
                bar.draw(self.origins[name], bar.value * self.scale_length)

        visible = VGroup(*[bar for name, bar in self.bars.items() if name not in self._hidden])
        self.act(UpdateFromAlphaFunc(visible, update, run_time=MOTION.move_most, rate_func=smooth))

    def highlight(self, bars: list[str], colour: str | None = None) -> None:
        """These bars take the colour, the others go back to grey."""
        shade = palette().colour(colour or self.accent)
        chosen = {self._name_of(name) for name in bars}
        self._tone(chosen & self._hidden, shade)
        self._tone(self._hidden - chosen, None)
        seen = {name: bar for name, bar in self.bars.items() if name not in self._hidden}
        self.act(*[Recolour(part, tone) for name, bar in seen.items() for part, tone in tones(bar, shade if name in chosen else None)])

    def reveal(self, bars: list[str]) -> None:
        """Brings bars that were left out at first."""
        coming = [name for name in dict.fromkeys(self._name_of(name) for name in bars) if name in self._hidden]
        self._hidden -= set(coming)
        self.bring(*[animation for name in coming for animation in self.entrance(self.bars[name], name)])

    def _tone(self, names: set[str], shade: str | None) -> None:
        """Gives bars that are not seen yet the colour that they will come in."""
        for name in names:
            for part, tone in tones(self.bars[name], shade):
                part.set_color(tone)

    def accentuate(self, name: str, colour: str) -> None:
        """This bar has a colour from the beginning."""
        self.accent = colour
        self._tone({self._name_of(name)}, palette().colour(colour))

    def entrance(self, bar: Bar, name: str) -> list[Animation]:
        """The name fades in while the bar grows out of the base line."""
        self.add(bar)
        full = bar.value * self.scale_length
        bar.draw(self.origins[name], 0.02)
        bar.number.set_opacity(0)
        bar.name_label.set_opacity(0)

        def grow(group: Mobject, share: float) -> None:
            bar.draw(self.origins[name], max(0.02, share * full))
            bar.number.set_opacity(max(0.0, 3 * share - 2))
            bar.name_label.set_opacity(min(1.0, 3 * share))

        return [UpdateFromAlphaFunc(bar, grow, run_time=0.8, rate_func=smooth)]

    def emphasis_parts(self) -> list[Mobject]:
        """Names and numbers, one bar after the other."""
        return [VGroup(bar.name_label, bar.number) for name, bar in self.bars.items() if name not in self._hidden]

    def hide(self, names: set[str]) -> None:
        """Leaves bars out until `reveal`."""
        self._hidden = names

    def gather(self, bars: dict[str, float], into: str) -> None:
        """Notes which bars the bar of the rest stands for: what is said of one of them is said of it."""
        self._gathered, self._others = bars, into

    def _name_of(self, name: str) -> str:
        shown = self._others if name in self._gathered else name
        if shown not in self.bars:
            raise ValueError(f"the chart has no bar {name!r}: it has {', '.join(self.bars)}")
        return shown

    def _bar(self, name: str) -> Bar:
        return self.bars[self._name_of(name)]

    def _told(self, values: dict[str, float]) -> dict[str, float]:
        """New values by the names of bars; those of gathered ones change the sum of the rest."""
        inside = {name: float(value) for name, value in values.items() if name in self._gathered}
        if not inside:
            return values
        self._gathered |= inside
        return {**{name: value for name, value in values.items() if name not in inside}, self._others: sum(self._gathered.values())}

    def _renumber(self, bar: Bar, text: str) -> None:
        new = words(text, SIZE.label, str(bar.number[0].get_color().to_hex()))
        bar.number.become(new)
        bar.number.baseline_fraction, bar.number.original_text = new.baseline_fraction, text


def tones(bar: Bar, shade: str | None) -> list[tuple[Mobject, str]]:
    """The parts of a bar with their colours: the shade, or the grey of those that nothing is said of."""
    colours = palette()
    return [(bar.shape, shade or colours.axes), (bar.number, shade or colours.muted), (bar.name_label, colours.text if shade else colours.muted)]


def decimals(value: float) -> int:
    """Digits after the point that a value is written with: as many as it has, at most two."""
    return next((digits for digits in (0, 1) if abs(value - round(value, digits)) < 1e-9), 2)


def _name(text: str, room: float, align: np.ndarray, lines: int) -> RichText:
    """A bar's name in its room, cut short where it is too long."""
    label = rich(text, size=SIZE.label, width=room, lines=lines, colour=palette().muted, align=align)
    while not label.fits and len(text) > 4:
        text = text.rstrip("…")[:-1].rstrip() + "…"
        label = rich(text, size=SIZE.floor, width=room, lines=lines, colour=palette().muted, align=align)
    return label


def _rest(bars: dict[str, float], spoken_of: set[str]) -> dict[str, float]:
    """What is too much for six bars and becomes one; the largest stay, and those that are spoken of before them."""
    if len(bars) <= MOST_BARS:
        return {}
    ordered = sorted(bars, key=lambda name: (name not in spoken_of, -bars[name]))
    return {name: value for name, value in bars.items() if name in ordered[MOST_BARS - 1 :]}


def _named_in(actions: list[Step]) -> set[str]:
    return {str(name) for action in actions for key in ("bars", "values") for name in action.get(key, [])}


def _lying(chart: Chart, names: dict[str, RichText]) -> None:
    rect = chart.area
    widest = max(label.width for label in names.values())
    numbers = max(bar.number.width for bar in chart.bars.values())
    left = rect.left + widest + GAP_LABEL
    width = min(rect.right - left - numbers - 2 * GAP_LABEL, 7.2)
    slack = max(0.0, rect.width - (widest + width + numbers + 3 * GAP_LABEL)) / 2
    left += slack
    step = min(1.05, rect.height / len(names))
    for order, (name, label) in enumerate(names.items()):
        y = rect.y + step * ((len(names) - 1) / 2 - order)
        chart.origins[name] = np.array([left, y, 0])
        first = y - capital(label.size) / 2 + (len(label.lines) - 1) * pitch(label.size) / 2
        place(label, left - GAP_LABEL, first, align=RIGHT)
    chart.area = Rect(left + width / 2, rect.y, width, rect.height)


def _upright(chart: Chart, names: dict[str, RichText]) -> None:
    rect = chart.area
    step = min(1.7, rect.width / len(names))
    tallest = max(label.height for label in names.values())
    bottom = rect.bottom + tallest + GAP_LABEL
    height = rect.height - tallest - GAP_LABEL - capital(SIZE.label) - 2 * GAP_LABEL
    for order, (name, label) in enumerate(names.items()):
        x = rect.x + step * (order - (len(names) - 1) / 2)
        chart.origins[name] = np.array([x, bottom, 0])
        chart.bars[name].thickness = min(0.9, step * 0.62)
        place(label, x, bottom - GAP_LABEL - capital(label.size), align=ORIGIN)
    base = Line([rect.x - step * len(names) / 2, bottom, 0], [rect.x + step * len(names) / 2, bottom, 0], stroke_width=2.5)
    chart.add(base.set_stroke(palette().axes))
    chart.area = Rect(rect.x, bottom + height / 2, rect.width, height)


def chart(
    scene: Scene, bars: dict[str, float], *, unit: str = "", title: str | None = None, colour: str | None = None,
    upright: bool = False, start: list[str] | None = None, others: str = "others", draw: list[Step] | None = None, steps: list[Step] | None = None,
    later: list[Step] | None = None, slot: str | Rect = "stage",
) -> Chart:  # fmt: skip
    """Draws bars from name to value, lying or `upright`; more than six become five and `others`. Answers the Chart.

    `colour` puts the first bar in colour; `start` names the bars that are there at first, for `reveal` to bring the rest.
    `later` are actions of later beats: what they speak of is not gathered.

        times = blocks.chart(self, {"network": 62, "database": 21}, unit="%")
        times.highlight(["network"])
        times.change({"network": 30})
    """
    if not bars:
        raise ValueError("a chart needs at least one bar")
    figure = Chart(scene, slot, unit, upright)
    given = {str(name): float(value) for name, value in bars.items()}
    every = [*(draw or []), *(later or []), *[action for step in steps or [] for action in step["actions"]]]
    rest = _rest(given, {*(start or []), *_named_in(every)})
    shown = {name: value for name, value in given.items() if name not in rest} | ({others: sum(rest.values())} if rest else {})
    figure.gather(rest, others)
    start = [others if name in rest else name for name in start or []]
    figure.highest = max(*shown.values(), 1e-9)
    rect = figure.slot.inset(0.1)
    opening: list[Animation] = []
    if title:
        heading = rich(title, size=SIZE.label, width=rect.width, lines=2, colour=palette().muted, align=ORIGIN)
        place(heading, rect.x, rect.top - capital(SIZE.label), align=ORIGIN)
        figure.add(heading)
        opening.append(figure.fade_in(heading))
        taken = heading.height + GAP_INSIDE
        rect = Rect(rect.x, rect.y - taken / 2, rect.width, rect.height - taken)
    figure.area = rect
    room = rect.width * 0.38 if not upright else min(1.7, rect.width / len(shown)) - 0.15
    lines = 2 if upright or rect.height / len(shown) > 0.85 else 1
    names = {name: _name(name, room, ORIGIN if upright else RIGHT, lines) for name in shown}
    for name, value in shown.items():
        figure.bars[name] = Bar(names[name], value, figure.written(value, decimals(value)), upright)
    (_upright if upright else _lying)(figure, names)
    if colour:
        figure.accentuate(next(iter(given)), colour)
    figure.hide(set(shown) - set(start) if start else set())
    opening += [a for name in shown if not start or name in start for a in figure.entrance(figure.bars[name], name)]
    figure.open_with(opening, draw, steps)
    return figure
