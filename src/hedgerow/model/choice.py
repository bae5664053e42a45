"""The one rule of choice: P(o) ∝ h(o) · exp(ω · ΔU(o)), o not forbidden, ω ≥ 0.

``h`` is habit, the best simple forecaster of that kind of choice; ``ΔU`` the political payoff
against doing nothing; hard rules are masks; ω weighs politics. The form follows from rational
inattention with a default (Matějka and McKay 2015) and from control costs (Mattsson and Weibull
2002). At ω = 0 it is habit, with flat h quantal response (McKelvey and Palfrey 1995).

Draws are keyed by what is chosen: each option has a Gumbel number of its own, doing nothing too, so
that a change of one payoff moves choices only to or from that option.
"""

import numpy as np
from numpy.typing import NDArray

from .parameters import Floats
from .portfolio import summed


def log_weights(habit: Floats, omega: Floats, payoff: Floats) -> Floats:
    """ln h(o) + ω·ΔU(o), −∞ where h is 0: (M, D).

    Args:
        habit: h (…, D) ≥ 0, against that of doing nothing where that is an option of its own.
        omega: ω ≥ 0 (D,). payoff: ΔU (M, D) against doing nothing.
    """
    with np.errstate(divide="ignore"):
        return np.log(habit) + omega * payoff


def probabilities(log_weight: Floats, allowed: NDArray[np.bool_]) -> Floats:
    """Choice probabilities (M, D); columns sum to 1. At least one option is allowed in each."""
    masked = np.where(allowed, log_weight, -np.inf)
    odds = np.exp(masked - masked.max(axis=0))
    return odds / summed(odds)


def pick(log_weight: Floats, allowed: NDArray[np.bool_], g: Floats) -> NDArray[np.int64]:
    """Choose one option a column by Gumbel numbers `g` (M, D) keyed by the options: (D,)."""
    return np.where(allowed, log_weight + g, -np.inf).argmax(axis=0)


def in_order(odds: Floats, u: Floats) -> NDArray[np.int64]:
    """Choose one of few options in a natural order by inverse CDF from uniforms `u` (D,): (D,).

    odds: (M, D) ≥ 0, not all 0. An option of odds 0 is never taken.
    """
    running = np.add.accumulate(odds)
    target = np.minimum(u * running[-1], np.nextafter(running[-1], 0.0))
    return (running <= target).sum(axis=0)


def hold_or_pick(
    log_weight: Floats,
    possible: NDArray[np.bool_],
    allowed: NDArray[np.bool_],
    g: Floats,
    g_hold: Floats,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Let each column hold or take an option; tell where a rule struck off what it would take.

    What it would take is chosen as if there were no rules; where a rule forbids that, the next best
    is taken, with the same numbers, which is a draw from what is allowed.

    Args:
        log_weight: (M, D) of the options against holding. possible: (M, D) options that exist but
            for the rules. allowed: (M, D) those of them that no rule forbids.
        g: (M, D) Gumbel numbers of the options. g_hold: (D,) of holding.

    Returns:
        options (D,), -1 to hold, and where a rule struck off (D,).
    """
    tilted = np.where(possible, log_weight + g, -np.inf)
    columns = np.arange(tilted.shape[1])
    wanted = tilted.argmax(axis=0)
    acts = tilted[wanted, columns] > g_hold
    struck = acts & ~allowed[wanted, columns]
    second = np.where(allowed, tilted, -np.inf).argmax(axis=0) if struck.any() else wanted
    taken = np.where(struck, second, wanted)
    acts &= allowed[taken, columns] & (tilted[taken, columns] > g_hold)
    return np.where(acts, taken, -1), struck
