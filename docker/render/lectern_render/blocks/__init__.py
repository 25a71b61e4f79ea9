"""Drawing functions of a lesson: each draws a figure or a text, plays its entrance and answers the block it made."""

from .base import Block, leave

__all__ = ["Block", "leave"]
