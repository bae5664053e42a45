"""Desks: every quarter each step instrument may be moved by one step with one partner.

A desk's move is the mini-step of a stochastic actor-oriented model (Snijders 2001): hold has weight
1, a step ±δ with partner p has ½ρ_k Δt·exp(ω ΔU). Desks act one after the other, in an order
drawn for the quarter, each on the portfolio that the others have left.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .choice import hold_or_pick, log_weights
from .moment import Moment
from .parameters import DT, Floats, Kind, Structure
from .payoff import move, price_steps
from .rules import range_steps, steps_allowed
from .streams import Purpose, Streams, coded, gumbel


@dataclass(frozen=True)
class Codes:
    """Random codes of desks: `desk` (K, N, 1), `tie` (K, P, N), `kind` (K, 1)."""

    desk: NDArray[np.uint64]
    tie: NDArray[np.uint64]
    kind: NDArray[np.uint64]


def codes(world: Structure) -> Codes:
    """Return the codes of all desks."""
    k, p, i = world.names, world.partners, world.countries
    return Codes(
        desk=coded("{i}|{k}", k=k, i=i)[..., None],
        tie=coded("{i}|{k}|{p}", k=k, p=p, i=i),
        kind=coded("desk|{k}", k=k)[:, None],
    )


def order(world: Structure, streams: Streams, known: Codes, round_: int) -> list[int]:
    """Return the step instruments in the order in which their desks act this quarter."""
    steps = world.of(Kind.STEPS)
    nobody = np.zeros(1, dtype=np.uint64)
    u = streams(Purpose.ORDER_OF_DESKS, round_, known.kind, nobody)[0][:, 0]
    return sorted(steps, key=lambda k: u[k])


def options(now: Moment, k: int) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_], Floats]:
    """Log-weight, possible, allowed and payoff of a desk's steps, up then down: (2P, D) each."""
    world, q, s = now.world, now.q, now.s
    payoff = np.concatenate(price_steps(now.form, now.point, k, float(world.step[k])))
    habit = np.ones(1) if "steps" in world.flat else 0.5 * DT * q["rate"][k]
    ceiling = range_steps(world, q, k)
    possible = np.concatenate([s.counts[k] < ceiling, s.counts[k] > 0])
    allowed = np.concatenate(steps_allowed(world, q, s, now.point, k))
    return log_weights(habit, now.omega("steps"), payoff), possible, allowed & possible, payoff


def act(
    now: Moment, k: int, streams: Streams, known: Codes
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Draw one desk's moves: options (D,), −1 to hold, and where a rule struck one off (D,)."""
    log_weight, possible, allowed, _ = options(now, k)
    hold = gumbel(streams.by_country(Purpose.MOVE, now.s.round, known.desk[k])[0])
    g = streams.by_country(Purpose.OPTION, now.s.round, known.tie[k][..., None])
    return hold_or_pick(log_weight, possible, allowed, gumbel(np.concatenate(g)), hold)


def apply(now: Moment, k: int, chosen: NDArray[np.int64]) -> None:
    """Apply the moves of one desk, numbered as in `options`, −1 to hold."""
    s = now.s
    p = s.counts.shape[1]
    columns = np.flatnonzero(chosen >= 0)
    partner = chosen[columns] % p
    sign = np.where(chosen[columns] < p, 1, -1)
    s.counts[k, partner, columns] += sign
    move(now.form, now.point, columns, k, partner, sign * now.world.step[k])
