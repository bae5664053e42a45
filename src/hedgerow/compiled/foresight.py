"""Level 2, the powers' answer to a move: `hedgerow.model.foresight` for one country."""

from ..model.parameters import DT
from .books import Opened, Rows
from .lanes import Lanes, jit, maximum, splat
from .portfolio import weighted, weighted_at
from .powers import courted, pressed
from .terms import immunity_gap


@jit
def bearing_of(w: Opened, f: Opened, a: Rows, p: int) -> Lanes:
    """Mirror `foresight.rivals_alignment` for one power."""
    total = splat(0.0)
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
    value = splat(0.0)
    if w.term_returns:
        total = splat(0.0)
        for p in range(w.p):
            change = courted(w, q, o, f, s.inducement[p], a, reward[p], p) - s.inducement[p]
            total = total + change * weighted_at(w, q.reciprocity, x, p)
        value = value + total
    if w.term_pressure:
        total = splat(0.0)
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
    a = t.a
    weighted(w, q.reciprocity, t.x, t.worth)
    for p in range(w.p):
        daring, c = immunity_gap(q, f, s, p), s.inducement[p]
        bearing, steep = splat(0.0), splat(0.0)
        for at in range(f.rivals[p], f.rivals[p + 1]):
            weight = f.rivalry[p * w.p + f.rival[at]]
            bearing = bearing + weight * a[f.rival[at]]
            steep = steep + weight
        t.bearing[p] = bearing
        t.steep[p] = steep
        t.tilt[p] = bearing - steep * a[p]
        t.beyond[p] = t.tilt[p] - q.tolerance[p]
        t.zeal[p] = f.press[p] * daring
        # What p's answer to today's portfolio adds to inducement, and to pressure less its push.
        t.offered[p] = courted(w, q, o, f, c, a, splat(0.0), p) - c
        t.leaked[p] = -DT * q.pressure_leak[0] * s.pressure[p]
        t.answered[p] = t.leaked[p] + t.zeal[p] * maximum(t.beyond[p], 0.0)
        t.keen[p] = f.court[p] * t.worth[p]
    for p in range(w.p):
        price_reactions_to(w, f, t, p, courting, pressing, w.term_returns, b.foresees[0], menu)


@jit
def price_reactions_to(
    w: Opened,
    f: Opened,
    t: Opened,
    p: int,
    courting: int,
    pressing: int,
    induced: int,
    share: float,
    menu: Rows,
) -> None:
    """The answers to moves with one partner: only p and its rivals give others than before.

    Σ_q R_pq (a_q − a_p)₊ is summed as Σ_q R_pq (a_p − a_q)₊ plus the tilt Σ_q R_pq (a_q − a_p).
    What does not depend on the move, `still`, is taken off all moves with p.
    """
    a, rivalry = t.a, f.rivalry + p * w.p
    first, last = f.rivals[p], f.rivals[p + 1]
    zero = t.nothing[0]  # not a constant: to compare with one takes two instructions
    ahead, still = splat(0.0), splat(0.0)
    for at in range(first, last):
        r = f.rival[at]
        lead = rivalry[r] * maximum(a[p] - a[r], zero)
        ahead = ahead + lead
        if courting:
            still = still + t.keen[r] * lead
        if pressing:
            still = still - t.answered[r] * t.bearing[r]
    offered = t.offered[p]
    if induced:
        still = still + offered * t.worth[p]
    if pressing:
        still = still - t.zeal[p] * maximum(t.beyond[p], zero) * t.bearing[p]
    if courting:
        offered = offered - f.court[p] * ahead  # the tilt of today cancels
    for k in range(w.k):
        reach = f.reach[k]
        turn = t.steep[p] * reach
        up_a, down_a = a[p] + reach, a[p] - reach
        up, down, up_ahead, down_ahead = -still, -still, zero, zero
        for at in range(first, last):
            r = f.rival[at]
            weight = rivalry[r]
            if courting:  # the rival sees p rise or fall
                up_lead = weight * maximum(up_a - a[r], zero)
                down_lead = weight * maximum(down_a - a[r], zero)
                up_ahead = up_ahead + up_lead
                down_ahead = down_ahead + down_lead
                up = up + t.keen[r] * up_lead
                down = down + t.keen[r] * down_lead
            if pressing:
                tilt = weight * reach
                leaked, zeal, beyond, bearing = t.leaked[r], t.zeal[r], t.beyond[r], t.bearing[r]
                up = up - (leaked + zeal * maximum(beyond + tilt, zero)) * (bearing + tilt)
                down = down - (leaked + zeal * maximum(beyond - tilt, zero)) * (bearing - tilt)
        if induced:
            up_offer, down_offer = offered, offered
            if courting:
                up_offer = up_offer + f.court[p] * (up_ahead - turn)
                down_offer = down_offer + f.court[p] * (down_ahead + turn)
            up = up + up_offer * (t.worth[p] + f.earning[k])
            down = down + down_offer * (t.worth[p] - f.earning[k])
        if pressing:
            push, bearing = t.zeal[p], t.bearing[p]
            up = up - push * maximum(t.beyond[p] - turn, zero) * bearing
            down = down - push * maximum(t.beyond[p] + turn, zero) * bearing
        at = 1 + k * w.p + p
        menu[at] = menu[at] + share * up
        menu[at + w.kp] = menu[at + w.kp] + share * down
