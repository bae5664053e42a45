"""The terms of the payoff, each under its own name.

A term adds its coefficients to the `Form` of a quarter. Symbols are those of the ODD document.
"""

from collections.abc import Callable

import numpy as np

from . import frame
from .frame import Frame
from .parameters import Floats, Kind, Role, Structure
from .payoff import Form
from .portfolio import summed
from .state import State, pledges, stocks

Term = Callable[[Form, Structure, Frame, State], None]

ALL: dict[str, Term] = {}
"""Terms by their names."""


def term(function: Term) -> Term:
    """Make a function a term of the payoff, under its own name."""
    ALL[function.__name__] = function
    return function


@term
def returns(form: Form, world: Structure, q: Frame, s: State) -> None:
    """Σ b_kp x_kp − ½ Σ κ_k x_kp²: what step ties yield. S0:29, S2:15, S4:24, S4:34.

    b follows the partner's market: b(t) = b + κ_k e_k ln (G_p(t)/G_p(0)).
    """
    for k in world.of(Kind.STEPS):
        form.linear[k] += q["returns"][k] + q["curvature"][k] * q["elasticity"][k] * s.market
        form.curvature[k] += q["curvature"][k]


@term
def loyalty(form: Form, world: Structure, q: Frame, s: State) -> None:
    """Σ ℓ_p v_k x_kp over step ties: memory of help, and of who never invaded. S2:7, S3:23–27."""
    for k in world.of(Kind.STEPS):
        form.linear[k] += q["memory"][k] * q["loyalty"]


@term
def security(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−½ σ Σ_ω μ_ω (T_ω − Π_ω)₊²: protection against the threat in each future.

    Π_ω = Σ_p r_ωp [cap_ωp (w x_arms,p + (1 − w) s_arms,p) π_a + φ_ωp Σ_k π_k x_kp], k of presence.
    Where a power abandons, its will φ falls; a pledge makes good a share of what is missing:
    φ → φ + (1 − φ)·commitment. Where siding entraps, T_ω rises with the tilt to the threat's rivals
    (Snyder 1984); where ties with the threat spare a country, it falls with them. T_ω falls with
    alignment with a moderating power while it is trusted. S1:11, S1:23, S3:17, S3:47, S3:67–71.
    """
    form.security[:] = q["security"]
    form.base += np.maximum(s.threat + q.extra_threat, 0.0)
    held = stocks(world, s)
    for k in world.having(Role.ARSENAL):
        for p in range(len(world.partners)):
            form.base -= q.stock_gain[:, k, p] * held[k, p]
    bound = q["commitment"] * pledges(s)
    will = q.will + (1.0 - q.will) * bound
    form.gain += q.gain
    for k in world.having(Role.PRESENCE):
        form.gain[:, k] += q.will_gain[:, k] * will
    form.traps += q["entraps"] * q["entrapment"]


@term
def dependence(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−½ ρ yᵀCy: exposure to partners whose failures go together (Markowitz 1952). S3:79, S0:13."""
    volatility = q["volatility"]
    form.on_exposure += (
        q["dependence"] * q["correlation"] * volatility[:, None] * volatility[None, :]
    )


@term
def autonomy(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−½ θ Σ_{p<q} R_pq (a_p − a_q)²: not choosing sides between rivals. S4:32, S4:44."""
    form.on_alignment += frame.matrix(q["autonomy"], q["rivalry"])


@term
def cross_pressure(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−χ₀ Σ_{p<q} R_pq a_p a_q: rivals punish straddling. S4:40–42."""
    form.on_alignment += q["cross_pressure"] * q["rivalry"]


def daring(q: Frame, threat: Floats) -> Floats:
    """φ_p = max(0, 1 − ι₀ − ι₁ R_{p,threat} T): how far a power dares to punish: (P, D).

    A power that needs the country against the same rival looks away. S3:53, S3:57.
    """
    return np.maximum(1.0 - q["leniency"] - q["need"] * q.threat_rivalry * threat, 0.0)


def dealings(world: Structure, q: Frame, s: State, pair: int) -> Floats:
    """Weight of each instrument in E_q, what a sanctioner looks at: (K, D).

    E_q = Σ_k w_k x_kq (1 − ϖ s_k x_settlement,q): settlement shields. S3:51–57, S4:22–24.
    """
    target = world.sanctions[pair][1]
    settled = np.zeros(q["leniency"].shape[-1])
    for k in world.having(Role.SETTLES):
        settled = settled + s.counts[k, target] * world.step[k]
    open_ = np.maximum(1.0 - q["shield"][pair] * settled * q["shielded"], 0.0)
    return q["sanctioned"] * open_


@term
def sanctions(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−Σ_{s,q} ψ_sq E_q φ_s: the price of dealing with a power under sanctions. S1:25, S3:51–57."""
    dares = daring(q, s.threat)
    for pair, (sanctioner, target) in enumerate(world.sanctions):
        bite = q["enforcement"][pair] * dares[sanctioner]
        form.linear[:, target] -= bite * dealings(world, q, s, pair)


@term
def audience(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−α h Σ_k x_k,threat over step ties: protest at home while incidents are fresh. S0:25."""
    anger = q["audience"] * s.fresh
    for k in world.of(Kind.STEPS):
        form.linear[k] -= anger * q.threat_is


LASTING = frozenset({"loyalty", "dependence", "autonomy", "cross_pressure"})
"""Terms that only numbers determine, so that they stay the same until a number changes."""


def form_of(
    world: Structure,
    q: Frame,
    s: State,
    names: frozenset[str] | None = None,
    lasting: Form | None = None,
) -> Form:
    """Return the form of some terms, by default those that are switched on.

    `lasting`, where given, is the form of the `LASTING` ones among them, whose matrices it shares
    unless there are terms of a user's own.
    """
    wanted = world.terms if names is None else names
    form = _empty(world, q, s)
    if lasting is not None:
        form.linear += lasting.linear
        form.on_alignment, form.on_exposure = lasting.on_alignment, lasting.on_exposure
        if world.own:  # they may add to these
            form.on_alignment, form.on_exposure = form.on_alignment.copy(), form.on_exposure.copy()
        wanted = wanted - LASTING
    for name, add in {**ALL, **world.own}.items():
        if name in wanted:
            add(form, world, q, s)
    return form


def _empty(world: Structure, q: Frame, s: State) -> Form:
    k, p, w = len(world.instruments), len(world.partners), len(world.futures)
    d = q.columns.size
    return Form(
        linear=np.zeros((k, p, d)),
        curvature=np.zeros((k, d)),
        on_alignment=np.zeros((p, p, d)),
        on_exposure=np.zeros((p, p, d)),
        salience=q["salience"],
        exposure=q["exposure"],
        security=np.zeros(d),
        beliefs=s.beliefs,
        base=np.zeros((w, d)),
        gain=np.zeros((w, k, p, d)),
        traps=np.zeros((w, d)),
        against=q.threat_rivalry - q.threat_is * _feud_of_threat(q),
        foreseen=np.zeros((p, d)),
    )


def _feud_of_threat(q: Frame) -> Floats:
    """Σ_q R_q,threat: (D,)."""
    return summed(q.threat_rivalry)
