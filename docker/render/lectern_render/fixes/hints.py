"""What is no fix, but helps whoever mends it: a word to the model, and a class of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Hint:
    """`pattern` is looked for in "ErrorClass: message"."""

    id: str
    pattern: str
    advice: str


HINTS = (
    Hint("truncated", r"^truncated:", "The code ended early: the reply was cut off. Write it again whole, and shorter."),
    Hint("code_lineno", r"Code object has no attribute 'line_numbers'", "Code(add_line_numbers=False) has no line_numbers; its lines are code_lines."),
    Hint("axlabels", r"getter\(\) (takes 1 positional|got an unexpected)", "Axes have get_axis_labels, get_x_axis_label, get_y_axis_label and get_graph_label; a get_ that does not exist is taken for an attribute."),
    Hint("backstroke", r"setter\(\) (takes|got an unexpected)", "A set_ that does not exist is taken for an attribute. For strokes: set_stroke(color=…, width=…, background=True)."),
    Hint("coords_obj", r"'numpy.ndarray' object has no attribute '(shift|animate|next_to|move_to|scale|set_color)'", "axes.c2p(…) is a point, not a mobject: add vectors to it, or draw a Dot(axes.c2p(…))."),
    Hint("angle", r"'numpy.ndarray' object has no attribute 'get_(start|end|vector|angle|unit_vector)'", "Angle takes two Line objects with a common point, not directions."),
    Hint("tex_unicode", r"Unicode character|[\u0370-\u03ff\u2190-\u22ff\u3040-\u9fff\U0001f300-\U0001faff].*(LaTeX|latex)|(LaTeX|latex).*[\u0370-\u03ff\u2190-\u22ff\u3040-\u9fff\U0001f300-\U0001faff]", r"Formulas are LaTeX: write \leq, \alpha, \to; words in other scripts belong in Text."),
    Hint("tex_split", r"IndexError: .*range", "A MathTex has one part for each string that it is given: use substrings_to_isolate and get_part_by_tex instead of an index."),
    Hint("tex_missing", r"latex not found|MiKTeX|did not produce a log file|Your installation does not support", "LaTeX does not work in this image: nothing in the code is wrong."),
    Hint("updater_zip", r"zip\(\) argument 2 is (longer|shorter)", "An updater changes how many parts the mobject has: remove_updater before .animate, or use always_redraw."),
    Hint("restore", r"Trying to restore without having saved", "Call save_state() before restore() or Restore()."),
    Hint("nopoints", r"has no points", "It is empty: an empty VGroup, or Text without letters, has no place."),
    Hint("graph_scene", r"name 'GraphScene' is not defined", "There is no GraphScene: use Axes, its plot and its labels."),
    Hint("unknown_method", r"AttributeError: .* has no attribute", "The method or attribute does not exist in Manim 0.22."),
    Hint("refused", r"SandboxRefusal", "Scenes have no network, no programs and no files but those that came with the lesson."),
)  # fmt: skip


def hint_of(error_class: str, message: str) -> Hint | None:
    """The first hint that fits."""
    told = f"{error_class}: {message}"
    return next((hint for hint in HINTS if re.search(hint.pattern, told)), None)
