"""Step 3a of a round: visits, and the label that a visit may change.

Labels follow substance, never the reverse (S3:41–45): at a visit a country may set any rung by
quantal response on −½ μ_τ (τ − q)² − F [τ changes] − parity.
"""

import numpy as np
from numpy.typing import NDArray

from .choice import choose
from .frame import Frame
from .parameters import DIPLOMACY, DT, TOP_RUNG, Floats, Structure
from .portfolio import times, weighted
from .state import State


def visit_chance(world: Structure, q: Frame, s: State) -> Floats:
    """Probability of a leader's visit this round, busier ties seeing more: (P, D)."""
    ties = s.counts[DIPLOMACY] * world.step[DIPLOMACY]
    rate = q["attention"] * q["visits"] * (1.0 + q["visit_busyness"] * ties)
    for i, own in enumerate(world.self_partner):
        if own >= 0:
            rate[own, i * q.r : (i + 1) * q.r] = 0.0
    return 1.0 - np.exp(-DT * rate)


def deserved_rung(q: Frame, s: State) -> Floats:
    """q = base + Σ_k t_k s_kp + ζ φ_p (T − Π)₊ of the last round: (P, D).

    A shortfall of protection makes the label worth giving to those who would oppose the threat.
    """
    substance = weighted(q["substance"], s.stocks)
    return q["tier_base"] + substance + q["tier_shortfall"] * q["will"] * s.shortfall


def rung_values(
    world: Structure, q: Frame, s: State, deserved: Floats, at: tuple[NDArray, NDArray]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Value and feasibility of every rung at the visits `at` (partners, decisions): (5, V) each."""
    p, d = at
    now = s.tiers[p, d]
    rungs = np.arange(TOP_RUNG + 1.0)[:, None]
    gap = rungs - deserved[p, d]
    # Σ_q R_pq (τ − τ_q)², τ_q the rungs of the rivals
    theirs = s.tiers.astype(np.float64)
    rivals = times(q["rivalry"], theirs)[p, d]
    squares = times(q["rivalry"], theirs * theirs)[p, d]
    parity = squares + rungs * (rungs * q.feud[p, d] - 2.0 * rivals)
    values = (
        -0.5 * q["tier_weight"][d] * gap * gap
        - q["tier_cost"][d] * (rungs != now)
        - q["tier_downgrade_cost"][d] * (rungs < now)
        - 0.5 * q["tier_parity"][d] * parity
    )
    most = world.rules.tier_max[d // q.r]
    return values, (rungs <= most) | (rungs == now)


def visit(
    world: Structure, q: Frame, s: State, u_visit: Floats, u_rung: Floats
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Draw visits (P, D) and set rungs; return where a visit was and where a rung changed."""
    visited = u_visit < visit_chance(world, q, s)
    where = np.nonzero(visited)
    at = (where[0], where[1])
    changed = np.zeros_like(visited)
    if at[0].size:
        values, feasible = rung_values(world, q, s, deserved_rung(q, s), at)
        rung = choose(values, feasible, q["precision"][at[1]], u_rung[at])
        changed[at] = rung != s.tiers[at]
        s.tiers[at] = rung
    return visited, changed
