"""Computes the sensitivity of measures to the swept or drawn paths of a result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ... import figures
from ...arguments import as_written
from ...errors import NoIndices, argument, how_to_resume
from ...results import ResultError, Results
from ...results.columns import explained
from ...results.layout import MANIFEST, SCENARIO, SWEEP
from ...results.tables import FAILED
from ...runs.spec import read
from ...runs.store import vouched
from ...scenario import Scenario, load
from .. import saving
from . import responses
from .design import DRAWN, PAWN, Axis, Design, design_of
from .indices import FEW, Indices, indices, require_enough
from .noise import STATISTICS, Noise, of_runs, of_summary
from .ranks import rank_correlations
from .responses import Response
from .runs import OF_RUNS, kept, per_run
from .text import text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

DEFAULT = ("alignment_index", "hedging_index")
"""Measures that are analysed by default, besides the main supplier's share of the arsenal."""

ALL = "all"

DRAWN_PATHS = 24
"""Most paths of a figure."""

_PAIRS = 5  # most pairs of correlated paths that are named for a plain run
_TIED = 0.3
_ONE = 0.95  # least rank correlation at which two paths cannot be told apart

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sweep:
    """A finished sweep of P points, or a plain run, treated as a sweep with a point for each run.

    Attributes:
        results, scenario: its results and its scenario.
        design: its design.
        done, failed: (P,) number of runs of each point that did not fail, and that did.
        replicates: number of runs of each point.
        common: whether points share their random numbers.
        measures, years: measures and years that the sweep keeps; empty for all.
    """

    results: Results
    scenario: Scenario
    design: Design
    done: NDArray[np.int64]
    failed: NDArray[np.int64]
    replicates: int
    common: bool
    measures: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


@dataclass(frozen=True)
class Finding:
    """The indices of one measure of one country and year.

    Attributes:
        measure, country, year: the response.
        indices: its indices.
        mean, sd: mean and standard deviation of the response over the points used.
        noise: share of the variance between points that is due to chance.
        dropped: number of blocks (for PAWN, of points) without a value, which were left out.
        warnings: reasons not to rely on the indices.
    """

    measure: str
    country: str
    year: int
    indices: Indices
    mean: float
    sd: float
    noise: Noise
    dropped: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Sensitivity(saving.ResultAnalysis):
    """The sensitivity analysis of a sweep, or of a plain run by the numbers that its runs drew.

    Attributes:
        manifest: manifest of the result.
        design: design of the sweep; for a plain run it is named ``drawn``, with a point for each
            run.
        statistic: statistic over the replicates of each point.
        replicates: number of replicates of each point.
        common: whether points share their random numbers.
        findings: the indices of all responses, by country and year.
        left_out: responses without indices, and why.
        warnings: warnings about the sweep as a whole.
        folder: folder of the result; None if it is in memory only.
    """

    manifest: dict[str, Any]
    design: Design
    statistic: str
    replicates: int
    common: bool
    findings: tuple[Finding, ...]
    left_out: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    folder: Path | None = None

    @property
    def stem(self) -> str:
        """Default name of its folder."""
        return "sensitivity"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return ``sensitivity``, ``responses`` and, for indices of second order, ``pairs``."""
        return saving.frames(self._tables())

    def text(self, width: int = 100) -> str:
        """Return the indices as lines of at most `width` columns, unless names are longer."""
        return text(self, width)

    def plot(self) -> "Figure":
        """Return the figure of the first country and year; `figures` has all."""
        return next(iter(self.figures().values()))

    def figures(self) -> "dict[str, Figure]":
        """Return the figures by name: one or, with many measures, more for each country and year.

        If there are many paths, only those with the largest indices are drawn.
        """
        found = weightiest(self.findings)
        names = [f.measure for f in found] + [p for f in found for p in f.indices.paths]
        return figures.sensitivities.pages(replace(self, findings=found), explained(names))

    def write(self, folder: Path) -> None:
        """Write tables and figures into an existing folder."""
        saving.write_rows(folder, self._tables())
        saving.write_figures(folder, self.figures())

    def _tables(self) -> dict[str, list[list[object]]]:
        names = list(self.findings[0].indices.columns)
        where: list[object] = ["measure", "country", "year"]
        numbers = ["points", "dropped", "mean", "sd", "noise_share", "noise_is_bound"]
        paths: list[list[object]] = [[*where, "path", *names]]
        found: list[list[object]] = [[*where, "statistic", "method", *numbers]]
        pairs: list[list[object]] = [
            [*where, "path", "other", "second", "second_low", "second_high"]
        ]
        for finding in self.findings:
            where = [finding.measure, finding.country, finding.year]
            of_paths = finding.indices
            paths += [
                [*where, path, *(float(of_paths.columns[name][i]) for name in names)]
                for i, path in enumerate(of_paths.paths)
            ]
            pairs += [[*where, p.first, p.second, p.value, p.low, p.high] for p in of_paths.pairs]
            made = [self.statistic, of_paths.method, int(of_paths.used.sum()), finding.dropped]
            noise = [finding.noise.share, int(finding.noise.bound)]
            found.append([*where, *made, finding.mean, finding.sd, *noise])
        tables = {"sensitivity": paths, "responses": found}
        return tables | ({"pairs": pairs} if len(pairs) > 1 else {})


def weightiest(findings: Sequence[Finding], most: int = DRAWN_PATHS) -> tuple[Finding, ...]:
    """Return findings with only those paths that are among the `most` largest of some finding."""
    if len(findings[0].indices.paths) <= most:
        return tuple(findings)
    kept = [finding.indices.order() for finding in findings]
    places: dict[int, None] = {}
    for rank in zip(*kept, strict=True):  # the largest of each, then the second largest
        places |= dict.fromkeys(rank)
        if len(places) >= most:
            break
    few = sorted(list(places)[:most])
    return tuple(
        replace(
            finding,
            indices=replace(
                finding.indices,
                paths=tuple(finding.indices.paths[i] for i in few),
                columns={name: column[few] for name, column in finding.indices.columns.items()},
            ),
        )
        for finding in findings
    )


def open_sweep(folder: Path) -> Sweep:
    """Read a finished sweep.

    Raises:
        ResultError: there is no sweep that is finished and as it was written.
        NoIndices: its points are not those of its design.
    """
    spec = read(folder)
    if not (folder / MANIFEST).exists():
        raise ResultError(f"{folder}: the sweep is not finished. {how_to_resume(folder)}")
    results = Results(folder)
    wrong = vouched(folder)
    if wrong:
        raise ResultError(
            f"{folder / wrong[0]}: is not as it was written; 'hedgerow status' tells what is wrong"
        )
    scenario = load(folder / SCENARIO)
    design = design_of(scenario.resolved["sweep"], spec.points, spec.seed)
    runs = results.runs(columns=["point", "status"])
    failed = (runs["status"] == FAILED).to_numpy()
    point = runs["point"].to_numpy()
    size = len(spec.rows)
    return Sweep(
        results=results,
        scenario=scenario,
        design=design,
        done=np.bincount(point[~failed], minlength=size),
        failed=np.bincount(point[failed], minlength=size),
        replicates=spec.replicates,
        common=spec.common,
        measures=spec.measures,
        years=spec.years,
    )


def open_run(results: Results) -> Sweep:
    """Read a plain run as a design with a point for each run, given by the numbers that it drew.

    Raises:
        ResultError: it is not as it was written.
        NoIndices: its runs draw no numbers.
    """
    runs = results.runs().sort_values("run", ignore_index=True)
    failed = (runs["status"] == FAILED).to_numpy()
    drawn = [path for path in runs.columns if path not in OF_RUNS]
    axes = (Axis(path, runs[path].to_numpy(dtype=np.float64)) for path in drawn)
    moving = tuple(axis for axis in axes if np.ptp(axis.values) > 0.0)
    if not moving:
        raise NoIndices(
            f"{results.name}: all runs have the same numbers, so that nothing can be said of what "
            "they depend on; give numbers of the scenario priors, or sweep them"
        )
    return Sweep(
        results=results,
        scenario=results.scenario(),
        design=Design(DRAWN, moving),
        done=(~failed).astype(np.int64),
        failed=failed.astype(np.int64),
        replicates=1,
        common=False,
    )


def opened(result: Results | Path) -> Sweep:
    """Read a finished sweep or a plain run, held in memory or in a folder.

    Raises:
        ResultError: there is no result, or it is not as it was written.
        NoIndices: its points are not those of its design, or its runs draw no numbers.
    """
    if isinstance(result, Results):
        if result.in_memory:
            return open_run(result)
        result = result.path
    if (result / SWEEP).exists():
        return open_sweep(result)
    return open_run(Results(result))


def analyse(
    result: Results | Path,
    measures: Sequence[str] = (),
    countries: Sequence[str] = (),
    years: Sequence[int] = (),
    statistic: str = "mean",
    progress: Callable[[int, int], None] | None = None,
) -> Sensitivity:
    """Return the sensitivity of measures to the paths of a sweep, or to the numbers of a run.

    Args:
        result: results of a finished sweep or of a run, or their folder. For a run, the method is
            PAWN, with rank correlations.
        measures: names as in the summary. A measure of ties without its partner means every
            partner, and ``"all"`` means all measures. By default those that the sweep keeps, else
            the alignment index, the hedging index and the main supplier's share of the arsenal.
        countries: codes of countries; all by default.
        years: years; the last by default.
        statistic: statistic over replicates: mean, sd, q05, q50 or q95.
        progress: a function that is called with (done, planned) responses.

    Raises:
        ResultError: the folder holds no finished sweep and no run, or lacks what was asked for.
        NoIndices: the design, or what is left of it, is too small.
    """
    if statistic not in STATISTICS:
        raise NoIndices(f"no statistic {statistic!r}; there is {', '.join(STATISTICS)}")
    sweep = opened(result)
    plain = sweep.design.name == DRAWN
    if plain and statistic != "mean":
        raise NoIndices(
            f"a point of a plain run is one run, which has no {statistic}; take the mean"
        )
    codes = list(sweep.results.manifest["countries"])
    places = [_known(as_written(code, codes), codes, "country") for code in countries] or codes
    when = [_kept_year(sweep, year) for year in years] or [_last(sweep)]
    require_enough(sweep.design, np.ones(sweep.design.points, dtype=bool))
    warnings = _warnings(sweep)
    found = read_responses(sweep, measures, places, when)
    findings, left_out = [], []
    for number, response in enumerate(found):
        try:
            findings.append(_finding(sweep, response, statistic))
        except NoIndices as error:
            left_out.append((response.title, str(error)))
        if progress is not None:
            progress(number + 1, len(found))
    if not findings:
        raise NoIndices(f"{sweep.results.name}: {left_out[0][0]}: {left_out[0][1]}")
    return Sensitivity(
        manifest=sweep.results.manifest,
        design=sweep.design,
        statistic=statistic,
        replicates=sweep.replicates,
        common=sweep.common,
        findings=tuple(findings),
        left_out=tuple(left_out),
        warnings=tuple(warnings),
        folder=None if sweep.results.in_memory else sweep.results.path,
    )


def read_responses(
    sweep: Sweep, measures: Sequence[str], countries: Sequence[str], years: Sequence[int]
) -> list[Response]:
    """Return the responses that were asked for.

    Raises:
        ResultError: the sweep lacks a measure.
    """
    wanted = dict.fromkeys(measures or sweep.measures)
    suppliers = {code: main_supplier(sweep.scenario, code) for code in countries}
    usual = not wanted
    if usual:
        wanted = dict.fromkeys(DEFAULT)
        wanted |= {f"arms_stock:{partner}": None for partner in suppliers.values() if partner}

    def picked(name: str) -> bool:
        return ALL in wanted or responses.named(name, list(wanted))

    drawn = sweep.design.name == DRAWN
    of_points = np.array([sweep.done.sum()]) if drawn else sweep.done
    found, known = responses.read(sweep.results, countries, years, picked, of_points)
    there = [response.measure for response in found]
    for measure in () if usual else wanted:
        if measure != ALL and not any(responses.named(name, [measure]) for name in there):
            raise ResultError(_no_measure(sweep, measure, known, countries, years))
    if usual:
        own = {(code, f"arms_stock:{partner}") for code, partner in suppliers.items()}
        found = [r for r in found if r.measure in DEFAULT or (r.country, r.measure) in own]
    if not found:
        raise ResultError(f"{sweep.results.name}: the summary has none of {', '.join(wanted)}")
    return [_of_runs(sweep, response) for response in found] if drawn else found


def _of_runs(sweep: Sweep, response: Response) -> Response:
    """Return a response of a plain run with a value for each run."""
    measure = response.measure
    if not kept(sweep.results, measure):
        more = "ties" if ":" in measure else "countries"
        raise ResultError(
            f"{sweep.results.name}: keeps no {measure} of single runs, and a plain run is analysed "
            f"by these; run again with {argument(f'keep={more!r}', f'--keep {more}')}"
        )
    values = per_run(sweep.results, measure, response.country, [response.year])
    columns = dict.fromkeys(response.columns, np.full(values.size, np.nan))
    columns |= {"mean": values, "n": (~np.isnan(values)).astype(np.float64)}
    return replace(response, columns=columns)


def main_supplier(scenario: Scenario, country: str) -> str | None:
    """Return the partner with the largest tie of arms when a scenario starts."""
    ties = {}
    for partner in scenario.partners:
        number = scenario.quantities.get(f"countries.{country}.ties.arms.{partner}")
        if number is not None and number.value > 0.0:
            ties[partner] = number.value
    return max(ties, key=lambda partner: ties[partner]) if ties else None


def _finding(sweep: Sweep, response: Response, statistic: str) -> Finding:
    design = sweep.design
    values = response.columns[statistic]
    if np.isnan(values).all():
        if not np.isnan(response.columns["mean"]).all():
            raise NoIndices(f"shares of runs have no {statistic}; take the mean")
        raise NoIndices("it is undefined at every point")
    found = indices(design, values)
    used = found.used
    if design.name == DRAWN:
        columns = found.columns | rank_correlations(design, values[used], used)
        found = replace(found, columns=columns)
    dropped = int((~used).sum()) // design.block
    doubts = []
    if dropped:
        doubts.append(
            f"{dropped} of {used.size // design.block} {_blocks(design)} left out, for a value is "
            "missing: what is left is no fair sample of the axes"
        )
    return Finding(
        measure=response.measure,
        country=response.country,
        year=response.year,
        indices=found,
        mean=float(values[used].mean()),
        sd=float(values[used].std(ddof=1)),
        noise=_noise(sweep, response, statistic, used),
        dropped=dropped,
        warnings=tuple(doubts),
    )


def _noise(sweep: Sweep, response: Response, statistic: str, used: NDArray[np.bool_]) -> Noise:
    """Return the share of variance that is due to chance, from single runs if they are needed."""
    if sweep.common and statistic == "mean" and kept(sweep.results, response.measure):
        runs = per_run(sweep.results, response.measure, response.country, [response.year])
        found = of_runs(runs.reshape(-1, sweep.replicates)[used])
        if found is not None:
            return found
    columns = response.columns
    return of_summary(
        statistic, columns[statistic][used], columns["sd"][used], columns["n"][used], sweep.common
    )


def _blocks(design: Design) -> str:
    if design.name == DRAWN:
        return "runs"
    return {"sobol": "base points", "morris": "trajectories"}.get(design.method, "points")


def _warnings(sweep: Sweep) -> list[str]:
    """Return reasons not to rely on a sweep as a whole."""
    warnings = []
    touched = int((sweep.failed > 0).sum())
    if touched and sweep.design.name == DRAWN:
        warnings.append(f"{touched} of {sweep.done.size} runs failed; what is left may be tamer")
    elif touched:
        gone = int((sweep.done == 0).sum())
        warnings.append(
            f"{int(sweep.failed.sum())} runs failed, at {touched} of {sweep.done.size} points"
            + (f", {gone} of which have no run left" if gone else "")
            + "; what is left of a point may be its tamer runs"
        )
    design = sweep.design
    blocks, few = design.points // design.block, FEW.get(design.method, 0)
    if blocks < few:
        warnings.append(
            f"{blocks} {_blocks(design)} are few, and intervals rough; take {few} or more"
        )
    if design.method == PAWN:
        warnings += _tied(design)
    return warnings


def _tied(design: Design) -> list[str]:
    """Return warnings of correlated paths, whose effects are easily confused.

    Raises:
        NoIndices: two paths cannot be told apart.
    """
    from scipy.stats import rankdata

    moving = [axis for axis in design.axes if np.ptp(axis.values) > 0.0]
    drawn = design.name == DRAWN
    ranks = np.array([rankdata(axis.values) for axis in moving])
    sizes = np.abs(np.atleast_2d(np.corrcoef(ranks)))
    notes = []
    # With independent draws, hardly any pair exceeds the second bound by chance.
    bound = max(_TIED, 5.0 / np.sqrt(design.points)) if drawn else _TIED
    pairs = [(a, b) for a in range(len(moving)) for b in range(a) if sizes[a, b] > bound]
    if drawn:
        pairs.sort(key=lambda pair: -sizes[pair])
    for number, other in pairs:
        size, names = sizes[number, other], f"{moving[other].path} and {moving[number].path}"
        if size > _ONE and not drawn:
            raise NoIndices(
                f"{names} move together in this {design.name}, so that "
                'they cannot be told apart; sweep with design = "latin" or "saltelli"'
            )
        notes.append(
            f"{names} are correlated ({size:.2f} of ranks): an index of the one may be due to the "
            "other"
        )
    if drawn and len(notes) > _PAIRS:
        notes[_PAIRS:] = [f"{len(notes) - _PAIRS} more pairs of paths are correlated"]
    return notes


def _last(sweep: Sweep) -> int:
    return max(sweep.years) if sweep.years else int(sweep.results.manifest["end"])


def _kept_year(sweep: Sweep, year: int) -> int:
    about = sweep.results.manifest
    kept = sweep.years or range(about["start"], about["end"] + 1)
    if year in kept:
        return year
    span = ", ".join(map(str, kept)) if sweep.years else f"{kept[0]} to {kept[-1]}"
    raise ResultError(f"{sweep.results.name}: has no year {year}; it has {span}")


def _known(name: str, known: Sequence[str], what: str) -> str:
    if name in known:
        return name
    raise ResultError(f"no {what} {name!r}; the sweep has {', '.join(known)}")


def _no_measure(
    sweep: Sweep,
    measure: str,
    known: Sequence[str],
    countries: Sequence[str],
    years: Sequence[int],
) -> str:
    names = [*known, *dict.fromkeys(name.partition(":")[0] for name in known)]
    close = get_close_matches(measure, names, n=1)
    few = ", ".join(list(dict.fromkeys(name.partition(":")[0] for name in known))[:40])
    hint = f"did you mean {close[0]!r}?" if close else f"there are {few}"
    where = f"of {', '.join(countries)} in {', '.join(map(str, years))}"
    return f"{sweep.results.name}: the summary has no {measure!r} {where}; {hint}"
