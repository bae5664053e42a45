"""Quantal response: `hedgerow.model.choice` for one country."""

from .books import Rows
from .exponential import weight
from .lanes import Lanes, bits, counted, jit, maximum, minimum, number_of, of_bits, splat, where


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
        total = total + weight(precision * (values[m] - best))
        mass[m] = total
    below = of_bits(bits(total) - 1)  # the next number towards zero
    target = minimum(u * total, below)
    chosen = bits(splat(0.0, values))
    for m in range(options):
        chosen = counted(chosen, mass[m] <= target)
    return where(total > 0.0, number_of(chosen), 0.0)  # it is 0 where a value left the reals
