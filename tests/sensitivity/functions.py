"""Functions with known indices, and designs to run them on."""

import numpy as np

from hedgerow.analysis.sensitivities.design import design_of
from hedgerow.runs.design import points_of


def design(kind, over, seed=1, **more):
    """Return a design over axes, made as a sweep makes it."""
    table = {"design": kind, "over": over, **more}
    return design_of(table, points_of(table, seed), seed)


def columns(made):
    """Return the values of a design by axis."""
    return [axis.values for axis in made.axes]


PI = {f"x{i}": {"low": -np.pi, "high": np.pi} for i in (1, 2, 3)}


def ishigami(x1, x2, x3, a=7.0, b=0.1):
    """Ishigami and Homma 1990."""
    return np.sin(x1) + a * np.sin(x2) ** 2 + b * x3**4 * np.sin(x1)


def of_ishigami(a=7.0, b=0.1):
    """Return first, total and second order (1 with 3), from the variances in closed form."""
    one = 0.5 * (1.0 + b * np.pi**4 / 5.0) ** 2
    two = a**2 / 8.0
    both = b**2 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    whole = one + two + both
    first = np.array([one, two, 0.0]) / whole
    return first, first + np.array([both, 0.0, both]) / whole, both / whole


G = (0.0, 1.0, 4.5, 9.0, 99.0)
UNIT = {f"x{i}": {"low": 0.0, "high": 1.0} for i in range(len(G))}


def sobol_g(*x):
    """Sobol's G function (Saltelli and Sobol' 1995)."""
    factors = [(np.abs(4.0 * v - 2.0) + a) / (1.0 + a) for v, a in zip(x, G, strict=True)]
    return np.prod(factors, axis=0)


def of_sobol_g():
    """Return first and total indices."""
    parts = np.array([1.0 / 3.0 / (1.0 + a) ** 2 for a in G])
    whole = np.prod(1.0 + parts) - 1.0
    rest = np.array([np.prod(np.delete(1.0 + parts, i)) for i in range(len(G))])
    return parts / whole, parts * rest / whole
