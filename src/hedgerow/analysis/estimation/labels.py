"""How often a label rises: a constant hazard, and the sizes of jumps."""

from typing import Self

import numpy as np

from ..scoring.record import load_past
from .penalised import Floats, Likelihood, Places
from .report import Row, linear
from .sample import Sample

FIRST = 1996
"""First year of the record of labels."""

PRIOR_SD = 2.0


class Labels(Likelihood):
    """Rises of a pair ~ Poisson(hazard · years); by 1, 2 or 3 rungs as a softmax.

    The record is that of the articles, of one state alone: so errors are those of the counts, for
    nothing can be said of how states differ.
    """

    def __init__(self, sample: Sample) -> None:
        rungs = load_past().rungs
        rises, years, cluster = [], [], []
        for (state, _), series in sorted(rungs.items()):
            if state not in sample.states:
                continue
            known = [v for y, v in zip(series.years, series.values, strict=True)
                     if y <= sample.until]  # fmt: skip
            jumps = np.diff([0.0, *known])
            rises.append([float((jumps == j).sum()) for j in (1, 2, 3)])
            cluster.append(sample.states.index(state))
            years.append(float(sample.until - FIRST + 1))
        sample.require(int(np.sum(rises)), "labels")
        self.rises, self.years = np.array(rises).reshape(-1, 3), np.array(years)
        self.cluster = np.array(cluster, dtype=np.intp)
        self._named(
            ("ln hazard", "jump 2", "jump 3"),
            {"ln hazard": -2.5},
            {},
            prior_sd={"jump 2": PRIOR_SD, "jump 3": PRIOR_SD},
        )

    def _shares(self, theta: Floats) -> Floats:
        odds = np.exp([0.0, *theta[1:]])
        return np.asarray(odds / odds.sum())

    def rows(self, theta: Floats) -> Floats:
        mean = np.exp(theta[0]) * self.years[:, None] * self._shares(theta)
        return np.asarray((self.rises * np.log(mean) - mean).sum(axis=1))

    def scores(self, theta: Floats) -> Floats:
        mean = np.exp(theta[0]) * self.years[:, None] * self._shares(theta)
        rest = self.rises - mean
        total = rest.sum(axis=1, keepdims=True)
        return np.asarray(np.hstack([total, rest[:, 1:] - total * self._shares(theta)[1:]]))

    def information(self, theta: Floats, of: Places | None = None) -> Floats:
        """Return the expected information: (3, 3)."""
        years = self.years[slice(None) if of is None else of]
        share = self._shares(theta)[1:]
        result = np.zeros((3, 3))
        result[0, 0] = 1.0
        result[1:, 1:] = np.diag(share) - np.outer(share, share)
        return np.asarray(np.exp(theta[0]) * years.sum() * result)

    def redrawn(self, theta: Floats, rng: np.random.Generator) -> Self:
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        mean = np.exp(theta[0]) * self.years[:, None] * self._shares(theta)
        made.rises = rng.poisson(mean).astype(float)
        return made

    def report(self) -> list[Row]:
        """Return the rows of the table."""
        return [
            Row("habits.labels.hazard", linear(3, {0: 1.0}), "exp"),
            Row("log-odds of a rise by two", linear(3, {1: 1.0})),
            Row("log-odds of a rise by three", linear(3, {2: 1.0})),
        ]
