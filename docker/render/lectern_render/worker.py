"""A worker in its sandbox: one job in, progress, report and video out. `python -m lectern_render.worker`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from . import assets, cores, fonts, formulas_ahead, memory, tex
from .errors import JobError
from .job import RenderJob
from .pipe import Pipe
from .produce import produce
from .report import versions

TEX_CACHE_VARIABLE = "LECTERN_TEX_CACHE"


def main() -> None:
    """Serves the one job that comes down the pipe."""
    memory.keep_what_is_freed()
    pipe = Pipe.of_process()
    with tempfile.TemporaryDirectory(prefix="lectern-", ignore_cleanup_errors=True) as folder:
        fonts.load(Path(folder))
        pipe.send({"type": "ready", "versions": versions()})
        report, video = produce(lambda: _prepare(pipe, Path(folder)), Path(folder), pipe.progress)
        pipe.send({"type": "report", "report": report})
        if video is not None:
            pipe.send({"type": "video"}, video)
        os.chdir("/")


def _prepare(pipe: Pipe, folder: Path) -> RenderJob:
    """Reads the job, lays out its assets in what becomes the working directory, and connects formulas to the
    host."""
    job, contents = pipe.read_job()
    place = folder / "assets"
    place.mkdir()
    for entry, content in zip(job.assets, contents, strict=True):
        if Path(entry.name).name != entry.name or entry.name in (".", ".."):
            raise JobError("the name of an asset is not that of a file")
        (place / entry.name).write_bytes(content)
    os.chdir(place)
    assets.use_folder(place)
    cache = os.environ.get(TEX_CACHE_VARIABLE)
    if cache is None:
        tex.use_this_machine()
    else:
        tex.use_host(Path(cache), pipe.ask_tex)
        pipe.ask_tex_ahead(formulas_ahead.documents_of(job.scene_code))
        cores.use_host(cores.LentCores(pipe.told_of_cores, pipe.send))
    return job


if __name__ == "__main__":
    main()
