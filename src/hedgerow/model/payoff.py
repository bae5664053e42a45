"""The payoff as a form that prices any change of the portfolio exactly.

With everything else of the round held fixed,

    U(x) = const + bᵀx − ½ xᵀQx − ½ Σ_ω σ μ_ω (h_ω(x))₊² ,    h_ω(x) = h⁰_ω − G_ω·x ,

where Q has structure: a diagonal by instrument, a rank-one block by instrument (demand), one
matrix that acts on alignments and one that acts on exposures. A change Δ is worth
``g·Δ − ½ ΔᵀQΔ`` with ``g = b − Qx``, plus the exact difference of the hinges.
`hedgerow.model.terms` says what each term of the payoff adds to the form.
"""

from dataclasses import dataclass
from functools import cached_property

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

    @cached_property
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
    """½ Σ_ω σ μ_ω (h_ω)₊²: (W, …, D) → (…, D)."""
    weight = 0.5 * form.hinge_weight
    loss = np.maximum(h, 0.0)
    loss *= loss
    loss *= weight if h.ndim == 2 else weight[:, None]
    return summed(loss)


def steepness(form: Form, v: Floats) -> Floats:
    """Qv for a vector of ties or of changes: (K, P, D)."""
    pull = times(form.on_alignment, alignment(form.salience, v))
    risk = times(form.on_exposure, exposure(form.exposure_weight, v))
    steep = form.diagonal[:, None] * v
    steep += (form.demand * summed(v, axis=1))[:, None]
    steep += form.salience[:, None] * pull
    steep += form.exposure_weight[:, None] * risk
    return steep


def gradient(form: Form, x: Floats) -> Floats:
    """g = b − Qx of the quadratic part: (K, P, D)."""
    steep = steepness(form, x)
    return np.subtract(form.linear, steep, out=steep)


def curvature(form: Form) -> Floats:
    """The whole diagonal of Q: (K, P, D)."""
    own = np.arange(form.linear.shape[1])
    return (
        (form.diagonal + form.demand)[:, None]
        + form.salience[:, None] ** 2 * form.on_alignment[own, own]
        + form.exposure_weight[:, None] ** 2 * form.on_exposure[own, own]
    )


def _smooth(form: Form, x: Floats, g: Floats) -> Floats:
    """const + bᵀx − ½ xᵀQx, with g the gradient at x: (D,)."""
    return form.constant + 0.5 * inner(form.linear + g, x)


def utility(form: Form, x: Floats, g: Floats | None = None) -> Floats:
    """U(x): (D,). g is the gradient at x, worked out where it is not known."""
    smooth = _smooth(form, x, gradient(form, x) if g is None else g)
    return smooth - hinge_loss(form, shortfalls(form, x))


def inner(b: Floats, v: Floats) -> Floats:
    """b·v: (K, P, D), (K, P, D) → (D,)."""
    return summed(summed(b * v))


def price_change(form: Form, x: Floats, change: Floats, g: Floats) -> Floats:
    """U(x + change) − U(x), exactly, for any change (K, P, D) with g the gradient at x: (D,)."""
    value = inner(g - 0.5 * steepness(form, change), change)
    h = shortfalls(form, x)
    return value + hinge_loss(form, h) - hinge_loss(form, h - _protection(form, change))


def price_breaks(form: Form, x: Floats, g: Floats) -> Floats:
    """U(x without p) − U(x) for each partner p, with g the gradient at x: (P, D)."""
    each = (g + 0.5 * (form.diagonal + form.demand)[:, None] * x) * x
    own = np.arange(x.shape[1])
    a, y = alignment(form.salience, x), exposure(form.exposure_weight, x)
    value = -summed(each)
    value -= 0.5 * (form.on_alignment[own, own] * a * a + form.on_exposure[own, own] * y * y)
    by_tie = np.zeros((len(form.gain), *x.shape))
    by_tie[:, *form.gain_index] = form.gain * x[form.gain_index]
    by_partner = summed(by_tie, axis=1)  # protection: (W, P, D)
    h = shortfalls(form, x)
    return value + hinge_loss(form, h) - hinge_loss(form, h[:, None] + by_partner)


def price_moves(
    form: Form, x: Floats, step: Floats, bend: Floats, out: Floats | None = None
) -> tuple[Floats, Floats]:
    """Price every one-step move, its cost included: deepen and loosen, each (K, P, D).

    Args:
        x: ties (K, P, D). step: δ (K,). bend: `curvature` of the form.
        out: (2, K, P, D) to hold both, a new array by default.
    """
    stride = step[:, None, None]
    up, down = np.empty((2, *x.shape)) if out is None else out
    np.multiply(stride, gradient(form, x), out=up)
    sag = (0.5 * stride * stride) * bend
    sag += form.move_cost[:, None]
    np.add(up, sag, out=down)
    np.negative(down, out=down)
    up -= sag
    _add_relief(form, shortfalls(form, x), step, up, down)
    return up, down


def _add_relief(form: Form, h: Floats, step: Floats, up: Floats, down: Floats) -> None:
    """Add to the prices of moves what one step takes off the loss of the hinges.

    h: `shortfalls` (W, D). up, down: (K, P, D), changed at the coordinates that protect.
    """
    today, short = hinge_loss(form, h), h[:, None]
    reach = step[form.gain_index[0], None] * form.gain
    up[form.gain_index] += today - hinge_loss(form, short - reach)
    down[form.gain_index] += today - hinge_loss(form, short + reach)


def by_future(form: Form, x: Floats, g: Floats | None = None) -> Floats:
    """U_ω(x), the payoff were each future certain: (W, D). g as of `utility`."""
    sure = _smooth(form, x, gradient(form, x) if g is None else g)
    for w, k, p, value in form.deviations:
        sure = sure - form.beliefs[w] * value * x[k, p]
    h = np.maximum(shortfalls(form, x), 0.0)
    result = sure - 0.5 * form.security * h * h
    for w, k, p, value in form.deviations:
        result[w] += value * x[k, p]
    return result
