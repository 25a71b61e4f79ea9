"""The worker as the host sees it: a process with a pipe."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import av
import pytest

from lectern_render.tex import cache_key, use_this_machine
from lectern_render.settings import tex_template

PACKAGE = Path(__file__).resolve().parents[1]
LAUNCH = """
import os, sys
os.dup2(int(sys.argv[1]), 4)
os.execv(sys.executable, [sys.executable, "-m", "lectern_render.worker"])
"""


class Host:
    """Starts a worker and speaks with it, answering each question about TeX by `answer(message, cache)`."""

    def __init__(self, cache: Path, answer) -> None:
        self.cache, self.answer = cache, answer
        self.messages: list[dict] = []
        self.video: bytes | None = None

    def run(self, job: dict | bytes, assets: list[bytes]) -> Host:
        reading, writing = os.pipe()
        worker = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, str(writing)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=[writing],
            env={**os.environ, "PYTHONPATH": str(PACKAGE), "LECTERN_TEX_CACHE": str(self.cache)},
        )  # fmt: skip
        os.close(writing)
        line = job if isinstance(job, bytes) else json.dumps(job).encode()
        worker.stdin.write(line + b"\n" + b"".join(assets))
        worker.stdin.flush()
        with os.fdopen(reading, "rb") as messages:
            self._listen(messages, worker)
        worker.stdin.close()
        self.stdout, self.stderr = worker.stdout.read().decode(), worker.stderr.read().decode()
        self.exit_code = worker.wait()
        return self

    def _listen(self, messages: io.BufferedReader, worker: subprocess.Popen) -> None:
        for line in messages:
            message = json.loads(line)
            self.messages.append(message)
            if message["type"] == "tex":
                told = self.answer(message, self.cache)
                worker.stdin.write(json.dumps({"type": "tex", "error": told}).encode() + b"\n")
                worker.stdin.flush()
            if message["type"] == "video":
                self.video = messages.read(message["bytes"])

    def kinds(self) -> list[str]:
        return [message["type"] for message in self.messages]

    @property
    def report(self) -> dict:
        return next(message["report"] for message in self.messages if message["type"] == "report")


def compile_here(message: dict, cache: Path) -> None:
    """What the host's TeX sandbox does, as far as this test needs it."""
    key = cache_key(message["compiler"], message["outputFormat"], message["source"])
    (cache / f"{key}.tex").write_text(message["source"], encoding="utf-8")
    run = {"cwd": cache, "capture_output": True}
    subprocess.run(
        [message["compiler"], "-interaction=batchmode", "-halt-on-error", f"{key}.tex"], check=True, **run
    )
    subprocess.run(
        ["dvisvgm", "--page=1", "--no-fonts", f"--output={key}.svg", f"{key}.dvi"], check=True, **run
    )


@pytest.fixture
def job(job_json: dict, dot_png: bytes) -> dict:
    job_json["assets"][0]["bytes"] = len(dot_png)
    return job_json


def test_a_job_becomes_a_report_and_a_video(job, dot_png, tmp_path):
    host = Host(tmp_path, compile_here).run(job, [dot_png])
    assert host.exit_code == 0 and host.stdout == ""
    kinds = host.kinds()
    assert kinds[0] == "ready" and kinds[-2:] == ["report", "video"]
    assert kinds.count("tex") == 1, "a formula is asked for once, though the scene runs twice"
    progress = [message for message in host.messages if message["type"] == "progress"]
    assert progress[-1] == {"type": "progress", "frame": 45, "totalFrames": 45}
    assert "failure" not in host.report
    assert [beat["skipped"] for beat in host.report["beats"]] == [False, False]
    with av.open(io.BytesIO(host.video)) as clip:
        assert sum(1 for _ in clip.decode(video=0)) == 45 == host.report["frames"]


def test_a_formula_in_the_cache_is_not_asked_for(job, dot_png, tmp_path):
    first = Host(tmp_path, compile_here).run(job, [dot_png])
    second = Host(tmp_path, compile_here).run(job, [dot_png])
    assert "tex" not in second.kinds()
    assert second.video == first.video, "the same job gives the same bytes"


def test_formulas_are_asked_for_ahead_as_the_scene_will_ask_for_them(job, dot_png, tmp_path):
    job["sceneCode"] = (
        "from manim import *\nfrom lectern_render import LessonScene\n"
        "class S(LessonScene):\n    def construct(self):\n        name = 'z'\n"
        "        MathTex('a', 'b', arg_separator=' + ', tex_to_color_map={'a': RED})\n"
        "        self.add(MathTex('{{ a }} = 1', color=BLUE), Tex('so'), MathTex('a'), MathTex('a'), MathTex(name))\n"
        "        if False:\n            MathTex(r'\\nonsense', tex_template=TexTemplate())\n            MathTex(r'\\nonsense')\n"
    )
    host = Host(tmp_path, compile_here).run(job, [dot_png])
    assert "failure" not in host.report
    kinds, documents = host.kinds(), host.messages[1]["documents"]
    assert kinds.count("texAhead") == 1 and kinds[1] == "texAhead"
    asked = [message for message in host.messages if message["type"] == "tex"]
    in_time = [{key: value for key, value in message.items() if key != "type"} for message in asked]
    assert in_time[:-1] == documents[:-1] and len(in_time) == len(documents) == 5
    assert "nonsense" in documents[-1]["source"] and "nonsense" not in in_time[-1]["source"]


def test_what_tex_says_reaches_the_report(job, dot_png, tmp_path):
    host = Host(tmp_path, lambda message, cache: "! Undefined control sequence.").run(job, [dot_png])
    failure = host.report["failure"]
    assert host.kinds()[-1] == "report" and host.video is None
    assert (failure["kind"], failure["errorClass"], failure["line"], failure["beat"]) == (
        "tex",
        "TexError",
        11,
        0,
    )
    assert "Undefined control sequence" in failure["message"] and "c^2" in failure["message"]


def test_what_scene_code_prints_stays_out_of_the_messages(job, dot_png, tmp_path):
    job["sceneCode"] = (
        "import sys\nfrom lectern_render import LessonScene\n"
        "class S(LessonScene):\n    def construct(self):\n        print('hello', sys.stdin.read() == '')\n"
    )
    host = Host(tmp_path, compile_here).run(job, [dot_png])
    assert set(host.stdout.split("\n")) == {"hello True", ""}
    assert host.report["frames"] == 45
    assert [beat["skipped"] for beat in host.report["beats"]] == [True, True]


@pytest.mark.parametrize("line", [b"{}", b"nonsense", b'{"protocol": 99}'])
def test_what_is_not_a_job_is_a_fault_of_the_protocol(line, tmp_path):
    host = Host(tmp_path, compile_here).run(line, [])
    assert host.report["failure"]["kind"] == "protocol" and host.video is None


def test_the_worker_and_manim_agree_on_the_document():
    use_this_machine()
    source = tex_template().get_texcode_for_expression_in_env("a", "align*")
    assert all(package in source for package in ("amsmath", "amssymb", "mathtools", "xcolor"))


def test_a_worker_starts_without_what_only_faulty_code_needs():
    loaded = "import sys, lectern_render.worker; print('libcst' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True, text=True, env=environment)
    assert done.stdout == "False\n"


def test_pictures_use_the_same_memory_again():
    used_again = (
        "import resource, av\n"
        "from lectern_render.memory import keep_what_is_freed\n"
        "def faults():\n"
        "    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "    for _ in range(50):\n"
        "        kept = [bytearray(8 << 20) for _ in range(2)]\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before\n"
        "before = faults(); keep_what_is_freed(); faults(); print(before, faults())"
    )
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    done = subprocess.run([sys.executable, "-c", used_again], capture_output=True, check=True, text=True, env=environment)
    before, afterwards = map(int, done.stdout.split())
    assert afterwards < before / 10
