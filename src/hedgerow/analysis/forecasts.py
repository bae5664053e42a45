"""Dated forecasts: the probability that something has happened by the end of a year.

Probabilities are shares of runs. Each run has its own draw of the uncertain numbers, so that
probabilities include the uncertainty of numbers as well as chance. Their intervals are due to the
limited number of runs alone (Jeffreys). Errors of the model itself are in neither; they are
measured by scores (`hedgerow.analysis.scoring`).

A forecast takes account of the record where it restricts what can still happen. A rise to a rung
that a rule forbids, or that is on record already, is not possible. Runs in which a label is below
the one on record, or in which a country was designated that was not, are left out of the share.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date as Date
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import figures
from ..errors import argument
from ..model.parameters import TOP_RUNG, Kind
from ..model.record import Record
from ..progress import counted
from ..results import records
from ..results.columns import instruments_of
from ..results.yearly import designations, happened
from ..runs.pairs import Sample
from ..scenario import Scenario
from ..scenario.keys import join
from ..scenario.knowledge import Hindsight, hindsight, refuse
from ..scenario.posteriors import too_much
from ..scenario.target_file import load_targets
from . import saving

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ..facts.targets import Target

FIRST = 2025
RUNS = 1024
PRIORS = "its priors"
"""The name of the source of a scenario's numbers if it has no draws."""

RISE = 0.05
"""Least rise of the main supplier's share of orders that is a reversal of diversification."""

BREAK = "hedging_broken"
"""The event of four quarters outside the hedging band."""

_COLUMNS = ("orders", "stock")  # of an instrument that has orders
_WINDOW = 3  # years over which orders are averaged, since those of a single year vary much

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Event(NamedTuple):
    """An event that is forecast.

    Attributes:
        name: one of these:

            * ``next_tier``: a rung above that of the year before the forecast, in runs in which
              rules allow one and the rung is not below the one on record;
            * the question of a choice of the kind ``membership``, as ``brics``: the country takes
              an option that a power offers;
            * ``reversal``: over three years, the largest supplier's share of orders is `RISE` or
              more above that before the forecast; ``reversal:INSTRUMENT`` where several
              instruments have orders;
            * ``designation``: by the partner, in runs without one in the years in which, by the
              record, there was none;
            * ``break``: four quarters outside the hedging band.
        country, partner: codes; the partner may be empty.
    """

    name: str
    country: str
    partner: str = ""


@dataclass(frozen=True)
class Known:
    """The record before a forecast, by country and partner.

    Attributes:
        rungs: the latest rung on record, from 0.
        spared: first and last year in which, by the record, there was no designation.
    """

    rungs: dict[tuple[str, str], int]
    spared: dict[tuple[str, str], tuple[int, int]]

    @classmethod
    def before(cls, year: int, scenario: Scenario) -> "Known":
        """Return the record of the years before `year`.

        It consists of the shipped targets, and of the rungs that the scenario gives as certain for
        its first year, since on record no label was ever lowered.
        """
        rungs: dict[tuple[str, str], int] = {}
        for country, code in product(scenario.countries, scenario.partners):
            start = scenario.quantities.get(join(("countries", country, "tiers", code)))
            if start is not None and start.low == start.value == start.high:
                rungs[country, code] = int(start.value)
        spared: dict[tuple[str, str], tuple[int, int]] = {}
        for target in cls.targets(year, scenario):
            partner = target.measures[0].rpartition(":")[2]
            if target.kind == "never":
                spared[target.country, partner] = target.years
            else:
                rungs[target.country, partner] = int(target.values[0])
        return cls(rungs, spared)

    @staticmethod
    def targets(year: int, scenario: Scenario) -> "list[Target]":
        """Return the shipped targets on rungs and designations before a year, the latest last."""
        named = designations(scenario)
        found = [
            target
            for target in load_targets()
            if target.years[1] < year
            and (
                target.kind in ("tier", "rung")
                or (target.kind == "never" and target.measures[0].split(":")[1] in named)
            )
        ]
        return sorted(found, key=lambda target: target.years[1])


@dataclass(frozen=True)
class Row:
    """The probability that an event has happened by the end of a year.

    Attributes:
        event: the event.
        year: the year by whose end it has happened.
        probability: share of runs.
        low, high: 90 % interval of the share, due to the limited number of runs.
        runs: number of runs in which the event could happen.
    """

    event: Event
    year: int
    probability: float
    low: float
    high: float
    runs: int


@dataclass(frozen=True, repr=False)
class Forecast(saving.Analysis):
    """The forecasts of one scenario.

    Attributes:
        scenario: the scenario.
        runs, seed: number of runs and seed of the ensemble.
        date: date on which it was made, ISO 8601.
        rows: the probabilities, in the order of events and then of years.
        hindsight: what numbers and draws know of the forecast years; false if nothing.
        parameters: name of the file of draws; empty for priors alone.
    """

    scenario: Scenario
    runs: int
    seed: int
    date: str
    rows: tuple[Row, ...]
    hindsight: Hindsight
    parameters: str = ""

    @property
    def stem(self) -> str:
        """Default name of its folder."""
        return f"forecast-{self.scenario.name}"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return the table ``forecast``, with a row for each event and year."""
        return saving.frames({"forecast": self._table()})

    def text(self, width: int = 100) -> str:
        """Return the probabilities of the last year, the likeliest first."""
        last = max(row.year for row in self.rows)
        rows = [row for row in self.rows if row.year == last and row.runs]
        rows.sort(key=lambda row: (-row.probability, row.event))
        lines = [
            f"{self.scenario.title}",
            *self.hindsight.lines(),
            f"by the end of {last}, as of {self.date}, numbers from {self.parameters or PRIORS}:",
            "",
        ]
        for row in rows:
            name, country, partner = row.event
            share = f"{row.probability:5.2f}  ({row.low:.2f}–{row.high:.2f})"
            lines.append(f"  {share}  {country}  {name:11}  {partner}".rstrip())
        void = [" ".join(filter(None, r.event[1::-1] + r.event[2:])) for r in self.rows
                if r.year == last and not r.runs]  # fmt: skip
        if void:
            why = "forbidden by a rule, on record already, or nobody is asked"
            lines += ["", f"no question in any run ({why}):", f"  {', '.join(void)}"]
        return "\n".join(lines)

    def plot(self) -> "Figure":
        """Return the figure of the probabilities by year."""
        first, last = self.rows[0].year, self.rows[-1].year
        about = (
            f"{self.scenario.title} · {counted(self.runs, 'run')}, seed {self.seed} · "
            f"made {self.date} · numbers from {self.parameters or PRIORS} · "
            f"bars: 90 %, for finitely many runs alone{self.hindsight.footer()}"
        )
        title = f"{self.scenario.name}: probability by the end of each year, {first}–{last}"
        codes = dict.fromkeys(code for row in self.rows for code in row.event[1:] if code)
        named = ", ".join(f"{code} {self.scenario.title_of(code)}" for code in codes)
        return figures.forecasts.draw(self.rows, title, about, f"Codes: {named}.")

    def write(self, folder: Path) -> None:
        """Write the table and the figure into an existing folder."""
        saving.write_rows(folder, {"forecast": self._table()})
        saving.write_figures(folder, {"forecast": self.plot()})

    def _table(self) -> list[list[object]]:
        head = ["country", "event", "partner", "year", "probability", "low", "high", "runs"]
        table: list[list[object]] = [[*head, "date", "scenario_sha256", "seed", "parameters"]]
        ends = [self.date, self.scenario.sha256, self.seed, self.parameters or PRIORS]
        for row in self.rows:
            name, country, partner = row.event
            numbers = [row.year, row.probability, row.low, row.high, row.runs]
            table.append([country, name, partner, *numbers, *ends])
        return saving.marked(table, bool(self.hindsight))


def forecast(
    scenario: Scenario,
    runs: int = RUNS,
    seed: int | None = None,
    first: int = FIRST,
    until: int | None = None,
    date: str | None = None,
    kernel: str | None = None,
    allow_hindsight: bool = False,
    parameters: str = "",
) -> Forecast:
    """Forecast every event of every hedging country of a scenario.

    Args:
        scenario: a scenario with years before and after the start of `first`.
        runs: number of replicates.
        seed: the seed; that of the scenario by default, else 0.
        first: first year that is forecast.
        until: last year that is forecast; that of the scenario by default.
        date: date of the forecast; today by default.
        kernel: as of `hedgerow.run`.
        allow_hindsight: whether to go on if numbers or draws know of years from `first` on; the
            forecast is then marked.
        parameters: the user's name for the file of draws, for tables and figures.

    Raises:
        ValueError: the years do not fit the scenario.
        HindsightError: there is hindsight, and it is not allowed.
    """
    last = scenario.end if until is None else until
    _require_years(scenario, first, last)
    draws = too_much(scenario, first - 1)
    known = refuse(hindsight(scenario, (), first - 1, draws), allow_hindsight)
    sample = Sample(scenario, runs, seed, last, kernel)
    found = outcomes(records.join(sample.records), scenario, first, last)
    rows = tuple(row for event, by_year in found for row in _rows(event, first, by_year))
    made = Date.today().isoformat() if date is None else date
    return Forecast(scenario, runs, sample.seed, made, rows, known, parameters)


def _require_years(scenario: Scenario, first: int, last: int) -> None:
    """Check the first and last year of a forecast.

    Raises:
        ValueError: they do not fit the scenario.
    """
    runs = f"{scenario.name} runs from {scenario.start} to {scenario.end}"
    earliest = scenario.start + _WINDOW
    if earliest > scenario.end:
        raise ValueError(f"a forecast needs {_WINDOW} years before it, and {runs}")
    if not earliest <= first <= scenario.end:
        raise ValueError(
            f"{argument('first', '--from')} must be a year from {earliest} to {scenario.end}, not "
            f"{first}: {runs}, and a forecast needs {_WINDOW} years before it"
        )
    if not first <= last <= scenario.end:
        raise ValueError(
            f"{argument('until')} must be a year from {first}, the first that is forecast, to "
            f"{scenario.end}, not {last}: {runs}"
        )


def outcomes(
    record: Record, scenario: Scenario, first: int, last: int, known: Known | None = None
) -> Iterator[tuple[Event, Floats]]:
    """Yield each event, and whether it has happened by the end of each year: (years, R).

    The values are 1 if it has happened, 0 if not, and NaN if it cannot happen in a run.

    Args:
        record: the record of the runs.
        scenario: the scenario that was run.
        first, last: first and last year that are forecast.
        known: the record of the world; by default `Known.before` the first year.
    """
    known = known or Known.before(first, scenario)
    named = designations(scenario)
    before, stop = first - scenario.start, last - scenario.start + 1
    span = slice(before, stop)
    for i, country in enumerate(scenario.countries):
        for p, partner in enumerate(scenario.partners):
            if partner == country:
                continue
            rungs = record.ties["tier"][:, i, p]
            risen = _ever(rungs[span] > rungs[before - 1])
            stands = known.rungs.get((country, partner), 0)
            possible = (rungs[before - 1] >= stands) & (rungs[before - 1] < _highest(scenario, i))
            risen[:, ~possible] = np.nan
            yield Event("next_tier", country, partner), risen
        for question, joined in _joined(record, scenario, i, first, last):
            yield Event(question, country), joined
        for name, instrument in _ordered(scenario).items():
            orders, stocks = (record.ties[f"{instrument}_{kind}"][:, i] for kind in _COLUMNS)
            for p, reversal in _reversals(orders, stocks, before, stop):
                yield Event(name, country, scenario.partners[p]), reversal
        for p, hit in _struck(record, named, i, first, last):
            partner = scenario.partners[p]
            if (country, partner) in known.spared:
                years = known.spared[country, partner]
                hit[:, _designated(record, named, i, p, years)] = np.nan
            yield Event("designation", country, partner), hit
        for _, hit in _struck(record, (BREAK,), i, first, last):
            yield Event("break", country), hit


def _highest(scenario: Scenario, country: int) -> int:
    """Return the highest rung that the rules of a country allow."""
    resolved = scenario.resolved
    rules = resolved["countries"][scenario.countries[country]]["rules"]
    return min([TOP_RUNG, *(resolved["rules"][rule].get("tier_max", TOP_RUNG) for rule in rules)])


def _designated(
    record: Record, named: Collection[str], country: int, partner: int, years: tuple[int, int]
) -> Bools:
    """Return in which runs a country was designated by a partner in some years."""
    runs = next(iter(record.countries.values())).shape[-1]
    found = np.zeros(runs, dtype=bool)
    where = happened(record, named, partner)
    there = (where.country == country) & (years[0] <= where.year) & (where.year <= years[1])
    found[where.replicate[there]] = True
    return found


def _ever(now: Bools) -> Floats:
    return np.logical_or.accumulate(now, axis=0).astype(float)


def _joined(
    record: Record, scenario: Scenario, country: int, first: int, last: int
) -> Iterator[tuple[str, Floats]]:
    """Yield the memberships a country is asked about, and whether it has joined: (years, R).

    A question is put only once. If that was before the forecast, the answer still counts.
    """
    entries = scenario.resolved["choices"].values()
    asked = {e["question"]: e["options"] for e in entries if e["kind"] == "membership"}
    for choice in record.choices:
        if choice.question in asked and choice.country == country and choice.year <= last:
            options = asked[choice.question]
            joins = [bool(options[name].get("offered")) for name in choice.options]
            joined = np.take(np.array(joins, dtype=float), choice.chosen)
            joined[choice.chosen < 0] = np.nan
            years = range(first, last + 1)
            yield (
                choice.question,
                np.array([joined if y >= choice.year else 0.0 * joined for y in years]),
            )


def _ordered(scenario: Scenario) -> dict[str, str]:
    """Return the instruments that have orders, by the names of their events."""
    kinds = instruments_of(scenario).items()
    found = [name for name, kind in kinds if kind == Kind.PROGRAMMES]
    return {"reversal" if len(found) == 1 else f"reversal:{name}": name for name in found}


def _reversals(
    orders: Floats, stocks: Floats, before: int, stop: int
) -> Iterator[tuple[int, Floats]]:
    """Yield the main supplier, and whether its share returned; orders and stocks are (Y, P, R)."""
    main = int(np.nan_to_num(stocks[before - 1]).mean(axis=-1).argmax())
    share = orders[:, main]
    then = _mean(share[before - _WINDOW : before])
    now = np.array([_mean(share[y - _WINDOW + 1 : y + 1]) for y in range(before, stop)])
    result = _ever(now >= then + RISE)
    result[:, np.isnan(then)] = np.nan
    yield main, result


def _mean(shares: Floats) -> Floats:
    """Return the mean over years with orders; NaN if there are none."""
    there = ~np.isnan(shares)
    count = there.sum(axis=0)
    total = np.where(there, shares, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _struck(
    record: Record, names: Collection[str], country: int, first: int, last: int
) -> Iterator[tuple[int, Floats]]:
    runs = next(iter(record.countries.values())).shape[-1]
    before: dict[int, Bools] = {}
    found: dict[int, Bools] = {}
    if BREAK in names:
        found[-1] = np.zeros((last - first + 1, runs), dtype=bool)
    where = happened(record, names, None)
    mine = (where.country == country) & (where.year <= last)
    rows = zip(where.partner[mine], where.year[mine], where.replicate[mine], strict=True)
    for partner, year, replicate in rows:
        if year < first:
            before.setdefault(partner, np.zeros(runs, dtype=bool))[replicate] = True
        else:
            years = found.setdefault(partner, np.zeros((last - first + 1, runs), dtype=bool))
            years[year - first, replicate] = True
    for partner, years in sorted(found.items()):
        result = _ever(years)
        if BREAK in names and partner in before:
            result[:, before[partner]] = np.nan  # it was broken before, so cannot break again
        yield partner, result


def _rows(event: Event, first: int, by_year: Floats) -> Iterator[Row]:
    from scipy.stats import beta

    for offset, outcome in enumerate(by_year):
        there = outcome[~np.isnan(outcome)]
        n, k = there.size, int(there.sum())
        if not n:
            yield Row(event, first + offset, float("nan"), float("nan"), float("nan"), 0)
            continue
        low = float(beta.ppf(0.05, k + 0.5, n - k + 0.5)) if k else 0.0
        high = float(beta.ppf(0.95, k + 0.5, n - k + 0.5)) if k < n else 1.0
        yield Row(event, first + offset, k / n, low, high, n)
