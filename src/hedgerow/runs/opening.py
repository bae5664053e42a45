"""Opens result folders, on request also those of sweeps that are not finished."""

import os
from pathlib import Path

from ..arguments import checked
from ..results import ResultError, Results
from ..results.layout import JOURNAL, MANIFEST, SWEEP, TABLES, place_of
from .finish import about
from .journal import lines, require_fit
from .spec import Setting


def so_far(folder: Path) -> Results:
    """Return what a sweep has stored so far, even if a process is at work on it.

    These are the tasks that the journal names at this moment. Nothing is locked, repaired or
    verified.

    Raises:
        ResultError: the folder holds no sweep that can be read.
    """
    here = Setting(folder)
    try:
        tasks = lines(folder / JOURNAL)[0].values()
        require_fit(folder, tasks, here.spec)
    except OSError as error:
        raise ResultError(f"{folder / JOURNAL}: cannot be read: {error.strerror}") from error
    stored = sum(task.runs for task in tasks if not task.summary)
    failed = sum(task.failed for task in tasks)
    parts = [part.path for task in tasks for part in task.parts]
    fields = about(here.spec, here.scenario, stored, failed)
    return Results(folder, fields, [path for path in parts if path.startswith(f"{TABLES}/")])


@checked
def open(path: str | os.PathLike[str], partial: bool = False) -> Results:
    """Open a result folder.

    Args:
        path: the folder of a run or a sweep.
        partial: whether a sweep that runs, or was stopped, may be read as far as it is:
            ``results.finished`` is False then, and what comes later does not show.

    Returns:
        The result; nothing of its tables is read before it is asked for.

    Raises:
        ResultError: the folder is not a result, or a sweep that is not finished.

    >>> import hedgerow
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     made = hedgerow.run("vietnam", runs=2, until=1997, out=folder, progress=False)
    ...     hedgerow.open(folder).manifest["runs_stored"]
    2
    """
    folder = place_of(path)
    if partial and (folder / SWEEP).exists() and not (folder / MANIFEST).exists():
        return so_far(folder)
    return Results(folder)
