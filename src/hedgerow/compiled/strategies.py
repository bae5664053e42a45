"""What a country chooses by: `hedgerow.model.strategies` for one country.

`fixed_want` writes what only parameters determine of a want other than the payoff, `assemble_want`
what a quarter adds. A country without a want of its own chooses by its payoff.
"""

from typing import Any

from ..model.strategies import CERTAIN, RESOLVE
from .known import WANTS
from .lanes import jit, minimum, splat, spliced, where
from .payoff import bend, press
from .portfolio import copy, fill
from .state import STEPS, coerces, in_force
from .terms import blank, curves, dependence, unequal, yields

BALANCE = WANTS.index("balance")
BANDWAGON = WANTS.index("bandwagon")
EQUALISE = WANTS.index("equalise")
STAND_STILL = WANTS.index("stand_still")
DIVERSIFY = WANTS.index("diversify")
RECIPROCATE = WANTS.index("reciprocate")


@jit
def fixed_want(h: Any) -> None:
    """Write what only parameters determine of what the country wants."""
    w, m, want = h.w, h.m, h.c.want
    blank(h, m)
    bare = want in (BALANCE, BANDWAGON, RECIPROCATE)
    if bare or (want == DIVERSIFY and w.term_returns):
        curves(h, m)
    if want == DIVERSIFY and w.term_dependence:
        dependence(h, m)
    if want == EQUALISE:
        unequal(h, m, splat(RESOLVE), 1.0)
    if want == STAND_STILL:
        for j in range(w.of_steps):
            m.curvature[w.steps[j]] = splat(CERTAIN)
    bend(h, m)


@jit
def assemble_want(h: Any, round_: int) -> None:
    """Write what a quarter adds to what the country wants."""
    w, c, q, f, s, m = h.w, h.c, h.q, h.f, h.s, h.m
    fill(m.linear, w.kp, 0.0)
    if c.want == BALANCE:
        balance(h)
    elif c.want == BANDWAGON:
        for k in range(w.k):
            for p in range(w.p):
                threat = 1.0 if p == c.threat else 0.0
                side = threat - minimum(f.threat_rivalry[p], 1.0)
                m.linear[k * w.p + p] = RESOLVE * q.salience[k] * side
    elif c.want == STAND_STILL:
        for k in range(w.k):
            for p in range(w.p):
                if w.kind[k] == STEPS:
                    at = k * w.p + p
                    m.linear[at] = CERTAIN * (s.counts[at] * w.step[k])
    elif c.want == DIVERSIFY:
        if w.term_returns:
            yields(h, m)
    elif c.want == RECIPROCATE:
        reciprocate(h, round_)
    copy(s.beliefs, m.beliefs, w.futures)
    press(h, m)


@spliced
def balance(h: Any) -> None:
    w, c, q, m = h.w, h.c, h.q, h.m
    for k in range(w.k):
        wanted = False
        for j in range(w.of_arsenal):
            wanted = wanted or w.arsenal[j] == k
        for j in range(w.of_presence):
            wanted = wanted or w.presence[j] == k
        for p in range(w.p):
            threat = 1.0 if p == c.threat else 0.0
            value = splat(0.0)
            if wanted:
                value = RESOLVE * (q.will[p] * (1.0 - threat))
            m.linear[k * w.p + p] = value - RESOLVE * threat


@spliced
def reciprocate(h: Any, round_: int) -> None:
    w, q, m, t = h.w, h.q, h.m, h.t
    fill(t.lead, w.p, 0.0)
    for e in range(w.events):
        p, sign = w.event_power[e], -1.0 if coerces(h, e) else 1.0
        t.lead[p] = t.lead[p] + where(in_force(h, e, round_), sign, 0.0)
    for k in range(w.k):
        for p in range(w.p):
            m.linear[k * w.p + p] = RESOLVE * q.salience[k] * t.lead[p]
