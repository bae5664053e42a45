"""Many replicates of one scenario, into a result folder or in memory.

What a run yields depends on its scenario, the seed and its replicate number alone: not on workers,
blocks, order or what is kept.
"""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from ..agents.registry import registered_measure
from ..arguments import checked, whole_number
from ..compiled import kernels
from ..model.parameters import ROUNDS_A_YEAR
from ..progress import Callback, Progress, note
from ..results import Results
from ..results.columns import expected, instruments_of
from ..results.digest import LEAF
from ..results.folder import Output
from ..results.layout import TABLES
from ..results.memory import free, in_words
from ..results.parts import write_scenario
from ..results.quantiles import EXACT_UP_TO
from ..results.tables import KEPT, Axes
from ..results.yearly import Yearly
from ..scenario import Scenario, load
from ..scenario.schema import MOST_RUNS
from .chunks import Chunk, Job, Simulated, chunks, held, work
from .executor import cores, parallel, serial, through
from .inmemory import Held, InMemory
from .own import NONE, Countries, Measure, Measures, Own, Terms, measure_of
from .own import settle as settle_own
from .storing import Collected, finish, light

# A rough estimate of the seconds that a core takes, used only to choose the number of workers: for
# a round of a leaf, and for each country in it, tables included.
_SECONDS = {"numpy": (0.045, 0.012), "compiled": (0.0004, 0.0007)}
_WORTH_WORKERS = 3.0  # least seconds of work for which processes are started
_CHUNK_SECONDS = 2.0  # most seconds of work of a chunk
_CHUNK_LEAVES = 16
_CHUNKS_EACH = 4  # least chunks of each worker
_IN_MEMORY = 1 << 24  # most numbers of quantiles to keep in memory instead of scratch files
_DECISIONS = 1024  # countries × replicates of a block; larger blocks are not faster
_SCRATCH = "scratch"
_AHEAD = 256  # most chunks that are submitted to a given executor at a time


Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Options:
    """The options of a run, as of `run`; they do not change what a run yields."""

    kernel: str
    keep: str
    block: int | None
    workers: int | None
    executor: Executor | None
    progress: "bool | Callback | None"
    command: str
    own: Own = NONE


@overload
def run(
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    workers: int | None = None,
    kernel: str | None = None,
    keep: str = "ties",
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
    progress: "bool | Callback | None" = None,
    block: int | None = None,
    command: str | None = None,
    executor: Executor | None = None,
    measure: None = None,
    countries: Countries | None = None,
    measures: Measures | None = None,
    terms: Terms | None = None,
) -> Results: ...
@overload
def run(  # type: ignore[overload-overlap]
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    workers: int | None = None,
    kernel: str | None = None,
    *,
    measure: "str | Measure",
    progress: "bool | Callback | None" = None,
    block: int | None = None,
    executor: Executor | None = None,
    countries: Countries | None = None,
    measures: Measures | None = None,
    terms: Terms | None = None,
) -> Floats: ...
@overload
def run(
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    workers: int | None = None,
    kernel: str | None = None,
    *,
    measure: "Sequence[str | Measure]",
    progress: "bool | Callback | None" = None,
    block: int | None = None,
    executor: Executor | None = None,
    countries: Countries | None = None,
    measures: Measures | None = None,
    terms: Terms | None = None,
) -> dict[str, Floats]: ...
@checked
def run(
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    workers: int | None = None,
    kernel: str | None = None,
    keep: str = "ties",
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
    progress: "bool | Callback | None" = None,
    block: int | None = None,
    command: str | None = None,
    executor: Executor | None = None,
    measure: "str | Measure | Sequence[str | Measure] | None" = None,
    countries: Countries | None = None,
    measures: Measures | None = None,
    terms: Terms | None = None,
) -> Results | Floats | dict[str, Floats]:
    """Run the replicates of a scenario: in memory, into a folder, or for some measures alone.

    Args:
        scenario: a scenario, its file, or the name of a shipped one.
        runs: number of replicates; that of the scenario by default.
        seed: in [0, 2⁶⁴); that of the scenario by default, else drawn and stored.
        until: last year, inclusive; the end of the scenario by default.
        workers: number of processes; by default one for each core, or only this process for a job
            of a few seconds. Results do not depend on it.
        kernel: implementation of the model: ``"numpy"`` or ``"compiled"``; by default the compiled
            one if numba is installed.
        keep: ``"summary"`` keeps runs, choices, events and the summary; ``"countries"`` also the
            table of countries; ``"ties"`` everything.
        out: folder of the result, which must be new or empty; None keeps it in memory and writes
            nothing (``results.save(folder)`` does later).
        force: replace a result that `out` holds already.
        progress: True to report on standard error, False to stay silent, or a function that is
            called with (finished, planned) runs. By default progress is reported if a folder is
            written, or if the job takes more than seconds.
        block: number of replicates that one call of the model holds; by default it follows from
            the number of countries. It changes memory and speed, never a result.
        command: text to note in the manifest as the origin of the result.
        executor: an executor that runs the work in place of own processes. It must see the same
            file system.
        measure: return only this measure, in place of results: a name as in ``summary.csv``
            (``"arms_orders:RUS"``), a registered one, or a function of yearly arrays
            (`hedgerow.results.yearly.Yearly`); or a list of these.
        countries: what plays a country, by its code: a subclass of `CountryAgent`, a registered
            name, or the name of a strategy. A class of your own plays in the NumPy kernel, many
            runs at a time if it has ``choose_many``, else one by one, a second or two each.
        measures: measures of your own: functions of yearly arrays that return (runs, years,
            countries), by name, or a list of registered names. They become columns of
            ``countries`` and of the summary.
        terms: payoff terms of your own, by name, or a list of registered names: functions that add
            to the form of the payoff (`hedgerow.model.terms`). They play in the NumPy kernel.

    Returns:
        The result; ``results.manifest["runs_failed"]`` is the number of runs that failed. With
        `measure`, an array (runs, years, countries) in the unit of the measure, NaN if it is
        undefined or the run failed; for a list, a dictionary of such arrays by name.

    Raises:
        ScenarioError: the scenario is not right.
        OutputError: the result cannot be written; nothing is left behind.
        CountryFileError: a country or measure of a file failed in the first year of the first run.
        ValueError: an argument is out of range, or the result would not fit into memory.
        WrongType: an argument is of the wrong type, or what is given for a country or a measure is
            neither a class nor a function.

    >>> import hedgerow
    >>> results = hedgerow.run("vietnam", runs=4, seed=1, until=1998, progress=False)
    >>> results.manifest["runs_stored"], len(results.countries())
    (4, 12)
    >>> index = hedgerow.run("threshold", 4, seed=1, until=2001, measure="alignment_index")
    >>> index.shape  # runs, years, countries
    (4, 2, 1)
    """
    if out is not None and measure is None:
        how = (workers, kernel, keep, out, force, progress, block, command, executor)
        return store(scenario, runs, seed, until, *how, countries, measures, terms)
    if measure is not None and out is not None:
        raise ValueError("measure returns arrays alone: leave out away, or leave measure away")
    if force:
        raise ValueError("force replaces a result in a folder; name the folder: out=…")
    check_options(runs, workers, None, keep, block)
    scenario, own = settle_own(loaded(scenario), countries, measures, terms)
    wanted = None if measure is None else _wanted(measure, own)
    kernel = own.kernel(kernel)
    changes = changes_of(scenario, runs, seed, until)
    if "time.end" in changes:
        scenario, changes = scenario.replace(changes), {}
    total = changes.get("ensemble.runs", scenario.runs)
    seed = changes.get("ensemble.seed", scenario.seed)
    assert seed is not None
    keep = keep if wanted is None else "ties"
    command = printable(command or _call(scenario, total, seed, keep))
    options = Options(kernel, keep, block, workers, executor, progress, command, own)
    found = _hold(_job(scenario, total, seed, options), options)
    if wanted is not None:
        return _measured(found, wanted)
    return InMemory(found, lambda: scenario.replace(changes) if changes else scenario, command)


def store(
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    workers: int | None = None,
    kernel: str | None = None,
    keep: str = "ties",
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
    progress: "bool | Callback | None" = None,
    block: int | None = None,
    command: str | None = None,
    executor: Executor | None = None,
    countries: Countries | None = None,
    measures: Measures | None = None,
    terms: Terms | None = None,
) -> Results:
    """Run the replicates of a scenario into a folder, as `run` does.

    Args:
        out: by default ``results/NAME-HASH``, with a number if that is taken.

    Raises: as of `run`.
    """
    check_options(runs, workers, None, keep, block)
    scenario, own = settle_own(loaded(scenario), countries, measures, terms)
    kernel = own.kernel(kernel)
    resolved = settle(scenario, runs, seed, until)
    command = printable(command or _call(resolved, resolved.runs, resolved.seed or 0, keep))
    progress = True if progress is None else progress
    options = Options(kernel, keep, block, workers, executor, progress, command, own)
    own.require_sound(resolved, resolved.seed or 0)
    with Output(out, f"{resolved.name}-{resolved.sha256[:8]}", force) as output:
        _fill(output.folder, resolved, options)
    return Results(output.target)


def loaded(scenario: "Scenario | str | os.PathLike[str]") -> Scenario:
    """Return a scenario; load it if a file or the name of a shipped one is given."""
    if isinstance(scenario, Scenario):
        return scenario
    return load(Path(scenario) if isinstance(scenario, os.PathLike) else scenario)


def check_options(
    runs: int | None,
    workers: int | None,
    kernel: str | None,
    keep: str,
    block: int | None,
) -> str:
    """Check the options of a run, and return the name of the kernel to use.

    Raises:
        ValueError: an option is out of range, or the kernel does not work here.
    """
    for name, value, most in (
        ("runs", runs, MOST_RUNS),
        ("workers", workers, 1024),
        ("block", block, MOST_RUNS),
    ):
        if value is not None:
            whole_number(name, value, 1, most)
    if keep not in KEPT:
        raise ValueError(f"keep must be one of {', '.join(KEPT)}, not {keep!r}")
    return kernels.chosen(kernel)


def settle(
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None,
    seed: int | None,
    until: int | None,
) -> Scenario:
    """Return the scenario with its number of runs, seed and last year filled in.

    Raises:
        ScenarioError: the scenario is not right.
        ValueError: an argument is out of range.
    """
    scenario = loaded(scenario)
    changes = changes_of(scenario, runs, seed, until)
    return scenario.replace(changes) if changes else scenario


def changes_of(
    scenario: Scenario, runs: int | None, seed: int | None, until: int | None
) -> dict[str, Any]:
    """Return the changes, by path, that set the number of runs, the seed and the last year.

    Raises:
        ValueError: an argument is out of range.
    """
    changes: dict[str, Any] = {}
    if runs is not None:
        changes["ensemble.runs"] = whole_number("runs", runs, 1, MOST_RUNS)
    if seed is not None:
        changes["ensemble.seed"] = whole_number("seed", seed, 0, 2**64 - 1)
    elif scenario.seed is None:
        changes["ensemble.seed"] = secrets.randbits(32)
    if until is not None:
        last = whole_number("until", until, 1, 9999)
        if not scenario.start <= last <= scenario.end:
            raise ValueError(
                f"until must lie in the years of the scenario, {scenario.start} to "
                f"{scenario.end}, not {until}"
            )
        if last != scenario.end:
            changes["time.end"] = last
    return changes


def printable(command: str) -> str:
    """Return a command line as UTF-8 text; bytes that are no UTF-8 are escaped."""
    return command.encode("utf-8", "backslashreplace").decode()


def _call(scenario: Scenario, runs: int, seed: int, keep: str) -> str:
    return f"hedgerow.run({scenario.name!r}, {runs=}, {seed=}, {keep=})"


def axes_of(scenario: Scenario) -> Axes:
    """Return the axes of the records of a scenario: its countries, partners, years, instruments."""
    partners = scenario.partners
    own = tuple(partners.index(i) if i in partners else -1 for i in scenario.countries)
    years = scenario.end - scenario.start + 1
    kinds = instruments_of(scenario)
    return Axes(scenario.start, years, scenario.countries, partners, own, kinds)


def _job(scenario: Scenario, runs: int, seed: int, options: Options) -> Job:
    """Return a job that keeps everything in memory."""
    return Job(
        scenario=light(scenario),
        axes=axes_of(scenario),
        seed=seed,
        kernel=options.kernel,
        keep=options.keep,
        block=LEAF,
        point=0,
        replicates=runs,
        tables=None,
        scratch=None,
        own=options.own,
    )


def _fill(folder: Path, scenario: Scenario, options: Options) -> None:
    """Write a whole result into a folder."""
    started, clock = _begin(options, bool(options.progress))
    write_scenario(folder, scenario)
    tables, scratch = folder / TABLES, folder / _SCRATCH
    tables.mkdir()
    job = _job(scenario, scenario.runs, scenario.seed or 0, options)
    job = replace(job, tables=tables, scratch=scratch)
    workers = _workers(job, options)
    if workers == 1 and _values(job) <= _IN_MEMORY:
        job = replace(job, scratch=None)
    else:
        scratch.mkdir()
    collected = Collected(job)
    progress = Progress(scenario.runs, options.progress or False)
    try:
        with closing(_each(work, job, workers, options)) as outcomes:
            for outcome in outcomes:
                collected.add(outcome)
                progress.add(outcome.runs)
    finally:
        progress.close()
    _ = collected.summary  # computed now, while the scratch files are there
    if job.scratch is not None:
        shutil.rmtree(job.scratch)
    seconds = time.monotonic() - clock
    finish(folder, collected, scenario, options.command, started, seconds)


def _hold(job: Job, options: Options) -> Held:
    """Run a job and hold all that it keeps in memory."""
    size = _size(job)
    if size > (there := free()):
        raise ValueError(
            f"{job.replicates} runs would take {in_words(size)} of memory, and {in_words(there)} "
            "are free; write them into a folder (out=…), or take fewer runs at a time"
        )
    job.own.require_sound(job.scenario, job.seed)
    workers = _workers(job, options)
    how = options.progress
    if how is None:
        how = _leaf_seconds(job) * job.replicates / LEAF > _WORTH_WORKERS
    started, clock = _begin(options, bool(how))
    found: list[Simulated] = []
    progress = Progress(job.replicates, how)
    try:
        with closing(_each(held, job, workers, options)) as chunks_:
            for chunk in chunks_:
                found.append(chunk)
                progress.add(chunk.replicates.size)
    finally:
        progress.close()
    found.sort(key=lambda chunk: chunk.chunk.first)
    return Held(job, found, started, time.monotonic() - clock)


def _begin(options: Options, tell: bool) -> tuple[datetime, float]:
    """Compile the kernel and warn of slow countries; return the date, and seconds by a clock."""
    if options.executor is None:
        kernels.prepare(options.kernel, note if tell else None)
    if tell and (why := options.own.slow()):
        note(f"note: {why}")
    return datetime.now(UTC), time.monotonic()


def _wanted(measure: "str | Measure | Sequence[str | Measure]", own: Own) -> dict[str, Measure]:
    """Return the measures asked for as functions by name; a single one has the name ``""``."""
    if isinstance(measure, str) or callable(measure):
        return {"": _function(measure, own)}
    found: dict[str, Measure] = {}
    for each in measure:
        name = each if isinstance(each, str) else str(getattr(each, "__name__", each))
        if name in found:
            raise ValueError(f"measure: {name!r} is asked for twice")
        found[name] = _function(each, own)
    if not found:
        raise ValueError("measure: an empty list; name a measure")
    return found


def _function(measure: "str | Measure", own: Own) -> Measure:
    if not isinstance(measure, str):
        return measure

    def of(yearly: Yearly) -> Floats:
        if measure not in yearly:
            mine = own.measures.get(measure) or registered_measure(measure)
            if mine is not None:
                return mine(yearly)
        if measure in yearly and yearly[measure].ndim == 4:
            raise ValueError(
                f"measure {measure!r} is of each partner; name one, as in {measure}:"
                f"{yearly.partners[0]}"
            )
        try:
            return yearly[measure]
        except KeyError as error:
            raise ValueError(error.args[0]) from None

    return of


def _measured(found: Held, wanted: dict[str, Measure]) -> Floats | dict[str, Floats]:
    job = found.job
    shape = (job.replicates, job.axes.years, len(job.axes.countries))
    arrays = {name: np.full(shape, np.nan) for name in wanted}
    failed = dict(found.failed)
    there = found.yearly()
    if there is not None:
        yearly, numbers = there
        for name, measure in wanted.items():
            arrays[name][numbers] = values = measure_of(yearly, name or "measure", measure)
            for run in numbers[np.isinf(values).any(axis=(1, 2))].tolist():
                failed.setdefault(run, f"{name or 'the measure'} is not finite")
    for array in arrays.values():
        array[list(failed)] = np.nan
    if failed:
        number = min(failed)
        note(
            f"warning: {len(failed)} of {job.replicates} runs failed and are NaN: run {number} "
            f"failed: {failed[number]}"
        )
    return arrays.get("", arrays)


def _workers(job: Job, options: Options) -> int:
    workers = cores() if options.executor is not None else options.workers or _worth(job)
    return job.own.processes(workers, options.executor)


def _each[T](
    do: Callable[[Job, Chunk], T], job: Job, workers: int, options: Options
) -> Generator[T]:
    job, plan = cut(job, workers, options.block)
    tasks = ((job, chunk) for chunk in plan)
    if options.executor is not None:
        return through(options.executor, do, tasks, _AHEAD)
    workers = min(workers, len(plan))
    return parallel(do, tasks, workers) if workers > 1 else serial(do, tasks)


def _size(job: Job) -> float:
    """Return a rough estimate of the bytes of memory of a job, its tables included."""
    each = 8.0 if job.replicates <= EXACT_UP_TO or job.keep == "ties" else 2.0
    return _values(job) * each * (2.0 if job.keep == "ties" else 1.0)


def _values(job: Job) -> int:
    """Return a rough estimate of how many numbers the quantiles of a job are taken of."""
    ties, countries = (len(expected(t, (), job.axes.instruments)) for t in ("ties", "countries"))
    columns = ties * len(job.axes.partners) + countries
    return job.replicates * job.axes.years * len(job.axes.countries) * columns


def cut(job: Job, workers: int, block: int | None = None) -> tuple[Job, list[Chunk]]:
    """Return a job with its size of blocks chosen, and its chunks for some workers.

    Blocks are as large as the processor's cache allows. Chunks are as large as the parent process
    can collect well, but each worker gets several, so that all end at about the same time.
    """
    share = -(-job.replicates // LEAF)
    if workers > 1:
        share = max(1, share // (workers * _CHUNKS_EACH))
    job = replace(job, block=block or LEAF * min(share, suited(len(job.axes.countries))))
    leaves = max(min(share, _together(job)), job.block // LEAF)
    return job, chunks(job.replicates, leaves)


def suited(countries: int) -> int:
    """Return how many leaves one call of the model should hold to be fastest, at least 1."""
    return max(1, round(_DECISIONS / (countries * LEAF)))


def _together(job: Job) -> int:
    """Return the most leaves of a chunk: more if only the summary is kept than with tables."""
    if job.keep != "summary":
        return 1
    return max(1, min(_CHUNK_LEAVES, int(_CHUNK_SECONDS / _leaf_seconds(job))))


def _leaf_seconds(job: Job) -> float:
    """Return a rough estimate of the seconds that a core takes for a leaf."""
    return LEAF * rough_seconds(job.kernel, job.axes.years, len(job.axes.countries))


def rough_seconds(kernel: str, years: int, countries: int) -> float:
    """Return a rough estimate of the seconds that a core takes for a run."""
    one, country = _SECONDS[kernel]
    return ROUNDS_A_YEAR * years * (one + country * countries) / LEAF


def _worth(job: Job) -> int:
    """Return the number of workers: 1 for a short job, else one for each core."""
    seconds = _leaf_seconds(job) * job.replicates / LEAF
    return cores() if seconds > _WORTH_WORKERS else 1
