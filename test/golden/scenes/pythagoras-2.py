from manim import *
from lectern_render import LessonScene, blocks


class Section(LessonScene):
    def construct(self):
        blocks.corner_label(self, "Slide the triangles")
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
                    "M": [3, 4],
                    "N": [3, 7],
                    "L": [7, 4],
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
                    {"actions": [{"do": "slide", "name": "T4", "by": [3, 0]}]},
                    {"actions": [{"do": "slide", "name": "T2", "by": [0, 4]}]},
                    {"actions": [{"do": "slide", "name": "T3", "by": [-4, -3]}]},
                ],
            )
        with self.beat(1):
            geometry.steps(
                [
                    {
                        "when": "side a",
                        "actions": [
                            {
                                "do": "polygon",
                                "name": "small",
                                "corners": ["H", "M", "N", "R"],
                                "colour": "blue",
                            },
                            {"do": "label", "of": "small", "text": "$a^2$"},
                        ],
                    },
                    {
                        "when": "side b",
                        "actions": [
                            {
                                "do": "polygon",
                                "name": "large",
                                "corners": ["E", "P", "L", "M"],
                                "colour": "orange",
                            },
                            {"do": "label", "of": "large", "text": "$b^2$"},
                        ],
                    },
                ],
            )
        with self.beat(2):
            blocks.leave(self, geometry)
            geometry_2 = blocks.geometry(
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
                    "A": [9, 0],
                    "B": [16, 0],
                    "C": [16, 7],
                    "D": [9, 7],
                    "I": [12, 0],
                    "J": [9, 4],
                    "K": [12, 4],
                    "L": [16, 4],
                    "M": [12, 7],
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
                    {
                        "do": "polygon",
                        "name": "copy",
                        "corners": ["A", "B", "C", "D"],
                        "fill": False,
                        "colour": "muted",
                    },
                    {"do": "polygon", "name": "U1", "corners": ["A", "I", "J"], "colour": "muted"},
                    {"do": "polygon", "name": "U2", "corners": ["I", "K", "J"], "colour": "muted"},
                    {"do": "polygon", "name": "U3", "corners": ["K", "L", "C"], "colour": "muted"},
                    {"do": "polygon", "name": "U4", "corners": ["K", "C", "M"], "colour": "muted"},
                    {"do": "text", "text": "$=$", "at": [8, 3.5]},
                ],
                steps=[
                    {
                        "when": "left over",
                        "actions": [
                            {
                                "do": "polygon",
                                "name": "hole",
                                "corners": ["E", "F", "G", "H"],
                                "colour": "teal",
                            },
                            {
                                "do": "polygon",
                                "name": "small",
                                "corners": ["J", "K", "M", "D"],
                                "colour": "blue",
                            },
                            {
                                "do": "polygon",
                                "name": "large",
                                "corners": ["I", "B", "L", "K"],
                                "colour": "orange",
                            },
                        ],
                    },
                ],
                slot="wide",
            )
        with self.beat(3):
            with self.share_of_beat(1 / 2):
                geometry_2.steps(
                    [
                        {"when": "one side", "actions": [{"do": "label", "of": "hole", "text": "$c^2$"}]},
                        {
                            "when": "other side",
                            "actions": [
                                {"do": "label", "of": "small", "text": "$a^2$"},
                                {"do": "label", "of": "large", "text": "$b^2$"},
                            ],
                        },
                    ],
                )
            formula = blocks.formula(self, "c^2 = a^2 + b^2", slot="side")
