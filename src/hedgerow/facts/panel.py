"""The panel: tables of many states from 1995 to 2014, checked against their dictionary."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .. import files
from ..errors import PanelError
from .dictionary import FILE, FOLDER, Column, Dictionary, Table, read_dictionary

if TYPE_CHECKING:
    import pandas as pd

_MOST = 20
"""Most problems of one file that a message lists."""


@dataclass(frozen=True)
class Panel:
    """The tables of the panel; `panel` reads them.

    Attributes:
        dictionary: what each table and column is, and its sources.
        data: columns by table and name; see `columns`.
    """

    dictionary: Dictionary
    data: Mapping[str, Mapping[str, NDArray[Any]]]

    @property
    def tables(self) -> Mapping[str, Table]:
        """What is known of each table, by name."""
        return self.dictionary.tables

    def states(self, role: str = "hedger") -> tuple[str, ...]:
        """Return the alpha-3 codes of states, in the order of the table ``states``.

        Args:
            role: ``"hedger"``, ``"partner"`` or ``"EU28"``, a member of what code EU means.

        Raises:
            ValueError: there is no such role.
        """
        known = self.columns("states")
        roles = [set(one.split("+")) for one in known["role"].tolist()]
        if role not in set().union(*roles):
            raise ValueError(f"role must be one of hedger, partner and EU28, not {role!r}")
        codes = known["iso3"].tolist()
        return tuple(code for code, has in zip(codes, roles, strict=True) if role in has)

    def columns(self, name: str) -> dict[str, NDArray[Any]]:
        """Return a table as arrays of shape (rows,) by column, which cannot be written to.

        Texts, dates and codes are arrays of str, empty where they are not known. Years and whole
        numbers are int64, or float64 if some are not known; numbers and shares are float64. What
        is not known is NaN, never 0. Units and ranges are in ``tables[name].columns``.

        Raises:
            ValueError: there is no such table.
        """
        if name not in self.data:
            raise ValueError(f"the panel has no table {name!r}, but {', '.join(self.data)}")
        return dict(self.data[name])

    def frame(self, name: str) -> "pd.DataFrame":
        """Return a table as a data frame, its columns as of `columns`.

        Raises:
            ValueError: there is no such table.
        """
        import pandas as pd

        return pd.DataFrame(self.columns(name))

    def rows(self, name: str) -> int:
        """Return the number of rows of a table."""
        return len(next(iter(self.columns(name).values())))

    def states_of(self, name: str) -> int | None:
        """Return of how many states a table has rows; None if its rows are not of states."""
        key = next((one for one in self.tables[name].key if one in ("iso3", "country")), "partner")
        if key not in self.tables[name].key:
            return None
        return len(set(self.columns(name)[key].tolist()) & set(self.columns("states")["iso3"]))


def panel(folder: Path | None = None) -> Panel:
    """Read the panel: what 49 states bought, traded and voted from 1995 to 2014.

    Every cell is checked against the dictionary, ``panel.toml``. Read the notes on a table there
    (or in the reference) before you use it.

    Args:
        folder: of the tables and their dictionary; by default the shipped one.

    Raises:
        EvidenceError: the dictionary is missing or not right.
        PanelError: tables are not what the dictionary says: a table or a column is missing or
            unknown, a cell is of the wrong kind or out of its range, a state is not in
            ``states.csv``, a year is after the last one, or two rows have one key. It lists all
            problems with file and line, of one file at most 20.

    >>> from hedgerow.facts.panel import panel
    >>> known = panel()
    >>> len(known.states("hedger"))
    49
    >>> arms = known.frame("arms_deliveries")
    >>> arms = arms[(arms["country"] == "VNM") & (arms["partner"] == "RUS")]
    >>> arms.set_index("window_start")["share"][2010].item()
    0.9262
    """
    folder = files.folder("seeds") / FOLDER if folder is None else folder
    dictionary = read_dictionary(folder / FILE)
    problems = [
        f"{_place(file)}: no table of {FILE}; describe it there, or take the file away"
        for file in sorted(folder.glob("*.csv"))
        if file.stem not in dictionary.tables
    ]
    states: frozenset[str] = frozenset()
    data: dict[str, dict[str, NDArray[Any]]] = {}
    for table in sorted(dictionary.tables.values(), key=lambda one: one.name != "states"):
        file = folder / f"{table.name}.csv"
        cells, found = _read(file, table, states)
        more = len(found) - _MOST
        problems += found[:_MOST] + ([f"{_place(file)}: … and {more} more"] if more > 0 else [])
        if table.name == "states":
            states = frozenset(map(str, cells["iso3"]))
            if not states:  # all that other tables name would be unknown
                raise PanelError(problems)
        if not found:
            data[table.name] = {name: as_array(table.columns[name], cells[name]) for name in cells}
    if problems:
        raise PanelError(problems)
    return Panel(dictionary, {name: data[name] for name in dictionary.tables})


@cache
def shipped_panel() -> Panel:
    """Return the shipped panel, which is read once."""
    return panel()


def _place(file: Path, line: int = 0) -> str:
    """Return how a message names a file of the panel."""
    return f"{FOLDER}/{file.name}:{line}" if line else f"{FOLDER}/{file.name}"


def _read(
    file: Path, table: Table, states: Collection[str]
) -> tuple[dict[str, list[str | float]], list[str]]:
    """Return the values of a table by column, and all its problems."""
    cells: dict[str, list[str | float]] = {name: [] for name in table.columns}
    try:
        text = files.read_text(file)
    except FileNotFoundError:
        return cells, [f"{_place(file)}: no such file"]
    except OSError as error:
        return cells, [f"{_place(file)}: cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return cells, [f"{_place(file)}: is not UTF-8"]
    lines = csv.reader(io.StringIO(text), strict=True)
    try:
        head = next(lines, [])
        problems = [f"{_place(file, 1)}: {problem}" for problem in _of_head(head, table)]
        if problems:
            return cells, problems
        seen: dict[tuple[str, ...], int] = {}
        for row in lines:
            problems += [
                f"{_place(file, lines.line_num)}: {problem}"
                for problem in _of_row(
                    dict(zip(head, row, strict=False)), row, table, states, cells
                )
            ]
            key = tuple(row[head.index(name)] for name in table.key if len(row) == len(head))
            first = seen.setdefault(key, lines.line_num)
            if key and first != lines.line_num:
                problem = (
                    f"{', '.join(key)} is there already, in line {first}; leave one of them out"
                )
                problems.append(f"{_place(file, lines.line_num)}: {problem}")
    except csv.Error as error:
        return cells, [f"{_place(file, lines.line_num)}: not CSV: {error}"]
    return cells, problems


def _of_head(head: Sequence[str], table: Table) -> Iterator[str]:
    """Yield what is wrong with the names of columns."""
    for name in dict.fromkeys(head):
        if name not in table.columns:
            yield f"unknown column {name!r}; expected: {', '.join(table.columns)}"
        elif head.count(name) > 1:
            yield f"column {name!r} is there twice"
    for name in table.columns:
        if name not in head:
            yield f"column {name!r} is missing"


def _of_row(
    found: Mapping[str, str],
    row: Sequence[str],
    table: Table,
    states: Collection[str],
    cells: Mapping[str, list[str | float]],
) -> Iterator[str]:
    """Add the values of a row to `cells`, and yield what is wrong with it."""
    if len(row) != len(table.columns):
        yield f"{len(row)} cells; expected: {len(table.columns)}"
        return
    for name, column in table.columns.items():
        try:
            cells[name].append(column.value(found[name], states, table.as_of))
        except ValueError as error:
            yield f"{name} {error}"


def as_array(column: Column, values: Sequence[str | float]) -> NDArray[Any]:
    """Return the values of a column as an array that cannot be written to."""
    array = np.array(values, dtype=np.float64 if column.is_numeric else np.str_)
    if column.is_whole and not np.isnan(array).any():
        array = array.astype(np.int64)
    array.flags.writeable = False
    return array
