"""Something wrong with scene code, as the report tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

MESSAGE_LENGTH = 500


@dataclass(frozen=True)
class Finding:
    """`error_class` and `message` are what Python says, or would say, of it; `line` is that of the code as it was
    written. `hint` is for whoever mends it by hand, a model for one."""

    rule: str
    error_class: str
    message: str
    line: int | None = None
    found: Literal["check", "render"] = "check"
    mended: bool = False
    hint: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As `shared/contract/report.ts` has it."""
        told: dict[str, Any] = {
            "rule": self.rule,
            "found": self.found,
            "errorClass": self.error_class,
            "message": self.message[:MESSAGE_LENGTH],
            "mended": self.mended,
        }
        if self.line is not None and self.line > 0:
            told["line"] = self.line
        if self.hint is not None:
            told["hint"] = self.hint
        return told
