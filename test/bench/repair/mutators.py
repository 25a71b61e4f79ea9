"""Mistakes, put into scenes that run: the reverse of what is known to mend them, written without a look at that.

Each mutator answers the places in a scene where its mistake can be made.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator

from scene_text import Edit, Scene

Mutate = Callable[[Scene, random.Random], "str | None"]


def one_of(sites: Callable[[Scene], Iterator[Edit]]) -> Mutate:
    """Makes the mistake at one of the places, by chance."""

    def mutate(scene: Scene, chance: random.Random) -> str | None:
        edits = list(sites(scene))
        return scene.applied(chance.choice(edits)) if edits else None

    return mutate


def renamed(pattern: str, new: str) -> Mutate:
    """Writes another name wherever a pattern stands."""

    def mutate(scene: Scene, chance: random.Random) -> str | None:
        changed = re.sub(pattern, new, scene.code)
        return changed if changed != scene.code else None

    return mutate


def keyword_renamed(classes: tuple[str, ...], old: str, new: str) -> Callable[[Scene], Iterator[Edit]]:
    """A keyword of calls written otherwise."""

    def sites(scene: Scene) -> Iterator[Edit]:
        for call in scene.calls(*classes):
            for entry in call.keywords:
                if entry.arg == old:
                    yield scene.replacing(entry, f"{new}={scene.text(entry.value)}")

    return sites


def faded_from(scene: Scene) -> Iterator[Edit]:
    for call in scene.calls("FadeIn", "FadeOut"):
        shift = [entry for entry in call.keywords if entry.arg == "shift"]
        if len(call.args) == 1 and len(call.keywords) == 1 and shift:
            name = "FadeInFrom" if call.func.id == "FadeIn" else "FadeOutAndShift"
            yield scene.replacing(call, f"{name}({scene.text(call.args[0])}, {scene.text(shift[0].value)})")


def listed(scene: Scene) -> Iterator[Edit]:
    for call in scene.calls("FadeIn", "FadeOut", "Create", "Write"):
        if (
            call.args
            and not any(isinstance(entry, ast.Starred) for entry in call.args)
            and isinstance(call.func, ast.Name)
        ):
            rest = "".join(f", {scene.text(entry)}" for entry in call.keywords)
            yield scene.replacing(
                call, f"{call.func.id}([{', '.join(scene.text(entry) for entry in call.args)}]{rest})"
            )


def of_play(scene: Scene) -> Iterator[ast.expr]:
    for call in scene.calls("play"):
        yield from call.args


def unanimated(scene: Scene) -> Iterator[Edit]:
    for entry in of_play(scene):
        if (
            isinstance(entry, ast.Call)
            and isinstance(entry.func, ast.Name)
            and entry.func.id in ("Create", "FadeIn", "Write", "DrawBorderThenFill")
        ):
            if len(entry.args) == 1 and not isinstance(entry.args[0], ast.Starred):
                yield scene.replacing(entry, scene.text(entry.args[0]))
        elif re.match(r"\w+\.animate\.\w+\(", scene.text(entry)):
            yield scene.replacing(entry, scene.text(entry).replace(".animate", "", 1))


def methods_played(scene: Scene) -> Iterator[Edit]:
    for entry in of_play(scene):
        match = re.fullmatch(r"(\w+)\.animate\.(\w+)\(([^()=]+)\)", scene.text(entry))
        if match:
            yield scene.replacing(entry, f"{match[1]}.{match[2]}, {match[3]}")


def quoted_directions(scene: Scene) -> Iterator[Edit]:
    for call in scene.calls("next_to", "to_edge", "to_corner", "shift", "FadeIn", "FadeOut"):
        for entry in (*call.args, *(each.value for each in call.keywords)):
            if isinstance(entry, ast.Name) and entry.id in (
                "UP",
                "DOWN",
                "LEFT",
                "RIGHT",
                "UL",
                "UR",
                "DL",
                "DR",
            ):
                yield scene.replacing(entry, f'"{entry.id}"')


def flat_points(scene: Scene) -> Iterator[Edit]:
    for call in scene.calls(
        "Dot", "Line", "Arrow", "Polygon", "move_to", "DashedLine", "shift", "ArcBetweenPoints"
    ):
        for entry in call.args:
            if (
                isinstance(entry, (ast.List, ast.Tuple))
                and len(entry.elts) == 3
                and scene.text(entry.elts[2]) in ("0", "0.0")
            ):
                marks = "[]" if isinstance(entry, ast.List) else "()"
                yield scene.replacing(
                    entry, f"{marks[0]}{scene.text(entry.elts[0])}, {scene.text(entry.elts[1])}{marks[1]}"
                )


def coordinate_vectors(scene: Scene) -> Iterator[Edit]:
    for call in scene.calls("set_x", "set_y"):
        if call.args:
            direction = "RIGHT" if call.func.attr == "set_x" else "UP"
            yield scene.replacing(call.args[0], f"{direction} * ({scene.text(call.args[0])})")


def dollars(scene: Scene) -> Iterator[Edit]:
    for call in scene.calls("MathTex"):
        if (
            len(call.args) == 1
            and isinstance(call.args[0], ast.Constant)
            and isinstance(call.args[0].value, str)
        ):
            text = scene.text(call.args[0])
            head = re.match(r"\w*(\"\"\"|'''|\"|')", text)[0]
            mark = head.lstrip("rRfFbBuU")
            yield scene.replacing(call.args[0], f"{head}${text[len(head) : -len(mark)]}${mark}")


def cooked_formulas(scene: Scene) -> Iterator[Edit]:
    for call in scene.calls("MathTex", "Tex"):
        for entry in call.args:
            text = scene.text(entry)
            if (
                isinstance(entry, ast.Constant)
                and re.match(r"r[\"']", text)
                and re.search(r"\\[bfart](?=[a-z])", text)
            ):
                yield scene.replacing(entry, text[1:])


def text_labels(scene: Scene) -> Iterator[Edit]:
    for call in scene.calls("Table", "MathTable", "IntegerTable", "DecimalTable", "MobjectTable"):
        for entry in call.keywords:
            if entry.arg in ("row_labels", "col_labels") and "Text(" in scene.text(entry.value):
                yield scene.replacing(
                    entry.value,
                    re.sub(r"(?:Math)?Te?xt?\((\"[^\"]*\"|'[^']*')\)", r"\1", scene.text(entry.value)),
                )


def spaced_letters(scene: Scene) -> Iterator[Edit]:
    for call in scene.calls("Text"):
        yield scene.replacing(call, f"{scene.text(call)[:-1]}, letter_spacing=2)")


def corners(scene: Scene) -> Iterator[Edit]:
    names = {"UR": "top_right", "UL": "top_left", "DR": "bottom_right", "DL": "bottom_left"}
    for call in scene.calls("get_corner"):
        if call.args and isinstance(call.args[0], ast.Name) and call.args[0].id in names:
            yield scene.replacing(call, f"{scene.text(call.func.value)}.get_{names[call.args[0].id]}()")


def ends_by_name(scene: Scene) -> Iterator[Edit]:
    for call in scene.calls("ArcBetweenPoints"):
        if any(isinstance(entry, ast.Starred) for entry in call.args) or any(
            entry.arg is None for entry in call.keywords
        ):
            continue
        named = {entry.arg: scene.text(entry.value) for entry in call.keywords}
        first = [scene.text(entry) for entry in call.args]
        start, end = [*first, named.pop("start", ""), named.pop("end", "")][:2]
        if start and end:
            rest = "".join(f", {name}={value}" for name, value in named.items())
            yield scene.replacing(call, f"ArcBetweenPoints(start_point={start}, end_point={end}{rest})")


def hidden(scene: Scene, chance: random.Random) -> str | None:
    """Calls the scene what it draws."""
    drawn = sorted(
        {
            call.func.id
            for call in scene.calls("Circle", "Square", "Text", "Line", "Dot", "Axes", "MathTex", "Arrow")
            if isinstance(call.func, ast.Name) and (call.keywords or call.args)
        }
    )
    classes = [node for node in scene.tree.body if isinstance(node, ast.ClassDef)]
    if not drawn or len(classes) != 1:
        return None
    return re.sub(rf"class {classes[0].name}\b", f"class {chance.choice(drawn)}", scene.code)


def fenced(scene: Scene, chance: random.Random) -> str | None:
    return (
        chance.choice(["", "Here is the scene:\n\n"])
        + f"```python\n{scene.code}```\n"
        + chance.choice(["", "\nIt runs on Manim.\n"])
    )


def cut(scene: Scene, chance: random.Random) -> str | None:
    places = [match.end() for match in re.finditer(r"\(", scene.code) if match.end() > len(scene.code) // 2]
    return scene.code[: chance.choice(places)] if places else None


def flattened(scene: Scene, chance: random.Random) -> str | None:
    if "set_camera_orientation" not in scene.code and "move_camera" not in scene.code:
        return None
    changed = re.sub(r"\(ThreeDScene\)", "(Scene)", scene.code)
    return changed if changed != scene.code else None


def fixed_camera(scene: Scene, chance: random.Random) -> str | None:
    if "camera.frame" not in scene.code:
        return None
    changed = re.sub(r"\(MovingCameraScene\)", "(Scene)", scene.code)
    if changed == scene.code:
        return None
    return changed.replace("self.camera.frame", "self.camera_frame") if chance.random() < 0.5 else changed
