"""The rows of the known-fix table, each with the mistake that it is about.

Where too few scenes have a place for the mistake, a statement that has it is added to `construct`.
"""

from __future__ import annotations

import ast
import random
import re
from dataclasses import dataclass

from mutators import (
    Mutate,
    cooked_formulas,
    coordinate_vectors,
    corners,
    cut,
    dollars,
    ends_by_name,
    faded_from,
    fenced,
    fixed_camera,
    flat_points,
    flattened,
    hidden,
    keyword_renamed,
    listed,
    methods_played,
    one_of,
    quoted_directions,
    renamed,
    spaced_letters,
    text_labels,
    unanimated,
)
from scene_text import Scene


@dataclass(frozen=True)
class Row:
    """`mended` is whether the table says that a fix is known; `natural` makes the mistake of what stands in a scene,
    `added` are statements that have it. `{}` in them is replaced by a number, so that not all are alike."""

    id: str
    mended: bool
    natural: Mutate | None
    added: tuple[str, ...] = ()


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
