"""What a country chooses by: `hedgerow.model.strategies` for one country.

`fixed_want` writes what only parameters determine of a want other than the payoff, `assemble_want`
what a round adds. A country whose strategy has no want of its own chooses by its payoff, of which
`terms` says the same.
"""

from ..model.parameters import ARMS, DEFENCE, ENERGY
from ..model.strategies import CERTAIN, RESOLVE
from . import terms
from .books import Opened
from .known import STRATEGIES
from .lanes import jit, minimum, splat, where
from .payoff import empty, sags

NAMES = tuple(STRATEGIES)
"""Strategies by their numbers in compiled code."""

WANTS = tuple(want is not None for want, _, _ in STRATEGIES.values())
PRECISIONS = tuple(precision for _, precision, _ in STRATEGIES.values())
FORESEES = tuple(float(foresees) for _, _, foresees in STRATEGIES.values())
BALANCER = NAMES.index("balancer")
BANDWAGONER = NAMES.index("bandwagoner")
NEUTRAL = NAMES.index("neutral")
STATUS_QUO = NAMES.index("status_quo")
DIVERSIFIER = NAMES.index("diversifier")
TIT_FOR_TAT = NAMES.index("tit_for_tat")


@jit
def wants(c: Opened) -> bool:
    """Tell whether a country wants something else than its payoff."""
    return WANTS[c.strategy]


@jit
def resolve(c: Opened, q: Opened, m: Opened) -> None:
    """Write how a country chooses by a form: its precision, and whether it looks ahead."""
    m.precision[0] = q.precision[0] * PRECISIONS[c.strategy]
    m.foresees[0] = FORESEES[c.strategy]


@jit
def fixed_want(w: Opened, c: Opened, q: Opened, o: Opened, f: Opened, m: Opened) -> None:
    """Write the fixed parts of a want other than the payoff; its source is in the model."""
    empty(w, m)
    kind = c.strategy
    if kind in (BALANCER, BANDWAGONER):
        for k in range(w.k):
            m.diagonal[k] = q.curvature[k]
            m.move_cost[k] = q.move_cost[k]
    elif kind == NEUTRAL:
        for p in range(w.p):
            for at in range(f.rivals[p], f.rivals[p + 1]):
                own, pair = p * w.p + p, p * w.p + f.rival[at]
                resolve = where(f.rivalry[pair] > 0.0, RESOLVE, 0.0)
                m.on_alignment[own] = m.on_alignment[own] + resolve
                m.on_alignment[pair] = m.on_alignment[pair] - resolve
    elif kind == STATUS_QUO:
        for k in range(w.k):
            m.diagonal[k] = CERTAIN
    elif kind == DIVERSIFIER:
        if w.term_returns:
            terms.fixed_returns(w, q, o, m)
        if w.term_dependence:
            terms.fixed_dependence(w, q, o, m)
        if w.term_demand:
            terms.fixed_demand(w, q, m)
    if kind in (DIVERSIFIER, TIT_FOR_TAT) and w.term_interoperability:
        terms.fixed_interoperability(w, q, m)
    if kind == NEUTRAL or (kind in (DIVERSIFIER, TIT_FOR_TAT) and w.term_move_cost):
        terms.fixed_move_cost(w, q, m)
    sags(w, q, m)


@jit
def assemble_want(
    w: Opened, c: Opened, q: Opened, o: Opened, f: Opened, s: Opened, m: Opened, t: Opened
) -> None:
    """Write what a round adds to a want other than the payoff."""
    kind, nothing = c.strategy, splat(0.0, w)
    inert = kind in (DIVERSIFIER, TIT_FOR_TAT) and w.term_interoperability
    needy = kind == DIVERSIFIER and w.term_demand
    for k in range(w.k):
        level = terms.demanded(q, o, k, nothing) if needy else nothing
        inertia = q.inertia[k] if inert else nothing
        for p in range(w.p):
            at = k * w.p + p
            total = m.fixed_linear[at] + level
            m.linear[at] = terms.interoperable(inertia, s.stocks[at], total)
            if kind == BALANCER and p == c.threat:
                m.linear[at] = m.linear[at] - RESOLVE
            elif kind == BALANCER and k in (ARMS, DEFENCE, ENERGY):
                m.linear[at] = m.linear[at] + RESOLVE * q.will[p]
            elif kind == BANDWAGONER:
                threat = 1.0 if p == c.threat else 0.0
                drawn = threat - minimum(f.threat_rivalry[p], 1.0)
                m.linear[at] = m.linear[at] + RESOLVE * q.salience[k] * drawn
            elif kind == STATUS_QUO:
                m.linear[at] = m.linear[at] + CERTAIN * (s.counts[at] * w.step[k])
            elif kind == TIT_FOR_TAT:
                warmth = s.inducement[p] - s.pressure[p]
                m.linear[at] = m.linear[at] + RESOLVE * q.salience[k] * warmth
    if kind == DIVERSIFIER and w.term_returns:
        for v in range(w.futures):
            t.certain[v] = 1.0 if v == 0 else 0.0
        terms.returns(w, q, o, f, s, m, t.certain)
