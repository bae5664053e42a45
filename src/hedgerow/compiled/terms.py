"""The terms of the payoff: `hedgerow.model.terms` for one country.

`fixed_payoff` writes what only parameters determine, `assemble_payoff` what a quarter adds.
"""

from typing import Any

from .books import Opened
from .lanes import Lanes, jit, maximum, splat, spliced, where
from .payoff import bend, press
from .portfolio import copy, fill
from .state import pledge, stock


@jit
def against(h: Any, form: Opened) -> None:
    """Weights of alignments in the tilt against the threat."""
    w, c, f = h.w, h.c, h.f
    feud = f.threat_rivalry[0]
    for p in range(1, w.p):
        feud = feud + f.threat_rivalry[p]
    for p in range(w.p):
        form.against[p] = f.threat_rivalry[p] - (feud if p == c.threat else splat(0.0))


@jit
def blank(h: Any, form: Opened) -> None:
    """A form that is zero but for the weights of the tilt."""
    w = h.w
    fill(form.linear, w.kp, 0.0)
    fill(form.curvature, w.k, 0.0)
    fill(form.on_alignment, w.p * w.p, 0.0)
    fill(form.on_exposure, w.p * w.p, 0.0)
    fill(form.security, 1, 0.0)
    fill(form.base, w.futures, 0.0)
    fill(form.traps, w.futures, 0.0)
    fill(form.gain, w.futures * w.kp, 0.0)
    fill(form.foreseen, w.p, 0.0)
    against(h, form)


@jit
def curves(h: Any, form: Opened) -> None:
    """κ of step ties."""
    for j in range(h.w.of_steps):
        k = h.w.steps[j]
        form.curvature[k] = form.curvature[k] + h.q.curvature[k]


@jit
def dependence(h: Any, form: Opened) -> None:
    w, q = h.w, h.q
    for p in range(w.p):
        for r in range(w.p):
            at = p * w.p + r
            form.on_exposure[at] = (
                h.o.dependence[0] * q.correlation[at] * q.volatility[p] * q.volatility[r]
            )


@jit
def unequal(h: Any, form: Opened, weight: Lanes, apart: float) -> None:
    """Add weight·(diag(Σ_q R) − R), `frame.matrix`; with `apart`, R is 1 between rivals."""
    w, f = h.w, h.f
    for p in range(w.p):
        total = splat(0.0)
        for r in range(w.p):
            at = p * w.p + r
            rivalry = f.rivalry[at]
            if apart != 0.0:
                rivalry = one_where_positive(rivalry)
            total = total + rivalry
            form.on_alignment[at] = form.on_alignment[at] + -weight * rivalry
        own = p * w.p + p
        form.on_alignment[own] = form.on_alignment[own] + weight * total


@jit
def one_where_positive(value: Lanes) -> Lanes:
    """1.0 where a number is above 0, else 0.0."""
    return where(value > 0.0, 1.0, 0.0)


@jit
def fixed_payoff(h: Any) -> None:
    """Write what only parameters determine of the payoff."""
    w, q, o, f, b = h.w, h.q, h.o, h.f, h.b
    blank(h, b)
    if w.term_returns:
        curves(h, b)
    if w.term_security:
        b.security[0] = o.security[0]
        for v in range(w.futures):
            b.traps[v] = q.entraps[v] * o.entrapment[0]
    if w.term_dependence:
        dependence(h, b)
    if w.term_autonomy:
        unequal(h, b, o.autonomy[0], 0.0)
    if w.term_cross_pressure:
        for at in range(w.p * w.p):
            b.on_alignment[at] = b.on_alignment[at] + f.cross_pressure[0] * f.rivalry[at]
    bend(h, b)


@jit
def yields(h: Any, form: Opened) -> None:
    """Add what step ties yield: the linear part of `terms.returns`."""
    w, q, o, s = h.w, h.q, h.o, h.s
    for j in range(w.of_steps):
        k = w.steps[j]
        moves = q.curvature[k] * q.elasticity[k]
        for p in range(w.p):
            at = k * w.p + p
            form.linear[at] = form.linear[at] + (o.returns[at] + moves * s.market[p])


@jit
def daring(h: Any, p: int) -> Lanes:
    """Mirror `terms.daring`: how far a power dares to punish."""
    q, f, s = h.q, h.f, h.s
    return maximum(1.0 - q.leniency[p] - q.need[p] * f.threat_rivalry[p] * s.threat[0], 0.0)


@jit
def dealings(h: Any, pair: int) -> None:
    """Mirror `terms.dealings`: write the weight of each instrument into ``t.dealt``."""
    w, q, s, t = h.w, h.q, h.s, h.t
    target = w.target[pair]
    settled = splat(0.0)
    for j in range(w.of_settles):
        k = w.settles[j]
        settled = settled + s.counts[k * w.p + target] * w.step[k]
    for k in range(w.k):
        open_ = maximum(1.0 - q.shield[pair] * settled * q.shielded[k], 0.0)
        t.dealt[k] = q.sanctioned[k] * open_


@jit
def assemble_payoff(h: Any) -> None:
    """Write what a quarter adds to the payoff."""
    w, c, q, o, s, b, t = h.w, h.c, h.q, h.o, h.s, h.b, h.t
    fill(b.linear, w.kp, 0.0)
    if w.term_returns:
        yields(h, b)
    if w.term_loyalty:
        for j in range(w.of_steps):
            k = w.steps[j]
            for p in range(w.p):
                at = k * w.p + p
                b.linear[at] = b.linear[at] + q.memory[k] * o.loyalty[p]
    if w.term_security:
        protect(h)
    if w.term_sanctions:
        for pair in range(w.sanctions):
            bite = q.enforcement[pair] * daring(h, w.sanctioner[pair])
            dealings(h, pair)
            for k in range(w.k):
                at = k * w.p + w.target[pair]
                b.linear[at] = b.linear[at] - bite * t.dealt[k]
    if w.term_audience and c.threat >= 0:
        anger = o.audience[0] * s.fresh[0]
        for j in range(w.of_steps):
            at = w.steps[j] * w.p + c.threat
            b.linear[at] = b.linear[at] - anger
    copy(s.beliefs, b.beliefs, w.futures)
    press(h, b)


@spliced
def protect(h: Any) -> None:
    """Threat, and what protects from it: `terms.security`."""
    w, o, f, s, b, t = h.w, h.o, h.f, h.s, h.b, h.t
    for p in range(w.p):
        t.bound[p] = o.commitment[0] * pledge(h, p)
    for v in range(w.futures):
        base = maximum(s.threat[0] + f.extra_threat[v], 0.0)
        for j in range(w.of_arsenal):
            k = w.arsenal[j]
            for p in range(w.p):
                base = base - f.stock_gain[v * w.kp + k * w.p + p] * stock_of(h, k, p)
        b.base[v] = base
    copy(f.gain, b.gain, w.futures * w.kp)
    for v in range(w.futures):
        for j in range(w.of_presence):
            k = w.presence[j]
            for p in range(w.p):
                at = v * w.kp + k * w.p + p
                will = f.will[v * w.p + p]
                will = will + (1.0 - will) * t.bound[p]
                b.gain[at] = b.gain[at] + f.will_gain[at] * will


@jit
def stock_of(h: Any, k: int, p: int) -> Lanes:
    """Arsenal of an instrument, zero of those that are no programmes."""
    if h.w.kind[k] == 0:
        return stock(h, k, p)
    return splat(0.0)
