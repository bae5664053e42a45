"""How trade moves: gravity, a drift to the partner's mean, and noise."""

from typing import Self

import numpy as np

from ...model import flows
from .penalised import Floats, Likelihood, Places
from .report import Row, linear
from .sample import Sample

SOURCES = ("comtrade4", "unctad")
"""Sources with all partners, each a series of its own."""

APART = "RUS"
"""A partner whose trade follows its market less, or not: it has an elasticity of its own."""


class Trade(Likelihood):
    """x′ ~ N(expected(x), noise²·Δt), x a root of a share, over the years between two of a source.

    The mean is `hedgerow.model.flows.expected` with the years of the step in place of a quarter. A
    flow drifts to the mean of its partner over states, where the simulation has it drift to where
    it began. Left out and tested: that it drifts further where it has grown faster.
    """

    scale = 3

    def __init__(self, sample: Sample) -> None:
        data = sample.columns("trade_shares")
        world = sample.panel.columns("partners")
        rows = zip(world["partner"], world["year"], world["trade_share_world"], strict=True)
        market = {(str(p), int(year)): float(np.log(share)) for p, year, share in rows}
        steps: list[tuple[float, ...]] = []
        for source in SOURCES:
            known = (data["source"] == source) & ~np.isnan(data["share"])
            known &= (data["year"] <= sample.until) & np.isin(
                data["partner"], [p for p, _ in market]
            )
            root = np.sqrt(data["share"][known])
            partner, country = data["partner"][known], data["country"][known]
            mean = {p: float(root[partner == p].mean()) for p in np.unique(partner).tolist()}
            order = np.lexsort((data["year"][known], partner, country))
            names = [(str(country[j]), str(partner[j])) for j in order]
            years, roots = data["year"][known][order], root[order]
            for j in range(1, len(order)):
                if names[j] != names[j - 1]:
                    continue
                state, p = names[j]
                one, two = int(years[j - 1]), int(years[j])
                growth = market[p, two] - market[p, one]
                at = sample.states.index(state)
                step = (at, roots[j - 1], roots[j], mean[p], growth, two - one, p == APART)
                steps.append(tuple(map(float, step)))
        sample.require(len(steps), "trade")
        columns = np.array(steps).reshape(-1, 7).T
        self.x, self.y, self.mean, self.growth, self.years, self.apart = columns[1:]
        self.cluster = columns[0].astype(np.intp)
        self._named(
            ("gravity", f"gravity of {APART}", "drift", "ln noise"),
            {"gravity": 0.7, "drift": 0.02, "ln noise": float(np.log(0.02))},
            {},
        )

    def _gravity(self, theta: Floats) -> Floats:
        return np.where(self.apart > 0.0, theta[1], theta[0])

    def _rest(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return residuals in standard deviations, and these: (n,) each."""
        gravity = self._gravity(theta)
        mean = flows.expected(self.x, self.mean, self.growth, gravity, theta[2], self.years)
        sd = np.exp(theta[3]) * np.sqrt(self.years)
        return (self.y - mean) / sd, sd

    def rows(self, theta: Floats) -> Floats:
        rest, sd = self._rest(theta)
        return np.asarray(-0.5 * rest**2 - np.log(sd) - 0.5 * np.log(2.0 * np.pi))

    def _slopes(self, theta: Floats) -> Floats:
        """Return the derivatives of the mean, in standard deviations: (n, 4)."""
        _, sd = self._rest(theta)
        by = self.x * np.exp(0.5 * self._gravity(theta) * self.growth) * 0.5 * self.growth
        back = self.years * np.exp(-self.years * theta[2]) * (self.mean - self.x)
        parts = [by * (self.apart == 0.0), by * (self.apart > 0.0), back, 0.0 * back]
        return np.column_stack(parts) / sd[:, None]

    def scores(self, theta: Floats) -> Floats:
        rest, _ = self._rest(theta)
        result = self._slopes(theta) * rest[:, None]
        result[:, 3] = rest**2 - 1.0
        return np.asarray(result)

    def information(self, theta: Floats, of: Places | None = None) -> Floats:
        """Return the expected information: (4, 4)."""
        slopes = self._slopes(theta)[slice(None) if of is None else of]
        result = slopes.T @ slopes
        result[3, 3] = 2.0 * len(slopes)
        return np.asarray(result)

    def redrawn(self, theta: Floats, rng: np.random.Generator) -> Self:
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        rest, sd = self._rest(theta)
        made.y = self.y + sd * (rng.standard_normal(len(rest)) - rest)
        return made

    def report(self) -> list[Row]:
        """Return the rows of the table."""
        names = {
            "gravity": "habits.trade.gravity",
            f"gravity of {APART}": f"gravity of {APART} (one with the others in the model)",
            "drift": "habits.trade.drift",
        }
        return [
            *self.plain(names),
            Row("habits.trade.noise", linear(4, {3: 1.0}), "exp"),
        ]
