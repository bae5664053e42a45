"""Level 2, the powers' answer to a move: `hedgerow.model.foresight` for one country."""

from .books import Opened, Rows
from .lanes import Lanes, jit, maximum, splat
from .portfolio import weighted, weighted_at
from .powers import courted, pressed, rival_tilt
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
    """Mirror `foresight.price_reactions`: add f(x_m) − f(x) to the menu (1 + 2KP,).

    What does not depend on the move is added once to all moves with a partner.
    """
    induced = w.term_returns
    courting = w.term_returns and w.process_courting
    pressing = w.term_pressure and w.process_pressing
    a, partners = t.a, w.p
    weighted(w, q.reciprocity, t.x, t.worth)
    for p in range(partners):
        daring = immunity_gap(q, f, s, p)
        t.daring[p] = f.press[p] * daring
        t.bearing[p] = bearing_of(w, f, a, p)
        # How far a power's rivals lead beyond what it tolerates, and what it adds to pressure.
        t.tilt[p] = rival_tilt(w, f, a, p) - q.tolerance[p]
        t.push[p] = t.daring[p] * maximum(t.tilt[p], 0.0)
        c, pressure = s.inducement[p], s.pressure[p]
        t.offered[p] = courted(w, q, o, f, c, a, splat(0.0), p) - c
        t.answered[p] = pressed(w, q, o, f, pressure, a, daring, p) - pressure
    for p in range(partners):
        price_reactions_to(w, q, f, t, p, courting, pressing, induced, b.foresees[0], menu)


@jit
def price_reactions_to(
    w: Opened,
    q: Opened,
    f: Opened,
    t: Opened,
    p: int,
    courting: int,
    pressing: int,
    induced: int,
    share: float,
    menu: Rows,
) -> None:
    """The answers to moves with one partner: only p and its rivals give others than before."""
    partners = w.p
    a, rivalry, worth = t.a, f.rivalry + p * partners, t.worth
    first, last = f.rivals[p], f.rivals[p + 1]
    lead, steep, still = splat(0.0), splat(0.0), splat(0.0)
    for at in range(first, last):
        r = f.rival[at]
        lead = lead + rivalry[r] * maximum(a[r] - a[p], 0.0)
        steep = steep + rivalry[r]
        if courting:
            still = still + f.court[r] * worth[r] * rivalry[r] * maximum(a[p] - a[r], 0.0)
        if pressing:
            still = still - t.answered[r] * t.bearing[r]
    if induced:
        still = still + t.offered[p] * worth[p]
    for k in range(w.k):
        reach = f.reach[k]
        up_a, down_a = a[p] + reach, a[p] - reach
        up, down = -still, -still
        up_lead, down_lead = -lead, -lead
        for at in range(first, last):
            r = f.rival[at]
            weight = rivalry[r]
            above, below = up_a - a[r], down_a - a[r]
            ahead, behind = maximum(above, 0.0), maximum(below, 0.0)
            up_lead = up_lead + weight * (ahead - above)
            down_lead = down_lead + weight * (behind - below)
            if courting:  # the rival sees p rise or fall
                keen = f.court[r] * worth[r] * weight
                up = up + keen * ahead
                down = down + keen * behind
            if pressing:
                turn = weight * reach
                base = t.answered[r] - t.push[r]
                up_change = base + t.daring[r] * maximum(t.tilt[r] + turn, 0.0)
                down_change = base + t.daring[r] * maximum(t.tilt[r] - turn, 0.0)
                up = up - up_change * (t.bearing[r] + turn)
                down = down - down_change * (t.bearing[r] - turn)
        if induced:
            earning = f.earning[k]
            up_offer, down_offer = t.offered[p], t.offered[p]
            if courting:
                up_offer = up_offer + f.court[p] * up_lead
                down_offer = down_offer + f.court[p] * down_lead
            up = up + up_offer * (worth[p] + earning)
            down = down + down_offer * (worth[p] - earning)
        if pressing:
            turn = steep * reach
            up_change = t.daring[p] * maximum(t.tilt[p] - turn, 0.0) - t.push[p]
            down_change = t.daring[p] * maximum(t.tilt[p] + turn, 0.0) - t.push[p]
            up = up - up_change * t.bearing[p]
            down = down - down_change * t.bearing[p]
        at = 1 + k * partners + p
        menu[at] = menu[at] + share * up
        menu[at + w.kp] = menu[at + w.kp] + share * down
