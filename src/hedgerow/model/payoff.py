"""The political payoff, and the exact price of any change of the portfolio.

With everything else of a quarter held fixed,

    U(x) = bᵀx − ½ Σ κ_k x_kp² − ½ aᵀAa − ½ yᵀCy − ½ σ Σ_ω μ_ω (h_ω)₊²,

    h_ω = h⁰_ω + ε_ω (t)₊ − G_ω·x,     t = v·a,

with alignments ``a_p = Σ_k γ_k x_kp``, exposures ``y_p = Σ_k m_k x_kp`` and ``t`` the tilt against
the threat. A change Δ is worth ``g·Δ − ½ ΔᵀQΔ`` of the quadratic part, and the difference of the
hinges, of which each future has one scalar and entrapment a second.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .parameters import Floats
from .part import Columns, part
from .portfolio import dot, summed, times


@dataclass
class Form:
    """Coefficients of the payoff of every decision (last axis D).

    Attributes:
        linear: (K, P, D) b. curvature: (K, D) κ.
        on_alignment, on_exposure: (P, P, D) A and C, symmetric.
        salience, exposure: (K, D) γ and m.
        security: (D,) σ. beliefs: (W, D) μ.
        base: (W, D) h⁰, the threat less what the arsenal protects.
        gain: (W, K, P, D) G, protection per unit of tie.
        traps: (W, D) ε_ω. against: (P, D) v, weights of alignments in the tilt.
        foreseen: (P, D) what the powers' foreseen answer is worth per unit of alignment: it is
            part of the price of a change, and not of U.
    """

    linear: Floats
    curvature: Floats
    on_alignment: Floats
    on_exposure: Floats
    salience: Floats
    exposure: Floats
    security: Floats
    beliefs: Floats
    base: Floats
    gain: Floats
    traps: Floats
    against: Floats
    foreseen: Floats

    def put(self, columns: Columns, some: "Form") -> None:
        """Take over some columns, but for what is foreseen, from a form of theirs."""
        for name in vars(self).keys() - {"foreseen"}:
            getattr(self, name)[..., columns] = getattr(some, name)


Change = dict[tuple[int, int], Floats | float]
"""What is added to some ties: (instrument, partner) → (D,) or a number."""


class Point:
    """A portfolio with what its prices need, each worked out when it is first asked for.

    `move` keeps it up to date. The form must stay as it is while the point is used.
    """

    def __init__(self, form: Form, x: Floats) -> None:
        """x: (K, P, D)."""
        self.form, self.x = form, x

    @cached_property
    def a(self) -> Floats:
        """Alignments: (P, D)."""
        return dot(self.form.salience, self.x)

    @cached_property
    def y(self) -> Floats:
        """Exposures: (P, D)."""
        return dot(self.form.exposure, self.x)

    @cached_property
    def pull(self) -> Floats:
        """A·a: (P, D)."""
        return times(self.form.on_alignment, self.a)

    @cached_property
    def risk(self) -> Floats:
        """C·y: (P, D)."""
        return times(self.form.on_exposure, self.y)

    @cached_property
    def safe(self) -> Floats:
        """h⁰ − G·x: (W, D)."""
        return self.form.base - summed(dot(self.form.gain.swapaxes(0, 1), self.x), axis=1)

    @cached_property
    def tilt(self) -> Floats:
        """t: (D,)."""
        return dot(self.form.against, self.a)

    @cached_property
    def loss(self) -> Floats:
        """½ σ Σ_ω μ_ω (h_ω)₊²: (D,)."""
        return hinge_loss(self.form, shortfalls(self.form, self))

    def of(self, columns: Columns) -> "Point":
        """Return some columns of it, a point of its own."""
        some = Point(part(self.form, columns), self.x.take(columns, axis=-1))
        for name in self.__dict__.keys() - {"form", "x"}:
            setattr(some, name, getattr(self, name).take(columns, axis=-1))
        return some

    def put(self, columns: Columns, some: "Point") -> None:
        """Take over what is known of some columns from a point of theirs."""
        for name in self.__dict__.keys() - {"form"}:
            getattr(self, name)[..., columns] = getattr(some, name)


def at(form: Form, x: Floats) -> Point:
    """Return the point of a portfolio (K, P, D)."""
    return Point(form, x.copy())


def shortfalls(form: Form, point: Point) -> Floats:
    """(h_ω)₊: the shortfall of protection in each future: (W, D)."""
    return np.maximum(point.safe + form.traps * np.maximum(point.tilt, 0.0), 0.0)


def hinge_loss(form: Form, short: Floats) -> Floats:
    """½ σ Σ_ω μ_ω short_ω²: (W, …, D) → (…, D)."""
    weight = 0.5 * form.security * form.beliefs
    total = weight[0] * short[0] * short[0]
    for w in range(1, len(short)):
        one = weight[w] * short[w]
        one *= short[w]
        total += one
    return total


def utility(form: Form, x: Floats) -> Floats:
    """U(x): (D,)."""
    point = at(form, x)
    return _smooth(form, point) - point.loss


def by_future(form: Form, x: Floats) -> Floats:
    """U_ω(x), the payoff were each future certain: (W, D)."""
    point = at(form, x)
    short = shortfalls(form, point)
    return _smooth(form, point) - 0.5 * form.security * short * short


def _smooth(form: Form, point: Point) -> Floats:
    x = point.x
    own = summed(summed((form.linear - 0.5 * form.curvature[:, None] * x) * x))
    return own - 0.5 * summed(point.a * point.pull) - 0.5 * summed(point.y * point.risk)


def gradient(form: Form, point: Point) -> Floats:
    """g = b − κx − γ·A a − m·C y of the quadratic part: (K, P, D)."""
    g = form.linear - form.curvature[:, None] * point.x
    g -= form.salience[:, None] * point.pull
    g -= form.exposure[:, None] * point.risk
    return g


def marginal(form: Form, point: Point) -> Floats:
    """∂U/∂x, hinges included: (K, P, D)."""
    short = shortfalls(form, point)
    pressing = form.security * form.beliefs * short  # ∂loss/∂h: (W, D)
    g = gradient(form, point) + summed(pressing[:, None, None] * form.gain)
    trapped = summed(pressing * form.traps) * (point.tilt > 0.0)
    return g - form.salience[:, None] * (trapped * form.against)


def bend(form: Form, k: int) -> Floats:
    """The diagonal of Q of one instrument: (P, D)."""
    p, _, d = form.on_alignment.shape
    own, risk = (m.reshape(-1, d)[:: p + 1] for m in (form.on_alignment, form.on_exposure))
    return form.curvature[k] + form.salience[k] ** 2 * own + form.exposure[k] ** 2 * risk


def price_steps(form: Form, point: Point, k: int, size: Floats | float) -> tuple[Floats, Floats]:
    """Price of ±size of one instrument with every partner, foreseen answers included: two (P, D).

    size: a number or (P, D), in the unit of the tie.
    """
    gamma = form.salience[k]
    g = form.linear[k] - form.curvature[k] * point.x[k] - gamma * point.pull
    g += gamma * form.foreseen
    g -= form.exposure[k] * point.risk
    slope, sag = size * g, 0.5 * size * size * bend(form, k)
    weight = 0.5 * form.security * form.beliefs
    lean = size * gamma * form.against  # (P, D)
    more = np.maximum(point.tilt + lean, 0.0)
    less = np.maximum(point.tilt - lean, 0.0)
    up, down = np.zeros_like(g), np.zeros_like(g)  # the loss of a step more, and of one less
    for w, trap in enumerate(form.traps):
        reach = size * form.gain[w, k]
        trapped = trap.any()
        for loss, short, tilt in (
            (up, point.safe[w] - reach, more),
            (down, point.safe[w] + reach, less),
        ):
            if trapped:
                short += trap * tilt
            np.maximum(short, 0.0, out=short)
            one = weight[w] * short
            one *= short
            loss += one
    return slope - sag + point.loss - up, -slope - sag + point.loss - down


def price_change(form: Form, point: Point, change: Change) -> Floats:
    """U(x + Δ) − U(x) and the foreseen answer, exactly, for any change of a few ties: (D,)."""
    d = point.tilt.shape[-1]
    value, lean = np.zeros(d), np.zeros(d)
    safer = np.zeros(form.base.shape)
    da: dict[int, Floats] = {}
    dy: dict[int, Floats] = {}
    for (k, p), by in change.items():
        own = form.linear[k, p] - form.curvature[k] * (point.x[k, p] + 0.5 * by)
        value = value + own * by
        safer = safer + form.gain[:, k, p] * by
        da[p] = da.get(p, 0.0) + form.salience[k] * by
        dy[p] = dy.get(p, 0.0) + form.exposure[k] * by
    for p in da:
        pull, risk = point.pull[p], point.risk[p]
        for q in da:
            pull = pull + 0.5 * form.on_alignment[p, q] * da[q]
            risk = risk + 0.5 * form.on_exposure[p, q] * dy[q]
        value = value + da[p] * (form.foreseen[p] - pull) - dy[p] * risk
        lean = lean + form.against[p] * da[p]
    trap = np.maximum(point.tilt + lean, 0.0)
    short = np.maximum(point.safe - safer + form.traps * trap, 0.0)
    return value + point.loss - hinge_loss(form, short)


def stiffness(form: Form, change: Change) -> Floats | float:
    """½ΔᵀQΔ of the quadratic part, for any change of a few ties: (D,), 0.0 for none."""
    value: Floats | float = 0.0
    for (k, p), by in change.items():
        value = value + 0.5 * form.curvature[k] * by * by
        for (j, q), also in change.items():
            bent = form.salience[k] * form.salience[j] * form.on_alignment[p, q]
            bent = bent + form.exposure[k] * form.exposure[j] * form.on_exposure[p, q]
            value = value + 0.5 * bent * by * also
    return value


def price_threat(form: Form, point: Point, more: Floats) -> Floats:
    """What more threat, (D,) or (W, D), does to the payoff; less protection does the same: (D,)."""
    trap = form.traps * np.maximum(point.tilt, 0.0)
    return point.loss - hinge_loss(form, np.maximum(point.safe + more + trap, 0.0))


def move(form: Form, point: Point, columns: Columns, k: int, p: Columns, by: Floats) -> None:
    """Change one tie in each of some columns: instrument k with partners p (C,) by (C,)."""
    da, dy = form.salience[k, columns] * by, form.exposure[k, columns] * by
    # What moves is worked out before the ties are others.
    a, y, pull, risk, safe, tilt = point.a, point.y, point.pull, point.risk, point.safe, point.tilt
    point.x[k, p, columns] += by
    a[p, columns] += da
    y[p, columns] += dy
    pull[:, columns] += form.on_alignment[:, p, columns] * da
    risk[:, columns] += form.on_exposure[:, p, columns] * dy
    safe[:, columns] -= form.gain[:, k, p, columns] * by
    tilt[columns] += form.against[p, columns] * da
    point.__dict__.pop("loss", None)
