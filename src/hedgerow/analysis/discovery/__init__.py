"""Scenario discovery: finds the region of the parameters in which something happens."""

from ...errors import NoBox
from .boxes import Box, Limit, Step, boxes
from .cases import Cases, cases
from .discovery import Discovery, discover
from .screening import screened
from .where import Condition, condition

__all__ = [
    "Box",
    "Cases",
    "Condition",
    "Discovery",
    "Limit",
    "NoBox",
    "Step",
    "boxes",
    "cases",
    "condition",
    "discover",
    "screened",
]
