from manim import *
from lectern_render import LessonScene, blocks


class Section(LessonScene):
    def construct(self):
        blocks.corner_label(self, "Test it with three and four")
        with self.beat(0):
            geometry = blocks.geometry(
                self,
                {"C": [0, 0], "A": [4, 0], "B": [0, 3]},
                draw=[
                    {"do": "polygon", "name": "T", "corners": ["C", "A", "B"]},
                    {"do": "square", "name": "on3", "side": ["B", "C"], "colour": "muted"},
                    {"do": "square", "name": "on4", "side": ["C", "A"], "colour": "muted"},
                    {"do": "square", "name": "on5", "side": ["A", "B"], "colour": "muted"},
                    {"do": "angle", "name": "ACB", "corners": ["A", "C", "B"]},
                ],
                steps=[
                    {"when": "three", "actions": [{"do": "highlight", "names": ["on3"]}]},
                    {"when": "four", "actions": [{"do": "highlight", "names": ["on4"]}]},
                    {"when": "third side", "actions": [{"do": "highlight", "names": ["on5"]}]},
                ],
                later=[
                    {"do": "square", "side": ["B", "C"]},
                    {"do": "square", "side": ["C", "A"]},
                    {"do": "square", "side": ["A", "B"]},
                ],
                slot="wide",
            )
        with self.beat(1):
            geometry.steps(
                [
                    {
                        "when": "nine",
                        "actions": [
                            {"do": "square", "name": "a", "side": ["B", "C"], "cells": 3, "colour": "blue"},
                        ],
                    },
                    {
                        "when": "sixteen",
                        "actions": [
                            {"do": "square", "name": "b", "side": ["C", "A"], "cells": 4, "colour": "orange"},
                        ],
                    },
                ],
            )
        with self.beat(2):
            geometry.steps(
                [
                    {
                        "actions": [
                            {"do": "square", "name": "c", "side": ["A", "B"], "cells": 5, "colour": "teal"},
                        ],
                    },
                    {"actions": [{"do": "pour", "from": ["a", "b"], "into": "c"}]},
                ],
            )
        with self.beat(3):
            formula = blocks.formula(self, "3^2 + 4^2 = 5^2", slot="side")
