"""Formulas: LaTeX source to SVG. Inside a sandbox nothing is compiled: a cache is read, and the host is
asked."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from manim import TexTemplate, config
from manim.mobject.text import tex_mobject
from manim.utils import tex_file_writing

from .errors import TexError

AskHost = Callable[[str, str, str], str | None]
"""Compiler, output format, source of the whole document -> None once its SVG is in the cache, or what TeX
says of it."""

_compile_here = tex_file_writing.tex_to_svg_file


def cache_key(compiler: str, output_format: str, source: str) -> str:
    """Name of a formula's SVG in the cache: what host and worker both compute."""
    return hashlib.sha256(f"{compiler}\n{output_format}\n{source}".encode()).hexdigest()


def use_host(cache: Path, ask: AskHost) -> None:
    """From now on formulas come from the cache, and those that are not in it from the host.

    Manim writes a second file beside every SVG that it reads, so it is given copies: the cache is read-only,
    and shared.
    """
    copies = Path(tempfile.mkdtemp(prefix="lectern-tex-"))

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
        return Path(shutil.copyfile(cache / name, copies / name))

    _install(svg_file)


def use_this_machine() -> None:
    """From now on formulas are compiled here, as Manim does it, with TeX's own words in the error."""

    def svg_file(
        expression: str, environment: str | None = None, tex_template: TexTemplate | None = None
    ) -> Path:
        try:
            return _compile_here(expression, environment, tex_template)
        except ValueError as error:
            template = tex_template or config.tex_template
            log = tex_file_writing.generate_tex_file(expression, environment, template).with_suffix(".log")
            raise TexError(expression, _first_error(log) or str(error)) from error

    _install(svg_file)


def _install(svg_file: Callable[..., Path]) -> None:
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
