"""What the panel tells of one state, as far as it goes: figures, years, sources and holes."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import exp, isnan
from os.path import commonprefix
from typing import Any

from ..errors import NoState, argument
from .panel import Panel
from .pooling import Pooled, rates, sizes

AS_OF = 2014
"""The last year of the panel, and that in which a state's own scenario starts."""

DECAY = 0.08
"""Share of an arsenal that goes out of use in a year."""

WINDOWS = (1995, 2000, 2005, 2010)
"""First years of the five-year windows of deliveries, which do not overlap."""

CLASSES = {"territorial": "territorial", "human rights": "human_rights"}
"""Classes of resolutions by their kind in the table of roll calls."""

ISSUES = {"ukraine": "68/262"}
"""Issues that are put to the vote after the panel ends, and the roll call on record."""

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
    """What the panel tells of a state by the end of 2014.

    Attributes:
        code, name, group: of the state.
        since: its first year in the panel.
        coverage: a row for each table that tells of states.
        trade: shares of exports plus imports, of the last year of a source that has partners.
        memory: shares of what is remembered of past orders, ``other`` among them; `remembered` in
            programmes of 32 million trend-indicator values.
        arsenal: shares of what was delivered since 1995, less 8 % a year.
        agreement: with each partner in the General Assembly, in 2014.
        position: ideal points of 2014, of the state and of the partners.
        rate, size: programmes a year, and what is added to the mean of ln size; pooled.
        issues, classes: its votes on record: on an issue, and their mean (for 1, against -1) by
            class in the last three years.
        embargoes: who had an embargo on it at the end of 2014, and by which act.
    """

    code: str
    name: str
    group: str
    since: int
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
    """Return the code of a state of the panel that hedges, in capitals.

    Raises:
        NoState: there is none; the message names the nearest, by code or by name.
    """
    known = panel.columns("states")
    names = dict(zip(known["iso3"].tolist(), known["name"].tolist(), strict=True))
    hedgers, wanted = panel.states(), code.strip().upper()
    if wanted in hedgers:
        return wanted
    if wanted in names or wanted == "EU":
        raise NoState(
            f"{wanted} ({names.get(wanted, 'European Union')}) is a power in the panel, not one of "
            f"the {len(hedgers)} states that hedge; name it as a partner"
            if wanted in (*panel.states("partner"), "EU")
            else f"{wanted} ({names[wanted]}) is in the panel as a member of EU alone"
        )
    by_name = {names[one].upper(): one for one in hedgers} | {one: one for one in hedgers}
    close = get_close_matches(wanted, by_name, n=6, cutoff=0.6) if len(wanted) < 50 else []
    close.sort(key=lambda one: -len(commonprefix([one, wanted])))  # of equals, who begins so
    near = list(dict.fromkeys(by_name[one] for one in close))[:2]
    hint = " or ".join(f"{one} ({names[one]})" for one in near)
    where = argument("hedgerow.countries()", "'hedgerow countries'")
    raise NoState(
        f"no state of the panel has the code {code!r}; "
        + (f"did you mean {hint}?" if hint else f"{where} lists them")
    )


def profile(panel: Panel, code: str) -> Profile:
    """Return what the panel tells of a state by the end of 2014.

    Raises:
        NoState: no state that hedges has the code.

    >>> from hedgerow.facts.panel import panel
    >>> known = profile(panel(), "VNM")
    >>> known.trade.when, round(known.trade.of["CHN"], 2), known.issues
    ('2012 (comtrade4)', 0.2, {'ukraine': 'abstain'})
    """
    code = require_state(panel, code)
    states = _rows(panel, "states", iso3=code)[0]
    memory = _rows(panel, "arms_memory", country=code, end_of_year=AS_OF)
    return Profile(
        code=code,
        name=states["name"],
        group=states["group"],
        since=int(states["panel_from"]),
        coverage=tuple(_coverage(panel, code)),
        trade=_trade(panel, code),
        memory=Shares(_known(memory, "memory_share"), str(AS_OF), _external(panel, "arms_memory")),
        remembered=memory[0]["memory_n"] if memory else 0.0,
        arsenal=_arsenal(panel, code),
        agreement=Shares(
            _known(_rows(panel, "un_agreement", country=code, year=AS_OF, set="all"), "agreement"),
            str(AS_OF),
            _external(panel, "un_agreement"),
        ),
        position=Shares(
            {
                row["country"]: row["ideal_point"]
                for row in _rows(panel, "un_ideal_points", year=AS_OF)
            },
            str(AS_OF),
            _external(panel, "un_ideal_points"),
        ),
        rate=rates(panel)[code],
        size=sizes(panel)[code],
        **_votes(panel, code),
        embargoes={
            row["by"]: row["act"]
            for row in _rows(panel, "embargoes", country=code)
            if isnan(row["last_year"])
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


def _trade(panel: Panel, code: str) -> Shares:
    """Return the shares of the last year of a source that has all partners; none are mixed."""
    rows = [
        row for row in _rows(panel, "trade_shares", country=code) if row["source"] != "tradhist"
    ]
    year, source = max(((row["year"], row["source"]) for row in rows), default=(0, "no source"))
    chosen = [row for row in rows if (row["year"], row["source"]) == (year, source)]
    return Shares(
        _known(chosen, "share"),
        f"{year} ({source})" if rows else "no year",
        _external(panel, "trade_shares"),
    )


def _arsenal(panel: Panel, code: str) -> Shares:
    """Return the share of each supplier in what was delivered since 1995 and is still in use."""
    left: dict[str, float] = {}
    for first in WINDOWS:
        for row in _rows(panel, "arms_deliveries", country=code, window_start=first):
            if not isnan(row["share"]):
                volume = row["share"] * row["total_tiv_m"] * exp(-DECAY * (AS_OF - first - 2))
                left[row["partner"]] = left.get(row["partner"], 0.0) + volume
    whole = sum(left.values())
    shares = {partner: one / whole for partner, one in left.items()} if whole else {}
    return Shares(shares, f"{WINDOWS[0]} to {AS_OF}", _external(panel, "arms_deliveries"))


def _votes(panel: Panel, code: str) -> dict[str, Any]:
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
        if call["kind"] in CLASSES and call["date"] >= str(AS_OF - 2):
            hits = call["yes_hits_subject"]
            if not isnan(hits):
                sign = (1 if hits else -1) * {"Y": 1, "A": 0, "N": -1}[vote]
                found.setdefault(CLASSES[call["kind"]], []).append(sign)
    return {
        "issues": {issue: _ANSWERS[votes[call]] for issue, call in ISSUES.items() if call in votes},
        "classes": {name: round(sum(all_) / len(all_), 2) for name, all_ in found.items()},
    }


def _coverage(panel: Panel, code: str) -> list[Coverage]:
    """Return what each table of states has of one, and what it lacks."""
    result = []
    for name in ("arms_deliveries", "arms_programmes", "arms_memory", "trade_shares"):
        result.append(_table(panel, name, code))
    for name in ("un_agreement", "un_ideal_points", "un_votes", "embargoes"):
        result.append(_table(panel, name, code))
    return result


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
            if years and years[-1] == 2012
            else [f"comtrade4 ends in {years[-1]}" if years else "no comtrade4"]
        )
        lacking += [f"some years of {', '.join(unknown)}"] if unknown else []
        return "; ".join(lacking)
    empty = {
        "arms_deliveries": ("share", "windows without deliveries"),
        "un_agreement": ("agreement", "years without a vote of both"),
        "un_votes": ("vote", "votes not recorded"),
    }.get(name)
    if empty is None:
        return ""
    column, words = empty
    one = _YEAR_OF.get(name, "resolution")
    empty_ = {row[one] for row in rows if row[column] in ("", "X") or row[column] != row[column]}
    return f"{len(empty_)} of {len({row[one] for row in rows})} {words}" if empty_ else ""
