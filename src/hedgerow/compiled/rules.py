"""Hard rules as bounds: `hedgerow.model.rules` for one country."""

from typing import Any

from ..model.rules import _SLACK
from .lanes import Lanes, Mask, absolute, jit, maximum, splat
from .state import EMBARGO, FLOW, PROGRAMMES, STEPS, held_by, mine, or_one


@jit
def banned(h: Any, k: int, p: int, round_: int) -> Mask:
    """Where a supplier takes no orders for programmes of an instrument."""
    w, c = h.w, h.c
    barred = held_by(h, EMBARGO, p, round_)
    off = p == c.own
    for number in range(w.bans):
        if (
            w.ban_country[number] == c.number
            and w.ban_instrument[number] == k
            and w.ban_partner[number] == p
            and w.ban_start[number] <= round_
            and round_ < w.ban_stop[number]
        ):
            off = True
    if off:
        return barred | ~barred
    return barred


@jit
def tilt_of(h: Any) -> Lanes:
    """a_A − a_B between the poles."""
    return h.s.a[h.w.first_pole] - h.s.a[h.w.second_pole]


@jit
def tilt_allowed(h: Any, tilt: Lanes, shift: Lanes) -> Mask:
    """Tell whether the tilt may change so: within the bound, or no further beyond it."""
    now = absolute(tilt)
    return absolute(tilt + shift) <= maximum(splat(h.c.tilt_max), now) + _SLACK


@jit
def step_allowed(h: Any, k: int, p: int, sign: float) -> Mask:
    """Tell where a tie may be deepened (`sign` 1) or loosened (−1) by one step."""
    w, c, s = h.w, h.c, h.s
    at = k * w.p + p
    allowed = s.counts[at] < c.most[k] * mine(h, p) if sign > 0.0 else s.counts[at] > 0.0
    if w.tilted and (p == w.first_pole or p == w.second_pole):
        lean = w.step[k] * h.q.salience[k]
        if (p == w.first_pole) != (sign > 0.0):
            lean = -lean
        tilt = tilt_of(h)
        if w.first_pole == w.second_pole:
            allowed = allowed & tilt_allowed(h, tilt, -lean)
        allowed = allowed & tilt_allowed(h, tilt, lean)
    return allowed


@jit
def order_allowed(h: Any, k: int, p: int, more: Lanes) -> Mask:
    """Mirror `rules.orders_allowed` for one supplier."""
    w, c, s = h.w, h.c, h.s
    side = (1.0 if p == w.first_pole else 0.0) - (1.0 if p == w.second_pole else 0.0)
    allowed = s.x[k * w.p + p] + more <= c.tie_max[k] + _SLACK
    if w.tilted and side != 0.0:
        allowed = allowed & tilt_allowed(h, tilt_of(h), h.q.salience[k] * more * side)
    return allowed


@jit
def amount(h: Any, x: int) -> Lanes:
    """What an entry of a bundle adds to its tie: `rules.change_of`."""
    w, s = h.w, h.s
    k, by = w.bundle_k[x], w.bundle_by[x]
    if w.kind[k] == PROGRAMMES:
        return by / or_one(s.usual_memory[k])
    step = splat(by * w.step[k])
    if w.kind[k] == FLOW:
        return step * s.kept[w.bundle_p[x]]
    return step


@jit
def bundle_allowed(h: Any, b: int, ruled: bool, round_: int) -> Mask:
    """Where a bundle can be had in full, and where `ruled` is, within the rules."""
    w, c, q, s = h.w, h.c, h.q, h.s
    allowed = s.fresh[0] == s.fresh[0]
    off = False
    shift, shifts = splat(0.0), False
    for x in range(w.bundle_at[b], w.bundle_at[b + 1]):
        k, p, by = w.bundle_k[x], w.bundle_p[x], w.bundle_by[x]
        off = off or p == c.own
        at = k * w.p + p
        if w.kind[k] == STEPS:
            bound = c.most[k] if ruled else c.reach[k]
            after = s.counts[at] + by
            allowed = allowed & (after >= 0.0)
            if by > 0.0:
                allowed = allowed & (after <= bound * mine(h, p))
        elif w.kind[k] == FLOW:
            after = s.flows[at] + h.o.access[at] + by * w.step[k]
            allowed = allowed & (after >= -_SLACK) & (after <= w.cap[k] + _SLACK)
        elif w.kind[k] == PROGRAMMES:
            off = off or by < 0.0
            allowed = allowed & ~banned(h, k, p, round_)
            if ruled:
                allowed = allowed & (s.x[at] + amount(h, x) <= c.tie_max[k] + _SLACK)
        side = (1.0 if p == w.first_pole else 0.0) - (1.0 if p == w.second_pole else 0.0)
        shift = shift + amount(h, x) * q.salience[k] * side
        shifts = shifts or side != 0.0
    if ruled and w.bundle_pledge[b] >= 0 and c.pledge == 0.0:
        off = True
    if off:
        return allowed & ~allowed
    if ruled and w.tilted and shifts:
        allowed = allowed & tilt_allowed(h, tilt_of(h), shift)
    return allowed
