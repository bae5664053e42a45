"""What the strategies want, each as one function of a portfolio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from hedgerow.model.parameters import Kind, Role

from . import payoff
from .payoff import Prospect

if TYPE_CHECKING:
    from .plain import Country

RESOLVE = 40.0
CERTAIN = 1e6

Want = Callable[["Country", Prospect], float]


@dataclass(frozen=True)
class Strategy:
    """A want (None: the payoff), what multiplies ω, and whether powers' answers are foreseen."""

    want: Want | None = None
    weight: float = CERTAIN
    foresees: bool = False


def effort(me: Country, at: Prospect) -> float:
    """Falling returns of step ties."""
    bend = me.model.now["curvature"]
    return -0.5 * sum(
        bend[k] * at.ties[k, p] ** 2 for k in me.model.of(Kind.STEPS) for p in me.partners
    )


def balance(me: Country, at: Prospect) -> float:
    guns = {*me.model.having(Role.ARSENAL), *me.model.having(Role.PRESENCE)}
    will = me.model.now["will"]
    total = sum(will[p] * x for (k, p), x in at.ties.items() if k in guns and p != me.foe)
    total -= sum(x for (_, p), x in at.ties.items() if p == me.foe)
    return effort(me, at) + RESOLVE * total


def bandwagon(me: Country, at: Prospect) -> float:
    a = at.a
    total = 0.0
    if me.foe:
        total = a[me.foe] - sum(min(me.rivalry(p, me.foe), 1.0) * a[p] for p in me.partners)
    return effort(me, at) + RESOLVE * total


def equalise(me: Country, at: Prospect) -> float:
    a = at.a
    rivals = [(p, q) for p, q in combinations(me.model.powers, 2) if me.rivalry(p, q) > 0.0]
    return -0.5 * RESOLVE * sum((a[p] - a[q]) ** 2 for p, q in rivals)


def stand_still(me: Country, at: Prospect) -> float:
    moved = sum((at.ties[tie] - x) ** 2 for tie, x in me.stood.items())
    return -0.5 * CERTAIN * moved


def diversify(me: Country, at: Prospect) -> float:
    return sum(
        payoff.SMOOTH[name](me, at) for name in ("returns", "dependence") if name in me.model.terms
    )


def reciprocate(me: Country, at: Prospect) -> float:
    a = at.a
    felt = 0.0
    for event in me.model.structure.events:
        if me.in_force(event):
            power = me.model.powers[event.power]
            felt += (-1.0 if event.coerces else 1.0) * a[power]
    return effort(me, at) + RESOLVE * felt


STRATEGIES = {
    "quantal": Strategy(None, 1.0, True),
    "best_reply": Strategy(None, CERTAIN, True),
    "balancer": Strategy(balance),
    "bandwagoner": Strategy(bandwagon),
    "neutral": Strategy(equalise),
    "status_quo": Strategy(stand_still),
    "random": Strategy(None, 0.0),
    "diversifier": Strategy(diversify, 1.0),
    "tit_for_tat": Strategy(reciprocate),
}
"""By name."""
