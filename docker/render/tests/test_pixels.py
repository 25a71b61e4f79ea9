"""Every frame is what `manim render` draws, pixel for pixel, before it is encoded. The whole suite: `pixels/run.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent / "pixels"))

from compare import LOW, Size, compare
from docstrings import examples
from suite import OF_MANIM, everyday, whole_suite

SCENES = everyday()


@pytest.mark.parametrize("label", SCENES)
def test_ours_are_the_pixels_of_manim(label):
    name, code = SCENES[label]
    compared = compare(name, code, LOW, cores=2)
    assert compared.is_equal, compared


def test_a_difference_is_found():
    code = "from manim import *\nimport os, sys\nclass A(Scene):\n    def construct(self):\n        self.add(Dot([0.01 * ('lectern_render' in sys.modules), 0, 0]))\n        self.wait(0.2)\n"
    compared = compare("A", code, Size(160, 90, 10))
    assert compared.different == (0, 1) and not compared.is_equal


def test_the_suite_is_large_and_mostly_of_manims_own():
    assert set(OF_MANIM) <= set(examples())
    assert len(SCENES) == 12 and len(whole_suite()) >= 40 and len(OF_MANIM) > len(whole_suite()) / 2
