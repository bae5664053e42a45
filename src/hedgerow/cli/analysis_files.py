"""Where an analysis of a result goes: a folder of its own in the result, all or nothing.

Nothing in it is part of the result, and ``hedgerow status`` does not look at it.
"""

import csv
import io
from collections.abc import Sequence
from math import isnan
from pathlib import Path

from ..results.errors import OutputError
from ..results.folder import ANALYSIS, SCRATCH, STAGING, TABLES
from .place import Place


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
        self._own = folder / ANALYSIS / name
        super().__init__(out, str(self._own.absolute()))

    def finish(self) -> Path:
        """Give the folder its name, as the user would write it."""
        target = super().finish()
        if self._numbered:
            self.target = self._own.with_name(target.name)
        return self.target


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
    from ..evidence.knowledge import MARK

    return [[*rows[0], MARK], *([*row, int(hindsight)] for row in rows[1:])]


def require_free(folder: Path, out: Path | None) -> None:
    """Refuse a place that is taken, or among the files that a result vouches for, before any work.

    Raises:
        OutputError: `out` is such a place.
    """
    if out is None:
        return
    for name in (TABLES, SCRATCH, STAGING):
        if out.resolve().is_relative_to((folder / name).resolve()):
            raise OutputError(
                f"{out}: lies in {folder / name}, where only what the result is made of may be; "
                "choose another folder"
            )
    if out.is_file():
        raise OutputError(f"{out}: is a file; an analysis needs a folder")
    if out.is_dir() and any(out.iterdir()):
        raise OutputError(f"{out}: exists and is not empty; choose another folder")
