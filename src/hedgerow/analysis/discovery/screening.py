"""Screening of paths. With hundreds of paths, some seem to matter by chance alone."""

import numpy as np
from numpy.typing import NDArray

from ...errors import NoBox, argument
from ..sensitivities.design import Axis

MANY = 20
"""Most paths for which no screening is done."""

_RATE = 0.05


def screened(inputs: tuple[Axis, ...], interest: NDArray[np.bool_]) -> tuple[Axis, ...]:
    """Return the paths that are distributed differently among the cases of interest.

    Paths are tested with Kolmogorov–Smirnov tests, labels with chi-squared tests, at a false
    discovery rate of 5 % (Benjamini and Hochberg 1995). Paths that matter only together with others
    are missed. If there are few paths, all are returned.

    Args:
        inputs: the paths, each with N values.
        interest: (N,) bool, which cases are of interest.

    Raises:
        NoBox: there is no such path.
    """
    if len(inputs) <= MANY or not interest.any() or interest.all():
        return inputs
    from scipy.stats import false_discovery_control

    chances = [_chance(axis, interest) for axis in inputs]
    adjusted = false_discovery_control(chances)
    found = tuple(axis for axis, p in zip(inputs, adjusted, strict=True) if p <= _RATE)
    if not found:
        raise NoBox(
            f"none of {len(inputs)} paths is clearly otherwise where the cases are as looked for; "
            f"sample more, or name those that may matter with {argument('paths=', '--path')}"
        )
    return found


def _chance(axis: Axis, interest: NDArray[np.bool_]) -> float:
    from scipy.stats import chi2_contingency, ks_2samp

    if not axis.labels:
        test = ks_2samp(axis.values[interest], axis.values[~interest], method="asymp")
        return float(test.pvalue)
    table = np.zeros((2, len(axis.labels)))
    np.add.at(table, (interest.astype(int), axis.values.astype(int)), 1.0)
    return float(chi2_contingency(table[:, table.sum(axis=0) > 0.0]).pvalue)
