from manim import *


class Tangent(Scene):
    """A plot with a value that runs, and everything that hangs on it drawn anew at each frame."""

    def construct(self):
        axes = Axes(x_range=[-1, 5], y_range=[-1, 6], x_length=8, y_length=5.2).add_coordinates()
        graph = axes.plot(lambda x: 0.3 * x**2 + 0.5, x_range=[-1, 4.1], color=BLUE)
        label = MathTex("y = 0.3x^2 + 0.5", color=BLUE).to_corner(UR)
        self.play(Create(axes), run_time=1.5)
        self.play(Create(graph), FadeIn(label))
        self.wait(2)
        x = ValueTracker(0.5)

        def tangent_line():
            here, slope = x.get_value(), 0.6 * x.get_value()
            height = 0.3 * here**2 + 0.5
            start = axes.c2p(here - 1.2, height - 1.2 * slope)
            return Line(start, axes.c2p(here + 1.2, height + 1.2 * slope), color=YELLOW)

        tangent = always_redraw(tangent_line)
        dot = always_redraw(lambda: Dot(axes.c2p(x.get_value(), 0.3 * x.get_value() ** 2 + 0.5), color=RED))
        slope = DecimalNumber(0.3, num_decimal_places=2).to_corner(UL)
        slope.add_updater(lambda number: number.set_value(0.6 * x.get_value()))
        self.play(FadeIn(tangent), FadeIn(dot), FadeIn(slope))
        self.play(x.animate.set_value(3.5), run_time=5)
        self.wait(3, frozen_frame=True)
        self.play(x.animate.set_value(1), run_time=3)
        for moving in (tangent, dot, slope):
            moving.clear_updaters()
        self.wait(4)
        area = axes.get_area(graph, x_range=(0, 3), color=BLUE, opacity=0.4)
        self.play(FadeIn(area))
        self.wait(3)
