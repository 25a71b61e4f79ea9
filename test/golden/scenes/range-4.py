from manim import *
from lectern_render import LessonScene, blocks


class Section(LessonScene):
    def construct(self):
        blocks.corner_label(self, "Cleared")
        with self.beat(0):
            table = blocks.table(self, ["a", "b"], [["1", "$x$"]])
        with self.beat(1):
            blocks.leave(self, table)
            image = blocks.image(self, "d74c70c6-myleaf.png")
