from manim import *
from lectern_render import LessonScene, blocks


class Section(LessonScene):
    def construct(self):
        blocks.corner_label(self, "By hand")
        with self.beat(0):
            pass
