"""Sobol' indices: shares of the variance between points, from a Saltelli design.

The index of first order is the share by which the variance would decrease if the path were known
(estimator of Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018). The total index is the share
that remains if all other paths are known (Jansen 1999). The design maps uniform numbers to each
axis by its quantiles, so that priors and logarithmic scales are taken into account.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from ...errors import NoIndices, how
from ...runs.design import problem
from .design import Design, Floats

RESAMPLES = 400
_SEED = 1  # seed of the bootstrap; SALib treats 0 as no seed


@dataclass(frozen=True)
class Pair:
    """An index of second order: the effect of two paths together beyond those of each alone."""

    first: str
    second: str
    value: float
    low: float
    high: float


def sobol(design: Design, values: Floats) -> tuple[dict[str, Floats], tuple[Pair, ...]]:
    """Return first and total indices with 95 % intervals (bootstrap over base points), and pairs.

    Args:
        design: a design of Saltelli.
        values: (B,) responses of complete blocks.

    Raises:
        NoIndices: SALib is missing.
    """
    try:
        from SALib.analyze import sobol as salib
    except ImportError:
        raise NoIndices(f"this needs the library SALib; {how('analysis')}") from None

    paths = design.paths
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of equal responses, which give NaN
        found = salib.analyze(
            problem(len(paths)),
            values,
            calc_second_order=design.second,
            num_resamples=RESAMPLES,
            seed=_SEED,
        )
    columns: dict[str, Floats] = {}
    for name, key in (("first", "S1"), ("total", "ST")):
        values, halves = np.asarray(found[key]), np.asarray(found[f"{key}_conf"])
        columns |= {name: values, f"{name}_low": values - halves, f"{name}_high": values + halves}
    pairs = []
    if design.second:
        for i, j in zip(*np.triu_indices(len(paths), 1), strict=True):
            value, half = float(found["S2"][i, j]), float(found["S2_conf"][i, j])
            pairs.append(Pair(paths[i], paths[j], value, value - half, value + half))
    return columns, tuple(sorted(pairs, key=lambda pair: -abs(pair.value)))
