"""Baselines: forecasters without a model, which know only the record up to 2014.

A baseline makes no forecast of targets for which it has no record. Variances are those of a random
walk: the mean squared change in a year, over all series of the country of the same kind, times the
number of years ahead. Errors of measurement are added. A forecast that is certain gets its only
uncertainty from the share of ignorance (`hedgerow.analysis.scoring.scores.IGNORANCE`).

Votes: all questions are about resolutions against Russia. There is no vote on record to fit
anything to. So the ordered logit is a prior: with ideal points x of 2014, P(against) =
σ(β (c₂ − x)) and P(for) = σ(β (x − c₁)). The cut c₂ is the ideal point of Russia, c₁ is half way
from there to that of the United States, and the slope β is half-normal with scale 1. Since states
of ASEAN were farther from the United States than Russia was, it forecasts that they vote against.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from ...facts.targets import Target
from ...model.streams import code_of
from .backcast import dates, errors, years_of
from .predictive import RUNGS, SURE, Chances, Dates, Numbers, Predictive
from .record import Past, Series
from .shocks import HISTORY

Floats = NDArray[np.float64]

DAMPING = 0.9
"""Factor by which the slope of a trend decreases in a year (Gardner and McKenzie 1985)."""

MEMBERS = 1000
"""Number of members of the ensembles that baselines draw."""

ASEAN = ("BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "VNM")
VOTE = ("for", "abstain", "against")
_SPONSOR, _CONDEMNED = "USA", "RUS"
_TOP = 3  # the highest rung below an alliance
_LEAST = 0.01  # least value of the second of two measures of a ratio
_START = 1996  # start of the record of rungs and events


@dataclass(frozen=True)
class Asked:
    """The input of a baseline.

    Attributes:
        target: the target to forecast, whose value must not be used.
        past: the record up to 2014.
        outcomes: the options, if it is a choice.
        last: last year of all targets.
        seed: seed of everything that is drawn.
    """

    target: Target
    past: Past
    outcomes: tuple[str, ...]
    last: int
    seed: int

    @property
    def ahead(self) -> float:
        """Middle year of the target."""
        return 0.5 * sum(self.target.years)

    @property
    def partner(self) -> str:
        """Code of the partner of a rung."""
        return self.target.measures[0].partition(":")[2]


Baseline = Callable[[Asked], Predictive | None]


def persistence(asked: Asked) -> Predictive | None:
    """Everything stays as last on record.

    Numbers follow a random walk, a rung stays for certain, and what never happened never will.
    """
    match asked.target.kind:
        case "rung":
            rung = _rung(asked)
            return None if rung is None else _sure(RUNGS, RUNGS[rung])
        case "tier":
            rung = _rung(asked)
            if rung is None:
                return None
            reached = rung >= asked.target.values[0]
            return _dates(asked, np.array([0.0 if reached else np.inf]))
        case "never":
            return _sure(SURE, SURE[1])
    return _walk(asked, lambda years, values, ahead: values[-1])


def damped_trend(asked: Asked) -> Predictive | None:
    """Numbers follow the trend from the first to the last record, damped by a tenth a year."""

    def middle(years: Floats, values: Floats, ahead: float) -> float:
        if years.size < 2:
            return float(values[-1])
        slope = (values[-1] - values[0]) / (years[-1] - years[0])
        steps = max(0.0, ahead - years[-1])
        return float(values[-1] + slope * DAMPING * (1.0 - DAMPING**steps) / (1.0 - DAMPING))

    return _walk(asked, middle)


def base_rates(asked: Asked) -> Predictive | None:
    """Past frequencies: mean and spread of a series, and the share of partners on each rung.

    An event that did not happen in n years has a probability of ½ / (n + 1) in a year (Jeffreys).
    Options of a vote are equally likely, since no vote is on record.
    """
    target = asked.target
    match target.kind:
        case "rung":
            found = [s.values[-1] for (i, _), s in asked.past.rungs.items() if i == target.country]
            if not found:
                return None
            counts = np.bincount(np.array(found, dtype=np.int64), minlength=len(RUNGS))
            return Chances(RUNGS, counts / counts.sum())
        case "never":
            rate = 0.5 / (HISTORY + 1 - _START + 1.0)
            none = (1.0 - rate) ** (target.years[1] - target.years[0] + 1)
            return Chances(SURE, np.array([1.0 - none, none]))
        case "choice":
            n = len(asked.outcomes)
            return Chances(asked.outcomes, np.full(n, 1.0 / n))
        case "tier":
            return None
    spreads = [np.var(s.values, ddof=1) for s in _alike(asked).values() if len(s.values) > 1]
    if not spreads:
        return None
    sd = float(np.sqrt(np.mean(spreads)))
    return _numbers(asked, lambda years, values, ahead: (float(values.mean()), sd), "base rates")


def nearest_neighbour(asked: Asked) -> Predictive | None:
    """The last record of the state with the nearest ideal point in 2014.

    For a vote, only the answers of Russia and of the United States can be known in advance; that of
    the nearer of the two is used.
    """
    points, country = asked.past.ideal_points, asked.target.country
    if country not in points:
        return None
    if asked.target.kind == "choice":
        if set(asked.outcomes) != set(VOTE):
            return None
        near = min((_SPONSOR, _CONDEMNED), key=lambda p: abs(points[p] - points[country]))
        return _sure(asked.outcomes, VOTE[0] if near == _SPONSOR else VOTE[2])
    if asked.target.kind not in ("value", "ratio", "portfolio"):
        return None
    others = [code for code in points if code not in (country, _SPONSOR, _CONDEMNED)]
    return _walk(
        asked,
        lambda years, values, ahead: float(values[-1]),
        min(others, key=lambda code: abs(points[code] - points[country])),
    )


def constant_hazard(asked: Asked) -> Predictive | None:
    """Rungs rise with the hazard, and by the steps, of all rises of the country up to 2014."""
    target, start = asked.target, _rung(asked)
    if target.kind not in ("rung", "tier") or start is None:
        return None
    step = chain(asked.past, target.country)
    now = np.zeros(len(RUNGS))
    now[start] = 1.0
    if target.kind == "rung":
        for _ in range(HISTORY, target.years[0]):
            now = now @ step
        return Chances(RUNGS, now)
    goal = int(target.values[0])
    first, last = years_of(target, _START, asked.last)
    reached = [float(now[goal:].sum())]
    for _ in range(first, last + 1):
        now = now @ step
        reached.append(float(now[goal:].sum()))
    shares = np.diff(np.array([0.0, *reached, 1.0]))
    return Dates(first, shares)


def chain(past: Past, country: str) -> Floats:
    """Return the probabilities (5, 5) of going from one rung to another in a year.

    With k rises on record in n years of all partners below the top, a rise has the probability
    (k + ½) / (n + 1). It is by one, two or three rungs as often as on record, up to the top.
    """
    rises: list[int] = []
    exposed = 0
    for (code, _), found in past.rungs.items():
        if code != country:
            continue
        rungs = [0, *map(int, found.values)]
        rises += [b - a for a, b in pairwise(rungs) if b > a]
        topped = [
            year for year, rung in zip(found.years, found.values, strict=True) if rung >= _TOP
        ]
        exposed += (topped[0] if topped else HISTORY) - _START + 1
    rate = (len(rises) + 0.5) / (exposed + 1.0)
    step = np.eye(len(RUNGS))
    for rung in range(_TOP):
        step[rung, rung] = 1.0 - rate
        for rise in rises or [1]:
            step[rung, min(rung + rise, _TOP)] += rate / max(1, len(rises))
    return step


def always_abstain(asked: Asked) -> Predictive | None:
    """Every hedging state abstains."""
    votes = asked.target.kind == "choice" and VOTE[1] in asked.outcomes
    return _sure(asked.outcomes, VOTE[1]) if votes else None


def ordered_logit(asked: Asked) -> Predictive | None:
    """Votes follow from ideal points, as described at the top of this module."""
    points = asked.past.ideal_points
    if asked.target.kind != "choice" or set(asked.outcomes) != set(VOTE):
        return None
    if asked.target.country not in points:
        return None
    shares = dict(zip(VOTE, logit(points, asked.target.country), strict=True))
    return Chances(asked.outcomes, np.array([shares[option] for option in asked.outcomes]))


def logit(points: Mapping[str, float], country: str) -> Floats:
    """Return the probabilities (3,) of for, abstain and against."""
    x, low, high = points[country], points[_CONDEMNED], points[_SPONSOR]
    slopes = ndtri(0.5 + 0.5 * (np.arange(200) + 0.5) / 200.0)  # half-normal quantiles
    against = float(expit(slopes * (low - x)).mean())
    favour = float(expit(slopes * (x - 0.5 * (low + high))).mean())
    return np.array([favour, 1.0 - favour - against, against])


def asean_majority(asked: Asked) -> Predictive | None:
    """A member of ASEAN votes as the ordered logit finds most likely for the ten members."""
    points = asked.past.ideal_points
    if asked.target.kind != "choice" or set(asked.outcomes) != set(VOTE):
        return None
    if asked.target.country not in ASEAN:
        return None
    together = sum((logit(points, code) for code in ASEAN), np.zeros(3))
    return _sure(asked.outcomes, VOTE[int(together.argmax())])


BASELINES: dict[str, Baseline] = {
    "persistence": persistence,
    "damped trend": damped_trend,
    "base rates": base_rates,
    "nearest neighbour": nearest_neighbour,
    "constant hazard": constant_hazard,
    "always abstain": always_abstain,
    "ASEAN majority": asean_majority,
    "ordered logit": ordered_logit,
}
"""Baselines by name. The diversifier is not among them, since it is a run of the model."""

_Middle = Callable[[Floats, Floats, float], float]


def _walk(asked: Asked, middle: _Middle, whose: str = "") -> Predictive | None:
    """Return a random walk that starts from the middle of a series."""
    squares = []
    for found in _alike(asked).values():
        gaps = np.diff(found.values) ** 2 / np.diff(found.years)
        squares += gaps.tolist()
    if not squares:
        return None
    a_year = float(np.mean(squares))

    def both(years: Floats, values: Floats, ahead: float) -> tuple[float, float]:
        return middle(years, values, ahead), float(np.sqrt(a_year * max(0.0, ahead - years[-1])))

    return _numbers(asked, both, "walk", whose)


def _alike(asked: Asked) -> dict[str, Series]:
    """Return the series of the country of the same kind as that of the target."""
    column = asked.target.measures[0].partition(":")[0]
    return {
        measure: found
        for (code, measure), found in asked.past.series.items()
        if code == asked.target.country and measure.partition(":")[0] == column
    }


def _numbers(
    asked: Asked,
    law: Callable[[Floats, Floats, float], tuple[float, float]],
    stream: str,
    whose: str = "",
) -> Predictive | None:
    """Return normal numbers, none below 0, with errors of measurement added."""
    target = asked.target
    if target.kind not in ("value", "ratio", "portfolio"):
        return None
    rng = np.random.default_rng([asked.seed, code_of(f"{stream} {target.id}")])
    drawn = []
    for measure in target.measures:
        found = asked.past.series.get((whose or target.country, measure))
        if found is None:
            return None
        years, values = np.array(found.years, dtype=float), np.array(found.values)
        mean, sd = law(years, values, asked.ahead)
        drawn.append(np.maximum(0.0, mean + sd * rng.standard_normal(MEMBERS)))
    samples = np.stack(drawn, axis=-1)
    if target.kind == "ratio":
        samples = samples[:, :1] / np.maximum(samples[:, 1:], _LEAST)
    return Numbers(samples + errors(target, samples.shape, asked.seed))


def _rung(asked: Asked) -> int | None:
    found = asked.past.rungs.get((asked.target.country, asked.partner))
    return None if found is None else int(found.values[-1])


def _dates(asked: Asked, came: Floats) -> Dates:
    first, last = years_of(asked.target, _START, asked.last)
    return Dates(first, dates(np.minimum(came, last + 1.0), first, last))


def _sure(outcomes: tuple[str, ...], came: str) -> Chances:
    return Chances(outcomes, np.array([float(outcome == came) for outcome in outcomes]))
