"""A worker as the process that attends to it sees it: what it says is passed on, what it makes is kept."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .pipe import MESSAGES_FD

MIB = 1 << 20
CHUNK_BYTES = 1 << 16
TAIL_BYTES = 1 << 16
LINE_BYTES = 4 * MIB
LOOK_SECONDS = 0.1
ANSWER_POLL_SECONDS = 0.02
SILENCE_AFTER_EXIT_SECONDS = 2.0
LOWEST_SPARE_DESCRIPTOR = 10


@dataclass(frozen=True)
class Limits:
    """What the worker may use, in the words of the host."""

    wallSeconds: float  # noqa: N815
    cpuSeconds: int  # noqa: N815
    fileMiB: int  # noqa: N815
    printedMiB: int  # noqa: N815
    videoMiB: int  # noqa: N815
    memoryMiB: int  # noqa: N815
    cores: int


class Stopped(Exception):
    """Why the worker was stopped: `kind` and `error_class` as a report's failure has them."""

    def __init__(self, kind: str, error_class: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.error_class = kind, error_class


class Attended:
    """Forks the worker off, and speaks the pipe protocol with it for a host that cannot."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder, self._limits = folder, limits
        self._deadline = time.monotonic() + limits.wallSeconds
        self._buffer = bytearray()
        self._said = 0
        self._exit_status: int | None = None
        self._exited_at = 0.0

    def run(
        self, work: Callable[[], None], job_line: bytes, assets: tuple[Path, ...]
    ) -> tuple[dict[str, Any], bytes | None]:
        """Runs `work` as a worker with this job. Answers what becomes of it, and its video where there is one."""
        self._start(work)
        report: dict[str, Any] | None = None
        video: bytes | None = None
        stopped: Stopped | None = None
        try:
            self._send_cores()
            self._send_job(job_line, assets)
            report, video = self._relay()
        except Stopped as reason:
            stopped = reason
        self._end()
        clip = None if video is None else {"bytes": len(video), "sha256": hashlib.sha256(video).hexdigest()}
        why = stopped and {"kind": stopped.kind, "errorClass": stopped.error_class, "message": str(stopped)}
        printed = {name: self._tail(name) for name in ("stdout", "stderr")}
        return {
            "report": report,
            "clip": clip,
            "exitCode": self._exit_code(),
            "stopped": why,
            **printed,
        }, video

    def tell(self, message: dict[str, Any]) -> None:
        """One numbered line for the host."""
        self._said += 1
        sys.stdout.write(json.dumps({"number": self._said, "message": message}) + "\n")
        sys.stdout.flush()

    def _start(self, work: Callable[[], None]) -> None:
        job_end, self._job = self._pipe()
        self._messages, message_end = self._pipe()
        self._pid = os.fork()
        if self._pid != 0:
            os.close(job_end)
            os.close(message_end)
            return
        status = 1
        try:
            os.setsid()
            self._confine()
            for name, descriptor in (("stdout", 1), ("stderr", 2)):
                os.dup2(
                    os.open(self._folder / f"{name}.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor
                )
            os.dup2(job_end, 0)
            os.dup2(message_end, MESSAGES_FD)
            os.closerange(MESSAGES_FD + 1, LOWEST_SPARE_DESCRIPTOR + 8)
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _pipe(self) -> tuple[int, int]:
        """Both ends, clear of the descriptors that the worker's protocol takes."""
        ends = os.pipe()
        moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, LOWEST_SPARE_DESCRIPTOR) for end in ends]
        for end in ends:
            os.close(end)
        return moved[0], moved[1]

    def _confine(self) -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._limits.fileMiB * MIB,) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (self._limits.cpuSeconds, self._limits.cpuSeconds + 1))

    def _send_cores(self) -> None:
        """The sandbox is the worker's alone, and so are all of its cores."""
        count, memory = self._limits.cores, self._limits.memoryMiB
        told = {"type": "cores", "granted": count, "most": count, "memoryMiB": memory}
        self._send(json.dumps(told).encode() + b"\n")

    def _send_job(self, job_line: bytes, assets: tuple[Path, ...]) -> None:
        self._send(job_line)
        for asset in assets:
            self._send(asset.read_bytes())

    def _send(self, content: bytes) -> None:
        """What is sent to a worker that has gone is lost, which its end tells."""
        os.set_blocking(self._job, False)
        rest = memoryview(content)
        while rest and not self._has_exited():
            self._look()
            if not select.select([], [self._job], [], LOOK_SECONDS)[1]:
                continue
            try:
                rest = rest[os.write(self._job, rest[:CHUNK_BYTES]) :]
            except BrokenPipeError:
                return

    def _relay(self) -> tuple[dict[str, Any] | None, bytes | None]:
        report: dict[str, Any] | None = None
        while (line := self._line()) is not None:
            message = self._parsed(line)
            kind = message.get("type")
            if kind == "video":
                if report is None:
                    raise Stopped("protocol", "ProtocolError", "A video came before its report.")
                return report, self._video(message)
            # Nobody lends cores here.
            if kind != "cores":
                self.tell(message)
            if kind == "tex":
                self._pass_answer(self._said)
            if kind == "report":
                report = message.get("report")
        return report, None

    def _parsed(self, line: bytes) -> dict[str, Any]:
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise Stopped("protocol", "ProtocolError", "A message is not JSON.")
        return message

    def _video(self, message: dict[str, Any]) -> bytes:
        count = message.get("bytes")
        if not isinstance(count, int) or count <= 0:
            raise Stopped("protocol", "ProtocolError", "A video has no size.")
        if count > self._limits.videoMiB * MIB:
            text = f"The video has {round(count / MIB)} MiB, and {self._limits.videoMiB} MiB are allowed."
            raise Stopped("limit", "Output", text)
        while len(self._buffer) < count:
            if not self._receive():
                raise Stopped("protocol", "ProtocolError", "The bytes that were announced ended early.")
        return bytes(self._buffer[:count])

    def _line(self) -> bytes | None:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > LINE_BYTES:
                raise Stopped("protocol", "ProtocolError", "A message is longer than any may be.")
            if not self._receive():
                if self._buffer:
                    raise Stopped("protocol", "ProtocolError", "The last message is cut off.")
                return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _receive(self) -> bool:
        """Waits for more; False where nothing more can come."""
        while True:
            self._look()
            if select.select([self._messages], [], [], LOOK_SECONDS)[0]:
                received = os.read(self._messages, CHUNK_BYTES)
                self._buffer += received
                return bool(received)
            # A process that it left behind may hold the pipe open for ever.
            if self._has_exited() and time.monotonic() - self._exited_at > SILENCE_AFTER_EXIT_SECONDS:
                return False

    def _pass_answer(self, number: int) -> None:
        path = self._folder / "answers" / f"{number}.json"
        while not self._has_exited():
            self._look()
            content = path.read_bytes() if path.exists() else b""
            if content.endswith(b"\n"):
                answer = json.loads(content)
                if answer.get("key") is not None:
                    (self._folder / "tex" / f"{answer['key']}.svg").write_text(
                        answer["svg"], encoding="utf-8"
                    )
                self._send(json.dumps({"type": "tex", "error": answer["error"]}).encode() + b"\n")
                return
            time.sleep(ANSWER_POLL_SECONDS)

    def _look(self) -> None:
        """Raises Stopped when the worker has used up what it may."""
        if time.monotonic() > self._deadline:
            raise Stopped(
                "limit", "WallClock", f"The section was not drawn within {self._limits.wallSeconds:g} s."
            )
        printed = sum(path.stat().st_size for path in self._printed() if path.exists())
        if printed > self._limits.printedMiB * MIB:
            raise Stopped("limit", "Output", f"It printed more than {self._limits.printedMiB} MiB.")

    def _printed(self) -> list[Path]:
        return [self._folder / f"{name}.txt" for name in ("stdout", "stderr")]

    def _tail(self, name: str) -> str:
        path = self._folder / f"{name}.txt"
        if not path.exists():
            return ""
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            return file.read(TAIL_BYTES).decode("utf-8", "replace")

    def _has_exited(self) -> bool:
        if self._exit_status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid != 0:
                self._exit_status, self._exited_at = status, time.monotonic()
        return self._exit_status is not None

    def _end(self) -> None:
        """Lets a worker that has said everything go by itself for a moment; then it is killed with what it has started."""
        os.close(self._job)
        until = time.monotonic() + LOOK_SECONDS
        while not self._has_exited() and time.monotonic() < until:
            time.sleep(ANSWER_POLL_SECONDS)
        if self._exit_status is None:
            os.killpg(self._pid, signal.SIGKILL)
            self._exit_status = os.waitpid(self._pid, 0)[1]
        os.close(self._messages)

    def _exit_code(self) -> int:
        """As a shell would say it: 128 + n after signal n."""
        code = os.waitstatus_to_exitcode(self._exit_status or 0)
        return 128 - code if code < 0 else code
