"""Sanctions, from the Global Sanctions Data Base (GSDB), versions 3 and 4.

Layouts:

- ``cases``: a row for each case, *sanctioned_state, sanctioning_state, begin, end* and 0 or 1 for
  each kind of measure. A case with several senders names them with commas between.
- ``dyads``: a row for each pair and year, *sanctioned_state_iso3, sanctioning_state_iso3, year*.

Documented at globalsanctionsdatabase.com; Felbermayr and others 2020, European Economic Review
129.
"""

from collections.abc import Sequence
from pathlib import Path

from ...errors import DataError, UnknownState
from .. import states
from .asked import Asked, Cell, Found, LeftOut, Tidy, code_in
from .reading import Layout, open_table

KIND = "sanctions"
MEASURES = ("arms", "military", "trade", "financial", "travel", "other")
DYADS = Layout(
    "dyads", ("sanctioned_state_iso3", "sanctioning_state_iso3", "year", "arms", "trade")
)
CASES = Layout("cases", ("sanctioned_state", "sanctioning_state", "begin", "end", "arms", "trade"))
LAYOUTS = (DYADS, CASES)

UN = "UN"
_LONGEST = 250


def read(files: Sequence[Path], asked: Asked) -> Found:
    """Return who was under which sanctions of whom, by year; what a file leaves empty is not known.

    Senders are states, ``EU`` as the union of the time, and ``UN``; other organisations are left
    out.

    Raises:
        OSError: a file cannot be read.
        DataError: a file is not of these layouts.
    """
    left = LeftOut()
    found: dict[tuple[str, str, int], list[int | None]] = {}
    layouts = set()
    for file in files:
        table = open_table(file, LAYOUTS, KIND)
        layouts.add(table.layout.name)
        dyads = table.layout is DYADS
        target = table.need("sanctioned_state_iso3", "sanctioned_state")
        sender = table.need("sanctioning_state_iso3", "sanctioning_state")
        of_first, of_last = (table.need(n, "year") for n in ("begin", "end"))
        columns = [table.column(name) for name in MEASURES]
        for line, cells in table.rows():
            first = table.year(line, cells[of_first])
            last = first if dyads else table.year(line, cells[of_last])
            if not first <= last <= first + _LONGEST:
                raise table.fault(line, f"it begins in {first}, but ends in {last}")
            values = [
                None if n is None else table.number(line, "measure", cells[n]) for n in columns
            ]
            if any(value not in (None, 0.0, 1.0) for value in values):
                raise table.fault(line, "a measure must be 0 or 1")
            for year in filter(asked.knows, range(first, last + 1)):
                for country in _codes(cells[target], year, left):
                    if not asked.wants(country):
                        continue
                    for by in _codes(cells[sender], year, left):
                        before = found.setdefault((country, by, year), [0] * len(MEASURES))
                        for number, value in enumerate(values):
                            before[number] = _either(before[number], value)
    if len(layouts) > 1:
        raise DataError(f"{files[0].name}: cases and dyads are not mixed; import one of them")
    asked.require({country for country, _, _ in found}, files[0].name)
    rows: list[tuple[Cell, ...]] = [(*key, *value) for key, value in sorted(found.items())]
    table_ = Tidy(("country", "partner", "year", *MEASURES), rows)
    return Found(layouts.pop(), {"sanctions": table_}, [*left.notes()])


def _either(one: float | None, other: float | None) -> int | None:
    """Return 1 if either of two cases has a measure, 0 if neither has, else None: not known."""
    return 1 if 1 in (one, other) else None if None in (one, other) else 0


def _codes(names: str, year: int, left: LeftOut) -> list[str]:
    """Return the codes of one or several states, ``EU`` and ``UN`` among them."""
    found = []
    for name in [names] if _is_one(names) else names.split(","):
        if name.strip().upper() in (UN, "UNITED NATIONS"):
            found.append(UN)
        elif (code := code_in(name.strip(), year, left)) is not None:
            found.append(code)
    return found


def _is_one(name: str) -> bool:
    """Whether a text is the name of one state, though it may have a comma."""
    try:
        return bool(states.nearest(name.strip()))
    except UnknownState:
        return False
