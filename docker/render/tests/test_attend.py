"""A job that comes and goes as files, for sandboxes that have no pipe to their host."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
FIXTURES = PACKAGE.parents[1] / "test" / "fixtures"
LIMITS = {"wallSeconds": 60, "cpuSeconds": 60, "fileMiB": 64, "printedMiB": 1, "videoMiB": 64}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0H1V1Z"/></svg>'


def job_of(*lines: str) -> dict:
    code = "from manim import *\nfrom lectern_render import LessonScene\n\nclass Section(LessonScene):\n    def construct(self):\n"
    profile = {
        "width": 128, "height": 72, "framesPerSecond": 15, "preset": "veryfast", "crf": 30, "keyframeSeconds": 2,
    }  # fmt: skip
    return {
        "protocol": 1, "section": 1, "title": "A section", "language": "en", "theme": "dark", "symbolColours": {},
        "sceneCode": code + "".join(f"        {line}\n" for line in lines), "totalFrames": 6, "seed": 1,
        "beats": [{"startFrame": 0, "speechEndFrame": 4, "endFrame": 6, "words": []}], "profile": profile, "assets": [],
    }  # fmt: skip


class Host:
    """Starts one that attends, and is its host: by files alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "LECTERN_JOB_FOLDER": str(folder)}
        command = [sys.executable, "-P", "-m", "lectern_render.attend"]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)

    def bring(self, job: dict, limits: dict) -> None:
        (self.folder / "job.json").write_text(json.dumps({"job": job, "limits": limits}) + "\n")

    def hear(self, answer: dict | None = None) -> list[dict]:
        """Everything that is said, to the word that the job is done."""
        said = []
        for line in self.process.stdout:
            told = json.loads(line)
            assert told["number"] == len(said) + 1
            said.append(told["message"])
            if said[-1]["type"] == "tex":
                (self.folder / "answers" / f"{told['number']}.json").write_text(json.dumps(answer) + "\n")
            if said[-1]["type"] == "done":
                break
        return said

    def result(self) -> dict:
        return json.loads((self.folder / "result.json").read_text())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def attended(tmp_path: Path, job: dict, limits: dict = LIMITS, answer: dict | None = None) -> tuple[list[dict], dict]:
    host = Host(tmp_path)
    try:
        until = time.monotonic() + 60
        while not (tmp_path / "ready").exists() and time.monotonic() < until:
            time.sleep(0.05)
        host.bring(job, limits)
        return host.hear(answer), host.result()
    finally:
        host.close()


def test_a_job_that_comes_as_files_leaves_clip_and_result_as_files(tmp_path):
    formula = job_of('print("said")', "with self.beat(0):", '    self.add(MathTex("x"))')
    key = "unused"
    said, result = attended(tmp_path, formula, answer={"error": "no TeX here", "key": None, "svg": None})
    assert [message["type"] for message in said][:2] == ["ready", "tex"]
    assert result["clip"] is None and key not in result["stdout"]
    assert result["report"]["failure"]["kind"] == "tex"
    assert result["stdout"] == "said\n"


def test_the_clip_is_the_one_that_the_result_tells_of(tmp_path):
    said, result = attended(tmp_path, job_of("with self.beat(0):", "    self.add(Circle())"))
    clip = (tmp_path / "clip.mp4").read_bytes()
    assert result["clip"] == {"bytes": len(clip), "sha256": hashlib.sha256(clip).hexdigest()}
    assert result["report"]["frames"] == 6 and result["stopped"] is None
    assert said[-1] == {"type": "done"} and "report" in [message["type"] for message in said]


def test_what_takes_too_long_is_stopped_and_said_so(tmp_path):
    _, result = attended(tmp_path, job_of("import time", "time.sleep(60)"), {**LIMITS, "wallSeconds": 1})
    assert result["stopped"]["errorClass"] == "WallClock"
    assert result["clip"] is None


def test_what_is_no_message_stops_the_worker(tmp_path):
    _, result = attended(tmp_path, job_of("import os, time", 'os.write(4, b"nonsense\\n")', "time.sleep(60)"))
    assert result["stopped"] == {"kind": "protocol", "errorClass": "ProtocolError", "message": "A message is not JSON."}
