"""What is reported: alignment, hedging, insurance, autonomy, concentration.

Sources: Khong and Liow (Anatomy of Choice Alignment Index), Kuik (2008, 2016), Morrow (1991).
All are per decision; NaN where undefined.
"""

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
from .portfolio import alignment, summed
from .state import State

BAND = (45.0, 55.0)
TAIL = 0.05


def ratio(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where below is 0."""
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0.0)


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
    d = x.shape[-1]
    lb, be, ep, dd, ib = (np.zeros(d) for _ in range(5))
    for p in range(x.shape[1]):
        threat, other = q.threat_is[p], 1.0 - q.threat_is[p]
        lb += threat * (x[VOICE, p] + x[ARMS, p])
        be += threat * x[DIPLOMACY, p]
        ep += threat * x[TRADE, p]
        dd += other * (x[DIPLOMACY, p] + x[ENERGY, p])
        ib += other * q["will"][p] * (x[ARMS, p] + x[DEFENCE, p])
    whole = ib + dd + ep + be + lb
    defined = np.where(q.threat_is.any(axis=0), whole, 0.0)
    return ratio(ib + dd - be - lb, defined), ratio(ep + be + lb, defined)


def mean_rivalry(q: Frame, a: Floats) -> Floats:
    """R̄ = Σ R_pq a_p a_q / Σ a_p a_q over p < q: rivalry within the portfolio."""
    d = a.shape[-1]
    heat, mass = np.zeros(d), np.zeros(d)
    for p in range(a.shape[0]):
        for r in range(p + 1, a.shape[0]):
            both = a[p] * a[r]
            mass += both
            heat += q["rivalry"][p, r] * both
    return ratio(heat, mass)


def hedging_index(q: Frame, ai: Floats, share: Floats, a: Floats) -> Floats:
    """(1 − |AI − 50|/50) · 4 f (1 − f) · R̄/(1 + R̄): 0–1, 0 without rivalry."""
    heat = mean_rivalry(q, a)
    return (1.0 - np.abs(ai - 50.0) / 50.0) * 4.0 * share * (1.0 - share) * heat / (1.0 + heat)


def side_with(world: Structure, x: Floats, pole: int, other: int) -> Floats:
    """The portfolio that takes one pole's side: all ties with the other go to it, trade apart.

    Ties carried over stop at the cap. Trade stays, since states keep it apart (S0:29).
    """
    side = x.copy()
    for k in range(x.shape[0]):
        if k != TRADE:
            ceiling = np.maximum(world.cap[k], x[k, pole])
            side[k, pole] = np.minimum(x[k, pole] + x[k, other], ceiling)
            side[k, other] = 0.0
    return side


def insurance(world: Structure, form: Form, x: Floats) -> tuple[Floats, Floats, Floats]:
    """Premium, payout and tail of hedging, against the best side-taking portfolio.

    The best side is the pole whose side pays most in the status quo. ``premium`` is what hedging
    forgoes there; ``payout`` is what it avoids in the future that is worst for that side.
    ``tail_loss`` is the mean of the worst 5 % of U over futures weighted by belief: the lower, the
    worse.
    """
    hedged = payoff.by_future(form, x)
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
    """Mean of the worst `TAIL` of a discrete distribution (W, D) → (D,)."""
    order = values.argsort(axis=0, kind="stable")
    ranked = np.take_along_axis(values, order, axis=0)
    mass = np.take_along_axis(beliefs, order, axis=0)
    left = np.full(values.shape[-1], TAIL)
    total = np.zeros(values.shape[-1])
    for value, weight in zip(ranked, mass, strict=True):
        take = np.minimum(weight, left)
        total += take * value
        left = left - take
    return (total + left * ranked[-1]) / TAIL


def autonomy(form: Form, x: Floats) -> Floats:
    """1 − max_p ℓ_p / Σ_p ℓ_p, ℓ_p = (U(x) − U(x without p))₊ (Morrow 1991)."""
    g = payoff.gradient(form, x)
    losses = []
    for p in range(x.shape[1]):
        change = np.zeros_like(x)
        change[:, p] = -x[:, p]
        losses.append(np.maximum(-payoff.price_change(form, x, change, g), 0.0))
    total = summed(np.array(losses))
    return 1.0 - ratio(np.max(losses, axis=0), total)


def concentration(x: Floats, others: Floats) -> Floats:
    """Herfindahl index of one instrument's ties (P, D), others included as one supplier: (D,)."""
    total = others + summed(x)
    squares = others * others + summed(x * x)
    return ratio(squares, total * total)


def of_countries(world: Structure, q: Frame, s: State, form: Form) -> dict[str, Floats]:
    """All measures of a country at the end of a year: name → (D,)."""
    x = s.counts * world.step[:, None, None]
    a = alignment(q["salience"], x)
    ai = alignment_index(world, a)
    score, share = kuik(world, q, x)
    premium, payout, tail_loss = insurance(world, form, x)
    return {
        "alignment_index": ai,
        "kuik_score": score,
        "hedging_index": hedging_index(q, ai, share, a),
        "autonomy": autonomy(form, x),
        "payoff": payoff.utility(form, x),
        "premium": premium,
        "payout": payout,
        "tail_loss": tail_loss,
        "threat": s.threat.copy(),
        **{
            f"concentration_{name}": concentration(x[k], q["others"][k])
            for k, name in enumerate(INSTRUMENTS)
        },
        **{f"belief_{name}": s.beliefs[w].copy() for w, name in enumerate(world.futures)},
    }
