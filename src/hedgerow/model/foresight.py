"""Level 2: a country weighs the powers' answer to its move (Signorino 1999).

A level-2 country adds to the payoff of x′ what the powers' one-round answer to x′ changes in it,

    f(x′) = U(x′; reaction to x′) − U(x′; today)
          = Σ_p Δc_p Σ_k w_k x′_kp − Σ_p Δχ_p Σ_q R_pq a′_q ,

differenced exactly: the move m is worth ΔU(m) + f(x_m) − f(x).
"""

import numpy as np

from .frame import Frame
from .parameters import DT, Floats, Structure
from .portfolio import alignment, summed, weighted
from .powers import courted, pressed, rival_tilt
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


def rivals_alignment(q: Frame, a: Floats) -> Floats:
    """Σ_q R_pq a_q: what a power's pressure bears on: (P, D)."""
    total = np.zeros_like(a)
    for p, r in q.rivals:
        total[p] += q["rivalry"][p, r] * a[r]
    return total


def price_reactions(world: Structure, q: Frame, s: State, x: Floats) -> tuple[Floats, Floats]:
    """f(x_m) − f(x) for deepening and loosening every tie by one step: two (K, P, D).

    A move changes one alignment a_p, so only p and its rivals answer differently.
    """
    k_count, p_count, d = x.shape
    induced, burdened = _felt(world)
    courting = induced and "courting" in world.processes
    pressing = burdened and "pressing" in world.processes
    rivalry = q["rivalry"]
    a = alignment(q["salience"], x)
    tilt = rival_tilt(q, a)
    bearing = rivals_alignment(q, a)
    worth = weighted(q["reciprocity"], x)
    daring = immunity_gap(q, s.threat)
    court = DT * q["attention"] * q["courting"]
    press = DT * q["attention"] * q["pressing"] * daring
    idle = np.zeros_like(a)
    offered = courted(world, q, s.inducement, a, idle) - s.inducement  # Δc at x
    push = np.maximum(tilt - q["tolerance"], 0.0)
    answered = pressed(world, q, s.pressure, a, daring) - s.pressure  # Δχ at x

    # Signed changes e of one alignment, and of what inducement is worth: (2K, D).
    e = np.concatenate([world.step[:, None] * q["salience"], -world.step[:, None] * q["salience"]])
    dw = np.concatenate(
        [world.step[:, None] * q["reciprocity"], -world.step[:, None] * q["reciprocity"]]
    )
    result = np.zeros((p_count, 2 * k_count, d))
    rivals_of: dict[int, list[int]] = {p: [] for p in range(p_count)}
    for p, r in q.rivals:
        rivals_of[p].append(r)
    for p in range(p_count):
        out = result[p]
        own_lead = np.zeros_like(e)
        steep = np.zeros(d)
        for r in rivals_of[p]:
            weight = rivalry[p, r]
            steep = steep + weight
            before = np.maximum(a[r] - a[p], 0.0)
            own_lead += weight * (np.maximum(a[r] - (a[p] + e), 0.0) - before)
            if courting:  # the rival sees p rise or fall
                before = np.maximum(a[p] - a[r], 0.0)
                after = np.maximum(a[p] + e - a[r], 0.0)
                out += (court[r] * worth[r] * weight) * (after - before)
            if pressing:
                change = press[r] * (
                    np.maximum(tilt[r] + weight * e - q["tolerance"][r], 0.0) - push[r]
                )
                out -= (answered[r] + change) * (bearing[r] + weight * e) - answered[r] * bearing[r]
        if induced:
            change = court[p] * own_lead if courting else 0.0
            out += (offered[p] + change) * (worth[p] + dw) - offered[p] * worth[p]
        if pressing:
            change = press[p] * (np.maximum(tilt[p] - steep * e - q["tolerance"][p], 0.0) - push[p])
            out -= change * bearing[p]
    moved = result.transpose(1, 0, 2)
    return moved[:k_count], moved[k_count:]
