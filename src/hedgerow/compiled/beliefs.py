"""Threat and beliefs: `hedgerow.model.beliefs` for one country."""

from typing import Any

from .elementary import exp, log
from .lanes import Lanes, any_of, jit, splat, where
from .layout import country
from .portfolio import row_sum
from .state import DT, ENCIRCLEMENT, certain, in_force


@jit
def threaten(h: Any, round_: int) -> None:
    w, o, s = h.w, h.o, h.s
    threat = o.threat_level[0] + o.incident_weight[0] * s.fresh[0]
    for e in range(w.events):
        if w.event_effect[e] == ENCIRCLEMENT:
            threat = threat + where(in_force(h, e, round_), h.q.event_size[e], 0.0)
    s.threat[0] = threat


@jit
def seen(h: Any) -> Lanes:
    """Incidents of the country, and by weight those of its peers."""
    w, o = h.w, h.o
    total = splat(0.0)
    for j in range(w.n):
        total = total + o.peer_weight[j] * country(h, j).s.incident[0]
    return h.s.incident[0] + o.warning[0] * total


@jit
def learn(h: Any) -> None:
    """Mirror `beliefs.learn`, from the incidents that are in the states."""
    w, q, s = h.w, h.q, h.s
    met = seen(h)
    if not w.process_futures or not any_of(met > 0.0):
        return
    odds = h.t.weight
    for v in range(w.futures):
        odds[v] = s.beliefs[v] * exp(met * log(q.likelihood[v]))
    whole = row_sum(odds, w.futures)
    for v in range(w.futures):
        s.beliefs[v] = where(met > 0.0, odds[v] / whole, s.beliefs[v])


@jit
def relax(h: Any) -> None:
    w, s = h.w, h.s
    if not w.process_futures:
        certain(s.beliefs, w.futures)
        return
    for v in range(w.futures):
        gap = h.f.prior[v] - s.beliefs[v]
        s.beliefs[v] = s.beliefs[v] + DT * h.o.belief_relaxation[0] * gap
