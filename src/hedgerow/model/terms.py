"""The terms of the payoff, each under its own name.

A term adds its coefficients to the `Form`. What only parameters determine it adds while
``form.fresh`` holds; what the round determines (beliefs, threat, stocks, powers' conduct) it adds
every round. Symbols are those of the ODD document; x are ties, s stocks, R rivalry.

All but security are at most quadratic in x.
"""

from collections.abc import Callable

import numpy as np

from . import payoff
from .frame import Frame
from .parameters import ARMS, ENERGY, SETTLEMENT, TRADE, VOICE, Floats, Structure
from .payoff import Form
from .portfolio import summed
from .powers import rivals_alignment
from .state import State

Term = Callable[[Form, Structure, Frame, State], None]

ALL: dict[str, Term] = {}
"""Terms by their names, in the order in which they are added up: that of this file."""


def term(function: Term) -> Term:
    """Make a function a term of the payoff, under its own name."""
    ALL[function.__name__] = function
    return function


@term
def returns(form: Form, world: Structure, q: Frame, s: State) -> None:
    """Σ (b_kp E_μ[cap_kp] + c_p w_k) x_kp − ½ Σ κ_k x_kp²: what ties yield, with inducements.

    A designation cuts what trade with the sanctioner yields. S0:29, S2:15, S4:24, S4:34.
    """
    if form.fresh:
        form.diagonal += q["curvature"]
        form.fixed_linear += q["returns"] * q["capacity"]
    form.deviations = []
    for dev in q.deviations:
        k, p = dev.instrument, dev.partner
        kept = 1.0 - s.trade_cut[p] if k == TRADE else 1.0
        value = q["returns"][k, p] * dev.value * kept
        form.deviations.append((dev.future, k, p, value))
        form.linear[k, p] += s.beliefs[dev.future] * value
    form.linear += q["reciprocity"][:, None] * s.inducement
    form.linear[TRADE] -= q["returns"][TRADE] * q["capacity"][TRADE] * s.trade_cut


@term
def loyalty(form: Form, world: Structure, q: Frame, s: State) -> None:
    """Σ ℓ_p v_k x_kp: memory of help, and of who never invaded. S2:7, S3:23–27, S4:14."""
    if form.fresh:
        form.fixed_linear += q["memory"][:, None] * q["loyalty"]


@term
def security(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−½ σ Σ_ω μ_ω (T_ω − Π_ω)₊²: protection against the threat in each future.

    Π_ω = Σ_p r_ωp [cap_ωp (w x_arms,p + (1 − w) s_arms,p) π_a
    + φ_ωp (π_d x_def,p + π_e x_energy,p)].
    T_ω falls with alignment with a moderating power while it is trusted. The coefficients of x are
    `Frame.gain`. S1:11, S1:23, S3:17, S3:47, S3:67–71, S4:14.
    """
    form.security[:] = q["security"]
    form.hinge_weight[:] = q["security"] * s.beliefs
    form.hinge_base[:] = np.maximum(s.threat + q.extra_threat, 0.0)
    form.hinge_base -= summed(q.stock_gain * s.stocks[ARMS], axis=1)


@term
def dependence(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−½ ρ yᵀCy: exposure to partners whose failures go together (Markowitz 1952).

    C_pq = v_p v_q corr_pq. S3:79, S0:13, S4:46.
    """
    if form.fresh:
        volatility = q["volatility"]
        form.on_exposure += (
            q["dependence"] * q["correlation"] * volatility[:, None] * volatility[None, :]
        )


@term
def autonomy(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−½ θ Σ_{p<q} R_pq (a_p − a_q)²: not choosing sides between rivals. S4:32, S4:44."""
    if form.fresh:
        for p, r in q.rivals:
            weight = q["autonomy"] * q["rivalry"][p, r]
            form.on_alignment[p, p] += weight
            form.on_alignment[p, r] -= weight


@term
def cross_pressure(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−χ₀ Σ_{p<q} R_pq a_p a_q: rivals punish straddling. S4:40–42."""
    if form.fresh:
        for p, r in q.rivals:
            form.on_alignment[p, r] += q["cross_pressure"] * q["rivalry"][p, r]


@term
def pressure(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−Σ_p χ_p Σ_q R_pq a_q: a power's pressure makes ties with its rivals dearer. S4:42, S0:13."""
    form.linear -= q["salience"][:, None] * rivals_alignment(q, s.pressure)


def immunity_gap(q: Frame, threat: Floats) -> Floats:
    """φ_p = max(0, 1 − ι₀ − ι₁ R_{p,threat} T): how far a power dares to punish: (P, D).

    A power that needs the country against the same rival looks away. S3:53, S3:57.
    """
    return np.maximum(1.0 - q["leniency"] - q["need"] * q.threat_rivalry * threat, 0.0)


SANCTIONED = (ARMS, TRADE, ENERGY)
"""Instruments that sanctions look at, in the order of `sanctions_exposure`."""


def sanctions_exposure(q: Frame, s: State, pair: int, target: int) -> tuple[Floats, Floats, Floats]:
    """Weights of arms, trade and energy with the target in E_q: each (D,).

    E_q = x_arms,q + (w_t x_trade,q + w_e x_energy,q)(1 − ϖ s_settlement,q). S3:51–57, S4:22–24.
    """
    open_ = np.maximum(1.0 - q["shield"][pair] * s.stocks[SETTLEMENT, target], 0.0)
    return (
        np.ones_like(open_),
        q["sanction_trade"][pair] * open_,
        q["sanction_energy"][pair] * open_,
    )


@term
def sanctions(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−Σ_{s,q} ψ_sq E_q φ_s: the price of dealing with a power under sanctions. S1:25, S3:51–57."""
    daring = immunity_gap(q, s.threat)
    for pair, (sanctioner, target) in enumerate(world.sanctions):
        bite = q["enforcement"][pair] * daring[sanctioner]
        for k, weight in zip(SANCTIONED, sanctions_exposure(q, s, pair, target), strict=True):
            form.linear[k, target] -= bite * weight


@term
def interoperability(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−½ Σ λ_k (x_kp − s_kp)²: training, familiarity, habit. S3:65, S3:67."""
    if form.fresh:
        form.diagonal += q["inertia"]
    form.linear += q["inertia"][:, None] * s.stocks
    form.constant -= 0.5 * summed(q["inertia"] * summed(s.stocks * s.stocks, axis=1))


@term
def demand(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−½ Σ_k B_k (Σ_p x_kp + others − n_k)², n_arms = n₀ + n₁ T: finite needs. S4:46, S2:13."""
    if form.fresh:
        form.demand += q["demand"]
    gap = q["needs"] - q["others"]
    gap[ARMS] += q["need_slope"] * s.threat
    form.linear += (q["demand"] * gap)[:, None]
    form.constant -= 0.5 * summed(q["demand"] * gap * gap)


@term
def norm(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−ν Σ_q viol_q x_voice,q: a state that lives by the Charter pays to speak up for its violator.

    S3:29, S3:77.
    """
    if form.fresh:
        form.fixed_linear[VOICE] -= q["norm"] * q["violation"]


@term
def peers(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−½ ϱ Σ_j W_ij Σ_p (voice_ip − voice_jp)², on peers' voices of the last round.

    S3:21, S3:31.
    """
    if not q["peer_weight"].any():
        return
    n, r = q.n, q.r
    weights = q["peers"].reshape(n, 1, r) * q["peer_weight"]
    voices = s.voices.reshape(-1, n, r)
    if form.fresh:
        form.diagonal[VOICE] += summed(weights, axis=1).reshape(-1)
    linear = form.linear[VOICE].reshape(-1, n, r)
    for j in range(n):
        linear += weights[:, j] * voices[:, j, None]
    form.constant -= 0.5 * summed(weights * summed(voices * voices), axis=1).reshape(-1)


@term
def audience(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−α h Σ_k x_k,threat: protest at home while incidents are fresh. S0:25, S3:33."""
    form.linear -= q["audience"] * s.incidents * q.threat_is


@term
def move_cost(form: Form, world: Structure, q: Frame, s: State) -> None:
    """−c_k for every move but hold: bandwidth and politics."""
    if form.fresh:
        form.move_cost += q["move_cost"]


TERMS = tuple(ALL)
"""The names of the terms, each of which is a switch in a scenario's ``[terms]``."""


def assemble(
    form: Form, world: Structure, q: Frame, s: State, switched_on: frozenset[str] | None = None
) -> Form:
    """Bring a form up to date for a round, with the terms that are switched on, in their order."""
    on = world.terms if switched_on is None else switched_on
    form.beliefs = s.beliefs
    form.linear[:] = 0.0
    form.constant[:] = 0.0
    for name, add in ALL.items():
        if name in on:
            add(form, world, q, s)
    form.fresh = False
    form.linear += form.fixed_linear
    return form


def form_of(
    world: Structure, q: Frame, s: State, switched_on: frozenset[str] | None = None
) -> Form:
    """Build the form of a round from nothing."""
    return assemble(payoff.empty(world, q), world, q, s, switched_on)
