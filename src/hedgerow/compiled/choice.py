"""The one rule of choice: `hedgerow.model.choice` for one country."""

from math import log

from .books import Rows
from .lanes import Lanes, Mask, bits, finite, inlined, jit, minimum, of_bits, splat, where
from .portfolio import row_sum

WORST = -float("inf")
_2_52 = 0x4330000000000000


_SCALE = 2.0**41 / log(2.0)
_ZERO = (1023.0 + 2.0**-20) * 2.0**41 + 2.0**52
"""What `may_win` compares with where a logarithm is 0, and a little more than can be lost."""


@inlined
def threshold(hold: Lanes) -> Lanes:
    """What `may_win` has to know of holding."""
    return _ZERO - hold * _SCALE


@inlined
def may_win(log_weight: Lanes, u: Lanes, hold: Lanes) -> Mask:
    """Where an option with ln h + ω·ΔU and a uniform may be preferred to holding.

    It is where ln h + ω·ΔU − ln(−ln u) is more than the number of holding, so that ln h + ω·ΔU less
    that number is more than ln(1 − u): elsewhere its logarithms are not worth taking. The bits of a
    number are its logarithm to base 2 with chords between whole ones, less by up to .086.

    hold: `threshold` of the Gumbel number of holding.
    """
    return log_weight * _SCALE + hold > of_bits((bits(1.0 - u) >> 11) | _2_52)


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
