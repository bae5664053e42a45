"""Differences between two scenarios, or between two results on disk.

Replicate r of both draws the same random numbers for everything that both have, so that a
difference between the two runs is due to what was changed and not to chance. Scenarios are first
run into a temporary folder, and then treated as results.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
from numpy.typing import NDArray

from ... import figures
from ...arguments import checked
from ...compiled import kernels
from ...facts.records import MARK
from ...progress import Callback, Progress, note
from ...results import Results
from ...results.cells import Cells, Grid
from ...results.columns import explained
from ...results.naming import group_of, meant, words
from ...results.parts import whole_file
from ...runs.own import NONE, Countries, Own, Terms
from ...runs.own import Measure as Function
from ...runs.own import settle as settle_own
from ...runs.pairs import Difference, Measure
from ...scenario import Scenario
from ..saving import Analysis, write_figures, write_latex
from . import differences
from .common import Common
from .differences import Differences
from .pairs import Pairs, independent
from .sides import Side, played, stem_of
from .text import text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

HEADLINES = (
    "alignment_index",
    "hedging_index",
    "arms_stock",
    "arms_orders",
    "trade",
    "defence",
    "tier",
    "pressure",
    "choice",
    "event",
)
"""Measures among which the largest changes are chosen if none are asked for."""

BY_POINT = 25
"""Most points of a sweep that are also compared one by one."""

PANELS, ALIKE = 6, 2
"""Most measures whose course over the years is kept for the figure; and most of one kind among them
(arms orders, say) if no measures are asked for."""

FEW = 30
"""Least runs for a reliable interval."""

_WATCHED = 50_000  # least runs for which progress of reading is reported
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """The difference of one measure over the years; arrays are (years,), NaN where undefined.

    Attributes:
        measure, country: the measure, and the code of the country.
        label, unit: name of the measure in words, and its unit.
        years: calendar years.
        mean, low, high: mean difference and its 95 % interval.
        spread_low, spread_high: 5 % and 95 % quantile of the differences of single pairs; NaN for
            shares of runs, and if runs are not paired.
    """

    measure: str
    country: str
    label: str
    unit: str
    years: NDArray[np.int64]
    mean: Floats
    low: Floats
    high: Floats
    spread_low: Floats
    spread_high: Floats


@dataclass(frozen=True, repr=False)
class Comparison(Analysis):
    """The differences between two sides: other minus base.

    Attributes:
        base, other: names of the two sides.
        titles: their titles.
        seeds: seeds of their random numbers.
        paired: whether runs were compared pair by pair.
        runs: number of pairs of each point or, if unpaired, of runs of the smaller side.
        points: number of points of both; 1 unless they are sweeps.
        swept: the values of the swept paths at each point, by path.
        start, end: first and last year that were compared.
        countries, names: names of countries, and of partners and futures, by code.
        years: years of the largest changes.
        asked: measures that were asked for; empty for all.
        table: a row for each measure, country and year. ``point``; ``measure``; ``country``;
            ``year``; ``base_mean``; ``other_mean``; their ``difference`` and its 95 % interval
            ``low`` to ``high``; ``sd`` and ``other_sd``, standard deviations across runs;
            ``effect``, the difference in `sd` (infinite if the base does not vary); ``n``, the
            number of pairs in which both are defined; ``clear``, whether the interval excludes
            zero; ``p`` and, adjusted for the number of rows, ``p_adjusted``
            (`differences.adjusted`); ``survives``, whether that is at most 5 %. Over several
            points `point` is null, and `n` counts replicates. Events that never happened have no
            rows.
        each: the same for each point, if there are several but at most `BY_POINT`.
        courses: courses of the measures that change most in any year.
        failed: number of runs of each side that failed.
        notes: what was left out, and warnings.
        version: version of hedgerow.
        hindsight: whether a side uses draws that were made with hindsight.
    """

    base: str
    other: str
    titles: tuple[str, str]
    seeds: tuple[int, int]
    paired: bool
    runs: int
    points: int
    swept: tuple[dict[str, Any], ...]
    start: int
    end: int
    countries: dict[str, str]
    names: dict[str, str]
    years: tuple[int, ...]
    asked: tuple[str, ...]
    table: "pd.DataFrame"
    each: "pd.DataFrame | None"
    courses: tuple[Course, ...]
    failed: tuple[int, int]
    notes: tuple[str, ...]
    version: str
    hindsight: bool = False

    @property
    def stem(self) -> str:
        """``compare-A-B``."""
        return f"compare-{stem_of(self.base)}-{stem_of(self.other)}"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return ``comparison``: rows of all points together, then those of each point."""
        import pandas as pd

        if self.each is None:
            return {"comparison": self.table}
        return {"comparison": pd.concat([self.table, self.each], ignore_index=True)}

    def text(self, width: int = 100) -> str:
        """Return the largest clear changes as lines of at most `width` columns, where names allow.

        The last lines say how many differences were examined, and how many are expected by chance.
        """
        return text(self, width)

    def plot(self) -> "Figure":
        """Draw the measures that change most over the years."""
        terms = explained(course.measure for course in self.courses)
        return figures.comparison.draw(self, terms)

    def write(self, folder: Path) -> None:
        """Write ``comparison.csv``, and ``comparison.svg`` and ``.png``, into a folder.

        Over several points, rows of all points together come first and have no `point`.

        Raises:
            OSError: the disk is full.
        """
        frames = [self.table] if self.each is None else [self.table, self.each]
        special = any(set(name) & set(',"\r\n') for name in self.table["measure"].unique())
        style = "needed" if special else "none"
        options = pc.WriteOptions(quoting_style=style, quoting_header="none")
        with whole_file(folder / "comparison.csv") as file:
            schema = pa.Schema.from_pandas(frames[0], preserve_index=False)
            with pc.CSVWriter(file, schema, write_options=options) as writer:
                for frame in frames:
                    writer.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False))
        write_latex(folder / "comparison.csv", self.tables()["comparison"])
        write_figures(folder, {"comparison": self.plot()})

    def of(self, measure: Measure) -> Difference:
        """Return the difference of one measure in one year.

        Raises:
            ValueError: the measure was not compared.
        """
        name, country, year, _ = measure
        t = self.table
        rows = t[(t["measure"] == name) & (t["country"] == country) & (t["year"] == year)]
        if rows.empty:
            raise ValueError(f"{name} of {country} in {year} was not compared")
        row = rows.iloc[0]
        return Difference(row["difference"], row["low"], row["high"], row["sd"], int(row["n"]))

    @cached_property
    def differing(self) -> int:
        """Number of rows of `table` with a pair that differs; if unpaired, with any variance."""
        t = self.table
        return int(((t["difference"] != 0.0) | (t["low"] < t["high"])).sum())

    def largest(self, year: int | None = None) -> "pd.DataFrame":
        """Return the clear changes of a year, the largest relative to the spread of runs first.

        Args:
            year: the year; None for dated choices, which may be in any year.

        Returns:
            Rows of `table` with the column ``size`` added (`sizes`). Of each question only the
            option whose share changes most is included.
        """
        t = self.table
        choices = t["measure"].str.startswith("choice:")
        rows = t[t["clear"] & (choices if year is None else ~choices & (t["year"] == year))]
        rows = rows[_meant(rows, self.asked or HEADLINES)]
        questions = [_question(name) for name in rows["measure"]]
        rows = rows.assign(size=sizes(rows), question=questions)
        rows = rows.sort_values("size", key=np.abs, ascending=False, kind="stable")
        if year is None:
            rows = rows[~rows.duplicated(["question", "country", "year"])]
        return rows.drop(columns="question").reset_index(drop=True)


def sizes(table: "pd.DataFrame") -> Floats:
    """Return differences relative to the standard deviation of the side that varies more.

    Infinite if neither varies. The base alone is not used, since an event that hardly ever happens
    in it would always have a large difference.
    """
    widest = np.fmax(table["sd"].to_numpy(), table["other_sd"].to_numpy())
    gap = table["difference"].to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(gap == 0.0, 0.0, gap / widest)


def _question(choice: str) -> str:
    return choice.rpartition(":")[0]


def _meant(table: "pd.DataFrame", asked: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([meant(name, asked) for name in table["measure"]], dtype=bool)


@checked
def compare(
    base: "Scenario | Results | str | os.PathLike[str]",
    other: "Scenario | Results | str | os.PathLike[str]",
    measures: "Sequence[str] | Mapping[str, Function]" = (),
    countries: "Sequence[str] | Countries" = (),
    years: Sequence[int] = (),
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    unpaired: bool = False,
    workers: int | None = None,
    progress: "bool | Callback" = False,
    scratch: str | os.PathLike[str] | None = None,
    terms: "Terms | None" = None,
) -> Comparison:
    """Compare two scenarios, two result folders, or one of each.

    If one is a scenario and the other a folder, the scenario is run with the seed, runs and years
    of the folder. Two folders are compared pair by pair if they have the same seed and, for sweeps,
    the same points.

    Args:
        base, other: scenarios, results, paths, or names of shipped scenarios.
        measures: names as in ``summary.csv``. ``arms_orders`` means those of all partners, and
            ``choice:QUESTION`` all options. All measures by default. A mapping holds measures of
            your own by name (as of `hedgerow.run`), which are computed for both; only they are
            compared.
        countries: codes of hedging countries; all that both have by default. A mapping says what
            plays a country in `other`, by its code, as of `hedgerow.run`. `base` then stays as it
            is, all countries are compared, and scenarios use the NumPy kernel.
        years: years whose largest changes ``print`` shows; the last by default. The table has all.
        runs: number of pairs (of each point); by default all of folders, and 256 for scenarios.
        seed: seed of scenarios; that of the base by default, else 0.
        until: last year; the last that both have by default.
        unpaired: whether to treat runs as independent, and use only the means and standard
            deviations of the summaries.
        workers: number of processes that run scenarios; results do not depend on it.
        progress: as of `hedgerow.run`.
        scratch: folder for the runs of scenarios until they are compared; temporary by default.
        terms: payoff terms of your own that play in `other`, as of `hedgerow.run`.

    Returns:
        The differences of all measures, countries and years, other minus base, with 95 % intervals
        (``table``). No files are left.

    Raises:
        ScenarioError, ResultError: a side is not right, or cannot be read.
        OutputError, OSError: runs cannot be stored while they are compared.
        ValueError: the two cannot be compared in this way; the message says what can be done.

    >>> import hedgerow
    >>> base = hedgerow.load("vietnam").with_({"time.end": 1997})
    >>> found = hedgerow.compare(base, base.with_({"terms.loyalty": False}), runs=4, seed=1)
    >>> sorted(set(found.table["year"]))
    [1996, 1997]
    """
    sides, own = (Side.of(base), Side.of(other)), NONE
    if isinstance(countries, Mapping) or isinstance(measures, Mapping) or terms:
        players = countries if isinstance(countries, Mapping) else {}
        functions = measures if isinstance(measures, Mapping) else {}
        if not isinstance(sides[1].source, Scenario):
            raise ValueError(f"{sides[1].name}: is a result, so nobody can play in it anew")
        changed, own = settle_own(sides[1].source, players, functions, terms)
        sides = (sides[0], replace(sides[1], source=changed))
        countries = () if isinstance(countries, Mapping) else countries
        measures = tuple(measures)
    how = (runs, seed, until, unpaired, workers, progress, scratch, own)
    return compare_sides(sides, measures, countries, years, *how)


def compare_sides(
    sides: tuple[Side, Side],
    measures: Sequence[str] = (),
    countries: Sequence[str] = (),
    years: Sequence[int] = (),
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    unpaired: bool = False,
    workers: int | None = None,
    progress: "bool | Callback" = False,
    scratch: str | os.PathLike[str] | None = None,
    own: Own = NONE,
) -> Comparison:
    """Compare two sides, the base first, as `compare` does.

    Args:
        own: countries of the user's own that play in the second side, and measures computed for
            both.

    Raises: as of `compare`.
    """
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers}")
    sides = (sides[0], played(sides[1], own))
    common = Common(sides, countries, runs, seed, until, unpaired, own)
    grid = common.grid
    for year in years:
        if not grid.start <= year <= grid.end:
            raise ValueError(f"year {year} is not in {grid.start} to {grid.end}")
    with TemporaryDirectory(prefix="runs-", dir=scratch) as folder:
        if any(isinstance(side.source, Scenario) for side in common.sides):
            kernels.prepare(own.kernel(None), note if progress else None)
        common.look_for(tuple(measures))
        results = common.results(measures, Path(folder), workers, progress)
        last = tuple(dict.fromkeys(years)) or (grid.end,)
        return _compared(common, results, tuple(measures), last, progress)


def _compared(
    common: Common,
    results: tuple[Results, Results],
    asked: tuple[str, ...],
    years: tuple[int, ...],
    progress: "bool | Callback",
) -> Comparison:
    by_group = common.measures(results, asked)
    base, other = (Cells(one) for one in results)
    amount = common.points * common.runs * len(by_group)
    report = Progress(amount, progress is True and amount > _WATCHED)
    pairs = None if common.unpaired else Pairs(base, other, common.grid, common.runs, report.add)
    try:
        table, each = _tables(common, results, by_group, pairs)
        countries = {code: common.names("countries")[code] for code in common.grid.countries}
        names = common.names("futures") | common.names("partners")
        courses = [_course(rows, names, countries, pairs) for rows in _most_changed(table, asked)]
    finally:
        report.close()
    abouts = (results[0].manifest, results[1].manifest)
    runs = min(base.replicates, other.replicates) if common.unpaired else common.runs
    first, second = common.sides
    return Comparison(
        base=first.name,
        other=second.name,
        titles=(first.title, second.title),
        seeds=(int(abouts[0]["seed"]), int(abouts[1]["seed"])),
        paired=not common.unpaired,
        runs=runs,
        points=common.points,
        swept=first.layout().points(),
        start=common.grid.start,
        end=common.grid.end,
        countries=countries,
        names=names,
        years=years,
        asked=asked,
        table=table,
        each=each,
        courses=tuple(courses),
        failed=(abouts[0].get("runs_failed", 0), abouts[1].get("runs_failed", 0)),
        notes=(*common.notes, *_warnings(common, abouts, runs)),
        version=str(abouts[0]["version"]),
        hindsight=any(about.get(MARK) for about in abouts),
    )


def _warnings(common: Common, abouts: Sequence[dict[str, Any]], runs: int) -> Iterator[str]:
    for side, about in zip(common.sides, abouts, strict=True):
        if failed := about.get("runs_failed"):
            yield f"{failed} of {about['runs_planned']} runs of {side.name} failed and do not count"
        if about.get(MARK):
            yield f"{MARK} in {side.name}: {about[MARK]}"
    versions = [about["version"] for about in abouts]
    if versions[0] != versions[1]:
        yield f"made by hedgerow {versions[0]} and {versions[1]}: the program may differ too"
    if runs < FEW:
        yield f"{runs} run{'s are' if runs > 1 else ' is'} few: intervals are rough, or undefined"
    if common.points > BY_POINT:
        yield f"{common.points} points are told of together; at most {BY_POINT} are told one by one"


# tables ------------------------------------------------------------------------------------------
def _tables(
    common: Common,
    results: tuple[Results, Results],
    by_group: Mapping[str, Sequence[str]],
    pairs: Pairs | None,
) -> "tuple[pd.DataFrame, pd.DataFrame | None]":
    """Return the rows over all points, and those of each point if there are several, not many."""
    import pandas as pd

    several = 1 < common.points <= BY_POINT
    whole: list[pd.DataFrame] = []
    each: list[pd.DataFrame] = []
    for group, names in by_group.items():
        if not names:
            continue
        found = (
            independent(*results, names, common.grid, several)
            if pairs is None
            else pairs.differences(group, names, several)
        )
        single = 0 if common.points == 1 else None
        whole.append(_frame(found.over_all, names, common.grid, single))
        each += [_frame(one, names, common.grid, p) for p, one in enumerate(found.each)]
    # An empty frame would change the types of columns.
    whole, each = ([frame for frame in frames if len(frame)] for frames in (whole, each))
    if not whole:
        raise ValueError("there is nothing to compare: nothing is defined in runs of both")
    points = _judged(pd.concat(each).sort_values("point", kind="stable")) if each else None
    return _judged(pd.concat(whole)), points


def _frame(
    found: Differences, measures: Sequence[str], grid: Grid, point: int | None
) -> "pd.DataFrame":
    """Return rows by measure, country and year of the cells that are defined."""
    import pandas as pd

    shape = (len(measures), grid.years, len(grid.countries))
    cells = np.arange(np.prod(shape)).reshape(shape).transpose(0, 2, 1).ravel()
    never = np.repeat([group_of(name) == "events" for name in measures], shape[1] * shape[2])
    never &= (found.base == 0.0) & (found.other == 0.0)
    cells = cells[((found.n > 0) & ~never)[cells]]
    m, y, i = np.unravel_index(cells, shape)
    low, high = found.low[cells], found.high[cells]
    gap, sd = found.mean[cells], found.sd[cells]
    with np.errstate(invalid="ignore", divide="ignore"):
        effect = gap / sd
    return pd.DataFrame(
        {
            "point": pd.array([point] * cells.size, dtype="Int64"),
            "measure": np.array(measures, dtype=object)[m],
            "country": np.array(grid.countries, dtype=object)[i],
            "year": grid.start + y,
            "base_mean": found.base[cells],
            "other_mean": found.other[cells],
            "difference": gap,
            "low": low,
            "high": high,
            "sd": sd,
            "other_sd": found.other_sd[cells],
            "effect": effect,
            "n": found.n[cells],
            "clear": (low > 0.0) | (high < 0.0),
            "p": found.p[cells],
        }
    )


def _judged(table: "pd.DataFrame") -> "pd.DataFrame":
    """Add p-values adjusted for the number of rows."""
    adjusted = differences.adjusted(table["p"].to_numpy(dtype=np.float64))
    survives = adjusted <= differences.LEVEL
    return table.assign(p_adjusted=adjusted, survives=survives).reset_index(drop=True)


# courses -----------------------------------------------------------------------------------------
def _most_changed(table: "pd.DataFrame", asked: Sequence[str]) -> "Iterator[pd.DataFrame]":
    """Yield the rows of the measures that change most in any year, those that survive first.

    Choices, which have values in one year only, are used only if there is nothing else, with one
    option for each question.
    """
    import pandas as pd

    chosen = table[_meant(table, asked or HEADLINES)]
    if chosen.empty:
        chosen = table
    lasting = chosen[~chosen["measure"].str.startswith("choice:")]
    chosen = chosen if lasting.empty else lasting
    size = np.abs(sizes(chosen))
    chosen = chosen.assign(size=size, sure=np.where(chosen["survives"], size, 0.0))
    groups = chosen.groupby(["measure", "country"], sort=False)
    best = groups[["sure", "size"]].max()
    best = best.sort_values(["sure", "size"], ascending=False, kind="stable")
    if lasting.empty:
        best = best[~pd.Series([_question(m) + c for m, c in best.index]).duplicated().to_numpy()]
    if not asked:
        kinds = [measure.partition(":")[0] for measure, _ in best.index]
        best = best[best.groupby(kinds).cumcount() < ALIKE]
    for key in best.index[:PANELS]:
        yield groups.get_group(key)


def _course(
    rows: "pd.DataFrame",
    names: Mapping[str, str],
    countries: Mapping[str, str],
    pairs: Pairs | None,
) -> Course:
    measure, country = str(rows["measure"].iloc[0]), str(rows["country"].iloc[0])
    label, unit = words(measure, names)
    there = rows["year"].to_numpy(dtype=np.int64)
    years = np.arange(there.min(), there.max() + 1)

    def over(values: Floats) -> Floats:
        result = np.full(years.size, np.nan)
        result[there - years[0]] = values
        return result

    low = high = np.full(years.size, np.nan)
    if pairs is not None and group_of(measure) in ("countries", "ties"):
        low, high = pairs.spread(measure, country, int(years[0]), int(years[-1]))
    return Course(
        measure=measure,
        country=country,
        label=f"{countries[country]} · {label}" if len(countries) > 1 else label,
        unit=unit,
        years=years,
        mean=over(rows["difference"].to_numpy()),
        low=over(rows["low"].to_numpy()),
        high=over(rows["high"].to_numpy()),
        spread_low=low,
        spread_high=high,
    )
