"""A fault of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REPAIRED = frozenset({"overlap", "frame", "hidden", "empty", "caption"})


@dataclass(frozen=True)
class Fault:
    """`kind` as in `shared/contract/report.ts`, the texts concerned, and what is wrong with them."""

    kind: str
    what: str
    detail: str

    def to_json(self, beat: int, frame: int) -> dict[str, Any]:
        """As the report has it; faults that spoil the picture are to be repaired, the others are warnings."""
        severity = "repair" if self.kind in REPAIRED else "warn"
        place = {"beat": beat, "frame": frame}
        return {"kind": self.kind, "severity": severity, **place, "what": self.what, "detail": self.detail}
