"""The roots of bamboo: hard rules as bounds on ties, labels and tilt. No payoff buys them off."""

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .parameters import Floats, Structure
from .portfolio import alignment, depth, summed

_SLACK = 1e-9


def most_steps(world: Structure, q: Frame, round_: int) -> NDArray[np.int64]:
    """Largest allowed tie in whole steps, from caps, rules and embargoes: (K, P, D).

    An embargo stops deepening: it counts as a bound of zero, which existing ties may exceed.
    """
    p = len(world.partners)
    bound = np.minimum(world.cap[:, None], world.rules.tie_max)  # (K, N)
    steps = np.floor(bound / world.step[:, None] + _SLACK).astype(np.int64)
    result = np.repeat(np.repeat(steps, q.r, axis=1)[:, None, :], p, axis=1)
    for i, own in enumerate(world.self_partner):
        if own >= 0:
            result[:, own, i * q.r : (i + 1) * q.r] = 0
    for ban in world.embargoes:
        if ban.start <= round_ < ban.stop:
            mine = slice(ban.country * q.r, (ban.country + 1) * q.r)
            result[ban.instrument, ban.partner, mine] = 0
    return result


def tilt_of(world: Structure, q: Frame, x: Floats) -> Floats:
    """a_A − a_B between the poles: (D,)."""
    first, second = world.poles
    return summed(q["salience"] * (x[:, first] - x[:, second]))


def tilt_allowed(world: Structure, q: Frame, tilt: Floats, shift: Floats) -> NDArray[np.bool_]:
    """Tell whether a change of the tilt by `shift` (…, D) is allowed.

    It is where the tilt stays within the bound, or does not grow where it is beyond already.
    """
    bound = np.repeat(world.rules.tilt_max, q.r)
    return np.abs(tilt + shift) <= np.maximum(bound, np.abs(tilt)) + _SLACK


def feasible_moves(
    world: Structure, q: Frame, counts: NDArray[np.int64], x: Floats, most: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which ties may be deepened and which loosened by one step: two (K, P, D)."""
    up = counts < most
    down = counts > 0
    if np.isfinite(world.rules.tilt_max).any():
        tilt = tilt_of(world, q, x)
        e = world.step[:, None] * q["salience"]
        rises, falls = tilt_allowed(world, q, tilt, e), tilt_allowed(world, q, tilt, -e)
        first, second = world.poles
        up[:, first] &= rises
        down[:, first] &= falls
        up[:, second] &= falls
        down[:, second] &= rises
    return up, down


def clip_change(
    world: Structure,
    q: Frame,
    counts: NDArray[np.int64],
    most: NDArray[np.int64],
    change: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Clip an option's tie changes (K, P) to range and rules, for each decision: (K, P, D).

    Ties stay within 0 and their bound; a tie beyond its bound may only fall. Where the change as
    a whole would breach the bound on tilt, the poles' ties stay as they are.
    """
    ceiling = np.maximum(most, counts)
    clipped = np.clip(counts + change[:, :, None], 0, ceiling) - counts
    if np.isfinite(world.rules.tilt_max).any():
        shift = alignment(q["salience"], depth(clipped, world.step))
        x = depth(counts, world.step)
        tilt = tilt_of(world, q, x)
        allowed = tilt_allowed(world, q, tilt, shift[world.poles[0]] - shift[world.poles[1]])
        for pole in world.poles:
            clipped[:, pole] *= allowed
    return clipped
