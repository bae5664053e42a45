"""Computes the value of a swept rivalry at which a hedge breaks, as a function of another number.

`hedgerow.critical_rivalry` returns a multiple of the rivalry at the start of a scenario. The axis
of a map is different: it multiplies all rivalry, or is the rivalry of one pair, and the shocks of
its year are in force. The quadratic part Q of the payoff is affine in such a number a. So the
critical value is the smallest a at which Q(0) + a (Q(1) − Q(0)) is singular on the free ties. For
``relations.intensity`` without shocks in force, it equals the multiple of `critical_rivalry`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model import frame
from ...model import state as states
from ...model.parameters import ROUNDS_A_YEAR, Kind, World
from ...model.rules import most_steps
from ...model.shocks import active, in_force
from ...model.streams import Streams
from ...model.terms import form_of
from ...model.threshold import hessian
from ...runs.design import Points
from ...runs.variants import Variants
from ...scenario import Scenario
from ...scenario.compile import world
from ...scenario.keys import split

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """The critical values on the axis of rivalry, at values of the other axis.

    Attributes:
        at: values of the other axis, as in the sweep.
        low, median, high: (len(at),) 5, 50 and 95 % quantiles of the critical value over draws;
            infinite if so many draws have none.
        never: (len(at),) share of draws without a critical value.
    """

    at: tuple[Any, ...]
    low: Floats
    median: Floats
    high: Floats
    never: Floats


def is_rivalry(scenario: Scenario, path: str) -> bool:
    """Whether a path is, or multiplies, a rivalry of powers, directly or by a shock."""
    parts = split(path)
    if parts[0] == "shocks" and parts[2:] == ("value",):
        entry = scenario.resolved["shocks"].get(parts[1])
        parts = split(entry["path"]) if entry else parts
    return parts[:2] in (("relations", "intensity"), ("relations", "rivalry"))


def critical_values(
    scenario: Scenario,
    path: str,
    points: Sequence[dict[str, Any]],
    year: int,
    country: str,
    draws: int,
    seed: int,
) -> Floats:
    """Return the smallest value of a rivalry at which ties with both rivals no longer hold.

    Args:
        scenario: a checked scenario.
        path: path of the rivalry, for which `is_rivalry` is true.
        points: the other changed values of each point, by path.
        year: the year; the shocks and embargoes of its last quarter are in force.
        country: code of a hedging country.
        draws: number of replicates.
        seed: seed of their draws.

    Returns:
        (points, draws), in the unit of the path; 0 if a balance does not hold even at 0, infinite
        if no value breaks it.

    Raises:
        ScenarioError: there can be no such scenario.
    """
    names = (path, *dict.fromkeys(name for point in points for name in point))
    rows = [
        (value, *(point.get(name) for name in names[1:]))
        for point in points
        for value in (0.0, 1.0)
    ]
    variants = Variants(scenario, Points(names, tuple(rows)))
    replicates = np.arange(draws, dtype=np.uint64)
    place = scenario.countries.index(country)
    round_ = (year - scenario.start + 1) * ROUNDS_A_YEAR - 1
    result = np.empty((len(points), draws))
    for number in range(len(points)):
        calm, heated = (
            _quadratic(
                world(
                    variants.scenario(row),
                    replicates,
                    seed,
                    {name: np.full(draws, value) for name, value in variants.given(row).items()},
                ),
                round_,
                place,
            )
            for row in (2 * number, 2 * number + 1)
        )
        result[number] = [_breaks(*pair) for pair in zip(calm, heated, strict=True)]
    return result


def curve_of(at: Sequence[Any], values: Floats) -> Curve:
    """Return the curve of critical values (len(at), draws)."""
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95), axis=1, method="inverted_cdf")
    return Curve(tuple(at), low, median, high, np.isinf(values).mean(axis=1))


def _quadratic(whole: World, round_: int, country: int) -> list[Floats]:
    """Return the matrix Q of a country on its free step ties in a round, for each replicate."""
    structure = whole.structure
    values = in_force(whole.values, whole.shocks, active(whole.shocks, round_))
    q = frame.build(structure, values, whole.overrides)
    s = states.initial(structure, q, Streams(whole.seed, whole.replicates))
    form = form_of(structure, q, s)
    free = most_steps(structure, q)[list(structure.of(Kind.STEPS))] > 0
    found = []
    for d in range(country * q.r, (country + 1) * q.r):
        at = free[:, :, d].ravel()
        found.append(hessian(structure, form, d)[np.ix_(at, at)])
    return found


def _breaks(calm: Floats, heated: Floats) -> float:
    """Return the smallest a > 0 for which calm + a (heated − calm) is singular.

    0 if `calm` is not definite, infinite if there is none.
    """
    from scipy.linalg import LinAlgError, eigh

    if not calm.size:
        return float("inf")
    try:
        steepest = eigh(
            calm - heated, calm, eigvals_only=True, subset_by_index=[len(calm) - 1] * 2
        )[0]
    except LinAlgError:
        return 0.0
    return float(1.0 / steepest) if steepest > 1e-12 else float("inf")
