"""Arms deliveries from exports of the SIPRI Arms Transfers Database.

Layouts, as the site has exported them:

- ``deliveries``: a row for each delivery of a deal in a year, with *Delivery year* and *TIV
  delivery values*. As CSV since 2024 its columns begin with *SIPRI AT Database ID, Supplier,
  Recipient*; the older text of the screen is separated by semicolons and begins with *Deal ID;
  Seller; Buyer*.
- ``register``: the trade (or transfer) register, a row for each deal, with *Year(s) of delivery*
  as ``2012; 2013`` and *SIPRI TIV of delivered weapons*, which is spread evenly over these years.
- ``values``: a table of trend-indicator values (TIV) with a column for each year, of one
  recipient by supplier. The older one says *TIV of arms exports to X* above it and has no name
  for the column of suppliers; the newer one calls it *Supplier* and ends with *Total exports to
  X*.

Documented at sipri.org/databases/armstransfers/sources-and-methods.
"""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from ...errors import DataError, UnknownState
from ...progress import counted
from .. import states
from ..pooling import remembered
from ..profile import WINDOW
from .asked import EU, OTHER, PARTNERS, Asked, Cell, Found, LeftOut, Tidy, code_in, first_year
from .reading import Layout, Table, open_table

KIND = "sipri"
DELIVERIES = Layout(
    "deliveries",
    ("Supplier|Seller", "Recipient|Buyer", "Delivery year", "TIV delivery values"),
)
REGISTER = Layout(
    "register",
    ("Supplier", "Recipient", "Year(s) of delivery", "SIPRI TIV of delivered weapons"),
)
VALUES = Layout("values", ("Supplier",), years=True)
OLD_VALUES = Layout("values of old", ("Total",), years=True)
LAYOUTS = (DELIVERIES, REGISTER, VALUES, OLD_VALUES)

_NO_VALUE = (
    "deliveries without a trend-indicator value; windows with their years have no shares, and what "
    "was ordered and is remembered lacks them"
)
_RANGE = re.compile(r"(?:range|from)\D{1,20}(\d{4})\D{1,15}(\d{4})", re.IGNORECASE)
_TITLE = re.compile(r"TIV of arms (?:exports|imports) to (.+?), ?\d{4}", re.IGNORECASE)
_TOTAL = re.compile(r"total(?: exports to (.+))?", re.IGNORECASE)
_SUM = re.compile(r"total|(\d{4})-(\d{4})", re.IGNORECASE)  # name of a column
_FROM = re.compile(r"(?:arms|weapons)\s+from\s+(\D+?)\s+to\s", re.IGNORECASE)

Deliveries = dict[tuple[str, str, int], float]
"""TIV in millions by recipient, supplier and year; a supplier that is no state is ``other``."""

Unknown = dict[str, set[int]]
"""Years by recipient in which something was delivered whose value is not known."""

Orders = dict[tuple[str, str, int], list[float]]
"""TIV in millions, and TIV times years to delivery, by recipient, supplier and year of order."""


def read(files: Sequence[Path], asked: Asked) -> Found:
    """Return five-year windows of deliveries and, of registers, what was ordered.

    Raises:
        OSError: a file cannot be read.
        DataError: a file is not of these layouts, its figures do not hold together, or a partner
            is part of another.
    """
    asked.require_apart()
    left, notes = LeftOut(), list[str]()
    delivered: Deliveries = defaultdict(float)
    unknown: Unknown = defaultdict(set)
    orders: Orders = {}
    years: dict[str, tuple[int, int]] = {}
    names = set()
    for file in files:
        table = open_table(file, LAYOUTS, KIND)
        names.add(table.layout.name.removesuffix(" of old"))
        if table.layout in (VALUES, OLD_VALUES):
            code, of = _values(table, asked, delivered)
            if code in years:
                raise DataError(f"{table.file}: {code} is in another of the files, too")
            years[code] = of
        else:
            _deals(table, asked, delivered, unknown, orders, years, left, notes)
    if len(names) > 1:
        raise DataError(
            f"{files[0].name}: a register and a table of values are not mixed; import one of them"
        )
    delivered = {key: value for key, value in delivered.items() if asked.wants(key[0])}
    years = {code: of for code, of in years.items() if asked.wants(code)}
    asked.require(years, files[0].name)
    tables = {"arms_deliveries": _windows(delivered, unknown, years, asked)}
    if not tables["arms_deliveries"].rows:
        spans = ", ".join(f"{code} {first} to {last}" for code, (first, last) in years.items())
        raise DataError(
            f"{files[0].name}: no window of {WINDOW} years fits into its years: {spans}"
        )
    if placed := _by_partner(orders, asked):
        tables["arms_programmes"] = _programmes(placed)
        if (memory := _memory(orders, years, asked)).rows:
            tables["arms_memory"] = memory
    return Found(" and ".join(sorted(names)), tables, [*notes, *left.notes()])


def _deals(
    table: Table,
    asked: Asked,
    delivered: Deliveries,
    unknown: Unknown,
    orders: Orders,
    years: dict[str, tuple[int, int]],
    left: LeftOut,
    notes: list[str],
) -> None:
    """Add the deliveries and orders of a register."""
    of_supplier, of_recipient = table.need("Supplier", "Seller"), table.need("Recipient", "Buyer")
    of_year = table.need("Delivery year", "Year(s) of delivery")
    of_value = table.need("TIV delivery values", "SIPRI TIV of delivered weapons")
    of_order = table.column("Order date", "Year of order")
    of_id = table.column("SIPRI AT Database ID", "Deal ID")
    preamble = " ".join(table.preamble)
    if (of := _FROM.search(preamble)) and not of[1].lower().startswith("all"):
        raise DataError(f"{table.file}: {_one_supplier(of[1])}")
    seen: dict[Sequence[str], int] = {}
    suppliers, recipients, spread = set(), set(), 0
    first, last = 9999, 0
    for line, cells in table.rows():
        before = seen.setdefault(tuple(cells), line) if of_id is not None else line
        if before != line:
            raise table.fault(line, f"the same row as line {before}; leave one of them out")
        suppliers.add(cells[of_supplier])
        when = [table.year(line, each) for each in _listed(cells[of_year])]
        value = table.number(line, "trend-indicator value", cells[of_value])
        if not when:
            left.add("nothing is delivered yet")
            continue
        count = len(when)
        if not (when := [year for year in when if asked.knows(year)]):
            continue
        first, last = min(first, *when), max(last, *when)
        to = _recipient(cells[of_recipient], max(when), left)
        if to is None:
            continue
        recipients.add(to)
        by = _supplier(table, line, cells[of_supplier], max(when))
        if value is None:
            if asked.wants(to):
                left.add(_NO_VALUE, to)
            unknown[to].update(when)
            continue
        value, spread = value / count, spread + (count > 1)
        for year in when:
            delivered[to, by, year] += value
        if of_order is not None and value > 0 and (placed := _listed(cells[of_order])):
            key = (to, by, table.year(line, placed[0]))
            order = orders.setdefault(key, [0.0, 0.0])
            order[0] += value * len(when)
            order[1] += value * (sum(when) - len(when) * key[2])
    if len(suppliers) == 1 and len(recipients) > 1:
        raise DataError(f"{table.file}: {_one_supplier(suppliers.pop())}")
    if spread:
        deals = counted(spread, "deal")
        notes.append(f"{deals} delivered over several years, spread evenly over them")
    if told := _RANGE.search(preamble):
        first, last = min(first, int(told[1])), max(last, int(told[2]))
    if asked.until is not None:
        last = min(last, asked.until)
    for code in recipients:
        known = years.get(code, (first, last))
        years[code] = min(known[0], first), max(known[1], last)


def _values(table: Table, asked: Asked, delivered: Deliveries) -> tuple[str, tuple[int, int]]:
    """Add the deliveries of a table of values; return its recipient and its years."""
    of_supplier = table.column("Supplier")
    of_supplier = 0 if of_supplier is None else of_supplier
    titles = [found[1] for line in table.preamble if (found := _TITLE.search(line))]
    sums = table.matching(_SUM)
    total: dict[int, float] = {}
    rows: dict[str, tuple[int, dict[int, float]]] = {}
    for line, cells in table.rows():
        name = cells[of_supplier].strip()
        values = {}
        for year, column in table.years.items():
            value = table.number(line, "trend-indicator value", cells[column])
            if value is not None:
                values[year] = value
        for column, found in sums:
            told = table.number(line, "trend-indicator value", cells[column])
            first, last = map(int, found.groups()) if found[1] else (0, 9999)
            parts = [value for year, value in values.items() if first <= year <= last]
            if told is not None and _apart(parts, told):
                said = f"its years add up to {sum(parts):g}, but its total says {told:g}"
                raise table.fault(line, f"{name}: {said}")
        if match := _TOTAL.fullmatch(name):
            titles += [match[1]] if match[1] else []
            total = values
        elif name in rows:
            raise table.fault(line, f"{name} is there already, in line {rows[name][0]}")
        else:
            rows[name] = line, values
    if not titles:
        raise DataError(
            f"{table.file}: it does not say of which recipient it is; keep the lines above and "
            "below the table as the site writes them"
        )
    to = _named(table.file, titles[0])
    for year in table.years:
        _require_total(table.file, year, [v[year] for _, v in rows.values() if year in v], total)
    for name, (line, values) in rows.items():
        for year, value in values.items():
            if asked.knows(year):
                delivered[to, _supplier(table, line, name, year), year] += value
    return to, (min(table.years), max(filter(asked.knows, table.years), default=0))


def _require_total(file: str, year: int, values: Sequence[float], total: dict[int, float]) -> None:
    """Refuse suppliers that do not add up to the total."""
    if total and _apart(values, total.get(year, 0.0)):
        raise DataError(
            f"{file}: suppliers of {year} add up to {sum(values):g}, but the total says "
            f"{total.get(year, 0.0):g}"
        )


def _apart(values: Collection[float], total: float) -> bool:
    """Whether values do not add up to a total, but for rounding to whole numbers."""
    return abs(sum(values) - total) > 0.5 * (len(values) + 1)


def _windows(
    delivered: Deliveries, unknown: Unknown, years: dict[str, tuple[int, int]], asked: Asked
) -> Tidy:
    """Return the partners' shares in each window that lies within the years of the files."""
    rows: list[tuple[Cell, ...]] = []
    for to in sorted(years):
        first, last = years[to]
        of = {key[1:]: value for key, value in delivered.items() if key[0] == to}
        for start in range(max(first, first_year(to)), last - WINDOW + 2):
            window = range(start, start + WINDOW)
            by = defaultdict[str, float](float)
            for (supplier, year), value in of.items():
                if year in window:
                    by[supplier] += value
            total = None if unknown.get(to, set()) & {*window} else sum(by.values(), start=0.0)
            shares = {p: sum(by[s] for s in asked.sides(p, to)) for p in asked.partners if p != to}
            covered = {s for p in shares for s in asked.sides(p, to)}
            shares[OTHER] = sum(value for s, value in by.items() if s not in covered)
            for partner, value in shares.items():
                share = round(value / total, 4) if total else None
                told = None if total is None else round(total, 2)
                rows.append((to, partner, start, window[-1], share, told))
    columns = ("country", "partner", "window_start", "window_end", "share", "total_tiv_m")
    return Tidy(columns, rows)


def _by_partner(orders: Orders, asked: Asked) -> Orders:
    """Return the orders with those of all suppliers that a partner stands for added up."""
    sums: Orders = defaultdict(lambda: [0.0, 0.0])
    for (to, by, year), (value, lag) in orders.items():
        if asked.wants(to):
            for partner in asked.holding(by, to) or [OTHER]:
                sums[to, partner, year][0] += value
                sums[to, partner, year][1] += lag
    return dict(sorted(sums.items()))


def _programmes(orders: Orders) -> Tidy:
    """Return what was ordered of each partner in each year, as far as it is delivered."""
    rows: list[tuple[Cell, ...]] = [
        (*key, round(math.log(value), 1), max(0, round(lag / value)))
        for key, (value, lag) in orders.items()
    ]
    return Tidy(("country", "partner", "order_year", "ln_size", "lag_years"), rows)


def _memory(orders: Orders, years: Mapping[str, tuple[int, int]], asked: Asked) -> Tidy:
    """Return what is remembered of orders at the end of every fifth year, and partners' shares.

    As in the panel, what is ordered in a year of all members of EU is one order, and so is what is
    ordered of all who are no partner of the panel; its suppliers have parts of it by volume. So
    what is remembered of a supplier does not depend on who else is asked for.
    """
    volumes: dict[tuple[str, str, int], float] = defaultdict(float)
    for (to, by, year), (value, _) in orders.items():
        volumes[to, _ordered_of(by, to), year] += value
    rows: list[tuple[Cell, ...]] = []
    for to, (first, last) in sorted(years.items()):
        own = {key[1:]: value for key, (value, _) in orders.items() if key[0] == to}
        partners = [partner for partner in asked.partners if partner != to]
        for end in range(max(first, first_year(to)), last + 1):
            if end % 5 != 4:
                continue
            kept = defaultdict[str, float](float)
            for (by, year), value in own.items():
                if year <= end:
                    whole = volumes[to, _ordered_of(by, to), year]
                    size = remembered(whole, end - year) * value / whole
                    for partner in asked.holding(by, to) or [OTHER]:
                        kept[partner] += size
            total = sum(kept.values(), start=0.0)
            for partner in (*partners, OTHER):
                share = round(kept[partner] / total, 4) if total else None
                rows.append((to, partner, end, share, round(total, 2)))
    return Tidy(("country", "partner", "end_of_year", "memory_share", "memory_n"), rows)


def _ordered_of(supplier: str, country: str) -> str:
    """Return the supplier as the panel has it, seen from a country: itself, ``EU`` or ``other``."""
    if supplier in states.eu28() - {country}:
        return EU
    return supplier if supplier in PARTNERS else OTHER


def _listed(cell: str) -> list[str]:
    """Return the years of a cell such as ``(2012)``, ``2012?`` or ``2012; 2013``."""
    return [y for each in re.split(r"[;,]", cell) if (y := each.strip(" ()?"))]


def _recipient(name: str, year: int, left: LeftOut) -> str | None:
    if "*" in name:
        left.add("recipients that are no states", name.strip())
        return None
    return code_in(name, year, left)


def _supplier(table: Table, line: int, name: str, year: int) -> str:
    """Return the code of a supplier, or ``other`` for one that is no state or unknown."""
    if "*" in name or name.lower().startswith("unknown"):
        return OTHER
    try:
        return states.nearest(name, year).code
    except UnknownState as error:
        raise table.fault(line, str(error)) from None


def _named(file: str, name: str) -> str:
    try:
        return states.find(name.strip()).code
    except UnknownState as error:
        raise DataError(f"{file}: {error}") from None


def _one_supplier(name: str) -> str:
    return (
        f"it has the deliveries of one supplier alone, {name.strip()}, but shares need those of "
        "all; choose all suppliers on the site"
    )
