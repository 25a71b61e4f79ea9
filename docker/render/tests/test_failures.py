"""What the report tells of scene code that fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lectern_render.failure import failure_of
from lectern_render.report import longest_still

REPOSITORY = Path(__file__).resolve().parents[3]

# The scene's construct begins in line 7 of the module.
FAILURES = {
    "name": ("with self.beat(1):\n    nonsense()", "code", "NameError", 8, 1),
    "manim": ("self.play(Square(flavour=2))", "code", "TypeError", 7, 0),
    "helper": ("def draw():\n    return 1 / 0\ndraw()", "code", "ZeroDivisionError", 8, 0),
    "tex": (r"MathTex(r'\nosuchmacro{2}')", "tex", "TexError", 7, 0),
    "exit": ("exit()", "code", "SystemExit", 7, 0),
    "memory": ("raise MemoryError", "limit", "MemoryError", 7, 0),
    "recursion": ("def f():\n    f()\nf()", "code", "RecursionError", 8, 0),
}


@pytest.mark.parametrize(("code", "kind", "error", "line", "beat"), FAILURES.values(), ids=FAILURES.keys())
def test_where_and_why(film, code, kind, error, line, beat):
    failure = film(code, 10, 10)["failure"]
    assert (failure["kind"], failure["errorClass"], failure["line"], failure["beat"]) == (
        kind,
        error,
        line,
        beat,
    )
    assert film.video is None


def test_a_traceback_holds_the_scenes_own_lines_only(film):
    failure = film("Square(flavour=2)", 10)["failure"]
    assert failure["traceback"] == "line 7, in construct: Square(flavour=2)"
    assert "/" not in failure["message"]


def test_a_syntax_error_has_its_line(film):
    failure = film("x = (\ny = 1", 10)["failure"]
    assert (failure["errorClass"], failure["kind"], failure["line"]) == ("SyntaxError", "code", 7)
    assert failure["message"] == "'(' was never closed"
    assert "beat" not in failure


def test_code_without_a_scene(film):
    failure = film("x = 1", 10, construct=False)["failure"]
    assert failure["errorClass"] == "SceneCodeError" and "LessonScene" in failure["message"]


def test_the_last_scene_of_the_module_is_filmed(film):
    code = "from manim import *\nclass A(Scene):\n    def construct(self): raise ValueError\nclass B(Scene): pass\nC = A"
    assert "failure" not in film(code, 10, construct=False)


def test_a_message_is_short_and_has_no_paths():
    failure = failure_of(ValueError("no file /usr/lib/python3/some.where/thing.svg\n" + "x" * 900))
    assert failure["message"].startswith("no file thing.svg x") and len(failure["message"]) <= 500


def test_the_report_has_the_fields_of_the_fixture(film):
    """The fixture is checked against the contract by the TypeScript side."""
    for name, code in {
        "render-report.json": "pass",
        "render-report-failed.json": "with self.beat(9): pass",
    }.items():
        fixture = json.loads((REPOSITORY / "test/fixtures" / name).read_text(encoding="utf-8"))
        report = film(code, 10, 10)
        assert report.keys() == fixture.keys()
        assert report["resources"].keys() == fixture["resources"].keys()
        assert [beat.keys() for beat in report["beats"]] == [beat.keys() for beat in fixture["beats"]]
        assert report.get("failure", {}).keys() == fixture.get("failure", {}).keys()


@pytest.mark.parametrize(
    ("changes", "span", "longest"),
    [
        ([0], (0, 30), 30),
        ([0, 10, 12], (0, 30), 18),
        ([0, 10, 12], (5, 11), 5),
        ([0, 40], (10, 30), 20),
        ([], (3, 3), 0),
    ],
)
def test_the_longest_still(changes, span, longest):
    assert longest_still(changes, *span) == longest


def test_resources_are_counted(film):
    resources = film("self.play(Create(Square()))", 10)["resources"]
    assert resources["drawnFrames"] == 10 and resources["cpuSeconds"] > 0 and resources["peakMemoryMiB"] > 50
