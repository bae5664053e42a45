"""Imported tables as files: CSV with a line on each source above the names of columns."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from ... import files
from ...errors import DataError
from .asked import Tidy

MARK = "# source: "
"""What a line on a source begins with; pandas leaves it out with ``comment="#"``."""


def text_of(table: Tidy, sources: Sequence[str]) -> str:
    """Return the text of a table; what is not known is an empty cell."""
    out = io.StringIO()
    out.writelines(f"{MARK}{source}\n" for source in sources)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(["" if cell is None else cell for cell in row] for row in table.rows)
    return out.getvalue()


def read_imported(path: str | os.PathLike[str]) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """Return the columns of an imported table as texts, and what its sources are.

    Raises:
        OSError: the file cannot be read.
        DataError: it is no imported table, or a line has too many or too few cells.
    """
    name = Path(path).name
    try:
        lines = files.read_text(path, files.DATA).splitlines()
    except UnicodeDecodeError:
        raise DataError(f"{name}: is not UTF-8") from None
    sources = tuple(line.removeprefix(MARK) for line in lines if line.startswith(MARK))
    rows = csv.reader(lines[len(sources) :], strict=True)
    try:
        head = next(rows, [])
        if not sources or not head:
            raise DataError(f"{name}: no table that was imported; import its source first")
        columns: dict[str, list[str]] = {each: [] for each in head}
        for row in rows:
            if len(row) != len(columns):
                line = len(sources) + rows.line_num
                raise DataError(f"{name}:{line}: {len(row)} cells; expected: {len(columns)}")
            for each, cell in zip(head, row, strict=True):
                columns[each].append(cell)
    except csv.Error as error:
        raise DataError(f"{name}: not CSV: {error}") from None
    return columns, sources
