"""Figures as lessons call them: every fence of the shared fixture is drawn, and looked at in both themes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from lectern_render import blocks
from lectern_render.geometry import check
from lectern_render.job import Beat, Profile, RenderJob
from lectern_render.run import Hooks, render

REPOSITORY = Path(__file__).resolve().parents[3]
FIGURES = json.loads((REPOSITORY / "test/fixtures/figure-calls.json").read_text(encoding="utf-8"))
BEAT_FRAMES = 25


def scene_code(calls: list[dict]) -> str:
    """The calls of one figure as a scene, one beat each."""
    lines = ["from lectern_render import LessonScene, blocks", "class Section(LessonScene):", "    def construct(self):"]
    for number, call in enumerate(calls):
        given = [repr(value) for value in call["positional"]]
        # Names such as `from` are words of Python, so they can only be passed as a dictionary.
        given.append(f"**{call['named']!r}")
        opening = f"figure = blocks.{call['name']}(self, " if not call["method"] else f"figure.{call['name']}("
        lines += [f"        with self.beat({number}):", f"            {opening}{', '.join(given)})"]
    return "\n".join(lines) + "\n"


def look(calls: list[dict], theme: str) -> tuple[list, list]:
    """Films the calls small and answers the faults of each beat's end, and the records of the beats."""
    beats = tuple(
        Beat(k * BEAT_FRAMES, (k + 1) * BEAT_FRAMES - 3, (k + 1) * BEAT_FRAMES) for k in range(len(calls))
    )
    job = RenderJob(
        section=1, title="Figures", language="en", theme=theme, symbol_colours={"a": "blue", "b": "orange", "c": "teal"},
        scene_code=scene_code(calls), beats=beats, total_frames=len(calls) * BEAT_FRAMES, seed=1,
        profile=Profile(854, 480, 5, "ultrafast", 30, 2.0),
    )  # fmt: skip
    faults = []

    def at_beat_end(beat: int, scene, renderer) -> None:
        faults.extend((beat, fault) for fault in check(scene, renderer.draw_now(scene)))

    with tempfile.TemporaryDirectory() as folder:
        film = render(job, Path(folder), Hooks(at_beat_end=at_beat_end))
    return faults, film.clock.records


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("number", range(len(FIGURES)), ids=[f"{n}-{figure['name']}" for n, figure in enumerate(FIGURES)])
def test_what_a_lesson_draws_keeps_time_and_is_legible(number: int, theme: str) -> None:
    faults, records = look(FIGURES[number]["calls"], theme)
    assert faults == []
    assert [record.actual_end_frame for record in records] == [(k + 1) * BEAT_FRAMES for k in range(len(records))]


def test_every_action_of_a_block_is_one_of_its_methods() -> None:
    for name in ("Array", "Chart", "Geometry", "Graph", "Plot"):
        block = getattr(__import__(f"lectern_render.blocks.{name.lower()}", fromlist=[name]), name)
        assert all(callable(getattr(block, action)) and getattr(block, action).__doc__ for action in block.actions)
    assert all(getattr(blocks, name).__doc__ for name in ("array", "chart", "geometry", "graph", "plot"))
