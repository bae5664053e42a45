"""Programmes: how many a state orders, how large, and from whom; what is delivered, what is in use.

Orders come as a Poisson count, sizes are lognormal, and the supplier is drawn from a Pólya urn with
forgetting (Eggenberger and Pólya 1923), tilted by politics.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .choice import log_weights, pick
from .frame import Frame
from .moment import Moment
from .parameters import DT, Floats, Structure
from .part import Columns
from .payoff import move, price_steps
from .portfolio import summed
from .rules import banned, orders_allowed
from .state import TIV_UNIT, State, or_one
from .streams import Purpose, Streams, coded, gumbel, normal

Watch = Callable[[Columns, Floats, Floats, NDArray[np.int64]], None]

MOST = 12
"""Most programmes of one instrument that a country orders in a quarter."""
LEAST = 1e-300
"""Least habit of suppliers outside politics: somebody always takes an order."""


@dataclass(frozen=True)
class Codes:
    """Random codes: `count` (K, N, 1), `size` (K, MOST, N), `supplier` (K, MOST, P + 1, N)."""

    count: NDArray[np.uint64]
    size: NDArray[np.uint64]
    supplier: NDArray[np.uint64]


def codes(world: Structure) -> Codes:
    """Return the codes of all programmes."""
    k, i, j = world.names, world.countries, range(MOST)
    return Codes(
        count=coded("{i}|{k}", k=k, i=i)[..., None],
        size=coded("{i}|{k}|{j}", k=k, j=j, i=i),
        supplier=coded("{i}|{k}|{p}|{j}", k=k, j=j, p=(*world.partners, "other"), i=i),
    )


def rate(q: Frame, s: State, k: int) -> Floats:
    """Programmes a year: ν exp(ν_T (T − T̄)): (D,)."""
    return q["programmes"][k] * np.exp(q["threat_slope"][k] * (s.threat - q["threat_usual"]))


def counted(mean: Floats, u: Floats) -> NDArray[np.int64]:
    """Poisson counts of a mean (D,) by inverse CDF from uniforms (D,), at most `MOST`: (D,)."""
    chance = np.exp(-mean)
    below = chance.copy()
    count = np.zeros(mean.shape, dtype=np.int64)
    for number in range(1, MOST + 1):
        more = u >= below
        if not more.any():
            break
        count += more
        chance = chance * mean / number
        below += chance
    return count


def urn(q: Frame, s: State, k: int) -> Floats:
    """h(p) = cap_p (k m_p + n^δ s_p) exp(β·f_p), suppliers outside politics last: (P + 1, D).

    m = softmax(a) over suppliers; s = S/n, S the memory, n = Σ S. f: the supplier is the foe, has a
    defence pact, its share in the foe's arsenal.
    """
    base = np.concatenate([np.exp(q["base"][k]) * q.not_self, np.exp(q["base_other"][k])[None]])
    whole = summed(s.memory[k])
    share = s.memory[k] / np.where(whole > 0.0, whole, 1.0)
    drawn = q["urn"][k] * base / summed(base)
    drawn = drawn + whole ** q["concentration"][k] * share
    features = (
        q["foe_weight"][k] * q.threat_is
        + q["pact_weight"][k] * q["pact"]
        + q["foe_share_weight"][k] * q["foe_arms"]
    )
    drawn[:-1] *= q["capacity"][k] * np.exp(features) * q.not_self
    drawn[-1] = np.maximum(drawn[-1], LEAST)
    return drawn


def order(
    now: Moment, k: int, streams: Streams, known: Codes, watch: Watch | None = None
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Let every country order for a quarter.

    `watch`, where given, is called before programmes are noted with the columns that order (C,),
    sizes (C,), log-weights of the suppliers (P + 1, C), −∞ where a rule forbids, and those chosen
    (C,).

    Returns:
        what each ordered from whom (P + 1, D), how many programmes, and in how many of them a rule
        struck off who would have been chosen (D,).
    """
    q, s, t = now.q, now.s, now.s.round
    ordered = np.zeros(s.backlog[k].shape)
    struck = np.zeros(q.columns.size, dtype=np.int64)
    u = streams.by_country(Purpose.ORDERS, t, known.count[k])[0]
    count = counted(rate(q, s, k) * DT, u)
    for j in range(int(count.max(initial=0))):
        columns = np.flatnonzero(count > j)
        some = now.of(columns)
        luck = normal(*streams.of_columns(Purpose.SIZE, t, known.size[k, j], columns))
        z = np.exp(some.s.own_size[k] + some.q["size_sd"][k] * luck)
        more = added(some.q, some.s, k, z)
        weight = log_weights_of(some, k, more)
        possible, allowed = np.isfinite(weight), np.isfinite(weight)
        allowed[:-1] &= orders_allowed(some.world, some.q, some.point, k, more)
        g = gumbel(streams.of_columns(Purpose.SUPPLIER, t, known.supplier[k, j], columns)[0])
        supplier = pick(weight, allowed, g)
        struck[columns] += pick(weight, possible, g) != supplier
        weight = np.where(allowed, weight, -np.inf)
        if watch is not None:
            watch(columns, z, weight, supplier)
        # A supplier's programmes are larger or smaller than others'.
        by_supplier = np.concatenate([some.q["size_of"][k], np.zeros((1, columns.size))])
        z = z * np.exp(by_supplier[supplier, np.arange(columns.size)])
        add(now, k, supplier, columns, z)
        ordered[supplier, columns] += z
    return ordered, count, struck


def added(q: Frame, s: State, k: int, size: Floats) -> Floats:
    """√(z/32)/S*: what a programme of a size (D,) adds to the tie with each supplier: (P, D).

    A supplier's programmes are larger or smaller than others'.
    """
    return np.sqrt(size * np.exp(q["size_of"][k]) / TIV_UNIT) / or_one(s.usual_memory[k])


def log_weights_of(now: Moment, k: int, more: Floats) -> Floats:
    """ln h + ω ΔU of every supplier for a programme, −∞ where barred: (P + 1, D).

    more: (P, D) what it `added` to a tie.
    """
    habit = urn(now.q, now.s, k)
    if "arms" in now.world.flat:
        habit = np.ones(habit.shape)
    habit[:-1] *= ~banned(now.world, now.q, now.s, k, now.s.round)
    gain = price_steps(now.form, now.point, k, more)[0]
    return log_weights(habit, now.omega("arms"), np.concatenate([gain, np.zeros_like(gain[:1])]))


def add(now: Moment, k: int, supplier: NDArray[np.int64], columns: Columns, size: Floats) -> None:
    """Note a programme of a size (C,) with a supplier (C,) in each of some columns."""
    s = now.s
    grown = np.sqrt(size / TIV_UNIT)
    s.memory[k, supplier, columns] += grown
    s.backlog[k, supplier, columns] += size
    politics = supplier < len(s.tiers)
    at = columns[politics]
    step = grown[politics] / or_one(s.usual_memory[k, at])
    move(now.form, now.point, at, k, supplier[politics], step)


def settle(q: Frame, s: State, k: int) -> Floats:
    """Forget, deliver and scrap for a quarter; return what was delivered: (P + 1, D).

    What a supplier cannot make is not delivered.
    """
    s.memory[k] *= np.exp(-DT * q["forgetting"][k])
    delivered = s.backlog[k] * (1.0 - np.exp(-DT / q["lag"][k]))
    delivered[:-1] *= np.minimum(q["capacity"][k], 1.0)
    s.backlog[k] -= delivered
    s.arsenal[k] *= np.exp(-DT * q["turnover"][k])
    s.arsenal[k] += delivered
    return delivered
