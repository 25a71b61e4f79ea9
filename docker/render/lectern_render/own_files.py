"""Files of one's own for a forked process: two processes that set the same words would write the same files.

Manim writes the outlines of words, and a second file beside every SVG that it reads. A child therefore works in a
folder of its own. It asks nobody for formulas: the parent steps through the same animation, so that the parent
asks, and the child waits for the answer.
"""

from __future__ import annotations

from pathlib import Path

from manim import config

from . import tex


def before_fork() -> None:
    """Makes Manim's folders, so that no two processes do."""
    Path(config.media_dir).mkdir(parents=True, exist_ok=True)


def use(folder: Path) -> None:
    """To be called in the child: from now on it writes into that folder only."""
    folder.mkdir(parents=True, exist_ok=True)
    tex.leave_asking_to_parent(folder)
    config.media_dir = str(folder)
