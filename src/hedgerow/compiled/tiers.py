"""Step 3a of a round, visits and labels: `hedgerow.model.tiers` for one country."""

from ..model.parameters import DIPLOMACY, TOP_RUNG
from .books import Opened
from .choice import choose
from .incidents import chance
from .lanes import Lanes, Mask, jit, splat, where
from .portfolio import weighted_at


@jit
def visit_chance(w: Opened, q: Opened, o: Opened, s: Opened, p: int) -> Lanes:
    """Mirror `tiers.visit_chance` for a partner other than the country itself."""
    ties = s.counts[DIPLOMACY * w.p + p] * w.step[DIPLOMACY]
    return chance(o.attention[p] * q.visits[p] * (1.0 + o.visit_busyness[0] * ties))


@jit
def deserved_rung(w: Opened, q: Opened, o: Opened, s: Opened, p: int) -> Lanes:
    """Mirror `tiers.deserved_rung` for one partner."""
    substance = weighted_at(w, q.substance, s.stocks, p)
    return o.tier_base[0] + substance + o.tier_shortfall[0] * q.will[p] * s.shortfall[0]


@jit
def rung_values(
    w: Opened, c: Opened, q: Opened, o: Opened, f: Opened, s: Opened, t: Opened, p: int
) -> None:
    """Mirror `tiers.rung_values` for one partner: ``t.rungs`` (5,), −∞ where not feasible."""
    now = s.tiers[p]
    deserved = deserved_rung(w, q, o, s, p)
    weights, firsts, squares = splat(0.0, w), splat(0.0, w), splat(0.0, w)
    for at in range(f.rivals[p], f.rivals[p + 1]):
        other = f.rival[at]
        weight, rung = f.rivalry[p * w.p + other], s.tiers[other]
        weights = weights + weight
        firsts = firsts + weight * rung
        squares = squares + weight * rung * rung
    for number in range(TOP_RUNG + 1):
        rung = splat(float(number), w)
        gap = rung - deserved
        parity = squares - 2.0 * rung * firsts + rung * rung * weights
        value = -0.5 * o.tier_weight[0] * gap * gap
        value = value - where(rung != now, o.tier_cost[0], 0.0)
        value = value - where(rung < now, o.tier_downgrade_cost[0], 0.0)
        value = value - 0.5 * o.tier_parity[0] * parity
        if number > c.tier_max:
            value = where(rung == now, value, -float("inf"))
        t.rungs[number] = value


@jit
def visit_one(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    t: Opened,
    p: int,
    visited: Mask,
    u_rung: Lanes,
) -> Mask:
    """Let a visited country choose its label for one partner: ``t.tiers``; where it changed."""
    rung_values(w, c, q, o, f, s, t, p)
    rung = choose(t.rungs, t.mass, TOP_RUNG + 1, q.precision[0], u_rung)
    t.tiers[p] = where(visited, rung, s.tiers[p])
    return t.tiers[p] != s.tiers[p]
