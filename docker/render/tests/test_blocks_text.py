"""Blocks of words and mathematics as lessons call them: each fence of the shared fixture is drawn, in both themes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lectern_render import assets, theme
from lectern_render.geometry import check
from lectern_render.job import Beat, Profile, RenderJob
from lectern_render.run import Hooks, render

REPOSITORY = Path(__file__).resolve().parents[3]
CASES = json.loads((REPOSITORY / "test/fixtures/text-calls.json").read_text(encoding="utf-8"))
BEAT_FRAMES = 40


def scene_code(calls: list[dict]) -> str:
    """The calls of one case as a scene, one beat each, under a corner label and over a key phrase."""
    lines = ["from lectern_render import LessonScene, blocks", "class Section(LessonScene):", "    def construct(self):"]
    lines += ["        blocks.corner_label(self, 'A section about squares')"]
    for number, call in enumerate(calls):
        given = [repr(value) for value in call["positional"]] + [f"**{call['named']!r}"]
        opening = f"block.{call['name']}(" if call["method"] else f"block = blocks.{call['name']}(self, "
        lines += [f"        with self.beat({number}):", f"            {opening}{', '.join(given)})"]
    last = ["            blocks.takeaway(self, 'a key phrase under it')", "        block.leave()"]
    return "\n".join([*lines, *last]) + "\n"


def film(code: str, beats: int, folder: Path, theme_name: str = "dark") -> tuple[list, list]:
    """Films the code and answers the faults of each beat's end and, for each, how many parts are on the stage."""
    row = tuple(Beat(k * BEAT_FRAMES, (k + 1) * BEAT_FRAMES - 5, (k + 1) * BEAT_FRAMES) for k in range(beats))
    job = RenderJob(
        section=1, title="Text", language="en", theme=theme_name, symbol_colours={"a": "blue", "b": "orange", "c": "teal"},
        scene_code=code, beats=row, total_frames=beats * BEAT_FRAMES, seed=1,
        profile=Profile(854, 480, 10, "ultrafast", 30, 2.0),
    )  # fmt: skip
    faults, looks = [], []

    def at_beat_end(beat: int, scene, renderer) -> None:
        image = renderer.draw_now(scene)
        faults.extend((beat, fault) for fault in check(scene, image))
        looks.append(len([part for part in scene.get_mobject_family_members() if len(part.points)]))

    film_made = render(job, folder, Hooks(at_beat_end=at_beat_end))
    assert film_made.clip.frames == beats * BEAT_FRAMES
    return faults, looks


@pytest.fixture
def leaf(tmp_path):
    down, across = np.mgrid[0:400, 0:600]
    picture = np.stack([across / 3, down / 2, (across // 60 + down // 60) % 2 * 120], -1).astype("uint8")
    Image.fromarray(picture).save(tmp_path / "leaf.png")
    assets.use_folder(tmp_path)


@pytest.fixture(autouse=True)
def dark_again():
    yield
    theme.use("dark")


LIT = ("a formula, and a piece of it", "steps, one a beat", "a table with a row and a cell in focus", "a program, its lines and values")
LOOKS = [(case, "dark") for case in CASES] + [(case, "light") for case in CASES if case["what"] in LIT]


@pytest.mark.parametrize(("case", "theme_name"), LOOKS, ids=[f"{case['what']}, {name}" for case, name in LOOKS])
def test_nothing_overlaps_leaves_the_frame_or_is_too_small(case, theme_name, tmp_path, leaf):
    code = scene_code(case["calls"])
    faults, _ = film(code, len(case["calls"]), tmp_path, theme_name)
    assert [(beat, fault.kind, fault.what, fault.detail) for beat, fault in faults] == []


def test_a_block_that_leaves_is_gone(tmp_path, leaf):
    code = "\n".join([
        "from lectern_render import LessonScene, blocks", "class Section(LessonScene):", "    def construct(self):",
        "        with self.beat(0):",
        "            shown = [blocks.formula(self, 'a+b', slot='left'), blocks.note(self, 'b', slot='right')]",
        "            shown += [blocks.item_list(self, ['one', 'two'], style='steps')]",
        "            shown += [blocks.table(self, ['a'], [['b']]), blocks.code(self, 'x = 1', lines=[1], values={'x': 1})]",
        "            shown += [blocks.derivation(self, ['a=b', 'a=c'])]",
        "            shown[0].highlight('a'); shown[3].focus(row=1)",
        "        with self.beat(1):", "            blocks.leave(self, *shown)",
    ])  # fmt: skip
    for theme_name in ("dark", "light"):
        _, looks = film(code, 2, tmp_path, theme_name)
        assert looks[0] > 0
        assert looks[1] == 0
