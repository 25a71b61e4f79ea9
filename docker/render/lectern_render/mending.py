"""Scene code on its way through check, known fixes and renders: what was found in it, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from types import ModuleType
from typing import Any, TypeVar

from .check import Finding, check
from .failure import SceneFailed

MOST_STATIC_FIXES = 20
MOST_RENDER_FIXES = 5

Film = TypeVar("Film")


@dataclass(frozen=True)
class _Tried:
    """What a fix was tried on: what was raised, and the code that raised it."""

    told: tuple[str, str]
    code: str


class Mending:
    """One section's code. Known fixes are tried on what the check finds, then on what a render raises."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._written = code
        self._findings: list[Finding] = []
        self._tried: _Tried | None = None
        self._seen = {code}

    def run(self, render: Callable[[str], Film]) -> Film:
        """The film of the code, mended as far as it is known how. Raises what the last render raised."""
        self._mend_before()
        for _ in range(MOST_RENDER_FIXES):
            try:
                return render(self.code)
            except SceneFailed as error:
                if not self._mend_after(error.__cause__ or error):
                    raise
        return render(self.code)

    def to_json(self) -> dict[str, Any]:
        """The report's `findings`, and `mendedCode` where the code is another now."""
        told: dict[str, Any] = {}
        if self._findings:
            told["findings"] = [finding.to_json() for finding in self._findings]
        if self.code != self._written:
            told["mendedCode"] = self.code
        return told

    def _mend_before(self) -> None:
        """Mends what the check finds until nothing more of it is known."""
        found = check(self.code)
        for _ in range(MOST_STATIC_FIXES):
            mended = self._mend_first(found)
            if mended is None:
                break
            finding, self.code = mended
            self._findings.append(finding)
            found = check(self.code)
        self._findings += [self._as_written(finding) for finding in found]

    def _mend_first(self, found: list[Finding]) -> tuple[Finding, str] | None:
        for finding in found:
            fault = _fixes().Fault(finding.error_class, finding.message, finding.line)
            mended = _fixes().mend(self.code, fault)
            if mended is not None and not _says_again(finding, check(mended[1])):
                rule, code = mended
                return replace(self._as_written(finding), rule=rule, mended=True, hint=None), code
        return None

    def _mend_after(self, error: BaseException) -> bool:
        """Whether there is other code now, worth another render."""
        fault = _fixes().fault_of(error, self.code)
        if self._tried is not None and (fault.error_class, fault.message) == self._tried.told:
            self._take_back(self._tried)
            return False
        found = self._as_written(Finding("raised", fault.error_class, fault.message or fault.error_class, fault.line, "render"))
        mended = _fixes().mend(self.code, fault)
        if mended is None or mended[1] in self._seen:
            if not any(_is_same(found, other) for other in self._findings):
                self._findings.append(found)
            return False
        self._findings = [other for other in self._findings if other.mended or not _is_same(found, other)]
        self._findings.append(replace(found, rule=mended[0], mended=True, hint=None))
        self._tried = _Tried((fault.error_class, fault.message), self.code)
        self._seen.add(mended[1])
        self.code = mended[1]
        return True

    def _take_back(self, tried: _Tried) -> None:
        """A fix after which the same is raised has mended nothing."""
        self.code = tried.code
        self._findings[-1] = self._with_hint(replace(self._findings[-1], mended=False))

    def _as_written(self, finding: Finding) -> Finding:
        line = None if finding.line is None else line_as_written(self._written, self.code, finding.line)
        return self._with_hint(replace(finding, line=line))

    def _with_hint(self, finding: Finding) -> Finding:
        hint = _fixes().hint_of("truncated" if finding.rule == "truncated" else finding.error_class, finding.message)
        if hint is None:
            return finding
        return replace(finding, rule=hint.id if finding.rule == "raised" else finding.rule, hint=hint.advice)


def _fixes() -> ModuleType:
    """Known fixes, loaded when one is wanted: what they read code with takes a fifth of a worker's start, and most code
    wants none."""
    from . import fixes  # noqa: PLC0415

    return fixes


def _is_same(one: Finding, other: Finding) -> bool:
    """Whether what was raised is what the check has told already."""
    if one.error_class != other.error_class:
        return False
    return one.message == other.message or (one.line == other.line and other.found == "check")


def _says_again(finding: Finding, found: list[Finding]) -> bool:
    return any((other.error_class, other.message, other.line) == (finding.error_class, finding.message, finding.line) for other in found)


def line_as_written(written: str, now: str, line: int) -> int:
    """The line of the code as it was written that this line of today's code came from."""
    if written == now:
        return line
    before, after = written.splitlines(), now.splitlines()
    for tag, start, end, from_now, to_now in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if from_now <= line - 1 < to_now:
            return start + 1 + (line - 1 - from_now if tag == "equal" else min(line - 1 - from_now, end - start - 1))
    return line
