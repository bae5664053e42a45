"""Comparisons of two scenarios or results, run by run."""

from .comparison import Comparison, Course, compare
from .sides import Side, stem_of

__all__ = ["Comparison", "Course", "Side", "compare", "stem_of"]
