"""The columns of the tables of runs: meaning, unit, range, and when a cell is empty.

The formulas are those of `hedgerow.model.measures` and `hedgerow.model.recorder`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from ..model.parameters import Kind
from ..scenario.fields import find
from ..scenario.keys import split
from ..scenario.schema import USUAL

if TYPE_CHECKING:
    from ..scenario import Scenario

Instruments = Mapping[str, str]
"""The kind of each instrument by its name."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        kind: type of its cells.
        meaning: what it holds, in a few words.
        unit: unit of its numbers; empty for names and for counts.
        low, high: closed range of its numbers.
        empty: when a cell is null, in words; empty if it never is.
        new: whether results of version 0.1 lack it.
    """

    kind: str
    meaning: str
    unit: str = ""
    low: float = -inf
    high: float = inf
    empty: str = ""
    new: bool = False


def _real(
    meaning: str,
    unit: str,
    low: float = -inf,
    high: float = inf,
    empty: str = "",
    new: bool = False,
) -> Column:
    return Column("double", meaning, unit, low, high, empty, new)


_RUN = Column("int64", "number of the run: point × replicates + replicate", low=0)
_YEAR = Column("int16", "calendar year", "year")
_COUNTRY = Column("text", "code of the hedging country")
_PARTNER = Column("text", "code of the partner")
_UNPRICED = "a year in which insurance is not priced"
_UNINSURED = f"{_UNPRICED}, or no other future is thought possible"
_WINDOW = "of the last five years, this one included (those before the start were as usual)"

_BY_KIND: dict[str, dict[str, Column]] = {
    Kind.PROGRAMMES: {
        "{}_stock": _real(
            "share of the partner in the arsenal, by volume, other suppliers in the whole",
            "share",
            0.0,
            1.0,
            "the arsenal is empty",
        ),
        "{}_deliveries": _real(
            f"share in the deliveries {_WINDOW}, by volume",
            "share",
            0.0,
            1.0,
            "nothing was delivered",
        ),
        "{}_orders": _real(
            f"share in the orders {_WINDOW}, by volume", "share", 0.0, 1.0, "nothing was ordered"
        ),
    },
    Kind.STEPS: {"{}": _real("depth of the tie, in whole steps of the instrument", "depth", 0.0)},
    Kind.FLOW: {
        "{}": _real(
            "square root of the partner's share in the whole flow, less what events in force cut",
            "√share",
            0.0,
        )
    },
    Kind.POSITION: {
        "{}": _real(
            "nearness of the two ideal points, 1 where they are the same", "nearness", 0.0, 1.0
        )
    },
}
"""Columns of an instrument by its kind, with a place for its name."""

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
            "50 (1 + (a_A − a_B)/(a_A + a_B)) for the poles A and B; 50 is the middle of the "
            "hedger's band, which the scenario gives",
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
        "tail_loss": _real(
            "mean payoff of the worst 5 % of futures, by belief; the lower, the worse", "log-odds"
        ),
        "threat": _real("perceived threat, in units of protection", "threat", 0.0),
        "price_of_autonomy": _real(
            "what the portfolio forgoes in today's future against giving the better pole the ties "
            "with the other",
            "log-odds",
            new=True,
        ),
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
        "rules_bound": _real(
            "share of the year's decisions in which a rule struck off what would have been taken",
            "share",
            0.0,
            1.0,
            "nothing was to be decided",
            new=True,
        ),
        "premium": _real(
            "what the best portfolio under uncertainty forgoes where nothing happens, against the "
            "best were today's future certain",
            "log-odds",
            0.0,
            empty=_UNPRICED,
        ),
        "payout": _real(
            "what the best portfolio under uncertainty saves in the other futures, by belief, "
            "against the best were today's future certain",
            "log-odds",
            empty=_UNINSURED,
        ),
        "premium_held": _real(
            "the premium of the portfolio that is held", "log-odds", empty=_UNPRICED, new=True
        ),
        "payout_held": _real(
            "the payout of the portfolio that is held", "log-odds", empty=_UNINSURED, new=True
        ),
        "insured": _real(
            "1 where the portfolio held is insurance: it costs where nothing happens and by belief "
            "pays at least as much elsewhere; else 0",
            "share",
            0.0,
            1.0,
            _UNINSURED,
            new=True,
        ),
    },
    "ties": {
        "run": _RUN,
        "year": _YEAR,
        "country": _COUNTRY,
        "partner": _PARTNER,
        **{
            name.format(kind.upper()): column
            for kind, columns in _BY_KIND.items()
            for name, column in columns.items()
        },
        "tier": Column(
            "int8",
            "label of the partnership, from 0 (none) to 4 (alliance); the scenario names the rungs",
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
            "acts of coercion by the partner that are expected in the year, before its attention "
            "is rationed",
            "per year",
            0.0,
        ),
        "inducement": _real(
            "offers and visits by the partner that are expected in the year, before its attention "
            "is rationed",
            "per year",
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
        "value": _real("how large it is; see below", "that of the event"),
        "quarter": Column("int8", "quarter of the year in which it began", "", 1, 4, new=True),
        "kind": Column("text", "`coercion`, `offer`, `visit`, `tier` or `hedging`", new=True),
        "until": _real(
            "when it ends, as a year with its quarter: 2014.5 is the middle of 2014",
            "year",
            empty="it has no length",
            new=True,
        ),
        "provoked_by": Column(
            "text",
            "the largest part of why the power did it: `tilt to` or `lead of` a rival, "
            "`isolation`, `need`, `cover`, or `rate` where nothing provoked it; or `answer to` a "
            "question",
            empty="it was not a power's act, or one as usual",
            new=True,
        ),
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
"""Table → column → what it is. Capital letters stand for a future, a path or an instrument, those
of ties for one of that kind."""

_FAMILIES = {"concentration_": "concentration_INSTRUMENT", "belief_": "belief_FUTURE"}


def instruments_of(scenario: "Scenario") -> Instruments:
    """Return the kinds of the instruments of a scenario."""
    tables = scenario.resolved["instruments"]
    return {name: str(tables[name]["kind"]) for name in scenario.instruments}


def _of_instruments(instruments: Instruments) -> dict[str, Column]:
    """Return the columns of ties of some instruments."""
    return {
        form.format(name): column
        for name, kind in instruments.items()
        for form, column in _BY_KIND[kind].items()
    }


def about(table: str, column: str, instruments: Instruments = USUAL) -> Column | None:
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
    if table == "ties" and (found := _of_instruments(instruments).get(column)):
        return found
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


def notes(table: str, column: str, instruments: Instruments = USUAL) -> dict[str, str]:
    """Return the ``label`` and the ``unit`` of a column as a dictionary.

    The unit is empty for names, counts and pure numbers. The dictionary is empty if no table of
    Hedgerow has the column.
    """
    known = about(table, column, instruments) if table in COLUMNS else None
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


def expected(
    table: str, futures: Iterable[str], instruments: Instruments | None
) -> dict[str, Column]:
    """Return the columns of a table, in order, without paths.

    Args:
        futures: those of the scenario.
        instruments: those of the scenario; None for a result of version 0.1.
    """
    kinds = USUAL if instruments is None else instruments
    members = {
        "concentration_INSTRUMENT": [f"concentration_{name}" for name in kinds],
        "belief_FUTURE": [f"belief_{name}" for name in futures],
        "PATH": [],
    }
    for kind, forms in _BY_KIND.items():
        of_kind = [name for name, its in kinds.items() if its == kind]
        members |= {form.format(kind.upper()): [form.format(n) for n in of_kind] for form in forms}
    return {
        name: column
        for known, column in COLUMNS[table].items()
        if not (instruments is None and column.new)
        for name in members.get(known, [known])
    }


def explained(names: Iterable[str]) -> str:
    """Return what measures of ``summary.csv`` and paths of a scenario are, a sentence each.

    Each is told once, without its partner; names that are neither are left out.
    """
    clauses = {}
    for name in names:
        kind = name.partition(":")[0]
        known = about("ties" if ":" in name else "countries", kind)
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
