"""What one state of the panel does, drawn towards what all do by as much as it is poorly known.

Partial pooling (Gelman and Hill 2007, chapter 12): a state with many programmes speaks for itself,
one with few is taken to be much like the others.
"""

from collections.abc import Mapping
from math import exp, sqrt
from typing import NamedTuple

from ..model.state import TIV_UNIT
from .panel import Panel

FIRST, LAST = 1997, 2012
"""Years of the orders that count: earlier and later ones are seen in part."""

SIZE, SIZE_SD, SIZE_SPREAD = 2.8, 1.6, 0.66
"""Mean of ln size, its standard deviation, and that of the states' own means."""

FORGETTING = 0.1
"""By how much a past order weighs less in memory after a year."""

OF_SUPPLIER = {"RUS": 1.4, "CHN": 0.8, "USA": 0.85, "EU": 0.8, "KOR": 0.2, "IND": -1.0}
"""What a supplier adds to the mean of ln size."""


class Pooled(NamedTuple):
    """A number of one state, drawn towards those of all.

    Attributes:
        value: its estimate.
        error: its standard error; of a rate, that of its logarithm.
        own: what the state alone would give; None if it has nothing.
        programmes: how many it rests on.
    """

    value: float
    error: float
    own: float | None
    programmes: int


def rates(panel: Panel) -> Mapping[str, Pooled]:
    """Return the programmes a year of each state, by code.

    Counts are Poisson and the states' rates Gamma, whose mean and variance are those of the states
    (by moments). The posterior of a rate is Gamma too: (count + shape) / (years + scale).
    """
    counts, years = {}, {}
    known = panel.columns("states")
    start = dict(zip(known["iso3"].tolist(), known["panel_from"].tolist(), strict=True))
    for code, found in _sizes(panel).items():
        years[code] = LAST + 1 - max(FIRST, int(start[code]))
        counts[code] = len(found)
    total = sum(counts.values()) / sum(years.values())
    own = {code: counts[code] / years[code] for code in counts}
    spread = sum((rate - total) ** 2 for rate in own.values()) / (len(own) - 1)
    between = spread - total * sum(1 / each for each in years.values()) / len(years)
    shape, scale = total**2 / between, total / between
    return {
        code: Pooled(
            (counts[code] + shape) / (years[code] + scale),
            1 / sqrt(counts[code] + shape),
            own[code],
            counts[code],
        )
        for code in counts
    }


def sizes(panel: Panel) -> Mapping[str, Pooled]:
    """Return what each state adds to the mean of ln size, by code: its best linear prediction."""
    result = {}
    for code, found in _sizes(panel).items():
        beyond = [size - SIZE - OF_SUPPLIER.get(by, 0.0) for by, size in found]
        count = len(beyond)
        own = sum(beyond) / count if count else None
        precision = count / SIZE_SD**2
        error = 1 / sqrt(precision + 1 / SIZE_SPREAD**2)
        result[code] = Pooled((own or 0.0) * precision * error**2, error, own, count)
    return result


def remembered(volume: float, years: float) -> float:
    """Return what an order counts in memory after some years, in programmes: √(TIV/32)·exp(−.1 t).

    Args:
        volume: its trend-indicator value in millions.
        years: since it was made.
    """
    return sqrt(volume / TIV_UNIT) * exp(-FORGETTING * years)


def usual_memory(rate: float, size: float) -> float:
    """Return what a state remembers that goes on as it is used to: ν·E√(z/32)/0.1, in programmes.

    Args:
        rate: programmes a year.
        size: what it adds to the mean of ln size.
    """
    return rate * exp((SIZE + size) / 2 + SIZE_SD**2 / 8) / sqrt(TIV_UNIT) / FORGETTING


def _sizes(panel: Panel) -> dict[str, list[tuple[str, float]]]:
    """Return supplier and ln size of the programmes of the years that count, by state."""
    columns = panel.columns("arms_programmes")
    names = ("country", "partner", "order_year", "ln_size")
    found: dict[str, list[tuple[str, float]]] = {code: [] for code in panel.states()}
    for who, by, year, size in zip(*(columns[name].tolist() for name in names), strict=True):
        if FIRST <= year <= LAST:
            found[who].append((by, size))
    return found
