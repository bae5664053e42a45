"""Sensitivity: which of the swept numbers matter, by the method that the design is made for."""

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
