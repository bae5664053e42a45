"""What is reported of a country: `hedgerow.model.measures` for one country."""

from ..model.measures import TAIL
from ..model.parameters import ARMS, DEFENCE, DIPLOMACY, ENERGY, INSTRUMENTS, TRADE, VOICE
from .books import Opened, Rows, put_where
from .known import MEASURES
from .lanes import Lanes, absolute, jit, maximum, minimum, splat, spliced, where
from .payoff import by_future, gradient, hinge_loss, price_without, shortfalls, smooth_part
from .portfolio import row_squares, row_sum

WHOLE = len(MEASURES) - len(INSTRUMENTS)
"""How many measures are not of one instrument; these come first."""


@jit
def ratio(above: Lanes, below: Lanes) -> Lanes:
    """Mirror `measures.ratio`."""
    return where(below > 0.0, above / below, float("nan"))


@jit
def alignment_index(w: Opened, a: Rows) -> Lanes:
    """Mirror `measures.alignment_index`."""
    first, second = a[w.first_pole], a[w.second_pole]
    return 50.0 * (1.0 + ratio(first - second, first + second))


@jit
def kuik(w: Opened, c: Opened, q: Opened, x: Rows) -> tuple[Lanes, Lanes]:
    """Mirror `measures.kuik`."""
    dd, ib = splat(0.0, w), splat(0.0, w)
    for p in range(w.p):
        if p != c.threat:
            dd = dd + (x[DIPLOMACY * w.p + p] + x[ENERGY * w.p + p])
            ib = ib + q.will[p] * (x[ARMS * w.p + p] + x[DEFENCE * w.p + p])
    if c.threat < 0:
        return splat(float("nan"), w), splat(float("nan"), w)
    lb = x[VOICE * w.p + c.threat] + x[ARMS * w.p + c.threat]
    be, ep = x[DIPLOMACY * w.p + c.threat], x[TRADE * w.p + c.threat]
    whole = ib + dd + ep + be + lb
    return ratio(ib + dd - be - lb, whole), ratio(ep + be + lb, whole)


@jit
def mean_rivalry(w: Opened, f: Opened, a: Rows) -> Lanes:
    """Mirror `measures.mean_rivalry`."""
    heat, mass = splat(0.0, w), splat(0.0, w)
    for p in range(w.p):
        for r in range(p + 1, w.p):
            both = a[p] * a[r]
            mass = mass + both
            heat = heat + f.rivalry[p * w.p + r] * both
    return ratio(heat, mass)


@jit
def hedging_index(w: Opened, f: Opened, ai: Lanes, share: Lanes, a: Rows) -> Lanes:
    """Mirror `measures.hedging_index`."""
    heat = mean_rivalry(w, f, a)
    balance = 1.0 - absolute(ai - 50.0) / 50.0
    return balance * 4.0 * share * (1.0 - share) * heat / (1.0 + heat)


@jit
def side_with(w: Opened, x: Rows, pole: int, other: int, side: Rows) -> None:
    """Mirror `measures.side_with`: the portfolio `side` (K, P)."""
    for at in range(w.kp):
        side[at] = x[at]
    for k in range(w.k):
        if k != TRADE:
            mine, theirs = k * w.p + pole, k * w.p + other
            ceiling = maximum(splat(w.cap[k], w), x[mine])
            side[mine] = minimum(x[mine] + x[theirs], ceiling)
            side[theirs] = 0.0


@jit
def insurance(
    w: Opened, q: Opened, f: Opened, b: Opened, t: Opened, smooth: Lanes
) -> tuple[Lanes, Lanes, Lanes]:
    """Mirror `measures.insurance` at the ties ``t.x``, whose smooth payoff is given."""
    hedged, best, other = t.sides, t.sides + w.futures, t.sides + 2 * w.futures
    by_future(w, q, f, b, t, t.x, smooth, hedged)
    side_with(w, t.x, w.first_pole, w.second_pole, t.moved)
    by_future(w, q, f, b, t, t.moved, smooth_part(w, q, f, b, t, t.moved), best)
    side_with(w, t.x, w.second_pole, w.first_pole, t.moved)
    by_future(w, q, f, b, t, t.moved, smooth_part(w, q, f, b, t, t.moved), other)
    first_pays = best[0] >= other[0]
    for v in range(w.futures):
        put_where(best, v, ~first_pays, other[v])
    least, payout = best[0], hedged[0] - best[0]
    for v in range(1, w.futures):
        worse = best[v] < least
        least = where(worse, best[v], least)
        payout = where(worse, hedged[v] - best[v], payout)
    premium = best[0] - hedged[0]
    return premium, payout, tail(w, hedged, b.beliefs, t)


@jit
def tail(w: Opened, values: Rows, beliefs: Rows, t: Opened) -> Lanes:
    """Mirror `measures.tail`."""
    ranked, mass = t.ranked, t.ranked_mass
    for v in range(w.futures):
        ranked[v] = values[v]
        mass[v] = beliefs[v]
    for end in range(w.futures - 1, 0, -1):  # the larger rise to the end, equals stay in order
        for v in range(end):
            swap = ranked[v] > ranked[v + 1]
            for rows in (ranked, mass):
                first, second = rows[v], rows[v + 1]
                put_where(rows, v, swap, second)
                put_where(rows, v + 1, swap, first)
    left, total = splat(TAIL, w), splat(0.0, w)
    for v in range(w.futures):
        take = minimum(mass[v], left)
        total = total + take * ranked[v]
        left = left - take
    return (total + left * ranked[w.futures - 1]) / TAIL


@jit
def autonomy(w: Opened, q: Opened, f: Opened, s: Opened, b: Opened, t: Opened) -> Lanes:
    """Mirror `measures.autonomy` at the ties ``t.x``."""
    gradient(w, q, f, b, t, t.x, s.alignment, t.gradient)
    shortfalls(w, f, b, t.x, t.hinge)
    largest, total = splat(0.0, w), splat(0.0, w)
    for p in range(w.p):
        loss = maximum(-price_without(w, q, f, b, t, t.x, p), 0.0)
        largest = maximum(loss, largest)
        total = total + loss
    return 1.0 - ratio(largest, total)


@jit
def concentration(w: Opened, x: Rows, k: int, others: Lanes) -> Lanes:
    """Mirror `measures.concentration` for one instrument."""
    total = others + row_sum(w, x, k)
    squares = others * others + row_squares(w, x, k)
    return ratio(squares, total * total)


@spliced
def of_country(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    b: Opened,
    t: Opened,
    result: Rows,
    apart: int,
) -> None:
    """Mirror `measures.of_countries`: rows of `MEASURES` and beliefs, `apart` rows apart."""
    ai = alignment_index(w, s.alignment)
    score, share = kuik(w, c, q, t.x)
    smooth = smooth_part(w, q, f, b, t, t.x)
    premium, payout, tail_loss = insurance(w, q, f, b, t, smooth)
    result[0] = ai
    result[apart] = score
    result[2 * apart] = hedging_index(w, f, ai, share, s.alignment)
    result[3 * apart] = autonomy(w, q, f, s, b, t)
    shortfalls(w, f, b, t.x, t.hinge)
    result[4 * apart] = smooth - hinge_loss(w, b, t.hinge)
    result[5 * apart] = premium
    result[6 * apart] = payout
    result[7 * apart] = tail_loss
    result[8 * apart] = s.threat[0]
    for k in range(w.k):
        result[(WHOLE + k) * apart] = concentration(w, t.x, k, o.others[k])
    for v in range(w.futures):
        result[(WHOLE + w.k + v) * apart] = s.beliefs[v]
