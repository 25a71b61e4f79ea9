"""Sections drawn by several processes: the same pictures and the same report as by one."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from fork_scenes import AWKWARD, CLASSES, HEAD, code_of
from lectern_render import memory
from lectern_render.cores import FixedCores, of_environment
from lectern_render.forked_clip import ForkedClip
from lectern_render.piece import digest
from lectern_render.track import PictureTrack


@pytest.fixture
def drawn(film, monkeypatch, tmp_path):
    """Films with so many cores: the report, the pictures of all frames before they are encoded, and the processes that
    drew them."""
    plain_show = PictureTrack.show

    def run(cores: int, code: str, *beats: int, construct: bool = True):
        log = tmp_path / f"drawn-{cores}"

        def show(self, picture, repeat):
            with log.open("a") as file:
                file.write(f"{self.frames} {repeat} {digest(picture).hex()} {os.getpid()}\n")
            plain_show(self, picture, repeat)

        monkeypatch.setattr(PictureTrack, "show", show)
        monkeypatch.setenv("LECTERN_CORES", str(cores))
        report = film(code, *beats, construct=construct)
        return report, *_read(log)

    return run


def _read(log: Path) -> tuple[dict[int, str], set[str]]:
    pictures, processes = {}, set()
    for line in log.read_text().splitlines() if log.exists() else []:
        first, repeat, picture, process = line.split()
        pictures.update({int(first) + index: picture for index in range(int(repeat))})
        processes.add(process)
    return pictures, processes


@pytest.mark.parametrize("name", [*AWKWARD, *CLASSES])
def test_several_processes_draw_what_one_draws(drawn, film, name):
    code, construct = code_of(name)
    beats = (26, 70)
    one, pictures, _ = drawn(1, code, *beats, construct=construct)
    two, forked_pictures, processes = drawn(2, code, *beats, construct=construct)
    assert "failure" not in one and one.pop("resources") and two.pop("resources")
    assert two == one
    assert len(pictures) == 96 and forked_pictures == pictures
    assert processes - {str(os.getpid())}
    assert len(film.frames()) == 96
    keyframes = [*film.keyframes(), 96]
    assert {0, 26} <= set(keyframes) and max(np.diff(keyframes)) <= 20


@pytest.mark.parametrize("name", [*AWKWARD, *CLASSES])
def test_the_clip_is_the_same_however_many_cores_are_granted(drawn, film, monkeypatch, name):
    code, construct = code_of(name)
    drawn(2, code, 26, 70, construct=construct)
    clip = film.video
    granted = iter([1, 2, 1, 1, 2] * 100)
    monkeypatch.setattr(FixedCores, "granted", lambda self: next(granted))
    drawn(2, code, 26, 70, construct=construct)
    assert film.video == clip
    monkeypatch.setattr(FixedCores, "granted", lambda self: 1)
    drawn(2, code, 26, 70, construct=construct)
    assert film.video == clip


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import threading\nend = threading.Event()\nthread = threading.Thread(target=end.wait)\nthread.start()\nself.play(FadeIn(Dot()))\nend.set()\nthread.join()", "threads"),
        ("open('note.txt', 'w').close()\nself.wait()", "writes a file"),
        ("import subprocess\nsubprocess.run(['true'])", "subprocess"),
        ("self.wait()\nself.add(Square().set_opacity(self.camera.pixel_array[0, 0, 0] / 255))", "pixel_array"),
        ("import time\nself.play(Square().animate.shift(RIGHT))\nd = Dot()\nd.add_updater(lambda m, dt: m.set_x(time.perf_counter() % 1))\nself.add(d)\nself.wait(0.5)", "ended differently"),
    ],
)  # fmt: skip
def test_what_processes_would_not_share_is_drawn_by_one(drawn, tmp_path, monkeypatch, code, why):
    monkeypatch.chdir(tmp_path)
    report, pictures, processes = drawn(2, code, 30)
    assert "failure" not in report and len(pictures) == 30
    assert [note for note in report["notes"] if "one process" in note and why in note], report["notes"]
    assert str(os.getpid()) in processes


def test_cameras_that_keep_their_pictures_draw_by_one_process(drawn):
    code = HEAD + "class Section(ZoomedScene):\n    def construct(self):\n        self.activate_zooming()\n        self.wait(0.3)\n"
    report, _, _ = drawn(2, code, 30, construct=False)
    assert any("MultiCamera" in note for note in report["notes"])


# The scene's construct begins in line 7 of the module; parents step through the same code and do not draw.
DRAWING_FAILS = """
import os, signal
parent = os.getpid()
class Bad(Square):
    def get_fill_rgbas(self):
        if os.getpid() != parent:
            {what}
        return super().get_fill_rgbas()
self.add(Bad())
with self.beat(0):
    self.play(FadeIn(Dot()), run_time=0.5)
with self.beat(1):
    self.play(FadeIn(Square()))
"""


@pytest.mark.parametrize(
    ("what", "kind", "error"),
    [
        ("raise KeyError('no colour')", "code", "KeyError"),
        ("raise MemoryError", "limit", "MemoryError"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "limit", "DrawingLost"),
        ("os._exit(3)", "code", "DrawingLost"),
    ],
)
def test_a_child_that_fails_names_the_animation_and_its_line(drawn, film, what, kind, error):
    report, _, _ = drawn(2, DRAWING_FAILS.format(what=what), 10, 10)
    failure = report["failure"]
    assert (failure["kind"], failure["errorClass"], failure["beat"]) == (kind, error, 0)
    assert "FadeIn of line 16" in failure["message"] and failure["line"] in (12, 16)
    assert film.video is None
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_an_error_of_the_scene_is_told_as_by_one_process(drawn):
    code = "with self.beat(0):\n    self.play(FadeIn(Dot()), run_time=0.5)\n    nonsense()"
    reports = [drawn(cores, code, 10)[0]["failure"] for cores in (1, 2)]
    assert reports[0] == reports[1] and reports[0]["line"] == 9


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_progress_is_told_frame_by_frame_and_never_falls(drawn, film, cores):
    squares = "VGroup(*[Square() for _ in range(60)])"
    code = f"for _ in range(3):\n    self.play(Rotate({squares}), run_time=4.5)\n    self.wait(0.5)"
    drawn(cores, code, 150)
    assert film.told == sorted(film.told) and film.told[-1] == 150
    # Not only at the ends of animations and stills.
    assert len(set(film.told) - {0, 45, 50, 95, 100, 145, 150}) > 10


def test_never_more_children_than_cores(drawn, monkeypatch):
    most = []
    plain_fork = ForkedClip._try_fork

    def fork(self):
        most.append(len(self._children) + 1)
        return plain_fork(self)

    monkeypatch.setattr(ForkedClip, "_try_fork", fork)
    code = "for _ in range(12):\n    self.play(FadeIn(Square()), run_time=0.2)"
    drawn(3, code, 30)
    assert max(most) == 3 and len(most) >= 12


@pytest.mark.parametrize("short", ["memory of the job", "memory of the machine", "processes"])
def test_what_is_short_is_waited_for_and_at_last_done_without(drawn, film, monkeypatch, short):
    code = "for _ in range(4):\n    self.play(FadeIn(Square()), run_time=0.3)"
    if short == "memory of the job":
        monkeypatch.setenv("LECTERN_MEMORY_MIB", "300")
    elif short == "memory of the machine":
        monkeypatch.setattr(memory, "available_bytes", lambda: 1000)
    else:
        monkeypatch.setattr(os, "fork", _refuse)
    report, pictures, processes = drawn(4, code, 14)
    one, plain, _ = drawn(1, code, 14)
    assert "failure" not in report and pictures == plain and len(film.frames()) == 14
    assert short != "processes" or processes == {str(os.getpid())}


def _refuse() -> int:
    raise BlockingIOError(11, "Resource temporarily unavailable")


def test_nothing_is_left_behind(drawn, film):
    drawn(2, "for _ in range(4):\n    self.play(FadeIn(Text('ab')), run_time=0.3)", 14)
    assert not list(film.folder.glob("piece-*"))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_still_across_pieces_is_one_still(drawn):
    code = "self.add(Square())\nfor _ in range(3):\n    self.wait(1)\nself.play(FadeIn(Dot()), run_time=1)"
    stills = [drawn(cores, code, 40)[0]["beats"][0]["longestStillSeconds"] for cores in (1, 2)]
    assert stills[0] == stills[1] >= 3


@pytest.mark.parametrize(
    ("environment", "cores", "memory"),
    [
        ({}, 1, None),
        ({"LECTERN_CORES": "1"}, 1, None),
        ({"LECTERN_CORES": "many"}, 1, None),
        ({"LECTERN_CORES": "4"}, 4, None),
        ({"LECTERN_CORES": "2", "LECTERN_MEMORY_MIB": "64"}, 2, 64 << 20),
    ],
)
def test_cores_and_memory_are_the_hosts_to_give(monkeypatch, environment, cores, memory):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    given = of_environment()
    assert (given.most, given.granted(), given.memory_bytes) == (cores, cores, memory)
