"""The look of every film in one place: palette, type scale, margins, lengths of motion.

Lengths are Manim units (the frame is 14.222 x 8), sizes are Manim font sizes, durations are seconds. Colours are
checked for contrast and for colour blindness; `docs/lesson-format-text-blocks.md` says what each is for.
"""

from __future__ import annotations

from dataclasses import dataclass

from manim import config

TEXT_FONT = "Inter"
CODE_FONT = "Hack"

FRAME_WIDTH = 14.222
FRAME_HEIGHT = 8.0
SAFE_LEFT, SAFE_RIGHT = -6.4, 6.4
SAFE_BOTTOM, SAFE_TOP = -2.5, 3.45
CAPTION_TOP = -2.6
"""Captions own everything below: no text may reach under it."""

CORNER_LABEL = (-6.4, 3.45)
TAKEAWAY_BASELINE = -2.32
"""The one line of a key phrase stands here, between the lowest figure and the captions."""

GAP_LABEL, GAP_INSIDE, GAP_BETWEEN = 0.15, 0.3, 0.6

CAPITAL_PER_SIZE = 0.0101
"""Height of a capital of Inter in units, per point of font size."""
CODE_ADVANCE_PER_SIZE = 0.00836
"""Width of every character of Hack in units, per point of font size."""
PITCH_IN_CAPITALS = 1.9
MATHS_PER_TEXT = 1.42
"""At this factor the capitals and stems of Computer Modern match those of Inter."""
EQUALS_ABOVE_BASELINE = 0.0026
"""Centre of the equals sign of MathTex above its baseline, per point of its font size."""


@dataclass(frozen=True)
class TypeScale:
    """Sizes of words; mathematics beside words takes `MATHS_PER_TEXT` times as much."""

    display: float = 56
    title: float = 50
    heading: float = 40
    current: float = 32
    body: float = 30
    subtitle: float = 26
    code: float = 26
    label: float = 24
    code_small: float = 24
    corner: float = 22
    floor: float = 20
    maths_alone: float = 80
    maths_display: float = 57
    maths_step: float = 48
    maths_floor: float = 34


SIZE = TypeScale()


@dataclass(frozen=True)
class Motion:
    """Lengths of motion in seconds, before a beat that is too short squeezes them."""

    label_in: float = 0.5
    out: float = 0.4
    words_in: float = 0.6
    write_per_glyph: float = 0.06
    write_least: float = 0.6
    write_most: float = 1.6
    create_base: float = 0.5
    create_per_unit: float = 0.1
    create_most: float = 1.6
    move_base: float = 0.6
    move_per_unit: float = 0.15
    move_least: float = 0.7
    move_most: float = 1.4
    camera: float = 1.2
    emphasis: float = 0.3
    stagger_lag: float = 0.15
    stagger_most: float = 1.6
    quiet_end: float = 0.3
    """Nothing moves in a beat's last stretch."""
    shift_in: float = 0.15
    """How far words drift while they fade in, in units."""

    def write(self, glyphs: int) -> float:
        """Seconds for writing a formula of so many glyphs."""
        return min(self.write_most, max(self.write_least, self.write_per_glyph * glyphs))

    def create(self, length: float) -> float:
        """Seconds for drawing a line of that length in units."""
        return min(self.create_most, self.create_base + self.create_per_unit * length)

    def move(self, distance: float) -> float:
        """Seconds for moving something so far, in units."""
        return min(self.move_most, max(self.move_least, self.move_base + self.move_per_unit * distance))


MOTION = Motion()


@dataclass(frozen=True)
class Palette:
    """Colours by role. Text colours have a contrast of 4.5 or more on ground and, but for `dim` in light, on panel."""

    name: str
    ground: str
    panel: str
    text: str
    muted: str
    dim: str
    blue: str
    orange: str
    teal: str
    rose: str
    violet: str
    now_text: str
    """What text that is spoken of now turns to."""
    now_fill: str
    """The fill behind it: a band, a marker."""
    now_fill_opacity: float
    now_edge: str
    """A line or ring around what is spoken of now; at least 3:1."""
    marks_behind: bool
    """Text that is spoken of now gets a marker behind it, since a yellow text would not be legible."""
    axes: str
    grid: str
    dim_on_panel: str
    panel_edge: str

    def colour(self, name: str) -> str:
        """A colour by the name of a role (`blue`, `muted`), or a `#rrggbb` as it is."""
        if name.startswith("#"):
            return name
        found = getattr(self, "teal" if name in ("green", "c") else "violet" if name == "lavender" else name, None)
        if not isinstance(found, str):
            raise ValueError(f"no colour is called {name!r}: use blue, orange, teal, rose, violet, text or muted")
        return found


DARK = Palette(
    name="dark", ground="#11161F", panel="#1C2431", text="#E9EDF4", muted="#9BA8BE", dim="#8291AA",
    blue="#5AA2F0", orange="#E8A045", teal="#5FDDB5", rose="#F05F80", violet="#CDB4F0",
    now_text="#FBE97A", now_fill="#FBE97A", now_fill_opacity=0.12, now_edge="#FBE97A", marks_behind=False,
    axes="#5C6A82", grid="#2C3646", dim_on_panel="#8291AA", panel_edge="#39465B",
)  # fmt: skip
LIGHT = Palette(
    name="light", ground="#FBFAF7", panel="#EFEDE6", text="#1B2130", muted="#586174", dim="#6B7383",
    blue="#0B63C5", orange="#9A5B08", teal="#14705A", rose="#CB185F", violet="#4B2F78",
    now_text="#1B2130", now_fill="#FFD966", now_fill_opacity=1.0, now_edge="#B07F00", marks_behind=True,
    axes="#8A93A3", grid="#D9D6CC", dim_on_panel="#626A7A", panel_edge="#CFCBBF",
)  # fmt: skip

DATA_COLOURS = ("blue", "orange", "teal", "rose", "violet")

_current = DARK


def use(name: str) -> Palette:
    """Makes `dark` or `light` the theme of everything that is drawn from now on, the ground included."""
    global _current
    palettes = {"dark": DARK, "light": LIGHT}
    if name not in palettes:
        raise ValueError(f"no theme is called {name!r}: there are dark and light")
    _current = palettes[name]
    config.background_color = _current.ground
    return _current


def palette() -> Palette:
    """The palette of the theme in use."""
    return _current
