"""Sweeps as they are called in Python: `sweep` and `resume`."""

import os
import shutil
import weakref
from concurrent.futures import Executor
from pathlib import Path
from tempfile import mkdtemp

from ..arguments import checked, whole_number
from ..progress import Callback
from ..results import Results
from ..results.layout import SCENARIO, place_of
from ..scenario import Scenario, load
from . import sweeping
from .own import NONE, Countries, Measures, Terms, settle


@checked
def sweep(
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    workers: int | None = None,
    kernel: str | None = None,
    keep: str = "summary",
    out: "str | os.PathLike[str] | None" = None,
    force: bool = False,
    progress: "bool | Callback" = True,
    fail_fast: bool = False,
    executor: Executor | None = None,
    countries: Countries | None = None,
    measures: Measures | None = None,
    terms: Terms | None = None,
) -> Results:
    """Run every point of the ``[sweep]`` of a scenario.

    Args:
        scenario: a scenario with a ``[sweep]``, its file, or the name of a shipped one.
        runs: number of replicates of each point; by default that of the sweep, else of the
            scenario.
        seed: in [0, 2⁶⁴); that of the scenario by default, else drawn and stored.
        until: last year, inclusive; the end of the scenario by default.
        workers: number of processes; by default one for each core. Results do not depend on it.
        kernel: ``"numpy"`` or ``"compiled"``; by default compiled if numba is installed.
        keep: ``"summary"`` keeps the summary of each point, choices and events; ``"countries"``
            also the table of countries; ``"ties"`` everything.
        out: folder of the result, new or empty. By default the result is in a temporary folder
            that is deleted with the returned object. A sweep to stop and resume needs a folder.
        force: replace a result that `out` holds already.
        progress: True to report on standard error, False to stay silent, or a function that is
            called with (finished, planned) runs.
        fail_fast: whether to stop at the first run that fails.
        executor: an executor that runs the tasks in place of own processes. It must see the same
            file system.
        countries: what plays a country, by its code, as of `hedgerow.run`.
        measures: measures of your own, as of `hedgerow.run`. They are in the summary even if the
            ``[sweep]`` names its measures.
        terms: payoff terms of your own, as of `hedgerow.run`.

    Returns:
        The result: ``points()`` has a row for each point, ``summary()`` the measures of each.
        ``manifest["runs_failed"]`` is the number of runs that failed.

    Raises:
        ScenarioError: the scenario is not right at some point.
        NoSweep: it has no sweep, or the design has too many points.
        OutputError: the folder cannot be written; nothing is left behind.
        Stopped: the sweep ended early; one with a folder can be resumed.
        ValueError: an argument is out of range.

    >>> import hedgerow
    >>> small = {"runs": 1, "seed": 1, "until": 1996, "workers": 1, "progress": False}
    >>> result = hedgerow.sweep("sweep-rivalry", **small)
    >>> len(result.points())
    351
    """
    team = _team(workers, executor, fail_fast, progress)
    what = (scenario, runs, seed, until, kernel, keep)
    if out is not None:
        return sweeping.sweep(*what, out, force, None, team, countries, measures, terms)
    held = Path(mkdtemp(prefix="hedgerow-"))
    try:
        place = held / "sweep"
        result = sweeping.sweep(*what, place, False, None, team, countries, measures, terms)
    except BaseException:
        shutil.rmtree(held, ignore_errors=True)
        raise
    weakref.finalize(result, shutil.rmtree, held, ignore_errors=True)
    return result


@checked
def resume(
    folder: "str | os.PathLike[str]",
    workers: int | None = None,
    progress: "bool | Callback" = True,
    fail_fast: bool = False,
    executor: Executor | None = None,
    allow_version_change: bool = False,
    countries: Countries | None = None,
    measures: Measures | None = None,
    terms: Terms | None = None,
) -> Results:
    """Continue a sweep that was stopped, after verifying all that is stored.

    Parts that are missing or damaged are computed again. A finished sweep is left as it is.

    Args:
        folder: the folder of the sweep.
        workers, progress, fail_fast, executor: as of `sweep`.
        allow_version_change: whether to go on if hedgerow, the model or its libraries have another
            version than when the sweep began; ``versions`` in the manifest then lists all of them.
        countries, measures, terms: those of your own with which the sweep began, unchanged.

    Returns:
        The result, which equals that of a sweep that was never stopped.

    Raises:
        ResultError: the folder holds no sweep that can be read.
        SweepRefused: another process works on the sweep, or another version began it.
        OutputError: the folder cannot be written.
        Stopped: the sweep ended early again, and can be resumed.

    >>> import hedgerow
    >>> from tempfile import TemporaryDirectory
    >>> small = {"runs": 1, "seed": 1, "until": 1996, "workers": 1, "progress": False}
    >>> with TemporaryDirectory() as folder:
    ...     begun = hedgerow.sweep("sweep-rivalry", **small, out=folder)
    ...     hedgerow.resume(folder, progress=False).finished
    True
    """
    team = _team(workers, executor, fail_fast, progress)
    own = NONE
    if countries or measures or terms:
        scenario = load(place_of(folder) / SCENARIO)
        played, own = settle(scenario, countries, measures, terms)
        if played is not scenario:
            raise ValueError(
                "countries: a strategy cannot be put into a sweep that has begun; give the classes "
                "of your own that it was begun with, or start another sweep"
            )
    return sweeping.resume(folder, team, allow_version_change, own)


def _team(
    workers: int | None, executor: Executor | None, fail_fast: bool, progress: "bool | Callback"
) -> sweeping.Workers:
    """Return the settings of the workers.

    Raises:
        ValueError: `workers` is no whole number from 1 to 1024.
    """
    count = None if workers is None else whole_number("workers", workers, 1, 1024)
    return sweeping.Workers(
        processes=count, executor=executor, fail_fast=fail_fast, progress=progress
    )
