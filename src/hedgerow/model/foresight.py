"""Level 2: a country weighs the powers' answer to its move (Signorino 1999).

A level-2 country adds to the payoff of x′ what the powers' one-round answer to x′ changes in it,

    f(x′) = U(x′; reaction to x′) − U(x′; today)
          = Σ_p Δc_p Σ_k w_k x′_kp − Σ_p Δχ_p Σ_q R_pq a′_q ,

differenced exactly: the move m is worth ΔU(m) + f(x_m) − f(x).
"""

import numpy as np

from .frame import Frame
from .parameters import DT, Floats, Structure
from .portfolio import alignment, summed, times, weighted
from .powers import courted, pressed, rivals_alignment
from .state import State
from .terms import immunity_gap


def _felt(world: Structure) -> tuple[bool, bool]:
    """Whether inducement and pressure enter the payoff at all."""
    return "returns" in world.terms, "pressure" in world.terms


def reaction(world: Structure, q: Frame, s: State, x: Floats, reward: Floats) -> Floats:
    """f(x): (D,). `reward` (P, D) is what x itself earns from powers, before their `reward`."""
    a = alignment(q["salience"], x)
    induced, burdened = _felt(world)
    value = np.zeros(x.shape[-1])
    if induced:
        change = courted(world, q, s.inducement, a, reward) - s.inducement
        value += summed(change * weighted(q["reciprocity"], x))
    if burdened:
        daring = immunity_gap(q, s.threat)
        change = pressed(world, q, s.pressure, a, daring) - s.pressure
        value -= summed(change * rivals_alignment(q, a))
    return value


def price_reactions(world: Structure, q: Frame, s: State, x: Floats) -> tuple[Floats, Floats]:
    """f(x_m) − f(x) for deepening and loosening every tie by one step: two (K, P, D).

    A step of instrument k with p moves one alignment, a_p, by h_k = δ_k γ_k, so only p and its
    rivals r answer differently.
    """
    k, p, d = x.shape
    worth = np.zeros((2, k, p, d))
    of_rivals = np.zeros((p, 2, k, d))
    a = alignment(q["salience"], x)
    h = (world.step[:, None] * q["salience"])[:, None]
    induced, burdened = _felt(world)
    if induced:
        _price_inducement(world, q, s, x, a, h, worth, of_rivals)
    if burdened and "pressing" in world.processes:
        _price_pressure(world, q, s, a, h, worth, of_rivals)
    worth += of_rivals.transpose(1, 2, 0, 3)
    return worth[0], worth[1]


def _price_inducement(
    world: Structure,
    q: Frame,
    s: State,
    x: Floats,
    a: Floats,
    h: Floats,
    worth: Floats,
    of_rivals: Floats,
) -> None:
    """Add what steps change in Σ_p Δc_p w_p, w_p = Σ_k w_k x_kp, where Δc rises with rivals' lead.

    Of a step of p upwards, min(h, (a_r − a_p)₊) shortens the lead of r, for which p courts less;
    the rest of h gives p a lead, for which r courts more. A step downwards first costs p
    min(h, (a_p − a_r)₊) of its own lead, for which r courts less; the rest makes a lead of r.
    """
    more = (world.step[:, None] * q["reciprocity"])[:, None]
    offered = courted(world, q, s.inducement, a, np.zeros_like(a)) - s.inducement
    sure = offered * more
    worth[0] += sure
    worth[1] -= sure
    if "courting" not in world.processes:
        return
    court = DT * q["attention"] * q["courting"]
    won = court * weighted(q["reciprocity"], x)  # by p's inducement, for a unit of lead over p
    worth[0] += h * times(q["rivalry"], won)
    worth[1] += h * (q.feud * won) - (h * more) * (q.feud * court)
    power, rival, rivalry = q.pairs
    ahead = a[rival] - a[power]
    both, extra = rivalry * (won[power] + won[rival]), (rivalry * court[power]) * more
    lost = np.empty((2, *extra.shape))
    np.minimum(h, np.maximum(ahead, 0.0), out=lost[0])
    np.minimum(h, np.maximum(-ahead, 0.0), out=lost[1])
    lost[0] *= both + extra
    lost[1] *= both - extra
    for pair, p in enumerate(power.tolist()):
        of_rivals[p] -= lost[:, :, pair]


def _price_pressure(
    world: Structure,
    q: Frame,
    s: State,
    a: Floats,
    h: Floats,
    worth: Floats,
    of_rivals: Floats,
) -> None:
    """Take off what steps change in Σ_p Δχ_p Σ_q R_pq a_q, where Δχ rises with tilt to rivals.

    A step of p upwards tilts the country by R h to p as its rival r sees it, and by Σ_r R h away
    from its rivals as p sees it. Only tilt beyond tolerance is answered.
    """
    daring = immunity_gap(q, s.threat)
    press = DT * q["attention"] * q["pressing"] * daring
    bearing = rivals_alignment(q, a)
    beyond = bearing - q.feud * a - q["tolerance"]
    push, slack = np.maximum(beyond, 0.0), np.maximum(-beyond, 0.0)
    answered = pressed(world, q, s.pressure, a, daring) - s.pressure
    sure = h * times(q["rivalry"], answered)
    worth[0] -= sure
    worth[1] += sure
    away, resented = h * q.feud, press * bearing
    worth[0] += resented * np.minimum(away, push)
    worth[1] -= resented * np.maximum(away - slack, 0.0)
    power, rival, rivalry = q.pairs
    felt = (push[rival] > 0.0) | (rivalry * h.max(axis=0) > slack[rival])
    some = np.flatnonzero(felt.any(axis=1))  # pairs in which any step is answered
    power, rival, rivalry = power[some], rival[some], rivalry[some]
    tilt, borne = h * rivalry, bearing[rival]
    burden = np.empty((2, *tilt.shape))
    np.maximum(tilt - slack[rival], 0.0, out=burden[0])
    np.minimum(tilt, push[rival], out=burden[1])
    burden[0] *= borne + tilt
    burden[1] *= tilt - borne
    burden *= press[rival]
    for pair, p in enumerate(power.tolist()):
        of_rivals[p] -= burden[:, :, pair]
