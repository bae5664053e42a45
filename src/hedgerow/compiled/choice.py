"""The one rule of choice: `hedgerow.model.choice` for one country."""

from .books import Rows
from .elementary import exp_above
from .lanes import Lanes, Mask, bits, finite, inlined, jit, minimum, of_bits, splat, where
from .portfolio import row_sum

WORST = -float("inf")


@inlined
def may_win(log_weight: Lanes, u: Lanes, patience: Lanes) -> Mask:
    """Where an option with ln h + ω·ΔU and a uniform may be preferred to holding.

    `patience` is −ln u of holding. The option wins where −ln u < w·patience, so that u must exceed
    exp(−w·patience) ≥ 1 − w·patience: where it does not, its logarithms are not worth taking.
    """
    return u > 1.0 - exp_above(log_weight) * patience


@jit
def first_best(values: Rows, options: int) -> tuple[Lanes, Lanes]:
    """The highest finite value and the number of its option, the first of equals; −∞, 0 if none."""
    best, which = splat(WORST), splat(0.0)
    for i in range(options):
        better = finite(values[i]) & (values[i] > best)
        best = where(better, values[i], best)
        which = where(better, float(i), which)
    return best, which


@jit
def taken(rows: Rows, options: int, which: Lanes) -> Lanes:
    """The number of each replicate in the row that `which` names."""
    value = splat(0.0)
    for i in range(options):
        value = where(which == float(i), rows[i], value)
    return value


@jit
def in_order(odds: Rows, options: int, u: Lanes) -> Lanes:
    """Mirror `choice.in_order`: one of few options in a natural order, by inverse CDF."""
    whole = row_sum(odds, options)
    below = of_bits(bits(whole) - 1)  # the next number towards zero
    target = minimum(u * whole, below)
    running, count = splat(0.0), splat(0.0)
    for i in range(options):
        running = odds[0] if i == 0 else running + odds[i]
        count = count + where(running <= target, 1.0, 0.0)
    return count
