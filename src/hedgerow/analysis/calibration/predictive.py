"""Bands of the record under prior and posterior, and whether the record lies in them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .likelihood import Likelihood
from .statistics import NUMBER, Column

if TYPE_CHECKING:
    from .fitting import Calibration

Floats = NDArray[np.float64]

LEVELS = (0.05, 0.5, 0.95)

_MOST = 20_000  # most runs that a band is computed from


@dataclass(frozen=True)
class Band:
    """The prediction of one column of the record.

    Attributes:
        low, middle, high: 5, 50 and 95 % quantiles of the predicted record, with errors of
            measurement; for yes and no, all three are the share of yes.
        below: share of runs whose record lies below the true one; NaN for yes and no.
    """

    low: float
    middle: float
    high: float
    below: float

    def holds(self, column: Column) -> bool:
        """Whether the record lies in the 90 % band; for yes and no, whether 5 % or more say yes."""
        if column.kind != NUMBER:
            return self.middle >= LEVELS[0]
        return self.low <= column.observed <= self.high


def bands(result: "Calibration") -> tuple[list[Band], list[Band]]:
    """Return the bands of all columns under the prior, and those under the posterior."""
    rng = np.random.default_rng([result.seed, 3])
    before = _bands(result.likelihood, result.table.simulated, rng)
    return before, _bands(result.likelihood, result.predicted, rng)


def _bands(likelihood: Likelihood, simulated: Floats, rng: np.random.Generator) -> list[Band]:
    runs = simulated.reshape(-1, simulated.shape[-1])
    runs = runs[~np.isnan(runs).any(axis=1)]
    runs = runs[:: max(1, len(runs) // _MOST)]
    said = likelihood.measured(runs, rng)
    found = []
    for column, values in zip(likelihood.columns, said.T, strict=True):
        if column.kind == NUMBER:
            low, middle, high = np.quantile(values, LEVELS).tolist()
            found.append(Band(low, middle, high, float((values < column.observed).mean())))
        else:
            share = float(values.mean())
            found.append(Band(share, share, share, float("nan")))
    return found
