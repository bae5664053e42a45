"""The public functions for analyses, which take scenarios and results by name, path or object."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..arguments import checked, whole_number
from ..model.strategies import STRATEGIES
from ..progress import Callback, counting
from ..results import Results
from ..results.layout import place_of
from ..runs.own import Countries
from ..scenario import Scenario, posteriors, scenario_of
from ..scenario.schema import MOST_RUNS
from . import (
    calibration,
    discovery,
    estimation,
    explaining,
    forecasts,
    phase,
    scoring,
    sensitivities,
    tournaments,
)

if TYPE_CHECKING:
    from ..agents import CountryAgent

type AnyScenario = "Scenario | str | os.PathLike[str]"
type AnyResult = "Results | str | os.PathLike[str]"


@checked
def tournament(
    scenario: AnyScenario,
    country: str | None = None,
    strategies: Sequence[str] = tuple(STRATEGIES),
    runs: int = 128,
    seed: int | None = None,
    rivalry: Sequence[float] = tournaments.RIVALRY,
    progress: "bool | Callback" = False,
    countries: "Mapping[str, type[CountryAgent]] | None" = None,
    kernel: str | None = None,
) -> tournaments.Tournament:
    """Let every strategy play one country in the same runs, under common random numbers.

    Args:
        scenario: a scenario, its file, or the name of a shipped one.
        country: code of a hedging country; the first by default.
        strategies: names of strategies; the quantal hedger is always among them.
        runs: number of runs of each strategy, at least 1.
        seed: in [0, 2⁶⁴); that of the scenario by default, else 0.
        rivalry: multiples of all rivalry to compare at; without any, ``by_rivalry`` is empty.
        progress: report on standard error, or call a function with (finished, planned) ensembles.
        countries: classes of your own by the name of their row. Runs of one without
            ``choose_many`` are played one by one, a second or two each, so start with few.
        kernel: as of `hedgerow.run`; with countries of your own, all use the NumPy kernel.

    Returns:
        A row for each strategy, the best mean payoff (log-odds) first, with 95 % intervals over
        runs.

    Raises:
        ScenarioError: the scenario is not right.
        ValueError: an unknown country or strategy, a name that is taken, or no runs.

    >>> import hedgerow
    >>> scenario = hedgerow.load("vietnam").with_({"time.end": 1998})
    >>> found = hedgerow.tournament(scenario, strategies=["bandwagoner"], runs=4, rivalry=[])
    >>> sorted(row.strategy for row in found.rows)
    ['bandwagoner', 'quantal']
    """
    loaded = scenario_of(scenario)
    with _ticks(progress, "ensemble") as tick:
        return tournaments.tournament(
            loaded,
            loaded.countries[0] if country is None else country,
            strategies,
            runs,
            seed,
            rivalry,
            tick,
            countries,
            kernel,
        )


@checked
def explain(
    scenario: AnyScenario,
    country: str | None = None,
    year: int | None = None,
    replicate: int = 0,
    quarter: int = 1,
    tiers: Sequence[str] = (),
    seed: int | None = None,
) -> explaining.Explained:
    """Explain the choices at one moment of one run: the value of each option, and why.

    Args:
        scenario: a scenario, its file, or the name of a shipped one.
        country: code of a hedging country; the first by default.
        year: a year of the scenario; its first by default.
        replicate: number of the run, from 0. It is the same run in an ensemble of any size.
        quarter: quarter of the move, 1 to 4.
        tiers: partners whose label is explained even if no visit came in the year.
        seed: in [0, 2⁶⁴); that of the scenario by default, else 0.

    Returns:
        The moves of the quarter, and the dated choices and visits of the year, each with its
        options: value (log-odds), probability, contribution of each term of the payoff, and rules
        that forbid it. ``print`` shows them, ``plot()`` draws them.

    Raises:
        ScenarioError: the scenario is not right.
        ValueError: an unknown country or partner, or a moment outside the scenario.

    >>> import hedgerow
    >>> why = hedgerow.explain("vietnam", year=1997)
    >>> sorted(menu.title for menu in why.moves)
    ['Defence', 'Diplomacy', 'Energy', 'Settlement']
    """
    return explaining.explain(scenario_of(scenario), country, year, replicate, quarter, tiers, seed)


@checked
def map(
    results: AnyResult,
    x: str,
    y: str,
    measure: str,
    year: int | None = None,
    country: str | None = None,
    at: Mapping[str, Any] | None = None,
    against: float | None = None,
) -> phase.Phase:
    """Map a measure over two swept numbers: a phase diagram.

    Args:
        results: a finished sweep, or its folder.
        x, y: swept paths, or the ends of paths if only one path ends so.
        measure: name as in ``summary.csv``.
        year: the year; by default the last that the sweep kept of the measure.
        country: code of a country; the first of the scenario by default.
        at: values of other swept paths, by path; only points with these values are mapped.
        against: if given, the change from the points with this value of `x`, all else equal, is
            mapped.

    Returns:
        Mean and spread over runs at each point in the unit of the measure, the share of runs in
        the hedger's band and, if an axis is rivalry, the rivalry at which a balance between rivals
        breaks.

    Raises:
        NoMap: it is no sweep; there is no such axis, value, year, country or measure; or the map
            would need more than 9 panels.
        ResultError: the folder cannot be read.

    >>> import hedgerow
    >>> small = {"runs": 1, "seed": 1, "until": 1996, "workers": 1, "progress": False}
    >>> swept = hedgerow.sweep("sweep-rivalry", **small)
    >>> found = hedgerow.map(swept, "intensity", "cross_pressure", "alignment_index")
    >>> len(found.table), found.year
    (351, 1996)
    """
    return phase.phase(_opened(results), x, y, measure, year, country, at, against)


@checked
def sensitivity(
    results: AnyResult,
    measures: Sequence[str] = (),
    countries: Sequence[str] = (),
    years: Sequence[int] = (),
    statistic: str = "mean",
    progress: "bool | Callback" = False,
) -> sensitivities.Sensitivity:
    """Measure how much each swept number, or each number that a run draws, affects measures.

    The design of a sweep decides the method: ``"saltelli"`` gives Sobol' indices, ``"morris"``
    elementary effects, and any other design of at least 60 points PAWN, which compares
    distributions. A plain run is analysed with PAWN and rank correlations, by the numbers that its
    runs drew.

    Args:
        results: a finished sweep or a run, or its folder.
        measures: names as in ``summary.csv``. A measure of ties without its partner means every
            partner, and ``"all"`` means all measures. By default those that the sweep keeps, else
            the alignment index, the hedging index and the main supplier's share of the arsenal.
        countries: codes of countries; all by default.
        years: years; the last by default.
        statistic: statistic over the runs of a point: mean, sd, q05, q50 or q95.
        progress: report on standard error, or call a function with (done, planned) responses.

    Returns:
        A finding for each measure, country and year: the indices of each path, with intervals, and
        the share of the variance that is due to chance.

    Raises:
        ResultError: the folder holds no finished sweep and no run, or lacks what was asked for.
        NoIndices: the design, or what is left of it, is too small, or a library is missing.

    >>> import hedgerow
    >>> results = hedgerow.run("vietnam", runs=60, seed=1, until=1996)
    >>> found = hedgerow.sensitivity(results, measures=["alignment_index"])
    >>> found.findings[0].indices.method
    'pawn'
    """
    with _ticks(progress, "measure") as tick:
        return sensitivities.analyse(_place(results), measures, countries, years, statistic, tick)


@checked
def discover(
    results: AnyResult,
    where: "str | Sequence[str]",
    country: str | None = None,
    paths: Sequence[str] = (),
    cases: str | None = None,
    density: float = 0.8,
    most: int = 3,
) -> discovery.Discovery:
    """Find the region of parameters in which something happens, with PRIM.

    Args:
        results: a finished sweep or a run, or its folder.
        where: the condition to look for, such as ``"hedging_index@2035 < 0.2"``,
            ``"event:hedging_broken"`` or ``"alignment_index@2035 outside band"``, or a list of
            conditions that must all hold.
        country: code of a country; the first by default.
        paths: parameters in which to describe the region; by default the swept ones or, for a plain
            run, those drawn ones that clearly matter.
        cases: ``"runs"``, or ``"points"``, for which the condition holds if it does in half of
            their runs or more; by default runs, if single runs are stored.
        density: least share of the cases of a box for which the condition holds, in (0, 1].
        most: most boxes, 1 or more.

    Returns:
        The cases and the boxes. A box is ranges of a few parameters that contain most of the cases
        for which the condition holds (coverage) and few others (density).

    Raises:
        NoBox: a condition cannot be read, there are too few cases, no region stands out, or the
            library is missing.
        ResultError: the folder holds no result, or lacks what was asked for.
        ValueError: an argument is out of range.

    >>> import hedgerow
    >>> small = {"runs": 1, "seed": 1, "until": 1996, "workers": 1, "progress": False}
    >>> swept = hedgerow.sweep("sweep-rivalry", **small)
    >>> found = hedgerow.discover(swept, "alignment_index@1996 < 40")
    >>> [limit.path for limit in found.boxes[0].limits]
    ['relations.intensity']
    """
    if not 0.0 < density <= 1.0:
        raise ValueError(f"density must lie in (0, 1], not {density!r}")
    if cases not in (None, "runs", "points"):
        raise ValueError(f"cases must be 'runs' or 'points', not {cases!r}")
    asked = [where] if isinstance(where, str) else list(where)
    most = whole_number("most", most, 1, 9)
    return discovery.discover(_place(results), asked, country, paths, cases, density, most)


@checked
def calibrate(
    scenario: AnyScenario,
    until: int = 2014,
    targets: "str | os.PathLike[str] | None" = None,
    sets: int = 3000,
    replicates: int = 10,
    draws: int = 500,
    ess: float = 200.0,
    seed: int | None = None,
    workers: int | None = None,
    kernel: str | None = None,
    progress: "bool | Callback" = False,
    allow_hindsight: bool = False,
    countries: Countries | None = None,
) -> calibration.Calibration:
    """Calibrate a scenario: find draws of its parameters that reproduce the record.

    Args:
        scenario: a scenario, its file, or the name of a shipped one.
        until: last year of the record: 2014 for scores, 2024 for forecasts.
        targets: a file of targets to reproduce; the shipped targets of the scenario by default.
        sets: number of parameter sets drawn from the priors, 100 or more.
        replicates: number of runs of each set.
        draws: number of draws from the posterior.
        ess: effective number of sets to reach, in [1, sets / 2]; noise and errors are widened until
            it is reached.
        seed: the seed; that of the scenario by default, else 0.
        workers: number of processes; the result does not depend on it.
        kernel: as of `hedgerow.run`.
        progress: report on standard error, or call a function with (finished, planned) runs.
        allow_hindsight: whether to go on if numbers know more than the record up to `until`, or
            rest on the same source as a target; the draws are then marked.
        countries: what plays a country, by its code, as of `hedgerow.run`.

    Returns:
        Prior and posterior of each parameter and target, and the draws, which a scenario uses by
        ``parameters = "…/posterior.parquet"``.

    Raises:
        CalibrationError: scenario, targets and sizes do not fit together.
        HindsightError: there is hindsight, and it is not allowed.
        ScenarioError, TargetError: the scenario or the file of targets is not right.

    >>> import hedgerow
    >>> small = {"sets": 100, "ess": 20.0, "draws": 10, "seed": 1, "workers": 1}
    >>> found = hedgerow.calibrate("vietnam", **small, allow_hindsight=True)
    >>> found.until, found.enough
    (2014, True)
    """
    sets = whole_number("sets", sets, 10, 10**6)
    replicates = whole_number("replicates", replicates, 1, 10**7)
    draws = whole_number("draws", draws, 1, 10**7)
    workers = None if workers is None else whole_number("workers", workers, 1, 1024)
    loaded = scenario_of(scenario)
    file = None if targets is None else Path(targets)
    return calibration.calibrate(
        loaded,
        until,
        calibration.targets_of(loaded, until, file),
        sets,
        replicates,
        draws,
        ess,
        seed,
        workers,
        kernel,
        progress,
        allow_hindsight,
        countries,
    )


@checked
def estimate(
    kinds: Sequence[str] = (),
    until: int | None = None,
    states: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    panel: "str | os.PathLike[str] | None" = None,
    draws: int = 1000,
    seed: int = 0,
    prove: int = 0,
    placebo: int = 0,
    progress: "bool | Callback" = False,
) -> estimation.Estimate:
    """Fit habits to the panel of many states, with errors clustered by state.

    Args:
        kinds: what to fit, of counts, sizes, lags, suppliers, trade, position, votes and labels;
            all by default.
        until: last year that may be known; that of the panel by default. Of arms orders those are
            known that were delivered by then.
        states: codes or groups of states of the panel, such as ``"VNM"`` or ``"ASEAN"``; all by
            default.
        leave_out: codes or groups of states to leave out.
        panel: folder of a panel of your own, with its dictionary; the shipped one by default. With
            tables ``alliances`` and ``relations``, pacts and foes are fitted too.
        draws: number of joint draws, 2 or more.
        seed: of the draws, of panels that are made up and of permutations.
        prove: number of panels to make up from what was fitted, and to fit again: tells how often
            95 % intervals cover.
        placebo: number of permutations of politics over states, under which ω should be 0.
        progress: report on standard error, or call a function with (finished, planned) fits.

    Returns:
        The table of estimates, score tests of terms left out, and draws. `save` writes
        ``habits-YEAR.toml``, which a scenario names as ``habits``, ``habits-YEAR.parquet``, which
        it names as ``parameters``, and tables.

    Raises:
        EstimationError: a kind, state or group is unknown, or nothing is left to fit.
        EvidenceError, PanelError: the panel is not right.

    >>> import hedgerow
    >>> found = hedgerow.estimate(["trade"], until=2012)
    >>> found.converged, len(found.lines)
    (True, 4)
    """
    with _ticks(progress, "fit") as tick:
        return estimation.estimate(
            kinds,
            until,
            states,
            leave_out,
            None if panel is None else Path(panel),
            whole_number("draws", draws, 2, 10**6),
            whole_number("seed", seed, 0, 2**64 - 1),
            whole_number("prove", prove, 0, 10**5),
            whole_number("placebo", placebo, 0, 10**5),
            tick,
        )


@checked
def score(
    scenario: AnyScenario,
    parameters: "str | os.PathLike[str] | None" = None,
    runs: int = 1024,
    seed: int | None = None,
    targets: "str | os.PathLike[str] | None" = None,
    kernel: str | None = None,
    progress: "bool | Callback" = False,
    allow_hindsight: bool = False,
    ablations: bool = False,
) -> scoring.Score:
    """Score a scenario on targets that it was not fitted to, beside baselines without a model.

    Args:
        scenario: a scenario that starts in 2014 or before and includes its last target.
        parameters: a file of draws from a posterior of the record up to 2014; by default those
            shipped for the scenario, else its priors.
        runs: number of runs of each ensemble, 2 or more.
        seed: the seed; that of the scenario by default, else 0.
        targets: a file of targets; the shipped ones of the scenario by default.
        kernel: as of `hedgerow.run`.
        progress: report on standard error, or call a function with (finished, planned) runs.
        allow_hindsight: whether to go on if numbers or draws know more than the record up to 2014,
            or rest on the same source as a target; the score is then marked.
        ablations: whether to also score the model without each of its parts in turn.

    Returns:
        Proper scores of each target and forecaster, once with the dated shocks as they came and
        once with drawn shocks.

    Raises:
        CalibrationError: there are no targets, or the scenario lacks what they need.
        HindsightError: there is hindsight, and it is not allowed.
        ScenarioError, TargetError: a file is not right.
        ValueError: the years do not fit, there is nothing after 2014 to score, or too few runs.

    >>> import hedgerow
    >>> found = hedgerow.score("vietnam", runs=4, seed=1, allow_hindsight=True)
    >>> found.runs
    4
    """
    draws = None if parameters is None else Path(parameters)
    file = None if targets is None else Path(targets)
    return scoring.score_scenario(
        scenario_of(scenario),
        draws,
        whole_number("runs", runs, 2, MOST_RUNS),
        seed,
        file,
        kernel,
        progress,
        allow_hindsight,
        ablations,
    )


@checked
def forecast(
    scenario: AnyScenario,
    parameters: "str | os.PathLike[str] | None" = None,
    runs: int = 1024,
    seed: int | None = None,
    first: int = 2025,
    until: int | None = None,
    date: str | None = None,
    kernel: str | None = None,
    allow_hindsight: bool = False,
) -> forecasts.Forecast:
    """Forecast the probability of each event of each hedging country by the end of each year.

    Args:
        scenario: a scenario with years before and after the start of `first`.
        parameters: a file of draws from a posterior of the record up to 2024; by default those
            shipped for the scenario, else its priors.
        runs: number of replicates.
        seed: the seed; that of the scenario by default, else 0.
        first: first year that is forecast.
        until: last year, inclusive; that of the scenario by default.
        date: date of the forecast, as ``YYYY-MM-DD``; today by default.
        kernel: as of `hedgerow.run`.
        allow_hindsight: whether to go on if numbers or draws know of years from `first` on; the
            forecast is then marked.

    Returns:
        A row for each event and year: the probability, with a 90 % interval that is due to the
        limited number of runs.

    Raises:
        ScenarioError: the scenario or the file of draws is not right.
        HindsightError: there is hindsight, and it is not allowed.
        ValueError: the years do not fit the scenario.

    >>> import hedgerow
    >>> found = hedgerow.forecast("vietnam", runs=8, seed=1, until=2026, allow_hindsight=True)
    >>> sorted({row.year for row in found.rows})
    [2025, 2026]
    """
    draws = None if parameters is None else Path(parameters)
    asked, use = scenario_of(scenario), posteriors.TO_FORECAST
    return forecasts.forecast(
        posteriors.with_draws(asked, draws, use),
        whole_number("runs", runs, 1, MOST_RUNS),
        seed,
        first,
        until,
        None if date is None else _day(date),
        kernel,
        allow_hindsight,
        posteriors.named(asked, draws, use) or "its priors",
    )


@contextmanager
def _ticks(progress: "bool | Callback", unit: str) -> Iterator[Callback | None]:
    """Yield the function that an analysis calls with (done, planned), or None."""
    if progress is True:
        with counting(unit, quiet=False) as tick:
            yield tick
    else:
        yield progress or None


def _day(text: str) -> str:
    try:
        return Date.fromisoformat(text).isoformat()
    except (TypeError, ValueError):
        raise ValueError(f"date {text!r}: expected YYYY-MM-DD") from None


def _opened(results: AnyResult) -> Results:
    return results if isinstance(results, Results) else Results(place_of(results))


def _place(results: AnyResult) -> Results | Path:
    return results if isinstance(results, Results) else place_of(results)
