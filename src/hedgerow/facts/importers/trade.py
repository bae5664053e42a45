"""Partners' shares of trade, from the tables of trade between pairs that are in use.

Layouts:

- ``IMF``: International Trade in Goods (by partner country), IMTS, the former Direction of Trade.
  Wide (*COUNTRY, COUNTERPART_COUNTRY, INDICATOR* and a column for each year), SDMX-CSV
  (*TIME_PERIOD, OBS_VALUE*), and the older bulk file (*Country Name, Counterpart Country Name,
  Indicator Code*). Exports are ``XG_FOB_USD``, imports ``MG_CIF_USD``. data.imf.org.
- ``Comtrade``: UN Comtrade, commodity TOTAL, exports and imports with all partners and the world;
  with *reporterISO, partnerISO, flowCode, primaryValue* as since 2022, and the older *Reporter
  ISO, Trade Flow, Trade Value (US$)*. comtradeplus.un.org.
- ``COW``: dyadic trade of the Correlates of War 4.0, *ccode1, ccode2, flow1, flow2*, where ``-9``
  is not known; with its national file (*imports, exports*) totals are from there.
  correlatesofwar.org.
- ``CEPII gravity``: *iso3_o, iso3_d* and the flows of BACI, Comtrade and the IMF, each a series
  of its own. cepii.fr, Gravity database.
- ``BACI``: *t, i, j, k, v*, of one year a file. cepii.fr.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from ...errors import DataError, UnknownState
from ...progress import counted
from .. import states
from .asked import EU, Asked, Cell, Found, LeftOut, Tidy, code_in
from .reading import Layout, Table, open_table

KIND = "trade"
IMF_LONG = Layout(
    "IMF",
    (
        "COUNTRY.ID|COUNTRY",
        "COUNTERPART_COUNTRY.ID|COUNTERPART_COUNTRY",
        "INDICATOR.ID|INDICATOR",
        "TIME_PERIOD",
        "OBS_VALUE",
    ),
)
IMF_WIDE = Layout(
    "IMF",
    (
        "COUNTRY.ID|COUNTRY|Country Name",
        "COUNTERPART_COUNTRY.ID|COUNTERPART_COUNTRY|Counterpart Country Name",
        "INDICATOR.ID|INDICATOR|Indicator Code",
    ),
    years=True,
)
COMTRADE = Layout("Comtrade", ("refYear", "reporterISO", "partnerISO", "flowCode", "primaryValue"))
OLD_COMTRADE = Layout(
    "Comtrade", ("Year", "Trade Flow", "Reporter ISO", "Partner ISO", "Trade Value (US$)")
)
COW = Layout("COW", ("ccode1", "ccode2", "year", "flow1", "flow2"))
COW_NATIONAL = Layout("COW", ("ccode", "year", "imports", "exports"))
GRAVITY = Layout(
    "CEPII gravity",
    ("year", "iso3_o", "iso3_d", "tradeflow_baci|tradeflow_comtrade_o|tradeflow_imf_o"),
)
BACI = Layout("BACI", ("t", "i", "j", "k", "v"))
LAYOUTS = (IMF_LONG, IMF_WIDE, COMTRADE, OLD_COMTRADE, COW, COW_NATIONAL, GRAVITY, BACI)

WORLD = "the world"
EXPORTS, IMPORTS = "exports", "imports"
LARGE = frozenset({"DEU", "FRA", "GBR", "ITA", "ESP", "NLD"})
"""Members without whose figures a share of code ``EU`` is not known."""

_SCALES = {"": 1.0, "units": 1.0, "thousands": 1e3, "millions": 1e6, "billions": 1e9}
_SCALES |= {str(power): 10.0**power for power in (0, 3, 6, 9)}
_MONTHS = "months and quarters, since years are read"
_AGGREGATE = re.compile(r"[GUW]\d+|1C_.*", re.ASCII)


class Flows:
    """Trade of states with their partners in US dollars, as one source tells it.

    Attributes:
        known: dollars by source, state, year, partner and direction.
        totals: dollars by source, state, year and direction.
    """

    def __init__(self, asked: Asked) -> None:
        self.asked, self.left = asked, LeftOut()
        self.known: dict[tuple[str, str, int, str, str], float] = defaultdict(float)
        self.totals: dict[tuple[str, str, int, str], float] = {}
        self.sums: dict[tuple[str, str, int, str], float] = defaultdict(float)
        self.lines: dict[tuple[str, str, int, str, str], tuple[str, int]] = {}

    def add(
        self, source: str, country: str, year: int, partner: str, way: str, value: float
    ) -> None:
        """Add what a state traded with a partner, or with the world."""
        if not self.asked.wants(country) or not self.asked.knows(year) or partner == country:
            return
        if partner == WORLD:
            self.totals[source, country, year, way] = value
        else:
            self.sums[source, country, year, way] += value
            self.known[source, country, year, partner, way] += value

    def once(self, table: Table, line: int, key: tuple[str, str, int, str, str]) -> None:
        """Refuse a row that is there already.

        Raises:
            DataError: it is; the message names both lines.
        """
        if not (self.asked.wants(key[1]) or self.asked.wants(key[3])):
            return
        file, before = self.lines.setdefault(key, (table.file, line))
        if (file, before) != (table.file, line):
            _, country, year, partner, way = key
            where = f"line {before}" + ("" if file == table.file else f" of {file}")
            raise table.fault(
                line, f"{way} of {country} with {partner} in {year} are there already, in {where}"
            )


def read(files: Sequence[Path], asked: Asked) -> Found:
    """Return partners' shares of exports plus imports, by year and source.

    Raises:
        OSError: a file cannot be read.
        DataError: a file is not of these layouts, holds no total, its figures do not add up, or a
            partner is part of another.
    """
    asked.require_apart()
    flows = Flows(asked)
    tables = [open_table(file, LAYOUTS, KIND) for file in files]
    names = {table.layout.name for table in tables}
    if len(names) > 1:
        raise DataError(
            f"{tables[0].file}: sources are never mixed, here {' and '.join(names)}; "
            "import one of them"
        )
    name = names.pop()
    for table in tables:
        _READERS[table.layout](table, flows)
    if not flows.known:
        asked.require((), tables[0].file)
    asked.require({key[1] for key in flows.known}, tables[0].file)
    complete = name in ("COW", "CEPII gravity", "BACI")
    if not complete and not flows.totals:
        raise DataError(
            f"{tables[0].file}: no total with the world; download the partner World, too"
        )
    for way in (EXPORTS, IMPORTS):
        if not any(key[4] == way for key in flows.known):
            raise DataError(
                f"{tables[0].file}: no {way} in it; shares are of exports plus imports, so "
                "download both"
            )
    rows, notes = _shares(flows, complete)
    columns = ("country", "partner", "year", "share", "coverage", "source")
    return Found(name, {"trade_shares": Tidy(columns, rows)}, [*notes, *flows.left.notes()])


def _shares(flows: Flows, complete: bool) -> tuple[list[tuple[Cell, ...]], list[str]]:
    """Return the rows of all states, partners, years and sources, and what must be said of them."""
    years = {key[:3] for key in flows.known}
    rows: list[tuple[Cell, ...]] = []
    notes = []
    lacking: Counter[str] = Counter()
    summed, open_ = 0, Counter[str]()
    for source, country, year in sorted(years):
        ways = [flows.totals.get((source, country, year, way)) for way in (EXPORTS, IMPORTS)]
        sums = [flows.sums.get((source, country, year, way)) for way in (EXPORTS, IMPORTS)]
        if complete and None in ways:
            ways = list(sums)
            summed += 1
        total = None if None in ways else sum(value for value in ways if value is not None)
        open_[country] += total is None
        for partner in flows.asked.partners:
            if partner == country:
                continue
            with_all = {
                side: [
                    flows.known.get((source, country, year, side, way))
                    for way in (EXPORTS, IMPORTS)
                ]
                for side in flows.asked.sides(partner, country)
            }
            value, lost = _sum(with_all, partner)
            lacking.update(lost)
            share = round(value / total, 4) if value is not None and total else None
            if share is not None and share > 1.0:
                raise DataError(
                    f"{country} in {year}: trade with {partner} is more than all its trade; "
                    "the totals do not fit the partners"
                )
            rows.append((country, partner, year, share, None, source))
    if summed:
        notes.append(
            f"totals of {counted(summed, 'state-year')} are sums over the partners in the files"
        )
    if state_years := open_.total():
        which = ", ".join(code for code, count in open_.most_common(5) if count)
        notes.append(
            f"{counted(state_years, 'state-year')} without shares, since all exports or all "
            f"imports are not known: {which}"
        )
    if lacking:
        which = ", ".join(code for code, _ in lacking.most_common(5))
        notes.append(f"members of EU whose exports or imports are not known in some years: {which}")
    return rows, notes


def _sum(sides: dict[str, list[float | None]], partner: str) -> tuple[float | None, list[str]]:
    """Return the trade with all sides of a partner, None where it is not known; and who lacks."""
    lost = sorted(side for side, both in sides.items() if None in both)
    if lost and (partner != EU or set(lost) & LARGE):
        return None, []
    return sum(value for both in sides.values() for value in both if value is not None), lost


def _imf(table: Table, flows: Flows) -> None:
    """Read a table of the IMF: a row for a reporter, a counterpart and an indicator."""
    of_code = table.column("COUNTRY.ID")
    of_country = table.need("COUNTRY.ID", "COUNTRY", "Country Name")
    of_other = table.need(
        "COUNTERPART_COUNTRY.ID", "COUNTERPART_COUNTRY", "Counterpart Country Name"
    )
    of_indicator = table.need("INDICATOR.ID", "INDICATOR", "Indicator Code")
    of_scale, of_kind = table.column("SCALE"), table.column("Attribute")
    of_frequency = table.column("FREQUENCY.ID", "FREQUENCY")
    long = table.layout is IMF_LONG
    of_year = table.need("TIME_PERIOD") if long else 0
    of_value = table.need("OBS_VALUE") if long else 0
    for line, cells in table.rows():
        way = _way(cells[of_indicator])
        if way is None or (of_kind is not None and cells[of_kind].strip() not in ("", "Value")):
            continue
        if of_frequency is not None and cells[of_frequency][:1].upper() not in ("A", ""):
            flows.left.add(_MONTHS)
            continue
        scale = _SCALES.get("" if of_scale is None else cells[of_scale].strip().lower())
        if scale is None:
            raise table.fault(
                line, f"scale {cells[of_scale or 0]!r} is unknown; expected: Millions"
            )
        if long:
            values = {table.year(line, cells[of_year]): cells[of_value]}
        else:
            values = {year: cells[column] for year, column in table.years.items()}
        for year, cell in values.items():
            value = table.number(line, way, cell)
            if value is None:
                continue
            country = _code(cells[of_country], year, flows.left, of_code is not None)
            other = _code(cells[of_other], year, flows.left, of_code is not None)
            if country is None or country == WORLD or other is None:
                continue
            flows.once(table, line, ("imf", country, year, other, way))
            flows.add("imf", country, year, other, way, value * scale)


def _way(indicator: str) -> str | None:
    """Return what an indicator of the IMF tells: exports, imports or None for another."""
    text = indicator.upper()
    if "XG_FOB_USD" in text or text.startswith("EXPORTS OF GOODS, FREE ON BOARD (FOB), US DOLLAR"):
        return EXPORTS
    if "MG_CIF_USD" in text or text.startswith(
        "IMPORTS OF GOODS, COST INSURANCE FREIGHT (CIF), US"
    ):
        return IMPORTS
    return None


def _code(name: str, year: int, left: LeftOut, coded: bool) -> str | None:
    """Return a code, `WORLD`, or None for a group of states or one that was not there."""
    name = name.strip()
    if name.lower() in ("world", "g001", "w00", "001"):
        return WORLD
    if coded and _AGGREGATE.fullmatch(name):
        return None
    return code_in(name, year, left)


def _comtrade(table: Table, flows: Flows) -> None:
    """Read a table of UN Comtrade: a row for a reporter, a partner and a direction."""
    new = table.layout is COMTRADE
    of_year = table.need("refYear" if new else "Year")
    of_country, of_other = (
        table.need("reporterISO", "Reporter ISO"),
        table.need("partnerISO", "Partner ISO"),
    )
    of_name, of_partner = (
        table.column("reporterDesc", "Reporter"),
        table.column("partnerDesc", "Partner"),
    )
    of_flow = table.need("flowCode" if new else "Trade Flow")
    of_value = table.need("primaryValue", "Trade Value (US$)")
    of_goods = table.column("cmdCode", "Commodity Code")
    details = {
        "partner2Code": ("0", ""),
        "customsCode": ("C00", ""),
        "motCode": ("0", ""),
    }
    parts = [(n, ok) for name, ok in details.items() if (n := table.column(name)) is not None]
    of_frequency, of_period = table.column("freqCode"), table.column("period", "Period")
    ways = {"x": EXPORTS, "m": IMPORTS, "export": EXPORTS, "import": IMPORTS}
    goods = months = 0
    for line, cells in table.rows():
        way = ways.get(cells[of_flow].strip().lower().removesuffix("s"))
        if way is None:
            continue
        if of_goods is not None and cells[of_goods].strip().lower() not in ("total", ""):
            goods += 1
            continue
        if any(cells[n].strip() not in ok for n, ok in parts):
            continue
        frequency = "A" if of_frequency is None else cells[of_frequency].strip().upper()
        period = "" if of_period is None else cells[of_period].strip()
        if frequency not in ("A", "") or len(period) > 4:
            flows.left.add(_MONTHS)
            months += 1
            continue
        year = table.year(line, cells[of_year])
        value = table.number(line, way, cells[of_value])
        country = _of_comtrade(cells, of_country, of_name, year, flows.left)
        other = _of_comtrade(cells, of_other, of_partner, year, flows.left)
        if value is None or country is None or country == WORLD or other is None:
            continue
        flows.once(table, line, ("comtrade", country, year, other, way))
        flows.add("comtrade", country, year, other, way, value)
    if months and not flows.known:
        raise DataError(f"{table.file}: it has months alone; download yearly trade")
    if goods and not flows.known:
        raise DataError(f"{table.file}: it has single commodities alone; download commodity TOTAL")


def _of_comtrade(
    cells: Sequence[str], of_code: int, of_name: int | None, year: int, left: LeftOut
) -> str | None:
    """Return the code of a reporter or partner of Comtrade, by its ISO code or else its name."""
    name = "" if of_name is None else cells[of_name].strip()
    code = cells[of_code].strip()
    if name.lower() == "world" or code in ("W00", "WLD"):
        return WORLD
    try:
        states.nearest(code)
    except UnknownState:
        return code_in(name or code, year, left)
    return code_in(code, year, left)


def _cow(table: Table, flows: Flows) -> None:
    """Read dyadic trade of the Correlates of War: imports of each of two states from the other."""
    one, other, of_year = table.need("ccode1"), table.need("ccode2"), table.need("year")
    columns = (table.need("flow1"), table.need("flow2"))
    for line, cells in table.rows():
        year = table.year(line, cells[of_year])
        pair = [code_in(cells[n], year, flows.left, by="cow") for n in (one, other)]
        if pair[0] is None or pair[1] is None:
            continue
        flows.once(table, line, ("cow", pair[0], year, pair[1], "flows"))
        for column, (buyer, seller) in zip(columns, (pair, pair[::-1]), strict=True):
            if cells[column].strip().removesuffix(".0") == "-9":
                continue
            value = table.number(line, "flow", cells[column])
            if value is not None and buyer is not None and seller is not None:
                flows.add("cow", buyer, year, seller, IMPORTS, value * 1e6)
                flows.add("cow", seller, year, buyer, EXPORTS, value * 1e6)


def _cow_national(table: Table, flows: Flows) -> None:
    """Read totals of the Correlates of War."""
    of_code, of_year = table.need("ccode"), table.need("year")
    for line, cells in table.rows():
        year = table.year(line, cells[of_year])
        code = code_in(cells[of_code], year, flows.left, by="cow")
        for way in (EXPORTS, IMPORTS):
            cell = cells[table.need(way)]
            if code is not None and cell.strip().removesuffix(".0") != "-9":
                value = table.number(line, way, cell)
                if value is not None:
                    flows.once(table, line, ("cow", code, year, WORLD, way))
                    flows.add("cow", code, year, WORLD, way, value * 1e6)


def _gravity(table: Table, flows: Flows) -> None:
    """Read CEPII's gravity data: flows from an origin to a destination in thousand dollars."""
    of_year, of_o, of_d = table.need("year"), table.need("iso3_o"), table.need("iso3_d")
    columns = [
        (source, table.column(f"tradeflow_{name}_o"), table.column(f"tradeflow_{name}_d"))
        for source, name in (("gravity-comtrade", "comtrade"), ("gravity-imf", "imf"))
    ]
    of_baci = table.column("tradeflow_baci")
    columns.append(("gravity-baci", of_baci, of_baci))
    for line, cells in table.rows():
        year = table.year(line, cells[of_year])
        o, d = (code_in(cells[n].strip(), year, flows.left) for n in (of_o, of_d))
        if o is None or d is None or o == d:
            continue
        for source, by_o, by_d in columns:
            for side, way, column in ((o, EXPORTS, by_o), (d, IMPORTS, by_d)):
                if column is None or not flows.asked.wants(side):
                    continue
                value = table.number(line, "flow", cells[column])
                if value is not None:
                    flows.once(table, line, (source, side, year, d if side == o else o, way))
                    flows.add(source, side, year, d if side == o else o, way, value * 1e3)


def _baci(table: Table, flows: Flows) -> None:
    """Read BACI: what an exporter sent to an importer of a product, in thousand dollars."""
    t, i, j, v = (table.need(name) for name in "tijv")
    for line, cells in table.rows():
        value = table.number(line, "value", cells[v])
        if value is None:
            continue
        year = table.year(line, cells[t])
        one, other = (code_in(cells[n], year, flows.left, by="un") for n in (i, j))
        # A place without a code counts in the totals of those who trade with it.
        for side, partner, way in ((one, other, EXPORTS), (other, one, IMPORTS)):
            if side is not None:
                flows.add("baci", side, year, partner or "elsewhere", way, value * 1e3)


_READERS: dict[Layout, Callable[[Table, Flows], None]] = {
    IMF_LONG: _imf,
    IMF_WIDE: _imf,
    COMTRADE: _comtrade,
    OLD_COMTRADE: _comtrade,
    COW: _cow,
    COW_NATIONAL: _cow_national,
    GRAVITY: _gravity,
    BACI: _baci,
}
