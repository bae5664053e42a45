"""What the panel tells of one state, as far as it goes: figures, years, sources and holes."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import exp, isnan
from typing import Any

from ..errors import NoState, UnknownState, argument
from ..files import plain
from .panel import Panel
from .pooling import Pooled, rates, remembered, sizes
from .states import eu28, find

FIRST, AS_OF = 1995, 2014
"""The first and the last year of the panel; in the last a state's own scenario starts."""

DECAY = 0.08
"""Share of an arsenal that goes out of use in a year."""

WINDOW = 5
"""Years of a window of deliveries."""

CLASSES = {"territorial": "territorial", "human rights": "human_rights"}
"""Classes of resolutions by their kind in the table of roll calls."""

ISSUES = {"ukraine": "68/262"}
"""Issues that are put to the vote after the panel ends, and the roll call on record."""

_SERIES = {"unctad", "comtrade4", "tradhist"}
"""Sources of the panel's own table of trade."""

_ANSWERS = {"Y": "for", "A": "abstain", "N": "against"}


@dataclass(frozen=True)
class Shares:
    """Shares of partners in something of a state.

    Attributes:
        of: by partner; what is not known is left out, and never 0.
        when: the year or years, and within a table the source.
        external: the id under which a source cites the table.
    """

    of: Mapping[str, float]
    when: str
    external: str


@dataclass(frozen=True)
class Coverage:
    """What a table has of a state.

    Attributes:
        table: its name.
        rows: how many rows.
        years: first and last year; None where rows have no year, or there are none.
        holes: what is missing, in words; empty if nothing is.
    """

    table: str
    rows: int
    years: tuple[int, int] | None
    holes: str


@dataclass(frozen=True)
class Profile:
    """What the panel tells of a state by the end of a year.

    Attributes:
        code, name, group: of the state.
        since: its first year in the panel.
        year: the last year that is looked at.
        coverage: a row for each table that tells of states.
        trade: shares of exports plus imports, of the last year of a source that has partners.
        memory: shares of what is remembered of past orders, ``other`` among them; `remembered` in
            programmes of 32 million trend-indicator values.
        arsenal: shares of what was delivered since 1995, 8 % of which goes out of use a year.
        agreement: with each partner in the General Assembly, in that year.
        position: ideal points of that year, of all states and partners.
        rate, size: programmes a year, and what is added to the mean of ln size; pooled.
        issues, classes: its votes on record: on an issue, and their mean (for 1, against -1) by
            class in the last three years.
        embargoes: who has an embargo on it at the end of the year, and by which act.
    """

    code: str
    name: str
    group: str
    since: int
    year: int
    coverage: tuple[Coverage, ...]
    trade: Shares
    memory: Shares
    remembered: float
    arsenal: Shares
    agreement: Shares
    position: Shares
    rate: Pooled
    size: Pooled
    issues: Mapping[str, str]
    classes: Mapping[str, float]
    embargoes: Mapping[str, str]

    @property
    def holes(self) -> str:
        """All that is missing, in words."""
        return "; ".join(f"{one.table}: {one.holes}" for one in self.coverage if one.holes)


def require_state(panel: Panel, code: str) -> str:
    """Return the code of a state of the panel that hedges, given it or a name of the state.

    Raises:
        NoState: there is none; the message names the nearest, by code or by name.
    """
    known = panel.columns("states")
    names = dict(zip(known["iso3"].tolist(), known["name"].tolist(), strict=True))
    hedgers, wanted = panel.states(), code.strip().upper()
    try:
        found = find(code)
        wanted, name = found.code, found.name
    except UnknownState:
        name = ""
    if wanted in hedgers:
        return wanted
    where = argument("hedgerow.countries()", "'hedgerow countries'")
    if wanted in (*panel.states("partner"), "EU"):
        raise NoState(
            f"{wanted} ({name}) is a power in the panel, not one of the {len(hedgers)} states that "
            "hedge; name it as a partner"
        )
    if wanted in eu28():
        raise NoState(f"{wanted} ({name}) counts as part of EU; name EU as a partner")
    if name:
        raise NoState(f"{wanted} ({name}) is not among the states of the panel; {where} lists them")
    by_name = {names[one].upper(): one for one in hedgers} | {one: one for one in hedgers}
    close = get_close_matches(wanted, by_name, n=6, cutoff=0.6) if len(wanted) < 50 else []
    close.sort(key=lambda one: one[:2] != wanted[:2])  # of equals, who begins so
    near = list(dict.fromkeys(by_name[one] for one in close))[:2]
    hint = " or ".join(f"{one} ({names[one]})" for one in near)
    raise NoState(
        f"no state of the panel has the code {plain(code)[:50]!r}; "
        + (f"did you mean {hint}?" if hint else f"{where} lists them")
    )


def profile(panel: Panel, code: str, year: int = AS_OF) -> Profile:
    """Return what the panel tells of a state by the end of a year.

    Rates and sizes of programmes rest on 1997 to 2012 for every year.

    Raises:
        NoState: no state that hedges has the code.

    >>> from hedgerow.facts.panel import panel
    >>> known = profile(panel(), "VNM")
    >>> known.trade.when, round(known.trade.of["CHN"], 2), known.issues
    ('2012 (comtrade4)', 0.2, {'ukraine': 'abstain'})
    """
    code = require_state(panel, code)
    states = _rows(panel, "states", iso3=code)[0]
    memory = _remembered(panel, code, year)
    whole = sum(memory.values())
    shares = {partner: one / whole for partner, one in memory.items()} if whole else {}
    return Profile(
        code=code,
        name=states["name"],
        group=states["group"],
        since=int(states["panel_from"]),
        year=year,
        coverage=tuple(_coverage(panel, code)),
        trade=_trade(panel, code, year),
        memory=Shares(shares, str(year), _external(panel, "arms_memory")),
        remembered=whole,
        arsenal=_arsenal(panel, code, year),
        agreement=Shares(
            _known(_rows(panel, "un_agreement", country=code, year=year, set="all"), "agreement"),
            str(year),
            _external(panel, "un_agreement"),
        ),
        position=Shares(
            {
                row["country"]: row["ideal_point"]
                for row in _rows(panel, "un_ideal_points", year=year)
            },
            str(year),
            _external(panel, "un_ideal_points"),
        ),
        rate=rates(panel)[code],
        size=sizes(panel)[code],
        **_votes(panel, code, year),
        embargoes={
            row["by"]: row["act"]
            for row in _rows(panel, "embargoes", country=code)
            if row["first_year"] <= year and not row["last_year"] <= year
        },
    )


def _rows(panel: Panel, table: str, **wanted: Any) -> list[dict[str, Any]]:
    """Return the rows of a table that have some values."""
    columns = panel.columns(table)
    keep = None
    for name, value in wanted.items():
        same = columns[name] == value
        keep = same if keep is None else keep & same
    picked = {
        name: (each if keep is None else each[keep]).tolist() for name, each in columns.items()
    }
    return [dict(zip(picked, row, strict=True)) for row in zip(*picked.values(), strict=True)]


def _known(rows: list[dict[str, Any]], column: str) -> dict[str, float]:
    """Return a column by partner, without what is not known."""
    return {row["partner"]: row[column] for row in rows if not isnan(row[column])}


def _external(panel: Panel, table: str) -> str:
    return panel.tables[table].external


def _trade(panel: Panel, code: str, until: int) -> Shares:
    """Return the shares of the last year of a source that has all partners; none are mixed."""
    rows = [
        row
        for row in _rows(panel, "trade_shares", country=code)
        if row["source"] != "tradhist" and row["year"] <= until
    ]
    year, source = max(((row["year"], row["source"]) for row in rows), default=(0, ""))
    chosen = [row for row in rows if (row["year"], row["source"]) == (year, source)]
    when = f"{year} ({source})" if rows else "not known"
    return Shares(_known(chosen, "share"), when, _external(panel, "trade_shares"))


def _remembered(panel: Panel, code: str, until: int) -> dict[str, float]:
    """Return what is remembered of each supplier, in programmes of 32 million.

    It stands in a table for some years, and follows from the programmes for others.
    """
    told = _rows(panel, "arms_memory", country=code, end_of_year=until)
    if told:
        known = [row for row in told if row["memory_n"] > 0.0]
        return {row["partner"]: row["memory_share"] * row["memory_n"] for row in known}
    found: dict[str, float] = {}
    for row in _rows(panel, "arms_programmes", country=code):
        if row["order_year"] <= until:
            now = remembered(exp(row["ln_size"]), until - row["order_year"])
            found[row["partner"]] = found.get(row["partner"], 0.0) + now
    return found


def _arsenal(panel: Panel, code: str, until: int) -> Shares:
    """Return the share of each supplier in what was delivered and is still in use."""
    left: dict[str, float] = {}
    for last in range(until, FIRST + WINDOW - 2, -WINDOW):
        for row in _rows(panel, "arms_deliveries", country=code, window_end=last):
            if not isnan(row["share"]):
                volume = row["share"] * row["total_tiv_m"] * exp(-DECAY * (until - last + 2))
                left[row["partner"]] = left.get(row["partner"], 0.0) + volume
    whole = sum(left.values())
    shares = {partner: one / whole for partner, one in left.items()} if whole else {}
    return Shares(shares, f"{FIRST} to {until}", _external(panel, "arms_deliveries"))


def _votes(panel: Panel, code: str, year: int) -> dict[str, Any]:
    """Return the votes of a state on issues, and their means by class in the last three years."""
    calls = {row["resolution"]: row for row in _rows(panel, "un_rollcalls")}
    votes = {
        row["resolution"]: row["vote"]
        for row in _rows(panel, "un_votes", country=code)
        if row["vote"] in _ANSWERS
    }
    found: dict[str, list[float]] = {}
    for resolution, vote in votes.items():
        call = calls[resolution]
        if call["kind"] in CLASSES and str(year - 2) <= call["date"][:4] <= str(year):
            hits = call["yes_hits_subject"]
            if not isnan(hits):
                sign = (1 if hits else -1) * {"Y": 1, "A": 0, "N": -1}[vote]
                found.setdefault(CLASSES[call["kind"]], []).append(sign)
    return {
        "issues": {
            issue: _ANSWERS[votes[call]]
            for issue, call in ISSUES.items()
            if call in votes and int(calls[call]["date"][:4]) <= year
        },
        "classes": {name: round(sum(all_) / len(all_), 2) for name, all_ in found.items()},
    }


def _coverage(panel: Panel, code: str) -> list[Coverage]:
    """Return what each table of states has of one, and what it lacks."""
    names = (
        *("arms_deliveries", "arms_programmes", "arms_memory", "trade_shares"),
        *("un_agreement", "un_ideal_points", "un_votes", "embargoes"),
    )
    return [_table(panel, name, code) for name in names]


_YEAR_OF = {
    "arms_deliveries": "window_end",
    "arms_programmes": "order_year",
    "arms_memory": "end_of_year",
    "trade_shares": "year",
    "un_agreement": "year",
    "un_ideal_points": "year",
    "embargoes": "first_year",
}


def _table(panel: Panel, name: str, code: str) -> Coverage:
    rows = _rows(panel, name, country=code)
    year = _YEAR_OF.get(name)
    years = None
    if rows and year:
        years = (int(min(row[year] for row in rows)), int(max(row[year] for row in rows)))
    return Coverage(name, len(rows), years, _holes(name, rows))


def _holes(name: str, rows: list[dict[str, Any]]) -> str:
    """Return in words what a table lacks of a state."""
    if name == "embargoes":
        return ""
    if not rows:
        return "none on record" if name == "arms_programmes" else "nothing is known"
    if name == "trade_shares":
        years = sorted({row["year"] for row in rows if row["source"] == "comtrade4"})
        unknown = sorted({row["partner"] for row in rows if isnan(row["share"])})
        lacking = (
            []
            if (years and years[-1] == 2012) or not {row["source"] for row in rows} <= _SERIES
            else [f"comtrade4 ends in {years[-1]}" if years else "no comtrade4"]
        )
        lacking += [f"some years of {', '.join(unknown)}"] if unknown else []
        return "; ".join(lacking)
    may_lack = {
        "arms_deliveries": ("share", "windows without deliveries"),
        "un_agreement": ("agreement", "years without a vote of both"),
        "un_votes": ("vote", "votes not recorded"),
    }.get(name)
    if may_lack is None:
        return ""
    column, words = may_lack
    one = _YEAR_OF.get(name, "resolution")
    empty = {row[one] for row in rows if row[column] in ("", "X") or row[column] != row[column]}
    return f"{len(empty)} of {len({row[one] for row in rows})} {words}" if empty else ""
