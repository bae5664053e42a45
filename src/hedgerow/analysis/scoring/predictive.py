"""Forecasts of targets (numbers, chances of outcomes, or a date), and their scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...facts.targets import Target
from . import scores

Floats = NDArray[np.float64]

RUNGS = ("0", "1", "2", "3", "4")
SURE = ("no", "yes")
"""Outcomes of targets that say that something happens or not, or that a bound is passed."""

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Levels of quantiles: the median and the ends of the 50 and 90 % bands."""

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
"""The family of each kind of target; scores of a family can be averaged."""

RULES = {
    "numbers": ("crps",),
    "portfolios": ("energy",),
    "rungs": ("ranked_probability", "log"),
    "dates": ("survival_log",),
    "votes": ("ranked_probability", "log"),
    "events": ("log",),
}
"""Scoring rules of each family. The first is used if only one is."""


@dataclass(frozen=True)
class Numbers:
    """An ensemble of R forecasts of M numbers, (R, M), with errors of measurement."""

    samples: Floats


@dataclass(frozen=True)
class Chances:
    """Probabilities (K,) of outcomes, in the order of the outcomes."""

    outcomes: tuple[str, ...]
    shares: Floats


@dataclass(frozen=True)
class Dates:
    """A forecast of a date.

    Attributes:
        first: the first of Y years.
        shares: (Y + 2,) probabilities: before these years, in each of them, later or never.
    """

    first: int
    shares: Floats


Predictive = Numbers | Chances | Dates


@dataclass(frozen=True)
class Mark:
    """One number of a target: the forecast and the record.

    Attributes:
        measure: name as in ``summary.csv``.
        observed: the number on record; for outcomes, the index of the outcome.
        quantiles: (5,) quantiles at `LEVELS`; NaN for outcomes without order.
        pit: probability integral transform, randomised if the forecast has steps.
        score: CRPS of a number; for outcomes, the probability of what happened.
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
        """Width of the band."""
        low, high = self.ends(band)
        return high - low

    def ends(self, band: int) -> tuple[float, float]:
        """Ends of that band."""
        at = {50: (1, 3), 90: (0, 4)}[band]
        return float(self.quantiles[at[0]]), float(self.quantiles[at[1]])


@dataclass(frozen=True)
class Scored:
    """The scored forecast of one target by one forecaster.

    Attributes:
        target: the target.
        forecaster: name of the forecaster.
        shocks: how dated shocks came: ``listed`` or ``drawn``; empty if it does not know of any.
        marks: one for each number of the target.
        scores: scores by rule.
    """

    target: Target
    forecaster: str
    shocks: str
    marks: tuple[Mark, ...]
    scores: dict[str, float]

    @property
    def family(self) -> str:
        """Family of the target."""
        return FAMILIES[self.target.kind]

    @property
    def cluster(self) -> tuple[str, str]:
        """State and question, which define clusters of targets that are not independent."""
        return self.target.country, question(self.target)


def question(target: Target) -> str:
    """Return what a target is about. Targets about the same thing are not independent."""
    column, _, rest = target.measures[0].partition(":")
    if target.kind == "portfolio" or column in ("trade", "arms_stock"):
        return column
    return f"{column}:{rest}" if rest else column


def score(
    target: Target, said: Predictive, forecaster: str, shocks: str, rng: np.random.Generator
) -> Scored:
    """Score one forecast.

    Args:
        target: the target, with its value on record.
        said: the forecast.
        forecaster, shocks: name of the forecaster, and how its shocks came.
        rng: random numbers for the PIT of a forecast with steps.

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
    """Return the outcome on record: an option, a rung, or ``yes``."""
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
    """Return the probabilities of recorded dates, given those of true dates.

    Args:
        shares: (Y + 2,) probabilities as of `Dates`. Dates that errors move out of the years are
            counted before or after them. What never happens is never recorded.
        error: standard deviation of recorded dates, in years.
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
