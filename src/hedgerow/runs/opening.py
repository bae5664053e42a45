"""``hedgerow.open``: a result folder, also that of a sweep that is not finished."""

import os

from ..results import Results
from ..results.layout import MANIFEST, SWEEP, place_of


def open_folder(path: str | os.PathLike[str], partial: bool = False) -> Results:
    """Open a result folder.

    Args:
        path: the folder of a run or a sweep.
        partial: whether a sweep that runs, or was stopped, may be read as far as it is:
            ``results.finished`` is False then, and what comes later does not show.

    Raises:
        ResultError: the folder is not a result, or a sweep that is not finished.
    """
    folder = place_of(path)
    if partial and (folder / SWEEP).exists() and not (folder / MANIFEST).exists():
        from .so_far import so_far

        return so_far(folder)
    return Results(folder)
