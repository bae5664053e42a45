"""Alliances, from lists of treaties by pairs of states and years.

Layouts:

- ``ATOP``: directed dyad-years of Alliance Treaty Obligations and Provisions 5 (*stateA, stateB,
  year, defense, offense, neutral, nonagg, consul*). atopdata.org, with its code book.
- ``COW``: formal alliances of the Correlates of War 4.1 by dyad and year (*ccode1, ccode2, year,
  defense, neutrality, nonaggression, entente*). An entente is a promise to consult; offence is
  not coded. correlatesofwar.org.

Pairs without a treaty are not listed there, so 0 is written for them in the years of the file.
"""

from collections.abc import Sequence
from pathlib import Path

from ...errors import DataError
from .. import states
from .asked import Asked, Cell, Found, LeftOut, Tidy, code_in
from .reading import Layout, Table, open_table

KIND = "alliances"
ATOP = Layout("ATOP", ("stateA", "stateB", "year", "defense", "offense", "neutral", "nonagg"))
COW = Layout("COW", ("ccode1", "ccode2", "year", "defense", "neutrality", "nonaggression"))
LAYOUTS = (ATOP, COW)

PROMISES = ("defense", "offense", "neutrality", "nonaggression", "consultation")
_COLUMNS = {
    "ATOP": ("defense", "offense", "neutral", "nonagg", "consul"),
    "COW": ("defense", "offense", "neutrality", "nonaggression", "entente"),
}

Treaties = dict[tuple[str, str, int], list[int | None]]


def read(files: Sequence[Path], asked: Asked) -> Found:
    """Return which promises each state and partner had made each other, by year.

    Raises:
        OSError: a file cannot be read.
        DataError: a file is not of these layouts.
    """
    left, treaties, span = LeftOut(), Treaties(), list[int]()
    layouts, coded = set(), [False] * len(PROMISES)
    for file in files:
        table = open_table(file, LAYOUTS, KIND)
        layouts.add(table.layout.name)
        if len(layouts) > 1:
            raise DataError(f"{table.file}: two lists are not mixed; import one of them")
        _treaties(table, treaties, span, coded, left)
    there = {code for one, other, _ in treaties for code in (one, other) if asked.wants(code)}
    asked.require(asked.countries or there, files[0].name)
    if not span:
        raise DataError(f"{files[0].name}: there is no row in it")
    rows = [
        row
        for country in sorted(asked.countries or there)
        for year in range(min(span), max(span) + 1)
        if asked.knows(year)
        if states.nearest(country, year).covers(year)
        for row in _of_year(country, year, treaties, asked, coded)
    ]
    columns = ("country", "partner", "year", *PROMISES, "n_defense")
    return Found(layouts.pop(), {"alliances": Tidy(columns, rows)}, [*left.notes()])


def _treaties(
    table: Table, treaties: Treaties, span: list[int], coded: list[bool], left: LeftOut
) -> None:
    """Add the promises of each pair and year; of several treaties, whatever one of them says."""
    one, other = table.need("stateA", "ccode1"), table.need("stateB", "ccode2")
    of_year = table.need("year")
    columns = [table.column(name) for name in _COLUMNS[table.layout.name]]
    for number, column in enumerate(columns):
        coded[number] |= column is not None
    for line, cells in table.rows():
        if not cells[of_year].strip():
            continue
        year = table.year(line, cells[of_year])
        span[:] = [min([*span, year]), max([*span, year])]
        a, b = (code_in(cells[n], year, left, by="cow") for n in (one, other))
        if a is None or b is None or a == b:
            continue
        values = [None if n is None else table.number(line, "promise", cells[n]) for n in columns]
        if any(value not in (None, 0.0, 1.0) for value in values):
            raise table.fault(line, "a promise must be 0 or 1")
        for key in ((a, b, year), (b, a, year)):
            before = treaties.get(key, [None] * len(PROMISES))
            treaties[key] = [_either(x, y) for x, y in zip(before, values, strict=True)]


def _either(one: float | None, other: float | None) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return int(max(known)) if known else None


def _of_year(
    country: str, year: int, treaties: Treaties, asked: Asked, coded: Sequence[bool]
) -> list[tuple[Cell, ...]]:
    """Return the rows of a state and a year; code EU has what any member has promised."""
    none: list[int | None] = [0 if each else None for each in coded]
    rows: list[tuple[Cell, ...]] = []
    for partner in asked.partners:
        if partner == country:
            continue
        sides = asked.sides(partner, country)
        there = [side for side in sides if states.nearest(side, year).covers(year)]
        if not there:
            continue
        each = [treaties.get((country, side, year), none) for side in there]
        promises = [
            max((value for value in column if value is not None), default=None)
            for column in zip(*each, strict=True)
        ]
        defended = sum(row[0] == 1 for row in each)
        rows.append((country, partner, year, *promises, defended))
    return rows
