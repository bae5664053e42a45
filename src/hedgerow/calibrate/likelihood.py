"""How likely the runs of a parameter set make what is on record.

The record is taken as one run plus the errors of its measurement. The mean over replicates of the
likelihood of each is then an unbiased estimate of that of the set (Andrieu and Roberts 2009), so
weights made of it are right for any number of replicates, and lucky noise is not selected.

Where too few sets of a table are likely enough, all errors are widened by one factor, which is the
tolerance of approximate Bayesian computation (Wilkinson 2013): the posterior is then that of a
record with wider errors.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.special import log_ndtr

from .statistics import BOUND, NUMBER, SURE, Column

Floats = NDArray[np.float64]

MISTAKE = 0.02
"""Chance that the record is wrong about what is sure: a vote, or that something never happened."""

WIDEST = 64.0
"""Largest factor by which errors are widened."""

_HALVINGS = 14
_ODDS = float(np.log((1.0 - MISTAKE) / MISTAKE))


class Likelihood:
    """Of records, given the runs of a table.

    Args:
        columns: (T,) what the record says, with its errors.
        simulated: (S, J, T) what the runs yield; nan in a run that failed.

    Attributes:
        whitened: (S, J, N) the simulated numbers in units of their errors, made independent.
        sound: (S, J) runs that did not fail.
    """

    def __init__(self, columns: Sequence[Column], simulated: Floats) -> None:
        self.columns = tuple(columns)
        kinds = np.array([column.kind for column in columns])
        self.numbers = np.flatnonzero(kinds == NUMBER)
        self._bounds = np.flatnonzero(kinds == BOUND)
        self._sure = np.flatnonzero(kinds == SURE)
        self._error = np.array([column.error for column in columns])
        self._limit = np.array([column.observed for column in columns])
        self._root: Floats = np.linalg.cholesky(covariance([columns[int(i)] for i in self.numbers]))
        self.sound = ~np.isnan(simulated).any(axis=-1)
        self._simulated = np.where(self.sound[..., None], simulated, 0.0)
        self.whitened = self.whiten(self._simulated)
        self._squares = np.einsum("sjn,sjn->sj", self.whitened, self.whitened)

    @property
    def observed(self) -> Floats:
        """(T,) the record: numbers, and 1 where a bound is passed or something sure is so."""
        return np.array([c.observed if c.kind == NUMBER else 1.0 for c in self.columns])

    def whiten(self, values: Floats) -> Floats:
        """Return the numbers among values (…, T) in units of independent errors: (…, N)."""
        if not self.numbers.size:
            return np.zeros((*values.shape[:-1], 0))
        away = values[..., self.numbers] - self._limit[self.numbers]
        flat = away.reshape(-1, away.shape[-1]).T
        return solve_triangular(self._root, flat, lower=True).T.reshape(away.shape)

    def logs(self, record: Floats) -> Callable[[float], Floats]:
        """Return the log-likelihood (S, J) of a record (T,) as a function of the widening.

        It is told up to a constant.
        """
        target = self.whiten(record)
        half = -0.5 * (self._squares - 2.0 * (self.whitened @ target) + target @ target)
        bounds = [
            np.where(record[i], 1.0, -1.0)
            * (self._simulated[..., i] - self._limit[i])
            / self._error[i]
            for i in self._bounds
        ]
        wrong = sum(
            (self._simulated[..., i] != record[i] for i in self._sure), np.zeros(half.shape)
        )

        def of(widening: float) -> Floats:
            result = half / widening**2 - wrong * _ODDS / widening**2
            for away in bounds:
                result += log_ndtr(away / widening)
            return np.where(self.sound, result, -np.inf)

        return of

    def made_up(self, run: tuple[int, int], rng: np.random.Generator) -> Floats:
        """Return the record (T,) that one run of the table would have left, with its errors."""
        found = self._simulated[run].copy()
        noise = self._root @ rng.standard_normal(self.numbers.size)
        found[self.numbers] += noise
        for i in self._bounds:
            away = (found[i] - self._limit[i]) / self._error[i]
            found[i] = float(np.log(rng.random()) < log_ndtr(away))
        for i in self._sure:
            found[i] = float((found[i] == 1.0) != (rng.random() < MISTAKE))
        return found

    def measured(self, runs: Floats, rng: np.random.Generator) -> Floats:
        """Return what a record would say of runs (n, T): numbers with errors, yes or no as 1, 0."""
        found = runs.copy()
        noise = rng.standard_normal((len(runs), self.numbers.size)) @ self._root.T
        found[:, self.numbers] += noise
        for i in self._bounds:
            away = (runs[:, i] - self._limit[i]) / self._error[i]
            found[:, i] = np.log(rng.random(len(runs))) < log_ndtr(away)
        return found


def covariance(columns: Sequence[Column]) -> Floats:
    """Return that of the errors of numbers (N, N): each its own, and the biases that they share."""
    result = np.diag([column.error**2 for column in columns])
    for i, one in enumerate(columns):
        for j, other in enumerate(columns):
            if one.target.bias_of and one.target.bias_of == other.target.bias_of:
                result[i, j] += one.target.bias * other.target.bias
    return result


def weigh(logs: Floats) -> Floats:
    """Return weights (S, J) of runs that add up to 1."""
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def effective(weights: Floats) -> float:
    """Return the effective number of sets (Kish), given the weights (S, J) of their runs."""
    of_sets = weights.sum(axis=1)
    return float(1.0 / np.square(of_sets).sum())


def widen(
    likelihood: Likelihood, record: Floats, wanted: float, without: int | None = None
) -> tuple[float, Floats]:
    """Return the least widening with an effective number of sets, and the weights (S, J).

    Args:
        likelihood: of records.
        record: (T,).
        wanted: sets; where `WIDEST` does not reach it, that is taken.
        without: a set that must not count.
    """

    of = likelihood.logs(record)

    def weights(widening: float) -> Floats:
        logs = of(widening)
        if without is not None:
            logs[without] = -np.inf
        return weigh(logs)

    found = weights(1.0)
    if effective(found) >= wanted:
        return 1.0, found
    low, high = 0.0, float(np.log(WIDEST))
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if effective(weights(float(np.exp(middle)))) >= wanted:
            high = middle
        else:
            low = middle
    widest = float(np.exp(high))
    return widest, weights(widest)
