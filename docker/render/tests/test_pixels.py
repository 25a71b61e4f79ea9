"""Every frame is what `manim render` draws, pixel for pixel, before it is encoded. The whole suite: `pixels/run.py`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "pixels"
sys.path.insert(0, str(FOLDER))

from docstrings import examples  # noqa: E402
from suite import OF_MANIM, everyday, whole_suite  # noqa: E402


def run(*words: str) -> dict:
    """In a process of its own: what other tests set up in Manim would be drawn, too."""
    command = [sys.executable, str(FOLDER / "run.py"), *words]
    return json.loads(subprocess.run(command, capture_output=True, check=False, text=True).stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def different() -> list[str]:
    return run("--everyday")["different"]


@pytest.mark.parametrize("label", everyday())
def test_ours_are_the_pixels_of_manim(different, label):
    assert label not in different


def test_a_difference_is_found(tmp_path):
    code = "from manim import *\nimport sys\nclass A(Scene):\n    def construct(self):\n        self.add(Dot([0.01 * ('lectern_render' in sys.modules), 0, 0]))\n        self.wait(0.2)\n"
    (tmp_path / "moved.py").write_text(code, encoding="utf-8")
    assert run("--scenes", str(tmp_path / "moved.py")) == {"scenes": 1, "equal": 0, "different": ["moved"]}


def test_the_suite_is_large_and_mostly_of_manims_own():
    assert set(OF_MANIM) <= set(examples())
    assert len(everyday()) == 12 and len(whole_suite()) >= 40 and len(OF_MANIM) > len(whole_suite()) / 2
