"""Mistakes, put into scenes that run: the reverse of what is known to mend them, written without a look at that.

Each mutator answers the places in a scene where its mistake can be made. Where too few scenes have such a place, a
statement with the mistake is added to `construct`.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Edit = tuple[int, int, str]
"""Offsets of the text that is replaced, and what takes its place."""


class Scene:
    """A scene's text with its tree."""

    def __init__(self, code: str, name: str) -> None:
        self.code, self.name = code, name
        self.tree = ast.parse(code)
        self._starts = [0]
        for line in code.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._lines = code.splitlines()

    def offset(self, line: int, column: int) -> int:
        """Of a place that Python counts in lines and bytes."""
        text = self._lines[line - 1].encode()[:column].decode()
        return self._starts[line - 1] + len(text)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Offsets of a node."""
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def text(self, node: ast.AST) -> str:
        """The node as it is written."""
        start, end = self.span(node)
        return self.code[start:end]

    def replacing(self, node: ast.AST, text: str) -> Edit:
        """The edit that puts this text in the node's place."""
        return (*self.span(node), text)

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """Calls of these functions, classes or methods."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if called in names:
                    yield node

    def applied(self, edit: Edit) -> str:
        """The code with the edit."""
        return self.code[: edit[0]] + edit[2] + self.code[edit[1] :]

    def with_statements(self, statements: str) -> str | None:
        """The code with these lines at the end of `construct`."""
        methods = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef) and node.name == "construct"
        ]
        if not methods or methods[-1].body[-1].col_offset == methods[-1].col_offset:
            return None
        last = methods[-1].body[-1]
        indent = " " * methods[-1].body[0].col_offset
        lines = self.code.split("\n")
        added = [indent + line for line in statements.split("\n")]
        return "\n".join([*lines[: last.end_lineno], *added, *lines[last.end_lineno :]])


Mutate = Callable[[Scene, random.Random], "str | None"]


@dataclass(frozen=True)
class Row:
    """`mended` is whether the table says that a fix is known; `natural` makes the mistake of what stands in a scene,
    `added` are statements that have it. `{}` in them is replaced by a number, so that not all are alike."""

    id: str
    mended: bool
    natural: Mutate | None
    added: tuple[str, ...] = ()


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


IMAGE = "picture_{} = ImageMobject(np.uint8([[0, 100], [30, 200]]))\n"
TABLE = "self.add(Table([['1', '2'], ['3', '4']], row_labels=['a', 'b']).scale(0.{}))"

KNOWN = (
    Row("fence", True, fenced),
    Row("showcreation", True, renamed(r"\bCreate\(", "ShowCreation(")),
    Row("textmobject", True, lambda scene, chance: re.sub(r"\bMathTex\(", "TexMobject(", re.sub(r"\bTex\(", "TextMobject(", scene.code)) if "Tex(" in scene.code else None),
    Row("fadeinfrom", True, one_of(faded_from), ("self.play(FadeInFrom(Dot(), {} * LEFT))", "dot_{0} = Dot()\nself.add(dot_{0})\nself.play(FadeOutAndShift(dot_{0}, DOWN))")),
    Row("code_kw", True, one_of(keyword_renamed(("Code",), "code_string", "code")), ("self.add(Code(code='x = {}', language='python', style='monokai'))", "self.add(Code(code='x = {0}\\ny = 2', language='python', insert_line_no=False, font_size={0}))")),
    Row("axes_size", True, lambda scene, chance: (one_of(keyword_renamed(("Axes", "NumberPlane", "BarChart"), "x_length", "width"))(scene, chance) or one_of(keyword_renamed(("Axes", "NumberPlane", "BarChart"), "y_length", "height"))(scene, chance)), ("self.add(Axes(x_range=[0, {}], width=4, height=3))",)),
    Row("table_labels", True, one_of(text_labels), (TABLE, TABLE.replace("row_labels", "col_labels"))),
    Row("vgroup_image", True, lambda scene, chance: re.sub(r"(?<!V)\bGroup\(", "VGroup(", scene.code) if "ImageMobject" in scene.code and re.search(r"(?<!V)\bGroup\(", scene.code) else None, (IMAGE + "self.add(VGroup(Dot(), picture_{}))", IMAGE + "self.add(picture_{})\nself.play(FadeOut(VGroup(*self.mobjects)))", IMAGE + "both_{0} = VGroup(Dot())\nboth_{0}.add(picture_{0})\nself.add(both_{0})")),
    Row("fadeout_list", True, one_of(listed)),
    Row("play_mobject", True, one_of(unanimated)),
    Row("method_play", True, one_of(methods_played), ("mark_{0} = Dot()\nself.play(mark_{0}.shift, {0} * UP / 10)", "mark_{0} = Square()\nself.play(mark_{0}.scale, 0.{0}, mark_{0}.shift, LEFT)")),
    Row("camera_frame", True, fixed_camera, ("self.play(self.camera.frame.animate.scale(0.{}))",)),
    Row("fix_in_frame", True, renamed(r"self\.add_fixed_in_frame_mobjects\((\w+)\)", r"\1.fix_in_frame()"), ("label_{0} = Text('{0}')\nlabel_{0}.fix_in_frame()\nself.add(label_{0})",)),
    Row("ratefunc", True, renamed(r"rate_func=(linear|smooth|there_and_back)\b|rate_functions\.(?=ease)", "rate_func=ease_in_out_sine"), ("self.play(FadeIn(Dot()), rate_func=ease_out_bounce)", "self.play(FadeIn(Dot()), run_time=0.{}, rate_func=ease_in_cubic)")),
    Row("colors", True, lambda scene, chance: re.sub(r"\b(BLUE|RED|GREEN|YELLOW|ORANGE|TEAL)\b", chance.choice(["CYAN", "MAGENTA", "AQUA", "LIGHT_BLUE", "DARK_RED", "DARK_GREEN"]), scene.code, count=1)),
    Row("center", True, renamed(r"\bORIGIN\b", "CENTER"), ("self.add(Dot().move_to(CENTER))", "self.add(Square().scale(0.{}).to_edge(TOP))", "self.add(Dot().next_to(BOTTOM, UP))")),
    Row("square_side", True, lambda scene, chance: one_of(keyword_renamed(("Square",), "side_length", "side"))(scene, chance) or one_of(keyword_renamed(("Circle",), "radius", "size"))(scene, chance) or one_of(keyword_renamed(("Text",), "font_size", "size"))(scene, chance)),
    Row("dash", True, one_of(keyword_renamed(("DashedLine", "DashedVMobject"), "dashed_ratio", "dash_ratio")), ("self.add(DashedLine(LEFT, RIGHT, dash_ratio=0.{}))", "self.add(DashedVMobject(Circle(), dash_ratio=0.{}))")),
    Row("quoted_dir", True, one_of(quoted_directions)),
    Row("scene3d", True, flattened),
    Row("set_x_vec", True, one_of(coordinate_vectors), ("self.add(Dot().set_x(RIGHT * {}))", "self.add(Square().set_y(UP * 0.{}))")),
    Row("arcbetween", True, one_of(ends_by_name), ("self.add(ArcBetweenPoints(start_point=LEFT, end_point={} * RIGHT))",)),
    Row("bezier", True, renamed(r"\bCubicBezier\(", "BezierCurve("), ("self.add(BezierCurve(LEFT, UP, DOWN, RIGHT * {}))",)),
    Row("sector", True, one_of(keyword_renamed(("Sector",), "radius", "outer_radius")), ("self.add(Sector(outer_radius={}, angle=1))", "self.add(Sector(inner_radius=0.5, outer_radius={}, angle=PI / 3))", "self.add(Sector(inner_radius=0, outer_radius={}))")),
    Row("graph_area", True, lambda scene, chance: re.sub(r"\.plot\(", ".get_graph(", scene.code).replace(".get_area(", ".get_area_under_graph(") if re.search(r"(ax|axes|plane|np)\.plot\(", scene.code) else None),
    Row("corner", True, one_of(corners), ("self.add(Dot(Square().scale({}).get_top_right()))", "self.add(Dot().move_to(Circle(radius=0.{}).get_bottom_left()))")),
    Row("point2d", True, one_of(flat_points)),
    Row("shadow", True, hidden),
    Row("mathtex_dollar", True, one_of(dollars), ("self.add(MathTex(r'$x^{}$'))", "self.add(MathTex('$$a_{} + 1$$'))")),
    Row("mathtex_escape", True, one_of(cooked_formulas), ("self.add(MathTex('\\frac{{a}}{{{}}}'))", "self.add(MathTex('\\xi_{} + 1'))", "self.add(MathTex('{} \\beta'))")),
    Row("svg_missing", True, None, ("self.add(SVGMobject('atom_{}.svg'))", "self.play(FadeIn(SVGMobject('icons/gear_{}.svg', height=1)))", "self.add(ImageMobject('photo_{}.png'))")),
    Row("letter_spacing", True, one_of(spaced_letters)),
    Row("write_image", True, None, (IMAGE + "self.play(Create(picture_{}))", IMAGE + "self.play(Write(picture_{}), run_time=1)", "self.play(Create(Group(Dot(), Square())))")),
)  # fmt: skip
UNKNOWN = (
    Row("truncated", False, cut),
    Row("code_lineno", False, None, ("listing_{0} = Code(code_string='x = {0}', language='python', add_line_numbers=False)\nself.add(listing_{0}.line_numbers)",)),
    Row("axlabels", False, None, ("axes_{0} = Axes()\nself.add(axes_{0}.get_x_label('t'))",)),
    Row("backstroke", False, None, ("self.add(Text('{}').set_backstroke(width=5))",)),
    Row("coords_obj", False, None, ("self.add(Axes().c2p({}, 1).shift(UP))",)),
    Row("angle", False, None, ("self.add(Angle(LEFT, RIGHT * {}))",)),
    Row("tex_unicode", False, None, ("self.add(MathTex('x ≤ {}'))", "self.add(MathTex('速度 = {}'))")),
    Row("tex_split", False, None, ("formula_{0} = MathTex('a + b')\nself.add(formula_{0}[{0}])",)),
    Row("restore", False, None, ("self.play(Restore(Square().scale({})))",)),
    Row("nopoints", False, None, ("self.add(Dot(VGroup().get_start() * {}))",)),
)  # fmt: skip
ROWS = KNOWN + UNKNOWN
NOT_REPRODUCED = (
    "wait0", "degrees", "to_edge_origin", "vline_style", "tex_missing", "axes_numbers", "updater_zip",
)  # fmt: skip


UNREADABLE = ("fence", "truncated", "mathtex_escape")
"""Rows whose mistake may be that the text is no Python."""


def is_python(code: str) -> bool:
    """Whether a mutator has made the mistake that it was to make, and not a hash of the text."""
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def mutated(row: Row, scene: Scene, chance: random.Random, natural: bool) -> str | None:
    """The scene with the row's mistake, or None where it cannot be made."""
    if natural:
        code = row.natural(scene, chance) if row.natural else None
        return code if code is not None and (row.id in UNREADABLE or is_python(code)) else None
    if not row.added:
        return None
    return scene.with_statements(
        re.sub(r"\{0?\}", str(chance.randint(2, 9)), chance.choice(row.added))
        .replace("{{", "{")
        .replace("}}", "}")
    )
