"""Drawing functions of a lesson: each draws a figure or a text, plays its entrance and answers the block it made."""

from .array import array
from .base import Block, leave
from .cards import definition, theorem
from .chart import chart
from .derivations import derivation
from .formulas import formula
from .geometry_opening import geometry
from .graph import graph
from .images import image
from .lists import item_list
from .listings import code
from .phrases import note, statement, takeaway
from .plot_opening import plot
from .tables import table
from .titles import corner_label, title_card

__all__ = [
    "Block", "code", "array", "chart", "geometry", "graph", "plot", "corner_label", "definition", "derivation", "formula", "image", "item_list", "leave", "note", "statement", "table", "takeaway", "theorem", "title_card",
]  # fmt: skip
