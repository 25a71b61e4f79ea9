from manim import *


class BinarySearch(Scene):
    """Boxes, words and a pointer: small things that move over a picture that stands still."""

    def construct(self):
        numbers = [2, 5, 8, 12, 16, 23, 38, 56, 72, 91]
        cells = VGroup(*[Square(side_length=1) for _ in numbers]).arrange(RIGHT, buff=0)
        words = VGroup(*[Text(str(number), font_size=30).move_to(cell) for number, cell in zip(numbers, cells)])
        title = Text("Looking for 23", font_size=40).to_edge(UP)
        self.play(Write(title), LaggedStart(*[Create(cell) for cell in cells], lag_ratio=0.1))
        self.play(LaggedStart(*[FadeIn(word, shift=UP * 0.3) for word in words], lag_ratio=0.1))
        self.wait(2)
        pointer = Arrow(UP, DOWN).next_to(cells[4], UP)
        self.play(GrowArrow(pointer))
        for place, gone in ((4, range(5)), (7, range(7, 10)), (5, ())):
            self.play(pointer.animate.next_to(cells[place], UP))
            self.wait(2)
            self.play(cells[place].animate.set_fill(YELLOW, 0.4))
            self.wait(1)
            if gone:
                self.play(*[VGroup(cells[index], words[index]).animate.set_opacity(0.2) for index in gone])
        found = Text("found", font_size=36, color=GREEN).next_to(cells[5], DOWN)
        self.play(Write(found), Flash(cells[5]))
        self.wait(4)
