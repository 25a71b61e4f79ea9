"""One scene with several numbers of core tokens: render_tokens.py QUALITY FRAMES SCENE TOKENS… Prints JSON, a row for each number.

Of each process that drew it tells the animation, its frames and its CPU seconds: what a section would take had it all those cores, whatever
this machine has. `least_seconds` is that bound: the longest process, or the parent, or all together shared out evenly.
"""

import json
import os
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docker" / "render"))

from lectern_render import cores, forked_clip, memory, tex  # noqa: E402
from lectern_render.child import Child  # noqa: E402
from lectern_render.job import Beat, RenderJob  # noqa: E402
from lectern_render.preview import PROFILES  # noqa: E402
from lectern_render.run import Hooks, render  # noqa: E402


def job_of(quality: str, frames: int, scene: Path) -> RenderJob:
    return RenderJob(
        section=1, title="A section", language="en", theme="dark", symbol_colours={},
        scene_code=scene.read_text(encoding="utf-8"), beats=(Beat(0, 0, frames),), total_frames=frames, seed=1,
        profile=PROFILES[quality],
    )  # fmt: skip


def drawn_with(tokens: int, job: RenderJob) -> dict[str, Any]:
    """The row of one number of tokens."""
    children: list[Child] = []
    settle = forked_clip.ForkedClip._settle

    def note(clip: forked_clip.ForkedClip, child: Child) -> None:
        children.append(child)
        settle(clip, child)

    forked_clip.ForkedClip._settle = note
    cores.use_host(cores.FixedCores(tokens))
    with tempfile.TemporaryDirectory(prefix="lectern-") as folder:
        before = cpu_seconds()
        render(job, Path(folder), Hooks())
        parent = cpu_seconds() - before
    drawn = sorted(children, key=lambda child: child.first_frame)
    used = [child.cpu_seconds for child in drawn]
    return {
        "tokens": tokens,
        "parent_cpu_seconds": round(parent, 2),
        "children_cpu_seconds": round(sum(used), 2),
        "least_seconds": round(max([parent, *used, (parent + sum(used)) / tokens]), 2),
        "children": [
            {"animation": str(child.place), "frames": child.piece.frames, "cpu_seconds": round(child.cpu_seconds, 2)}
            for child in drawn
        ],
    }


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def elsewhere(tokens: int, job: RenderJob) -> dict[str, Any]:
    """In a process of its own: what one run has left in Manim's caches, the next would find."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.write(writing, json.dumps(drawn_with(tokens, job)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as file:
        told = file.read()
    os.waitpid(process, 0)
    return json.loads(told)


if __name__ == "__main__":
    memory.keep_what_is_freed()
    tex.use_this_machine()
    quality, frames, path, *numbers = sys.argv[1:]
    job = job_of(quality, int(frames), Path(path))
    # Formulas are compiled before anything is counted.
    elsewhere(1, job)
    print(json.dumps([elsewhere(int(tokens), job) for tokens in numbers]))
