"""How many programmes a state orders: ν of the Poisson counts, pooled over states."""

from typing import Self

import numpy as np

from ...model import programmes
from .frames import frame, state
from .penalised import Floats, Likelihood, Places
from .report import Row, linear
from .sample import Sample


class Counts(Likelihood):
    """Orders of a year ~ Poisson(ν_i), ln ν_i = μ + b_i, b_i ~ N(0, spread²).

    The threat is at its usual level, for the panel has no series of it. Left out and tested: a
    trend, the count of the year before, and overdispersion (the score of a negative binomial).
    """

    def __init__(self, sample: Sample) -> None:
        orders = sample.orders
        self.states = sample.states
        counts = np.zeros((len(sample.states), orders.years))
        at = orders.fitted
        sample.require(len(at), "counts")
        np.add.at(counts, (orders.state[at], orders.year[at] - orders.first), 1.0)
        self._set(counts)

    def _set(self, counts: Floats) -> None:
        number, years = counts.shape
        self.counts = counts.reshape(-1)
        self.cluster = np.repeat(np.arange(number), years)
        usual = np.arange(years) - (years - 1) / 2.0
        trend = np.tile(usual, number)
        before = np.concatenate([counts.mean(axis=1, keepdims=True), counts[:, :-1]], axis=1)
        before = (before - counts.mean(axis=1, keepdims=True)).reshape(-1)
        effects = tuple(f"state {code}" for code in self.states)
        tested = ("trend", "count of the year before", "overdispersion")
        self._named(
            ("mean", *effects, *tested),
            {"mean": float(np.log(max(counts.mean(), 1e-3)))},
            {"spread": effects},
            nested=("spread",),
            left_out=tested,
        )
        rest = [trend, before, np.zeros(len(self.counts))]
        own = np.eye(number)[self.cluster]
        self.design = np.column_stack([np.ones(len(self.counts)), own, *rest])

    def _mean(self, theta: Floats) -> Floats:
        """ν of each row by the model's own rate: (n,)."""
        number = len(self.states)
        usual = np.exp(theta[0] + theta[1 : number + 1])
        q = frame(number, programmes=usual[None], threat_slope=np.zeros((1, number)),
                  threat_usual=np.zeros(number))  # fmt: skip
        yearly = programmes.rate(q, state(threat=np.zeros(number)), 0)
        tested = self.design[:, number + 1 :] @ theta[number + 1 :]
        return np.asarray(yearly[self.cluster] * np.exp(tested))

    def rows(self, theta: Floats) -> Floats:
        from scipy.special import gammaln

        mean = self._mean(theta)
        return np.asarray(self.counts * np.log(mean) - mean - gammaln(self.counts + 1.0))

    def scores(self, theta: Floats) -> Floats:
        rest = self.counts - self._mean(theta)
        result = self.design * rest[:, None]
        result[:, -1] = 0.5 * (rest**2 - self.counts)
        return result

    def information(self, theta: Floats, of: Places | None = None) -> Floats:
        """Return the expected information: (p, p)."""
        rows = slice(None) if of is None else of
        mean, design = self._mean(theta)[rows], self.design[rows]
        result = design.T @ (design * mean[:, None])
        result[-1, -1] = 0.5 * (mean**2).sum()
        return result

    def redrawn(self, theta: Floats, rng: np.random.Generator) -> Self:
        made = object.__new__(type(self))
        made.states = self.states
        made._set(rng.poisson(self._mean(theta)).reshape(len(self.states), -1).astype(float))
        return made

    def report(self) -> list[Row]:
        """Return the rows of the table."""
        size = len(self.names)
        rows = [Row("mean of ln programmes a year", linear(size, {0: 1.0}))]
        rows += [
            Row(f"countries.{code}.programmes.arms", linear(size, {0: 1.0, 1 + i: 1.0}), "exp")
            for i, code in enumerate(self.states)
        ]
        return rows
