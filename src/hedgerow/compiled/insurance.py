"""Is hedging insurance? `hedgerow.model.insurance` for one country."""

from typing import Any

from ..model.insurance import MOST_STEPS
from .books import Rows
from .choice import WORST
from .lanes import Lanes, any_of, jit, splat, where
from .payoff import at, by_future, hinge_loss, move, press, prices, ratio, utility
from .portfolio import copy, fill
from .rules import step_allowed


@jit
def climb(h: Any, result: Rows) -> None:
    """Mirror `insurance.climb` from the ties held: write the ties reached."""
    w, s, t = h.w, h.s, h.t
    copy(t.held, s.x, w.kp)
    copy(s.counts, t.counts, w.kp)
    at(h, h.b, s.x)
    for _ in range(MOST_STEPS):
        best, option = splat(0.0), splat(-1.0)
        now = hinge_loss(h, h.b)
        for place in range(w.of_steps):
            k = w.steps[place]
            top, which = splat(WORST), splat(0.0)
            for p in range(w.p):
                t.menu[p], t.menu[w.p + p] = prices(h, k, p, now)
            for i in range(2 * w.p):
                up = i < w.p
                open_ = step_allowed(h, k, i if up else i - w.p, 1.0 if up else -1.0)
                better = open_ & (t.menu[i] > top)
                top = where(better, t.menu[i], top)
                which = where(better, float(i), which)
            better = top > best + 1e-12
            best = where(better, top, best)
            option = where(better, float(place * 2 * w.p) + which, option)
        if not any_of(option >= 0.0):
            break
        for place in range(w.of_steps):
            k = w.steps[place]
            for p in range(w.p):
                first = float(place * 2 * w.p + p)
                up, down = option == first, option == first + float(w.p)
                if any_of(up | down):
                    sign = where(up, 1.0, where(down, -1.0, 0.0))
                    s.counts[k * w.p + p] = s.counts[k * w.p + p] + sign
                    move(h, k, p, sign * w.step[k])
    copy(s.x, result, w.kp)
    copy(t.counts, s.counts, w.kp)


@jit
def paid(h: Any, values: Rows) -> Lanes:
    """Mean of what other futures pay against the certain optimum ``t.sure``, by belief."""
    w, s, t = h.w, h.s, h.t
    weight, gains = splat(0.0), splat(0.0)
    for v in range(1, w.futures):
        weight = weight + s.beliefs[v]
        gains = gains + s.beliefs[v] * (values[v] - t.sure[v])
    return ratio(gains, weight)


@jit
def insure(h: Any, result: Rows, apart: int) -> None:
    """Mirror `insurance.insurance` and `is_insurance`: five rows `apart` from each other.

    ``h.m`` is the payoff; the point moves away.
    """
    w, s, b, t = h.w, h.s, h.b, h.t
    copy(s.x, t.held, w.kp)
    climb(h, t.climbed)
    fill(b.pressing, w.futures, 0.0)
    b.pressing[0] = 0.5 * b.security[0]
    climb(h, t.certain)
    press(h, b)
    copy(t.held, s.x, w.kp)
    believed, today = splat(0.0), splat(0.0)
    for place in range(3):
        x = t.held
        if place == 1:
            x = t.climbed
        elif place == 2:
            x = t.certain
        at(h, b, x)
        values = t.futures + place * w.futures
        by_future(h, b, x, values)
        level = utility(h, b, x)
        if place == 0:
            believed, today = level, values[0]
            copy(values, t.hedged, w.futures)
            copy(values, t.sure, w.futures)
        else:
            wiser, surer = level > believed, values[0] > today
            for v in range(w.futures):
                t.hedged[v] = where(wiser, values[v], t.hedged[v])
                t.sure[v] = where(surer, values[v], t.sure[v])
            believed = where(wiser, level, believed)
            today = where(surer, values[0], today)
    result[0] = t.sure[0] - t.hedged[0]
    result[apart] = paid(h, t.hedged)
    premium, payout = t.sure[0] - t.futures[0], paid(h, t.futures)
    result[2 * apart] = premium
    result[3 * apart] = payout
    pays = (1.0 - s.beliefs[0]) * payout
    worth = (premium >= 0.0) & (pays >= s.beliefs[0] * premium) & (pays > 0.0)
    result[4 * apart] = where(payout == payout, where(worth, 1.0, 0.0), float("nan"))
