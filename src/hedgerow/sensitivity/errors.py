"""What can go wrong with a sensitivity analysis, apart from files."""


class NoIndices(ValueError):
    """Indices that cannot be had from a design or its results: the message says what would do."""


def missing() -> NoIndices:
    """Return the error of a library that is not installed."""
    return NoIndices("this needs the library SALib: pip install 'hedgerow[analysis]'")
