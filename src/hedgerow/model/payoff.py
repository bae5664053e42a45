"""The payoff as a form that prices any change of the portfolio exactly.

With everything else of the round held fixed,

    U(x) = const + bᵀx − ½ xᵀQx − ½ Σ_ω σ μ_ω (h_ω(x))₊² ,    h_ω(x) = h⁰_ω − G_ω·x ,

where Q has structure: a diagonal by instrument, a rank-one block by instrument (demand), one
matrix that acts on alignments and one that acts on exposures. A change Δ is worth
``g·Δ − ½ ΔᵀQΔ`` with ``g = b − Qx``, plus the exact difference of the hinges.
`hedgerow.model.terms` says what each term of the payoff adds to the form.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .parameters import Floats, Structure
from .portfolio import alignment, exposure, summed, times


@dataclass
class Form:
    """Coefficients of the payoff of every decision (last axis D).

    Attributes:
        fresh: True while the coefficients that only parameters determine are being built.
        fixed_linear, linear: (K, P, D) b without and with what the round adds.
        constant: (D,).
        diagonal: (K, D); demand: (K, D).
        on_alignment, on_exposure: (P, P, D) matrices.
        salience, exposure_weight: (K, D) γ and m.
        security: (D,) σ; hinge_weight: (W, D) σ μ_ω; hinge_base: (W, D) h⁰_ω.
        gain: (W, M, D) protection per unit of the ties at `gain_at`.
        deviations: (future, instrument, partner, (D,)) returns that a future adds to today's.
        beliefs: (W, D).
        move_cost: (K, D).
    """

    fresh: bool
    fixed_linear: Floats
    linear: Floats
    constant: Floats
    diagonal: Floats
    demand: Floats
    on_alignment: Floats
    on_exposure: Floats
    salience: Floats
    exposure_weight: Floats
    security: Floats
    hinge_weight: Floats
    hinge_base: Floats
    gain: Floats
    gain_at: tuple[tuple[int, int], ...]
    deviations: list[tuple[int, int, int, Floats]]
    beliefs: Floats
    move_cost: Floats

    @property
    def gain_index(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The coordinates of `gain` as an index into (K, P, D)."""
        at = np.array(self.gain_at, dtype=np.intp).reshape(-1, 2)
        return at[:, 0], at[:, 1]


def empty(structure: Structure, q: Frame) -> Form:
    """Return a form without any term, ready for the terms to fill."""
    k, p, d = structure.step.size, len(structure.partners), q.n * q.r
    w = len(structure.futures)
    return Form(
        fresh=True,
        fixed_linear=np.zeros((k, p, d)),
        linear=np.zeros((k, p, d)),
        constant=np.zeros(d),
        diagonal=np.zeros((k, d)),
        demand=np.zeros((k, d)),
        on_alignment=np.zeros((p, p, d)),
        on_exposure=np.zeros((p, p, d)),
        salience=q["salience"],
        exposure_weight=q["exposure"],
        security=np.zeros(d),
        hinge_weight=np.zeros((w, d)),
        hinge_base=np.zeros((w, d)),
        gain=q.gain,
        gain_at=q.gain_at,
        deviations=[],
        beliefs=np.zeros((w, d)),
        move_cost=np.zeros((k, d)),
    )


def shortfalls(form: Form, x: Floats) -> Floats:
    """h_ω(x) = T_ω − Π_ω before the positive part: (W, D)."""
    return form.hinge_base - _protection(form, x)


def _protection(form: Form, v: Floats) -> Floats:
    """G_ω·v: protection by ties, or its change by changes of ties: (W, D)."""
    if not form.gain_at:
        return np.zeros_like(form.hinge_base)
    return summed(form.gain * v[form.gain_index], axis=1)


def hinge_loss(form: Form, h: Floats) -> Floats:
    """½ Σ_ω σ μ_ω (h_ω)₊²: (D,)."""
    positive = np.maximum(h, 0.0)
    return 0.5 * summed(form.hinge_weight * positive * positive)


def gradient(form: Form, x: Floats) -> Floats:
    """g = b − Qx of the quadratic part: (K, P, D)."""
    pull = times(form.on_alignment, alignment(form.salience, x))
    risk = times(form.on_exposure, exposure(form.exposure_weight, x))
    g = form.linear - form.diagonal[:, None] * x
    g -= (form.demand * summed(x, axis=1))[:, None]
    g -= form.salience[:, None] * pull
    g -= form.exposure_weight[:, None] * risk
    return g


def curvature(form: Form) -> Floats:
    """The whole diagonal of Q: (K, P, D)."""
    own = np.arange(form.linear.shape[1])
    return (
        (form.diagonal + form.demand)[:, None]
        + form.salience[:, None] ** 2 * form.on_alignment[own, own]
        + form.exposure_weight[:, None] ** 2 * form.on_exposure[own, own]
    )


def _bends(form: Form, v: Floats) -> Floats:
    """VᵀQV for a vector of ties or of changes: (K, P, D) → (D,)."""
    whole = summed(v, axis=1)
    total = summed(form.diagonal * summed(v * v, axis=1) + form.demand * whole * whole)
    a = alignment(form.salience, v)
    y = exposure(form.exposure_weight, v)
    total += summed(a * times(form.on_alignment, a))
    total += summed(y * times(form.on_exposure, y))
    return total


def utility(form: Form, x: Floats) -> Floats:
    """U(x): (D,)."""
    smooth = form.constant + _inner(form.linear, x) - 0.5 * _bends(form, x)
    return smooth - hinge_loss(form, shortfalls(form, x))


def _inner(b: Floats, v: Floats) -> Floats:
    """b·v: (K, P, D), (K, P, D) → (D,)."""
    return summed(summed(b * v))


def price_change(form: Form, x: Floats, change: Floats, g: Floats) -> Floats:
    """U(x + change) − U(x), exactly, for any change (K, P, D) with g the gradient at x: (D,)."""
    value = _inner(g, change) - 0.5 * _bends(form, change)
    h = shortfalls(form, x)
    after = h - _protection(form, change)
    return value + hinge_loss(form, h) - hinge_loss(form, after)


def price_moves(form: Form, x: Floats, step: Floats, bend: Floats) -> tuple[Floats, Floats]:
    """Price every one-step move, its cost included: deepen and loosen, each (K, P, D).

    Args:
        x: ties (K, P, D). step: δ (K,). bend: `curvature` of the form.
    """
    stride = step[:, None, None]
    up = stride * gradient(form, x)
    down = -up
    sag = (0.5 * stride * stride) * bend
    sag += form.move_cost[:, None]
    up -= sag
    down -= sag
    h = shortfalls(form, x)
    ease = np.zeros(form.gain.shape[1:])
    loss = np.zeros(form.gain.shape[1:])
    for w in range(h.shape[0]):
        half = 0.5 * form.hinge_weight[w]
        if not half.any():
            continue
        before = np.maximum(h[w], 0.0)
        before *= before
        reach = step[form.gain_index[0], None] * form.gain[w]
        for total, after in ((ease, h[w] - reach), (loss, h[w] + reach)):
            np.maximum(after, 0.0, out=after)
            after *= after
            np.subtract(before, after, out=after)
            after *= half
            total += after
    up[form.gain_index] += ease
    down[form.gain_index] += loss
    return up, down


def by_future(form: Form, x: Floats) -> Floats:
    """U_ω(x), the payoff were each future certain: (W, D)."""
    sure = form.constant + _inner(form.linear, x) - 0.5 * _bends(form, x)
    for w, k, p, value in form.deviations:
        sure = sure - form.beliefs[w] * value * x[k, p]
    h = np.maximum(shortfalls(form, x), 0.0)
    result = sure - 0.5 * form.security * h * h
    for w, k, p, value in form.deviations:
        result[w] += value * x[k, p]
    return result
