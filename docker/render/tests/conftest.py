from __future__ import annotations

import io
import json
import textwrap
from pathlib import Path

import av
import numpy as np
import pytest
from manim import config
from PIL import Image

from lectern_render import settings, theme
from lectern_render.job import Beat, Profile, RenderJob
from lectern_render.produce import produce
from lectern_render.tex import use_this_machine

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def manim_settings(tmp_path_factory):
    """One folder for what Manim writes, so that glyphs and formulas are made once; the dark theme, whatever ran before."""
    config.media_dir = str(tmp_path_factory.getbasetemp() / "media")
    settings.draw_in_theme(theme.use("dark"))


@pytest.fixture
def job_json() -> dict:
    """The job that the TypeScript side checks too."""
    return json.loads((REPOSITORY / "test/fixtures/render-job.json").read_text(encoding="utf-8"))


@pytest.fixture
def dot_png() -> bytes:
    """The asset of that job."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), (240, 95, 128)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def film(tmp_path_factory):
    """Films scene code: `film(code, beats)` gives the report; the clip and its frames are kept."""
    return Studio(tmp_path_factory.getbasetemp())


class Studio:
    """Small and quick: 192 x 108 at ten frames a second. Frames of speech end where beats do, unless given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.profile = Profile(192, 108, 10, "veryfast", 18, 2.0)
        self.theme = "dark"
        self.video: bytes | None = None
        self.told: list[int] = []
        """Frames done, as often as they were told of."""

    def __call__(self, code: str, *beats: Beat | int, construct: bool = True, seed: int = 1) -> dict:
        """`beats` are lengths in frames, or beats; `code` is the body of `construct`, unless told otherwise."""
        job = RenderJob(
            section=1, title="A section", language="en", theme=self.theme, symbol_colours={"a": "blue"},
            scene_code=in_construct(code) if construct else textwrap.dedent(code), beats=in_a_row(beats),
            total_frames=sum(beat.end_frame - beat.start_frame for beat in in_a_row(beats)), seed=seed,
            profile=self.profile,
        )  # fmt: skip
        use_this_machine()
        self.told = []
        report, self.video = produce(lambda: job, self.folder, lambda frame, total: self.told.append(frame))
        return report

    def frames(self) -> list[np.ndarray]:
        with av.open(io.BytesIO(self.video)) as clip:
            return [frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)]

    def keyframes(self) -> list[int]:
        with av.open(io.BytesIO(self.video)) as clip:
            return [number for number, frame in enumerate(clip.decode(video=0)) if frame.key_frame]


def in_construct(code: str) -> str:
    head = "from manim import *\nfrom lectern_render import LessonScene\n\n\nclass Section(LessonScene):\n    def construct(self):\n"
    return head + textwrap.indent(textwrap.dedent(code).strip("\n"), "        ") + "\n"


def in_a_row(beats: tuple[Beat | int, ...]) -> tuple[Beat, ...]:
    row, start = [], 0
    for beat in beats:
        row.append(beat if isinstance(beat, Beat) else Beat(start, start + beat, start + beat))
        start = row[-1].end_frame
    return tuple(row)
