"""Hard rules as bounds: `hedgerow.model.rules` for one country. Counts are whole numbers."""

from .books import Opened, Rows, put_where
from .lanes import Lanes, Mask, absolute, either, inlined, jit, maximum, minimum, splat, where
from .portfolio import weighted_at

SLACK = 1e-9
COARSE = 1e-5
"""Slack in single precision."""


@jit
def most_steps(w: Opened, c: Opened, s: Opened, round_: int) -> None:
    """Mirror `rules.most_steps`: largest allowed ties ``s.most``."""
    for k in range(w.k):
        for p in range(w.p):
            s.most[k * w.p + p] = 0.0 if p == c.own else c.ceiling[k]
    for ban in range(w.bans):
        if w.ban_country[ban] == c.number and w.ban_start[ban] <= round_ < w.ban_stop[ban]:
            s.most[w.ban_tie[ban]] = 0.0


@jit
def bans_turn(w: Opened, round_: int) -> bool:
    """Tell whether an embargo begins or ends in a round."""
    turning = False
    for ban in range(w.bans):
        turning = turning or round_ == w.ban_start[ban] or round_ == w.ban_stop[ban]
    return turning


@jit
def tilt_allowed(c: Opened, tilt: Lanes, shift: Lanes) -> Mask:
    """Mirror `rules.tilt_allowed`."""
    bound = maximum(splat(c.tilt_max, c), absolute(tilt))
    return absolute(tilt + shift) <= bound + either(c, SLACK, COARSE)


@inlined
def may_rise(s: Opened, count: Lanes, at: int) -> Mask:
    """Tell where a tie of so many steps may be deepened, the tilt apart."""
    return count < s.most[at]


@inlined
def may_fall(count: Lanes) -> Mask:
    """Tell where a tie of so many steps may be loosened, the tilt apart."""
    return count > 0.0


@jit
def bound_tilt(w: Opened, c: Opened, f: Opened, s: Opened, menu: Rows) -> None:
    """Give what tilts a country further than it may −∞ in the menu (1 + 2KP,)."""
    worst = -float("inf")
    tilt = s.alignment[w.first_pole] - s.alignment[w.second_pole]
    for k in range(w.k):
        no_rise = ~tilt_allowed(c, tilt, f.reach[k])
        no_fall = ~tilt_allowed(c, tilt, -f.reach[k])
        first, second = 1 + k * w.p + w.first_pole, 1 + k * w.p + w.second_pole
        put_where(menu, first, no_rise, worst)
        put_where(menu, first + w.kp, no_fall, worst)
        put_where(menu, second, no_fall, worst)
        put_where(menu, second + w.kp, no_rise, worst)


@jit
def clip_change(
    w: Opened, c: Opened, q: Opened, s: Opened, t: Opened, change: Rows, clipped: Rows
) -> None:
    """Mirror `rules.clip_change`: an option's tie changes (K, P) within range and rules."""
    for at in range(w.kp):
        count = s.counts[at]
        ceiling = maximum(splat(s.most[at], w), count)
        clipped[at] = minimum(maximum(count + change[at], 0.0), ceiling) - count
    if w.tilted:
        for k in range(w.k):
            for p in range(w.p):
                t.moved[k * w.p + p] = clipped[k * w.p + p] * w.step[k]
        first = weighted_at(w, q.salience, t.moved, w.first_pole)
        second = weighted_at(w, q.salience, t.moved, w.second_pole)
        tilt = s.alignment[w.first_pole] - s.alignment[w.second_pole]
        allowed = where(tilt_allowed(c, tilt, first - second), 1.0, 0.0)
        for k in range(w.k):
            for pole in (w.first_pole, w.second_pole):
                clipped[k * w.p + pole] = clipped[k * w.p + pole] * allowed
