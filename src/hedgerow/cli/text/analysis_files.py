"""Where an analysis of a result goes: a folder of its own in the result, all or nothing.

Nothing in it is part of the result; the manifest lists its files, so that ``hedgerow status`` can
tell whether they are as they were written.
"""

import csv
import io
import os
from collections.abc import Sequence
from contextlib import ExitStack
from math import isnan
from pathlib import Path

from ...errors import OutputError
from ...facts.records import MARK
from ...results.folder import left_behind, require_beside
from ...results.layout import ANALYSIS, cannot_write
from ...results.lock import LOCK, Lock
from ...results.manifest import record
from ..place import Place


class AnalysisPlace(Place):
    """The folder that the user names, new or empty, or DIR/analysis/NAME, NAME-2, …

    Args:
        folder: of the result.
        name: of the analysis.
        out: where the user wants it; None for beside the result.

    Raises:
        OutputError: the place is taken or cannot be written; nothing is left behind.
    """

    def __init__(self, folder: Path, name: str, out: Path | None) -> None:
        self._folder = folder
        self._own = folder / ANALYSIS / name
        self._shared = ExitStack()
        if require_beside(folder, self._own if out is None else out):
            try:
                self._shared.enter_context(Lock(folder, shared=True))
            except OSError as error:
                raise cannot_write(folder, error) from error
            left_behind(folder)
        super().__init__(out, str(self._own.absolute()))  # where it fails, the lock is given back

    def finish(self) -> Path:
        """Give the folder its name, as the user would write it, and list its files."""
        target = super().finish()
        if self._numbered:
            self.target = self._own.with_name(target.name)
        return self.target

    def _named(self) -> None:
        files = [path for path in self.target.rglob("*") if path.is_file()]
        record(self._folder, (path for path in files if path.name != LOCK))

    def _release(self) -> None:
        super()._release()
        self._shared.close()


def write_table(path: Path, rows: Sequence[Sequence[object]]) -> None:
    """Write rows as CSV; a number that is undefined is an empty cell.

    Raises:
        OSError: the disk is full.
    """
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(
        ["" if isinstance(cell, float) and isnan(cell) else cell for cell in row] for row in rows
    )
    path.write_text(buffer.getvalue(), encoding="utf-8")


def marked(rows: Sequence[Sequence[object]], hindsight: bool) -> list[list[object]]:
    """Return the rows of a table with a last column ``hindsight``: 1 where there is any, else 0.

    Args:
        rows: head first.
        hindsight: whether they were made with hindsight.
    """
    return [[*rows[0], MARK], *([*row, int(hindsight)] for row in rows[1:])]


def require_free(folder: Path, out: Path | None) -> None:
    """Refuse a place that is taken, or among the files that a result vouches for, before any work.

    Raises:
        OutputError: `out` is such a place.
    """
    if out is None:
        if folder.is_dir() and not os.access(folder, os.W_OK):
            raise OutputError(f"{folder}: cannot be written; choose another folder with --out")
        return
    require_beside(folder, out)
    Place(out).discard()
