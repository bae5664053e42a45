"""Tests whether posteriors are right: simulation-based calibration (Talts et al. 2018).

A record is made up from one run of a parameter set, which is the truth, and calibrated with all
other sets of the table. If posteriors are right, the rank of the truth among draws is uniform over
many such records. If posteriors are too narrow, too many truths have the lowest or highest ranks.
All records use the same table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .likelihood import Likelihood
from .posterior import ESS, posterior
from .reference import Table

Floats = NDArray[np.float64]

DRAWS = 99
"""Number of draws among which a truth is ranked; ranks go from 0 to this."""

BINS = 10


@dataclass(frozen=True)
class Sbc:
    """The truths of n made-up records, and their posteriors.

    Attributes:
        paths: (P,) paths of the parameters.
        truths: (n, P) normal scores of the truths.
        means, sds: (n, P) means and standard deviations of the posteriors' scores.
        ranks: (n, P) ranks of the truths among `DRAWS` draws.
        widenings: (n,) factors by which noise and errors were widened.
    """

    paths: tuple[str, ...]
    truths: Floats
    means: Floats
    sds: Floats
    ranks: NDArray[np.int64]
    widenings: Floats

    @cached_property
    def p_values(self) -> Floats:
        """(P,) p-values of the hypothesis that ranks are uniform (chi-square test, 10 bins)."""
        from scipy.stats import chi2

        counts = np.stack([self._binned == b for b in range(BINS)]).sum(axis=1)
        expected = len(self.ranks) / BINS
        return chi2.sf((np.square(counts - expected) / expected).sum(axis=0), BINS - 1)

    @property
    def _binned(self) -> NDArray[np.int64]:
        return self.ranks * BINS // (DRAWS + 1)

    @cached_property
    def recovered(self) -> Floats:
        """(P,) correlation of the truths with the means of posteriors."""
        x = self.truths - self.truths.mean(axis=0)
        y = self.means - self.means.mean(axis=0)
        spread = np.sqrt(np.square(x).sum(axis=0) * np.square(y).sum(axis=0))
        return (x * y).sum(axis=0) / np.maximum(spread, 1e-300)

    def coverage(self, share: float) -> Floats:
        """Return how often the central interval with a share of the draws holds the truth: (P,)."""
        edge = round(0.5 * (1.0 - share) * (DRAWS + 1), 9)  # 15 at 0.7, and not a bit more
        return ((self.ranks >= edge) & (self.ranks < DRAWS + 1 - edge)).mean(axis=0)

    @property
    def uniform(self) -> bool:
        """Whether ranks are uniform at the 5 % level, corrected for the number of parameters."""
        return bool(self.p_values.min() >= 0.05 / len(self.paths))


def sbc(
    table: Table,
    likelihood: Likelihood,
    records: int,
    seed: int,
    wanted: float = ESS,
    progress: Callable[[int], None] | None = None,
) -> Sbc:
    """Calibrate records that are made up from sets of a table.

    Args:
        table: the table of parameter sets.
        likelihood: the likelihood of records, given its runs.
        records: number of records, at most one for each set.
        seed: seed for the choice of sets and for errors of measurement.
        wanted: as of `posterior`.
        progress: a function that is called with the number of records that were done.
    """
    rng = np.random.default_rng([seed, 1])
    whole = np.flatnonzero(likelihood.sound.all(axis=1))
    chosen = rng.choice(whole, min(records, whole.size), replace=False)
    means, sds, ranks, widenings = [], [], [], []
    for s in chosen.tolist():
        run = (s, int(rng.integers(likelihood.sound.shape[1])))
        record = likelihood.made_up(run, rng)
        own = np.random.default_rng([seed, 2, s])
        found = posterior(table, likelihood, record, wanted, without=s)
        means.append(found.mean)
        sds.append(found.sd)
        ranks.append((found.draw(DRAWS, own) < table.scores[s]).sum(axis=0))
        widenings.append(found.widening)
        if progress is not None:
            progress(1)
    return Sbc(
        table.paths,
        table.scores[chosen],
        np.array(means),
        np.array(sds),
        np.array(ranks),
        np.array(widenings),
    )
