"""Manim's global configuration for one section: sizes of the profile, no caches, nothing written but into
one folder."""

from __future__ import annotations

from pathlib import Path

from manim import (
    DecimalNumber, Dot, MarkupText, Mobject, Rectangle, SingleStringMathTex, TexTemplate, Text, config,
)  # fmt: skip
from tqdm import tqdm

from . import copies, theme
from .job import RenderJob

FRAME_HEIGHT = 8.0
FRAME_WIDTH = FRAME_HEIGHT * 16 / 9
"""Of all sizes: 854 x 480 is not quite 16:9, and Manim draws it as if it were."""


def apply(job: RenderJob, folder: Path) -> None:
    """Sets Manim up for the job; `folder` takes what Manim must write (glyph outlines, formulas)."""
    profile = job.profile
    copies.install()
    config.verbosity = "ERROR"
    config.progress_bar = "none"
    # Progress bars that are not shown start a thread all the same, and a process with threads must not be forked.
    tqdm.monitor_interval = 0
    config.renderer = "cairo"
    config.media_dir = str(folder / "media")
    config.dry_run = True
    config.disable_caching = True
    config.pixel_width, config.pixel_height = profile.width, profile.height
    config.frame_rate = profile.frames_per_second
    config.frame_height = FRAME_HEIGHT
    config.frame_width = FRAME_WIDTH
    config.seed = job.seed
    config.tex_template = tex_template()
    draw_in_theme(theme.use(job.theme))


_DRAWN = (Mobject, Rectangle, Dot, SingleStringMathTex, DecimalNumber)
_WRITTEN = (Text, MarkupText)
_UNCHANGED = {mobject_class: mobject_class.__init__ for mobject_class in (*_DRAWN, *_WRITTEN)}


def draw_in_theme(palette: theme.Palette) -> None:
    """What scene code gives no colour and no font gets the theme's: Manim's white is not seen on a light ground, and
    its font is whatever the machine has."""
    for drawn_class in _DRAWN:
        _set_default(drawn_class, color=palette.text)
    for text_class in _WRITTEN:
        _set_default(text_class, color=palette.text, font=theme.TEXT_FONT)


def _set_default(mobject_class: type[Mobject], **values: object) -> None:
    """Manim wraps a default that was set before once more, a layer a call: the class is put back first."""
    mobject_class.__init__ = _UNCHANGED[mobject_class]  # type: ignore[method-assign]
    mobject_class.set_default(**values)


def tex_template() -> TexTemplate:
    """Manim's own template (babel, amsmath, amssymb) with what formulas written by hand expect."""
    return TexTemplate().add_to_preamble("\\usepackage{mathtools}\n\\usepackage{xcolor}")
