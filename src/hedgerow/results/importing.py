"""Imports what users downloaded from registers, as tidy tables in the columns of the panel."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..arguments import checked
from ..errors import OutputError, argument
from ..facts.importers.asked import Tidy
from ..facts.importers.kinds import Origin, asked, read
from ..facts.importers.stored import text_of
from ..files import located
from ..progress import counted
from .folder import Added
from .layout import place_of

if TYPE_CHECKING:
    import pandas as pd


_OF_YEARS = ("year", "window_start", "window_end", "order_year")


@dataclass(frozen=True)
class Imported:
    """What was imported: tidy tables, where they are from, and what was left out.

    Attributes:
        kind: the kind of data, as ``sipri``.
        layout: the layout of the files, in words.
        notes: what was left out or assumed, a sentence each.
        origins: the files, each with the SHA-256 of its bytes.
        day: the day of the import, as ``2026-11-30``.
        until: the last year that the tables may know of; None for no limit.
    """

    kind: str
    layout: str
    notes: tuple[str, ...]
    origins: tuple[Origin, ...]
    day: str
    until: int | None
    _tables: Mapping[str, Tidy]

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return the tables by name as data frames; what is not known is NaN, never 0."""
        return {name: table.frame() for name, table in self._tables.items()}

    @property
    def sources(self) -> tuple[str, ...]:
        """A line on each file: what it is, its name, its SHA-256, and the day of the import."""
        until = "" if self.until is None else f", until {self.until}"
        return tuple(
            f"{self.kind} ({self.layout}): {origin.name}, SHA-256 {origin.sha256}, "
            f"imported {self.day}{until}"
            for origin in self.origins
        )

    def __str__(self) -> str:
        lines = [_words(name, table) for name, table in self._tables.items()]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def save(self, folder: str | os.PathLike[str], *, force: bool = False) -> list[Path]:
        """Write each table to ``NAME.csv`` in a folder, and return the paths.

        Args:
            folder: it is made if it is not there.
            force: replace files of these names.

        Raises:
            OutputError: a file is there already, or the folder cannot be written. Nothing is
                written then.
        """
        place = place_of(folder)
        paths = [place / f"{name}.csv" for name in self._tables]
        for path in paths:
            if not force and os.path.lexists(path):
                raise OutputError(
                    f"{path}: is there already; choose another folder, or "
                    f"{argument('force=True', '--force')} to replace it"
                )
        with Added(place) as stage:
            for path, table in zip(paths, self._tables.values(), strict=True):
                (stage / path.name).write_text(text_of(table, self.sources), encoding="utf-8")
        return paths


@checked
def import_data(
    kind: str,
    *files: str | os.PathLike[str],
    country: Sequence[str] = (),
    partner: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    until: int | None = None,
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
) -> Imported:
    """Import files that were downloaded from a register, as tables in the columns of the panel.

    Args:
        kind: ``"sipri"``, ``"un-votes"``, ``"ideal-points"``, ``"trade"``, ``"alliances"``,
            ``"sanctions"``, ``"gdp"`` or ``"own"``.
        files: the files as the register exports them.
        country: codes or names of the states to keep; all by default.
        partner: those of the partners; by default those of the panel. ``EU`` means the 28 members
            of July 2013 in every year, without the state itself.
        columns: for ``"own"``, which column of the file is the country, partner, year and value.
        until: the last year that the tables may know of; all years by default. What was delivered,
            voted or traded later leaves no trace.
        out: a folder to write the tables to; by default nothing is written.
        force: replace tables that are there.

    Returns:
        The tables; ``print`` tells what they hold and what was left out, ``tables()`` gives them as
        data frames, and ``save(folder)`` writes them.

    Raises:
        DataError: the files are not as the register exports them. The message names the line.
        OutputError: a table is there already, or the folder cannot be written.
        OSError: a file cannot be read.

    >>> import hedgerow, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "gas.csv"
    >>> _ = file.write_text("state;year;share\\nViet Nam;2014;0,25\\n")
    >>> columns = {"country": "state", "year": "year", "value": "share"}
    >>> hedgerow.import_data("own", file, columns=columns).tables()["own_gas"].values.tolist()
    [['VNM', 2014, 0.25]]
    """
    what = asked(country, partner, columns or {}, until)
    found, origins = read(kind, [located(file) for file in files], what)
    day = datetime.now(UTC).date().isoformat()
    imported = Imported(kind, found.layout, tuple(found.notes), origins, day, until, found.tables)
    if out is not None:
        imported.save(out, force=force)
    return imported


def _words(name: str, table: Tidy) -> str:
    """Return how many rows and states a table has, and of which years."""
    places = [n for n, column in enumerate(table.columns) if column in _OF_YEARS]
    years = [cell for row in table.rows for n in places if isinstance(cell := row[n], int)]
    states = len({row[0] for row in table.rows})
    span = f", {min(years)} to {max(years)}" if years else ""
    return f"{name}: {counted(len(table.rows), 'row')}, {counted(states, 'state')}{span}"
