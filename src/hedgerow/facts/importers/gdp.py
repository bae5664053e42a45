"""Gross domestic product in current US dollars, as the World Bank exports it.

Layouts, all of indicator NY.GDP.MKTP.CD:

- ``wide``: a column for each year, with *Country Name, Country Code*, as the bulk file (four
  lines above it) and DataBank (``2014 [YR2014]``, notes below) have it.
- ``long``: *Country Name, Country Code, Year, Value*, as the common copy of the series has it, or
  *countryiso3code, date, value* of the API.

Documented at data.worldbank.org/indicator/NY.GDP.MKTP.CD.
"""

from collections.abc import Sequence
from pathlib import Path

from ...errors import DataError, UnknownState
from .. import states
from .asked import EU, Asked, Cell, Found, LeftOut, Tidy
from .reading import Layout, Table, open_table

KIND = "gdp"
INDICATOR = "NY.GDP.MKTP.CD"
WIDE = Layout("wide", ("Country Name", "Country Code"), years=True)
LONG = Layout("long", ("Country Code|countryiso3code|Code", "Year|date", "Value|NY.GDP.MKTP.CD"))
LAYOUTS = (WIDE, LONG)
_WORLD = ("WLD", "OWID_WRL")


def read(files: Sequence[Path], asked: Asked) -> Found:
    """Return the product of each state and its share of the world's, by year.

    Code ``EU`` has the sum of the 28 members in years in which all are known.

    Raises:
        OSError: a file cannot be read.
        DataError: a file is not of these layouts, is of another indicator, or a state has more than
            the world.
    """
    left = LeftOut()
    found: dict[tuple[str, int], float] = {}
    lines: dict[tuple[str, int], int] = {}
    layouts = set()
    for file in files:
        table = open_table(file, LAYOUTS, KIND)
        layouts.add(table.layout.name)
        _read(table, found, lines, left)
    asked.require({c for c, _ in found if c not in _WORLD and asked.wants(c)}, files[0].name)
    kept = {c for c, _ in found if c not in _WORLD and (asked.wants(c) or c in asked.partners)}
    years = sorted({year for _, year in found if asked.knows(year)})
    rows: list[tuple[Cell, ...]] = []
    for code in [*sorted(kept), EU]:
        for year in years:
            sides = states.eu28() if code == EU else {code}
            values = [found.get((side, year)) for side in sides]
            known = [value for value in values if value is not None]
            if len(known) < len(sides):
                continue
            world = found.get((_WORLD[0], year))
            share = round(sum(known) / world, 4) if world else None
            if share is not None and share > 1.0:
                raise DataError(
                    f"{files[0].name}: the product of {code} in {year} is more than the world's; "
                    "one of the two is wrong"
                )
            rows.append((code, year, round(sum(known) / 1e9, 1), share))
    columns = ("country", "year", "gdp_usd_bn", "gdp_share_world")
    return Found(" and ".join(sorted(layouts)), {"gdp": Tidy(columns, rows)}, [*left.notes()])


def _read(
    table: Table,
    found: dict[tuple[str, int], float],
    lines: dict[tuple[str, int], int],
    left: LeftOut,
) -> None:
    """Add the figures of a file."""
    of_code = table.need("Country Code", "countryiso3code", "Code")
    of_indicator = table.column("Indicator Code", "Series Code", "indicator")
    long = table.layout is LONG
    of_year = table.need("Year", "date") if long else 0
    of_value = table.need("Value", INDICATOR) if long else 0
    for line, cells in table.rows():
        indicator = INDICATOR if of_indicator is None else cells[of_indicator].strip()
        if indicator not in (INDICATOR, ""):
            raise table.fault(line, f"indicator {indicator!r}; expected: {INDICATOR}")
        if long:
            values = {table.year(line, cells[of_year]): cells[of_value]}
        else:
            values = {year: cells[column] for year, column in table.years.items()}
        code = _code(cells[of_code].strip(), left)
        if code is None:
            continue
        for year, cell in values.items():
            value = table.number(line, "product", cell)
            if value is None:
                continue
            if code not in _WORLD and not states.nearest(code, year).covers(year):
                left.add("years before the state was there, or after its end", code)
                continue
            if (before := lines.setdefault((code, year), line)) != line:
                raise table.fault(line, f"{code} has {year} already, in line {before}")
            found[code, year] = value


def _code(code: str, left: LeftOut) -> str | None:
    """Return the code of a state or the world; None for a group of states."""
    if code in _WORLD:
        return _WORLD[0]
    try:
        found = states.find(code)
    except UnknownState:
        left.add("groups of states", code)
        return None
    return None if found.kind == "bloc" else found.code
