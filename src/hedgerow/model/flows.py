"""Flows and the position: what drifts, and is cut or added to by events; nobody chooses it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .frame import Frame, over_countries
from .parameters import DT, ROUNDS_A_YEAR, Floats, Structure, World
from .state import State
from .streams import Purpose, Streams, coded, normal


@dataclass(frozen=True)
class Codes:
    """Random codes: `flow` (K, P, N, 1), `position` (N, 1)."""

    flow: NDArray[np.uint64]
    position: NDArray[np.uint64]


def codes(world: Structure) -> Codes:
    """Return the codes of all flows and positions."""
    k, p, i = world.names, world.partners, world.countries
    return Codes(
        flow=coded("{i}|{k}|{p}", k=k, p=p, i=i)[..., None],
        position=coded("{i}|position", i=i)[:, None],
    )


def market_growth(world: World, n: int, round_: int) -> Floats:
    """Δ ln G of a quarter, G a partner's share of world trade: (P, D)."""
    year = round_ // ROUNDS_A_YEAR
    return over_countries(world.market[year + 1] - world.market[year], n) * DT


def market_now(world: World, n: int, round_: int) -> Floats:
    """ln G less that at the start, at the beginning of a quarter: (P, D)."""
    year, quarter = divmod(round_, ROUNDS_A_YEAR)
    now = world.market[year] + quarter * DT * (world.market[year + 1] - world.market[year])
    return over_countries(now, n)


def expected(
    x: Floats, mean: Floats, growth: Floats, gravity: Floats, drift: Floats, years: Floats | float
) -> Floats:
    """x·exp(½·gravity·Δ ln G) + (1 − exp(−drift Δt))(x̄ − x), which a flow is on average."""
    grown = x * np.exp(0.5 * gravity * growth)
    return grown + (1.0 - np.exp(-years * drift)) * (mean - x)


def drift(
    world: World, q: Frame, s: State, k: int, streams: Streams, known: Codes, round_: int
) -> None:
    """x ← what is expected of it + noise·√Δt·ε, in [0, cap]."""
    growth = market_growth(world, q.n, round_)
    shock = normal(*streams.by_country(Purpose.FLOW, round_, known.flow[k]))
    mean = expected(s.flows[k], s.flow_mean[k], growth, q["gravity"][k], q["drift"][k], DT)
    moved = mean + np.sqrt(DT) * q["flow_noise"][k] * shock
    s.flows[k] = np.clip(moved, 0.0, world.structure.cap[k]) * q.not_self


def walk(q: Frame, s: State, streams: Streams, known: Codes, round_: int) -> None:
    """θ ← θ + noise·√Δt·ε: an ideal point walks at random."""
    shock = normal(*streams.by_country(Purpose.POSITION, round_, known.position))
    s.position = s.position + np.sqrt(DT) * q["position_noise"] * shock
