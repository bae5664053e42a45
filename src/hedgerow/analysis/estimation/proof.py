"""Proofs: do intervals cover what was planted, and does another state's politics tell nothing?"""

from dataclasses import dataclass, replace

import numpy as np

from ...progress import Callback
from .penalised import Fit, Floats, fit
from .report import Row


@dataclass(frozen=True)
class Proof:
    """How often 95 % intervals covered, by row of the table.

    Attributes:
        rows: (m,) what is told. panels: number of panels; failed: those that did not converge.
        coverage: (m,) share of panels. bias: (m,) mean error over the standard deviation of
            estimates. error: (m,) Monte Carlo error of the bias.
    """

    rows: tuple[Row, ...]
    panels: int
    failed: int
    coverage: Floats
    bias: Floats
    error: Floats


def planted(found: Fit, rng: np.random.Generator) -> Floats:
    """Return parameters to plant: those fitted, but pooled effects drawn anew: (p,)."""
    theta = found.theta.copy()
    for name, places in found.likelihood.groups.items():
        theta[places] = found.sd[name] * rng.standard_normal(len(places))
    return theta


def prove(found: Fit, panels: int, seed: int, kind: int = 0, tick: Callback | None = None) -> Proof:
    """Fit panels that the model made up at what was fitted, and compare with what was planted.

    Pooled effects are drawn anew in each panel. Panel j has random numbers of its own, by seed,
    kind and j.
    """
    rows = tuple(row for row in found.likelihood.report() if not row.group)
    weights = found.likelihood.weights
    inside, off = [], []
    failed = 0
    for panel in range(panels):
        rng = np.random.default_rng([seed, kind, panel])
        theta = planted(found, rng)
        again = fit(found.likelihood.redrawn(theta, rng))
        failed += not again.converged
        estimate, _, reach = again.told
        truth = weights @ theta
        inside.append(np.abs(estimate - truth) <= reach)
        off.append(estimate - truth)
        if tick is not None:
            tick(panel + 1, panels)
    apart = np.array(off)
    spread = apart.std(axis=0, ddof=1)
    return Proof(
        rows, panels, failed, np.mean(inside, axis=0), apart.mean(axis=0) / spread,
        np.full(len(rows), panels**-0.5),
    )  # fmt: skip


@dataclass(frozen=True)
class Placebo:
    """ω with politics permuted over states.

    Attributes:
        omega, error: one step from 0 towards the estimate, and its error.
        mean, sd: of the same over permutations. larger: share of them, and of the true one, whose
            ω is as large or larger.
    """

    omega: float
    error: float
    mean: float
    sd: float
    larger: float


def placebo(
    found: Fit, permutations: int, seed: int, kind: int = 0, tick: Callback | None = None
) -> Placebo | None:
    """Estimate ω again with the politics of other states; None where the kind has no politics.

    Politics that acts as said is a state's own: what another remembers, or trades, should not tell.
    """
    model = found.likelihood
    if "politics" not in model.names:
        return None
    place = model.names.index("politics")
    true = found.test(place)
    states = int(model.cluster.max()) + 1
    steps = []
    for number in range(permutations):
        order = np.random.default_rng([seed, kind, number, 1]).permutation(states)
        steps.append(replace(found, likelihood=model.permuted(order)).test(place).step)
        if tick is not None:
            tick(number + 1, permutations)
    drawn = np.array(steps)
    larger = (1.0 + (drawn >= true.step).sum()) / (1.0 + permutations)
    return Placebo(true.step, true.error, float(drawn.mean()), float(drawn.std()), float(larger))
