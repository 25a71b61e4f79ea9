"""What can go wrong in a section, in words that an author or a model can act on."""

from __future__ import annotations


class BeatError(Exception):
    """A beat was entered twice, out of order, inside another one, or does not exist. `beat` is 0-based."""

    def __init__(self, message: str, beat: int) -> None:
        super().__init__(message)
        self.beat = beat


class SceneCodeError(Exception):
    """The scene code holds no scene that can be rendered."""


class TexError(ValueError):
    """A formula that LaTeX refuses. A ValueError, since that is what Manim's own compile step raises."""

    def __init__(self, formula: str, told: str) -> None:
        super().__init__(f"LaTeX refuses {formula!r}: {told}")
        self.formula = formula
        self.told = told


class JobError(Exception):
    """The job is not one that this worker can read."""
