"""What a country of each strategy wants of a prospect, written out like the payoff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from .payoff import LEVELS, Prospect, interoperability, move_cost, utility

if TYPE_CHECKING:
    from .plain import Country

RESOLVE = 40.0
CERTAIN = 1e6


def balancer(me: Country, at: Prospect) -> float:
    total = curved(me, at)
    for k, row in at.ties.items():
        for p, x in row.items():
            if p == me.foe:
                total -= RESOLVE * x
            elif k in ("arms", "defence", "energy"):
                total += RESOLVE * me.model.now["partners"][p]["will"] * x
    return total


def bandwagoner(me: Country, at: Prospect) -> float:
    total = curved(me, at)
    if me.foe:
        feuds = me.model.now["relations"]["rivalry"][me.foe]
        for p in me.partners:
            fondness = 1.0 if p == me.foe else -min(feuds[p], 1.0)
            total += RESOLVE * fondness * at.alignment[p]
    return total


def curved(me: Country, at: Prospect) -> float:
    instruments = me.model.now["instruments"]
    return -0.5 * sum(
        instruments[k]["curvature"] * x**2 for k, row in at.ties.items() for x in row.values()
    )


def neutral(me: Country, at: Prospect) -> float:
    a = at.alignment
    rivals = [(p, q) for p, q in combinations(me.partners, 2) if q in me.rivals[p]]
    return -0.5 * RESOLVE * sum((a[p] - a[q]) ** 2 for p, q in rivals)


def status_quo(me: Country, at: Prospect) -> float:
    moved = sum((x - me.ties[k][p]) ** 2 for k, row in at.ties.items() for p, x in row.items())
    return -0.5 * CERTAIN * moved


def tit_for_tat(me: Country, at: Prospect) -> float:
    total = interoperability(me, at) if "interoperability" in me.model.terms else 0.0
    for p in me.partners:
        total += RESOLVE * (me.inducement[p] - me.pressure[p]) * at.alignment[p]
    return total


def diversifier(me: Country, at: Prospect) -> float:
    """Terms of the payoff, were the first future certain, without threat and inducement."""
    seen = {"returns", "dependence", "interoperability", "demand"} & me.model.terms
    threat, beliefs = me.threat, me.beliefs
    me.threat = 0.0
    me.beliefs = {w: float(n == 0) for n, w in enumerate(beliefs)}
    me.expect()
    blind = replace(at, inducement=dict.fromkeys(at.inducement, 0.0))
    total = sum(LEVELS[name](me, blind) for name in seen)
    me.threat, me.beliefs = threat, beliefs
    me.expect()
    return total


def always(me: Country, instrument: str) -> float:
    """Return what a move costs, whether or not the payoff has that term."""
    return me.model.now["instruments"][instrument]["move_cost"]


def never(me: Country, instrument: str) -> float:
    return 0.0


@dataclass(frozen=True)
class Strategy:
    """What a country wants, what moves cost it, how precise it is, whether level 2 matters to it.

    `precision` multiplies that of the scenario.
    """

    wants: Callable[[Country, Prospect], float] = utility
    cost: Callable[[Country, str], float] = move_cost
    precision: float = 1.0
    foresees: bool = False


STRATEGIES = {
    "quantal": Strategy(foresees=True),
    "best_reply": Strategy(precision=CERTAIN, foresees=True),
    "random": Strategy(precision=0.0),
    "balancer": Strategy(balancer, always),
    "bandwagoner": Strategy(bandwagoner, always),
    "neutral": Strategy(neutral, always),
    "status_quo": Strategy(status_quo, never),
    "diversifier": Strategy(diversifier),
    "tit_for_tat": Strategy(tit_for_tat),
}
