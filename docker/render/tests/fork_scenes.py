"""Scenes whose drawing by several processes is easily got wrong."""

from __future__ import annotations

HEAD = "from manim import *\nfrom lectern_render import LessonScene, LessonThreeDScene\nimport random\n"

AWKWARD = {
    "updaters by time": """
        d = Dot().add_updater(lambda m, dt: m.shift(RIGHT * dt))
        self.add(d)
        with self.beat(0):
            self.wait(0.5)
            self.play(FadeIn(Square()), run_time=0.7)
        with self.beat(1):
            self.wait(0.75)
        """,
    "updaters by chance": """
        d = Dot().add_updater(lambda m: m.move_to([random.random(), np.random.rand(), 0]))
        self.add(d)
        with self.beat(0):
            self.play(FadeIn(Square()), run_time=0.7)
            self.play(d.animate.set_color(RED), run_time=0.4)
        """,
    "redrawn words and figures": """
        v = ValueTracker(0)
        number = DecimalNumber(0, num_decimal_places=0).add_updater(lambda m: m.set_value(v.get_value()))
        self.add(number, always_redraw(lambda: Text(f"{v.get_value():.1f}").shift(UP * 2)))
        with self.beat(0):
            self.play(v.animate.set_value(1), run_time=0.8)
            self.play(v.animate.set_value(0.4), run_time=0.3)
        """,
    "a formula that is set anew": """
        v = ValueTracker(0)
        self.add(always_redraw(lambda: MathTex(f"x_{int(v.get_value())}")))
        with self.beat(0):
            self.play(v.animate.set_value(2), run_time=0.6)
            self.play(v.animate.set_value(0), run_time=0.4)
        """,
    "stop conditions": """
        d = Dot().add_updater(lambda m, dt: m.shift(RIGHT * dt))
        self.add(d)
        with self.beat(0):
            self.wait_until(lambda: d.get_x() > 0.55, 5)
            self.play(d.animate.set_color(RED), run_time=0.5)
            self.wait_until(lambda: True)
        """,
    "moving camera": """
        self.add(Square(), Circle().shift(RIGHT * 3))
        self.camera.frame.save_state()
        with self.beat(0):
            self.play(self.camera.frame.animate.scale(0.5).shift(RIGHT), run_time=0.6)
            self.play(Create(Dot()))
        with self.beat(1):
            self.play(Restore(self.camera.frame), run_time=0.5)
        """,
    "markers and nested": """
        self.next_section("x", skip_animations=True)
        with self.beat(0):
            self.add_sound("nothing.wav")
            self.play(Succession(FadeIn(Dot()), Wait(0.3), LaggedStart(*[FadeIn(Dot()) for _ in range(3)])))
            self.play(AnimationGroup(FadeIn(Square()), lag_ratio=0.5), run_time=0.4)
        """,
    "transforms that stay": """
        a, b = Text("hello", font="Inter"), Text("world", font="Inter")
        path = TracedPath(a.get_center)
        self.add(path)
        with self.beat(0):
            self.play(Write(a), run_time=0.5)
            self.play(a.animate(path_arc=2).shift(RIGHT * 2), run_time=0.5)
            self.play(ReplacementTransform(a, b), run_time=0.5)
        with self.beat(1):
            self.play(Indicate(b), run_time=0.5)
        """,
    "nothing but waiting, while somebody speaks": """
        with self.beat(0):
            self.add(Text("hello", font="Inter", font_size=80))
        """,
}

CLASSES = {
    "three dimensions": """
        class Section(LessonThreeDScene):
            def construct(self):
                self.set_camera_orientation(phi=1, theta=0.5)
                label = Text("fixed", font="Inter")
                self.add_fixed_in_frame_mobjects(label)
                self.add(Cube(), Dot3D(RIGHT * 2))
                with self.beat(0):
                    self.begin_ambient_camera_rotation(rate=0.4)
                    self.wait(0.6)
                    self.stop_ambient_camera_rotation()
                    self.play(self.camera.theta_tracker.animate.set_value(2), run_time=0.5)
        """,
    "play overridden": """
        class Section(LessonScene):
            def play(self, *animations, **options):
                super().play(*animations, **{**options, "run_time": 0.4})
                self.add(Dot(random.uniform(-3, 3) * RIGHT))
                super().play(FadeIn(Dot(UP)), run_time=0.2)
            def construct(self):
                with self.beat(0):
                    self.play(FadeIn(Square()), run_time=9)
                    self.play(Rotate(Square()), run_time=9)
        """,
    "scene updaters": """
        class Section(LessonScene):
            def construct(self):
                dots = VGroup()
                self.add(dots)
                self.add_updater(lambda dt: dots.add(Dot([random.random() * 3, len(dots) / 5, 0])))
                with self.beat(0):
                    self.play(FadeIn(Square()), run_time=0.5)
                    self.wait(0.5)
        """,
    "plain Manim": """
        class Section(Scene):
            def construct(self):
                self.play(Create(Circle()))
                self.wait()
                self.play(FadeOut(Circle()))
        """,
}


def code_of(name: str) -> tuple[str, bool]:
    return ("import random\n" + _dedented(AWKWARD[name]), True) if name in AWKWARD else (HEAD + _dedented(CLASSES[name]), False)


def _dedented(code: str) -> str:
    lines = code.strip("\n").split("\n")
    return "\n".join(line[8:] for line in lines) + "\n"
