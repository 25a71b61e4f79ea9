"""What is said of scene code before it runs, and that nothing is said of code that runs."""

from __future__ import annotations

import pytest

from conftest import in_construct
from lectern_render.check import check

SAID = {
    "name": ("self.add(Cirlce())", "unknown_name", "NameError", 7),
    "attribute": ("import numpy as np\nself.add(Dot(np.PI * UP))", "unknown_attribute", "AttributeError", 8),
    "keyword": ("self.add(Square(side=2))", "unknown_keyword", "TypeError", 7),
    "keyword of an animation": ("self.play(FadeIn(Dot(), speed=2))", "unknown_keyword", "TypeError", 7),
    "keyword of a function": ("interpolate_color(RED, BLUE, amount=1)", "unknown_keyword", "TypeError", 7),
    "import": ("from manim import Sqare", "unknown_import", "ImportError", 7),
    "module": ("import nosuchmodule", "unknown_module", "ModuleNotFoundError", 7),
    "network": ("import urllib.request\nurllib.request.urlopen('http://a')", "refused_network", "SandboxRefusal", 8),
    "program": ("import os\nos.system('ls')", "refused_program", "SandboxRefusal", 8),
    "file": ("open('/etc/passwd')", "refused_file", "SandboxRefusal", 7),
    "syntax": ("x = = 1", "syntax_error", "SyntaxError", 7),
    "bracket": ("self.add(Circle(", "truncated", "SyntaxError", 7),
    "block": ("for x in range(3):", "truncated", "IndentationError", 7),
    "string": ("text = '''begun", "truncated", "SyntaxError", 7),
}

UNSAID = [
    "x = [y for y in range(3) if y]\nprint(x, __name__, (z := 1), z)",
    "try:\n    nothing\nexcept NameError:\n    pass",
    "def draw(*, side): return Square(side_length=side)\nself.add(draw(side=2))",
    "Square = dict\nSquare(side=2)",
    "keywords = {'side': 2}\nself.add(Create(Square(), **{'run_time': 1}))",
    "self.add(Text('a', weight=BOLD, t2c={'a': RED}), Axes(tips=False, axis_config={'stroke_width': 1}))",
    "import scipy.special\nscipy.special.gamma(2)",
    "self.play(FadeIn(Dot(), shift=UP, run_time=2, rate_func=linear), Write(Text('a'), reverse=False))",
]


@pytest.mark.parametrize(("code", "rule", "error", "line"), SAID.values(), ids=SAID.keys())
def test_what_is_said(code, rule, error, line):
    told = [(finding.rule, finding.error_class, finding.line) for finding in check(in_construct(code))]
    assert (rule, error, line) in told


@pytest.mark.parametrize("code", UNSAID)
def test_what_is_not_said(code):
    assert check(in_construct(code)) == []


def test_functions_that_nothing_calls_are_not_looked_at():
    code = in_construct("self.used()") + "\n    def used(self): Cirlce()\n    def unused(self): Sqare()\n"
    assert [finding.message for finding in check(code)] == ["name 'Cirlce' is not defined"]
