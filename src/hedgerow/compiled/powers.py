"""Step 5 of a round, how powers court and press: `hedgerow.model.powers`, one power at a time.

`a` (P,) are the alignments of a country.
"""

from ..model.parameters import DT
from .books import Opened, Rows
from .lanes import Lanes, jit, maximum, splat
from .terms import immunity_gap


@jit
def rival_lead(w: Opened, f: Opened, a: Rows, p: int) -> Lanes:
    """Mirror `powers.rival_lead`."""
    lead = splat(0.0, w)
    for at in range(f.rivals[p], f.rivals[p + 1]):
        r = f.rival[at]
        lead = lead + f.rivalry[p * w.p + r] * maximum(a[r] - a[p], 0.0)
    return lead


@jit
def rival_tilt(w: Opened, f: Opened, a: Rows, p: int) -> Lanes:
    """Mirror `powers.rival_tilt`."""
    tilt = splat(0.0, w)
    for at in range(f.rivals[p], f.rivals[p + 1]):
        r = f.rival[at]
        tilt = tilt + f.rivalry[p * w.p + r] * (a[r] - a[p])
    return tilt


@jit
def courted(
    w: Opened, q: Opened, o: Opened, f: Opened, c: Lanes, a: Rows, reward: Lanes, p: int
) -> Lanes:
    """Mirror `powers.courted`: inducement after one round, from inducement c."""
    if not w.process_courting:
        return c
    lead = rival_lead(w, f, a, p)
    effort = o.attention[p] * (q.courting[p] * lead + q.seeking[p] * q.isolation[p])
    return c + DT * (effort - q.inducement_leak[0] * c) + q.reward[p] * reward


@jit
def pressed(
    w: Opened, q: Opened, o: Opened, f: Opened, pressure: Lanes, a: Rows, daring: Lanes, p: int
) -> Lanes:
    """Mirror `powers.pressed`: pressure after one round."""
    if not w.process_pressing:
        return pressure
    beyond = maximum(rival_tilt(w, f, a, p) - q.tolerance[p], 0.0)
    push = o.attention[p] * q.pressing[p] * daring * beyond
    return pressure + DT * (push - q.pressure_leak[0] * pressure)


@jit
def react(w: Opened, q: Opened, o: Opened, f: Opened, s: Opened, a: Rows) -> None:
    """Let all powers court and press, and reward what was chosen: `simulate.Block.powers`."""
    for p in range(w.p):
        daring = immunity_gap(q, f, s, p)
        s.inducement[p] = courted(w, q, o, f, s.inducement[p], a, s.reward_due[p], p)
        s.pressure[p] = pressed(w, q, o, f, s.pressure[p], a, daring, p)
        s.reward_due[p] = 0.0
