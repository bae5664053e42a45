"""The payoff of a country: its terms, each a function of a prospect.

All but the move cost are levels of utility, evaluated before and after a move. Symbols are those of
the ODD document.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .plain import Country

Ties = dict[str, dict[str, float]]
"""By instrument, then by partner."""
PerPower = dict[str, float]


@dataclass
class Prospect:
    """A portfolio of ties, and how powers treat the country that holds it.

    `alignment` is a_p = Σ_k γ_k x_kp, by power.
    """

    ties: Ties
    alignment: PerPower
    inducement: PerPower
    pressure: PerPower


def per_power(me: Country, weight: str, ties: Ties) -> PerPower:
    """Return Σ_k weight_k x_kp by power; a country that is a power has no ties with itself."""
    total = dict.fromkeys(me.model.powers, 0.0)
    for k, row in ties.items():
        w = me.model.now["instruments"][k][weight]
        for p, x in row.items():
            total[p] += w * x
    return total


def returns(me: Country, at: Prospect) -> float:
    total = 0.0
    for k, row in at.ties.items():
        instrument = me.model.now["instruments"][k]
        for p, x in row.items():
            b = me.now["returns"][k][p]
            worth = b * me.expected_capacity[k][p]
            if k == "trade":
                worth *= 1.0 - me.trade_cut[p]
            worth += instrument["reciprocity"] * at.inducement[p]
            total += worth * x - 0.5 * instrument["curvature"] * x * x
    return total


def loyalty(me: Country, at: Prospect) -> float:
    remembered = per_power(me, "memory", at.ties)
    return sum(felt * remembered[p] for p, felt in me.now["loyalty"].items())


def security(me: Country, at: Prospect) -> float:
    loss = 0.0
    for future, belief in me.beliefs.items():
        loss += belief * max(0.0, shortfall(me, at, future)) ** 2
    return -0.5 * me.behaviour["security"] * loss


def shortfall(me: Country, at: Prospect, future: str) -> float:
    """T_ω − Π_ω, negative where protection is more than enough."""
    there = me.model.futures[future]
    worse = there["countries"][me.code]["threat"]["level"] - me.now["threat"]["level"]
    gap = max(0.0, me.threat + worse)
    turnover = me.model.now["instruments"]["arms"]["turnover"]
    soon = 1.0 - math.exp(-turnover * me.behaviour["arms_horizon"])
    for p in me.partners:
        if p == me.foe:
            continue
        power = there["partners"][p]
        reliable = power["trust"]
        if me.foe:
            reliable *= 1.0 - me.model.now["relations"]["closeness"][p][me.foe]
        arms = soon * at.ties["arms"][p] + (1.0 - soon) * me.stocks["arms"][p]
        gap -= reliable * (
            power["capacity"]["arms"] * arms * me.behaviour["arms_protection"]
            + power["will"] * me.behaviour["defence_protection"] * at.ties["defence"][p]
            + power["will"] * me.behaviour["energy_protection"] * at.ties["energy"][p]
            + power["moderation"] * at.alignment[p]
        )
    return gap


def dependence(me: Country, at: Prospect) -> float:
    exposed = per_power(me, "exposure", at.ties)
    together = me.model.now["relations"]["correlation"]
    risk = {p: y * me.model.now["partners"][p]["volatility"] for p, y in exposed.items()}
    variance = sum(risk[p] * risk[q] * together[p][q] for p in risk for q in risk)
    return -0.5 * me.behaviour["dependence"] * variance


def autonomy(me: Country, at: Prospect) -> float:
    rivalry = me.model.now["relations"]["rivalry"]
    a = at.alignment
    unequal = sum(rivalry[p][q] * (a[p] - a[q]) ** 2 for p, q in combinations(me.partners, 2))
    return -0.5 * me.behaviour["autonomy"] * unequal


def cross_pressure(me: Country, at: Prospect) -> float:
    rivalry = me.model.now["relations"]["rivalry"]
    a = at.alignment
    straddling = sum(rivalry[p][q] * a[p] * a[q] for p, q in combinations(me.partners, 2))
    return -straddling_cost(me) * straddling


def straddling_cost(me: Country) -> float:
    """χ₀, or what R* makes of it: χ₀ = 2θ + 1/(R* Σ_k γ_k²/κ_k)."""
    breaking = me.behaviour["critical_rivalry"]
    if not breaking:
        return me.behaviour["cross_pressure"]
    give = 0.0
    for instrument in me.model.now["instruments"].values():
        if instrument["curvature"] > 0.0:
            give += instrument["salience"] ** 2 / instrument["curvature"]
    return 2.0 * me.behaviour["autonomy"] + 1.0 / max(breaking * give, 1e-12)


def pressure(me: Country, at: Prospect) -> float:
    return -sum(
        felt * rivalry * at.alignment[q]
        for p, felt in at.pressure.items()
        for q, rivalry in me.rivals[p].items()
    )


def sanctions(me: Country, at: Prospect) -> float:
    price = 0.0
    for s, q in me.model.sanctions:
        law = me.model.now["sanctions"][s][q]
        price += law["enforcement"] * daring(me, s) * dealings(me, at.ties, q, law)
    return -price


def daring(me: Country, power: str) -> float:
    """φ_p: how far a power dares to punish a country that it needs against the same rival."""
    feud = me.model.now["relations"]["rivalry"][power][me.foe] if me.foe else 0.0
    its = me.model.now["partners"][power]
    return max(0.0, 1.0 - its["leniency"] - its["need"] * feud * me.threat)


def dealings(me: Country, ties: Ties, target: str, law: dict[str, float]) -> float:
    """E_q: arms, trade and energy with a power under sanctions, less what settlement shields."""
    if target == me.code:
        return 0.0
    seen = max(0.0, 1.0 - law["shield"] * me.stocks["settlement"][target])
    trade = law["trade_weight"] * ties["trade"][target]
    energy = law["energy_weight"] * ties["energy"][target]
    return ties["arms"][target] + (trade + energy) * seen


def interoperability(me: Country, at: Prospect) -> float:
    total = 0.0
    for k, row in at.ties.items():
        inertia = me.model.now["instruments"][k]["inertia"]
        total += inertia * sum((x - me.stocks[k][p]) ** 2 for p, x in row.items())
    return -0.5 * total


def demand(me: Country, at: Prospect) -> float:
    total = 0.0
    for k, row in at.ties.items():
        need = me.now["need"][k]
        if k == "arms":
            need += me.behaviour["need_slope"] * me.threat
        surplus = sum(row.values()) + me.now["others"][k] - need
        total += me.model.now["instruments"][k]["demand"] * surplus**2
    return -0.5 * total


def norm(me: Country, at: Prospect) -> float:
    powers = me.model.now["partners"]
    spoken = sum(powers[q]["violation"] * x for q, x in at.ties["voice"].items())
    return -me.behaviour["norm"] * spoken


def peers(me: Country, at: Prospect) -> float:
    apart = 0.0
    for j, weight in me.now.get("peers", {}).items():
        heard = me.model.countries[j].voices_before
        mine = at.ties["voice"]
        for p in me.model.powers:
            apart += weight * (mine.get(p, 0.0) - heard.get(p, 0.0)) ** 2
    return -0.5 * me.behaviour["peers"] * apart


def audience(me: Country, at: Prospect) -> float:
    if not me.foe:
        return 0.0
    with_foe = sum(row[me.foe] for row in at.ties.values())
    return -me.behaviour["audience"] * me.incidents * with_foe


LEVELS = {
    term.__name__: term
    for term in (
        returns,
        loyalty,
        security,
        dependence,
        autonomy,
        cross_pressure,
        pressure,
        sanctions,
        interoperability,
        demand,
        norm,
        peers,
        audience,
    )
}
"""All terms but ``move_cost``, which is a price of moving."""


def utility(me: Country, at: Prospect) -> float:
    """Return the sum of the terms that are switched on."""
    return sum(term(me, at) for name, term in LEVELS.items() if name in me.model.terms)


def move_cost(me: Country, instrument: str) -> float:
    """Return what a move costs besides its effect."""
    if "move_cost" not in me.model.terms:
        return 0.0
    return me.model.now["instruments"][instrument]["move_cost"]
