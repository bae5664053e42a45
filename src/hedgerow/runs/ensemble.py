"""Many replicates of one scenario, into a result folder.

What a run yields depends on its scenario, the seed and its replicate number alone: not on workers,
blocks, order or what is kept.
"""

import os
import secrets
import shutil
import time
from collections.abc import Generator
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..arguments import whole_number
from ..compiled import kernels
from ..model.parameters import ROUNDS_A_YEAR
from ..progress import Callback, Progress, note
from ..results import Results, manifest
from ..results.checksums import checksums
from ..results.columns import COLUMNS
from ..results.digest import ATOM, atom_digest, table_digest, tables_digest
from ..results.folder import Output
from ..results.layout import LOG, SUMMARY, TABLES, cannot_write
from ..results.parts import write_scenario, write_text
from ..results.quantiles import error_note
from ..results.summary import KEYS as SUMMARY_KEYS
from ..results.summary import PointSummary, write_summary
from ..results.tables import KEPT, Axes
from ..scenario import Scenario, load, posteriors
from ..scenario.document import Merged
from ..scenario.schema import MOST_RUNS
from .atoms import Chunk, Job, Outcome, chunks, work
from .executor import cores, parallel, serial, through

# Roughly the seconds that a core takes, only to choose the number of workers: for a round of an
# atom as such and for each country in it, tables included.
_SECONDS = {"numpy": (0.007, 0.002), "compiled": (0.0004, 0.0007)}
_WORTH_WORKERS = 3.0  # seconds of work from which starting processes pays
_CHUNK_SECONDS = 2.0  # of work that a worker takes at a time, at most
_CHUNK_ATOMS = 16
_CHUNKS_EACH = 4  # chunks of each worker, at least
_IN_MEMORY = 1 << 24  # numbers that may wait in memory for their quantiles
_DECISIONS = 1024  # countries × replicates from which a block is as fast as it gets
_SCRATCH = "scratch"
_AHEAD = 256  # chunks that a given executor holds at a time


@dataclass(frozen=True)
class Options:
    """How to run, apart from what."""

    kernel: str
    precision: str
    keep: str
    block: int | None
    workers: int | None
    executor: Executor | None
    progress: "bool | Callback"
    command: str


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
    progress: "bool | Callback" = True,
    block: int | None = None,
    command: str | None = None,
    executor: Executor | None = None,
    precision: str = "double",
) -> Results:
    """Run the replicates of a scenario and store what they did.

    Args:
        scenario: a scenario, its file, or the name of a shipped one.
        runs: number of replicates; that of the scenario by default.
        seed: in [0, 2⁶⁴); that of the scenario by default, else drawn and stored.
        until: last year, inclusive; the end of the scenario by default.
        workers: processes; by default one a core, or none but this for a job of a few seconds.
        kernel: implementation of the model: ``"numpy"`` or ``"compiled"``; the compiled one by
            default where numba is installed.
        keep: ``"summary"`` writes runs, choices, events and the summary; ``"countries"`` also the
            table of countries; ``"ties"`` everything.
        out: folder of the result, which must be new or empty; ``results/NAME-HASH`` by default.
        force: replace a result that `out` holds already.
        progress: report on standard error, or call a function with (finished, planned) runs.
        block: replicates held at a time, by default as many as suit the number of countries;
            changes memory and speed, never a result.
        command: what to note in the manifest as the origin.
        executor: runs the chunks in place of own processes; it must share the file system.
        precision: ``"double"`` or, with the compiled kernel, ``"single"``: faster, and choices are
            nearly always the same (docs/background/precision.md).

    Returns:
        The result; ``results.manifest["runs_failed"]`` tells how many runs failed.

    Raises:
        ScenarioError: the scenario is not right.
        OutputError: the result cannot be written; nothing is left behind.
        ValueError: an argument is out of range.

    >>> import hedgerow
    >>> results = hedgerow.run("vietnam", runs=4, seed=1, until=1998, progress=False)
    >>> results.manifest["runs_stored"], len(results.countries())
    (4, 12)
    """
    kernel = check_options(runs, workers, kernel, keep, block, precision)
    resolved = settle(scenario, runs, seed, until)
    command = printable(command or _call(resolved, keep))
    options = Options(kernel, precision, keep, block, workers, executor, progress, command)
    output = Output(out, f"{resolved.name}-{resolved.sha256[:8]}", force)
    try:
        _fill(output.folder, resolved, options)
        return Results(output.finish())
    except OSError as error:
        output.discard()
        raise cannot_write(output.target, error) from error
    except BaseException:
        output.discard()
        raise


def check_options(
    runs: int | None,
    workers: int | None,
    kernel: str | None,
    keep: str,
    block: int | None,
    precision: str = "double",
) -> str:
    """Return the kernel to use.

    Raises:
        ValueError: an option of a run is out of range, or the kernel does not work here.
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
    return kernels.chosen(kernel, precision)


def settle(
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None,
    seed: int | None,
    until: int | None,
) -> Scenario:
    """Return the scenario with the number of runs, the seed and the last year settled.

    Raises:
        ScenarioError: the scenario is not right.
        ValueError: an argument is out of range.
    """
    if not isinstance(scenario, Scenario):
        scenario = load(Path(scenario) if isinstance(scenario, os.PathLike) else scenario)
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
    return scenario.replace(changes) if changes else scenario


def printable(command: str) -> str:
    """Return a command line as UTF-8 can hold it; what came as other bytes is escaped."""
    return command.encode("utf-8", "backslashreplace").decode()


def _call(scenario: Scenario, keep: str) -> str:
    return f"hedgerow.run({scenario.name!r}, runs={scenario.runs}, seed={scenario.seed}, {keep=})"


def axes_of(scenario: Scenario) -> Axes:
    """Return what the axes of the records of a scenario mean."""
    partners = scenario.partners
    own = tuple(partners.index(i) if i in partners else -1 for i in scenario.countries)
    years = scenario.end - scenario.start + 1
    return Axes(scenario.start, years, scenario.countries, partners, own)


def _fill(folder: Path, scenario: Scenario, options: Options) -> None:
    """Write a whole result into a folder."""
    if options.executor is None:
        kernels.prepare(options.kernel, note if options.progress else None, options.precision)
    started, clock = datetime.now(UTC), time.monotonic()
    write_scenario(folder, scenario)
    (folder / TABLES).mkdir()
    total, axes = scenario.runs, axes_of(scenario)
    scratch = folder / _SCRATCH
    job = Job(
        scenario=_light(scenario),
        axes=axes,
        seed=scenario.seed or 0,
        kernel=options.kernel,
        precision=options.precision,
        keep=options.keep,
        block=ATOM,
        point=0,
        replicates=total,
        tables=folder / TABLES,
        scratch=scratch,
    )
    workers = cores() if options.executor is not None else options.workers or _worth(job)
    workers = kernels.processes(workers, options.executor)
    if workers == 1 and _values(job) <= _IN_MEMORY:
        job = replace(job, scratch=None)
    else:
        scratch.mkdir()
    summary = PointSummary(axes, 0, total, options.kernel)
    digests: dict[str, dict[tuple[int, int], bytes]] = {name: {} for name in KEPT[options.keep]}
    failed: dict[int, str] = {}
    stored = 0
    progress = Progress(total, options.progress)
    try:
        with closing(_outcomes(job, workers, options)) as outcomes:
            for outcome in outcomes:
                stored += outcome.runs
                failed |= outcome.failed
                for name, atoms in outcome.digests.items():
                    digests[name] |= atoms
                for atom in outcome.atoms:
                    summary.add(atom)
                progress.add(outcome.runs)
    finally:
        progress.close()

    table = summary.table()
    write_summary([table], folder / SUMMARY)
    if job.scratch is not None:
        shutil.rmtree(job.scratch)
    found = {name: table_digest(atoms) for name, atoms in digests.items()}
    points = {(0, 0): atom_digest(table, SUMMARY_KEYS)} if table.num_rows else {}
    found["summary"] = table_digest(points)
    seconds = time.monotonic() - clock
    write_text(folder / LOG, _log(scenario, options, started, seconds, stored, failed))
    fields = {
        "name": scenario.name,
        "title": scenario.title,
        **manifest.surroundings(),
        "scenario_sha256": scenario.sha256,
        **posteriors.marked(scenario),
        "seed": scenario.seed,
        "kernel": options.kernel,
        "precision": options.precision,
        "keep": options.keep,
        "runs_planned": total,
        "runs_stored": stored,
        "runs_failed": len(failed),
        "points": 1,
        "replicates": total,
        "tables_digest": tables_digest(found),
        "digests": found,
        "quantile_error": error_note(summary.measures, total),
        "start": scenario.start,
        "end": scenario.end,
        "countries": {code: scenario.title_of(code) for code in scenario.countries},
        "partners": {code: scenario.title_of(code) for code in scenario.partners},
        "futures": {code: scenario.title_of(code) for code in scenario.futures},
        "poles": list(scenario.poles),
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "command": options.command,
        "files": checksums(folder),
    }
    manifest.write(fields, folder)


def _light(scenario: Scenario) -> Scenario:
    """Return the scenario without what only messages about its files need."""
    return replace(scenario, merged=Merged(), warnings=(), document={})


def _outcomes(job: Job, workers: int, options: Options) -> Generator[Outcome]:
    job, plan = cut(job, workers, options.block)
    tasks = ((job, chunk) for chunk in plan)
    if options.executor is not None:
        return through(options.executor, work, tasks, _AHEAD)
    workers = min(workers, len(plan))
    return parallel(work, tasks, workers) if workers > 1 else serial(work, tasks)


def _values(job: Job) -> int:
    """Return roughly how many numbers the quantiles of a job are taken of."""
    columns = len(COLUMNS["ties"]) * len(job.axes.partners) + len(COLUMNS["countries"])
    return job.replicates * job.axes.years * len(job.axes.countries) * columns


def cut(job: Job, workers: int, block: int | None = None) -> tuple[Job, list[Chunk]]:
    """Return a job with its blocks settled, and its chunks for some workers.

    Blocks are as large as suits the cache, and chunks as suits the parent, which collects them; but
    every worker gets several chunks, so that none waits long for the last.
    """
    share = -(-job.replicates // ATOM)
    if workers > 1:
        share = max(1, share // (workers * _CHUNKS_EACH))
    job = replace(job, block=block or ATOM * min(share, suited(len(job.axes.countries))))
    atoms = max(min(share, _together(job)), job.block // ATOM)
    return job, chunks(job.replicates, atoms)


def suited(countries: int) -> int:
    """Return how many atoms one call of the model had best hold."""
    return max(1, round(_DECISIONS / (countries * ATOM)))


def _together(job: Job) -> int:
    """Return the most atoms that a worker takes at a time: many, if it keeps little of each."""
    if job.keep != "summary":
        return 1
    return max(1, min(_CHUNK_ATOMS, int(_CHUNK_SECONDS / _atom_seconds(job))))


def _atom_seconds(job: Job) -> float:
    """Return roughly the seconds that a core takes for an atom."""
    return ATOM * rough_seconds(job.kernel, job.axes.years, len(job.axes.countries))


def rough_seconds(kernel: str, years: int, countries: int) -> float:
    """Return roughly the seconds that a core takes for a run."""
    one, country = _SECONDS[kernel]
    return ROUNDS_A_YEAR * years * (one + country * countries) / ATOM


def _worth(job: Job) -> int:
    """Return the number of workers that a job is worth."""
    seconds = _atom_seconds(job) * job.replicates / ATOM
    return cores() if seconds > _WORTH_WORKERS else 1


def _log(
    scenario: Scenario,
    options: Options,
    started: datetime,
    seconds: float,
    stored: int,
    failed: dict[int, str],
) -> str:
    lines = [
        f"{started.isoformat(timespec='seconds')} {options.command}",
        f"scenario {scenario.name} ({scenario.sha256}): {scenario.title}",
        f"{scenario.runs} runs, seed {scenario.seed}, {scenario.start} to {scenario.end}, "
        f"kernel {options.kernel}, precision {options.precision}, keep {options.keep}",
        *map(str, scenario.warnings),
        *(f"run {number} failed: {reason}" for number, reason in sorted(failed.items())),
        f"{stored} runs stored, {len(failed)} failed, {seconds:.1f} seconds",
    ]
    return "\n".join(lines) + "\n"
