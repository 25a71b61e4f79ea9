"""Attends to one job in a sandbox that has no pipe to its host. `python -P -m lectern_render.attend`.

Manim is loaded before there is a job, which `ready` tells. The job comes as files, the last of which is `job.json`: one line,
whose end says that it is whole. What the worker says leaves on stdout, numbered; what it is answered comes as `answers/<number>.json`.
Clip and, last of all, `result.json` are written under another name first: they are whole once they are there, for whichever host
looks then. It stays for a while afterwards, because the files end with it.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import worker
from .attended import Attended, Limits

FOLDER_VARIABLE = "LECTERN_JOB_FOLDER"
USUAL_FOLDER = "/job"
POLL_SECONDS = 0.03
KEPT_SECONDS = 300


@dataclass(frozen=True)
class Order:
    """What `job.json` holds: the render job as the worker gets it, and what it may use."""

    job_line: bytes
    assets: tuple[Path, ...]
    limits: Limits


def wait_for_line(path: Path) -> bytes:
    """The one line of a file, once it is whole."""
    while True:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            content = b""
        if content.endswith(b"\n"):
            return content
        time.sleep(POLL_SECONDS)


def read_order(folder: Path) -> Order:
    """Waits for the job."""
    told: dict[str, Any] = json.loads(wait_for_line(folder / "job.json"))
    job = told["job"]
    assets = tuple(folder / "assets" / str(index) for index in range(len(job["assets"])))
    return Order(json.dumps(job, ensure_ascii=False).encode() + b"\n", assets, Limits(**told["limits"]))


def write_whole(path: Path, content: bytes) -> None:
    """A file that is there as a whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    partial.rename(path)


def attend(folder: Path) -> None:
    """One job from its arrival to its result."""
    for name in ("tex", "answers"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "ready").touch()
    order = read_order(folder)
    os.environ[worker.TEX_CACHE_VARIABLE] = str(folder / "tex")
    attended = Attended(folder, order.limits)
    result, video = attended.run(worker.main, order.job_line, order.assets)
    if video is not None:
        write_whole(folder / "clip.mp4", video)
    write_whole(folder / "result.json", json.dumps(result).encode())
    attended.tell({"type": "done"})


def main() -> None:
    """Attends to the one job of this sandbox."""
    attend(Path(os.environ.get(FOLDER_VARIABLE, USUAL_FOLDER)))
    time.sleep(KEPT_SECONDS)


if __name__ == "__main__":
    main()
