"""An exception of scene code as the report tells it: short, and limited to the scene's own lines."""

from __future__ import annotations

import re
from typing import Any

from .child import DrawingFailed, Place
from .errors import BeatError, JobError, TexError
from .scene_module import FILE_NAME, own_frames

MESSAGE_LENGTH = 500
TRACEBACK_FRAMES = 12


class SceneFailed(Exception):
    """Scene code raised something (the cause), while this beat (0-based) was filmed; None before the scene
    began."""

    def __init__(self, beat: int | None) -> None:
        super().__init__(beat)
        self.beat = beat


def failure_of(error: BaseException) -> dict[str, Any]:
    """The report's `failure`: kind, class, message, and, as far as known, line, beat and traceback of the
    scene code."""
    beat = error.beat if isinstance(error, SceneFailed) else None
    cause = error.__cause__ if isinstance(error, SceneFailed) and error.__cause__ else error
    if isinstance(cause, DrawingFailed):
        return cause.told
    told: dict[str, Any] = {
        "kind": _kind(cause),
        "errorClass": type(cause).__name__,
        "message": _message(cause),
    }
    line = _line(cause)
    if line is not None:
        told["line"] = line
    if isinstance(cause, BeatError):
        beat = cause.beat
    if beat is not None:
        told["beat"] = beat
    frames = own_frames(cause.__traceback__)[-TRACEBACK_FRAMES:]
    if frames:
        told["traceback"] = "\n".join(
            f"line {frame.lineno}, in {frame.name}: {frame.line}" for frame in frames
        )
    return told


def failure_of_drawing(error: BaseException, place: Place) -> dict[str, Any]:
    """The same for what was raised while one animation was drawn, away from the code that plays it."""
    told = failure_of(error)
    told["message"] = f"{told['message']} (while {place} was drawn)"
    told.setdefault("beat", place.beat)
    if place.line is not None:
        told.setdefault("line", place.line)
    return told


def _kind(error: BaseException) -> str:
    if isinstance(error, JobError):
        return "protocol"
    if isinstance(error, MemoryError):
        return "limit"
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        if isinstance(link, TexError):
            return "tex"
        seen.add(id(link))
        link = link.__cause__ or link.__context__
    return "code"


def _message(error: BaseException) -> str:
    # Of a syntax error `str` also tells the file and its line, which the lesson does not know.
    told = error.msg if isinstance(error, SyntaxError) and error.msg else str(error)
    text = re.sub(r"\s+", " ", told).strip() or type(error).__name__
    # Paths of the machine say nothing to an author, and do not belong in a report.
    text = re.sub(r"(?<![\w.])/(?:[\w.+-]+/)+", "", text)
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 1] + "…"


def _line(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == FILE_NAME:
        return error.lineno
    frames = own_frames(error.__traceback__)
    return frames[-1].lineno if frames else None
