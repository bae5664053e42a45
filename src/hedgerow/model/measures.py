"""What is reported: alignment, hedging, insurance, autonomy, concentration.

Sources: Khong and Liow (Anatomy of Choice Alignment Index), Kuik (2008, 2016), Morrow (1991).
All are per decision; NaN where undefined.
"""

from collections.abc import Callable

import numpy as np

from . import payoff
from .frame import Frame
from .parameters import (
    ARMS,
    DEFENCE,
    DIPLOMACY,
    ENERGY,
    INSTRUMENTS,
    TRADE,
    VOICE,
    Floats,
    Structure,
)
from .payoff import Form
from .portfolio import alignment, depth, summed
from .powers import rivals_alignment
from .state import State

BAND = (45.0, 55.0)
TAIL = 0.05

NAMES = (
    "alignment_index",
    "kuik_score",
    "hedging_index",
    "autonomy",
    "payoff",
    "premium",
    "payout",
    "tail_loss",
    "threat",
    *(f"concentration_{name}" for name in INSTRUMENTS),
)
"""What `of_countries` returns, in its order; beliefs in each future follow, then `OWN`."""

OWN: dict[str, Callable[[Structure, Frame, State, Form], Floats]] = {}
"""Measures of your own by name: each returns (D,), NaN where it is undefined."""


def ratio(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where below is 0."""
    return above / np.where(below > 0.0, below, np.nan)


def alignment_index(world: Structure, a: Floats) -> Floats:
    """AI = 50 (1 + (a_A − a_B)/(a_A + a_B)) for poles A, B: 0–100, NaN without ties to either."""
    first, second = a[world.poles[0]], a[world.poles[1]]
    return 50.0 * (1.0 + ratio(first - second, first + second))


def kuik(world: Structure, q: Frame, x: Floats) -> tuple[Floats, Floats]:
    """Kuik's spectrum towards the threat B: score in [−1, 1] and the share f of engagement.

    LB = voice_B + arms_B (limited bandwagoning), BE = diplomacy_B (binding engagement),
    EP = trade_B (economic pragmatism), DD = Σ_{p≠B} (diplomacy + energy) (dominance denial),
    IB = Σ_{p≠B} φ_p (arms + defence) (indirect balancing).
    """
    threat, other = q.threat_is, 1.0 - q.threat_is
    lb = summed(threat * (x[VOICE] + x[ARMS]))
    be = summed(threat * x[DIPLOMACY])
    ep = summed(threat * x[TRADE])
    dd = summed(other * (x[DIPLOMACY] + x[ENERGY]))
    ib = summed(other * q["will"] * (x[ARMS] + x[DEFENCE]))
    whole = ib + dd + ep + be + lb
    defined = np.where(q.threat_is.any(axis=0), whole, 0.0)
    return ratio(ib + dd - be - lb, defined), ratio(ep + be + lb, defined)


def mean_rivalry(q: Frame, a: Floats) -> Floats:
    """R̄ = Σ R_pq a_p a_q / Σ a_p a_q over p < q: rivalry within the portfolio."""
    before = np.add.accumulate(a) - a  # Σ of the partners listed before
    heat = 0.5 * summed(a * rivals_alignment(q, a))  # every pair is met from both sides
    return ratio(heat, summed(a * before))


def hedging_index(q: Frame, ai: Floats, share: Floats, a: Floats) -> Floats:
    """(1 − |AI − 50|/50) · 4 f (1 − f) · R̄/(1 + R̄): 0–1, 0 without rivalry."""
    heat = mean_rivalry(q, a)
    return (1.0 - np.abs(ai - 50.0) / 50.0) * 4.0 * share * (1.0 - share) * heat / (1.0 + heat)


def side_with(world: Structure, x: Floats, pole: int, other: int) -> Floats:
    """The portfolio that takes one pole's side: all ties with the other go to it, trade apart.

    Ties carried over stop at the cap. Trade stays, since states keep it apart (S0:29).
    """
    side = x.copy()
    ceiling = np.maximum(world.cap[:, None], x[:, pole])
    side[:, pole] = np.minimum(x[:, pole] + x[:, other], ceiling)
    side[:, other] = 0.0
    side[TRADE] = x[TRADE]
    return side


def insurance(
    world: Structure, form: Form, x: Floats, g: Floats | None = None
) -> tuple[Floats, Floats, Floats]:
    """Premium, payout and tail of hedging, against the best side-taking portfolio.

    The best side is the pole whose side pays most in the status quo. ``premium`` is what hedging
    forgoes there; ``payout`` is what it avoids in the future that is worst for that side.
    ``tail_loss`` is the mean of the worst 5 % of U over futures weighted by belief: the lower, the
    worse.
    """
    hedged = payoff.by_future(form, x, g)
    first, second = world.poles
    sides = [
        payoff.by_future(form, side_with(world, x, pole, other))
        for pole, other in ((first, second), (second, first))
    ]
    best = np.where(sides[0][0] >= sides[1][0], sides[0], sides[1])
    worst = best.argmin(axis=0)
    premium = best[0] - hedged[0]
    columns = np.arange(x.shape[-1])
    payout = hedged[worst, columns] - best[worst, columns]
    return premium, payout, tail(hedged, form.beliefs)


def tail(values: Floats, beliefs: Floats) -> Floats:
    """Mean of the worst `TAIL` of a discrete distribution (W, D) → (D,).

    Each value counts with what its mass and the mass of worse ones have in common with the tail.
    """
    futures = np.arange(len(values))
    first = (futures[:, None] < futures)[..., None]  # of two equal values the first is the worse
    worse = (values[:, None] < values) | (first & (values[:, None] == values))
    before = summed(beliefs[:, None] * worse)
    return summed(values * np.clip(TAIL - before, 0.0, beliefs)) / TAIL


def autonomy(form: Form, x: Floats, g: Floats | None = None) -> Floats:
    """1 − max_p ℓ_p / Σ_p ℓ_p, ℓ_p = (U(x) − U(x without p))₊ (Morrow 1991)."""
    g = payoff.gradient(form, x) if g is None else g
    losses = np.maximum(-payoff.price_breaks(form, x, g), 0.0)
    return 1.0 - ratio(losses.max(axis=0), summed(losses))


def concentration(x: Floats, others: Floats) -> Floats:
    """Herfindahl index of ties with all partners, others included as one supplier.

    (P, D), (D,) → (D,) for one instrument, (K, P, D), (K, D) → (K, D) for all.
    """
    total = others + summed(x, axis=-2)
    squares = others * others + summed(x * x, axis=-2)
    return ratio(squares, total * total)


def of_countries(world: Structure, q: Frame, s: State, form: Form) -> dict[str, Floats]:
    """All measures of a country at the end of a year: name → (D,)."""
    x = depth(s.counts, world.step)
    a = alignment(q["salience"], x)
    ai = alignment_index(world, a)
    score, share = kuik(world, q, x)
    g = payoff.gradient(form, x)
    premium, payout, tail_loss = insurance(world, form, x, g)
    shares = concentration(x, q["others"])
    return {
        "alignment_index": ai,
        "kuik_score": score,
        "hedging_index": hedging_index(q, ai, share, a),
        "autonomy": autonomy(form, x, g),
        "payoff": payoff.utility(form, x, g),
        "premium": premium,
        "payout": payout,
        "tail_loss": tail_loss,
        "threat": s.threat.copy(),
        **{f"concentration_{name}": row for name, row in zip(INSTRUMENTS, shares, strict=True)},
        **{f"belief_{name}": s.beliefs[w].copy() for w, name in enumerate(world.futures)},
        **{name: measure(world, q, s, form) for name, measure in OWN.items()},
    }
