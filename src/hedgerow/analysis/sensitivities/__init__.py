"""Sensitivity: how much each swept number matters, by the method that fits the design."""

from ...errors import NoIndices
from .analyse import Finding, Sensitivity, analyse
from .design import Design, design_of
from .indices import Indices, indices

__all__ = [
    "Design",
    "Finding",
    "Indices",
    "NoIndices",
    "Sensitivity",
    "analyse",
    "design_of",
    "indices",
]
