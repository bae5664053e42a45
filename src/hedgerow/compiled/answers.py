"""Answers to offers and demands: `hedgerow.model.answers` for one country.

An option is a bundle: that of an event has the event's number, those of dated choices follow.
"""

from typing import Any

from ..model.answers import MEAN_HALF_NORMAL
from ..model.state import TIV_UNIT
from .choice import WORST, first_best
from .elementary import gumbel
from .events import put_in_force
from .lanes import Lanes, Mask, absolute, any_of, jit, maximum, minimum, splat, where
from .payoff import add_change, begin_change, priced
from .portfolio import fill
from .recorder import bought, note
from .rules import amount, bundle_allowed
from .state import FLOW, OFFER, PROGRAMMES, STEPS
from .streams import ANSWER, PROVOKED, WORTH, draw, draw_normal


@jit
def price(h: Any, b: int) -> Lanes:
    """U and the foreseen answer of a bundle, against doing nothing."""
    w = h.w
    begin_change(h)
    for x in range(w.bundle_at[b], w.bundle_at[b + 1]):
        add_change(h, h.m, w.bundle_k[x], w.bundle_p[x], amount(h, x))
    return priced(h, h.m)


@jit
def stiffness(h: Any, b: int) -> Lanes:
    """½Δ₊ᵀQΔ₊ of what a bundle gains."""
    w, q, m = h.w, h.q, h.m
    value = splat(0.0)
    for x in range(w.bundle_at[b], w.bundle_at[b + 1]):
        if w.bundle_by[x] > 0.0:
            k, p, by = w.bundle_k[x], w.bundle_p[x], amount(h, x)
            value = value + 0.5 * m.curvature[k] * by * by
            for y in range(w.bundle_at[b], w.bundle_at[b + 1]):
                if w.bundle_by[y] > 0.0:
                    j, r = w.bundle_k[y], w.bundle_p[y]
                    at = p * w.p + r
                    bent = q.salience[k] * q.salience[j] * m.on_alignment[at]
                    bent = bent + q.exposure[k] * q.exposure[j] * m.on_exposure[at]
                    value = value + 0.5 * bent * by * amount(h, y)
    return value


@jit
def own_worth(h: Any, b: int, luck: Lanes) -> Lanes:
    w, q, o = h.w, h.q, h.o
    offered = w.bundle_offered[b]
    if offered < 0:
        return splat(0.0)
    value = q.worth[0] * luck * stiffness(h, b)
    if w.term_loyalty:
        for x in range(w.bundle_at[b], w.bundle_at[b + 1]):
            if w.bundle_by[x] > 0.0 and w.bundle_p[x] == offered:
                k = w.bundle_k[x]
                value = value + o.loyalty[offered] * q.memory[k] * amount(h, x)
    return value


@jit
def value(h: Any, b: int, luck: Lanes) -> Lanes:
    """Mirror `answers.values`: V of an option against doing nothing."""
    w, s = h.w, h.s
    politics = price(h, b)
    for p in range(w.p):
        cover = w.bundle_cover[b * w.p + p]
        if cover != 0.0:
            politics = politics + s.goodwill[p] * cover
    if w.bundle_provokes[b] >= 0:
        politics = politics + w.bundle_risk[b] * s.stake[w.bundle_provokes[b]]
    return h.q.politics_offers[0] * h.c.weight * politics + own_worth(h, b, luck)


@jit
def open_to(h: Any, b: int, round_: int) -> Mask:
    """Where an option can be had in full, and the rules allow it."""
    return bundle_allowed(h, b, False, round_) & bundle_allowed(h, b, True, round_)


@jit
def expect(h: Any, round_: int) -> None:
    """Mirror `answers.expected` for every offer, into ``t.worth``."""
    w, t = h.w, h.t
    for e in range(w.events):
        t.worth[e] = 0.0
        if w.event_effect[e] == OFFER:
            there = open_to(h, e, round_)
            if any_of(there):
                worth = h.q.politics_offers[0] * h.c.weight * price(h, e)
                worth = worth + own_worth(h, e, splat(MEAN_HALF_NORMAL))
                t.worth[e] = where(there, worth, 0.0)


@jit
def take(h: Any, b: int, taken: Mask) -> None:
    """Apply an option where it was taken."""
    w, s = h.w, h.s
    for x in range(w.bundle_at[b], w.bundle_at[b + 1]):
        k, p, by = w.bundle_k[x], w.bundle_p[x], w.bundle_by[x]
        at = k * w.p + p
        if w.kind[k] == STEPS:
            s.counts[at] = s.counts[at] + where(taken, by, 0.0)
        elif w.kind[k] == FLOW:
            added = maximum(s.flows[at] + by * w.step[k], 0.0)
            s.flows[at] = where(taken, minimum(added, w.cap[k]), s.flows[at])
        elif w.kind[k] == PROGRAMMES:
            at = k * (w.p + 1) + p
            s.memory[at] = s.memory[at] + where(taken, by, 0.0)
            size = where(taken, by * TIV_UNIT, 0.0)
            s.backlog[at] = s.backlog[at] + size
            bought(h, k, p, size)
    for p in range(w.p):
        cover = w.bundle_cover[b * w.p + p]
        if cover != 0.0:
            s.cover[p] = s.cover[p] + where(taken, cover, 0.0)
    bound = w.bundle_pledge[b]
    if bound >= 0:
        s.pledged[bound] = where(taken, 1.0, s.pledged[bound])


@jit
def luck_of(h: Any, round_: int, code: int) -> Lanes:
    """|N| of an offer's own worth."""
    return absolute(draw_normal(h, WORTH, round_, code))


@jit
def answer(h: Any, e: int, round_: int) -> bool:
    """Answer a power's offer where it was made; tell whether any replicate accepted."""
    w, c, s = h.w, h.c, h.s
    made = s.happened[e] > 0.0
    there, allowed = bundle_allowed(h, e, False, round_), open_to(h, e, round_)
    worth = value(h, e, luck_of(h, round_, c.event_code[e]))
    u, v = draw(h, ANSWER, round_, c.event_code[e])
    wants = there & made & (worth + gumbel(u) > gumbel(v))
    accepted = wants & allowed
    s.decisions[0] = s.decisions[0] + where(made, 1.0, 0.0)
    s.struck[0] = s.struck[0] + where(wants & ~allowed, 1.0, 0.0)
    take(h, e, accepted)
    yes = where(accepted, 1.0, 0.0)
    note(h, round_, w.events + e, made, yes, s.until[e], s.cause[e], s.rival[e])
    return any_of(accepted)


@jit
def decide(h: Any, d: int, round_: int) -> Lanes:
    """Let the country choose among the options of a dated choice, apply and return its option.

    What that provokes is put in force and left in ``happened``.
    """
    w, c, s, t = h.w, h.c, h.s, h.t
    fill(s.incident, 1, 0.0)
    fill(s.happened, w.events, 0.0)
    if not c.choice_asked[d]:
        return splat(-1.0)
    first, options = w.choice_at[d], w.choice_at[d + 1] - w.choice_at[d]
    luck = luck_of(h, round_, c.choice_code[d])
    for i in range(options):
        b = w.events + first + i
        u, _ = draw(h, ANSWER, round_, c.option_code[first + i])
        there = bundle_allowed(h, b, False, round_)
        t.menu[i] = where(there, value(h, b, luck) + gumbel(u), WORST)
        t.allowed[i] = where(open_to(h, b, round_), 1.0, 0.0)
    _, wanted = first_best(t.menu, options)
    for i in range(options):
        t.menu[i] = where(t.allowed[i] > 0.0, t.menu[i], WORST)
    _, chosen = first_best(t.menu, options)
    s.decisions[0] = s.decisions[0] + 1.0
    s.struck[0] = s.struck[0] + where(wanted != chosen, 1.0, 0.0)
    for i in range(options):
        b = w.events + first + i
        taken = chosen == float(i)
        if any_of(taken):
            take(h, b, taken)
            e = w.bundle_provokes[b]
            if e >= 0:
                u, _ = draw(h, PROVOKED, round_, c.option_code[first + i])
                hit = taken & (u < w.bundle_risk[b])
                s.happened[e] = where(hit, 1.0, s.happened[e])
    none = splat(-1.0)
    for e in range(w.events):
        there = s.happened[e] > 0.0
        if any_of(there):
            put_in_force(h, e, there, round_)
            stage = (2 + d) * w.events + e
            note(h, round_, stage, there, h.q.event_size[e], s.until[e], none, none)
    return chosen
