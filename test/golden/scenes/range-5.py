from manim import *
from lectern_render import LessonScene, blocks


class Section(LessonScene):
    def construct(self):
        with self.beat(0):
            card = blocks.title_card(self, "By hand")
