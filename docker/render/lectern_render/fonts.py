"""The theme's fonts, loaded before they are needed."""

from __future__ import annotations

import threading
from pathlib import Path

from manimpango import TextSetting, text2svg

from .theme import CODE_FONT, TEXT_FONT

_SIZE, _LINE_SPACING, _WIDTH, _HEIGHT = 10, 1, 64, 64
_LETTERS = "Aa"


def load(folder: Path) -> None:
    """Sets a word in each of them, so that Pango has read what fonts there are, and those two: the first text of a scene
    takes as long as any other then, instead of twice that. Where no thread may be started they are left for a scene that
    has text: Pango reads them in one, and ends the process where it gets none."""
    if not _may_start_threads():
        return
    for font in (TEXT_FONT, CODE_FONT):
        setting = TextSetting(0, len(_LETTERS), font, "NORMAL", "NORMAL")
        path = folder / f"{font}.svg"
        text2svg([setting], _SIZE, _LINE_SPACING, False, str(path), 0, 0, _WIDTH, _HEIGHT, _LETTERS)
        path.unlink()


def _may_start_threads() -> bool:
    thread = threading.Thread(target=lambda: None)
    try:
        thread.start()
    except RuntimeError:
        return False
    thread.join()
    return True
