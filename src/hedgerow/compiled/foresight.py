"""Level 2, the powers' answer to a move: `hedgerow.model.foresight` for one country."""

from ..model.parameters import DT
from .books import Opened, Rows
from .lanes import Lanes, inlined, jit, maximum, splat
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
    a = s.alignment
    weighted(w, f.earning, s.counts, t.worth)
    for p in range(w.p):
        bearing, steep = splat(0.0, w), splat(0.0, w)
        for at in range(f.rivals[p], f.rivals[p + 1]):
            weight = f.rivalry[p * w.p + f.rival[at]]
            bearing = bearing + weight * a[f.rival[at]]
            steep = steep + weight
        t.bearing[p] = bearing
        t.steep[p] = steep
        tilt = bearing - steep * a[p]
        t.beyond[p] = tilt - q.tolerance[p]
        t.zeal[p] = f.press[p] * immunity_gap(q, f, s, p)
        effort = o.attention[p] * (q.courting[p] * tilt + q.seeking[p] * q.isolation[p])
        # What p's answer to today's portfolio adds to inducement but for its rivals' leads, and to
        # pressure but for its push.
        t.offered[p] = DT * (effort - q.inducement_leak[0] * s.inducement[p])
        t.leaked[p] = -DT * q.pressure_leak[0] * s.pressure[p]
        t.keen[p] = f.court[p] * t.worth[p]
    for p in range(w.p):
        still = answer(w, f, s, t, p, splat(0.0, w), splat(0.0, w), courting, pressing)
        for k in range(w.k):
            at, e, dw = 1 + k * w.p + p, f.reach[k], f.earning[k]
            up = answer(w, f, s, t, p, e, dw, courting, pressing) - still
            down = answer(w, f, s, t, p, -e, -dw, courting, pressing) - still
            menu[at] = menu[at] + b.foresees[0] * up
            menu[at + w.kp] = menu[at + w.kp] + b.foresees[0] * down


@inlined
def answer(
    w: Opened,
    f: Opened,
    s: Opened,
    t: Opened,
    p: int,
    e: Lanes,
    earning: Lanes,
    courting: int,
    pressing: int,
) -> Lanes:
    """What powers' answers are worth if alignment with p changes by e and the worth of its favour.

    Only p and its rivals answer otherwise than today. Rivals' leads Σ_q R_pq (a_q − a_p)₊ are
    summed as Σ_q R_pq (a_p − a_q)₊ plus the tilt Σ_q R_pq (a_q − a_p).
    """
    rivalry = f.rivalry + p * w.p
    zero = t.nothing[0]  # not a constant: to compare with one takes two instructions
    a = s.alignment[p] + e
    ahead, value = zero, zero
    for at in range(f.rivals[p], f.rivals[p + 1]):
        r = f.rival[at]
        weight = rivalry[r]
        if courting:  # the rival sees p rise or fall
            lead = weight * maximum(a - s.alignment[r], zero)
            ahead = ahead + lead
            value = value + t.keen[r] * lead
        if pressing:
            turn = weight * e
            change = t.leaked[r] + t.zeal[r] * maximum(t.beyond[r] + turn, zero)
            value = value - change * (t.bearing[r] + turn)
    turn = t.steep[p] * e
    if courting:
        offer = t.offered[p] + f.court[p] * (ahead - turn)
        value = value + offer * (t.worth[p] + earning)
    if pressing:
        value = value - t.zeal[p] * maximum(t.beyond[p] - turn, zero) * t.bearing[p]
    return value
