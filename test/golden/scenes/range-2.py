from manim import *
from lectern_render import LessonScene, blocks


class Section(LessonScene):
    def construct(self):
        blocks.corner_label(self, "A picture and what goes with it")
        with self.beat(0):
            plot = blocks.plot(
                self,
                x=[0, 2],
                draw=[{"do": "curve", "name": "f", "of": ["^", "x", 2]}],
                slot="wide",
            )
            self.wait_for_word("slope")
            takeaway = blocks.takeaway(self, "slope")
        with self.beat(1):
            formula = blocks.formula(self, "y = x^2", slot="side")
            takeaway = blocks.takeaway(self, "shown and not spoken")
        with self.beat(2):
            self.focus(formula)
