"""Which of the swept paths matter, for which measure: a finished sweep, analysed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...arguments import as_written
from ...errors import NoIndices, how_to_resume
from ...results import ResultError, Results
from ...results.layout import MANIFEST, SCENARIO
from ...results.tables import FAILED
from ...runs.spec import Spec, read
from ...runs.store import vouched
from ...scenario import Scenario, load
from . import responses
from .design import PAWN, Design, design_of
from .indices import FEW, Indices, indices, require_enough
from .noise import STATISTICS, Noise, of_runs, of_summary
from .responses import Response
from .runs import kept, per_run

DEFAULT = ("alignment_index", "hedging_index")
"""Measures that are looked at unless others are named; the arsenal's share of the country's main
supplier is a third."""

ALL = "all"

_TIED = 0.3
_ONE = 0.95  # rank correlation from which two paths cannot be told apart

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sweep:
    """A finished sweep, read.

    Attributes:
        spec, results, scenario: what it is.
        design: of the sweep.
        done, failed: (P,) runs of each point that did not fail, and that did.
    """

    spec: Spec
    results: Results
    scenario: Scenario
    design: Design
    done: NDArray[np.int64]
    failed: NDArray[np.int64]


@dataclass(frozen=True)
class Finding:
    """Indices of one measure of one country and year.

    Attributes:
        measure, country, year: of the response.
        indices: what was found.
        mean, sd: of the response over the points used.
        noise: what part of the variance between points is chance.
        dropped: blocks (of PAWN: points) left out for want of a value.
        warnings: what speaks against leaning on the indices.
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


@dataclass(frozen=True)
class Sensitivity:
    """The analysis of a sweep.

    Attributes:
        manifest: of the sweep.
        design: of the sweep.
        statistic: of replicates at each point.
        replicates: a point.
        common: whether points share their random numbers.
        findings: by country and year.
        left_out: responses without indices, and why.
        warnings: on the sweep as a whole.
    """

    manifest: dict[str, Any]
    design: Design
    statistic: str
    replicates: int
    common: bool
    findings: tuple[Finding, ...]
    left_out: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def open_sweep(folder: Path) -> Sweep:
    """Read a finished sweep.

    Raises:
        ResultError: the folder holds none that is finished and as it was written.
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
        spec=spec,
        results=results,
        scenario=scenario,
        design=design,
        done=np.bincount(point[~failed], minlength=size),
        failed=np.bincount(point[failed], minlength=size),
    )


def analyse(
    folder: Path,
    measures: Sequence[str] = (),
    countries: Sequence[str] = (),
    years: Sequence[int] = (),
    statistic: str = "mean",
    progress: Callable[[int, int], None] | None = None,
) -> Sensitivity:
    """Return what a finished sweep says of its paths.

    Args:
        folder: of the sweep.
        measures: as in the summary; one of ties without its partner means every partner, "all"
            means all there are. By default those that the sweep was told to keep, else the
            alignment index, the hedging index and the arsenal's share of the main supplier.
        countries: codes; all by default.
        years: the last by default.
        statistic: of replicates: mean, sd, q05, q50 or q95.
        progress: is called with (done, planned) responses.

    Raises:
        ResultError: the folder holds no finished sweep, or not what was asked of it.
        NoIndices: the design or what is left of it is too small.
    """
    if statistic not in STATISTICS:
        raise NoIndices(f"no statistic {statistic!r}; there is {', '.join(STATISTICS)}")
    sweep = open_sweep(folder)
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
        raise NoIndices(f"{folder}: {left_out[0][0]}: {left_out[0][1]}")
    return Sensitivity(
        manifest=sweep.results.manifest,
        design=sweep.design,
        statistic=statistic,
        replicates=sweep.spec.replicates,
        common=sweep.spec.common,
        findings=tuple(findings),
        left_out=tuple(left_out),
        warnings=tuple(warnings),
    )


def read_responses(
    sweep: Sweep, measures: Sequence[str], countries: Sequence[str], years: Sequence[int]
) -> list[Response]:
    """Return the responses that are asked for.

    Raises:
        ResultError: the sweep has none of a measure.
    """
    wanted = dict.fromkeys(measures or sweep.spec.measures)
    suppliers = {code: main_supplier(sweep.scenario, code) for code in countries}
    usual = not wanted
    if usual:
        wanted = dict.fromkeys(DEFAULT)
        wanted |= {f"arms_stock:{partner}": None for partner in suppliers.values() if partner}

    def picked(name: str) -> bool:
        return ALL in wanted or responses.named(name, list(wanted))

    found, known = responses.read(sweep.results.path, countries, years, picked, sweep.done)
    there = [response.measure for response in found]
    for measure in () if usual else wanted:
        if measure != ALL and not any(responses.named(name, [measure]) for name in there):
            raise ResultError(_no_measure(sweep, measure, known, countries, years))
    if usual:
        own = {(code, f"arms_stock:{partner}") for code, partner in suppliers.items()}
        found = [r for r in found if r.measure in DEFAULT or (r.country, r.measure) in own]
    if not found:
        raise ResultError(f"{sweep.results.path}: the summary has none of {', '.join(wanted)}")
    return found


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
    """Return what part of the variance is chance, from single runs where that takes them."""
    spec = sweep.spec
    if spec.common and statistic == "mean" and kept(sweep.results, response.measure):
        runs = per_run(sweep.results, response.measure, response.country, [response.year])
        found = of_runs(runs.reshape(-1, spec.replicates)[used])
        if found is not None:
            return found
    columns = response.columns
    return of_summary(
        statistic, columns[statistic][used], columns["sd"][used], columns["n"][used], spec.common
    )


def _blocks(design: Design) -> str:
    return {"sobol": "base points", "morris": "trajectories"}.get(design.method, "points")


def _warnings(sweep: Sweep) -> list[str]:
    """Return what speaks against leaning on a sweep as a whole."""
    told = []
    touched = int((sweep.failed > 0).sum())
    if touched:
        gone = int((sweep.done == 0).sum())
        told.append(
            f"{int(sweep.failed.sum())} runs failed, at {touched} of {sweep.done.size} points"
            + (f", {gone} of which have no run left" if gone else "")
            + "; what is left of a point may be its tamer runs"
        )
    design = sweep.design
    blocks, few = design.points // design.block, FEW.get(design.method, 0)
    if blocks < few:
        told.append(f"{blocks} {_blocks(design)} are few, and intervals rough; take {few} or more")
    if design.method == PAWN:
        told += _tied(design)
    return told


def _tied(design: Design) -> list[str]:
    """Tell which paths move together, so that one can pass for the other.

    Raises:
        NoIndices: two paths cannot be told apart.
    """
    from scipy.stats import spearmanr

    told = []
    moving = [axis for axis in design.axes if np.ptp(axis.values) > 0.0]
    for number, one in enumerate(moving):
        for other in moving[:number]:
            size = abs(float(spearmanr(one.values, other.values).statistic))
            if size > _ONE:
                raise NoIndices(
                    f"{other.path} and {one.path} move together in this {design.name}, so that "
                    'they cannot be told apart; sweep with design = "latin" or "saltelli"'
                )
            if size > _TIED:
                told.append(
                    f"{other.path} and {one.path} are correlated ({size:.2f} of ranks): an index "
                    "of the one may be due to the other"
                )
    return told


def _last(sweep: Sweep) -> int:
    return max(sweep.spec.years) if sweep.spec.years else int(sweep.results.manifest["end"])


def _kept_year(sweep: Sweep, year: int) -> int:
    about = sweep.results.manifest
    kept = sweep.spec.years or range(about["start"], about["end"] + 1)
    if year in kept:
        return year
    span = ", ".join(map(str, kept)) if sweep.spec.years else f"{kept[0]} to {kept[-1]}"
    raise ResultError(f"{sweep.results.path}: has no year {year}; it has {span}")


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
    return f"{sweep.results.path}: the summary has no {measure!r} {where}; {hint}"
