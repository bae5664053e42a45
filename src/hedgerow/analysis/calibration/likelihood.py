"""The likelihood of the record, given the runs of each parameter set.

The record is treated as one run plus errors of measurement. Numbers of a run are treated as normal
around the mean of their parameter set, with the covariance of runs with the same parameters, pooled
over the table (Wood 2010; Price et al. 2018). The probability of a yes or no is its share among
the replicates. So noise is integrated out, and runs that fit by luck are not selected.

If too few sets of a table are likely, noise and errors are widened by a common factor, which is the
tolerance of approximate Bayesian computation (Wilkinson 2013). The posterior is then that of a
record that is known less precisely.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.special import log_ndtr

from .statistics import BOUND, NUMBER, SURE, Column

Floats = NDArray[np.float64]

MISTAKE = 0.02
"""Probability that the record is wrong about a yes or no, such as a vote."""

WIDEST = 64.0
"""Largest factor by which noise and errors are widened."""

_HALVINGS = 14
_LEAST = 1e-300


class Likelihood:
    """The likelihood of records, given the runs of a table of parameter sets.

    Args:
        columns: (T,) the columns of the record, with their errors.
        simulated: (S, J, T) values of the columns in J runs of each of S sets; NaN in runs that
            failed.

    Attributes:
        numbers: indices of the N columns that are numbers.
        noise: (N, N) covariance of the numbers over runs with the same parameters.
        sound: (S, J) bool, which runs did not fail.
    """

    def __init__(self, columns: Sequence[Column], simulated: Floats) -> None:
        self.columns = tuple(columns)
        kinds = np.array([column.kind for column in columns])
        self.numbers = np.flatnonzero(kinds == NUMBER)
        self._bounds = np.flatnonzero(kinds == BOUND)
        self._sure = np.flatnonzero(kinds == SURE)
        self._error = np.array([column.error for column in columns])
        self._limit = np.array([column.observed for column in columns])
        errors = covariance([columns[int(i)] for i in self.numbers])
        self._root: Floats = np.linalg.cholesky(errors)
        self.sound = ~np.isnan(simulated).any(axis=-1)
        self._simulated = np.where(self.sound[..., None], simulated, 0.0)
        self._counts = self.sound.sum(axis=1)
        self._means = self._of_sets(self._simulated[..., self.numbers].sum(axis=1))
        self.noise = self._pooled()
        # The mean of J runs already contains 1/J of the noise, which must not be counted twice.
        spread = errors + (1.0 - 1.0 / simulated.shape[1]) * self.noise
        self._spread: Floats = np.linalg.cholesky(spread)
        self._whitened = self._whiten(self._means)

    def _of_sets(self, sums: Floats) -> Floats:
        """Divide sums over the runs of each set that did not fail (S, …) by their number."""
        return sums / np.maximum(self._counts, 1).reshape(-1, *([1] * (sums.ndim - 1)))

    def _pooled(self) -> Floats:
        away = (self._simulated[..., self.numbers] - self._means[:, None])[self.sound]
        freedom = int(np.maximum(self._counts - 1, 0).sum())
        return away.T @ away / max(freedom, 1)

    @property
    def observed(self) -> Floats:
        """(T,) the record: numbers, and 1 for a bound that is passed or a thing that is so."""
        return np.array([c.observed if c.kind == NUMBER else 1.0 for c in self.columns])

    def spreads(self) -> tuple[Floats, Floats]:
        """Return the standard deviations of each number due to noise, (N,), and parameters, (N,).

        If the first is larger, the record can hardly narrow the predictions of a single run.
        """
        within = np.diag(self.noise)
        across = np.var(self._means[self._counts > 0], axis=0)
        between = np.maximum(across - within / self._simulated.shape[1], 0.0)
        return np.sqrt(within), np.sqrt(between)

    def _whiten(self, numbers: Floats) -> Floats:
        """Return numbers (…, N) in units in which noise and errors are independent: (N, …)."""
        if not self.numbers.size:
            return np.zeros((0, *numbers.shape[:-1]))
        away = np.moveaxis(numbers - self._limit[self.numbers], -1, 0)
        return solve_triangular(self._spread, away, lower=True)

    def logs(self, record: Floats) -> Callable[[float], Floats]:
        """Return a function of the widening that returns the log-likelihood of a record (T,): (S,).

        It is known up to a constant.
        """
        target = self._whiten(record[self.numbers])
        half = -0.5 * np.square(self._whitened - target[:, None]).sum(axis=0)
        bounds = [
            np.where(record[i], 1.0, -1.0)
            * (self._simulated[..., i] - self._limit[i])
            / self._error[i]
            for i in self._bounds
        ]
        for i in self._sure:
            agree = self._of_sets(((self._simulated[..., i] == record[i]) & self.sound).sum(axis=1))
            half = half + np.log(MISTAKE + (1.0 - 2.0 * MISTAKE) * agree)

        def of(widening: float) -> Floats:
            result = half / widening**2
            for away in bounds:
                passed = np.exp(log_ndtr(away / widening)) * self.sound
                result = result + np.log(np.maximum(self._of_sets(passed.sum(axis=1)), _LEAST))
            return np.where(self._counts > 0, result, -np.inf)

        return of

    def made_up(self, run: tuple[int, int], rng: np.random.Generator) -> Floats:
        """Return a made-up record (T,): one run of the table, plus errors of measurement."""
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
        """Return records of runs (n, T): numbers plus measurement errors, yes and no as 1 and 0."""
        found = runs.copy()
        noise = rng.standard_normal((len(runs), self.numbers.size)) @ self._root.T
        found[:, self.numbers] += noise
        for i in self._bounds:
            away = (runs[:, i] - self._limit[i]) / self._error[i]
            found[:, i] = np.log(rng.random(len(runs))) < log_ndtr(away)
        return found


def covariance(columns: Sequence[Column]) -> Floats:
    """Return the covariance of errors of the numbers (N, N), from own errors and shared biases."""
    result = np.diag([column.error**2 for column in columns])
    for i, one in enumerate(columns):
        for j, other in enumerate(columns):
            if one.target.bias_of and one.target.bias_of == other.target.bias_of:
                result[i, j] += one.target.bias * other.target.bias
    return result


def weigh(logs: Floats) -> Floats:
    """Return the weights (S,) of sets, which add up to 1, from their log-likelihoods (S,)."""
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def effective(weights: Floats) -> float:
    """Return the effective number of sets (Kish), given their weights (S,)."""
    return float(1.0 / np.square(weights).sum())


def widen(
    likelihood: Likelihood, record: Floats, wanted: float, without: int | None = None
) -> tuple[float, Floats]:
    """Return the least widening that reaches an effective number of sets, and the weights (S,).

    Args:
        likelihood: the likelihood of records.
        record: (T,) the record.
        wanted: the effective number of sets. If `WIDEST` does not reach it, `WIDEST` is used.
        without: index of a set to leave out.
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
