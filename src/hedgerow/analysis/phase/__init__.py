"""Phase diagrams: a measure over two swept numbers, and the rivalry at which hedging breaks."""

from ...errors import NoMap
from .diagram import MOST, Panel, Phase, phase

__all__ = ["MOST", "NoMap", "Panel", "Phase", "phase"]
