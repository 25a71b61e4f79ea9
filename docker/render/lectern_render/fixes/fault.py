"""What went wrong, as a known fix sees it: told by the check or raised by the scene."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from ..scene_module import FILE_NAME


@dataclass(frozen=True)
class Span:
    """Where the failing expression stands: lines from 1, columns from 0 in characters, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Fault:
    """`values` are the names that the failing line of the scene could see; none when nothing has run yet."""

    error_class: str
    message: str
    line: int | None = None
    span: Span | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def fault_of(error: BaseException, code: str) -> Fault:
    """What an exception that scene code raised tells, with the very expression that it came from."""
    if isinstance(error, SyntaxError):
        return Fault(type(error).__name__, error.msg or "", error.lineno)
    frames = [link for link in _links(error.__traceback__) if link.tb_frame.f_code.co_filename == FILE_NAME]
    message = str(error)
    if not frames:
        return Fault(type(error).__name__, message)
    told = traceback.extract_tb(frames[-1], limit=1)[0]
    frame = frames[-1].tb_frame
    values = {**frame.f_globals, **frame.f_locals}
    return Fault(type(error).__name__, message, told.lineno, _span(told, code), values)


def _links(trace: TracebackType | None) -> list[TracebackType]:
    links = []
    while trace is not None:
        links.append(trace)
        trace = trace.tb_next
    return links


def _span(told: traceback.FrameSummary, code: str) -> Span | None:
    if told.lineno is None or told.end_lineno is None or told.colno is None or told.end_colno is None:
        return None
    lines = code.splitlines()
    if told.end_lineno > len(lines):
        return None
    start = _characters(lines[told.lineno - 1], told.colno)
    end = _characters(lines[told.end_lineno - 1], told.end_colno)
    return Span(told.lineno, start, told.end_lineno, end)


def _characters(line: str, byte_offset: int) -> int:
    """Python counts columns in bytes of UTF-8."""
    return len(line.encode()[:byte_offset].decode(errors="replace"))
