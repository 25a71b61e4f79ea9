"""The pipe between host and worker: JSON lines, some followed by bytes."""

from __future__ import annotations

import json
import os
import time
from typing import Any, BinaryIO

from .errors import JobError
from .incoming import Incoming
from .job import RenderJob

MESSAGES_FD = 4
PROGRESS_SECONDS = 0.1


class Pipe:
    """The worker's end. stdout and stderr belong to scene code and are not touched."""

    def __init__(self, incoming: Incoming, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._told_of_cores: list[dict[str, Any]] = []
        self._last_progress = 0.0

    @classmethod
    def of_process(cls) -> Pipe:
        """Takes stdin and descriptor 4. Scene code that reads stdin finds it empty, programs that it starts
        inherit neither."""
        incoming = Incoming(os.dup(0))
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.set_inheritable(MESSAGES_FD, False)
        return cls(incoming, os.fdopen(MESSAGES_FD, "wb"))

    def send(self, message: dict[str, Any], payload: bytes | None = None) -> None:
        """One message, with the bytes that belong to it."""
        if payload is not None:
            message = {**message, "bytes": len(payload)}
        self._outgoing.write(json.dumps(message, ensure_ascii=False, allow_nan=False).encode() + b"\n")
        if payload is not None:
            self._outgoing.write(payload)
        self._outgoing.flush()

    def read_job(self) -> tuple[RenderJob, list[bytes]]:
        """The job and the bytes of its assets, in their order. Raises JobError for what is not a job."""
        job = RenderJob.from_json(self._read_line("a job"))
        contents = [self._incoming.read(asset.bytes) for asset in job.assets]
        if any(len(content) != asset.bytes for content, asset in zip(contents, job.assets, strict=True)):
            raise JobError("the input ends before the last asset does")
        return job, contents

    def told_of_cores(self) -> list[dict[str, Any]]:
        """What the host has said of cores since this was asked last; `pipe` hears it while it waits for other things,
        too."""
        for line in self._incoming.waiting_lines():
            self._put_aside(_parsed(line, "a word about cores"))
        told, self._told_of_cores = self._told_of_cores, []
        return told

    def _put_aside(self, message: dict[str, Any]) -> bool:
        """Keeps what is said of cores for whoever asks; whether it was that."""
        if message.get("type") != "cores":
            return False
        self._told_of_cores.append(message)
        return True

    def _read_line(self, what: str) -> dict[str, Any]:
        while True:
            line = self._incoming.line()
            if not line:
                raise JobError(f"the input ends where {what} is expected")
            value = _parsed(line, what)
            if not self._put_aside(value):
                return value

    def ask_tex_ahead(self, documents: list[tuple[str, str, str]]) -> None:
        """Says which formulas are going to be asked for: compiler, output format, source of each. There is no
        answer: what is wrong with one is told to whoever asks for it."""
        if not documents:
            return
        keys = ("compiler", "outputFormat", "source")
        self.send({"type": "texAhead", "documents": [dict(zip(keys, document, strict=True)) for document in documents]})

    def ask_tex(self, compiler: str, output_format: str, source: str) -> str | None:
        """Asks the host to compile a formula; None once its SVG is in the cache, or what TeX says of it."""
        self.send({"type": "tex", "compiler": compiler, "outputFormat": output_format, "source": source})
        answer = self._read_line("an answer about TeX")
        if answer.get("type") != "tex":
            raise JobError(f"an answer about TeX is expected, {answer.get('type')!r} came")
        told = answer.get("error")
        return None if told is None else str(told)

    def progress(self, frame: int, total_frames: int) -> None:
        """Tells how many frames are done, ten times a second at most, and the last one always."""
        now = time.monotonic()
        if frame < total_frames and now - self._last_progress < PROGRESS_SECONDS:
            return
        self._last_progress = now
        self.send({"type": "progress", "frame": frame, "totalFrames": total_frames})


def _parsed(line: bytes, what: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise JobError(f"what is read is not {what} in JSON") from error
    if not isinstance(value, dict):
        raise JobError(f"what is read is not {what}")
    return value
