"""The payoff of a country: U(x), term by term, as a function of a whole portfolio.

Nothing here knows a gradient: a change is worth U after less U before.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from hedgerow.model.parameters import Kind, Role

if TYPE_CHECKING:
    from .plain import Country

Ties = dict[tuple[str, str], float]
"""x by instrument and partner."""


@dataclass(frozen=True)
class Prospect:
    """A portfolio and what it is judged under.

    `threat` is added to the threat of every future; `pledged` are the powers bound by a pledge.
    """

    me: Country
    ties: Ties
    beliefs: dict[str, float]
    threat: float = 0.0
    pledged: frozenset[str] = frozenset()

    @cached_property
    def a(self) -> dict[str, float]:
        """Alignments with all powers."""
        return alignments(self.me, self.ties)


def alignments(me: Country, ties: Ties, weight: str = "salience") -> dict[str, float]:
    """a_p = Σ_k γ_k x_kp, or with other weights the exposures."""
    total = dict.fromkeys(me.model.powers, 0.0)
    for (k, p), x in ties.items():
        total[p] += me.model.now[weight][k] * x
    return total


def returns(me: Country, at: Prospect) -> float:
    q, total = me.model.now, 0.0
    for k in me.model.of(Kind.STEPS):
        bend = q["curvature"][k]
        for p in me.partners:
            b = q["returns"][k, p, me.code] + bend * q["elasticity"][k] * me.model.market[p]
            x = at.ties[k, p]
            total += b * x - 0.5 * bend * x * x
    return total


def loyalty(me: Country, at: Prospect) -> float:
    q = me.model.now
    return sum(
        q["loyalty"][p, me.code] * q["memory"][k] * at.ties[k, p]
        for k in me.model.of(Kind.STEPS)
        for p in me.partners
    )


def security(me: Country, at: Prospect) -> float:
    loss = sum(mu * max(shortfall(me, at, w), 0.0) ** 2 for w, mu in at.beliefs.items())
    return -0.5 * me.now("security") * loss


def shortfall(me: Country, at: Prospect, future: str) -> float:
    """T_ω − Π_ω, negative where protection is more than enough."""
    q, there, a = me.model.now, me.model.futures[future], at.a
    worse = there["threat_level"][me.code] - me.now("threat_level")
    threat = max(me.threat + at.threat + worse, 0.0)
    threat += q["entraps"][future] * me.now("entrapment") * max(siding(me, a), 0.0)
    if me.foe:
        threat -= q["spares"][future] * me.now("sparing") * a[me.foe]
    protection = 0.0
    for p in me.partners:
        if p == me.foe:
            continue
        trust = there["trust"][p]
        if me.foe:
            trust *= 1.0 - q["closeness"][p, me.foe]
        threat -= trust * q["moderation"][p] * a[p]
        will = there["will"][p]
        if p in at.pledged:
            will += (1.0 - will) * me.now("commitment")
        for k in me.model.having(Role.ARSENAL):
            soon = 1.0 - math.exp(-q["turnover"][k] * me.now("horizon"))
            armed = soon * at.ties[k, p] + (1.0 - soon) * me.armed.get((k, p), 0.0)
            power = there["capacity"][k, p] * q["protection"][k, me.code]
            protection += trust * power * armed
        for k in me.model.having(Role.PRESENCE):
            protection += trust * will * q["protection"][k, me.code] * at.ties[k, p]
    return threat - protection


def siding(me: Country, a: dict[str, float]) -> float:
    """Tilt to the rivals of the threat."""
    if not me.foe:
        return 0.0
    return sum(me.rivalry(p, me.foe) * (a[p] - a[me.foe]) for p in me.partners)


def dependence(me: Country, at: Prospect) -> float:
    q = me.model.now
    y = alignments(me, at.ties, "exposure")
    variance = sum(
        y[p] * y[r] * q["correlation"][p, r] * q["volatility"][p] * q["volatility"][r]
        for p in me.partners
        for r in me.partners
    )
    return -0.5 * me.now("dependence") * variance


def autonomy(me: Country, at: Prospect) -> float:
    a = at.a
    unequal = sum(
        me.rivalry(p, r) * (a[p] - a[r]) ** 2 for p, r in combinations(me.model.powers, 2)
    )
    return -0.5 * me.now("autonomy") * unequal


def cross_pressure(me: Country, at: Prospect) -> float:
    a, q = at.a, me.model.now
    weight = me.now("cross_pressure")
    if me.now("critical_rivalry") > 0.0:
        give = sum(
            q["salience"][k] ** 2 / q["curvature"][k]
            for k in me.model.of(Kind.STEPS)
            if q["curvature"][k] > 0.0
        )
        weight = 2.0 * me.now("autonomy")
        weight += 1.0 / max(me.now("critical_rivalry") * give, 1e-12)
    both = sum(me.rivalry(p, r) * a[p] * a[r] for p, r in combinations(me.model.powers, 2))
    return -weight * both


def daring(me: Country, power: str) -> float:
    """φ: how far a power dares to punish."""
    q = me.model.now
    needed = q["need"][power] * me.rivalry(power, me.foe) * me.threat if me.foe else 0.0
    return max(1.0 - q["leniency"][power] - needed, 0.0)


def dealings(me: Country, pair: tuple[str, str], ties: Ties, settled: float) -> float:
    """E_q: what a sanctioner sees of the dealings with its target."""
    q, target = me.model.now, pair[1]
    if target == me.code:
        return 0.0
    return sum(
        q["sanctioned"][k]
        * max(1.0 - q["shield"][pair] * settled * q["shielded"][k], 0.0)
        * ties[k, target]
        for k in me.model.instruments
    )


def sanctions(me: Country, at: Prospect) -> float:
    return -sum(
        me.model.now["enforcement"][pair]
        * daring(me, pair[0])
        * dealings(me, pair, at.ties, me.settled.get(pair[1], 0.0))
        for pair in me.model.pairs
    )


def audience(me: Country, at: Prospect) -> float:
    if not me.foe:
        return 0.0
    close = sum(at.ties[k, me.foe] for k in me.model.of(Kind.STEPS))
    return -me.now("audience") * me.fresh * close


SMOOTH: dict[str, Callable[[Country, Prospect], float]] = {
    term.__name__: term
    for term in (
        returns,
        loyalty,
        dependence,
        autonomy,
        cross_pressure,
        sanctions,
        audience,
    )
}
"""The terms that are at most quadratic."""


def smooth(me: Country, at: Prospect) -> float:
    """The sum of the quadratic terms that are switched on."""
    return sum(f(me, at) for name, f in SMOOTH.items() if name in me.model.terms)


def utility(me: Country, at: Prospect) -> float:
    """U(x)."""
    return smooth(me, at) + (security(me, at) if "security" in me.model.terms else 0.0)


def stiffness(me: Country, at: Prospect, change: Ties) -> float:
    """½ΔᵀQΔ of the quadratic part: how far U of a step sags below the straight line."""
    back = {tie: -by for tie, by in change.items()}
    f = me.smooth
    return f(at) - 0.5 * (f(after(at, change)) + f(after(at, back)))


def after(at: Prospect, change: Ties) -> Prospect:
    """The prospect with some ties changed."""
    ties = dict(at.ties)
    for tie, by in change.items():
        ties[tie] += by
    return replace(at, ties=ties)
