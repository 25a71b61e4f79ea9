"""Compares scenes with what Manim draws, by command: run.py [--everyday] [--full] [--scenes FILE…]. One line a scene, then
JSON.

Without files: the whole suite, or twelve of it. `--full` draws at 1080p60 instead of 480p15, which takes the better part of an hour.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from compare import FULL, LOW, compare  # noqa: E402
from suite import everyday, last_scene, whole_suite  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--everyday", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--scenes", nargs="+", type=Path)
    given = parser.parse_args()
    if given.scenes is None:
        chosen = everyday() if given.everyday else whole_suite()
    else:
        codes = {path.stem: path.read_text(encoding="utf-8") for path in given.scenes}
        chosen = {stem: (last_scene(code), code) for stem, code in codes.items()}
    size, different = FULL if given.full else LOW, []
    for number, (label, (name, code)) in enumerate(chosen.items()):
        compared = compare(name, code, size, cores=1 + number % 2)
        if not compared.is_equal:
            different.append(label)
        told = "equal" if compared.is_equal else compared.error or f"frames {compared.different[:8]} differ, {compared.frames} and {compared.ours}"
        print(f"{label}: {compared.frames} frames, {told}", file=sys.stderr, flush=True)
    print(json.dumps({"scenes": len(chosen), "equal": len(chosen) - len(different), "different": different}))
    sys.exit(1 if different and given.scenes is None else 0)


if __name__ == "__main__":
    main()
