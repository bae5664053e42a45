"""How a position moves: ideal points walk at random, and are measured with error."""

from typing import Self

import numpy as np

from .penalised import Floats, Likelihood, Places
from .report import Row, linear
from .sample import Sample

FIRST = 1996
"""First year that is fitted."""


class Position(Likelihood):
    """Δθ_t = noise·√Δt·ε_t + measurement·(η_t − η_{t−1}), as `hedgerow.model.flows.walk` has it.

    A state's changes are one row, normal with covariance C = noise²·diag(Δt) + measurement²·M, M
    with 2 on the diagonal and −1 beside it.
    """

    def __init__(self, sample: Sample) -> None:
        data = sample.columns("un_ideal_points")
        self.change: list[Floats] = []
        self.years: list[Floats] = []
        cluster = []
        points = []
        for place, state in enumerate(sample.states):
            mine = (data["country"] == state) & (data["year"] >= FIRST)
            mine &= (data["year"] <= sample.until) & ~np.isnan(data["ideal_point"])
            order = np.argsort(data["year"][mine])
            years, values = data["year"][mine][order], data["ideal_point"][mine][order]
            points += values.tolist()
            if len(years) > 1:
                self.change.append(np.diff(values))
                self.years.append(np.diff(years).astype(float))
                cluster.append(place)
        sample.require(len(cluster), "position")
        self.cluster = np.array(cluster, dtype=np.intp)
        self.moments = (float(np.mean(points)), float(np.std(points))) if points else (0.0, 1.0)
        self._named(("ln noise", "ln measurement"), {"ln noise": -2.0, "ln measurement": -2.0}, {})

    def _parts(self, theta: Floats, row: int) -> tuple[Floats, Floats, Floats]:
        """Return the parts of C that are of the walk and of measurement, and C⁻¹."""
        size = len(self.change[row])
        beside = np.eye(size, k=1) + np.eye(size, k=-1)
        walk = np.exp(2.0 * theta[0]) * np.diag(self.years[row])
        error = np.exp(2.0 * theta[1]) * (2.0 * np.eye(size) - beside)
        return walk, error, np.linalg.inv(walk + error)

    def rows(self, theta: Floats) -> Floats:
        found = []
        for row, change in enumerate(self.change):
            _, _, inverse = self._parts(theta, row)
            _, logdet = np.linalg.slogdet(inverse)
            size = len(change) * np.log(2.0 * np.pi)
            found.append(-0.5 * (change @ inverse @ change - logdet + size))
        return np.array(found)

    def scores(self, theta: Floats) -> Floats:
        found = []
        for row, change in enumerate(self.change):
            *parts, inverse = self._parts(theta, row)
            moved = inverse @ change
            found.append([moved @ part @ moved - np.trace(inverse @ part) for part in parts])
        return np.array(found)

    def information(self, theta: Floats, of: Places | None = None) -> Floats:
        """Return the expected information: (2, 2)."""
        total = np.zeros((2, 2))
        for row in range(len(self.change)) if of is None else of.tolist():
            *parts, inverse = self._parts(theta, row)
            one, two = (inverse @ part for part in parts)
            total += 2.0 * np.array([[np.trace(a @ b) for b in (one, two)] for a in (one, two)])
        return total

    def redrawn(self, theta: Floats, rng: np.random.Generator) -> Self:
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made.change = []
        for row, change in enumerate(self.change):
            _, _, inverse = self._parts(theta, row)
            root = np.linalg.cholesky(np.linalg.inv(inverse))
            made.change.append(root @ rng.standard_normal(len(change)))
        return made

    def report(self) -> list[Row]:
        """Return the rows of the table."""
        return [
            Row("habits.position.noise", linear(2, {0: 1.0}), "exp"),
            Row("measurement of an ideal point", linear(2, {1: 1.0}), "exp"),
        ]
