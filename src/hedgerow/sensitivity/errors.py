"""What can go wrong with a sensitivity analysis, apart from files."""

from ..extras import how


class NoIndices(ValueError):
    """Indices that cannot be had from a design or its results: the message says what would do."""


def missing() -> NoIndices:
    """Return the error of a library that is not installed."""
    return NoIndices(f"this needs the library SALib; {how('analysis')}")
