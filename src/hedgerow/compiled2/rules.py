"""Hard rules as bounds: `hedgerow.model2.rules` for one country."""

from typing import Any

from ..model2.rules import _SLACK
from .lanes import Lanes, Mask, absolute, jit, maximum, splat
from .state import EMBARGO, STEPS, held_by, mine


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
    return absolute(tilt + shift) <= maximum(splat(h.c.tilt_max, h.w), now) + _SLACK


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
def bundle_allowed(h: Any, b: int, ruled: bool) -> Mask:
    """Where a bundle can be had in full, and where `ruled` is, within the rules."""
    w, c, q, s = h.w, h.c, h.q, h.s
    allowed = s.fresh[0] == s.fresh[0]
    off = False
    shift, shifts = splat(0.0, w), False
    for x in range(w.bundle_at[b], w.bundle_at[b + 1]):
        k, p, by = w.bundle_k[x], w.bundle_p[x], w.bundle_by[x]
        off = off or p == c.own
        if w.kind[k] == STEPS:
            bound = c.most[k] if ruled else c.reach[k]
            after = s.counts[k * w.p + p] + by
            limit = bound * mine(h, p) if bound > 0.0 else 0.0
            allowed = allowed & (after >= 0.0) & (after <= limit)
        side = (1.0 if p == w.first_pole else 0.0) - (1.0 if p == w.second_pole else 0.0)
        shift = shift + by * w.step[k] * q.salience[k] * side
        shifts = shifts or side != 0.0
    if ruled and w.bundle_pledge[b] >= 0 and c.pledge == 0.0:
        off = True
    if off:
        return allowed & ~allowed
    if w.tilted and shifts:
        allowed = allowed & tilt_allowed(h, tilt_of(h), shift)
    return allowed
