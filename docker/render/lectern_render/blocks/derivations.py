"""Derivations: lines of mathematics in which the pieces that stay move down from one line to the next."""

from __future__ import annotations

from manim import Animation, AnimationGroup, FadeIn, FadeOut, Mobject, Scene, VGroup, Write

from ..glyphs import Maths
from ..highlight import MARKER_LEVEL, Recolour, marker
from ..latex_breaks import RELATIONS, break_points
from ..matching import Glide, match
from ..slots import Rect
from ..text import baseline, maths
from ..theme import MATHS_PER_TEXT, MOTION, SIZE, palette
from .base import Block
from .timing import spread

_MOST_LINES = 4
_PITCH = 1.25
_GAP = 0.42
_GLIDE_SECONDS = 1.0
_LEAST_SCALE = 0.55
_CROWDED = 0.85
"""Where four lines would have to shrink further than this, three are shown."""


class Line:
    """One line of the derivation: its formula, the x of its relation, what is new in it."""

    def __init__(self, tex: str, colours: dict[str, str]) -> None:
        self.formula = maths(tex.replace("&", " "), SIZE.maths_step / MATHS_PER_TEXT).colour_symbols(colours)
        relation = next(
            (i for i in self.formula.outermost() if self.formula.symbols[i].tex in RELATIONS), None
        )  # fmt: skip
        self.relation = None if relation is None else self.formula.parts[relation]
        self.markers = VGroup()

    def anchor(self) -> float:
        """Where the relation begins, which all lines share; a line without one begins there itself."""
        place = self.formula if self.relation is None else self.relation
        return float(place.get_left()[0])

    @property
    def reach(self) -> tuple[float, float]:
        """How far the line goes to the left and to the right of its relation."""
        return self.anchor() - self.formula.get_left()[0], self.formula.get_right()[0] - self.anchor()


class Derivation(Block):
    """Lines under each other with their relations aligned; past lines are dim, what is new in the last is lit."""

    def __init__(self, scene: Scene, slot: str | Rect) -> None:
        super().__init__(scene, slot)
        self.lines: list[Line] = []
        self.scale_factor = 1.0
        self.most_lines = _MOST_LINES

    def _layout(self, shown: list[Line], planned: list[Line]) -> list[tuple[float, float]]:
        """Anchor x and baseline y of each shown line, with room kept for the planned ones; scales lines that are new."""
        lefts, rights = zip(*[line.reach for line in planned], strict=True)
        wide = max(lefts) + max(rights)
        anchor = self.slot.x + (max(lefts) - max(rights)) / 2
        if wide > self.slot.width + 1e-6:
            anchor = self.slot.left + max(lefts) * self.slot.width / wide
        rows = planned[: self.most_lines]
        total = sum(_distances(rows)) + _above(rows[0]) + _below(rows[-1])
        top = self.slot.y + min(total, self.slot.height) / 2 - _above(shown[0])
        ys = [top]
        for distance in _distances(shown):
            ys.append(ys[-1] - distance)
        return [(anchor, y) for y in ys]

    def _factor(self, lines: list[Line]) -> float:
        """What all lines must be scaled by so that the widest, and the highest that are seen at once, fit the slot."""
        lefts, rights = zip(*[line.reach for line in lines], strict=True)
        by_width = self.slot.width / (max(lefts) + max(rights))
        if self._by_height(lines, _MOST_LINES) < _CROWDED:
            self.most_lines = _MOST_LINES - 1
        return max(_LEAST_SCALE, min(1.0, by_width, self._by_height(lines, self.most_lines)))

    def _by_height(self, lines: list[Line], most: int) -> float:
        windows = [lines[i : i + most] for i in range(max(1, len(lines) - most + 1))]
        return self.slot.height / max(sum(_distances(w)) + _above(w[0]) + _below(w[-1]) for w in windows)

    def _scale(self, lines: list[Line], factor: float) -> None:
        for line in lines:
            line.formula.scale(factor)

    def _made(self, lines: list[str]) -> list[Line]:
        """The lines; where the slot is too narrow for one, a chain `a = b = c` becomes a line for each relation."""
        colours = getattr(self.scene, "symbol_colours", {})
        made = [Line(tex, colours) for tex in lines]
        legible = SIZE.maths_floor / SIZE.maths_step
        if all(line.formula.width * legible <= self.slot.width for line in made):
            return made
        pieces: list[str] = []
        for tex in lines:
            head, *tail = break_points(tex, RELATIONS)
            wide = not tail or Line(head + tail[0], colours).formula.width * legible > self.slot.width
            pieces += [head, *tail] if wide else [head + tail[0], *tail[1:]]
        return [Line(tex, colours) for tex in pieces]

    def start(self, lines: list[str]) -> None:
        """Writes the first line and goes on with the others over the beat."""
        made = self._made(lines)
        self.scale_factor = self._factor(made)
        self._scale(made, self.scale_factor)
        self._planned = made
        pauses = spread(self.scene, len(made), _GLIDE_SECONDS + MOTION.label_in)
        for index, (line, pause) in enumerate(zip(made, pauses, strict=True)):
            self._first(line) if index == 0 else self._step(line)
            if pause:
                self.scene.wait(pause)

    def next(self, *lines: str) -> None:
        """Goes on with further lines. Pieces of the line before move into them, what is new fades in, lit."""
        made = self._made(list(lines))
        self._scale(made, self.scale_factor)
        self._make_room(made)
        self._planned = [*self.lines, *made]
        for line, pause in zip(made, spread(self.scene, len(made), _GLIDE_SECONDS + MOTION.label_in), strict=True):
            self._step(line)
            if pause:
                self.scene.wait(pause)

    def _make_room(self, coming: list[Line]) -> None:
        """Scales the lines on the stage down where a later one needs more room than all before."""
        factor = self._factor([*self.lines, *coming])
        if factor < 1.0:
            scaled = [line.formula.animate.scale(factor, about_point=self.slot.centre) for line in self.lines]
            self.play(*scaled, run_time=MOTION.move_least)
            self._scale(coming, factor)
            self.scale_factor *= factor

    def _first(self, line: Line) -> None:
        (place,) = self._layout([line], self._planned)
        _put(line, place)
        self.lines = [line]
        self.enter(line.formula, Write(line.formula, run_time=MOTION.write(len(line.formula.submobjects))))

    def _step(self, line: Line) -> None:
        before = self.lines[-1]
        leaving = self.lines[: max(0, len(self.lines) + 1 - self.most_lines)]
        shown = [*self.lines[len(leaving) :], line]
        full = bool(leaving) or len(self._planned) > self.most_lines
        places = self._layout(shown, shown if full else self._planned)
        _put(line, places[-1])
        shifts = [
            old.formula.animate.shift([x - old.anchor(), y - baseline(old.formula), 0])
            for old, (x, y) in zip(shown[:-1], places, strict=False)
            if abs(y - baseline(old.formula)) > 1e-3 or abs(x - old.anchor()) > 1e-3
        ]
        going = [FadeOut(old.formula, shift=[0, 0.4, 0]) for old in leaving]
        if going or shifts:
            self.play(*going, *shifts, *self._unmark(before, bool(shifts)), run_time=MOTION.move_least)
        self.remove(*[old.formula for old in leaving])
        self._glide(before, line)
        self.lines = shown

    def _unmark(self, line: Line, moves: bool) -> list[Animation]:
        """Markers do not travel: they go before their line moves."""
        if not moves or not len(line.markers):
            return []
        going, line.markers = line.markers, VGroup()
        return [FadeOut(going)]

    def _glide(self, before: Line, line: Line) -> None:
        """Moves what both lines have from the one to the other while the old one dims, then lets the new pieces in."""
        stays, moved, new = match(before.formula, line.formula)
        dims = [Recolour(before.formula, palette().dim, run_time=MOTION.out)]
        if len(before.markers):
            dims.append(FadeOut(before.markers, run_time=MOTION.out))
        fresh = VGroup(*[glyph for i in new for glyph in line.formula.parts[i]])
        fresh.set_opacity(0)
        pairs = [(before.formula.parts[old], line.formula.parts[i]) for i, old in {**stays, **moved}.items()]
        self.enter(line.formula, Glide(pairs, run_time=_GLIDE_SECONDS), *dims)
        changed = [line.formula.parts[i] for i in sorted([*moved, *new]) if len(line.formula.parts[i])]
        self._light(line, changed, fresh)

    def _light(self, line: Line, changed: list[VGroup], fresh: VGroup) -> None:
        glyphs = {id(glyph) for glyph in fresh}
        if palette().marks_behind:
            line.markers = VGroup(*[marker(run) for run in _runs(changed, line.formula)]).set_z_index(MARKER_LEVEL)
            self.add(line.markers)
        fresh.set_color(palette().now_text)
        moved = [Recolour(part, palette().now_text) for part in changed if id(part[0]) not in glyphs]
        coming = [FadeInGlyphs(fresh)] if len(fresh) else []
        lit = [FadeIn(line.markers)] if len(line.markers) else []
        if coming or moved or lit:
            self.play(AnimationGroup(*coming, *moved, *lit), run_time=MOTION.label_in)

    def emphasis_parts(self) -> list[Mobject]:
        return list(self.lines[-1].formula.terms()) if self.lines else []


class FadeInGlyphs(Recolour):
    """Lets glyphs appear where they are, in the colour that they have."""

    def __init__(self, glyphs: VGroup) -> None:
        super().__init__(glyphs, palette().text, run_time=MOTION.label_in)

    def interpolate_mobject(self, alpha: float) -> None:
        for glyph, _, _, _ in self._steps:
            glyph.set_fill(opacity=self.rate_func(alpha))


def _runs(parts: list[VGroup], formula: Maths) -> list[VGroup]:
    """Neighbouring symbols as one group, so that one marker lies behind them."""
    order = {id(glyph): index for index, glyph in enumerate(formula.submobjects)}
    runs: list[VGroup] = []
    for part in sorted(parts, key=lambda p: order.get(id(p[0]), 0)):
        first = order.get(id(part[0]), 0)
        if runs and first - order.get(id(runs[-1][-1]), -9) <= 1:
            runs[-1].add(*part)
        else:
            runs.append(VGroup(*part))
    return runs


def _put(line: Line, place: tuple[float, float]) -> None:
    line.formula.shift([place[0] - line.anchor(), place[1] - baseline(line.formula), 0])


def _above(line: Line) -> float:
    return float(line.formula.get_top()[1] - baseline(line.formula))


def _below(line: Line) -> float:
    return float(baseline(line.formula) - line.formula.get_bottom()[1])


def _distances(lines: list[Line]) -> list[float]:
    """From each baseline to the next: the usual pitch, more where fractions need it."""
    return [max(_PITCH if len(lines) <= 3 else 1.1, _below(a) + _above(b) + _GAP) for a, b in zip(lines, lines[1:], strict=False)]


def derivation(scene: Scene, lines: list[str] | str, slot: str | Rect = "stage") -> Derivation:
    """Lines of LaTeX, one step each, spread over the beat; their relations stand under each other.

    What stays moves from line to line, what is new is lit, past lines are dim; four lines are seen at once.
    `.next(tex)` goes on in a later beat. A line may start with its relation.
    """
    block = Derivation(scene, slot)
    block.start([lines] if isinstance(lines, str) else lines)
    return block
