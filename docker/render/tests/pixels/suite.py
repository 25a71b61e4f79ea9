"""The scenes that are compared: of Manim's documentation, those of the benchmark, and awkward ones."""

from __future__ import annotations

import re
from pathlib import Path

from awkward import AWKWARD
from docstrings import examples

BENCH = Path(__file__).resolve().parents[4] / "test" / "bench" / "scenes"

EVERYDAY_OF_MANIM = ("CreateScene", "UsingFlash", "TracedPathExample", "MatchingEquationParts", "ChangingCameraWidthAndRestore", "NextToUpdater")
EVERYDAY_AWKWARD = ("updaters by time", "updaters by chance", "translucent stills", "stop conditions", "three dimensions", "play overridden")

OF_MANIM = (
    *EVERYDAY_OF_MANIM,
    "LagRatios", "AnimatedBoundaryExample", "DissipatingPathExample", "SuccessionExample", "LaggedStartMapExample",
    "ShowUncreate", "ShowDrawBorderThenFill", "ShowWriteReversed", "ShowIncreasingSubsetsScene", "Fading", "Growing",
    "UsingFocusOn", "UsingIndicate", "TimeWidthValues", "ApplyingWaves", "UsingCircumscribe", "BlinkingExample",
    "HomotopyExample", "MoveAlongPathExample", "ChangingDecimalExample", "RotatingDemo", "BroadcastExample",
    "SpeedModifierUpdaterExample", "ReplacementTransformOrTransform", "MoveToTargetExample", "WarpSquare",
    "FadeToColorExample", "RestoreExample", "ApplyMatrixExample", "FadeTransformSubmobjects", "Anagram",
    "TangentAnimation", "ArcPolygonExample", "MovingVertices", "ThreeDParametricSpring", "AlwaysExample", "DtUpdater",
    "BecomeScene", "BraceTextExample", "CreateTableExample", "VariableExample", "ShapesWithVDict",
    "ComplexValueTrackerExample", "Nudging", "ContinuousMotion", "MovingAndZoomingCamera", "MovingCameraOnGraph",
    "LinearTransformationSceneExample", "ChangingZoomScale", "RateFunctions1Example", "EndAnimation",
)  # fmt: skip


def last_scene(code: str) -> str:
    """Name of the class that is defined last."""
    return re.findall(r"^class (\w+)\(", code, re.MULTILINE)[-1]


def everyday() -> dict[str, tuple[str, str]]:
    """Twelve scenes: their class and their code by what they are called."""
    return _of_manim(EVERYDAY_OF_MANIM) | _awkward(EVERYDAY_AWKWARD)


def whole_suite() -> dict[str, tuple[str, str]]:
    """All of them."""
    bench = {path.stem: path.read_text(encoding="utf-8") for path in sorted(BENCH.glob("*.py"))}
    return _of_manim(OF_MANIM) | {stem: (last_scene(code), code) for stem, code in bench.items()} | _awkward(tuple(AWKWARD))


def _of_manim(names: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    found = examples()
    return {f"{name} ({found[name].source})": (name, found[name].code) for name in names}


def _awkward(names: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    return {name: (last_scene(AWKWARD[name]), AWKWARD[name]) for name in names}
