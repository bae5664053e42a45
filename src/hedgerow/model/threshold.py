"""When does the bamboo break? The rivalry at which balance between rivals loses its footing.

A theorem about the model: with everything of a quarter held fixed, the quadratic part of the payoff
is −½ xᵀQx over the ties that desks move. Rivalry adds ``γ_k γ_l (θ L(R) + χ₀ R)`` to Q; when Q
turns singular, the best portfolio jumps from holding both rivals to taking a side. One instrument
with salience 1 and two symmetric rivals give R* = κ/(χ₀ − 2θ), none if χ₀ ≤ 2θ; K instruments give
1/((χ₀ − 2θ) Σ γ_k²/κ_k).
"""

import numpy as np

from . import frame, payoff
from .parameters import Floats, Kind, Structure, World
from .rules import most_steps
from .state import initial
from .streams import Streams
from .terms import form_of


def hessian(structure: Structure, form: payoff.Form, d: int) -> Floats:
    """Q of one decision over step ties as a (K'·P, K'·P) matrix, hinges left out."""
    steps = list(structure.of(Kind.STEPS))
    gamma, m = form.salience[steps, d], form.exposure[steps, d]
    p = len(structure.partners)
    q = np.einsum("k,l,pq->kplq", gamma, gamma, form.on_alignment[:, :, d])
    q += np.einsum("k,l,pq->kplq", m, m, form.on_exposure[:, :, d])
    for place, k in enumerate(steps):
        q[place, range(p), place, range(p)] += form.curvature[k, d]
    return q.reshape(len(steps) * p, len(steps) * p)


def critical_rivalry(world: World) -> Floats:
    """Smallest multiple of rivalry at which Q is singular on the free ties: (N, R), inf if none.

    Free are the step ties that the rules allow.
    """
    structure = world.structure
    q = frame.build(structure, world.values, world.overrides)
    s = initial(structure, q, Streams(world.seed, world.replicates))
    calm = world.values | {"rivalry": np.zeros_like(world.values["rivalry"])}
    heated_form = form_of(structure, q, s)
    calm_form = form_of(structure, frame.build(structure, calm, world.overrides), s)
    free = most_steps(structure, q)[list(structure.of(Kind.STEPS))] > 0
    result = np.empty(q.n * q.r)
    for d in range(result.size):
        at = np.ix_(*[np.flatnonzero(free[:, :, d])] * 2)
        still = hessian(structure, calm_form, d)[at]
        result[d] = _first_singular(still, hessian(structure, heated_form, d)[at] - still)
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
