"""The payoff as a form that prices any change: `hedgerow.model.payoff` for one country."""

from .books import Opened, Rows
from .lanes import Lanes, any_of, fused, inlined, jit, maximum, splat, where
from .portfolio import (
    inner,
    linked_at,
    row_squares,
    row_sum,
    times_at,
    weighted,
    weighted_at,
    weighted_pair,
)
from .rules import may_fall, may_rise


@jit
def empty(w: Opened, b: Opened) -> None:
    """Mirror `payoff.empty`: clear what only parameters determine."""
    nothing = splat(0.0, w)
    for at in range(w.kp):
        b.fixed_linear[at] = nothing
    for k in range(w.k):
        b.diagonal[k] = nothing
        b.demand[k] = nothing
        b.move_cost[k] = nothing
    for pair in range(w.p * w.p):
        b.on_alignment[pair] = nothing
        b.on_exposure[pair] = nothing
    b.security[0] = nothing
    for v in range(w.futures):
        b.hinge_weight[v] = nothing
        b.hinge_base[v] = nothing


@jit
def sags(w: Opened, q: Opened, b: Opened) -> None:
    """What a step loses by `payoff.curvature` and by the cost of the move."""
    for k in range(w.k):
        for p in range(w.p):
            own = p * w.p + p
            bend = b.diagonal[k] + b.demand[k]
            bend = bend + q.salience[k] * q.salience[k] * b.on_alignment[own]
            bend = bend + q.exposure[k] * q.exposure[k] * b.on_exposure[own]
            b.sag[k * w.p + p] = (0.5 * w.step[k] * w.step[k]) * bend + b.move_cost[k]


@jit
def shortfalls(w: Opened, f: Opened, b: Opened, x: Rows, h: Rows) -> None:
    """Mirror `payoff.shortfalls`: h (W,), two futures at a time, as one sum waits for itself."""
    for v in range(0, w.futures, 2):
        u = min(v + 1, w.futures - 1)
        first, second = splat(0.0, w), splat(0.0, w)
        for j in range(f.gains[0]):
            at = f.gain_at[j]
            first = first + f.gain[v * w.kp + at] * x[at]
            second = second + f.gain[u * w.kp + at] * x[at]
        h[v] = b.hinge_base[v] - first
        h[u] = b.hinge_base[u] - second


@jit
def protection(w: Opened, f: Opened, x: Rows, v: int) -> Lanes:
    """Mirror `payoff._protection` in one future."""
    total = splat(0.0, w)
    for j in range(f.gains[0]):
        at = f.gain_at[j]
        total = total + f.gain[v * w.kp + at] * x[at]
    return total


@jit
def hinge_loss(w: Opened, b: Opened, h: Rows) -> Lanes:
    """Mirror `payoff.hinge_loss`."""
    total = splat(0.0, w)
    for v in range(w.futures):
        positive = maximum(h[v], 0.0)
        total = total + b.hinge_weight[v] * positive * positive
    return 0.5 * total


@jit
def leans(w: Opened, q: Opened, f: Opened, b: Opened, t: Opened, a: Rows, y: Rows) -> None:
    """What alignments a and exposures y cost at the margin: ``t.pull``, ``t.risk`` (P,)."""
    for p in range(w.p):
        t.pull[p] = linked_at(w, f, b.on_alignment, a, p)
        t.risk[p] = times_at(w, b.on_exposure, y, p)


@inlined
def slope(
    w: Opened, q: Opened, b: Opened, t: Opened, k: int, p: int, x: Lanes, wanted: Lanes
) -> Lanes:
    """Mirror `payoff.gradient` for the tie x; `wanted` is what the demand met takes away."""
    value = fused(-b.diagonal[k], x, b.linear[k * w.p + p] - wanted)
    value = fused(-q.salience[k], t.pull[p], value)
    return fused(-q.exposure[k], t.risk[p], value)


@jit
def gradient(
    w: Opened, q: Opened, f: Opened, b: Opened, t: Opened, x: Rows, a: Rows, g: Rows
) -> None:
    """Mirror `payoff.gradient`: g (K, P) at ties x, of which a are the alignments."""
    weighted(w, q.exposure, x, t.y)
    leans(w, q, f, b, t, a, t.y)
    for k in range(w.k):
        wanted = b.demand[k] * row_sum(w, x, k)
        for p in range(w.p):
            at = k * w.p + p
            g[at] = slope(w, q, b, t, k, p, x[at], wanted)


@jit
def bends(w: Opened, q: Opened, f: Opened, b: Opened, t: Opened, v: Rows) -> Lanes:
    """Mirror `payoff._bends`: VᵀQV for ties or changes of ties."""
    total = splat(0.0, w)
    for k in range(w.k):
        whole = row_sum(w, v, k)
        total = total + (b.diagonal[k] * row_squares(w, v, k) + b.demand[k] * whole * whole)
    weighted(w, q.salience, v, t.pull)
    weighted(w, q.exposure, v, t.y)
    sides, risks = splat(0.0, w), splat(0.0, w)
    for p in range(w.p):
        sides = sides + t.pull[p] * linked_at(w, f, b.on_alignment, t.pull, p)
        risks = risks + t.y[p] * times_at(w, b.on_exposure, t.y, p)
    return total + sides + risks


@jit
def price_change(
    w: Opened, q: Opened, f: Opened, b: Opened, t: Opened, x: Rows, change: Rows, g: Rows
) -> Lanes:
    """Mirror `payoff.price_change`: U(x + change) − U(x) with g the gradient at x."""
    value = inner(w, g, change) - 0.5 * bends(w, q, f, b, t, change)
    shortfalls(w, f, b, x, t.hinge)
    for v in range(w.futures):
        t.other_hinge[v] = t.hinge[v] - protection(w, f, change, v)
    return value + hinge_loss(w, b, t.hinge) - hinge_loss(w, b, t.other_hinge)


@jit
def price_without(w: Opened, q: Opened, f: Opened, b: Opened, t: Opened, x: Rows, p: int) -> Lanes:
    """U(x without partner p) − U(x): what `payoff.price_change` gives for −x in its column.

    ``t.gradient`` and ``t.hinge`` are those at x.
    """
    own = p * w.p + p
    total = splat(0.0, w)
    for k in range(w.k):
        tie = x[k * w.p + p]
        total = total + (b.diagonal[k] * (tie * tie) + b.demand[k] * tie * tie)
    a, y = weighted_at(w, q.salience, x, p), weighted_at(w, q.exposure, x, p)
    total = total + a * (b.on_alignment[own] * a)
    total = total + y * (b.on_exposure[own] * y)
    for v in range(w.futures):
        lost = splat(0.0, w)
        for k in range(w.k):
            at = k * w.p + p
            lost = lost + f.gain[v * w.kp + at] * x[at]
        t.other_hinge[v] = t.hinge[v] + lost
    value = -weighted_pair(w, t.gradient, x, p) - 0.5 * total
    return value + hinge_loss(w, b, t.hinge) - hinge_loss(w, b, t.other_hinge)


@jit
def price_moves(
    w: Opened, q: Opened, f: Opened, b: Opened, s: Opened, t: Opened, menu: Rows
) -> None:
    """Mirror `payoff.price_moves`: the value of every move (1 + 2KP,).

    −∞ where counts do not allow it, as in `rules.feasible_moves`.
    """
    worst = splat(-float("inf"), w)
    zero = t.nothing[0]  # not a constant: to compare with one takes two instructions
    leans(w, q, f, b, t, s.alignment, s.exposed)
    now, weighing = zero, 0
    for v in range(w.futures):
        t.hinge[v] = b.hinge_base[v] - s.guard[v]
        t.half[v] = 0.5 * b.hinge_weight[v]
        positive = maximum(t.hinge[v], zero)
        now = now + t.half[v] * (positive * positive)
        if any_of(t.half[v] != 0.0):
            weighing = v + 1
    up, down = menu + 1, menu + 1 + w.kp
    menu[0] = zero
    for k in range(w.k):
        step = w.step[k]
        wanted = b.demand[k] * (s.whole[k] * step)
        for p in range(w.p):
            at = k * w.p + p
            count = s.counts[at]
            rise = step * slope(w, q, b, t, k, p, count * step, wanted)
            more, less = rise - b.sag[at], -rise - b.sag[at]
            if f.protects[at]:
                more, less = more + now, less + now
                for v in range(weighing):
                    stride = f.stride[v * f.apart[at] + at]
                    low = maximum(t.hinge[v] - stride, zero)
                    high = maximum(t.hinge[v] + stride, zero)
                    more = fused(-t.half[v], low * low, more)
                    less = fused(-t.half[v], high * high, less)
            up[at] = where(may_rise(s, count, at), more, worst)
            down[at] = where(may_fall(count), less, worst)


@jit
def by_future(
    w: Opened, q: Opened, f: Opened, b: Opened, t: Opened, x: Rows, smooth: Lanes, result: Rows
) -> None:
    """Mirror `payoff.by_future`: U were each future certain, (W,); `smooth` is of `smooth_part`."""
    sure = smooth
    for number in range(f.deviations[0]):
        belief, value = b.beliefs[f.deviation_future[number]], b.deviation[number]
        sure = sure - belief * value * x[f.deviation_at[number]]
    shortfalls(w, f, b, x, t.hinge)
    for v in range(w.futures):
        positive = maximum(t.hinge[v], 0.0)
        result[v] = sure - 0.5 * b.security[0] * positive * positive
    for number in range(f.deviations[0]):
        v = f.deviation_future[number]
        result[v] = result[v] + b.deviation[number] * x[f.deviation_at[number]]


@jit
def smooth_part(w: Opened, q: Opened, f: Opened, b: Opened, t: Opened, x: Rows) -> Lanes:
    """U(x) without the hinges."""
    return b.constant[0] + inner(w, b.linear, x) - 0.5 * bends(w, q, f, b, t, x)
