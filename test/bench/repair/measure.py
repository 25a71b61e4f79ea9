"""Measures what check and known fixes mend, on scenes that were written for Manim's own documentation.

measure.py --folder SCRATCH [--seed N] [--part held_out|develop] [--scenes-per-row N] [--quick]

The scenes that render as they are get one mistake each; each row of mistakes gets as many scenes as every other. Scenes, not
mistakes, are divided by the seed into a part to develop on and a part held out. One JSON line on standard output.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lectern_render
import manim
from lectern_render.check import check
from manim_scenes import WrittenScene, written_scenes
from mutation_rows import NOT_REPRODUCED, ROWS, Row, mutated
from scene_text import Scene
from warm_renders import render_all, warm_up

SIDE_BY_SIDE = os.cpu_count() or 1
SHARE_HELD_OUT = 0.5


@dataclass(frozen=True)
class Mutant:
    """A scene with one mistake; `natural` when it was made of what stood there."""

    row: Row
    scene: WrittenScene
    code: str
    natural: bool

    @property
    def key(self) -> str:
        """Different for every mutant."""
        return f"{self.row.id} {self.scene.place}"


def is_held_out(scene: WrittenScene, seed: int) -> bool:
    """Which part a scene belongs to, whatever else is asked for."""
    digest = hashlib.sha256(f"{seed} {scene.place}".encode()).digest()
    return digest[0] / 256 < SHARE_HELD_OUT


def mutants_of(scenes: list[WrittenScene], per_row: int, seed: int) -> list[Mutant]:
    """As many for each row, from as different scenes as there are; places in what was written come first."""
    found: list[Mutant] = []
    readable = [(each, Scene(each.code, each.name)) for each in scenes]
    for row in ROWS:
        chance = random.Random(f"{seed} {row.id}")
        order = chance.sample(readable, len(readable))
        made: list[Mutant] = []
        for natural in (True, False):
            for scene, tree in order:
                if len(made) == per_row:
                    break
                code = mutated(row, tree, chance, natural)
                if code is not None and code != scene.code and all(other.scene != scene for other in made):
                    made.append(Mutant(row, scene, code, natural))
        found += made
    return found


def rendering_scenes(scenes: list[WrittenScene], folder: Path) -> list[WrittenScene]:
    """Those that render as they are. What was found out is kept beside the scratch, for this package and this Manim."""
    kept_at = folder / f"base-{version_of_package()}.json"
    known: dict[str, bool] = json.loads(kept_at.read_text()) if kept_at.exists() else {}
    unknown = [(scene.place, scene.code) for scene in scenes if scene.place not in known]
    for place, report in render_all(unknown, folder, SIDE_BY_SIDE):
        known[place] = "failure" not in report
        kept_at.write_text(json.dumps(known))
    return [scene for scene in scenes if known[scene.place]]


def version_of_package() -> str:
    """What decides how a scene renders."""
    content = hashlib.sha256(manim.__version__.encode())
    for path in sorted(Path(lectern_render.__file__).parent.rglob("*.py")):
        content.update(path.read_bytes())
    return content.hexdigest()[:16]


def outcome_of(report: dict[str, Any]) -> str:
    """How a scene ended."""
    if "failure" in report:
        return "card"
    return "after_fixes" if "mendedCode" in report else "first_try"


def error_class_of(report: dict[str, Any]) -> str:
    """Of what was wrong first, or, where nothing was, none."""
    findings = report.get("findings", [])
    return findings[0]["errorClass"] if findings else report.get("failure", {}).get("errorClass", "none")


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Everything that is told of one part."""
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    every = written_scenes()
    part = [scene for scene in every if is_held_out(scene, given.seed) == (given.part == "held_out")]
    spoken_of = [scene for scene in every if check(scene.code)]
    silent = [scene for scene in part if scene not in spoken_of]
    warm_up(folder)
    # Only scenes that come into question need to be rendered as they are: those to be mutated, and those of which the check
    # says something, which is a false alarm where they render.
    wanted = {mutant.scene for mutant in mutants_of(silent, given.scenes_per_row, given.seed)}
    base = rendering_scenes([scene for scene in silent if scene in wanted], folder)
    alarms = [scene.place for scene in rendering_scenes(spoken_of, folder)]
    mutants = mutants_of(base, given.scenes_per_row, given.seed)
    reports = dict(render_all([(mutant.key, mutant.code) for mutant in mutants], folder, SIDE_BY_SIDE))
    return {
        "part": given.part, "seed": given.seed, "written_scenes": len(every), "base_scenes": len(base), "scenes_checked": len(every),
        "false_alarms": len(alarms), "false_alarm_places": alarms,
    } | told_of(mutants, reports)  # fmt: skip


def told_of(mutants: list[Mutant], reports: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The figures, and what did not go as it should."""
    ends = {mutant.key: outcome_of(reports[mutant.key]) for mutant in mutants}
    count = Counter(ends.values())
    mendable = [mutant for mutant in mutants if mutant.row.mended and ends[mutant.key] != "first_try"]
    mended = [mutant for mutant in mendable if ends[mutant.key] == "after_fixes"]
    return {
        "scenes": len(mutants), "first_try": count["first_try"], "after_fixes": count["after_fixes"],
        "after_model": 0, "card": count["card"], "model_calls": 0,
        "rows_with_known_fix": {"scenes": len(mendable), "rendered": len(mended), "share": round(len(mended) / max(1, len(mendable)), 3)},
        "classes": classes_of(mutants, reports, ends), "rows": rows_of(mutants, ends), "rows_not_reproduced": NOT_REPRODUCED,
        "not_mended": [told_of_failure(mutant, reports[mutant.key]) for mutant in mendable if ends[mutant.key] == "card"],
    }  # fmt: skip


def classes_of(
    mutants: list[Mutant], reports: dict[str, dict[str, Any]], ends: dict[str, str]
) -> list[dict[str, Any]]:
    """Scenes and their ends by class of error."""
    by_class: dict[str, Counter[str]] = {}
    for mutant in mutants:
        by_class.setdefault(error_class_of(reports[mutant.key]), Counter())[ends[mutant.key]] += 1
    return [
        {
            "error_class": name,
            "scenes": count.total(),
            "after_fixes": count["after_fixes"],
            "card": count["card"],
        }
        for name, count in sorted(by_class.items(), key=lambda entry: -entry[1].total())
    ]


def rows_of(mutants: list[Mutant], ends: dict[str, str]) -> list[dict[str, Any]]:
    """The same by row of the table."""
    rows = []
    for row in ROWS:
        own = [mutant for mutant in mutants if mutant.row is row]
        count = Counter(ends[mutant.key] for mutant in own)
        rows.append(
            {
                "row": row.id,
                "known_fix": row.mended,
                "scenes": len(own),
                "natural": sum(mutant.natural for mutant in own),
                **count,
            }
        )
    return rows


def told_of_failure(mutant: Mutant, report: dict[str, Any]) -> str:
    failure = report["failure"]
    return f"{mutant.key}: {failure['errorClass']}: {failure['message'][:160]}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=("held_out", "develop"), default="held_out")
    parser.add_argument("--scenes-per-row", type=int)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    given.scenes_per_row = given.scenes_per_row or (1 if given.quick else 5)
    told = measure(given)
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
