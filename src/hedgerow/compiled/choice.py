"""Quantal response: `hedgerow.model.choice` for one country."""

from .books import Rows
from .exponential import exp
from .lanes import Lanes, any_of, bits, jit, maximum, minimum, of_bits, splat, where


@jit
def choose(values: Rows, mass: Rows, options: int, precision: Lanes, u: Lanes) -> Lanes:
    """Mirror `choice.choose`: the number of the option that each replicate draws.

    `values` (M,) are −∞ where an option is not feasible; `mass` (M,) is room for cumulative
    weights.
    """
    worst = -float("inf")
    best = splat(worst, values)
    for m in range(options):
        best = maximum(values[m], best)
    total = splat(0.0, values)
    for m in range(options):
        value = values[m]
        possible = value > worst
        if any_of(possible):
            total = total + where(possible, exp(precision * (value - best)), 0.0)
        mass[m] = total
    below = of_bits(bits(total) - 1)  # the next number towards zero
    target = minimum(u * total, below)
    chosen = splat(0.0, values)
    for m in range(options):
        chosen = chosen + where(mass[m] <= target, 1.0, 0.0)
    return chosen
