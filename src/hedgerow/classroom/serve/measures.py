"""What the page draws and tells of a run, and its statistics over runs.

Statistics are those of ``summary.csv``, made by the same functions from the same runs, so that a
number of the page is that of the command line.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from ...model.record import Record
from ...results.moments import Moments, Tree
from ...results.quantiles import quantiles_of
from ...scenario import Scenario
from .levers import COUNTRY

Floats = NDArray[np.float64]

SUPPLIER = "RUS"
"""The power whose share of the arms is drawn."""

ARMS = tuple(f"arms_{what}:{SUPPLIER}" for what in ("stock", "deliveries", "orders"))

TOLD = (
    "alignment_index",
    *ARMS[::2],
    "alignment:RUS",
    "alignment:USA",
    "alignment:CHN",
    "tier:RUS",
    "tier:USA",
    "tier:CHN",
    "defence:USA",
    "trade:USA",
    "diplomacy:RUS",
    "settlement:RUS",
    "arms_orders:USA",
    "arms_orders:IND",
    "arms_orders:KOR",
)
"""Measures of which the page may say that they have changed."""


def banded(partners: tuple[str, ...]) -> tuple[str, ...]:
    """Return the measures that are drawn with their bands."""
    return ("alignment_index", *ARMS, *(f"alignment:{p}" for p in partners))


def measures(partners: tuple[str, ...]) -> tuple[str, ...]:
    """Return all measures of the page, those with bands first."""
    names = [*banded(partners), *(f"tier:{p}" for p in partners), *TOLD]
    return tuple(dict.fromkeys(names))


Choice = tuple[str, int]
"""Question and year."""


@dataclass(frozen=True)
class Values:
    """The measures of some runs.

    Attributes:
        cells: (measures, years, runs), NaN where undefined.
        chosen: how many chose each option, by question and year.
    """

    cells: Floats
    chosen: dict[Choice, Counter[str]]


def values_of(scenario: Scenario, record: Record) -> Values:
    """Return the measures of the runs of a record."""
    i, partners = scenario.countries.index(COUNTRY), scenario.partners
    rows = []
    for name in measures(partners):
        column, _, partner = name.partition(":")
        if partner:
            rows.append(record.ties[column][:, i, partners.index(partner)])
        else:
            rows.append(record.countries[column][:, i])
    cells = np.array(rows)
    cells += 0.0  # no -0.0
    chosen: dict[Choice, Counter[str]] = {}
    for entry in record.choices:
        if entry.country == i:
            counts = np.bincount(entry.chosen[entry.chosen >= 0], minlength=len(entry.options))
            pairs = zip(entry.options, counts.tolist(), strict=True)
            chosen[entry.question, entry.year] = Counter(dict(pairs))
    return Values(cells, chosen)


def joined(parts: list[Values]) -> Values:
    """Return the runs of all parts, in their order."""
    if len(parts) == 1:
        return parts[0]
    chosen: dict[Choice, Counter[str]] = {}
    for part in parts:
        for key, counts in part.chosen.items():
            chosen.setdefault(key, Counter()).update(counts)
    return Values(np.concatenate([part.cells for part in parts], axis=-1), chosen)


@dataclass(frozen=True)
class Statistics:
    """Over runs, (measures, years): the mean of each, and (5, banded, years) its quantiles."""

    mean: Floats
    quantiles: Floats


def statistics_of(parts: list[Values], bands: int) -> Statistics:
    """Return the statistics of runs, given by the leaves of the summary.

    Args:
        parts: one a leaf, in order.
        bands: quantiles are those of so many measures, the first ones.
    """
    tree = Tree()
    for leaf, part in enumerate(parts):
        tree.add(leaf, Moments.of(part.cells.reshape(-1, part.cells.shape[-1])))
    moments = tree.total()
    if moments is None:
        raise ValueError("no runs to summarise")
    shape = parts[0].cells.shape[:2]
    whole = np.concatenate([part.cells[:bands] for part in parts], axis=-1)
    levels = quantiles_of(whole.reshape(-1, whole.shape[-1]))
    mean = np.where(moments.count > 0, moments.mean, np.nan)
    return Statistics(mean.reshape(shape), levels.reshape(-1, bands, shape[1]))


@dataclass(frozen=True)
class Differences:
    """Other minus base over paired runs, all (measures, years).

    `mean`, half of its 95 % interval (Student), and the standard deviation `sd` of the base; NaN
    where there are too few pairs. As `hedgerow.runs.pairs.Difference`.
    """

    mean: Floats
    half: Floats
    sd: Floats


def differences(base: Floats, other: Floats) -> Differences:
    """Compare two samples (measures, years, runs) run by run; pairs with a NaN are left out."""
    there = ~(np.isnan(base) | np.isnan(other))
    n = there.sum(axis=-1)
    few = n < 2
    safe = np.where(few, 2, n)

    def mean_sd(values: Floats) -> tuple[Floats, Floats]:
        mean = np.where(there, values, 0.0).sum(axis=-1) / safe
        apart = np.where(there, values - mean[..., None], 0.0)
        return mean, np.sqrt(np.square(apart).sum(axis=-1) / (safe - 1))

    mean, spread = mean_sd(other - base)
    _, sd = mean_sd(base)
    half = stdtrit(safe - 1, 0.975) * spread / np.sqrt(safe)
    found = (np.where(few, np.nan, x) for x in (mean, half, sd))
    return Differences(*found)
