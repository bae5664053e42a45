"""What is reported at the end of a year: alignment, hedging, autonomy, concentration.

Sources: Khong and Liow (Anatomy of Choice Alignment Index), Kuik (2008, 2016), Morrow (1991).
All are per decision; NaN where undefined.
"""

from collections.abc import Callable

import numpy as np

from .frame import Frame
from .parameters import Floats, Kind, Role, Structure
from .payoff import Form, Point, at, by_future, price_change
from .portfolio import summed
from .state import State, share_of

TAIL = 0.05

OWN: dict[str, Callable[[Structure, Frame, State, Form], Floats]] = {}
"""Measures of your own by name: each returns (D,), NaN where it is undefined."""


def ratio(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where below is 0."""
    return above / np.where(below > 0.0, below, np.nan)


def tail(values: Floats, beliefs: Floats) -> Floats:
    """Mean of the worst `TAIL` of a discrete distribution (W, D) → (D,).

    Each value counts with what its mass and the mass of worse ones have in common with the tail.
    """
    futures = np.arange(len(values))
    first = (futures[:, None] < futures)[..., None]  # of two equal values the first is the worse
    worse = (values[:, None] < values) | (first & (values[:, None] == values))
    before = summed(beliefs[:, None] * worse)
    return summed(values * np.clip(TAIL - before, 0.0, beliefs)) / TAIL


def alignment_index(world: Structure, a: Floats) -> Floats:
    """AI = 50 (1 + (a_A − a_B)/(a_A + a_B)) for poles A, B: 0–100, NaN without ties to either."""
    first, second = a[world.poles[0]], a[world.poles[1]]
    return 50.0 * (1.0 + ratio(first - second, first + second))


def kuik(world: Structure, q: Frame, x: Floats) -> tuple[Floats, Floats]:
    """Kuik's spectrum towards the threat: score in [−1, 1] and the share of engagement: two (D,).

    With the threat: limited bandwagoning, binding engagement, economic pragmatism; with others:
    dominance denial and, by will, indirect balancing; instruments have roles in it.
    """
    threat, other = q.threat_is, 1.0 - q.threat_is

    def total(role: Role) -> Floats:
        return summed(x[list(world.having(role))]) if world.having(role) else np.zeros(x[0].shape)

    lb = summed(threat * total(Role.BANDWAGONS))
    be = summed(threat * total(Role.BINDS))
    ep = summed(threat * total(Role.TRADES))
    dd = summed(other * total(Role.DENIES))
    ib = summed(other * q["will"] * total(Role.BALANCES))
    whole = ib + dd + ep + be + lb
    defined = np.where(q.threat_is.any(axis=0), whole, 0.0)
    return ratio(ib + dd - be - lb, defined), ratio(ep + be + lb, defined)


def mean_rivalry(q: Frame, a: Floats) -> Floats:
    """R̄ = Σ R_pq a_p a_q / Σ a_p a_q over p < q: rivalry within the portfolio: (D,)."""
    heat = 0.5 * summed(a * summed(q["rivalry"] * a[None], axis=1))
    whole = summed(a)
    return ratio(heat, 0.5 * (whole * whole - summed(a * a)))


def hedging_index(q: Frame, ai: Floats, share: Floats, a: Floats) -> Floats:
    """(1 − |AI − 50|/50) · 4 f (1 − f) · R̄/(1 + R̄): 0–1, 0 without rivalry: (D,)."""
    heat = mean_rivalry(q, a)
    return (1.0 - np.abs(ai - 50.0) / 50.0) * 4.0 * share * (1.0 - share) * heat / (1.0 + heat)


def chosen_ties(world: Structure) -> list[int]:
    """Instruments whose ties a country chooses: programmes and steps."""
    return sorted((*world.of(Kind.PROGRAMMES), *world.of(Kind.STEPS)))


def autonomy(world: Structure, form: Form, point: Point) -> Floats:
    """1 − max_p ℓ_p/Σ ℓ_p, ℓ_p = max(0, U(x) − U(x without p)) (Morrow 1991): (D,)."""
    losses = np.stack(
        [
            np.maximum(
                -price_change(form, point, {(k, p): -point.x[k, p] for k in chosen_ties(world)}),
                0.0,
            )
            for p in range(len(world.partners))
        ]
    )
    return 1.0 - ratio(losses.max(axis=0), summed(losses))


def price_of_autonomy(world: Structure, form: Form, x: Floats) -> Floats:
    """What today's portfolio forgoes in today's future against the better side: (D,).

    A side gives one pole all chosen ties with the other, up to the cap. Trade stays, since states
    keep it apart (S0:29).
    """
    best = np.full(x.shape[-1], -np.inf)
    for pole, other in (world.poles, world.poles[::-1]):
        side = x.copy()
        for k in chosen_ties(world):
            ceiling = np.maximum(world.cap[k], x[k, pole])
            side[k, pole] = np.minimum(x[k, pole] + x[k, other], ceiling)
            side[k, other] = 0.0
        best = np.maximum(best, by_future(form, side)[0])
    return best - by_future(form, x)[0]


def concentration(shares: Floats, others: Floats) -> Floats:
    """Herfindahl index of (P, D) and of those outside politics (D,), as one: (D,)."""
    total = others + summed(shares)
    return ratio(others * others + summed(shares * shares), total * total)


def of_countries(world: Structure, q: Frame, s: State, form: Form, x: Floats) -> dict[str, Floats]:
    """Measures of a country at the end of a year but for insurance: name → (D,)."""
    point = at(form, x)
    ai = alignment_index(world, point.a)
    score, share = kuik(world, q, x)
    futures = by_future(form, x)
    concentrations = {}
    for k, one in enumerate(world.instruments):
        if one.kind is Kind.PROGRAMMES:
            arsenal = share_of(s.arsenal[k])
            value = concentration(arsenal, np.maximum(1.0 - summed(arsenal), 0.0))
        elif one.kind is Kind.FLOW:
            value = concentration(x[k] * x[k], np.maximum(1.0 - summed(x[k] * x[k]), 0.0))
        else:
            value = concentration(x[k], np.zeros(x.shape[-1]))
        concentrations[f"concentration_{one.name}"] = value
    return {
        "alignment_index": ai,
        "kuik_score": score,
        "hedging_index": hedging_index(q, ai, share, point.a),
        "autonomy": autonomy(world, form, point),
        "payoff": summed(s.beliefs * futures),
        "tail_loss": tail(futures, s.beliefs),
        "threat": s.threat.copy(),
        "price_of_autonomy": price_of_autonomy(world, form, x),
        **concentrations,
        **{f"belief_{name}": s.beliefs[w].copy() for w, name in enumerate(world.futures)},
        **{name: measure(world, q, s, form) for name, measure in OWN.items()},
    }
