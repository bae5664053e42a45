"""The columns of the tables of runs: meaning, unit, range, and when a cell is empty.

The formulas are those of `hedgerow.model.measures` and `hedgerow.model.recorder`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf

from ..model.parameters import INSTRUMENTS
from ..scenario.fields import find
from ..scenario.keys import split


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        kind: type of its cells.
        meaning: what it holds, in a few words.
        unit: unit of its numbers; empty for names and for counts.
        low, high: closed range of its numbers.
        empty: when a cell is null, in words; empty if it never is.
    """

    kind: str
    meaning: str
    unit: str = ""
    low: float = -inf
    high: float = inf
    empty: str = ""


def _real(meaning: str, unit: str, low: float = -inf, high: float = inf, empty: str = "") -> Column:
    return Column("double", meaning, unit, low, high, empty)


_RUN = Column("int64", "number of the run: point × replicates + replicate", low=0)
_YEAR = Column("int16", "calendar year", "year")
_COUNTRY = Column("text", "code of the hedging country")
_PARTNER = Column("text", "code of the partner")
_NO_ARMS = "the country's arms add up to nothing"
_DEPTH = "depth"

COLUMNS: dict[str, dict[str, Column]] = {
    "runs": {
        "run": _RUN,
        "point": Column("int32", "number of the design point; 0 without a sweep", low=0),
        "replicate": Column("int64", "number within the point; keys the random streams", low=0),
        "status": Column("text", "`done` or `failed`"),
        "reason": Column("text", "why the run failed", empty="the run is done"),
        "PATH": Column(
            "double",
            "each number that is drawn or swept, by its path in the scenario; a switch is 0 or 1 "
            "(int8); strategies and rules are text",
            "that of the number",
            empty="the scenario has no such number there (a stock that follows its tie)",
        ),
    },
    "countries": {
        "run": _RUN,
        "year": _YEAR,
        "country": _COUNTRY,
        "alignment_index": _real(
            "50 (1 + (a_A − a_B)/(a_A + a_B)) for the poles A and B; 50 is the middle, 45 to 55 "
            "the hedger's band",
            "points of 100",
            0.0,
            100.0,
            "no ties with either pole",
        ),
        "kuik_score": _real(
            "Kuik's spectrum towards the threat, from bandwagoning (−1) to balancing (1)",
            "score",
            -1.0,
            1.0,
            "no threat, or no ties that count",
        ),
        "hedging_index": _real(
            "being in the middle × mixing engagement and denial × rivalry in the portfolio",
            "index",
            0.0,
            1.0,
            "one of its factors is undefined",
        ),
        "autonomy": _real(
            "1 − the largest share of one partner in what the loss of partners would cost",
            "share",
            0.0,
            1.0,
            "no partner would be missed",
        ),
        "payoff": _real("payoff of the portfolio as it stands", "log-odds"),
        "premium": _real(
            "payoff that hedging forgoes in the status quo against taking the better side",
            "log-odds",
        ),
        "payout": _real(
            "payoff that hedging saves in the future that is worst for the better side", "log-odds"
        ),
        "tail_loss": _real(
            "mean payoff of the worst 5 % of futures, by belief; the lower, the worse", "log-odds"
        ),
        "threat": _real("perceived threat, in units of protection", "threat", 0.0),
        "concentration_INSTRUMENT": _real(
            "Herfindahl index of the ties of one instrument, other suppliers counted as one",
            "index",
            0.0,
            1.0,
            "no ties of the instrument",
        ),
        "belief_FUTURE": _real(
            "believed probability of a future; those of all futures add up to 1",
            "probability",
            0.0,
            1.0,
        ),
    },
    "ties": {
        "run": _RUN,
        "year": _YEAR,
        "country": _COUNTRY,
        "partner": _PARTNER,
        "arms_stock": _real(
            "share of the partner in the arsenal, other suppliers in the whole",
            "share",
            0.0,
            1.0,
            _NO_ARMS,
        ),
        "arms_deliveries": _real(
            "share in the year's deliveries (annual mean)", "share", 0.0, 1.0, _NO_ARMS
        ),
        "arms_orders": _real(
            "share in the year's orders (annual mean)", "share", 0.0, 1.0, _NO_ARMS
        ),
        "trade": _real("trade and investment", _DEPTH, 0.0),
        "energy": _real("oil, gas and their investment", _DEPTH, 0.0),
        "diplomacy": _real("visits and agreements", _DEPTH, 0.0),
        "defence": _real("exercises, port access, cyber", _DEPTH, 0.0),
        "voice": _real("votes and statements", _DEPTH, 0.0),
        "settlement": _real("trade settled in national currencies", _DEPTH, 0.0),
        "tier": Column(
            "int8",
            "label of the partnership: 0 none, 1 comprehensive, 2 strategic, 3 comprehensive "
            "strategic, 4 alliance",
            "rungs",
            0.0,
            4.0,
        ),
        "alignment": _real(
            "a_p: ties with the partner, weighted by the salience of the instruments",
            "alignment",
            0.0,
        ),
        "exposure": _real(
            "y_p: ties with the partner, weighted by the exposure of the instruments",
            "exposure",
            0.0,
        ),
        "pressure": _real(
            "χ_p: pressure of the partner on ties with its rivals (annual mean)",
            "log-odds per unit of rivalry × alignment",
            0.0,
        ),
        "inducement": _real(
            "c_p: what the partner offers for ties with itself (annual mean)",
            "log-odds per unit of a tie",
            0.0,
        ),
    },
    "choices": {
        "run": _RUN,
        "year": _YEAR,
        "country": _COUNTRY,
        "question": Column("text", "what was to be chosen, as the scenario names it"),
        "option": Column("text", "what the country chose"),
    },
    "events": {
        "run": _RUN,
        "year": _YEAR,
        "country": _COUNTRY,
        "partner": Column("text", "code of the partner", empty="the event has none"),
        "event": Column("text", "name of the event; see below"),
        "value": _real("what the event counts; see below", "that of the event"),
    },
    "summary": {
        "point": Column("int32", "number of the design point; 0 without a sweep", low=0),
        "year": _YEAR,
        "country": _COUNTRY,
        "measure": Column("text", "what is summarised; see below"),
        "mean": _real("mean over replicates", "that of the measure", empty="no values"),
        "sd": _real(
            "standard deviation over replicates (n − 1)",
            "that of the measure",
            0.0,
            empty="fewer than two values",
        ),
        **{
            f"q{level:02}": _real(
                f"quantile {level / 100:g} over replicates",
                "that of the measure",
                empty="no values, or a share",
            )
            for level in (5, 25, 50, 75, 95)
        },
        "n": Column("int64", "values that were there", "runs", low=0),
    },
}
"""Table → column → what it is. Capital letters stand for an instrument, a future or a path."""

_FAMILIES = {"concentration_": "concentration_INSTRUMENT", "belief_": "belief_FUTURE"}


def about(table: str, column: str) -> Column | None:
    """Return the description of a column; None if no table of Hedgerow has it.

    Every column of ``runs`` that is none of its fixed ones is a path of the scenario. Its unit,
    range and meaning are those of the number at that path.
    """
    known = COLUMNS[table]
    for start, family in _FAMILIES.items():
        if column.startswith(start) and family in known:
            return known[family]
    if column.isupper():  # a capital letter stands for a family of columns
        return None
    path = known.get("PATH")
    return known.get(column) or (path and _parameter(column, path))


def _parameter(path: str, column: Column) -> Column:
    """Return the description of the column of a path, from that of columns of paths in general."""
    try:
        found = find(split(path))
    except ValueError:
        found = None
    if found is None:  # a switch, a strategy, rules, or what a shock does
        return replace(column, meaning=f"value of {path}", unit="")
    number = found[0]
    return replace(
        column, meaning=number.meaning, unit=number.unit, low=number.low, high=number.high
    )


def notes(table: str, column: str) -> dict[str, str]:
    """Return the ``label`` and the ``unit`` of a column as a dictionary.

    The unit is empty for names, counts and pure numbers. The dictionary is empty if no table of
    Hedgerow has the column.
    """
    known = about(table, column) if table in COLUMNS else None
    return {"label": known.meaning.replace("`", ""), "unit": known.unit} if known else {}


def noted(own: Iterable[Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return the ``label`` and the ``unit`` of measures of the user's own, by column.

    Args:
        own: entries of the list ``own`` of a manifest; those without a meaning are left out.
    """
    return {
        each["name"]: {"label": each["meaning"], "unit": each.get("unit", "")}
        for each in own
        if "meaning" in each
    }


def expected(table: str, futures: Iterable[str]) -> dict[str, Column]:
    """Return the columns of a table, in order, for a scenario with some futures; without paths."""
    members = {
        "concentration_INSTRUMENT": [f"concentration_{name}" for name in INSTRUMENTS],
        "belief_FUTURE": [f"belief_{name}" for name in futures],
        "PATH": [],
    }
    return {
        name: column
        for known, column in COLUMNS[table].items()
        for name in members.get(known, [known])
    }


def explained(names: Iterable[str]) -> str:
    """Return what measures of ``summary.csv`` and paths of a scenario are, a sentence each.

    Each is told once, without its partner; names that are neither are left out.
    """
    clauses = {}
    for name in names:
        kind = name.partition(":")[0]
        known = about("countries", kind) or about("ties", kind)
        if known is None and find_path(name):
            known = about("runs", name)
        if kind == "choice":
            clauses[kind] = "choice: share of runs that took the option of the question"
        elif kind == "event":
            clauses[kind] = "event: share of runs in which it happened in the year"
        elif known is not None:
            clauses[kind] = f"{kind.replace('_', ' ')}: {known.meaning}"
    return "".join(f" {clause[0].upper()}{clause[1:]}." for clause in clauses.values()).lstrip()


def find_path(path: str) -> bool:
    """Whether a name is the path of a number of a scenario."""
    try:
        return find(split(path)) is not None
    except ValueError:
        return False
