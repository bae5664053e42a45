"""Tables that users imported, in place of the panel's own for one state."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, NoState, UnknownState, argument
from .dictionary import Column, Dictionary, Table
from .importers.asked import first_year
from .importers.stored import read_imported
from .panel import Panel, as_array
from .profile import AS_OF, FIRST, require_state
from .states import all_states, find

TABLES = (
    "arms_deliveries",
    "arms_programmes",
    "arms_memory",
    "trade_shares",
    "un_agreement",
    "un_ideal_points",
)
"""Tables of the panel that an import may replace."""

_NEEDED = ("un_ideal_points", "arms_programmes")  # of a state that is not in the panel


def with_imported(panel: Panel, folder: Path, country: str) -> tuple[Panel, str, list[str]]:
    """Put imported tables in the place of those of the panel, for one state.

    A table that is in the folder replaces the rows of the state in the panel's table of that name,
    and of ideal points those of the powers too, since points of two estimates cannot be compared.
    What is not there stays. A state that is not in the panel joins it. Years before those of the
    panel are left out.

    Args:
        panel: the panel.
        folder: where ``hedgerow import`` wrote tables.
        country: code or name of a state.

    Returns:
        The panel so changed, in which each table that was replaced has the name of its file as
        ``external``; the code of the state; and for each file a line on its sources.

    Raises:
        NoState: there is no such state, or it is a power.
        DataError: a table is not as the panel has it, has nothing of the state, knows of years
            after the panel, or does not cover the years that it must. The message says what to do.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; import tables into it first")
    files = {name: folder / f"{name}.csv" for name in TABLES}
    there = {name: file for name, file in files.items() if file.exists()}
    if not there:
        expected = ", ".join(file.name for file in files.values())
        raise DataError(f"{folder}: no table in it that can be used here; expected: {expected}")
    code, known = _joined(panel, country, there, folder)
    data, tables, sources = dict(known.data), dict(known.tables), []
    powers = frozenset((*panel.states("partner"), "EU"))
    for name, file in there.items():
        of = frozenset({code}) | (powers if name == "un_ideal_points" else frozenset())
        columns, told = _read(known.tables[name], file, code, of)
        data[name] = _replaced(data[name], columns, of)
        tables[name] = replace(tables[name], external=file.name)
        sources += [f"{file.name}: {line}" for line in told]
    if "arms_programmes" in there and "arms_memory" not in there:  # it follows from programmes
        data["arms_memory"] = _replaced(data["arms_memory"], {}, frozenset({code}))
        tables["arms_memory"] = replace(tables["arms_memory"], external="arms_programmes.csv")
    changed = Panel(Dictionary(known.dictionary.sources, tables), data)
    if there.keys() & {"arms_deliveries", "arms_programmes"}:
        _require_years(changed, there, code)
    return changed, code, sources


def _joined(
    panel: Panel, country: str, there: Mapping[str, Path], folder: Path
) -> tuple[str, Panel]:
    """Return the code of a state, and the panel with it among those that hedge."""
    try:
        return require_state(panel, country), panel
    except NoState:
        try:
            state = find(country)
        except UnknownState:
            state = None
        powers = (*panel.states("partner"), "EU")
        if state is None or state.kind == "bloc" or state.code in powers:
            raise
    if lacking := [f"{name}.csv" for name in _NEEDED if name not in there]:
        raise DataError(
            f"{folder}: {state.name} ({state.code}) is not in the panel, so that it needs "
            f"{' and '.join(lacking)}; import them"
        ) from None
    own: dict[str, Any] = {"iso3": state.code, "name": state.name, "role": "hedger"}
    own["panel_from"] = max(FIRST, first_year(state.code))
    rows = panel.columns("states")
    columns = {
        name: np.append(each[rows["iso3"] != state.code], own.get(name, each.dtype.type()))
        for name, each in rows.items()
    }
    return state.code, Panel(panel.dictionary, {**panel.data, "states": columns})


def _read(
    table: Table, file: Path, code: str, of: frozenset[str]
) -> tuple[dict[str, NDArray[Any]], tuple[str, ...]]:
    """Return the rows of some states as the panel has them, and what the sources of a file are."""
    cells, sources = read_imported(file)
    for name in cells:
        if name not in table.columns:
            expected = ", ".join(table.columns)
            raise DataError(f"{file}: unknown column {name!r}; expected: {expected}")
    if lacking := [name for name in table.columns if name not in cells]:
        raise DataError(f"{file}: column {lacking[0]!r} is missing; import it again")
    if code not in cells["country"]:
        raise DataError(
            f"{file}: nothing of {find(code).name} ({code}) in it; import it again with "
            f"{argument(f'country=[{code!r}]', f'--country {code}')}, or take the file away"
        )
    keep = list(_kept(table, file, cells, of, len(sources) + 2))
    found = {
        name: as_array(column, [row[name] for row in keep])
        for name, column in _columns(table, of).items()
    }
    return found, sources


def _columns(table: Table, of: frozenset[str]) -> dict[str, Column]:
    """Return the columns of imported rows of some states, whose source may be any."""
    return {
        name: replace(column, values=())
        if name == "source"
        else replace(column, values=(*column.values, *of))
        if column.kind == "state"
        else column
        for name, column in table.columns.items()
    }


def _kept(
    table: Table, file: Path, cells: Mapping[str, Sequence[str]], of: frozenset[str], first: int
) -> Iterator[dict[str, str | float]]:
    """Yield the rows of some states, without years before those of the table."""
    columns, known = _columns(table, of), frozenset(state.code for state in all_states())
    years = [name for name, column in columns.items() if column.kind == "year"]
    seen: dict[tuple[str, ...], int] = {}
    for line, row in enumerate(zip(*cells.values(), strict=True), start=first):
        texts = dict(zip(cells, row, strict=True))
        when = [int(texts[name]) for name in years if texts[name].isdecimal()]
        if texts["country"] not in of or min(when, default=table.as_of) < table.years[0]:
            continue
        if max(when, default=0) > table.as_of:
            raise DataError(
                f"{file}:{line}: {max(when)} is after {table.as_of}, the last year that a state's "
                f"scenario may know; import it again with {argument('until=', '--until ')}"
                f"{table.as_of}"
            )
        try:
            yield {
                name: column.value(texts[name], known, table.as_of)
                for name, column in columns.items()
            }
        except ValueError as error:
            raise DataError(f"{file}:{line}: {error}") from None
        key = tuple(texts[name] for name in table.key)
        if (before := seen.setdefault(key, line)) != line:
            raise DataError(f"{file}:{line}: {', '.join(key)} is there already, in line {before}")


def _replaced(
    shipped: Mapping[str, NDArray[Any]], rows: Mapping[str, NDArray[Any]], of: frozenset[str]
) -> dict[str, NDArray[Any]]:
    """Return a table with the rows of some states replaced."""
    others = ~np.isin(shipped["country"], sorted(of))
    return {
        name: np.concatenate([column[others], *([rows[name]] if rows else [])])
        for name, column in shipped.items()
    }


def _require_years(panel: Panel, there: Mapping[str, Path], code: str) -> None:
    """Refuse tables of arms of other years than the panel's: a year without any is not one of 0."""
    if "arms_deliveries" not in there:
        raise DataError(
            f"{there['arms_programmes']}: arms_deliveries.csv of the same import must stand beside "
            "it, for that tells which years it covers"
        )
    states, table = panel.columns("states"), panel.columns("arms_deliveries")
    since = max(FIRST, int(states["panel_from"][states["iso3"] == code][0]))
    mine = table["country"] == code
    first, last = int(table["window_start"][mine].min()), int(table["window_end"][mine].max())
    if first > since or last < AS_OF:
        raise DataError(
            f"{there['arms_deliveries']}: it covers {first} to {last}; what a state is used to is "
            f"counted from {since} to {AS_OF}: download these years, and import them again"
        )
