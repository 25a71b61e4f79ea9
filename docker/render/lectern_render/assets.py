"""The files that came with the job, by name."""

from __future__ import annotations

from pathlib import Path

_folder = Path()


def use_folder(folder: Path) -> None:
    """From now on assets are looked for there."""
    global _folder
    _folder = folder


def asset(name: str) -> str:
    """Path of a file that came with the lesson, as in `ImageMobject(asset("cell.png"))`.

    Raises FileNotFoundError, naming what there is, for any other name.
    """
    path = _folder / name
    if Path(name).name != name or not path.is_file():
        there = ", ".join(sorted(entry.name for entry in _folder.iterdir() if entry.is_file())) or "none"
        raise FileNotFoundError(f"no asset is called {name!r}: there are {there}")
    return str(path)
