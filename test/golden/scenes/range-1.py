from manim import *
from lectern_render import LessonScene, blocks


class Section(LessonScene):
    def construct(self):
        with self.beat(0):
            card = blocks.title_card(self, "Everything at once")
        with self.beat(1):
            card.shrink("No picture at first")
            statement = blocks.statement(self, ["three words", "$a^2$ too"])
        with self.beat(2):
            blocks.leave(self, statement)
            item_list = blocks.item_list(self, ["Look", "Compare"], style="steps")
