"""Labels: `hedgerow.model.labels` for one country."""

from typing import Any

from . import aims
from .choice import in_order, taken
from .elementary import exp
from .lanes import Lanes, any_of, jit, maximum, minimum, splat, spliced, where
from .payoff import hinge_loss
from .portfolio import copy, row_sum, times_at
from .recorder import note
from .state import DT, SUSPENSION, TOP, held_by, pledge
from .streams import LABEL, VISIT, draw

RUNGS = 4


@jit
def visits(h: Any, round_: int) -> None:
    """Draw who comes this quarter, beside those whose visits are events, and note all."""
    w, c, f, s = h.w, h.c, h.f, h.s
    for p in range(w.p):
        visited = s.visited[p] > 0.0
        if w.process_visits:
            u, _ = draw(h, VISIT, round_, c.pair_code[p])
            visited = visited | ((u < f.visit_chance[p]) & ~held_by(h, SUSPENSION, p, round_))
        s.visited[p] = where(visited, 1.0, 0.0)
        stage = 2 * w.events + w.choices * w.events + p
        one = splat(1.0)
        none = splat(-1.0)
        note(h, round_, stage, visited, one, splat(float("nan")), none, none)


@jit
def pledge_worth(h: Any, p: int) -> Lanes:
    """What the pledge of a power would add to the payoff, were it given now."""
    w, o, f, s, m = h.w, h.o, h.f, h.s, h.m
    missing = o.commitment[0] * (1.0 - pledge(h, p))
    trap = maximum(s.tilt[0], 0.0)
    loss = splat(0.0)
    for v in range(w.futures):
        more = splat(0.0)
        for j in range(w.of_presence):
            at = w.presence[j] * w.p + p
            gain = f.will_gain[v * w.kp + at] * (1.0 - f.will[v * w.p + p])
            more = more + gain * missing * s.x[at]
        lack = maximum(s.safe[v] + -more + m.traps[v] * trap, 0.0)
        loss = loss + m.pressing[v] * lack * lack
    return hinge_loss(h, m) - loss


@spliced
def rates(h: Any, p: int, round_: int) -> None:
    """Mirror `labels.hazards` of one pair: write rates of rises by 1 … 4 rungs to ``t.menu``."""
    w, c, q, o, f, s, t = h.w, h.c, h.q, h.o, h.f, h.s, h.t
    occasion = exp(q.label_visit[0] * (s.visited[p] - f.visit_chance[p]))
    wooed = q.label_lead[0] * aims.lead(h, p) + q.label_isolation[0] * q.isolation[p]
    hazard = q.label_hazard[0] * occasion
    wooed = exp(minimum(q.politics_powers[0] * wooed, 50.0))
    omega = q.politics_labels[0] * c.weight
    tier = s.tiers[p]
    apart = f.feud[p] * tier - times_at(h, f.rivalry, s.tiers, p)
    open_ = ~held_by(h, SUSPENSION, p, round_)
    for j in range(1, RUNGS + 1):
        jump = float(j)
        t.menu[j - 1] = 0.0
        t.allowed[j - 1] = where(tier + jump <= c.tier_max, 1.0, 0.0)
        habit = splat(1.0) if w.flat_labels else hazard * f.jumps[j - 1]
        there = open_ & (tier + jump <= TOP) & (habit > 0.0)
        if p != c.own and any_of(there):
            value = -0.5 * o.parity[0] * (2.0 * jump * apart + jump * jump * f.feud[p])
            value = value + o.shortfall[0] * q.will[p] * s.shortfall[0] * jump
            binds = tier + jump == TOP
            if w.term_security and any_of(there & binds):
                value = value + where(binds, pledge_worth(h, p), 0.0)
            rate = habit * wooed * exp(minimum(omega * value, 50.0))
            t.menu[j - 1] = where(there, rate, 0.0)


@jit
def rise(h: Any, round_: int) -> bool:
    """Draw rises and apply them; tell whether any replicate saw one."""
    w, c, s, t = h.w, h.c, h.s, h.t
    rose_any = False
    copy(s.tiers, t.tiers, w.p)
    for p in range(w.p):
        rates(h, p, round_)
        u, v = draw(h, LABEL, round_, c.pair_code[p])
        total = row_sum(t.menu, RUNGS)
        rings = u < 1.0 - exp(-DT * total)
        s.decisions[0] = s.decisions[0] + where(rings, 1.0, 0.0)
        if any_of(rings):
            for j in range(RUNGS):
                t.menu[j] = where(total > 0.0, t.menu[j], 1.0)
            jump = in_order(t.menu, RUNGS, v)
            ok = taken(t.allowed, RUNGS, jump) > 0.0
            rose = rings & ok & (total > 0.0)
            s.struck[0] = s.struck[0] + where(rings & ~ok, 1.0, 0.0)
            t.tiers[p] = where(rose, s.tiers[p] + (jump + 1.0), s.tiers[p])
            if any_of(rose):
                rose_any = True
                stage = 2 * w.events + w.choices * w.events + w.p + p
                none = splat(-1.0)
                note(h, round_, stage, rose, t.tiers[p], splat(float("nan")), none, none)
    copy(t.tiers, s.tiers, w.p)
    return rose_any
