"""What powers do: `hedgerow.model.events` for one country; `ration` looks at all."""

from typing import Any

from . import aims, state
from .elementary import exp, log
from .lanes import Lanes, Mask, any_of, jit, maximum, minimum, splat, spliced, where
from .layout import country
from .payoff import price_threat
from .portfolio import fill
from .recorder import note
from .rules import bundle_allowed
from .state import DT, QUARTERS, coerces, floor, held_by, in_force, mine, rint
from .streams import ACTS, RING, draw
from .terms import daring, dealings


@jit
def rates(h: Any, acting: bool) -> None:
    """Mirror `events.rates`: write rates a year into the state, and, when powers act, parts of V.

    What is foreseen later in the quarter does not tell what provoked an event.
    """
    w, c, q, o, f, s, t = h.w, h.c, h.q, h.o, h.f, h.s, h.t
    for p in range(w.p):
        t.excess[p] = aims.excess(h, p)
        t.lead[p] = aims.lead(h, p)
    omega = q.politics_powers[0]
    for e in range(w.events):
        p, effect = w.event_power[e], w.event_effect[e]
        sign = -1.0 if effect < state.VISIT else 1.0
        part = s.part + 5 * e if acting else t.part
        part[0] = q.event_tilt[e] * t.excess[p]
        part[1] = q.event_lead[e] * t.lead[p]
        part[2] = q.event_isolation[e] * q.isolation[p]
        part[3] = sign * q.event_need[e] * (q.need[p] * f.threat_rivalry[p] * s.threat[0])
        part[4] = sign * q.event_cover[e] * s.cover[p]
        v = minimum(omega * (part[0] + part[1] + part[2] + part[3] + part[4]), 50.0)
        rate = q.event_rate[e] * o.attention[p] * mine(h, p) * exp(v)
        if effect in (state.INCIDENT, state.ENCIRCLEMENT) and p != c.threat:
            rate = splat(0.0)
        if effect == state.DESIGNATION:
            pair = w.event_pair[e]
            dealings(h, pair)
            target = w.target[pair]
            dealt = t.dealt[0] * s.x[target]
            for k in range(1, w.k):
                dealt = dealt + t.dealt[k] * s.x[k * w.p + target]
            rate = rate * (q.enforcement[pair] * daring(h, p) * dealt)
        s.rate[e] = rate if w.process_events else splat(0.0)


@spliced
def ring(h: Any, round_: int) -> None:
    """Write when each event would happen, in quarters: beyond 1 it does not."""
    w, s = h.w, h.s
    for e in range(w.events):
        free = ~in_force(h, e, round_)
        if w.event_effect[e] == state.VISIT:
            free = free & ~held_by(h, state.SUSPENSION, w.event_power[e], round_)
        if w.event_effect[e] == state.OFFER:
            free = free & bundle_allowed(h, e, False, round_)
        u, _ = draw(h, RING, round_, h.c.event_code[e])
        s.rings[e] = -log(1.0 - u) / (s.rate[e] * where(free, 1.0, 0.0) * DT)


@jit
def ration(h: Any, round_: int) -> None:
    """Let a power's earliest few events happen, over all countries: `events.happen`."""
    w, q, t = h.w, h.q, h.t
    for p in range(w.p):
        found = 0
        for i in range(w.n):
            s = country(h, i).s
            for e in range(w.events):
                if w.event_power[e] == p:
                    s.happened[e] = 0.0
                    if w.process_events and any_of(s.rings[e] < 1.0):
                        t.rival_at[found] = i * w.events + e
                        found += 1
        if found:
            luck, _ = draw(h, ACTS, round_, w.acts_code[p])
            acts = floor(q.acts[p] + luck)
            for one in range(found):
                i = t.rival_at[one] // w.events
                e = t.rival_at[one] - i * w.events
                when = country(h, i).s.rings[e]
                rank = splat(0.0)
                for other in range(found):
                    j = t.rival_at[other] // w.events
                    theirs = country(h, j).s.rings[t.rival_at[other] - j * w.events]
                    rank = rank + where(theirs < when, 1.0, 0.0)
                there = (when < 1.0) & (rank < acts)
                country(h, i).s.happened[e] = where(there, 1.0, 0.0)


@jit
def blow(h: Any, e: int) -> Lanes:
    """Mirror `events.blow`: how much an incident counts."""
    return h.q.event_size[e] * (1.0 + h.c.force * h.o.retaliation[0])


@jit
def put_in_force(h: Any, e: int, there: Mask, round_: int) -> None:
    """Mirror `events.apply` of one event where it happened."""
    w, q, s = h.w, h.q, h.s
    rounds = maximum(rint(q.event_duration[e] * QUARTERS), 1.0)
    s.until[e] = where(there, float(round_) + rounds, s.until[e])
    if w.event_effect[e] == state.INCIDENT:
        s.fresh[0] = s.fresh[0] + where(there, blow(h, e), 0.0)
        s.incident[0] = where(there, 1.0, s.incident[0])


@jit
def cause(h: Any, e: int) -> tuple[Lanes, Lanes]:
    """Mirror `events.cause`: what provoked an event, and the rival of tilt or lead."""
    w, s = h.w, h.s
    best, which = s.part[5 * e], splat(1.0)
    for i in range(1, 5):
        better = s.part[5 * e + i] > best
        best = where(better, s.part[5 * e + i], best)
        which = where(better, float(i + 1), which)
    which = where(best > 0.0, which, 0.0)
    named = (which == 1.0) | (which == 2.0)
    return which, where(named, aims.foremost(h, w.event_power[e]), -1.0)


@spliced
def apply(h: Any, round_: int) -> None:
    """Put what happened in force, and note all but offers."""
    w, s = h.w, h.s
    fill(s.incident, 1, 0.0)
    fill(s.visited, w.p, 0.0)
    for e in range(w.events):
        there = s.happened[e] > 0.0
        if any_of(there):
            put_in_force(h, e, there, round_)
            if w.event_effect[e] == state.VISIT:
                p = w.event_power[e]
                s.visited[p] = where(there, 1.0, s.visited[p])
            which, rival = cause(h, e)
            if w.event_effect[e] == state.OFFER:
                s.cause[e], s.rival[e] = which, rival
            else:
                note(h, round_, e, there, h.q.event_size[e], s.until[e], which, rival)


@spliced
def stakes(h: Any) -> None:
    """Mirror `events.stakes`; offers' worth is in ``t.worth``."""
    w, q, o, s, m, t = h.w, h.q, h.o, h.s, h.m, h.t
    for e in range(w.events):
        p, effect, size = w.event_power[e], w.event_effect[e], q.event_size[e]
        long = q.event_duration[e]
        value = splat(0.0)
        if effect == state.INCIDENT:
            size = blow(h, e)
            value = price_threat(h, m, o.incident_weight[0] * size)
            if w.term_audience:
                value = value - o.audience[0] * size * held(h, 2, p)
            value = value * o.incident_memory[0]
        elif effect == state.ENCIRCLEMENT:
            value = price_threat(h, m, size) * long
        elif effect in (state.RESTRICTION, state.DESIGNATION):
            value = -q.event_harm[e] * size * held(h, 1, p) * long
        elif effect == state.SUSPENSION:
            value = -q.event_harm[e] * long
        elif effect == state.EMBARGO:
            value = -q.event_harm[e] * held(h, 0, p) * long
        elif effect == state.OFFER:
            value = maximum(t.worth[e], 0.0)
        s.stake[e] = value


@jit
def held(h: Any, kind: int, p: int) -> Lanes:
    """Σ x_kp over instruments of a kind."""
    w, s = h.w, h.s
    total = splat(0.0)
    for k in range(w.k):
        if w.kind[k] == kind:
            total = total + s.x[k * w.p + p]
    return total


@spliced
def foresee(h: Any) -> None:
    """Mirror `events.foreseen`: write what powers' answers are worth to the form and the state."""
    w, c, q, f, s, m, t = h.w, h.c, h.q, h.f, h.s, h.m, h.t
    fill(t.by_tilt, w.p, 0.0)
    fill(t.by_lead, w.p, 0.0)
    fill(s.goodwill, w.p, 0.0)
    omega = q.politics_powers[0]
    for e in range(w.events):
        p = w.event_power[e]
        weight = omega * s.rate[e] * exp(-s.rate[e] * DT) * s.stake[e]
        beyond = where(aims.tilt(h, p) > q.tolerance[p], 1.0, 0.0)
        sign = -1.0 if coerces(h, e) else 1.0
        t.by_tilt[p] = t.by_tilt[p] + weight * q.event_tilt[e] * beyond
        t.by_lead[p] = t.by_lead[p] + weight * q.event_lead[e]
        s.goodwill[p] = s.goodwill[p] + weight * q.event_cover[e] * sign * c.foresees
    for p in range(w.p):
        from_tilt, from_lead, behind = splat(0.0), splat(0.0), splat(0.0)
        for r in range(w.p):
            from_tilt = from_tilt + t.by_tilt[r] * f.rivalry[r * w.p + p]
            ahead = where(s.a[p] > s.a[r], f.rivalry[r * w.p + p], 0.0)
            from_lead = from_lead + t.by_lead[r] * ahead
            behind = behind + where(s.a[r] > s.a[p], f.rivalry[p * w.p + r], 0.0)
        value = from_tilt - f.feud[p] * t.by_tilt[p]
        value = value + from_lead - t.by_lead[p] * behind
        m.foreseen[p] = value * c.foresees
