"""Comparisons of two scenarios or results, run by run."""

from .comparison import Comparison, Course, compare, compare_sides
from .sides import Side, stem_of

__all__ = ["Comparison", "Course", "Side", "compare", "compare_sides", "stem_of"]
