"""Reads the dictionary of the panel: its tables, their columns and where they come from."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from math import inf
from pathlib import Path
from typing import Any

from ..errors import EvidenceError
from .entries import (
    EXTERNAL_ID,
    check_keys,
    check_names,
    check_texts,
    entries,
    is_point,
    label,
    read,
)
from .records import External

FOLDER, FILE = "panel", "panel.toml"

KINDS = ("text", "integer", "number", "share", "year", "date", "state")
"""Kinds of columns, as ``seeds/panel/panel.toml`` explains them."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_SOURCE = ("id", "name", "table", "vintage", "read", "repository", "licence", "cite")
_TABLE = ("name", "title", "row", "external", "derivation")
_LISTS = ("key", "sources", "notes")


@dataclass(frozen=True)
class Source:
    """A register or series that tables of the panel were derived from.

    Attributes:
        id: its name in the dictionary.
        name, table, vintage, read, doi: as of an `External`.
        repository: the public repository that held the copy that was read, with its commit.
        licence: what may be done with it.
        cite: how to cite it.
    """

    id: str
    name: str
    table: str
    vintage: str
    read: str
    repository: str
    licence: str
    cite: str
    doi: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table, and what its cells may hold.

    Attributes:
        name: as in the first line of the file.
        kind: one of `KINDS`.
        meaning: what it tells.
        unit: of an integer or number; empty if it has none.
        low, high: range of its numbers, both included; infinite for texts.
        values: the only texts allowed; for a state, those allowed beside the codes. May be empty.
        empty: what an empty cell means; if it is the empty text, no cell may be empty.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    low: float = -inf
    high: float = inf
    values: tuple[str, ...] = ()
    empty: str = ""

    @property
    def is_numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind in ("integer", "number", "share", "year")

    @property
    def is_whole(self) -> bool:
        """Whether its cells are whole numbers."""
        return self.kind in ("integer", "year")

    @property
    def expected(self) -> str:
        """What a cell may hold, in words."""
        if self.is_numeric:
            what = "a whole number" if self.is_whole else "a number"
            return f"{what} from {self.low:g} to {self.high:g}"
        if self.kind == "date":
            return "a year, month or day, as 2014-03-27"
        known = ("a code of states.csv",) if self.kind == "state" else ()
        return " or ".join((*known, *self.values)) or "a text"

    def value(self, cell: str, states: Collection[str], as_of: int) -> str | float:
        """Return the value of a cell: a text, or a number, which is NaN where it is not known.

        Args:
            cell: as it stands in the file.
            states: the codes of states.
            as_of: the last year that a date may have.

        Raises:
            ValueError: the cell is not what this column may hold.
        """
        if not cell and self.empty:
            return float("nan") if self.is_numeric else ""
        if not cell:
            raise ValueError(f"is empty; expected: {self.expected}")
        if self.is_numeric:
            if not (_WHOLE if self.is_whole else _NUMBER).fullmatch(cell):
                raise ValueError(f"{cell!r} is no number; expected: {self.expected}")
            if self.kind == "year" and int(cell) > as_of:
                raise ValueError(f"{cell} is after {as_of}, the last year that the table tells of")
            if not self.low <= float(cell) <= self.high:
                raise ValueError(f"{cell} is out of range; expected: {self.expected}")
            return float(cell)
        if self.kind == "date":
            if not is_point(cell):
                raise ValueError(f"{cell!r} is no date; expected: {self.expected}")
            if int(cell[:4]) > as_of:
                raise ValueError(f"{cell} is after {as_of}, the last year that the table tells of")
            return cell
        any_text = self.kind == "text" and not self.values
        if any_text or cell in self.values or (self.kind == "state" and cell in states):
            return cell
        raise ValueError(f"{cell!r} is unknown; expected: {self.expected}")


@dataclass(frozen=True)
class Table:
    """A table of the panel.

    Attributes:
        name: name of its file, without ``.csv``.
        title: what it is.
        row: what a row is.
        key: names of the columns that tell rows apart.
        sources: what it was derived from.
        external: the id under which sources of numbers cite it.
        derivation: how its numbers follow from the sources.
        years: first and last year that it tells of.
        as_of: last year of which it knows.
        notes: what is easily got wrong.
        columns: its columns by name, in the order of the file.
    """

    name: str
    title: str
    row: str
    key: tuple[str, ...]
    sources: tuple[Source, ...]
    external: str
    derivation: str
    years: tuple[int, int]
    as_of: int
    notes: tuple[str, ...]
    columns: Mapping[str, Column]


@dataclass(frozen=True)
class Dictionary:
    """All sources and tables of the panel, by id and by name."""

    sources: Mapping[str, Source]
    tables: Mapping[str, Table]

    def externals(self) -> Iterator[External]:
        """Yield each table as an external source, as numbers of a scenario cite it."""
        for table in self.tables.values():
            yield External(
                id=table.external,
                name="; ".join(source.name for source in table.sources),
                table=f"{table.title} (table {table.name} of the panel)",
                vintage="; ".join(source.vintage for source in table.sources),
                read=max(source.read for source in table.sources),
                derivation=table.derivation,
                as_of=table.as_of,
                doi=table.sources[0].doi if len(table.sources) == 1 else "",
            )


def read_dictionary(file: Path) -> Dictionary:
    """Read and check the dictionary of a panel.

    Raises:
        EvidenceError: the file is missing or not TOML, a key is missing or unknown, or an entry is
            not right. The message names file and entry.
    """
    data = read(file, ("sources", "tables"))
    sources = {}
    for place, entry in entries(file.name, data, "sources"):
        name = label(entry, place)
        check_keys(file.name, name, entry, _SOURCE, ("doi",))
        check_texts(file.name, name, entry, (*_SOURCE, "doi"))
        if not is_point(entry["read"]):
            raise EvidenceError(file.name, name, f"read {entry['read']!r} is no year, month or day")
        sources[entry["id"]] = Source(**entry)
    tables: dict[str, Table] = {}
    for place, entry in entries(file.name, data, "tables"):
        table = _table(file.name, place, entry, sources)
        if table.name in tables or table.external in {each.external for each in tables.values()}:
            raise EvidenceError(file.name, table.name, "its name or its external is used twice")
        tables[table.name] = table
    if "states" not in tables or "iso3" not in tables["states"].columns:
        raise EvidenceError(file.name, "", "no table states with a column iso3")
    return Dictionary(sources, tables)


def _table(file: str, place: str, entry: Mapping[str, Any], sources: Mapping[str, Source]) -> Table:
    name = f"table {entry['name']}" if isinstance(entry.get("name"), str) else place
    check_keys(file, name, entry, (*_TABLE, *_LISTS, "years", "as_of", "columns"))
    check_texts(file, name, entry, _TABLE)
    lists = {key: check_names(file, name, entry, key) for key in _LISTS}
    as_of, years = entry["as_of"], entry["years"]
    if not _are_years(as_of) or not (isinstance(years, list) and len(years) == 2):
        raise EvidenceError(file, name, "years must be two years, and as_of one")
    if not _are_years(*years) or not years[0] <= years[1] <= as_of:
        raise EvidenceError(file, name, f"years must rise, and end by as_of, {as_of}")
    if not EXTERNAL_ID.fullmatch(entry["external"]):
        raise EvidenceError(file, name, "external must be in kebab case, of two words at least")
    columns: dict[str, Column] = {}
    if not isinstance(entry["columns"], list):
        raise EvidenceError(file, name, "columns must be a list of tables")
    for number, each in enumerate(entry["columns"], start=1):
        column = _column(file, f"{name}: column {number}", each, (years[0], as_of))
        if column.name in columns:
            raise EvidenceError(file, name, f"column {column.name!r} is there twice")
        columns[column.name] = column
    for what, known in (("key", columns), ("sources", sources)):
        for one in lists[what]:
            if one not in known:
                raise EvidenceError(file, name, f"{what}: {one!r} is unknown")
    return Table(
        **{key: entry[key] for key in _TABLE},
        key=lists["key"],
        sources=tuple(sources[one] for one in lists["sources"]),
        years=(years[0], years[1]),
        as_of=as_of,
        notes=lists["notes"],
        columns=columns,
    )


def _column(file: str, name: str, entry: Any, years: tuple[int, int]) -> Column:
    if not isinstance(entry, dict):
        raise EvidenceError(file, name, "must be a table")
    names = [field.name for field in fields(Column)]
    check_keys(file, name, entry, names[:3], names[3:])
    check_texts(file, name, entry, ("name", "kind", "meaning", "unit", "empty"))
    if entry["kind"] not in KINDS:
        raise EvidenceError(file, name, f"kind must be one of {', '.join(KINDS)}")
    found: dict[str, Any] = dict(entry)
    if "values" in entry:
        found["values"] = check_names(file, name, entry, "values")
    usual = {"share": (0.0, 1.0), "year": (float(years[0]), float(years[1]))}
    low, high = usual.get(entry["kind"], (-inf, inf))
    column = Column(**{"low": low, "high": high, **found})
    numbers = (column.low, column.high)
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in numbers):
        raise EvidenceError(file, name, "low and high must be numbers")
    if column.is_numeric and (-inf in numbers or inf in numbers or not numbers[0] < numbers[1]):
        raise EvidenceError(file, name, "a number needs a range, low below high")
    if not column.is_numeric and ("low" in entry or "high" in entry or column.unit):
        raise EvidenceError(file, name, "a text has neither range nor unit")
    return column


def _are_years(*years: Any) -> bool:
    """Whether all are whole numbers of four digits."""
    return all(isinstance(one, int) and 1000 <= one <= 9999 for one in years)
