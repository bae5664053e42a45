"""When does the bamboo break? The rivalry at which balance between rivals loses its footing.

A theorem about the model: with everything of a round held fixed, the quadratic part of the payoff
is −½ xᵀ Q x. Rivalry adds ``γ_k γ_l (θ L(R) + χ₀ R)`` to Q; when Q turns singular, the best
portfolio jumps from holding both rivals to taking a side. One instrument with salience 1 and two
symmetric rivals give R* = κ/(χ₀ − 2θ), none if χ₀ ≤ 2θ; K instruments give
1/((χ₀ − 2θ) Σ γ_k²/κ_k).
"""

import numpy as np
from numpy.typing import NDArray

from . import frame, payoff
from . import state as states
from .parameters import Floats, World
from .rules import most_steps
from .terms import form_of


def hessian(form: payoff.Form, d: int) -> Floats:
    """Q of one decision as a (K·P, K·P) matrix, hinges left out."""
    k, p, _ = form.linear.shape
    q = np.zeros((k, p, k, p))
    gamma, m = form.salience[:, d], form.exposure_weight[:, d]
    q += (
        gamma[:, None, None, None]
        * gamma[None, None, :, None]
        * form.on_alignment[None, :, None, :, d]
    )
    q += m[:, None, None, None] * m[None, None, :, None] * form.on_exposure[None, :, None, :, d]
    for j in range(k):
        q[j, :, j, :] += form.demand[j, d]
        q[j, range(p), j, range(p)] += form.diagonal[j, d]
    return q.reshape(k * p, k * p)


def critical_rivalry(world: World, slow: bool = False) -> NDArray[np.float64]:
    """Smallest multiple of rivalry at which Q is singular on the free ties: (N, R), inf if none.

    Free are the ties that rules and embargoes at the start allow. `slow` leaves out
    interoperability, which fades as stocks follow ties; without it the multiple is the fast one.
    """
    structure = world.structure
    q = frame.build(structure, world.values, world.overrides)
    s = states.initial(structure, q)
    on = structure.terms - ({"interoperability"} if slow else set())
    heated = form_of(structure, q, s, on)
    calm_values = world.values | {"rivalry": np.zeros_like(world.values["rivalry"])}
    calm_frame = frame.build(structure, calm_values, world.overrides)
    calm = form_of(structure, calm_frame, s, on)
    free = most_steps(structure, q, 0) > 0
    result = np.empty(q.n * q.r)
    for d in range(result.size):
        at = free[:, :, d].ravel()
        still = hessian(calm, d)[np.ix_(at, at)]
        rivalry = hessian(heated, d)[np.ix_(at, at)] - still
        result[d] = _first_singular(still, rivalry)
    return result.reshape(q.n, q.r)


def _first_singular(still: Floats, rivalry: Floats) -> float:
    """Smallest m > 0 at which still + m·rivalry is singular.

    0 if `still` is not definite, inf without free ties or without such an m.
    """
    if not still.size:
        return float("inf")
    try:
        root = np.linalg.cholesky(still)
    except np.linalg.LinAlgError:
        return 0.0
    half = np.linalg.solve(root, rivalry)
    relative = np.linalg.solve(root, half.T)
    steepest = -np.linalg.eigvalsh(0.5 * (relative + relative.T))[0]
    return float(1.0 / steepest) if steepest > 1e-12 else float("inf")
