"""Tournaments: every strategy plays a country in the same worlds, under common random numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .. import figures
from ..arguments import as_written, whole
from ..model.strategies import STRATEGIES
from ..results.columns import instruments_of
from ..results.yearly import designations, happened
from ..runs.own import Own
from ..runs.pairs import Difference, Measure, Sample
from ..scenario import Scenario
from ..scenario.votes import options_of
from .saving import Analysis, write_figures, write_tables
from .tournament_text import text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ..agents import CountryAgent

HEDGER = "quantal"
RIVALRY = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Multiples of all rivalry at which strategies are compared."""

ESTIMATES = (
    *("payoff", "against", "premium", "payout", "autonomy", "tail_loss"),
    *("designations", "survival", "alignment_index", "votes_against"),
)
"""Estimates of a `Row`, in the order of ``tournament.csv``."""

AHEAD, OPEN, BEHIND = "ahead", "open", "behind"

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

    @property
    def side(self) -> str:
        """The standing of the hedger, if this is the payoff of a strategy minus the hedger's.

        `AHEAD` or `BEHIND` if the interval excludes zero, else `OPEN`.
        """
        if self.high < 0.0:
            return AHEAD
        return BEHIND if self.low > 0.0 else OPEN


@dataclass(frozen=True)
class Contrast:
    """One measure of what a strategy did, against the hedger in the same runs.

    Attributes:
        measure: name as in ``summary.csv``: ``alignment_index``, ``tier:USA``, ``arms_stock:RUS``,
            ``arms_orders:RUS``, ``choice:QUESTION:OPTION``.
        year: the year whose value is taken.
        hedger, strategy: means over runs.
        gap: strategy minus hedger, over runs in which both are defined.
    """

    measure: str
    year: int
    hedger: float
    strategy: float
    gap: Estimate

    @property
    def clear(self) -> bool:
        """Whether the interval of the gap excludes zero."""
        return self.gap.low > 0.0 or self.gap.high < 0.0


@dataclass(frozen=True)
class Row:
    """The results of one strategy.

    Attributes:
        strategy: its name, or that of a country of the user's own.
        source: its source in the literature.
        payoff: mean of the payoff over years, log-odds.
        against: payoff minus that of the quantal hedger, run by run.
        premium, payout, autonomy, tail_loss: means over years, as in the table of countries.
        designations: share of runs with a designation.
        survival: years of hedging, up to the end.
        alignment_index: its value in the last year; NaN without ties to either pole.
        votes_against: share of the dated votes answered ``against``; NaN without votes.
        contrasts: differences from the hedger, run by run; empty for the hedger.
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
    alignment_index: Estimate
    votes_against: Estimate
    contrasts: tuple[Contrast, ...] = ()


@dataclass(frozen=True, repr=False)
class Tournament(Analysis):
    """All strategies of one country in the worlds of one scenario.

    Attributes:
        scenario, title: name and title of the scenario.
        country: code of the country.
        poles: first and second pole of the alignment index.
        last: last year.
        runs, seed: number of runs of each strategy, and their seed.
        rows: the results at the scenario's own rivalry, best mean payoff first.
        by_rivalry: payoff minus that of the hedger, by multiple of rivalry and strategy.
    """

    scenario: str
    title: str
    country: str
    poles: tuple[str, str]
    last: int
    runs: int
    seed: int
    rows: tuple[Row, ...]
    by_rivalry: dict[float, dict[str, Estimate]]

    @property
    def stem(self) -> str:
        """``tournament-SCENARIO-COUNTRY``."""
        return f"tournament-{self.scenario}-{self.country}"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return its tables.

        ``tournament`` has a row for each strategy, best mean payoff first, with each of `ESTIMATES`
        as ``NAME_mean``, ``NAME_low``, ``NAME_high``. ``contrasts`` has a row for each strategy and
        measure; ``hedger`` and ``value`` are the means of the hedger and of the strategy.
        ``by_rivalry``, if rivalry was multiplied, is the payoff minus that of the hedger, log-odds.
        """
        import pandas as pd

        ends = ("mean", "low", "high")
        rows = [
            {"strategy": row.strategy, "source": row.source}
            | {f"{n}_{end}": getattr(getattr(row, n), end) for n in ESTIMATES for end in ends}
            for row in self.rows
        ]
        contrasts = [
            (row.strategy, c.measure, c.year, c.hedger, c.strategy, *_ends(c.gap))
            for row in self.rows
            for c in row.contrasts
        ]
        courses = [
            (multiple, name, *_ends(estimate))
            for multiple, estimates in self.by_rivalry.items()
            for name, estimate in estimates.items()
        ]
        gaps = [f"gap_{end}" for end in ends]
        head = ["strategy", "measure", "year", "hedger", "value", *gaps]
        tables = {
            "tournament": pd.DataFrame(rows),
            "contrasts": pd.DataFrame(contrasts, columns=head),
        }
        if courses:
            tables["by_rivalry"] = pd.DataFrame(courses, columns=["rivalry", "strategy", *ends])
        return tables

    def text(self, width: int = 100, contrasts: bool | None = None) -> str:
        """Return the standings as lines of at most `width` columns, where names allow.

        Args:
            width: number of columns.
            contrasts: whether to show what each strategy did differently from the hedger; by
                default only if there is a single other strategy.
        """
        with_contrasts = len(self.rows) == 2 if contrasts is None else contrasts
        return text(self, width, with_contrasts)

    def plot(self) -> "Figure":
        """Draw each strategy's payoff minus the hedger's, also over multiples of rivalry."""
        return figures.tournaments.draw(self)

    def write(self, folder: Path) -> None:
        """Write its tables and, for several strategies, ``tournament.svg`` and ``.png``.

        Raises:
            OSError: the disk is full.
        """
        write_tables(folder, self.tables())
        if len(self.rows) > 1:
            write_figures(folder, {"tournament": self.plot()})

    def overtaken(self, strategy: str) -> float | None:
        """Smallest multiple of rivalry at which a strategy pays more than hedging; None if none.

        Only differences whose interval excludes zero count. At larger multiples, the strategy may
        be behind again.
        """
        return next((m for m, side in self.standing(strategy).items() if side == BEHIND), None)

    def standing(self, strategy: str) -> dict[float, str]:
        """The standing of the hedger against a strategy by multiple of rivalry, ascending.

        `AHEAD` or `BEHIND` if the interval of the difference excludes zero, else `OPEN`.
        """
        return {
            multiple: self.by_rivalry[multiple][strategy].side
            for multiple in sorted(self.by_rivalry)
            if strategy in self.by_rivalry[multiple]
        }


def _ends(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.mean, estimate.low, estimate.high


def tournament(
    scenario: Scenario,
    country: str,
    strategies: Sequence[str] | None = None,
    runs: int = 128,
    seed: int | None = None,
    rivalry: Sequence[float] = RIVALRY,
    progress: Callable[[int, int], None] | None = None,
    own: "Mapping[str, type[CountryAgent]] | None" = None,
    kernel: str | None = None,
) -> Tournament:
    """Let every strategy, and countries of your own, play the country in the same runs.

    Args:
        scenario: the scenario.
        country: code of a hedging country.
        strategies: names of strategies, all by default; the hedger is always among them.
        runs: number of runs of each strategy.
        seed: the seed; that of the scenario by default, else 0.
        rivalry: multiples of all rivalry; without any, `Tournament.by_rivalry` is empty.
        progress: a function that is called with (done, planned) ensembles. Each single run of a
            country of your own counts as one, since it takes about as long.
        own: countries of your own by the name of their row. They choose moves by their ``choose``,
            and votes and labels by the scenario's strategy of the country.
        kernel: as of `hedgerow.run`; with countries of your own, all use the NumPy kernel.

    Raises:
        ValueError: an unknown country or strategy, a name that is taken, or no runs.
    """
    country = as_written(country, scenario.countries)
    if country not in scenario.countries:
        known = ", ".join(scenario.countries)
        raise ValueError(f"unknown country {country!r}; expected one of {known}")
    strategies = tuple(STRATEGIES) if strategies is None else strategies
    for name in strategies:
        if name not in STRATEGIES:
            raise ValueError(f"unknown strategy {name!r}; expected one of {', '.join(STRATEGIES)}")
    rivalry = sorted({float(multiple) for multiple in rivalry})
    intensity = _intensity(scenario, rivalry)
    runs = whole("runs", runs)
    if runs < 1:
        raise ValueError(f"runs must be at least 1, not {runs}")
    players = dict(own or {})
    for name in players:
        if name in STRATEGIES:
            raise ValueError(f"{name!r} is a built-in strategy; give your country another name")
    built_in = dict.fromkeys([HEDGER, *strategies])
    names = [*built_in, *players]
    seed = whole("seed", seed) if seed is not None else (scenario.seed or 0)
    worlds = 1 + sum(multiple != 1.0 for multiple in rivalry)
    planned = worlds * (len(built_in) + len(players) * runs)
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, planned)

    def play(name: str, multiple: float) -> Sample:
        changes: dict[str, object] = {}
        if multiple != 1.0:
            changes["relations.intensity"] = multiple * intensity
        if name in players:
            own = Own({country: players[name]})
            return Sample(scenario.replace(changes), runs, seed, own=own, played=tick)
        changes[f"countries.{country}.strategy"] = name
        where = "numpy" if players else kernel
        sample = Sample(scenario.replace(changes), runs, seed, kernel=where)
        tick()
        return sample

    trials = {name: _trial(play(name, 1.0), country) for name in names}
    hedger = trials[HEDGER]
    by_rivalry = {}
    for multiple in rivalry:
        there = {
            name: trials[name].means["payoff"]
            if multiple == 1.0
            else _mean(play(name, multiple), "payoff", country)
            for name in names
        }
        by_rivalry[multiple] = {
            name: Estimate.of(payoff - there[HEDGER]) for name, payoff in there.items()
        }
    sources = {name: strategy.source for name, strategy in STRATEGIES.items()}
    sources |= {name: player.__qualname__ for name, player in players.items()}
    rows = [_row(name, sources[name], trials[name], hedger) for name in names]
    rows.sort(key=lambda row: -row.payoff.mean)
    return Tournament(
        scenario=scenario.name,
        title=scenario.title,
        country=country,
        poles=scenario.poles,
        last=scenario.end,
        runs=runs,
        seed=seed,
        rows=tuple(rows),
        by_rivalry=by_rivalry,
    )


def _intensity(scenario: Scenario, rivalry: Sequence[float]) -> float:
    """Return the scenario's own multiple of all rivalry, which is multiplied further.

    Raises:
        ValueError: a multiple is out of range, or the scenario draws its own from a prior.
    """
    if any(not 0.0 <= multiple < np.inf for multiple in rivalry):
        raise ValueError("multiples of rivalry: expected numbers of 0 or more")
    own = scenario.quantities["relations.intensity"]
    if own.is_prior and any(multiple != 1.0 for multiple in rivalry):
        raise ValueError(
            "relations.intensity is drawn in every run, so it cannot be multiplied; give it one "
            "number, or compare at the scenario's own rivalry alone (1)"
        )
    for multiple in rivalry:
        scenario.replace({"relations.intensity": multiple * own.value})  # checks the range
    return own.value


_MEANS = ("payoff", "premium", "payout", "autonomy", "tail_loss")


@dataclass(frozen=True)
class _Trial:
    """The values that are kept of the runs of a strategy, (R,) each: means, outcomes, contrasts."""

    means: dict[str, Floats]
    designated: Floats
    survived: Floats
    against: Floats
    done: dict[tuple[str, int], Floats]


def _trial(sample: Sample, country: str) -> _Trial:
    scenario, last = sample.scenario, sample.until
    others = [partner for partner in scenario.partners if partner != country]
    arms = instruments_of(scenario).get("arms") == "programmes"
    ties = ("tier", "arms_stock", "arms_orders") if arms else ("tier",)
    names = ["alignment_index", *(f"{tie}:{p}" for tie in ties for p in others)]
    done = {(name, last): sample.values(Measure(name, country, last)) for name in names}
    against = []
    for question, entry in scenario.resolved["choices"].items():
        if country not in entry["countries"] or not scenario.start <= entry["at"] < last + 1:
            continue
        for option in options_of(entry):
            name = f"choice:{question}:{option}"
            answers = sample.values(Measure(name, country, last, since=scenario.start))
            done[name, int(entry["at"])] = answers
            if entry["kind"] == "vote" and option == "against":
                against.append(answers)
    return _Trial(
        means={column: _mean(sample, column, country) for column in _MEANS},
        designated=_designated(sample, country),
        survived=survival(sample, country),
        against=_nanmean(np.array(against).reshape(-1, sample.runs)),
        done=done,
    )


def _row(name: str, source: str, trial: _Trial, hedger: _Trial) -> Row:
    return Row(
        strategy=name,
        source=source,
        **{column: Estimate.of(values) for column, values in trial.means.items()},
        against=Estimate.of(trial.means["payoff"] - hedger.means["payoff"]),
        designations=Estimate.of(trial.designated),
        survival=Estimate.of(trial.survived),
        alignment_index=Estimate.of(
            next(v for (name, _), v in trial.done.items() if name == "alignment_index")
        ),
        votes_against=Estimate.of(trial.against),
        contrasts=()
        if trial is hedger
        else tuple(
            Contrast(
                measure,
                year,
                Estimate.of(hedger.done[measure, year]).mean,
                Estimate.of(values).mean,
                Estimate.of(values - hedger.done[measure, year]),
            )
            for (measure, year), values in trial.done.items()
        ),
    )


def _mean(sample: Sample, column: str, country: str) -> Floats:
    """Return the mean over the years of a column of countries, for every run: (R,)."""
    years = range(sample.scenario.start, sample.until + 1)
    return _nanmean(np.array([sample.values(Measure(column, country, year)) for year in years]))


def _nanmean(values: Floats) -> Floats:
    """Return the mean over the first axis, without NaN; NaN if nothing is defined."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _designated(sample: Sample, country: str) -> Floats:
    """Return 1 for a run with a designation by any partner, else 0: (R,)."""
    ever, since = np.zeros(sample.runs), sample.scenario.start
    for event in designations(sample.scenario):
        measure = Measure(f"event:{event}", country, sample.until, since)
        ever = np.maximum(ever, sample.values(measure))
    return ever


def survival(sample: Sample, country: str) -> Floats:
    """Return the years from entering the hedging band to leaving it for good, or to the end: (R,).

    They are exact if hedging broke; otherwise they are counted from the year of entry. 0 for a run
    that never enters the band.
    """
    i = sample.scenario.countries.index(country)
    found = []
    for record in sample.records:
        size = record.countries["payoff"].shape[-1]
        entered, lasted = np.full(size, np.nan), np.full(size, np.nan)
        for name, array in (("hedging_entered", entered), ("hedging_broken", lasted)):
            where = happened(record, name, None)
            mine = where.country == i
            array[where.replicate[mine]] = (
                where.year[mine] if array is entered else where.value[mine]
            )
        years = np.where(np.isnan(lasted), sample.until + 1.0 - entered, lasted)
        found.append(np.where(np.isnan(entered), 0.0, years))
    return np.concatenate(found)
