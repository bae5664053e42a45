"""The one rule of choice: `hedgerow.model2.choice` for one country."""

from ..compiled.books import Rows
from .elementary import exp
from .lanes import Lanes, Mask, bits, finite, jit, maximum, minimum, of_bits, splat, where
from .portfolio import row_sum

WORST = -float("inf")


@jit
def moves(log_weight: Rows, mass: Rows, options: int, u: Lanes) -> Mask:
    """Mirror `choice.moves`; `mass` is room."""
    top = splat(0.0, log_weight)
    for i in range(options):
        top = maximum(top, log_weight[i])
    hold = exp(-top)
    for i in range(options):
        mass[i] = exp(log_weight[i] - top)
    return u * (hold + row_sum(mass, options)) >= hold


@jit
def first_best(values: Rows, options: int) -> Lanes:
    """The number of the option of the highest finite value, the first of equals; 0 if none."""
    best, which = splat(WORST, values), splat(0.0, values)
    for i in range(options):
        better = finite(values[i]) & (values[i] > best)
        best = where(better, values[i], best)
        which = where(better, float(i), which)
    return which


@jit
def taken(rows: Rows, options: int, which: Lanes) -> Lanes:
    """The number of each replicate in the row that `which` names."""
    value = splat(0.0, rows)
    for i in range(options):
        value = where(which == float(i), rows[i], value)
    return value


@jit
def in_order(odds: Rows, options: int, u: Lanes) -> Lanes:
    """Mirror `choice.in_order`: one of few options in a natural order, by inverse CDF."""
    whole = row_sum(odds, options)
    below = of_bits(bits(whole) - 1)  # the next number towards zero
    target = minimum(u * whole, below)
    running, count = splat(0.0, odds), splat(0.0, odds)
    for i in range(options):
        running = odds[0] if i == 0 else running + odds[i]
        count = count + where(running <= target, 1.0, 0.0)
    return count
