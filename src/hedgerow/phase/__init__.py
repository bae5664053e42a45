"""Phase diagrams: a measure over two swept numbers, and where the hedge breaks."""

from .axes import NoMap
from .diagram import MOST, Panel, Phase, phase

__all__ = ["MOST", "NoMap", "Panel", "Phase", "phase"]
