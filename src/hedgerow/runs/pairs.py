"""Paired runs in memory: the effect of a change, run by run under common random numbers.

Replicate r of both scenarios draws the same random numbers for everything that both have, so that
a difference is due to the change and not to chance. Nothing is written. Measures are named as in
``summary.csv``:

* a column of ``countries``: ``alignment_index``, ``belief_status_quo``, …
* ``COLUMN:PARTNER`` of ``ties``: ``arms_orders:RUS``, ``tier:USA``, …
* ``choice:QUESTION:OPTION``: 1 in a run that chose it, 0 in one that chose otherwise
* ``event:NAME:PARTNER`` (``event:NAME`` with any partner, or none): 1 in a run in which it began in
  the year, else 0
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..model.record import Record
from ..results.records import size
from ..results.yearly import event_names, happened
from ..scenario import Scenario, load
from ..scenario.document import locate
from .own import NONE, Own

BLOCK = 128
"""Number of replicates that one call of the model holds."""

RUNS = 256
"""Number of paired runs by default."""

Floats = NDArray[np.float64]


class Measure(NamedTuple):
    """One number of a run.

    Attributes:
        name: as in ``summary.csv``, e.g. ``"arms_orders:RUS"``.
        country: code of the hedging country.
        year: the year whose value is taken.
        since: for choices and events, the first year of a period that ends with `year`; the value
            is 1 if it happened in any of its years. None means `year` alone.
    """

    name: str
    country: str
    year: int
    since: int | None = None


@dataclass(frozen=True)
class Difference:
    """The difference of a measure over paired runs: other scenario minus base.

    Attributes:
        mean: mean difference; NaN without pairs.
        low, high: 95 % interval of the mean by Student's t; NaN with fewer than two pairs.
        sd: standard deviation of the measure across runs of the base.
        n: number of pairs in which the measure is defined in both runs.
        effect: mean / sd; infinite if the base does not vary, NaN if neither does.
    """

    mean: float
    low: float
    high: float
    sd: float
    n: int

    @property
    def effect(self) -> float:
        """The mean difference in standard deviations of the base."""
        if self.sd > 0.0:
            return self.mean / self.sd
        return float(np.copysign(np.inf, self.mean)) if self.mean else float("nan")

    def clear(self, direction: str) -> bool:
        """Tell whether the whole interval lies ``"up"`` or ``"down"`` of zero."""
        return self.low > 0.0 if direction == "up" else self.high < 0.0

    @staticmethod
    def of(base: Floats, other: Floats) -> "Difference":
        """Return the difference of two samples (R,), run by run; pairs with a NaN are left out."""
        from scipy.special import stdtrit

        both = ~(np.isnan(base) | np.isnan(other))
        first, gaps = base[both], other[both] - base[both]
        n = int(gaps.size)
        mean = float(gaps.mean()) if n else float("nan")
        if n < 2:
            return Difference(mean, float("nan"), float("nan"), float("nan"), n)
        half = float(stdtrit(n - 1, 0.975) * gaps.std(ddof=1) / np.sqrt(n))
        return Difference(mean, mean - half, mean + half, float(first.std(ddof=1)), n)


class Sample:
    """Runs of one scenario, kept so that many measures and comparisons can use them.

    Args:
        scenario: a checked scenario.
        runs: number of replicates; they are numbered from 0.
        seed: seed of all random streams; that of the scenario by default, else 0.
        until: last year to simulate; the end of the scenario by default. Years before it do not
            depend on it.
        kernel: as of `hedgerow.run`. Runs that are compared with those of agents, which need the
            NumPy kernel, should use it too, so that equal runs are equal to the last digit.
        own: countries and measures of the user's own.
        played: a function that is called after every run if a country of one's own plays.

    Attributes:
        records: the records of the runs, in blocks, in order.

    Raises:
        ValueError: `runs` is not positive, or `until` no year of the scenario.
    """

    def __init__(
        self,
        scenario: Scenario,
        runs: int = RUNS,
        seed: int | None = None,
        until: int | None = None,
        kernel: str | None = None,
        own: Own = NONE,
        played: Callable[[], object] = lambda: None,
    ) -> None:
        if runs < 1:
            raise ValueError(f"runs must be at least 1, not {runs}")
        self.scenario = scenario
        self.runs = runs
        self.seed = seed if seed is not None else scenario.seed or 0
        self.until = scenario.end if until is None else until
        self._check_year(self.until, scenario.end)
        self._kernel, self._own, self._played = kernel, own, played
        self.records = [
            self._simulate(np.arange(start, min(start + BLOCK, runs), dtype=np.uint64))
            for start in range(0, runs, BLOCK)
        ]

    def _simulate(self, replicates: NDArray[np.uint64]) -> Record:
        return self._own.simulate(
            self.scenario,
            replicates,
            self.seed,
            self._kernel,
            years=self.until - self.scenario.start + 1,
            played=self._played,
        )

    def values(self, measure: Measure) -> Floats:
        """Return the values of a measure: (runs,), NaN where it is undefined.

        Raises:
            ValueError: the scenario has no such measure, country or year.
        """
        return np.concatenate([self._of(record, measure) for record in self.records])

    def _of(self, record: Record, measure: Measure) -> Floats:
        name, country, year, since = measure
        scenario = self.scenario
        if country not in scenario.countries:
            raise ValueError(f"no country {country!r}; there are {', '.join(scenario.countries)}")
        self._check_year(year, self.until)
        first = year if since is None else since
        self._check_year(first, year)
        i, y = scenario.countries.index(country), year - scenario.start
        column, _, rest = name.partition(":")
        if column == "choice":
            return _chosen(record, name, i, first, year)
        if column == "event":
            return self._happened(record, name, i, first, year)
        if since is not None:
            raise ValueError(f"since is for choices and events, not for {name!r}")
        if rest and column in record.ties:
            return record.ties[column][y, i, self._partner(rest, name)]
        if not rest and name in record.countries:
            return record.countries[name][y, i]
        known = ", ".join([*record.countries, *(f"{tie}:PARTNER" for tie in record.ties)])
        raise ValueError(f"no measure {name!r}; there are {known}, choice:… and event:…")

    def _happened(self, record: Record, name: str, country: int, first: int, last: int) -> Floats:
        _, _, rest = name.partition(":")
        event, _, partner = rest.partition(":")
        known = event_names(self.scenario)
        if event not in known:
            raise ValueError(f"no event {event!r} in {name!r}; there are {', '.join(known)}")
        where = happened(record, event, self._partner(partner, name) if partner else None)
        there = (where.country == country) & (first <= where.year) & (where.year <= last)
        result = np.zeros(size(record))
        result[where.replicate[there]] = 1.0
        return result

    def _partner(self, code: str, name: str) -> int:
        partners = self.scenario.partners
        if code not in partners:
            raise ValueError(f"no partner {code!r} in {name!r}; there are {', '.join(partners)}")
        return partners.index(code)

    def _check_year(self, year: int, last: int) -> None:
        if not self.scenario.start <= year <= last:
            raise ValueError(f"year {year} is not in {self.scenario.start} to {last}")


def _chosen(record: Record, name: str, country: int, first: int, last: int) -> Floats:
    question, _, option = name.partition(":")[2].rpartition(":")
    years = []
    for choice in record.choices:
        if choice.question != question or choice.country != country:
            continue
        if option not in choice.options:
            options = ", ".join(choice.options)
            raise ValueError(f"no option {option!r} in {name!r}; there are {options}")
        if first <= choice.year <= last:
            there = choice.chosen >= 0
            return np.where(there, choice.chosen == choice.options.index(option), np.nan)
        years.append(str(choice.year))
    when = f" in these years, but in {', '.join(years)}" if years else " for this country"
    raise ValueError(f"no choice {question!r}{when} (asked for {name!r})")


def measure(
    scenario: Scenario,
    name: str,
    country: str,
    year: int,
    runs: int = RUNS,
    seed: int | None = None,
    since: int | None = None,
) -> Floats:
    """Return the values of a measure of a scenario: (runs,), NaN where it is undefined.

    Raises:
        ValueError: the scenario has no such measure, country or year, or `runs` is not positive.
    """
    sample = Sample(scenario, runs, seed, until=min(year, scenario.end))
    return sample.values(Measure(name, country, year, since))


def paired(
    base: Scenario | Sample,
    other: Scenario | Sample,
    name: str,
    country: str,
    year: int,
    runs: int = RUNS,
    seed: int | None = None,
    since: int | None = None,
) -> Difference:
    """Return how one measure differs between two scenarios; see `paired_many`."""
    return paired_many(base, other, [Measure(name, country, year, since)], runs, seed)[0]


def paired_many(
    base: Scenario | Sample,
    other: Scenario | Sample,
    measures: Sequence[Measure],
    runs: int = RUNS,
    seed: int | None = None,
) -> list[Difference]:
    """Return how measures differ between two scenarios, each simulated once.

    Args:
        base, other: scenarios or samples of them. Samples keep their own runs and seed.
        measures: the measures to compare.
        runs: number of runs of each scenario that is not a sample.
        seed: seed of both; that of the base by default, else 0.

    Raises:
        ValueError: a scenario has no such measure, country or year, or two samples differ in their
            seed.
    """
    last = max((entry.year for entry in measures), default=None)
    given = next((s for s in (base, other) if isinstance(s, Sample)), None)
    if given is not None:
        runs, seed = given.runs, given.seed
    elif seed is None and isinstance(base, Scenario):
        seed = base.seed or 0
    first, second = (
        s if isinstance(s, Sample) else Sample(s, runs, seed, _within(s, last))
        for s in (base, other)
    )
    if first.seed != second.seed:
        raise ValueError(f"samples with different seeds, {first.seed} and {second.seed}")
    n = min(first.runs, second.runs)
    return [Difference.of(first.values(entry)[:n], second.values(entry)[:n]) for entry in measures]


def _within(scenario: Scenario, year: int | None) -> int | None:
    return None if year is None else max(scenario.start, min(year, scenario.end))


@dataclass(frozen=True)
class Outcome:
    """One expectation of a what-if scenario, compared with its runs.

    Attributes:
        measure: the measure that was compared.
        direction: the expected direction, ``"up"`` or ``"down"``.
        minimum: the least expected size of the mean difference.
        difference: the difference found: the what-if minus the scenario that it extends.
    """

    measure: Measure
    direction: str
    minimum: float
    difference: Difference

    @property
    def holds(self) -> bool:
        """True if the mean has this direction and size, and its interval excludes zero."""
        towards = 1.0 if self.direction == "up" else -1.0
        enough = towards * self.difference.mean >= self.minimum
        return enough and self.difference.clear(self.direction)

    def __str__(self) -> str:
        d, m = self.difference, self.measure
        verdict = "holds" if self.holds else "does not hold"
        return (
            f"{m.name} of {m.country} in {m.year} {self.direction} by at least {self.minimum:g}: "
            f"{verdict} ({d.mean:+.4g}, 95 % {d.low:+.4g} to {d.high:+.4g}, "
            f"{d.effect:+.2f} sd, n = {d.n})"
        )


def check_expectations(
    scenario: Scenario,
    runs: int = RUNS,
    seed: int | None = None,
    parent: Scenario | Sample | None = None,
) -> list[Outcome]:
    """Compare the expectations in the table ``[expect]`` of a what-if scenario with its runs.

    Args:
        scenario: a scenario that extends another.
        runs: number of runs of each of the two.
        seed: seed of both; that of the parent by default, else 0.
        parent: the scenario that it extends, or a sample of it; loaded as shipped by default.

    Returns:
        One outcome for each expectation, in order; an empty list without expectations.

    Raises:
        ValueError: it extends nothing, or expects something of a year outside the scenarios.
    """
    if not scenario.expect:
        return []
    measures = [
        Measure(str(entry["measure"]), str(entry["country"]), int(entry["year"]))
        for entry in scenario.expect
    ]
    base = parent_of(scenario) if parent is None else parent
    found = paired_many(base, scenario, measures, runs, seed)
    return [
        Outcome(entry, str(promise["direction"]), float(promise.get("minimum", 0.0)), difference)
        for entry, promise, difference in zip(measures, scenario.expect, found, strict=True)
    ]


def parent_of(scenario: Scenario) -> Scenario:
    """Return the scenario that a what-if extends, without changes made by hand.

    Raises:
        ValueError: it extends nothing.
    """
    for layer in reversed(scenario.merged.layers):
        if layer.positions is not None and layer.document.get("extends") is not None:
            path, _ = locate(layer.document["extends"], layer.folder)
            return load(path)
    raise ValueError(f"{scenario.name} extends nothing, so there is nothing to compare it with")
