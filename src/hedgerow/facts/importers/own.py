"""Any tidy table of one's own: a row for a state, a partner where there is one, and a year.

Which column is what is told by ``columns``: ``country``, ``year`` and ``value`` are needed,
``partner`` may be there. Names of states are turned into codes, and numbers are read as
everywhere.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from ...errors import DataError
from .asked import Asked, Cell, Found, LeftOut, Tidy, code_in
from .reading import Layout, open_table

KIND = "own"
NEEDED, ALLOWED = ("country", "year", "value"), ("country", "partner", "year", "value")


def read(files: Sequence[Path], asked: Asked) -> Found:
    """Return the values by country, partner and year; groups and years of no state are left out.

    Raises:
        OSError: a file cannot be read.
        DataError: `columns` lacks a name, a file lacks a column, or a row is there twice.
    """
    for name in asked.columns:
        if name not in ALLOWED:
            raise DataError(f"columns: {name!r} is unknown; expected: {', '.join(ALLOWED)}")
    for name in NEEDED:
        if name not in asked.columns:
            raise DataError(f"columns: {name} is missing; say which column it is, as {name}=NAME")
    names = [name for name in ALLOWED if name in asked.columns]
    layout = Layout("own", tuple(asked.columns[name].replace("|", " ") for name in names))
    left = LeftOut()
    rows: list[tuple[Cell, ...]] = []
    lines: dict[tuple[Cell, ...], tuple[str, int]] = {}
    for file in files:
        table = open_table(file, (layout,), KIND)
        places = [table.need(need) for need in layout.needs]
        for line, cells in table.rows():
            found = dict(zip(names, (cells[place] for place in places), strict=True))
            year = table.year(line, found["year"])
            codes = {
                name: code_in(found[name].strip(), year, left)
                for name in ("country", "partner")
                if name in found
            }
            country = codes["country"]
            if None in codes.values() or country is None:
                continue
            if not asked.wants(country) or not asked.knows(year):
                continue
            key: tuple[Cell, ...] = (*codes.values(), year)
            before = lines.setdefault(key, (table.file, line))
            if before != (table.file, line):
                where = f"line {before[1]} of {before[0]}"
                raise table.fault(line, f"{' '.join(map(str, key))} is there already, in {where}")
            value = table.number(line, "value", found["value"], low=-1e300)
            rows.append((*key, value))
    asked.require({str(row[0]) for row in rows}, files[0].name)
    stem = re.sub(r"[^a-z0-9]+", "_", files[0].stem.lower()).strip("_") or "table"
    table_ = Tidy(tuple(names), sorted(rows, key=_order))
    return Found("own", {f"own_{stem}": table_}, [*left.notes()])


def _order(row: tuple[Cell, ...]) -> tuple[str, ...]:
    return tuple(str(cell) for cell in row[:-1])
