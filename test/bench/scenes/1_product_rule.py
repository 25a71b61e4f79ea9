from manim import *


class ProductRule(Scene):
    """A derivation: formulas that become one another."""

    def construct(self):
        title = Text("The product rule", font_size=40).to_edge(UP)
        self.play(Write(title))
        product = MathTex("f(x)", r"\cdot", "g(x)")
        self.play(FadeIn(product, shift=DOWN))
        self.wait(2)
        moved = MathTex(r"f(x+h)\,g(x+h) - f(x)\,g(x)")
        self.play(ReplacementTransform(product, moved))
        self.wait(2)
        split = MathTex(r"f(x+h)\,\bigl(g(x+h)-g(x)\bigr)", "+", r"g(x)\,\bigl(f(x+h)-f(x)\bigr)")
        self.play(TransformMatchingShapes(moved, split), run_time=1.5)
        self.wait(3)
        self.play(split[0].animate.set_color(BLUE), split[2].animate.set_color(ORANGE))
        self.wait(1)
        result = MathTex(r"(f g)'(x)", "=", r"f(x)\,g'(x)", "+", r"g(x)\,f'(x)").shift(DOWN * 1.5)
        result[2].set_color(BLUE)
        result[4].set_color(ORANGE)
        self.play(Write(result), run_time=2)
        box = SurroundingRectangle(result, buff=0.25)
        self.play(Create(box))
        self.wait(3)
        self.play(Indicate(result[2]), run_time=1)
        self.play(Indicate(result[4]), run_time=1)
        self.wait(2)
        self.play(FadeOut(Group(title, split, result, box)))
