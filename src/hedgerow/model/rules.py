"""Hard rules as bounds on ties, labels and tilt. No payoff buys them off."""

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .parameters import SLACK as _SLACK
from .parameters import Effect, Floats, Kind, Structure
from .payoff import Change, Point
from .state import State, cut, held_by, or_one


def range_steps(world: Structure, q: Frame, k: int) -> NDArray[np.int64]:
    """Largest tie of one instrument in whole steps but for the rules: (P, D)."""
    return world.range_steps[k, q.country] * q.not_self.astype(np.int64)


def most_steps(world: Structure, q: Frame) -> NDArray[np.int64]:
    """Largest tie in whole steps that the rules allow: (K, P, D)."""
    return world.most_steps[:, None, q.country] * q.not_self.astype(np.int64)


def banned(world: Structure, q: Frame, s: State, k: int, round_: int) -> NDArray[np.bool_]:
    """Where a supplier takes no orders for programmes of an instrument: (P, D)."""
    result = held_by(world, s, frozenset({Effect.EMBARGO}), round_) | (q.not_self == 0.0)
    for ban in world.bans:
        if ban.instrument == k and ban.start <= round_ < ban.stop:
            result[ban.partner, q.country == ban.country] = True
    return result


def side_of(world: Structure) -> Floats:
    """1.0 for the first pole, −1.0 for the second, 0.0 for others: (P,)."""
    places, (first, second) = np.arange(len(world.partners)), world.poles
    return 1.0 * (places == first) - (places == second)


def tilt_of(world: Structure, point: Point) -> Floats:
    """a_A − a_B between the poles: (D,)."""
    first, second = world.poles
    return point.a[first] - point.a[second]


def tilt_allowed(
    world: Structure, q: Frame, tilt: Floats, shift: Floats | float
) -> NDArray[np.bool_]:
    """Tell whether a change of the tilt by `shift` (…, D) is allowed.

    It is where the tilt stays within the bound, or does not grow where it is beyond already.
    """
    bound = world.rules.tilt_max[q.country]
    return np.abs(tilt + shift) <= np.maximum(bound, np.abs(tilt)) + _SLACK


def steps_allowed(
    world: Structure, q: Frame, s: State, point: Point, k: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell where one instrument may be deepened and loosened by one step: two (P, D).

    A tie beyond its bound may only fall.
    """
    up = s.counts[k] < world.most_steps[k, q.country] * q.not_self.astype(np.int64)
    down = s.counts[k] > 0
    if np.isfinite(world.rules.tilt_max).any():
        lean = world.step[k] * q["salience"][k]
        tilt = tilt_of(world, point)
        rises, falls = tilt_allowed(world, q, tilt, lean), tilt_allowed(world, q, tilt, -lean)
        first, second = world.poles
        up[first] &= rises
        down[first] &= falls
        up[second] &= falls
        down[second] &= rises
    return up, down


def orders_allowed(
    world: Structure, q: Frame, point: Point, k: int, more: Floats
) -> NDArray[np.bool_]:
    """Tell where a programme that adds `more` (P, D) to the tie with each supplier is allowed.

    A tie stays within its bound, and one beyond it may only fall; the tilt as in `tilt_allowed`.
    """
    allowed = point.x[k] + more <= world.rules.tie_max[k, q.country] + _SLACK
    lean = q["salience"][k] * more * side_of(world)[:, None]
    return allowed & tilt_allowed(world, q, tilt_of(world, point), lean)


def change_of(world: Structure, q: Frame, s: State, bundle: NDArray[np.int64]) -> Change:
    """Return what a bundle (K, P) of whole steps adds to the ties.

    A step of programmes is one programme of the usual size; what adds to a flow is cut as it is.
    """
    change: Change = {}
    for k, p in zip(*(places.tolist() for places in bundle.nonzero()), strict=True):
        by = int(bundle[k, p])
        match world.instruments[k].kind:
            case Kind.PROGRAMMES:
                change[k, p] = by / or_one(s.usual_memory[k])
            case Kind.FLOW:
                change[k, p] = by * world.step[k] * (1.0 - cut(world, q, s, s.round, p))
            case _:
                change[k, p] = by * float(world.step[k])
    return change


def bundle_allowed(
    world: Structure,
    q: Frame,
    s: State,
    point: Point,
    bundle: NDArray[np.int64],
    pledge: bool,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a bundle (K, P) of whole steps can be had in full, and where the rules allow it: (D,).

    What would be clipped is not on the menu; who takes no orders sells nothing, and no order is
    taken back. By the rules a tie beyond its bound may only fall, the tilt is as in `tilt_allowed`,
    and a `pledge` may be forbidden.
    """
    there, allowed = np.ones((2, q.columns.size), dtype=bool)
    shift: Floats | float = 0.0
    first, _ = world.poles
    for (k, p), change in change_of(world, q, s, bundle).items():
        by = int(bundle[k, p])
        there &= q.not_self[p] > 0.0
        match world.instruments[k].kind:
            case Kind.STEPS:
                after = s.counts[k, p] + by
                there &= after >= 0
                if by > 0:
                    there &= after <= world.range_steps[k, q.country]
                    allowed &= after <= world.most_steps[k, q.country]
            case Kind.FLOW:
                flow = s.flows[k, p] + q["access"][k, p] + by * world.step[k]
                there &= (flow >= -_SLACK) & (flow <= world.cap[k] + _SLACK)
            case Kind.PROGRAMMES:
                there &= (by > 0) & ~banned(world, q, s, k, s.round)[p]
                bound = world.rules.tie_max[k, q.country]
                allowed &= point.x[k, p] + change <= bound + _SLACK
        if p in world.poles:
            lean = change * q["salience"][k]
            shift = shift + lean if p == first else shift - lean
    if pledge:
        allowed &= world.rules.pledge[q.country]
    if np.any(shift):
        allowed &= tilt_allowed(world, q, tilt_of(world, point), shift)
    return there, there & allowed
