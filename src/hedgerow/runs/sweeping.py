"""The parent process of a sweep: it hands out tasks and gives finished parts their names.

It holds no results in memory; those lie in the folder of the sweep.
"""

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..compiled import kernels
from ..errors import (
    Failed,
    OutputError,
    Stopped,
    SweepRefused,
    Unseen,
    WorkerLost,
    argument,
    how_to_resume,
)
from ..files import uninterrupted
from ..progress import Callback, Progress, counted, note
from ..results import Results
from ..results.folder import Output
from ..results.identity import identity
from ..results.layout import JOURNAL, TABLES, cannot_write, place_of
from ..results.parts import write_scenario, write_text
from ..scenario import Scenario
from . import finish
from .cluster import reason
from .design import Points
from .ensemble import check_options, loaded, printable
from .executor import AHEAD, cores, processes, serial, through
from .own import NONE, Countries, Measures, Own, Terms
from .own import settle as settle_own
from .pace import Pace
from .settle import points, settled
from .spec import SWEEP, Spec, read
from .store import Store, is_finished
from .variants import Variants
from .work import BLOCK, Done, Task, work

_TRIES = 3
"""Number of times in a row that workers may die before they finish a task."""

_WIDTH = 32
"""Assumed number of workers of an executor that does not tell how many it has."""


@dataclass
class Workers:
    """The workers of a sweep and their settings. Results do not depend on any of them.

    Attributes:
        processes: number of worker processes; by default one for each core.
        executor: an executor that runs the tasks in place of own processes. It must see the same
            file system.
        block: number of runs that one call of the model holds.
        chunk: number of units of a task; by default as many as take some seconds.
        fail_fast: whether to stop at the first run that fails.
        progress: True to report on standard error, False to stay silent, or a function that is
            called with (finished, planned) runs.
    """

    processes: int | None = None
    executor: Executor | None = None
    block: int = BLOCK
    chunk: int | None = None
    fail_fast: bool = False
    progress: "bool | Callback" = True


def sweep(
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    kernel: str | None = None,
    keep: str = "summary",
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
    command: str | None = None,
    team: Workers | None = None,
    countries: Countries | None = None,
    measures: Measures | None = None,
    terms: Terms | None = None,
) -> Results:
    """Run all points of a scenario with a ``[sweep]``: `prepare` its folder, and `resume` it.

    Args:
        scenario, runs, seed, until, kernel, keep, out, force, command: as of `prepare`.
        team: the workers and their settings.
        countries: what plays a country, by its code, as of `hedgerow.run`.
        measures: measures of the user's own, as of `hedgerow.run`. They are in the summary even if
            the ``[sweep]`` names its measures.
        terms: payoff terms of the user's own, as of `hedgerow.run`.

    Returns:
        The result; ``results.manifest["runs_failed"]`` is the number of runs that failed.
    """
    scenario, own = settle_own(loaded(scenario), countries, measures, terms)
    own.processes(1, team.executor if team else None)  # before anything is written
    how = (kernel, keep, out, force, command)
    return resume(prepare(scenario, runs, seed, until, *how, own=own), team, own=own)


def prepare(
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    kernel: str | None = None,
    keep: str = "summary",
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
    command: str | None = None,
    own: Own = NONE,
) -> Path:
    """Create the folder of a sweep, run nothing yet, and return the folder.

    Args:
        scenario: a scenario, its file, or the name of a shipped one.
        runs: replicates a point; by default those of the sweep, else the runs of the scenario.
        seed, until, kernel, keep, out, force, command: as of `hedgerow.run`,
            but that `out` is by default ``results/NAME-HASH``.
        own: countries and measures of one's own, which `resume` needs again.

    Raises:
        ScenarioError, NoSweep: the sweep is not right.
        OutputError: the folder cannot be written; nothing is left behind.
        CountryFileError: a country or measure of a file failed in the first year of the first run.
    """
    check_options(runs, None, None, keep, BLOCK)
    kernel = own.kernel(kernel)
    whole = settled(scenario, runs, seed, until)
    spec = spec_of(whole, points(whole), kernel, keep, command, own)
    own.require_sound(whole, spec.seed)
    return made(whole, spec, out, force)


def resume(
    folder: str | os.PathLike[str],
    team: Workers | None = None,
    allow_version_change: bool = False,
    own: Own = NONE,
) -> Results:
    """Continue a sweep that was stopped, after verifying all that is stored.

    Parts that are missing or damaged are computed again. A finished sweep is not changed. Of the
    folder, only parts that belong to no task are deleted.

    Args:
        folder: the folder of the sweep.
        team: the workers and their settings.
        allow_version_change: whether to go on if hedgerow, the model or its libraries have another
            version than when the sweep began; ``versions`` in the manifest then lists all of them.
        own: the user's own countries and measures with which the sweep began, unchanged.

    Raises:
        ResultError: the folder holds no sweep that can be read.
        SweepRefused: another process works on the sweep, or another version began it.
        OutputError: the folder cannot be written.
        Stopped: the sweep ended early and can be resumed, as it can after a KeyboardInterrupt.
    """
    path = place_of(folder)
    spec = read(path)
    team = team or Workers()
    if is_finished(path, spec):
        if team.progress is True:
            note(f"{path}: this sweep is finished; nothing was changed")
        return Results(path)
    _require_own(path, spec, own)
    return _go(path, spec, team, allow_version_change, own)


def _require_own(folder: Path, spec: Spec, own: Own) -> None:
    """Check that the countries and measures of one's own are those that the sweep began with.

    Raises:
        SweepRefused: they are not.
    """
    if own.is_that_of(spec.own):
        return
    begun = _listed(spec.own)
    if not own:
        raise SweepRefused(
            f"{folder}: was begun with {begun}, which it needs again: name the same "
            f"{argument('countries and measures', '--with FILE.py')}"
        )
    what = begun or "no country or measure of your own"
    raise SweepRefused(
        f"{folder}: was begun with {what}, not with {_listed(own.entries())} as it is now; runs of "
        "two kinds may differ. Go on with what it was begun with, or start anew"
    )


def _listed(own: Iterable[dict[str, str]]) -> str:
    return ", ".join(
        f"{each['kind']} {each['name']} ({each['what']}, {each['file'] or 'no file'}, "
        f"{each['sha256'][:8] or 'no digest'})"
        for each in own
    )


def spec_of(
    scenario: Scenario,
    found: Points,
    kernel: str,
    keep: str,
    command: str | None,
    own: Own = NONE,
) -> Spec:
    """Return the description of a sweep.

    Args:
        scenario: the scenario, with replicates, seed and last year filled in.
        found: its points.
        kernel, keep, command: as of `hedgerow.run`.
        own: countries and measures of one's own.
    """
    table = scenario.resolved.get("sweep", {})
    return Spec(
        name=scenario.name,
        title=scenario.title,
        scenario_sha256=scenario.sha256,
        seed=scenario.seed or 0,
        kernel=kernel,
        keep=keep,
        replicates=scenario.runs,
        common=bool(scenario.resolved["ensemble"]["common_random_numbers"]),
        design=str(table.get("design", "grid")),
        paths=found.paths,
        rows=found.rows,
        columns=Variants(scenario, found).columns(),
        measures=(*asked, *own.measures) if (asked := table.get("measures", ())) else (),
        years=tuple(table.get("years", ())),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        command=printable(
            command or f"hedgerow.runs.sweep({scenario.name!r}, runs={scenario.runs})"
        ),
        version=identity()["version"],
        code=identity(),
        own=tuple(own.entries()),
    )


def made(
    scenario: Scenario, spec: Spec, out: str | os.PathLike[str] | None, force: bool = False
) -> Path:
    """Create the folder of a sweep. It gets its name only when it is complete.

    Raises:
        OutputError: it cannot be written; nothing is left behind.
    """
    with Output(out, f"{scenario.name}-{scenario.sha256[:8]}", force) as output:
        write_scenario(output.folder, scenario)
        (output.folder / TABLES).mkdir()
        (output.folder / JOURNAL).touch()
        write_text(output.folder / SWEEP, spec.text())
    return output.target


def _go(
    folder: Path, spec: Spec, team: Workers, allow_version_change: bool, own: Own = NONE
) -> Results:
    try:
        kernels.chosen(spec.kernel)
    except ValueError as error:
        raise SweepRefused(f"{folder}: its runs must all be of one kernel; {error}") from error
    store = Store(folder, spec)  # takes the lock, so before anything that takes long
    try:
        _settle_code(store, allow_version_change)
        if team.executor is None:
            kernels.prepare(spec.kernel, note if team.progress else None)
        if team.progress and (why := own.slow()):
            note(f"note: {why}")
        faults = store.repair()
        if team.progress and (lost := _lost_work(store, faults)):
            note(lost)
        finish.note(folder, "resumed" if store.journal.done else "started", faults)
        _work(store, team, own)
        store.clean()  # before the manifest: a sweep that has one is finished, and left as it is
        finish.finish(store)
    except OSError as error:
        if error.errno is None and team.executor is not None:
            raise _lost(folder, error) from error
        raise OutputError(f"{cannot_write(folder, error)}\n{how_to_resume(folder)}") from error
    except (Failed, ValueError):
        raise
    except (Stopped, Unseen) as error:
        raise Stopped(f"{error}\n{how_to_resume(folder)}") from error
    except Exception as error:
        if team.executor is None:
            raise
        raise _lost(folder, error) from error
    except KeyboardInterrupt:
        finish.note(folder, "interrupted", [])
        raise
    finally:
        store.close()
    return Results(folder)


_CODE = ("version", "model_digest", "numpy", "scipy")
_COMPILED = ("numba", "llvmlite")
"""Parts of the code's identity that results depend on, the latter only with compiled code."""


def _settle_code(store: Store, allow_change: bool) -> None:
    """Note the version of the code that resumes a sweep, if it differs from that before.

    Raises:
        SweepRefused: it differs, and `allow_change` is False.
    """
    spec, now = store.spec, identity()
    known = [spec.code or {"version": spec.version}, *store.journal.codes]
    names = _CODE + (_COMPILED if spec.kernel == "compiled" else ())
    gaps = [[n for n in names if n in code and code[n] != now.get(n, "")] for code in known]
    if not all(gaps):
        return
    if not allow_change:
        differences = ", ".join(
            f"{n.replace('_', ' ')} {_short(known[-1][n])} (here {_short(now.get(n) or 'none')})"
            for n in gaps[-1]
        )
        raise SweepRefused(
            f"{store.folder}: was begun with {differences}; runs of two versions may differ. Go on "
            "with what it was begun with, or with "
            f"{argument('allow_version_change=True', '--allow-version-change')}, which notes all "
            "versions in the manifest"
        )
    store.journal.change(now)


def _short(version: str) -> str:
    return version if len(version) < 40 else f"{version[:12]}…"


def _lost_work(store: Store, faults: list[str]) -> str:
    """Return a sentence on stored runs that must be computed anew; empty if there are none."""
    if store.lost_journal:
        return (
            f"note: {store.folder}: {JOURNAL} is gone, which lists what is stored; all runs are "
            "computed anew"
        )
    parts = [f"{counted(len(faults), 'part')} missing or damaged"] * bool(faults)
    parts += [f"{counted(store.unlisted, 'file')} not in {JOURNAL}"] * bool(store.unlisted)
    if not parts:
        return ""
    return f"note: {store.folder}: of the tables, {' and '.join(parts)}; computed anew"


def _lost(folder: Path, error: Exception) -> Stopped:
    """Return the error that says that the workers of an executor are gone."""
    return Stopped(f"the workers were lost: {reason(error)}\n{how_to_resume(folder)}")


def _work(store: Store, team: Workers, own: Own) -> None:
    """Do all tasks that are left, with new workers if some die."""
    spec, tries = store.spec, 0
    progress = Progress(spec.runs, team.progress, before=store.stored()[0])
    try:
        while store.gaps() or store.unsummarised():
            before = len(store.journal.done)
            try:
                with _pool_of(team, own) as pool:
                    _run_tasks(store, team, pool, progress, own)
            except (BrokenProcessPool, WorkerLost) as error:
                tries = tries + 1 if len(store.journal.done) == before else 1
                if tries >= _TRIES:
                    raise Stopped(
                        "worker processes die again and again, most often for want of memory; use "
                        "fewer workers or keep less"
                    ) from error
            if _failed_early(store, team):
                break
    finally:
        progress.close()
    stored, _ = store.stored()
    if _failed_early(store, team):
        reasons = {n: r for d in store.journal.done.values() for n, r in d.reasons.items()}
        number = min(reasons, key=int)
        raise Failed(
            f"run {number} failed: {reasons[number]}\nstopped as asked, with {stored} of "
            f"{spec.runs} runs stored. {how_to_resume(store.folder)}"
        )


@dataclass(frozen=True)
class _Pool:
    """Workers that are ready.

    Attributes:
        do: a function that does tasks and yields what came of each.
        width: number of workers.
    """

    do: Callable[[Iterable[tuple[Task]]], Generator[Done]]
    width: int


@contextmanager
def _pool_of(team: Workers, own: Own) -> Iterator[_Pool]:
    if team.executor is not None:
        own.processes(1, team.executor)
        pool: Any = team.executor
        width: Callable[[], int] = getattr(pool, "width", lambda: _WIDTH)
        yield _Pool(lambda tasks: through(pool, work, tasks, lambda: AHEAD * width()), width())
        return
    workers = own.processes(team.processes or cores())
    if workers == 1:
        yield _Pool(lambda tasks: serial(work, tasks), 1)
        return
    with processes(workers) as started:
        yield _Pool(lambda tasks: through(started, work, tasks, workers * AHEAD), workers)


def _run_tasks(store: Store, team: Workers, pool: _Pool, progress: Progress, own: Own) -> None:
    """Simulate all units that are left. Points are summarised as soon as they are complete."""
    spec = store.spec
    pace = Pace(spec, team.chunk, pool.width, team.block)
    stage = str(store.stage.resolve())
    folder = str(store.folder.resolve())
    due: list[int] = store.unsummarised()
    missing = _missing(store)

    def summary(point: int) -> Task:
        first = point * spec.leaves
        return Task(folder, stage, first, first + spec.leaves, team.block, summary=True)

    def tasks() -> Iterator[tuple[Task]]:
        for first, last in pace.cut(store.gaps(), lambda: _failed_early(store, team)):
            while due:
                yield (summary(due.pop()),)
            yield (Task(folder, stage, first, last, team.block, own=own),)

    def do(some: Iterable[tuple[Task]]) -> None:
        with closing(pool.do(some)) as outcomes:
            for done in outcomes:
                with uninterrupted():  # else there might be named parts that the journal lacks
                    store.add(done)
                pace.add(done)
                if not done.summary:
                    progress.add(done.runs)
                    due.extend(_full(missing, done, spec))

    do(tasks())
    while due and not _failed_early(store, team):
        waiting, due[:] = due[:], []
        do((summary(point),) for point in waiting)


def _failed_early(store: Store, team: Workers) -> bool:
    """Whether a run has failed that shall stop the sweep, while others are left to simulate."""
    return team.fail_fast and store.stored()[1] > 0 and bool(store.gaps())


def _missing(store: Store) -> dict[int, int]:
    """Return how many leaves are missing, by point, of points with several and no summary yet."""
    if store.spec.leaves == 1:
        return {}
    missing: dict[int, int] = {}
    has = store.summarised
    for first, last in store.gaps():
        for unit in range(first, last):
            point = unit // store.spec.leaves
            if point not in has:
                missing[point] = missing.get(point, 0) + 1
    return missing


def _full(missing: dict[int, int], done: Done, spec: Spec) -> list[int]:
    """Take the units of a finished task off `missing`; return points that are complete by it."""
    full = []
    for unit in range(done.first, done.last) if missing else ():
        point = unit // spec.leaves
        if point in missing:
            missing[point] -= 1
            if missing[point] == 0:
                full.append(point)
    return full
