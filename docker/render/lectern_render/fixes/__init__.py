"""The table of known mistakes in Manim code, and how each is mended on the syntax tree.

Each row was seen to fail on Manim 0.22 without its fix and to give a picture with it (`tests/test_fixes.py`).
"""

from __future__ import annotations

import libcst as cst

from .fault import Fault, fault_of
from .fix import Fix
from .groups import GROUPS
from .hints import Hint, hint_of
from .keywords import KEYWORDS
from .methods import METHODS
from .names import NAMES
from .play import PLAY
from .points import POINTS
from .scenes import SCENES
from .source import Source
from .texts import TEXTS, escapes_doubled_in_text, without_fence

__all__ = ["FIXES", "Fault", "Hint", "fault_of", "hint_of", "mend"]

FIXES: tuple[Fix, ...] = (*SCENES, *NAMES, *KEYWORDS, *GROUPS, *PLAY, *POINTS, *METHODS, *TEXTS)


def mend(code: str, fault: Fault) -> tuple[str, str] | None:
    """Id of the row that knows the fault, and the code as it mends it; None when no row does."""
    if fault.error_class in ("SyntaxError", "IndentationError"):
        return _mend_text(code, fault)
    try:
        source = Source(code)
    except cst.ParserSyntaxError:
        return None
    for fix in FIXES:
        mended = fix.mend(source, fault)
        if mended is not None and mended != code:
            return fix.id, mended
    return None


def _mend_text(code: str, fault: Fault) -> tuple[str, str] | None:
    """What has no tree yet."""
    without = without_fence(code)
    if without is not None:
        return "fence", without
    if "unicodeescape" in fault.message or "unicode error" in fault.message:
        doubled = escapes_doubled_in_text(code)
        return None if doubled is None else ("mathtex_escape", doubled)
    return None
