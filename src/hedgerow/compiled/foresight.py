"""Level 2, the powers' answer to a move: `hedgerow.model.foresight` for one country."""

from ..model.parameters import DT
from .books import Opened, Rows
from .lanes import Lanes, fused, inlined, jit, maximum, packed, splat
from .portfolio import weighted, weighted_at
from .powers import courted, pressed
from .terms import immunity_gap


@jit
def bearing_of(w: Opened, f: Opened, a: Rows, p: int) -> Lanes:
    """Mirror `foresight.rivals_alignment` for one power."""
    total = splat(0.0, w)
    for at in range(f.rivals[p], f.rivals[p + 1]):
        r = f.rival[at]
        total = total + f.rivalry[p * w.p + r] * a[r]
    return total


@jit
def reaction(
    w: Opened, q: Opened, o: Opened, f: Opened, s: Opened, x: Rows, a: Rows, reward: Rows
) -> Lanes:
    """Mirror `foresight.reaction`: f(x); `a` is room for the alignments of x (P,)."""
    weighted(w, q.salience, x, a)
    value = splat(0.0, w)
    if w.term_returns:
        total = splat(0.0, w)
        for p in range(w.p):
            change = courted(w, q, o, f, s.inducement[p], a, reward[p], p) - s.inducement[p]
            total = total + change * weighted_at(w, q.reciprocity, x, p)
        value = value + total
    if w.term_pressure:
        total = splat(0.0, w)
        for p in range(w.p):
            daring = immunity_gap(q, f, s, p)
            change = pressed(w, q, o, f, s.pressure[p], a, daring, p) - s.pressure[p]
            total = total + change * bearing_of(w, f, a, p)
        value = value - total
    return value


@jit
def price_reactions(
    w: Opened, q: Opened, o: Opened, f: Opened, s: Opened, b: Opened, t: Opened, menu: Rows
) -> None:
    """Mirror `foresight.price_reactions`: add f(x_m) − f(x) to the menu (1 + 2KP,)."""
    courting = w.term_returns and w.process_courting
    pressing = w.term_pressure and w.process_pressing
    a, nothing = s.alignment, splat(0.0, w)
    weighted(w, f.earning, s.counts, t.worth)
    for p in range(w.p):
        bearing, steep = nothing, nothing
        for at in range(f.rivals[p], f.rivals[p + 1]):
            weight = f.rivalry[p * w.p + f.rival[at]]
            bearing = bearing + weight * a[f.rival[at]]
            steep = steep + weight
        t.bearing[p] = bearing
        t.steep[p] = steep
        tilt = bearing - steep * a[p]
        t.beyond[p] = tilt - q.tolerance[p]
        zeal = f.press[p] * immunity_gap(q, f, s, p)
        effort = o.attention[p] * (q.courting[p] * tilt + q.seeking[p] * q.isolation[p])
        # What p's answer to today's portfolio adds to inducement but for its rivals' leads, and to
        # pressure but for its push.
        offered = DT * (effort - q.inducement_leak[0] * s.inducement[p])
        leaked = -DT * q.pressure_leak[0] * s.pressure[p]
        t.court[p] = f.court[p] if courting else nothing
        t.offered[p] = offered if courting else nothing
        t.zeal[p] = zeal if pressing else nothing
        t.leaked[p] = leaked if pressing else nothing
    for p in range(w.p):
        meet_rivals(w, f, s, t, p)
        still = answer(w, f, t, p, nothing, nothing)
        for k in range(w.k):
            at, e, dw = 1 + k * w.p + p, f.reach[k], f.earning[k]
            up = answer(w, f, t, p, e, dw) - still
            down = answer(w, f, t, p, -e, -dw) - still
            menu[at] = fused(b.foresees[0], up, menu[at])
            menu[at + w.kp] = fused(b.foresees[0], down, menu[at + w.kp])


@jit
def meet_rivals(w: Opened, f: Opened, s: Opened, t: Opened, p: int) -> None:
    """Write what `answer` reads of p's rivals, one after the other."""
    first = f.rivals[p]
    for j in range(f.rivals[p + 1] - first):
        r = f.rival[first + j]
        t.heat[j] = f.rivalry[p * w.p + r]
        t.ahead[j] = s.alignment[p] - s.alignment[r]
        t.keen[j] = t.heat[j] * (t.court[r] * t.worth[r])
        t.their_zeal[j], t.their_leaked[j] = t.zeal[r], t.leaked[r]
        t.their_beyond[j], t.their_bearing[j] = t.beyond[r], t.bearing[r]
        t.presses[j] = packed((t.zeal[r] != 0.0) | (t.leaked[r] != 0.0))


@inlined
def answer(w: Opened, f: Opened, t: Opened, p: int, e: Lanes, earning: Lanes) -> Lanes:
    """What powers' answers are worth if alignment with p changes by e and the worth of its favour.

    Only p and its rivals answer otherwise than today. Rivals' leads Σ_q R_pq (a_q − a_p)₊ are
    summed as Σ_q R_pq (a_p − a_q)₊ plus the tilt Σ_q R_pq (a_q − a_p).
    """
    zero = t.nothing[0]  # not a constant: to compare with one takes two instructions
    turn, worth = t.steep[p] * e, t.worth[p] + earning
    lure = t.court[p] * worth
    value = fused(t.offered[p], worth, -(lure * turn))
    value = fused(-t.zeal[p] * t.bearing[p], maximum(t.beyond[p] - turn, zero), value)
    for j in range(f.rivals[p + 1] - f.rivals[p]):
        heat = t.heat[j]  # p and its rival see p rise or fall
        value = fused(fused(heat, lure, t.keen[j]), maximum(t.ahead[j] + e, zero), value)
        if t.presses[j]:
            beyond = maximum(fused(heat, e, t.their_beyond[j]), zero)
            change = fused(t.their_zeal[j], beyond, t.their_leaked[j])
            value = fused(-change, fused(heat, e, t.their_bearing[j]), value)
    return value
