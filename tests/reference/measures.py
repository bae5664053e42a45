"""What is reported of a country, and the threshold, written out one country at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .payoff import Ties, utility

if TYPE_CHECKING:
    from .plain import Country

TAIL = 0.05


def insurance(me: Country) -> tuple[float, float, float]:
    """Premium, payout and tail of hedging, against the side that pays most in the first future."""
    hedged = by_future(me, me.ties)
    first, second = me.model.poles
    sides = [by_future(me, side_with(me, *poles)) for poles in ((first, second), (second, first))]
    best = max(sides, key=lambda values: values[0])
    worst = best.index(min(best))
    return (
        best[0] - hedged[0],
        hedged[worst] - best[worst],
        tail(hedged, list(me.beliefs.values())),
    )


def by_future(me: Country, ties: Ties) -> list[float]:
    """Return the utility of ties in each future, were it certain."""
    held, values = me.beliefs, []
    for certain in held:
        me.beliefs = {future: float(future == certain) for future in held}
        me.expect()
        values.append(utility(me, me.prospect(ties)))
    me.beliefs = held
    me.expect()
    return values


def side_with(me: Country, pole: str, other: str) -> Ties:
    """Return the ties if all that `other` has goes to `pole`, up to the cap; trade stays."""
    side = {k: dict(row) for k, row in me.ties.items()}
    for k, row in side.items():
        if k != "trade":
            row[pole] = min(row[pole] + row[other], max(me.model.caps[k], row[pole]))
            row[other] = 0.0
    return side


def tail(values: Sequence[float], beliefs: Sequence[float]) -> float:
    """Return the mean of the worst `TAIL` of a distribution."""
    left, total = TAIL, 0.0
    for value, belief in sorted(zip(values, beliefs, strict=True)):
        share = min(belief, left)
        total += share * value
        left -= share
    return total / TAIL


def autonomy(me: Country) -> float | None:
    """Return 1 − max_p ℓ_p / Σ_p ℓ_p, ℓ_p what is lost without p; None for nothing to lose."""
    here = utility(me, me.prospect(me.ties))
    losses = []
    for partner in me.partners:
        without = {
            k: {p: 0.0 if p == partner else x for p, x in row.items()} for k, row in me.ties.items()
        }
        losses.append(max(here - utility(me, me.prospect(without)), 0.0))
    return 1.0 - max(losses) / sum(losses) if sum(losses) > 0.0 else None


def concentration(ties: Iterable[float]) -> float:
    """Return the Herfindahl index: the sum of squared shares."""
    whole = list(ties)
    return sum((x / sum(whole)) ** 2 for x in whole)


def critical_rivalry(
    cross_pressure: float, autonomy: float, instruments: Iterable[tuple[float, float]]
) -> float:
    """Return R* = 1/((χ₀ − 2θ) Σ γ²/κ) from each instrument's γ and κ."""
    give = sum(gamma**2 / kappa for gamma, kappa in instruments)
    return 1.0 / ((cross_pressure - 2.0 * autonomy) * give)
