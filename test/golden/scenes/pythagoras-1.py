from manim import *
from lectern_render import LessonScene, blocks


class Section(LessonScene):
    def construct(self):
        blocks.corner_label(self, "A tilted hole")
        with self.beat(0):
            geometry = blocks.geometry(
                self,
                {
                    "O": [0, 0],
                    "P": [7, 0],
                    "Q": [7, 7],
                    "R": [0, 7],
                    "E": [3, 0],
                    "F": [7, 3],
                    "G": [4, 7],
                    "H": [0, 4],
                },
                draw=[
                    {
                        "do": "polygon",
                        "name": "outer",
                        "corners": ["O", "P", "Q", "R"],
                        "fill": False,
                        "colour": "muted",
                    },
                    {"do": "polygon", "name": "T1", "corners": ["O", "E", "H"], "colour": "muted"},
                    {"do": "polygon", "name": "T2", "corners": ["P", "F", "E"], "colour": "muted"},
                    {"do": "polygon", "name": "T3", "corners": ["Q", "G", "F"], "colour": "muted"},
                    {"do": "polygon", "name": "T4", "corners": ["R", "H", "G"], "colour": "muted"},
                ],
                steps=[
                    {
                        "when": "tilted hole",
                        "actions": [
                            {
                                "do": "polygon",
                                "name": "hole",
                                "corners": ["E", "F", "G", "H"],
                                "colour": "teal",
                            },
                        ],
                    },
                    {"when": "how large", "actions": [{"do": "highlight", "names": ["hole"]}]},
                ],
            )
        with self.beat(1):
            geometry.steps(
                [
                    {
                        "when": "sides a",
                        "actions": [
                            {"do": "label", "of": "OE", "text": "$a$"},
                            {"do": "label", "of": "HO", "text": "$b$"},
                        ],
                    },
                    {"when": "long side", "actions": [{"do": "label", "of": "EH", "text": "$c$"}]},
                    {
                        "when": "every edge",
                        "actions": [
                            {"do": "segment", "name": "EF", "ends": ["E", "F"], "colour": "teal"},
                            {"do": "segment", "name": "FG", "ends": ["F", "G"], "colour": "teal"},
                            {"do": "segment", "name": "GH", "ends": ["G", "H"], "colour": "teal"},
                            {"do": "segment", "name": "HE", "ends": ["H", "E"], "colour": "teal"},
                        ],
                    },
                    {"when": "area", "actions": [{"do": "label", "of": "hole", "text": "$c^2$"}]},
                ],
            )
        with self.beat(2):
            geometry.zoom(to=[3.4, 1.7], scale=0.55)
        with self.beat(3):
            geometry.steps(
                [
                    {
                        "when": "sharp angles",
                        "actions": [
                            {"do": "angle", "name": "alpha", "corners": ["O", "E", "H"], "colour": "orange"},
                            {"do": "angle", "name": "beta", "corners": ["F", "E", "P"], "colour": "blue"},
                        ],
                    },
                    {
                        "when": "left for",
                        "actions": [{"do": "angle", "name": "HEF", "corners": ["H", "E", "F"]}],
                    },
                ],
            )
