"""Bars that are left out at first, and bars that are gathered into one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from lectern_render import theme
from lectern_render.job import Beat, Profile, RenderJob
from lectern_render.run import Hooks, render

SEVEN = {"a": 7, "b": 6, "c": 5, "d": 4, "e": 3, "f": 2, "g": 1}


def ends_of(*lines: str) -> list[dict]:
    """Films one line of scene code a beat; answers what is on the stage at the end of each: text to its colour."""
    beats = tuple(Beat(k * 30, k * 30 + 27, k * 30 + 30) for k in range(len(lines)))
    body = "".join(f"        with self.beat({k}):\n            {line}\n" for k, line in enumerate(lines))
    code = f"from lectern_render import LessonScene, blocks\nclass Section(LessonScene):\n    def construct(self):\n{body}"
    job = RenderJob(
        section=1, title="Bars", language="en", theme="dark", symbol_colours={}, scene_code=code, beats=beats,
        total_frames=30 * len(lines), seed=1, profile=Profile(192, 108, 10, "veryfast", 18, 2.0),
    )  # fmt: skip
    found: list[dict] = []

    def at_beat_end(beat, scene, renderer) -> None:
        words = [m for m in scene.get_mobject_family_members() if hasattr(m, "original_text")]
        found.append({m.original_text: m[0].get_fill_color().to_hex() for m in words if m[0].get_fill_opacity() > 0})

    with tempfile.TemporaryDirectory() as folder:
        render(job, Path(folder), Hooks(at_beat_end=at_beat_end))
    return found


def test_a_bar_that_is_left_out_is_not_seen_before_it_is_shown() -> None:
    first, lit, shown = ends_of(
        'c = blocks.chart(self, {"one": 1, "two": 2, "three": 3}, start=["one", "two"])',
        'c.highlight(["two", "three"], colour="teal")',
        'c.reveal(["three"])',
    )
    assert set(first) == set(lit) == {"one", "1", "two", "2"}
    assert shown["3"] == lit["2"] == theme.DARK.teal


def test_what_is_said_of_a_gathered_bar_is_said_of_the_rest() -> None:
    (first, lit, changed) = ends_of(
        f"c = blocks.chart(self, {SEVEN})", 'c.highlight(["g"])', 'c.change({"g": 14})'
    )
    assert {"a", "e", "others", "7", "3"} <= set(first) and not {"f", "g"} & set(first)
    assert lit["others"] == theme.DARK.text and lit["a"] == theme.DARK.muted
    assert "16" in changed


def test_bars_that_are_spoken_of_are_not_gathered() -> None:
    step = {"actions": [{"do": "highlight", "bars": ["g"]}]}
    (first,) = ends_of(f"blocks.chart(self, {SEVEN}, steps=[{step}])")
    assert "g" in first and "e" not in first


def test_an_unknown_bar_is_named() -> None:
    with pytest.raises(Exception) as raised:
        ends_of('blocks.chart(self, {"one": 1}).highlight(["two"])')
    assert "no bar 'two'" in str(raised.value.__cause__)
