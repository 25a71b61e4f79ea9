from manim import *
from lectern_render import LessonScene, blocks


class Section(LessonScene):
    def construct(self):
        blocks.corner_label(self, "Told item by item")
        with self.beat(0):
            item_list = blocks.item_list(
                self,
                ["The first", "The second"],
                style="bullets",
                step=1,
                slot="right",
            )
        with self.beat(1):
            with self.share_of_beat(1 / 2):
                item_list.step(2)
            code = blocks.code(self, "x = 1  # \"quoted\" \\ and back", language="python", slot="left")
