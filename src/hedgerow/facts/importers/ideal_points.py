"""Ideal points in the General Assembly, as Bailey, Strezhnev and Voeten estimate them.

Layouts: a row for each state and year, with *ccode* (number in the list of the Correlates of War)
or *iso3c*, and *year* or, in older files, *session* (1 is 1946).

- ``all votes``: *IdealPointAll* and *NVotesAll*, or *Idealpoint* of the oldest files.
- ``final votes``: *IdealPointFP* and *NVotesFP*, without votes on paragraphs and amendments.

A file with both is read as the first. Harvard Dataverse 10.7910/DVN/LEJUQZ, as CSV or with tabs.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from ...errors import DataError
from .. import states
from .asked import EU, Asked, Cell, Found, LeftOut, Tidy, code_in
from .reading import Layout, open_table

KIND = "ideal-points"
LAYOUTS = (
    Layout("all votes", ("ccode|iso3c", "year|session", "IdealPointAll|Idealpoint")),
    Layout("final votes", ("ccode|iso3c", "year|session", "IdealPointFP")),
)
_BEFORE_FIRST = 1945


def read(files: Sequence[Path], asked: Asked) -> Found:
    """Return the ideal point of each state and year, and the plain mean of the 28 members.

    Raises:
        OSError: a file cannot be read.
        DataError: a file is not of these layouts, or has a state and year twice.
    """
    left = LeftOut()
    found: dict[tuple[str, int], tuple[float, Cell]] = {}
    lines: dict[tuple[str, int], int] = {}
    layouts = set()
    for file in files:
        table = open_table(file, LAYOUTS, KIND)
        layouts.add(table.layout.name)
        of_iso, of_cow = table.column("iso3c"), table.column("ccode")
        of_year, of_session = table.column("year"), table.column("session")
        of_point = table.need("IdealPointAll", "Idealpoint", "IdealPointFP")
        of_votes = table.column("NVotesFP" if table.layout is LAYOUTS[1] else "NVotesAll", "NVotes")
        for line, cells in table.rows():
            point = table.number(line, "ideal point", cells[of_point], low=-10.0)
            if point is None:
                left.add("no ideal point is known")
                continue
            if of_year is not None:
                year = table.year(line, cells[of_year])
            else:
                session = table.number(line, "session", cells[of_session or 0])
                year = table.year(line, f"{_BEFORE_FIRST + (session or 0):.0f}")
            if of_cow is not None:
                code = code_in(cells[of_cow], year, left, by="cow")
            else:
                code = code_in(cells[of_iso or 0], year, left)
            if code is None or not asked.knows(year):
                continue
            if (before := lines.setdefault((code, year), line)) != line:
                raise table.fault(line, f"{code} has {year} already, in line {before}")
            votes = None if of_votes is None else table.number(line, "votes", cells[of_votes])
            found[code, year] = round(point, 3), None if votes is None else round(votes)
    if len(layouts) > 1:
        raise DataError(f"{files[0].name}: all votes and final votes are not mixed; import one")
    asked.require({code for code, _ in found if asked.wants(code)}, files[0].name)
    rows: list[tuple[Cell, ...]] = [
        (code, year, *value)
        for (code, year), value in sorted(found.items())
        if asked.wants(code) or code in asked.partners
    ]
    members = defaultdict[int, list[float]](list)
    for (code, year), (point, _) in found.items():
        if code in states.eu28():
            members[year].append(point)
    rows += [(EU, year, round(sum(m) / len(m), 3), None) for year, m in sorted(members.items())]
    columns = ("country", "year", "ideal_point", "n_votes")
    return Found(layouts.pop(), {"un_ideal_points": Tidy(columns, rows)}, [*left.notes()])
