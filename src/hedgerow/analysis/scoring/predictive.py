"""What a forecaster says of a target: numbers, chances of outcomes, or a date; its score."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...facts.targets import Target
from . import scores

Floats = NDArray[np.float64]

RUNGS = ("0", "1", "2", "3", "4")
SURE = ("no", "yes")
"""Outcomes of what is on record as happening, not happening, or passing a bound."""

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles told: the median and the ends of the 50 and 90 % bands."""

FAMILIES = {
    "value": "numbers",
    "ratio": "numbers",
    "portfolio": "portfolios",
    "rung": "rungs",
    "tier": "dates",
    "choice": "votes",
    "never": "events",
    "at_least": "events",
}
"""Targets whose scores can be averaged, by their kind."""

RULES = {
    "numbers": ("crps",),
    "portfolios": ("energy",),
    "rungs": ("ranked_probability", "log"),
    "dates": ("survival_log",),
    "votes": ("ranked_probability", "log"),
    "events": ("log",),
}
"""Scoring rules of a family; the first counts where one must do."""


@dataclass(frozen=True)
class Numbers:
    """An ensemble of what the record would say: (R, M), errors of measurement included."""

    samples: Floats


@dataclass(frozen=True)
class Chances:
    """Shares (K,) of outcomes, in their order."""

    outcomes: tuple[str, ...]
    shares: Floats


@dataclass(frozen=True)
class Dates:
    """When something comes.

    Attributes:
        first: the first year that is told apart.
        shares: (Y + 2,): before it, in each of Y years, later or never.
    """

    first: int
    shares: Floats


Predictive = Numbers | Chances | Dates


@dataclass(frozen=True)
class Mark:
    """One number of a target, as foreseen and as recorded.

    Attributes:
        measure: as in ``summary.csv``.
        observed: on record; for kinds, the number of the outcome.
        quantiles: (5,) at `LEVELS`; nan for kinds without order.
        pit: probability integral transform, random where the forecast has steps.
        score: CRPS of a number, share of what came for kinds.
    """

    measure: str
    observed: float
    quantiles: Floats
    pit: float
    score: float

    def inside(self, band: int) -> bool:
        """Whether the record lies in the band of 50 or 90 percent."""
        low, high = self.ends(band)
        return low <= self.observed <= high

    def width(self, band: int) -> float:
        """Width of that band."""
        low, high = self.ends(band)
        return high - low

    def ends(self, band: int) -> tuple[float, float]:
        """Ends of that band."""
        at = {50: (1, 3), 90: (0, 4)}[band]
        return float(self.quantiles[at[0]]), float(self.quantiles[at[1]])


@dataclass(frozen=True)
class Scored:
    """One target and one forecaster.

    Attributes:
        target: which.
        forecaster: name.
        shocks: how the dated shocks came: ``listed``, ``drawn``; empty where it knows of none.
        marks: one for each number of the target.
        scores: by rule.
    """

    target: Target
    forecaster: str
    shocks: str
    marks: tuple[Mark, ...]
    scores: dict[str, float]

    @property
    def family(self) -> str:
        """Of the target."""
        return FAMILIES[self.target.kind]

    @property
    def cluster(self) -> tuple[str, str]:
        """State and question."""
        return self.target.country, question(self.target)


def question(target: Target) -> str:
    """Return what a target is about, so that several figures of one thing do not count as many."""
    column, _, rest = target.measures[0].partition(":")
    if target.kind == "portfolio" or column in ("trade", "arms_stock"):
        return column
    return f"{column}:{rest}" if rest else column


def score(
    target: Target, said: Predictive, forecaster: str, shocks: str, rng: np.random.Generator
) -> Scored:
    """Score one forecast.

    Args:
        target: with what came.
        said: beforehand.
        forecaster, shocks: whose it is.
        rng: for the PIT where a forecast has steps.

    Raises:
        ValueError: the forecast is of another kind than the target.
    """
    marks: tuple[Mark, ...]
    if isinstance(said, Numbers):
        values = np.array(target.values)
        marks = tuple(
            _number(measure, sample, float(value), rng)
            for measure, sample, value in zip(_names(target), said.samples.T, values, strict=True)
        )
        if target.kind == "portfolio":
            found = {"energy": scores.energy(said.samples, values)}
        else:
            found = {"crps": marks[0].score}
        return Scored(target, forecaster, shocks, marks, found)
    if isinstance(said, Dates):
        return _dated(target, said, forecaster, shocks, rng)
    came = said.outcomes.index(outcome(target))
    shares = scores.humble(said.shares)
    ordered = target.kind == "rung"
    quantiles = np.array(
        [scores.quantile_of_kinds(shares, q) if ordered else np.nan for q in LEVELS]
    )
    u = scores.pit_of_kinds(shares, came, float(rng.random()))
    mark = Mark(_names(target)[0], float(came), quantiles, u, float(shares[came]))
    found = {
        "ranked_probability": scores.ranked_probability(shares, came),
        "log": scores.log_score(shares, came),
    }
    return Scored(target, forecaster, shocks, (mark,), found)


def outcome(target: Target) -> str:
    """Return the outcome on record: an option, a rung, or ``yes`` for what is sure."""
    if target.kind == "choice":
        return str(target.value)
    if target.kind == "rung":
        return f"{target.values[0]:g}"
    if target.kind in ("never", "at_least"):
        return SURE[1]
    raise ValueError(f"target {target.id}: a {target.kind} has no outcomes")


def _names(target: Target) -> tuple[str, ...]:
    return target.measures if target.kind == "portfolio" else ("/".join(target.measures),)


def _number(measure: str, sample: Floats, observed: float, rng: np.random.Generator) -> Mark:
    return Mark(
        measure,
        observed,
        np.quantile(sample, LEVELS),
        scores.pit(sample, observed, float(rng.random())),
        scores.crps(sample, observed),
    )


def _dated(
    target: Target, said: Dates, forecaster: str, shocks: str, rng: np.random.Generator
) -> Scored:
    shares = scores.humble(smeared(said.shares, target.error))
    came = target.years[0] - said.first + 1
    if not 0 < came < shares.size - 1:
        raise ValueError(f"target {target.id}: {target.years[0]} is no year of the forecast")
    years = np.array([scores.quantile_of_kinds(shares, q) for q in LEVELS]) + said.first - 1.0
    u = scores.pit_of_kinds(shares, came, float(rng.random()))
    mark = Mark(target.measures[0], float(target.years[0]), years, u, float(shares[came]))
    cost = scores.survival_log(scores.hazards(shares), came)
    return Scored(target, forecaster, shocks, (mark,), {"survival_log": cost})


def smeared(shares: Floats, error: float) -> Floats:
    """Return dates as a record would tell them that is some years wrong (standard deviation).

    Shares (Y + 2,) of before, the years, and later; what is smeared past the ends joins those, and
    what never comes is never recorded.
    """
    from scipy.special import ndtr

    if error <= 0.0:
        return shares
    inner = np.arange(1, shares.size - 1)
    result = np.zeros(shares.size)
    result[[0, -1]] = shares[[0, -1]]
    for year in inner:
        ends = ndtr((inner[:, None] + [-0.5, 0.5] - year) / error)
        result[inner] += shares[year] * (ends[:, 1] - ends[:, 0])
        result[0] += shares[year] * ends[0, 0]
        result[-1] += shares[year] * (1.0 - ends[-1, 1])
    return result
