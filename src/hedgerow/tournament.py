"""Is bending better? Every strategy in the same worlds, under common random numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .model.strategies import STRATEGIES
from .paired import Difference, Measure, Sample
from .scenario import Scenario

HEDGER = "quantal"
RIVALRY = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Multiples of all rivalry at which strategies are compared."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A mean over runs with its 95 % interval."""

    mean: float
    low: float
    high: float

    @staticmethod
    def of(values: Floats) -> "Estimate":
        """Estimate the mean of a sample (R,); NaN values are left out."""
        gap = Difference.of(np.zeros_like(values), values)
        return Estimate(gap.mean, gap.low, gap.high)


@dataclass(frozen=True)
class Row:
    """How one strategy fared.

    Attributes:
        strategy: its name. source: where the literature has it.
        payoff: mean of the payoff over years, log-odds.
        against: payoff less that of the quantal hedger, run by run.
        premium, payout, autonomy, tail_loss: means over years, as in the table of countries.
        designations: share of runs with one. survival: years of hedging, up to the end.
    """

    strategy: str
    source: str
    payoff: Estimate
    against: Estimate
    premium: Estimate
    payout: Estimate
    autonomy: Estimate
    tail_loss: Estimate
    designations: Estimate
    survival: Estimate


@dataclass(frozen=True)
class Tournament:
    """All strategies of one country in the worlds of one scenario.

    Attributes:
        rows: at the scenario's own rivalry, best mean payoff first.
        by_rivalry: multiple of rivalry → strategy → payoff less the hedger's.
    """

    scenario: str
    title: str
    country: str
    runs: int
    seed: int
    rows: tuple[Row, ...]
    by_rivalry: dict[float, dict[str, Estimate]]

    def overtaken(self, strategy: str) -> float | None:
        """Smallest multiple of rivalry from which a strategy pays more than hedging; None if none.

        Only differences whose interval leaves zero out count.
        """
        for multiple in sorted(self.by_rivalry):
            estimate = self.by_rivalry[multiple].get(strategy)
            if estimate is not None and estimate.low > 0.0:
                return multiple
        return None


def tournament(
    scenario: Scenario,
    country: str,
    strategies: Sequence[str] = tuple(STRATEGIES),
    runs: int = 128,
    seed: int | None = None,
    rivalry: Sequence[float] = RIVALRY,
    progress: Callable[[int, int], None] | None = None,
) -> Tournament:
    """Let every strategy play the country in the same runs.

    Args:
        country: code of a hedging country. strategies: names; the hedger is always among them.
        runs: of each. seed: default the scenario's, or 0.
        rivalry: multiples of all rivalry; none leaves `Tournament.by_rivalry` empty.
        progress: called with (done, planned) ensembles.

    Raises:
        ValueError: an unknown country or strategy, or no runs.
    """
    if country not in scenario.countries:
        known = ", ".join(scenario.countries)
        raise ValueError(f"unknown country {country!r}; expected one of {known}")
    for name in strategies:
        if name not in STRATEGIES:
            raise ValueError(f"unknown strategy {name!r}; expected one of {', '.join(STRATEGIES)}")
    if any(multiple < 0.0 for multiple in rivalry):
        raise ValueError("a multiple of rivalry is not below 0")
    names = [HEDGER, *(name for name in strategies if name != HEDGER)]
    seed = seed if seed is not None else (scenario.seed or 0)
    planned = len(names) * (1 + sum(multiple != 1.0 for multiple in rivalry))
    done = 0

    def play(name: str, multiple: float) -> Sample:
        nonlocal done
        changes: dict[str, object] = {f"countries.{country}.strategy": name}
        if multiple != 1.0:
            changes["relations.intensity"] = multiple
        sample = Sample(scenario.replace(changes), runs, seed)
        done += 1
        if progress is not None:
            progress(done, planned)
        return sample

    samples = {name: play(name, 1.0) for name in names}
    by_rivalry = {}
    payoffs = {name: _mean(sample, "payoff", country) for name, sample in samples.items()}
    for multiple in rivalry:
        there = (
            payoffs
            if multiple == 1.0
            else {name: _mean(play(name, multiple), "payoff", country) for name in names}
        )
        by_rivalry[float(multiple)] = {
            name: Estimate.of(payoff - there[HEDGER]) for name, payoff in there.items()
        }
    rows = [_row(name, samples[name], payoffs, country) for name in names]
    rows.sort(key=lambda row: -row.payoff.mean)
    return Tournament(
        scenario=scenario.name,
        title=scenario.title,
        country=country,
        runs=runs,
        seed=seed,
        rows=tuple(rows),
        by_rivalry=by_rivalry,
    )


def _row(name: str, sample: Sample, payoffs: dict[str, Floats], country: str) -> Row:
    def mean(column: str) -> Estimate:
        return Estimate.of(_mean(sample, column, country))

    return Row(
        strategy=name,
        source=STRATEGIES[name].source,
        payoff=Estimate.of(payoffs[name]),
        against=Estimate.of(payoffs[name] - payoffs[HEDGER]),
        premium=mean("premium"),
        payout=mean("payout"),
        autonomy=mean("autonomy"),
        tail_loss=mean("tail_loss"),
        designations=Estimate.of(_designated(sample, country)),
        survival=Estimate.of(survival(sample, country)),
    )


def _mean(sample: Sample, column: str, country: str) -> Floats:
    """Mean over the years of a column of countries, for every run: (R,)."""
    years = range(sample.scenario.start, sample.until + 1)
    values = np.array([sample.values(Measure(column, country, year)) for year in years])
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _designated(sample: Sample, country: str) -> Floats:
    ever = np.zeros(sample.runs)
    for partner in sample.scenario.partners:
        measure = Measure(
            f"event:designation:{partner}", country, sample.until, since=sample.scenario.start
        )
        ever = np.maximum(ever, sample.values(measure))
    return ever


def survival(sample: Sample, country: str) -> Floats:
    """Years that hedging survived, from entering the band to leaving it or to the end: (R,).

    0 in a run that never entered.
    """
    scenario = sample.scenario
    years = np.arange(scenario.start, sample.until + 1)
    entered, broken = np.full(sample.runs, np.nan), np.full(sample.runs, np.nan)
    for year in years[::-1]:
        inside = sample.values(Measure("event:hedging_entered", country, int(year))) > 0.0
        outside = sample.values(Measure("event:hedging_broken", country, int(year))) > 0.0
        entered[inside] = year
        broken[outside] = year
    end = np.where(np.isnan(broken), sample.until + 1.0, broken)
    return np.where(np.isnan(entered), 0.0, np.maximum(end - entered, 0.0))
