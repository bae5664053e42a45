"""Mean scores, and the skill of one forecaster relative to another, with intervals.

Targets of one state and question are not independent, so they are one cluster, and intervals come
from a bootstrap of clusters. With about ten clusters, intervals are wide and imprecise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .predictive import RULES, Scored

DRAWN_ANEW = 2000
"""Number of bootstrap samples."""

LEVEL = 90
"""Level of intervals in percent."""

ALL = "all"
"""The name for all families together. Skill is then the mean difference of scores by the first rule
of each family, relative to the mean score of the priors in that family."""


@dataclass(frozen=True)
class Average:
    """The mean score of a forecaster over the targets of a family that it forecasts."""

    forecaster: str
    shocks: str
    family: str
    rule: str
    targets: int
    clusters: int
    mean: float


@dataclass(frozen=True)
class Skill:
    """The skill of a forecaster relative to another, over the targets that both forecast.

    Attributes:
        forecaster, shocks: name of the forecaster, and how its shocks came.
        against, against_shocks: those of the other.
        family, rule: family and scoring rule; `ALL` and an empty rule for all families together.
        targets, clusters: numbers of targets and clusters that both forecast.
        skill: 1 − mean score / mean score of the other: 1 is perfect, below 0 is worse. For `ALL`
            see there.
        low, high: interval of the skill, in which the mean score of the other counts as known; NaN
            with fewer than two clusters.
    """

    forecaster: str
    shocks: str
    against: str
    against_shocks: str
    family: str
    rule: str
    targets: int
    clusters: int
    skill: float
    low: float
    high: float


def averages(scored: Sequence[Scored]) -> list[Average]:
    """Return the mean scores of all forecasters, in the order of their first scores."""
    result = []
    for name, shocks in dict.fromkeys((s.forecaster, s.shocks) for s in scored):
        own = of(scored, name, shocks)
        for family, rules in RULES.items():
            members = [s for s in own if s.family == family]
            clusters = len({s.cluster for s in members})
            result += [
                Average(name, shocks, family, rule, len(members), clusters, _mean(members, rule))
                for rule in rules
                if members
            ]
    return result


def _mean(members: Sequence[Scored], rule: str) -> float:
    return float(np.mean([s.scores[rule] for s in members]))


def of(scored: Sequence[Scored], forecaster: str, shocks: str) -> list[Scored]:
    """Return the scored forecasts of one forecaster."""
    return [s for s in scored if (s.forecaster, s.shocks) == (forecaster, shocks)]


def skills(
    mine: Sequence[Scored],
    other: Sequence[Scored],
    units: Mapping[str, float],
    seed: int = 0,
) -> list[Skill]:
    """Compare two forecasters, family by family and rule by rule, and over all.

    Args:
        mine, other: scored forecasts, each of one forecaster.
        units: the unit of the scores of each family in the mean over all, see `ALL`.
        seed: seed of the bootstrap.
    """
    theirs = {s.target.id: s for s in other}
    pairs = [(s, theirs[s.target.id]) for s in mine if s.target.id in theirs]
    if not pairs:
        return []
    names = (mine[0].forecaster, mine[0].shocks, other[0].forecaster, other[0].shocks)
    found = []
    gains: list[Gain] = []
    for family, rules in RULES.items():
        members = [pair for pair in pairs if pair[0].family == family]
        for rule in rules if members else ():
            unit = float(np.mean([b.scores[rule] for _, b in members]))
            own = [_gain(*pair, rule, unit) for pair in members]
            found.append(_skill(names, family, rule, own, seed))
        gains += [_gain(*pair, rules[0], units[family]) for pair in members]
    found.append(_skill(names, ALL, "", gains, seed))
    return found


Gain = tuple[tuple[str, str], float]
"""Cluster of a target, and the difference of scores on it: other minus own."""


def _gain(mine: Scored, theirs: Scored, rule: str, unit: float) -> Gain:
    gain = theirs.scores[rule] - mine.scores[rule]
    return mine.cluster, gain / unit if unit > 0.0 else float("nan")


def _skill(
    names: tuple[str, str, str, str], family: str, rule: str, gains: Sequence[Gain], seed: int
) -> Skill:
    """Return the skill from gains, with its interval."""
    clusters = sorted({cluster for cluster, _ in gains})
    sums, counts = np.zeros(len(clusters)), np.zeros(len(clusters))
    for cluster, gain in gains:
        sums[clusters.index(cluster)] += gain
        counts[clusters.index(cluster)] += 1.0
    low = high = float("nan")
    if len(clusters) > 1:
        rng = np.random.default_rng([seed, 1])
        even = np.full(len(clusters), 1.0 / len(clusters))
        times = rng.multinomial(len(clusters), even, size=DRAWN_ANEW)
        ends = [0.5 * (100 - LEVEL), 50.0 + 0.5 * LEVEL]
        low, high = (float(x) for x in np.percentile((times @ sums) / (times @ counts), ends))
    mean = float(sums.sum() / counts.sum())
    return Skill(*names, family, rule, len(gains), len(clusters), mean, low, high)
