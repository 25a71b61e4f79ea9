from manim import *


class Squares(Scene):
    """Geometry: shapes with translucent fills that turn and move, with labels."""

    def construct(self):
        a, b = 1.5, 2.0
        corner = LEFT * 1.2 + DOWN * 1.0
        triangle = Polygon(corner, corner + RIGHT * b, corner + UP * a, color=WHITE, fill_opacity=0.3)
        on_a = Square(a, color=BLUE, fill_opacity=0.5).next_to(corner + UP * a / 2, LEFT, buff=0)
        on_b = Square(b, color=ORANGE, fill_opacity=0.5).next_to(corner + RIGHT * b / 2, DOWN, buff=0)
        slope = corner + UP * a - (corner + RIGHT * b)
        outward = np.array([slope[1], -slope[0], 0])
        vertices = [corner + RIGHT * b, corner + UP * a, corner + UP * a + outward, corner + RIGHT * b + outward]
        on_c = Polygon(*vertices, color=GREEN, fill_opacity=0.5)
        self.play(Create(triangle))
        self.wait(2)
        for square, name in ((on_a, "a^2"), (on_b, "b^2"), (on_c, "c^2")):
            self.play(DrawBorderThenFill(square))
            self.play(Write(MathTex(name).move_to(square)))
            self.wait(1.5)
        formula = MathTex("a^2", "+", "b^2", "=", "c^2").to_edge(RIGHT)
        self.play(Write(formula))
        self.wait(3)
        self.play(Rotate(triangle, PI / 2), run_time=2)
        self.play(Rotate(triangle, -PI / 2), run_time=2)
        self.play(Circumscribe(formula))
        self.wait(3)
