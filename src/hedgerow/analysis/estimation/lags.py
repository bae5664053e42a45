"""How long from order to delivery."""

from typing import Self

import numpy as np

from .penalised import Floats, Likelihood, Places
from .report import Row
from .sample import Sample

SEEN = 10
"""Years before the cut from which on an order may not have been delivered, and is left out."""


class Lags(Likelihood):
    """Years from order to delivery ~ exponential of mean `lag`, by volume.

    `hedgerow.model.programmes.settle` delivers a share 1 − exp(−Δt/lag) of the backlog, which is an
    exponential lag by volume: so rows are weighted by their volume. The mean is right whatever the
    form, as of any exponential family (Gourieroux, Monfort and Trognon 1984).
    """

    def __init__(self, sample: Sample) -> None:
        orders = sample.orders
        at = np.flatnonzero((orders.first <= orders.year) & (orders.year <= sample.until - SEEN))
        sample.require(len(at), "lags")
        self.lag = orders.lag[at].astype(float)
        volume = np.exp(orders.ln_size[at])
        self.weight = volume / volume.mean() if len(at) else volume
        self.cluster = orders.state[at]
        self._named(("ln lag",), {"ln lag": 1.0}, {})

    def rows(self, theta: Floats) -> Floats:
        return np.asarray(-self.weight * (theta[0] + self.lag * np.exp(-theta[0])))

    def scores(self, theta: Floats) -> Floats:
        return np.asarray(self.weight * (self.lag * np.exp(-theta[0]) - 1.0))[:, None]

    def information(self, theta: Floats, of: Places | None = None) -> Floats:
        """Return the expected information: (1, 1)."""
        return np.array([[self.weight[slice(None) if of is None else of].sum()]])

    def redrawn(self, theta: Floats, rng: np.random.Generator) -> Self:
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made.lag = rng.exponential(np.exp(theta[0]), len(self.lag))
        return made

    def report(self) -> list[Row]:
        """Return the row of the table."""
        return self.plain({"ln lag": "instruments.arms.lag"}, "exp")
