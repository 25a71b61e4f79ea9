from manim import *


class Recap(Scene):
    """Words and pictures that come one after the other and then stand still while somebody speaks."""

    def construct(self):
        title = Text("What to remember", font_size=44).to_edge(UP)
        self.play(Write(title))
        lines = ["A derivative is a slope", "A product has two parts", "Halving is fast", "Areas add up"]
        rows = VGroup()
        for number, line in enumerate(lines):
            ring = Circle(0.3, color=BLUE, fill_opacity=0.3)
            row = VGroup(ring, Text(line, font_size=30).next_to(ring, RIGHT, buff=0.4))
            row.move_to(UP * (1.6 - number * 1.2)).to_edge(LEFT, buff=1)
            rows.add(row)
            self.play(GrowFromCenter(ring), FadeIn(row[1], shift=RIGHT * 0.4))
            self.wait(3.5)
        formula = MathTex(r"\lim_{h\to 0}\frac{f(x+h)-f(x)}{h}", font_size=60).shift(RIGHT * 3.2)
        self.play(Write(formula), run_time=2)
        self.wait(3)
        self.play(rows.animate.set_opacity(0.3), formula.animate.scale(1.3))
        self.wait(4)
        self.play(*[FadeOut(mobject) for mobject in self.mobjects])
