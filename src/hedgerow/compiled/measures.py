"""What is reported of a country: `hedgerow.model.measures`, at the ties and the point held."""

from typing import Any

from ..model.measures import TAIL
from .books import Rows
from .lanes import Lanes, absolute, jit, maximum, minimum, splat, spliced, where
from .payoff import add_change, at, begin_change, by_future, priced, ratio
from .portfolio import copy, row_squares, row_sum
from .state import FLOW, PROGRAMMES

NAN = float("nan")


@jit
def alignment_index(h: Any) -> Lanes:
    first, second = h.s.a[h.w.first_pole], h.s.a[h.w.second_pole]
    return 50.0 * (1.0 + ratio(first - second, first + second))


@jit
def role(h: Any, count: int, which: Rows, p: int) -> Lanes:
    """Σ x_kp over the instruments of a role."""
    total = splat(0.0)
    for j in range(count):
        total = total + h.s.x[which[j] * h.w.p + p]
    return total


@spliced
def kuik(h: Any) -> tuple[Lanes, Lanes]:
    w, c = h.w, h.c
    if c.threat < 0:
        return splat(NAN), splat(NAN)
    dd, ib = splat(0.0), splat(0.0)
    for p in range(w.p):
        if p != c.threat:
            dd = dd + role(h, w.of_denies, w.denies, p)
            ib = ib + h.q.will[p] * role(h, w.of_balances, w.balances, p)
    lb = role(h, w.of_bandwagons, w.bandwagons, c.threat)
    be = role(h, w.of_binds, w.binds, c.threat)
    ep = role(h, w.of_trades, w.trades, c.threat)
    whole = ib + dd + ep + be + lb
    return ratio(ib + dd - be - lb, whole), ratio(ep + be + lb, whole)


@spliced
def hedging_index(h: Any, ai: Lanes, share: Lanes) -> Lanes:
    """Mirror `measures.hedging_index` and `measures.mean_rivalry`."""
    w, f, s = h.w, h.f, h.s
    heat = splat(0.0)
    for p in range(w.p):
        inner = f.rivalry[p * w.p] * s.a[0]
        for r in range(1, w.p):
            inner = inner + f.rivalry[p * w.p + r] * s.a[r]
        heat = heat + s.a[p] * inner
    whole = row_sum(s.a, w.p)
    heat = ratio(0.5 * heat, 0.5 * (whole * whole - row_squares(s.a, w.p)))
    balance = 1.0 - absolute(ai - 50.0) / 50.0
    return balance * 4.0 * share * (1.0 - share) * heat / (1.0 + heat)


@spliced
def autonomy(h: Any) -> Lanes:
    w, s = h.w, h.s
    largest, total = splat(0.0), splat(0.0)
    for p in range(w.p):
        begin_change(h)
        for j in range(w.chosen_ties):
            k = w.chosen_tie[j]
            add_change(h, h.b, k, p, -s.x[k * w.p + p])
        loss = maximum(-priced(h, h.b), 0.0)
        largest = maximum(loss, largest)
        total = total + loss
    return 1.0 - ratio(largest, total)


@spliced
def tail(h: Any, values: Rows) -> Lanes:
    w, beliefs = h.w, h.s.beliefs
    total = splat(0.0)
    for v in range(w.futures):
        before = splat(0.0)
        for u in range(w.futures):
            worse = values[u] < values[v]
            if u < v:
                worse = values[u] <= values[v]
            before = before + where(worse, beliefs[u], 0.0)
        total = total + values[v] * minimum(maximum(TAIL - before, 0.0), beliefs[v])
    return total / TAIL


@spliced
def price_of_autonomy(h: Any, held: Lanes) -> Lanes:
    """Mirror `measures.price_of_autonomy`; the point is at a side afterwards."""
    w, s, t = h.w, h.s, h.t
    best = splat(-float("inf"))
    for turn in range(2):
        pole = w.first_pole if turn == 0 else w.second_pole
        other = w.second_pole if turn == 0 else w.first_pole
        copy(s.x, t.other, w.kp)
        for j in range(w.chosen_ties):
            k = w.chosen_tie[j]
            mine, theirs = k * w.p + pole, k * w.p + other
            ceiling = maximum(splat(w.cap[k]), s.x[mine])
            t.other[mine] = minimum(s.x[mine] + s.x[theirs], ceiling)
            t.other[theirs] = 0.0
        at(h, h.b, t.other)
        by_future(h, h.b, t.other, t.values)
        best = maximum(best, t.values[0])
    return best - held


@spliced
def concentration(h: Any, k: int) -> Lanes:
    """Mirror `measures.concentration` of one instrument."""
    w, s, t = h.w, h.s, h.t
    others = splat(0.0)
    for p in range(w.p):
        t.bound[p] = s.x[k * w.p + p]
    if w.kind[k] == PROGRAMMES:
        first = k * (w.p + 1)
        whole = row_sum(s.arsenal + first, w.p + 1)
        for p in range(w.p):
            t.bound[p] = ratio(s.arsenal[first + p], whole)
        others = maximum(1.0 - row_sum(t.bound, w.p), 0.0)
    elif w.kind[k] == FLOW:
        for p in range(w.p):
            t.bound[p] = t.bound[p] * t.bound[p]
        others = maximum(1.0 - row_sum(t.bound, w.p), 0.0)
    total = others + row_sum(t.bound, w.p)
    return ratio(others * others + row_squares(t.bound, w.p), total * total)


NAMES = (
    "alignment_index",
    "kuik_score",
    "hedging_index",
    "autonomy",
    "payoff",
    "tail_loss",
    "threat",
    "price_of_autonomy",
)
"""Measures before concentrations and beliefs."""
OWN = len(NAMES)


@jit
def put(result: Rows, place: int, apart: int, value: Lanes) -> int:
    """Write the row of a measure, and return the place of the next one."""
    result[place * apart] = value
    return place + 1


@jit
def of_country(h: Any, result: Rows, apart: int) -> None:
    """Mirror `measures.of_countries`: rows `apart` from each other; the point moves away."""
    w, s, t = h.w, h.s, h.t
    ai = alignment_index(h)
    score, share = kuik(h)
    by_future(h, h.b, s.x, t.hinge)
    payoff = s.beliefs[0] * t.hinge[0]
    for v in range(1, w.futures):
        payoff = payoff + s.beliefs[v] * t.hinge[v]
    place = put(result, 0, apart, ai)
    place = put(result, place, apart, score)
    place = put(result, place, apart, hedging_index(h, ai, share))
    place = put(result, place, apart, autonomy(h))
    place = put(result, place, apart, payoff)
    place = put(result, place, apart, tail(h, t.hinge))
    place = put(result, place, apart, s.threat[0])
    place = put(result, place, apart, price_of_autonomy(h, t.hinge[0]))
    for k in range(w.k):
        place = put(result, place, apart, concentration(h, k))
    for v in range(w.futures):
        place = put(result, place, apart, s.beliefs[v])
