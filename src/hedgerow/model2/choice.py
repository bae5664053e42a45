"""The one rule of choice: P(o) ∝ h(o) · exp(ω · ΔU(o)), o not forbidden, ω ≥ 0.

``h`` is habit, the best simple forecaster of that kind of choice; ``ΔU`` the political payoff
against doing nothing; hard rules are masks; ω weighs politics. The form follows from rational
inattention with a default (Matějka and McKay 2015) and from control costs (Mattsson and Weibull
2002). At ω = 0 it is habit, with flat h quantal response (McKelvey and Palfrey 1995).

Draws are keyed by what is chosen. `hold_or_pick` first asks whether anything is done at all, by one
uniform number, and then which, by Gumbel numbers of the options: so a small change of payoff seldom
changes a choice, and only choices that are made cost random numbers for their options.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..model.portfolio import summed
from .parameters import Floats


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


def moves(log_weight: Floats, u: Floats) -> NDArray[np.bool_]:
    """Whether each column does anything at all, doing nothing having weight 1: (D,).

    log_weight: (M, D), −∞ for what is no option. u: uniforms (D,).
    """
    top = np.maximum(log_weight.max(axis=0), 0.0)
    hold = np.exp(-top)
    total = hold + summed(np.exp(log_weight - top))
    return u * total >= hold


def hold_or_pick(
    log_weight: Floats,
    possible: NDArray[np.bool_],
    allowed: NDArray[np.bool_],
    u: Floats,
    again: Floats,
    g_of: Callable[[NDArray[np.intp]], Floats],
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Let each column hold or take an option; tell where a rule struck off what it would take.

    What it would take is drawn as if there were no rules. Where a rule forbids that, it is drawn
    again from what is allowed, which gives the same probabilities as a draw from what is allowed.

    Args:
        log_weight: (M, D) of the options against holding. possible: (M, D) options that exist but
            for the rules. allowed: (M, D) those of them that no rule forbids.
        u, again: (D,) uniforms, of which the second serves where a rule binds.
        g_of: Gumbel numbers of the options in some columns: (C,) columns → (M, C).

    Returns:
        options (D,), -1 to hold, and where a rule struck off (D,).
    """
    options = np.full(log_weight.shape[1], -1, dtype=np.int64)
    struck = np.zeros(options.shape, dtype=bool)
    open_ = np.where(possible, log_weight, -np.inf)
    columns = np.flatnonzero(moves(open_, u))
    if not columns.size:
        return options, struck
    tilted = open_[:, columns] + g_of(columns)
    wanted = tilted.argmax(axis=0)
    options[columns] = wanted
    barred = ~allowed[wanted, columns]
    if barred.any():
        at = columns[barred]
        struck[at] = True
        left = np.where(allowed[:, at], log_weight[:, at], -np.inf)
        second = np.where(allowed[:, at], tilted[:, barred], -np.inf).argmax(axis=0)
        options[at] = np.where(moves(left, again[at]), second, -1)
    return options, struck
