"""How large programmes are: ln size with effects of states and of suppliers."""

from typing import Self

import numpy as np

from .penalised import Floats, Likelihood, Places
from .report import Row, linear
from .sample import SUPPLIERS, Sample


class Sizes(Likelihood):
    """ln z ~ N(μ + u_i + d_p, σ²), u_i ~ N(0, spread²), d_p ~ N(0, spread of suppliers²).

    As in `hedgerow.model.programmes.order`, which draws z from the state's own mean and adds what
    the supplier adds. Left out and tested: a trend.
    """

    scale = 1

    def __init__(self, sample: Sample) -> None:
        orders, at = sample.orders, sample.orders.fitted
        sample.require(len(at), "sizes")
        self.states = sample.states
        self.ln_size = orders.ln_size[at]
        self.cluster = orders.state[at]
        sellers = tuple(f"supplier {code}" for code in (*SUPPLIERS, "other"))
        effects = tuple(f"state {code}" for code in sample.states)
        self._named(
            ("mean", "ln sd", *effects, *sellers, "trend"),
            {"mean": float(self.ln_size.mean()), "ln sd": float(np.log(self.ln_size.std()))},
            {"spread": effects, "spread of suppliers": sellers},
            nested=("spread",),
            left_out=("trend",),
        )
        n = len(self.ln_size)
        own, sold = np.eye(len(effects))[self.cluster], np.eye(len(sellers))[orders.supplier[at]]
        trend = orders.year[at] - (orders.first + orders.last) / 2.0
        self.design = np.column_stack([np.ones(n), np.zeros(n), own, sold, trend])

    def _rest(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return residuals in standard deviations (n,) and the standard deviation."""
        return (self.ln_size - self.design @ theta) / np.exp(theta[1]), np.exp(theta[1])

    def rows(self, theta: Floats) -> Floats:
        rest, _ = self._rest(theta)
        return np.asarray(-0.5 * rest**2 - theta[1] - 0.5 * np.log(2.0 * np.pi))

    def scores(self, theta: Floats) -> Floats:
        rest, sd = self._rest(theta)
        result = self.design * (rest / sd)[:, None]
        result[:, 1] = rest**2 - 1.0
        return np.asarray(result)

    def information(self, theta: Floats, of: Places | None = None) -> Floats:
        """Return the expected information: (p, p)."""
        design = self.design[slice(None) if of is None else of]
        result = design.T @ design * np.exp(-2.0 * theta[1])
        result[1, 1] = 2.0 * len(design)
        return np.asarray(result)

    def redrawn(self, theta: Floats, rng: np.random.Generator) -> Self:
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        rest, sd = self._rest(theta)
        made.ln_size = self.ln_size + sd * (rng.standard_normal(len(rest)) - rest)
        return made

    def report(self) -> list[Row]:
        """Return the rows of the table: the mean with other suppliers, and what others add."""
        size, first = len(self.names), 2 + len(self.states)
        last = first + len(SUPPLIERS)
        return [
            Row("habits.arms.size", linear(size, {0: 1.0, last: 1.0})),
            *self.plain({"ln sd": "habits.arms.size_sd"}, "exp"),
            Row("habits.arms.size_spread", np.zeros(size), group="spread"),
            *(
                Row(f"habits.arms.size_of.{code}", linear(size, {first + p: 1.0, last: -1.0}))
                for p, code in enumerate(SUPPLIERS)
            ),
        ]
