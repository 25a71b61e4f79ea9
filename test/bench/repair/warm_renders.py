"""Films many scenes from one process that has loaded Manim: each in a fork of its own, so that none meets another's state.

Without a sandbox, which is why only Manim's own code, mutated or not, may come here.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from lectern_render import assets, tex
from lectern_render.job import Beat, Profile, RenderJob
from lectern_render.produce import produce

TINY = Profile(width=160, height=90, frames_per_second=4, preset="veryfast", quantiser=30, keyframe_seconds=2.0)
FRAMES = 8
"""The scene is squeezed into so many frames: its code runs to its end twice, however long it would last."""
SECONDS_EACH = 60.0


def tiny_job(code: str) -> RenderJob:
    """A section of one beat around any scene."""
    return RenderJob(
        section=1, title="Scene", language="en", theme="dark", symbol_colours={}, scene_code=code,
        beats=(Beat(0, FRAMES - 1, FRAMES),), total_frames=FRAMES, seed=1, profile=TINY,
    )  # fmt: skip


@dataclass
class Running:
    """A fork at work, and what has come from it so far."""

    key: str
    process: int
    answer: BinaryIO
    until: float
    text: bytearray = field(default_factory=bytearray)


def render_all(
    codes: Iterable[tuple[str, str]], folder: Path, side_by_side: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Key and report of each scene, as they end; `codes` gives key and code."""
    waiting = iter(codes)
    running: dict[int, Running] = {}
    exhausted = False
    while running or not exhausted:
        while len(running) < side_by_side and not exhausted:
            given = next(waiting, None)
            if given is None:
                exhausted = True
                break
            started = start(*given, folder)
            running[started.answer.fileno()] = started
        ready, _, _ = select.select(list(running), [], [], 0.5)
        for descriptor in ready:
            chunk = os.read(descriptor, 1 << 16)
            running[descriptor].text += chunk
            if not chunk:
                ended = running.pop(descriptor)
                os.waitpid(ended.process, 0)
                ended.answer.close()
                yield ended.key, json.loads(ended.text) if ended.text else lost("it ended without a report")
        for entry in running.values():
            if time.monotonic() > entry.until:
                entry.until = float("inf")
                os.kill(entry.process, signal.SIGKILL)


def lost(why: str) -> dict[str, Any]:
    """The report of a scene that left none."""
    return {"failure": {"kind": "limit", "errorClass": "Lost", "message": why}}


def start(key: str, code: str, folder: Path) -> Running:
    """Forks, and films the scene there."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        film(code, folder, writing)
    os.close(writing)
    return Running(key, process, os.fdopen(reading, "rb", buffering=0), time.monotonic() + SECONDS_EACH)


def film(code: str, folder: Path, writing: int) -> None:
    """The fork's whole life."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    try:
        with tempfile.TemporaryDirectory() as place:
            os.chdir(place)
            tempfile.tempdir = place
            use_formulas(folder)
            assets.use_folder(Path(place))
            # Manim writes and removes files beside those that it reads: a folder of its own for each.
            report, _ = produce(lambda: tiny_job(code), Path(place), lambda frame, total: None)
        with os.fdopen(writing, "wb") as answer:
            answer.write(json.dumps(report).encode())
    finally:
        os._exit(0)


def warm_up(folder: Path) -> None:
    """Loads what every scene would load again in its fork."""
    use_formulas(folder)
    code = "from manim import *\nclass S(Scene):\n    def construct(self):\n        self.play(Write(Text('a')), Create(Axes()))\n"
    produce(lambda: tiny_job(code), folder, lambda frame, total: None)


def use_formulas(folder: Path) -> None:
    """Formulas are compiled once, whichever fork meets them first."""
    cache = folder / "formulas"
    cache.mkdir(parents=True, exist_ok=True)
    tex.use_host(cache, lambda *asked: compile_formula(cache, asked))


def compile_formula(cache: Path, asked: tuple[str, str, str]) -> str | None:
    """One formula into the cache, complete or not at all: forks may want the same one at once."""
    compiler, _, source = asked
    name = tex.cache_key(*asked)
    with tempfile.TemporaryDirectory() as place:
        Path(place, "formula.tex").write_text(source, encoding="utf-8")
        run = {"cwd": place, "stdin": subprocess.DEVNULL, "capture_output": True, "check": False}
        subprocess.run(
            [compiler, "-interaction=batchmode", "-halt-on-error", "-no-shell-escape", "formula.tex"], **run
        )
        log = Path(place, "formula.log")
        told = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        fault = next((line for line in told.splitlines() if line.startswith("!")), None)
        if fault is None:
            subprocess.run(
                ["dvisvgm", "--page=1", "--no-fonts", "--verbosity=0", "--output=formula.svg", "formula.dvi"],
                **run,
            )
        drawing = Path(place, "formula.svg")
        if fault is not None or not drawing.exists():
            return fault or "! LaTeX gave no drawing."
        partial = cache / f".{name}.{os.getpid()}"
        partial.write_bytes(drawing.read_bytes())
        partial.replace(cache / f"{name}.svg")
    return None
