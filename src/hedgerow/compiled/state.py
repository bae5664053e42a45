"""What changes in a run: `hedgerow.model.state` for one country."""

from math import log as math_log
from typing import Any

from ..model.parameters import DT, ROUNDS_A_YEAR
from ..model.state import TIV_UNIT
from .books import Rows
from .elementary import exp
from .lanes import Lanes, Mask, absolute, jit, maximum, minimum, splat, where
from .portfolio import copy, fill, row_sum
from .streams import EFFECT, draw_normal

_SHIFT = 6755399441055744.0
LOG_UNIT = math_log(TIV_UNIT)
TOP = 4.0
(INCIDENT, ENCIRCLEMENT, RESTRICTION, DESIGNATION, SUSPENSION, EMBARGO, VISIT, OFFER) = range(8)
PROGRAMMES, FLOW, STEPS, POSITION = range(4)
QUARTERS = float(ROUNDS_A_YEAR)
DT = DT


@jit
def rint(x: Lanes) -> Lanes:
    """The nearest whole number, to even, of a number below 2⁵¹."""
    return (x + _SHIFT) - _SHIFT


@jit
def floor(x: Lanes) -> Lanes:
    """The next whole number below, of a number below 2⁵¹."""
    near = rint(x)
    return where(near > x, near - 1.0, near)


@jit
def coerces(h: Any, e: int) -> bool:
    """Whether an event is coercion, and not courting."""
    return h.w.event_effect[e] < VISIT


@jit
def mine(h: Any, p: int) -> float:
    """1.0, or 0.0 where a partner is the country itself."""
    return 0.0 if p == h.c.own else 1.0


@jit
def initial(h: Any) -> None:
    w, c, q, o, f, s = h.w, h.c, h.q, h.o, h.f, h.s
    some = w.p + 1
    fill(s.counts, w.kp, 0.0)
    fill(s.flows, w.kp, 0.0)
    for rows in (s.memory, s.backlog, s.arsenal):
        fill(rows, w.k * some, 0.0)
    for rows in (s.usual_memory, s.usual_arsenal, s.own_size):
        fill(rows, w.k, 0.0)
    for k in range(w.k):
        for p in range(w.p):
            at = k * w.p + p
            tie = o.ties[at] * mine(h, p)
            if w.kind[k] == STEPS:
                s.counts[at] = rint(tie / w.step[k])
            elif w.kind[k] == FLOW:
                s.flows[at] = tie
    copy(s.flows, s.flow_mean, w.kp)
    for j in range(w.of_programmes):
        k = w.programmes[j]
        own = draw_normal(h, EFFECT, 0, c.effect_code[k])
        size = q.size_mean[k] + o.own_size[k] + q.size_spread[k] * own
        sd, rate = q.size_sd[k], o.programmes[k]
        root = exp(0.5 * (size - LOG_UNIT) + sd * sd / 8.0)
        mean = exp(size + 0.5 * (sd * sd))
        s.own_size[k] = size
        s.usual_memory[k] = rate * root / q.forgetting[k]
        s.usual_arsenal[k] = rate * mean / q.turnover[k]
        shared_out(h, o.experience[k] * s.usual_memory[k], o.ties, o.others[k], k, s.memory)
        shared_out(h, rate * mean * q.lag[k], o.ties, o.others[k], k, s.backlog)
        held = splat(0.0)
        for p in range(w.p):
            held = held + o.stocks[k * w.p + p] * mine(h, p)
        shared_out(h, s.usual_arsenal[k], o.stocks, maximum(1.0 - held, 0.0), k, s.arsenal)
    for p in range(w.p):
        s.tiers[p] = c.tiers[p]
    for rows in (s.pledged, s.market, s.cover, s.visited, s.goodwill):
        fill(rows, w.p, 0.0)
    fill(s.fresh, 1, 0.0)
    fill(s.shortfall, 1, 0.0)
    fill(s.until, w.events, 0.0)
    fill(s.happened, w.events, 0.0)
    s.position[0] = o.positions[0]
    s.threat[0] = o.threat_level[0]
    certain(s.beliefs, w.futures)
    if w.process_futures:
        copy(f.prior, s.beliefs, w.futures)
    for number in range(w.issues):
        s.last_votes[number] = c.last_votes[number]
    fill(s.cast, w.votes, float("nan"))


@jit
def certain(beliefs: Rows, futures: int) -> None:
    fill(beliefs, futures, 0.0)
    beliefs[0] = 1.0


@jit
def shared_out(h: Any, whole: Lanes, shares: Rows, others: Lanes, k: int, result: Rows) -> None:
    """Mirror `state.shared_out`: share a whole out among partners and others of an instrument."""
    w = h.w
    into = result + k * (w.p + 1)
    for p in range(w.p):
        into[p] = shares[k * w.p + p] * mine(h, p)
    into[w.p] = others
    total = row_sum(into, w.p + 1)
    total = where(total > 0.0, total, 1.0)
    for p in range(w.p + 1):
        into[p] = whole * into[p] / total


@jit
def in_force(h: Any, e: int, round_: int) -> Mask:
    """Where an event is in force."""
    return h.s.until[e] > float(round_)


@jit
def held_by(h: Any, effect: int, p: int, round_: int) -> Mask:
    """Where any event with an effect is in force by a power."""
    w = h.w
    held = splat(0.0) != 0.0
    for e in range(w.events):
        if w.event_effect[e] == effect and w.event_power[e] == p:
            held = held | in_force(h, e, round_)
    return held


@jit
def kept(h: Any, p: int, round_: int) -> Lanes:
    """Share of its flows with a power that events in force leave a country: 1 − `state.cut`."""
    w = h.w
    cut = splat(0.0)
    for e in range(w.events):
        effect = w.event_effect[e]
        if effect in (RESTRICTION, DESIGNATION) and w.event_power[e] == p:
            size = minimum(where(in_force(h, e, round_), h.q.event_size[e], 0.0), 1.0)
            cut = maximum(cut, size)
    return 1.0 - cut


@jit
def or_one(usual: Lanes) -> Lanes:
    return where(usual > 0.0, usual, 1.0)


@jit
def ties(h: Any, round_: int, x: Rows) -> None:
    """Mirror `state.ties`: write all ties (K, P), and what events leave of flows into ``kept``."""
    w, q, s = h.w, h.q, h.s
    for k in range(w.k):
        kind = w.kind[k]
        usual = or_one(s.usual_memory[k])
        for p in range(w.p):
            at = k * w.p + p
            if kind == STEPS:
                x[at] = s.counts[at] * w.step[k]
            elif kind == PROGRAMMES:
                x[at] = s.memory[k * (w.p + 1) + p] / usual
            elif kind == POSITION:
                apart = absolute(s.position[0] - q.partner_position[p]) / q.reach[0]
                x[at] = maximum(1.0 - apart, 0.0) * mine(h, p)
    for p in range(w.p):
        s.kept[p] = kept(h, p, round_)
        for j in range(w.of_flow):
            k = w.flow[j]
            at = k * w.p + p
            open_ = minimum(maximum(s.flows[at] + h.o.access[at], 0.0), w.cap[k])
            x[at] = open_ * s.kept[p]


@jit
def stock(h: Any, k: int, p: int) -> Lanes:
    """Arsenal of a supplier against what is usual."""
    s = h.s
    return s.arsenal[k * (h.w.p + 1) + p] / or_one(s.usual_arsenal[k])


@jit
def pledge(h: Any, p: int) -> Lanes:
    """1.0 where a power is bound to the country's defence, by a pledge or the top rung."""
    return maximum(h.s.pledged[p], where(h.s.tiers[p] == TOP, 1.0, 0.0))
