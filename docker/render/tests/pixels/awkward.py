"""Plain Manim scenes in which something is easily got wrong: time, chance, cameras, what is drawn twice."""

from __future__ import annotations

import textwrap

_HEAD = "from manim import *\nimport random\n\n\n"


def _scene(body: str, base: str = "Scene") -> str:
    return f"{_HEAD}class Awkward({base}):\n    def construct(self):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), " " * 8) + "\n"


AWKWARD = {
    "updaters by time": _scene("""
        d = Dot().add_updater(lambda m, dt: m.shift(RIGHT * dt))
        self.add(d)
        self.wait(0.53)
        self.play(FadeIn(Square()), run_time=0.77)
        self.wait(0.31)
        """),
    "updaters by chance": _scene("""
        d = Dot().add_updater(lambda m: m.move_to([random.random(), np.random.rand(), 0]))
        self.add(d)
        self.play(FadeIn(Square()), run_time=0.7)
        self.play(d.animate.set_color(RED), run_time=0.4)
        """),
    "redrawn words and figures": _scene("""
        v = ValueTracker(0)
        number = DecimalNumber(0, num_decimal_places=1).add_updater(lambda m: m.set_value(v.get_value()))
        self.add(number, always_redraw(lambda: Text(f"{v.get_value():.1f}").shift(UP * 2)))
        self.play(v.animate.set_value(1), run_time=0.8)
        self.play(v.animate.set_value(0.4), run_time=0.3)
        """),
    "stop conditions": _scene("""
        d = Dot().add_updater(lambda m, dt: m.shift(RIGHT * dt))
        self.add(d)
        self.wait_until(lambda: d.get_x() > 0.55, 5)
        self.play(d.animate.set_color(RED), run_time=0.5)
        self.wait_until(lambda: True)
        """),
    "translucent stills": _scene("""
        squares = VGroup(*[Square(fill_opacity=0.3, color=c).shift(RIGHT * k) for k, c in enumerate((RED, GREEN, BLUE))])
        self.play(FadeIn(squares))
        self.wait(0.4)
        self.play(squares[1].animate.set_z_index(5).shift(UP))
        self.wait(0.4)
        self.add_foreground_mobject(Dot(fill_opacity=0.5, radius=1))
        self.play(Rotate(squares[0]), run_time=0.4)
        self.wait(0.2)
        """),
    "odd lengths": _scene("""
        for seconds in (0.07, 0.1, 0.149, 0.15, 0.3, 0.7, 1.1):
            self.play(Create(Dot(RIGHT * seconds)), run_time=seconds)
            self.wait(seconds)
        """),
    "markers": _scene("""
        self.next_section("one")
        self.play(FadeIn(Square()), run_time=0.4)
        self.next_section("two")
        self.play(Succession(FadeIn(Dot()), Wait(0.3), LaggedStart(*[FadeIn(Dot()) for _ in range(3)])))
        """),
    "moving camera": _scene("""
        self.add(Square(), Circle().shift(RIGHT * 3))
        self.camera.frame.save_state()
        self.play(self.camera.frame.animate.scale(0.5).shift(RIGHT), run_time=0.6)
        self.wait(0.3)
        self.play(Restore(self.camera.frame), Create(Dot()), run_time=0.5)
        """, "MovingCameraScene"),
    "three dimensions": _scene("""
        self.set_camera_orientation(phi=1, theta=0.5)
        label = Text("fixed")
        self.add_fixed_in_frame_mobjects(label)
        self.add(Cube(), Dot3D(RIGHT * 2))
        self.begin_ambient_camera_rotation(rate=0.4)
        self.wait(0.6)
        self.stop_ambient_camera_rotation()
        self.move_camera(phi=0.3, run_time=0.5)
        self.wait(0.2)
        """, "ThreeDScene"),
    "pictures": _scene("""
        picture = ImageMobject(np.arange(64, dtype=np.uint8).reshape(8, 8) * 4).scale(20)
        self.play(FadeIn(picture), run_time=0.4)
        self.play(picture.animate.rotate(0.5).shift(LEFT), run_time=0.4)
        self.wait(0.3)
        """),
    "scene updaters": _scene("""
        dots = VGroup()
        self.add(dots)
        self.add_updater(lambda dt: dots.add(Dot([random.random() * 3, len(dots) / 5, 0])))
        self.play(FadeIn(Square()), run_time=0.5)
        self.wait(0.5)
        """),
    "play overridden": _HEAD
    + textwrap.dedent("""
        class Awkward(Scene):
            def play(self, *animations, **options):
                super().play(*animations, **{**options, "run_time": 0.4})
                self.add(Dot(random.uniform(-3, 3) * RIGHT))
                super().play(FadeIn(Dot(UP)), run_time=0.2)

            def construct(self):
                self.play(FadeIn(Square()), run_time=9)
                self.play(Rotate(Square()), run_time=9)
        """).strip("\n")
    + "\n",
}
"""Code by what is awkward about it."""
