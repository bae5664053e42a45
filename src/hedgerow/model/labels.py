"""Labels: a hazard of a rise, tilted by what either side wants. Substance does not tell who rises.

A title is given at a visit. No label falls without a rupture. S3:41–45, S4:32.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import aims
from .choice import in_order
from .frame import Frame
from .moment import Moment
from .parameters import DT, TOP_RUNG, Effect, Floats, Role, Structure
from .payoff import price_threat
from .portfolio import summed, times
from .state import State, held_by, pledges
from .streams import Purpose, Streams, coded


@dataclass(frozen=True)
class Codes:
    """Random codes of visits and labels: `pair` (P, N, 1)."""

    pair: NDArray[np.uint64]


def codes(world: Structure) -> Codes:
    """Return the codes of all pairs."""
    return Codes(coded("{i}|{p}", p=world.partners, i=world.countries)[..., None])


def visit_chance(q: Frame) -> Floats:
    """Probability that a leader comes in a quarter: (P, D)."""
    return 1.0 - np.exp(-DT * q["attention"] * q["visits"] * q.not_self)


def visits(
    world: Structure, q: Frame, s: State, streams: Streams, known: Codes, round_: int
) -> NDArray[np.bool_]:
    """Draw who comes this quarter; nobody does while visits are suspended: (P, D)."""
    if "visits" not in world.processes:
        return np.zeros(s.tiers.shape, dtype=bool)
    u = streams.by_country(Purpose.VISIT, round_, known.pair)[0]
    open_ = ~held_by(world, s, frozenset({Effect.SUSPENSION}), round_)
    return (u < visit_chance(q)) & open_


def pledge_worth(now: Moment) -> Floats:
    """What the pledge of each power would add to the payoff, were it given now: (P, D)."""
    world, q, s, point = now.world, now.q, now.s, now.point
    missing = q["commitment"] * (1.0 - pledges(s))
    worth = np.zeros(s.tiers.shape)
    if "security" not in world.terms:
        return worth
    for p in range(len(worth)):
        more = np.zeros(point.safe.shape)
        for k in world.having(Role.PRESENCE):
            more += q.will_gain[:, k, p] * (1.0 - q.will[:, p]) * missing[p] * point.x[k, p]
        if more.any():
            worth[p] = price_threat(now.form, point, -more)
    return worth


def worth(now: Moment) -> Floats:
    """ΔU of a rise by 1 … 4 rungs: parity among rivals, a shortfall, the pledge of the top rung.

    −½ parity Σ_q R_pq [(τ + j − τ_q)² − (τ − τ_q)²] + shortfall·φ_p·short·j: (4, P, D).
    """
    q, s = now.q, now.s
    theirs = s.tiers.astype(np.float64)
    apart = q.feud * theirs - times(q["rivalry"], theirs)  # Σ_q R (τ − τ_q)
    half, short = -0.5 * q["parity"], q["shortfall"] * q["will"] * s.shortfall
    pledged = pledge_worth(now)
    value = np.empty((TOP_RUNG, *s.tiers.shape))
    for j in range(1, TOP_RUNG + 1):
        value[j - 1] = half * (2.0 * j * apart + j * j * q.feud) + short * j
        value[j - 1] += np.where(s.tiers + j == TOP_RUNG, pledged, 0.0)
    return value


def hazards(now: Moment, visited: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """Hazard a year of a rise by 1 … 4 rungs, and where it is allowed: (4, P, D) each.

    h₀ J(j) exp(β_v (visit − v̄)) exp(ω_i ΔU + ω_p ΔV): ΔV is what the power gains, the lead of its
    rivals and its own isolation.
    """
    world, q, s = now.world, now.q, now.s
    jumps = np.stack([q["jump_2"], q["jump_3"], q["jump_4"]])
    jumps = np.concatenate([np.maximum(1.0 - summed(jumps), 0.0)[None], jumps])
    occasion = np.exp(q["label_visit"] * (visited - visit_chance(q)))
    habit = q["label_hazard"] * occasion * jumps[:, None]
    if "labels" in world.flat:
        habit = np.ones_like(habit)
    wooed = q["label_lead"] * aims.lead(q, now.point.a) + q["label_isolation"] * q["isolation"]
    wooed = np.exp(np.minimum(q["politics_powers"] * wooed, 50.0))
    most = world.rules.tier_max[q.country]
    open_ = (q.not_self > 0.0) & ~held_by(world, s, frozenset({Effect.SUSPENSION}), s.round)
    tilted = np.exp(np.minimum(now.omega("labels") * worth(now), 50.0))
    after = s.tiers + np.arange(1, TOP_RUNG + 1)[:, None, None]
    return habit * wooed * tilted * (after <= TOP_RUNG) * open_, after <= most


def rise(
    now: Moment, visited: NDArray[np.bool_], streams: Streams, known: Codes
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Draw rises and apply them; return where a label rose and where a rule struck a rise off."""
    s = now.s
    rates, allowed = hazards(now, visited)
    u, v = streams.by_country(Purpose.LABEL, s.round, known.pair)
    total = summed(rates)
    power, column = np.nonzero(u < 1.0 - np.exp(-DT * total))
    odds = rates[:, power, column]
    jump = 1 + in_order(odds, v[power, column])
    ok = allowed[jump - 1, power, column]
    rose, struck = np.zeros((2, *s.tiers.shape), dtype=bool)
    rose[power, column], struck[power, column] = ok, ~ok
    s.tiers = s.tiers.copy()
    s.tiers[power, column] += jump * ok
    return rose, struck
