"""Is hedging insurance? The best portfolio under uncertainty against the best without it.

From a pool of portfolios, x*_μ is best under what is believed and x*_0 were today's future certain.
The premium is what the first forgoes where nothing happens; the payouts are what it saves where
something does. Both inequalities of insurance hold by construction for the optimum; the portfolio
that is held may or may not be insurance.
"""

from dataclasses import dataclass, replace

import numpy as np

from .frame import Frame
from .parameters import Floats, Kind, Structure
from .part import part
from .payoff import Form, at, by_future, move, price_steps, utility
from .portfolio import summed
from .rules import steps_allowed
from .state import State, certainty

MOST_STEPS = 60
"""Most steps of a climb."""


@dataclass(frozen=True)
class Insurance:
    """Premium ≥ 0 and payout of the optimum, the same of the portfolio held: (D,) each."""

    premium: Floats
    payout: Floats
    premium_held: Floats
    payout_held: Floats


def certain(form: Form) -> Form:
    """Return the form of a country for whom today's future is certain."""
    return replace(form, beliefs=certainty(form.beliefs))


def climb(world: Structure, q: Frame, s: State, form: Form, x: Floats) -> Floats:
    """Take the best whole step of any step tie as long as one improves the payoff: (K, P, D)."""
    form = replace(form, foreseen=np.zeros_like(form.foreseen))
    point, s = at(form, x), replace(s, counts=s.counts.copy())
    steps = world.of(Kind.STEPS)
    p = len(world.partners)
    climbing = q.columns
    for _ in range(MOST_STEPS):
        # Who finds no step that improves the payoff will not find one later.
        some, mine, here = part(q, climbing), part(s, climbing), point.of(climbing)
        best, option = np.zeros(climbing.size), np.full(climbing.size, -1)
        for order, k in enumerate(steps):
            price = np.concatenate(price_steps(here.form, here, k, float(world.step[k])))
            allowed = np.concatenate(steps_allowed(world, some, mine, here, k))
            price = np.where(allowed, price, -np.inf)
            top = price.argmax(axis=0)
            gain = price[top, np.arange(top.size)]
            better = gain > best + 1e-12
            best = np.where(better, gain, best)
            option = np.where(better, order * 2 * p + top, option)
        climbing, option = climbing[option >= 0], option[option >= 0]
        if not climbing.size:
            break
        for order, k in enumerate(steps):
            chosen = option // (2 * p) == order
            columns, step = climbing[chosen], option[chosen] % (2 * p)
            partner, sign = step % p, np.where(step < p, 1, -1)
            s.counts[k, partner, columns] += sign
            move(form, point, columns, k, partner, sign * world.step[k])
    return point.x


def pool(world: Structure, q: Frame, s: State, form: Form, x: Floats) -> list[Floats]:
    """Today's portfolio, and what climbs from it under belief and under certainty reach."""
    return [
        x,
        climb(world, q, s, form, x),
        climb(world, q, s, certain(form), x),
    ]


def _best(options: list[Floats], values: list[Floats]) -> Floats:
    """The portfolio of highest value in each column, the first of equals: (K, P, D)."""
    result, top = options[0], values[0]
    for x, value in zip(options[1:], values[1:], strict=True):
        better = value > top
        result, top = np.where(better, x, result), np.where(better, value, top)
    return result


def insurance(world: Structure, q: Frame, s: State, form: Form, x: Floats) -> Insurance:
    """Premium = U_0(x*_0) − U_0(x*_μ) ≥ 0; payout = Σ_{ω≠0} μ_ω payout_ω/(1 − μ_0).

    payout_ω = U_ω(x*_μ) − U_ω(x*_0), and Σ_{ω≠0} μ_ω payout_ω ≥ μ_0 premium. For the portfolio held
    x stands in place of x*_μ. Payouts are NaN where no other future is thought possible.
    """
    options = pool(world, q, s, form, x)
    futures = [by_future(form, option) for option in options]
    believed = [utility(form, option) for option in options]
    hedged = _best(options, believed)
    sure = _best(options, [values[0] for values in futures])
    at_sure, at_hedged, at_held = (by_future(form, y) for y in (sure, hedged, x))

    def paid(values: Floats) -> Floats:
        other = form.beliefs[1:]
        weight = summed(other) if len(other) else np.zeros(values.shape[-1])
        gains = summed(other * (values[1:] - at_sure[1:])) if len(other) else weight
        return gains / np.where(weight > 0.0, weight, np.nan)

    return Insurance(
        premium=at_sure[0] - at_hedged[0],
        payout=paid(at_hedged),
        premium_held=at_sure[0] - at_held[0],
        payout_held=paid(at_held),
    )


def is_insurance(found: Insurance, beliefs: Floats) -> Floats:
    """1.0 where the portfolio held costs in today's future and pays by more in the others: (D,)."""
    paid = (1.0 - beliefs[0]) * found.payout_held
    worth = (found.premium_held >= 0.0) & (paid >= beliefs[0] * found.premium_held) & (paid > 0.0)
    return np.where(np.isnan(found.payout_held), np.nan, worth.astype(np.float64))
