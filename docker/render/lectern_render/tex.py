"""Formulas: LaTeX source to SVG. Inside a sandbox nothing is compiled: a cache is read, and the host is
asked."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from manim import TexTemplate, config
from manim.mobject.text import tex_mobject
from manim.utils import tex_file_writing

from .errors import TexError
from .fork_guard import watch

AskHost = Callable[[str, str, str], str | None]
"""Compiler, output format, source of the whole document -> None once its SVG is in the cache, or what TeX
says of it."""

Document = tuple[str, str, str]
"""Compiler, output format and source: what a formula is compiled from."""

SvgFile = Callable[..., Path]
"""Manim's `tex_to_svg_file`: expression, environment, template -> SVG."""

WAIT_SECONDS = 0.005
LONGEST_WAIT_SECONDS = 120.0

_compile_here = tex_file_writing.tex_to_svg_file
_for_child: Callable[[Path], SvgFile] = lambda own: _compile_here  # noqa: E731


def cache_key(compiler: str, output_format: str, source: str) -> str:
    """Name of a formula's SVG in the cache: what host and worker both compute."""
    return hashlib.sha256(f"{compiler}\n{output_format}\n{source}".encode()).hexdigest()


def use_host(cache: Path, ask: AskHost) -> None:
    """From now on formulas come from the cache, and those that are not in it from the host.

    Manim writes a second file beside every SVG that it reads, so it is given copies: the cache is read-only,
    and shared.
    """
    copies = Path(tempfile.mkdtemp(prefix="lectern-tex-"))

    def ask_and_tell(compiler: str, output_format: str, source: str) -> str | None:
        told = ask(compiler, output_format, source)
        if told is not None:
            _refusal(copies, cache_key(compiler, output_format, source)).write_text(told, encoding="utf-8")
        return told

    def wait_for_parent(compiler: str, output_format: str, source: str) -> str | None:
        key = cache_key(compiler, output_format, source)
        for _ in range(round(LONGEST_WAIT_SECONDS / WAIT_SECONDS)):
            if (cache / f"{key}.svg").exists():
                return None
            refusal = _refusal(copies, key)
            if refusal.exists():
                return refusal.read_text(encoding="utf-8")
            time.sleep(WAIT_SECONDS)
        return "nobody asked the host for it"

    _install(_from_cache(cache, copies, ask_and_tell), lambda own: _from_cache(cache, own, wait_for_parent))


def _refusal(copies: Path, key: str) -> Path:
    return copies / f"{key}.refused"


def _from_cache(cache: Path, copies: Path, ask: AskHost) -> SvgFile:
    def svg_file(
        expression: str, environment: str | None = None, tex_template: TexTemplate | None = None
    ) -> Path:
        template = tex_template or config.tex_template
        compiler, output_format = _compiler_of(template, expression), template.output_format
        source = _source(expression, environment, template)
        name = f"{cache_key(compiler, output_format, source)}.svg"
        if (copies / name).exists():
            return copies / name
        if not (cache / name).exists():
            told = ask(compiler, output_format, source)
            if told is not None:
                raise TexError(expression, told)
        with watch.away():
            return Path(shutil.copyfile(cache / name, copies / name))

    return svg_file


def use_this_machine() -> None:
    """From now on formulas are compiled here, as Manim does it, with TeX's own words in the error."""
    _install(_compile_formula, _from_shared_folder)


def _compile_formula(
    expression: str, environment: str | None = None, tex_template: TexTemplate | None = None
) -> Path:
    with watch.away(), _one_at_a_time():
        try:
            return _compile_here(expression, environment, tex_template)
        except ValueError as error:
            template = tex_template or config.tex_template
            log = tex_file_writing.generate_tex_file(expression, environment, template).with_suffix(".log")
            raise TexError(expression, _first_error(log) or str(error)) from error


def _from_shared_folder(own: Path) -> SvgFile:
    """For a child: what is compiled stays in the folder of all, what is read is a copy in its own."""
    shared = config.media_dir

    def svg_file(
        expression: str, environment: str | None = None, tex_template: TexTemplate | None = None
    ) -> Path:
        before, config.media_dir = config.media_dir, shared
        try:
            compiled = _compile_formula(expression, environment, tex_template)
        finally:
            config.media_dir = before
        return Path(shutil.copyfile(compiled, own / compiled.name))

    return svg_file


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Parent and child may want the same formula at the same moment."""
    media = Path(config.media_dir)
    media.mkdir(parents=True, exist_ok=True)
    with (media / "formulas.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def leave_asking_to_parent(folder: Path) -> None:
    """In a forked child: formulas are read into that folder, and it is the parent who asks the host for them."""
    _put(_for_child(folder))


class _NotMade(Exception):
    """Ends the making of a formula whose document is known."""


def document_of(make: Callable[[], object]) -> Document | None:
    """What the formula that `make` makes would be compiled from; it is not made. None for what cannot be made."""
    heard: list[Document] = []

    def hear(expression: str, environment: str | None = None, tex_template: TexTemplate | None = None) -> Path:
        template = tex_template or config.tex_template
        compiler = _compiler_of(template, expression)
        heard.append((compiler, template.output_format, _source(expression, environment, template)))
        raise _NotMade

    before = tex_mobject.tex_to_svg_file
    _put(hear)
    try:
        make()
    except Exception:
        # What is wrong with it is told when the scene makes it.
        return heard[0] if heard else None
    finally:
        _put(before)
    return None


def _install(svg_file: SvgFile, for_child: Callable[[Path], SvgFile]) -> None:
    global _for_child
    _for_child = for_child
    _put(svg_file)


def _put(svg_file: SvgFile) -> None:
    tex_file_writing.tex_to_svg_file = svg_file
    tex_mobject.tex_to_svg_file = svg_file


def _source(expression: str, environment: str | None, template: TexTemplate) -> str:
    if environment is None:
        return template.get_texcode_for_expression(expression)
    return template.get_texcode_for_expression_in_env(expression, environment)


def _compiler_of(template: TexTemplate, expression: str) -> str:
    if isinstance(template.tex_compiler, str):
        return template.tex_compiler
    if len(template.tex_compiler) == 1:
        return template.tex_compiler[0]
    raise TexError(expression, f"several TeX compilers in a row are not supported: {template.tex_compiler}")


def _first_error(log: Path) -> str | None:
    if not log.exists():
        return None
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line for line in lines if line.startswith("!")), None)
