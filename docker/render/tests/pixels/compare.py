"""One scene drawn by `manim render` and by `lectern_render`, frame by frame as they go to the encoder.

Both are run in forked processes, so that neither sees what the other leaves in Manim's modules. Of each frame a
digest of its RGBA pixels is kept. Lectern's theme (colours and font of what has none) is left out: it is meant to look
otherwise.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manim import config
from manim.__main__ import main as manim_command
from manim.scene.scene_file_writer import SceneFileWriter

SEED = 1


@dataclass(frozen=True)
class Size:
    width: int
    height: int
    frames_per_second: int


LOW = Size(854, 480, 15)
FULL = Size(1920, 1080, 60)


@dataclass
class Comparison:
    """`different` are numbers of frames; `error` is what either side said instead of drawing."""

    name: str
    frames: int = 0
    ours: int = 0
    different: tuple[int, ...] = ()
    error: str = ""

    @property
    def is_equal(self) -> bool:
        return not self.error and self.frames == self.ours > 0 and not self.different


def compare(name: str, code: str, size: Size, cores: int = 1) -> Comparison:
    """Draws the scene `name` of `code` both ways. With several cores ours is drawn by forked processes."""
    with tempfile.TemporaryDirectory(prefix="lectern-") as folder:
        try:
            theirs = _elsewhere(lambda: _by_manim(name, code, size, Path(folder)))
            if not theirs:
                return Comparison(name, error="Manim makes a picture of it, no film")
            ours = _elsewhere(lambda: _by_us(code, size, len(theirs), (Path(folder) / "ours", cores)))
        except _FailedElsewhere as failed:
            return Comparison(name, error=str(failed))
    different = tuple(frame for frame, (one, other) in enumerate(zip(theirs, ours, strict=False)) if one != other)
    return Comparison(name, len(theirs), len(ours), different)


class _FailedElsewhere(Exception):
    pass


def _elsewhere(work: Callable[[], Any]) -> Any:
    """What `work` gives, done in a forked process."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        with os.fdopen(writing, "wb") as file:
            try:
                pickle.dump((True, work()), file)
            except BaseException:
                pickle.dump((False, traceback.format_exc(limit=-3)), file)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        told = file.read()
    os.waitpid(process, 0)
    done, result = pickle.loads(told) if told else (False, "the process was lost")
    if not done:
        raise _FailedElsewhere(result)
    return result


def _digest(pixels: Any) -> bytes:
    return hashlib.blake2b(pixels.tobytes(), digest_size=16).digest()


def _by_manim(name: str, code: str, size: Size, folder: Path) -> list[bytes]:
    frames: list[bytes] = []
    plain_write = SceneFileWriter.write_frame

    def write_frame(writer: SceneFileWriter, pixels: Any, *, repeat: int = 1) -> None:
        frames.extend([_digest(pixels)] * repeat)
        plain_write(writer, pixels, repeat=repeat)

    SceneFileWriter.write_frame = write_frame
    path = folder / "scene.py"
    path.write_text(code, encoding="utf-8")
    sizes = ["-r", f"{size.width},{size.height}", "--fps", str(size.frames_per_second)]
    plain = ["--disable_caching", "--seed", str(SEED), "--progress_bar", "none", "-v", "ERROR"]
    manim_command(["render", *sizes, *plain, "--media_dir", _media(folder), str(path), name], standalone_mode=False)
    return frames


def _media(folder: Path) -> str:
    """Formulas are compiled once for all; nothing else of this folder is read again."""
    shared = Path(tempfile.gettempdir()) / "lectern-pixels" / "Tex"
    shared.mkdir(parents=True, exist_ok=True)
    (folder / "media").mkdir()
    (folder / "media" / "Tex").symlink_to(shared)
    return str(folder / "media")


def _by_us(code: str, size: Size, frames: int, where: tuple[Path, int]) -> list[bytes]:
    # Only here, so that Manim's side runs without any of it.
    from lectern_render import cores, forked_clip, settings, tex, track  # noqa: PLC0415
    from lectern_render.job import Beat, Profile, RenderJob  # noqa: PLC0415
    from lectern_render.run import Hooks, render  # noqa: PLC0415

    folder, count = where
    log = folder / "frames"
    folder.mkdir()
    settings.draw_in_theme = lambda palette: None
    plain_apply = settings.apply

    def apply(job: RenderJob, into: Path) -> None:
        plain_apply(job, into)
        config.background_color = "#000000"
        (into / "media").mkdir(exist_ok=True)
        if not (into / "media" / "Tex").exists():
            (into / "media" / "Tex").symlink_to(Path(tempfile.gettempdir()) / "lectern-pixels" / "Tex")

    settings.apply = apply

    def note(first: int, repeat: int, pixels: Any) -> None:
        with log.open("a") as file:
            file.write(f"{first} {repeat} {_digest(pixels).hex()}\n")

    plain_write = track.PictureTrack.write

    def write(self: Any, pixels: Any, repeat: int = 1) -> None:
        note(self.frames, repeat, pixels)
        plain_write(self, pixels, repeat)

    track.PictureTrack.write = write
    plain_forked = forked_clip.ForkedClip.write

    def write_forked(self: Any, pixels: Any, repeat: int = 1) -> None:
        if self.draws and isinstance(self._last, forked_clip.Child):
            note(self.frames, repeat, pixels)
        plain_forked(self, pixels, repeat)

    forked_clip.ForkedClip.write = write_forked
    cores.use_host(cores.FixedCores(count))
    tex.use_this_machine()
    job = RenderJob(
        section=1, title="", language="en", theme="dark", symbol_colours={}, scene_code=code,
        beats=(Beat(0, 0, frames),), total_frames=frames, seed=SEED,
        profile=Profile(size.width, size.height, size.frames_per_second, "ultrafast", 40, 2.0),
    )  # fmt: skip
    render(job, folder, Hooks())
    return _read(log)


def _read(log: Path) -> list[bytes]:
    pictures: dict[int, bytes] = {}
    for line in log.read_text().splitlines():
        first, repeat, picture = line.split()
        pictures.update({int(first) + index: bytes.fromhex(picture) for index in range(int(repeat))})
    return [pictures[frame] for frame in sorted(pictures)]
