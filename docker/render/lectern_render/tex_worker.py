"""Compiles LaTeX documents in a sandbox of their own: documents come in by pipe, drawings leave by pipe.

Standard library only. Standard input carries one JSON line,
``{"width": 2, "documents": [{"compiler", "outputFormat", "source"}]}``. Every document is answered on file
descriptor 4, in the order in which they are done, by ``{"index": 0, "bytes": n}`` and n bytes of SVG, or by
``{"index": 0, "kind": "tex", "error": "! Undefined control sequence. l.7 \\foo"}``.
The command lines are those of Manim 0.22 (``manim.utils.tex_file_writing``); the shell is forbidden besides.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

MESSAGES_DESCRIPTOR = 4
COMPILE_SECONDS = 20.0
LONGEST_MESSAGE = 300
LONGEST_PLACE = 60
LARGEST_SVG_BYTES = 8 * 1024 * 1024


class DocumentError(Exception):
    """A document that gave no drawing: ``tex`` in TeX's own words, ``limit`` when it was stopped."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def compile_command(compiler: str, output_format: str) -> list[str]:
    """The compiler's command line; the document stands in the working folder as ``formula.tex``."""
    if compiler == "xelatex":
        output = ["-no-pdf"] if output_format == ".xdv" else []
    else:
        output = [f"-output-format={output_format[1:]}"]
    return [compiler, *output, "-interaction=batchmode", "-halt-on-error", "-no-shell-escape", "formula.tex"]


def convert_command(output_format: str) -> list[str]:
    """The command line of dvisvgm, as Manim gives it."""
    pdf = ["--pdf"] if output_format == ".pdf" else []
    page = ["--page=1", "--no-fonts", "--verbosity=0", "--output=formula.svg"]
    return ["dvisvgm", *pdf, *page, f"formula{output_format}"]


def run(command: list[str], folder: Path) -> int:
    """Run one tool in ``folder`` and return its exit code; what it prints is of no use to anybody."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=COMPILE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as stopped:
        message = f"{command[0]} was not done within {COMPILE_SECONDS:.0f} s."
        raise DocumentError("limit", message) from stopped
    except FileNotFoundError as missing:
        raise DocumentError("limit", f"{command[0]} is not installed.") from missing
    return done.returncode


def tex_message(log: str) -> str:
    """TeX's first complaint and the place where it stopped, on one line."""
    lines = log.splitlines()
    start = next((index for index, line in enumerate(lines) if line.startswith("!")), None)
    if start is None:
        return "LaTeX failed without a message."
    complaint = lines[start]
    if start + 1 < len(lines) and lines[start + 1].startswith("   "):
        complaint = f"{complaint} {lines[start + 1]}"
    return " ".join(f"{complaint} {_place(lines[start:])}".split())[:LONGEST_MESSAGE]


def _place(lines: list[str]) -> str:
    r"""Where TeX stopped: within an environment's body, which it reads whole, its line number says nothing."""
    body = next((line for line in lines if line.startswith("<argument>")), None)
    if body is not None:
        return body.removeprefix("<argument>").strip().removeprefix("...").rpartition("'>}")[2][-LONGEST_PLACE:]
    line = next((line for line in lines if line.startswith("l.")), "")
    return "" if r"\end{" in line else line


def compile_document(document: dict[str, str]) -> bytes:
    """Turn one document into the bytes of its SVG."""
    output_format = document["outputFormat"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "formula.tex").write_text(document["source"], encoding="utf-8")
        if run(compile_command(document["compiler"], output_format), folder) != 0:
            log = folder / "formula.log"
            raise DocumentError("tex", tex_message(log.read_text("utf-8", "replace") if log.exists() else ""))
        if not (folder / f"formula{output_format}").exists():
            raise DocumentError("tex", "LaTeX made no page of this: there is nothing to draw.")
        run(convert_command(output_format), folder)
        drawing = folder / "formula.svg"
        if drawing.is_symlink() or not drawing.is_file():
            raise DocumentError("tex", "dvisvgm could not draw this.")
        if drawing.stat().st_size > LARGEST_SVG_BYTES:
            raise DocumentError("tex", "The drawing of this is too large.")
        return drawing.read_bytes()


class Answers:
    """Sends answers one at a time, whole, whichever thread they come from."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def send(self, header: dict[str, object], payload: bytes = b"") -> None:
        """Write one JSON line and the bytes that it announces."""
        with self._lock:
            self._pipe.write(json.dumps(header).encode() + b"\n" + payload)
            self._pipe.flush()


def answer_document(index: int, document: dict[str, str], answers: Answers) -> None:
    """Compile one document and send what came of it."""
    try:
        drawing = compile_document(document)
    except DocumentError as fault:
        answers.send({"index": index, "kind": fault.kind, "error": str(fault)})
    else:
        answers.send({"index": index, "bytes": len(drawing)}, drawing)


def main() -> None:
    """Answer every document of the one request, ``width`` of them at a time."""
    request = json.loads(sys.stdin.buffer.readline())
    with os.fdopen(MESSAGES_DESCRIPTOR, "wb") as pipe:
        answers = Answers(pipe)
        with ThreadPoolExecutor(max_workers=request["width"]) as pool:
            tasks = [
                pool.submit(answer_document, index, document, answers)
                for index, document in enumerate(request["documents"])
            ]
        for finished in tasks:
            finished.result()


if __name__ == "__main__":
    main()
