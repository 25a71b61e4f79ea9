"""For whoever writes blocks or scenes: films a scene on this machine, without sandbox, and prints the report.

python -m lectern_render.preview job.json out.mp4
python -m lectern_render.preview --scene scene.py --seconds 4,5,3 --quality preview out.mp4 --frames folder
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from PIL import Image

from . import assets, tex
from .job import Beat, Profile, RenderJob
from .produce import produce

PROFILES = {
    "preview": Profile(854, 480, 15, "superfast", 25, 2.0),
    "standard": Profile(1280, 720, 30, "superfast", 28, 2.0),
    "final": Profile(1920, 1080, 60, "superfast", 28, 2.0),
}


def job_of_scene(scene_code: str, seconds: list[float], profile: Profile, theme: str = "dark") -> RenderJob:
    """A job whose beats are that long, with half a second of silence at the end of each."""
    rate = profile.frames_per_second
    beats, start = [], 0
    for length in seconds:
        end = start + max(1, round(length * rate))
        beats.append(Beat(start, max(start, end - rate // 2), end))
        start = end
    return RenderJob(
        section=1, title="Preview", language="en", theme=theme, symbol_colours={}, scene_code=scene_code,
        beats=tuple(beats), total_frames=start, seed=1, profile=profile,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="lectern_render.preview", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="[job.json] out.mp4")
    parser.add_argument("--scene", type=Path, help="a file of scene code, instead of a job")
    parser.add_argument("--seconds", default="4", help="length of each beat, as in 4,5,3")
    parser.add_argument("--quality", choices=PROFILES, default="preview")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--frames", type=Path, help="folder for a PNG of each beat's end")
    given = parser.parse_args()
    if given.scene is None:
        job = RenderJob.from_json(json.loads(given.paths[0].read_text(encoding="utf-8")))
    else:
        seconds = [float(length) for length in given.seconds.split(",")]
        job = job_of_scene(
            given.scene.read_text(encoding="utf-8"), seconds, PROFILES[given.quality], given.theme
        )
    tex.use_this_machine()
    assets.use_folder(Path.cwd())
    # One folder for all previews, so that a formula is compiled once.
    folder = Path(tempfile.gettempdir()) / "lectern-preview"
    report, video = produce(lambda: job, folder, lambda frame, total: None, _saver(given.frames))
    print(json.dumps(report, indent=1))
    if video is None:
        sys.exit(1)
    given.paths[-1].write_bytes(video)


def _saver(folder: Path | None):
    if folder is None:
        return lambda beat, scene, renderer: None
    folder.mkdir(parents=True, exist_ok=True)
    return lambda beat, scene, renderer: Image.fromarray(renderer.draw_now(scene)).save(
        folder / f"beat-{beat:02}.png"
    )


if __name__ == "__main__":
    main()
