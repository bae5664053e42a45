"""The format of scenario files, as pydantic models built from the model's table of numbers.

A file is checked by itself, before it is merged with the file that it extends. So only its title
and its schema number are required here. `hedgerow.scenario.checks` checks the merged document.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictBool,
    StrictInt,
    StrictStr,
    WithJsonSchema,
    create_model,
)
from pydantic import Field as Key

from ..model.numbers import Field
from ..model.parameters import (
    POLITICS,
    PROCESSES,
    TERMS,
    TOP_RUNG,
    Effect,
    Role,
    Vote,
)
from ..model.parameters import Kind as InstrumentKind
from .faults import kind_of
from .fields import TREE, Tree
from .number import Number, custom

VERSION = 2
"""Number of the format."""

VOTE = "vote"
Kind = Literal["vote", "offer", "demand", "membership", "agreement", "exercise", "aid", "other"]
Operation = Literal["set", "add", "multiply"]
Design = Literal[
    "grid",
    "list",
    "zip",
    "latin",
    "sobol",
    "saltelli",
    "morris",
]
Strategy = Literal[
    "quantal",
    "best_reply",
    "balancer",
    "bandwagoner",
    "neutral",
    "status_quo",
    "random",
    "diversifier",
    "tit_for_tat",
]
Texts = list[StrictStr]
CODE = r"^[A-Za-z][A-Za-z0-9_-]*$"
RULE_NUMBERS = ("tier_max", "tilt_max", "tie_max")
"""Keys of a rule that hold numbers."""
RESERVED = ("source", "none")
HABITS = tuple(kind for kind in POLITICS if kind != "powers")
"""Kinds of choice whose habit can be switched off."""

VOTE_ONLY = ("issue", "class", "subject", "sponsors", "votes")
"""Keys of a choice that only a vote has."""

OPTION = ("offered", "pledge", "cover", "provokes", "risk", "source")
"""Keys of an option that are no instruments."""

ALWAYS = "always"
"""Value of `recalibrate` with which returns follow from the numbers of every point of a sweep."""

BAND = (45.0, 55.0)
RUNGS = ("none", "comprehensive", "strategic", "comprehensive strategic", "alliance")
USUAL = {
    "arms": InstrumentKind.PROGRAMMES,
    "trade": InstrumentKind.FLOW,
    **dict.fromkeys(("energy", "diplomacy", "defence", "settlement"), InstrumentKind.STEPS),
    "voice": InstrumentKind.POSITION,
}
"""Band, rungs and instruments of shipped scenarios; results of version 0.1 had no others."""


Source = Annotated[
    StrictStr | None,
    Key(description="Where the bare numbers of this table and of its sub-tables come from"),
]
REMOVED = {
    "partners": "partner",
    "countries": "country",
    "instruments": "instrument",
    "futures": "future",
    "events": "event",
    "rules": "rule",
    "shocks": "label",
    "choices": "question",
    "embargoes": "label",
}
"""Sections of which a file can remove members, and what a member is called in messages."""

MOST_RUNS = 2**32 - 1
"""Most runs of a point: its run number is one half of the 64-bit number of a random stream."""

Runs = Annotated[StrictInt, Key(ge=1, le=MOST_RUNS)]
Year = Annotated[StrictInt, Key(ge=1, le=9999)]
_FREE = Number()
_STEPS = Number(-1000.0, 1000.0, whole=True, bare=True)
_SHARE = Number(0.0, 1.0, bare=True)
_Names = list[Annotated[StrictStr, Key(min_length=1)]]
_Effect = Literal[tuple(effect.value for effect in Effect)]  # type: ignore[valid-type]
_Role = Literal[tuple(role.value for role in Role)]  # type: ignore[valid-type]
_InstrumentKind = Literal[tuple(kind.value for kind in InstrumentKind)]  # type: ignore[valid-type]
_Voted = Literal[Vote.options]  # type: ignore[valid-type]
_BARE = Annotated[Any, Number(bare=True)]
_NOT_NEGATIVE = Annotated[Any, Number(low=0.0, bare=True)]
_WHEN = "Date in years; 2022.25 is the second quarter"
_DATE = Number(low=1.0, high=9999.0, description=_WHEN)
_POINT = {"type": "object", "minProperties": 1}
_OVER = {
    "anyOf": [_POINT, {"type": "array", "items": _POINT, "minItems": 1}],
    "description": "Paths with their values; of the design list, one table a point",
}
_Before = Annotated[
    StrictStr | None, Key(description="Entry of a file below before which this one stands")
]
_BARE_DATE = Annotated[Any, Number(low=1.0, high=9999.0, description=_WHEN, bare=True)]


class Table(BaseModel):
    """A table with fixed keys."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)


class Open(BaseModel):
    """A table whose keys are names from the scenario."""

    model_config = ConfigDict(extra="allow")


class Sourced(Open):
    """A table whose keys are names from the scenario, with a source for its numbers."""

    source: Source = None


def _whole(value: Any) -> Any:
    """Refuse 1.0 and true, which equal whole numbers in Python but are none in a file."""
    if isinstance(value, bool | float):
        raise custom(f"found {kind_of(value)}", "a whole number")
    return value


def _whether(value: Any) -> Any:
    if not isinstance(value, bool) and value != ALWAYS:
        raise custom(f"found {kind_of(value)}", f'true, false or "{ALWAYS}"')
    return value


def _open(name: str, value: Any, base: Any = Sourced) -> Any:
    """Return a model of a table with free keys whose values are all of type `value`."""
    # `create_model` has no way to type the extra keys, so the class is built by hand.
    body = {
        "__module__": __name__,
        "__annotations__": {"__pydantic_extra__": dict[str, value]},
        "__pydantic_extra__": Key(init=False),
    }
    return type(name, (base,), body)


def _bundle() -> Any:
    """Return the type of whole steps by instrument and partner."""
    return _open("Bundle", _open("BundleItem", Annotated[Any, _STEPS], Open), Open)


_MEANS: Any = _open("RecordsOfClasses", Annotated[Any, Number(-1.0, 1.0, bare=True)], Open) | None
_RECORDS = create_model(
    "Records",
    __base__=_open("RecordsOfIssues", _Voted),
    class_=(_MEANS, Key(None, alias="class")),
)

EXTRAS: dict[str, dict[str, Any]] = {
    "InstrumentsItem": {
        "kind": (_InstrumentKind | None, None),  # required of the merged whole
        "roles": (list[_Role], []),  # type: ignore[valid-type]
    },
    "Habits": {
        "file": (
            Annotated[StrictStr, Key(min_length=1)] | None,
            Key(None, description="File of habits that lie under the numbers of the scenario"),
        ),
    },
    "PartnersItem": {"name": (StrictStr | None, None)},
    "EventsItem": {
        "name": (StrictStr | None, None),
        "power": (StrictStr | None, None),  # required of the merged whole
        "effect": (_Effect | None, None),  # required of the merged whole
        "target": (StrictStr | None, Key(None, description="Whose friends it designates")),
        "offers": (_bundle() | None, Key(None, description="Whole steps that an offer adds")),
        "pledge": (StrictBool, False),
    },
    "CountriesItem": {
        "name": (StrictStr | None, None),
        "strategy": (Strategy, "quantal"),
        "rules": (list[StrictStr], []),
        "records": (_RECORDS | None, None),
    },
    "CountriesItemThreat": {
        "source": (StrictStr | None, Key(None, description='Code of a partner, or "none"')),
    },
    "FuturesItem": {
        "name": (StrictStr | None, None),
        "set": (_open("FuturesSet", Annotated[Any, _FREE]) | None, None),
        "multiply": (
            _open("FuturesMultiply", Annotated[Any, Number(low=0.0)]) | None,
            None,
        ),
    },
}
"""Keys of tables that are no numbers of the model."""


def _grown(name: str, tree: Tree) -> Any:
    """Return the type of a table in the tree of fields."""
    brace = next((key for key in tree if key.startswith("{")), None)
    keys: dict[str, Any] = {"source": (Source, None)}
    for key, child in tree.items():
        if key != brace:
            keys[key] = (_typed(name + key.title().replace("_", ""), child) | None, None)
    keys |= EXTRAS.get(name, {})
    if brace is None:
        return _model(name, keys)
    fixed = _model(name + "Keys", keys, Open) if len(keys) > 1 else Sourced
    return _open(name, _typed(name + "Item", tree[brace]), fixed)


@cache
def _registry() -> dict[str, Any]:
    return {}


def _model(name: str, keys: dict[str, Any], base: type[BaseModel] = Table) -> Any:
    known = _registry()
    if name not in known:
        known[name] = create_model(name, __base__=base, **keys)
    return known[name]


def _typed(name: str, node: "Tree | Field") -> Any:
    if isinstance(node, Field):
        return Annotated[Any, Number.of(node, off=node.parts[0] == "politics")]
    return _grown(name, node)


def _own_sources(*keys: str) -> Any:
    """Return the type of the table ``sources`` of an entry, with a source for each of its keys."""
    name = "".join(key.title().replace("_", "") for key in keys)
    fields: Any = {f"{key}_": (StrictStr | None, Key(None, alias=key)) for key in keys}
    table = create_model(f"SourcesOf{name}", __base__=Table, **fields)
    text = "Where the numbers under single keys come from, in place of source"
    return Annotated[table | None, Key(None, description=text)]


class Rule(Table):
    """A hard rule: bounds that hold whatever the payoff."""

    title: StrictStr | None = None
    source: Source = None
    tier_max: Annotated[StrictInt, Key(ge=0, le=TOP_RUNG)] | None = None
    tilt_max: _NOT_NEGATIVE | None = None
    force: StrictBool | None = None
    pledge: StrictBool | None = None


class Shock(Table):
    """A dated change of one number."""

    label: Annotated[StrictStr, Key(min_length=1)] | None = None
    before: _Before = None
    at: Annotated[Any, _DATE]
    path: StrictStr
    op: Operation
    value: Annotated[Any, _FREE]
    until: Annotated[Any, _DATE] | None = None
    probability: Annotated[Any, Number(0.0, 1.0, description="That it comes at all")] | None = None
    source: Source = None
    note: StrictStr | None = None


class Embargo(Table):
    """A supplier that sells nothing more."""

    label: Annotated[StrictStr, Key(min_length=1)] | None = None
    before: _Before = None
    partner: StrictStr
    countries: Annotated[list[StrictStr], Key(min_length=1)]
    instrument: StrictStr = "arms"
    from_: Annotated[_BARE_DATE | None, Key(alias="from")] = None
    until: _BARE_DATE | None = None
    source: Source = None
    note: StrictStr | None = None


class Expect(Table):
    """An expected difference of a what-if from the scenario that it extends."""

    measure: StrictStr
    country: StrictStr
    year: Year
    direction: Literal["up", "down"]
    minimum: _NOT_NEGATIVE = 0.0


class Time(Table):
    """First and last year."""

    start: Year | None = None
    end: Year | None = None


class KnowledgeOf(Table):
    """What a run is allowed to know."""

    until: Annotated[Year | None, Key(description="Last year of which facts may be known")] = None


class Ensemble(Table):
    """How many runs, and how they are read."""

    runs: Runs = 200
    seed: Annotated[StrictInt, Key(ge=0, lt=2**64)] | None = None
    level: Annotated[Literal[1, 2], BeforeValidator(_whole)] = 1
    poles: Annotated[list[StrictStr], Key(min_length=2, max_length=2)] | None = None
    band: Annotated[
        list[Annotated[Any, Number(0.0, 100.0, bare=True)]],
        Key(min_length=2, max_length=2, description="Alignment that counts as hedging"),
    ] = list(BAND)
    common_random_numbers: StrictBool = True


class Labels(Table):
    """Names of the five rungs of a partnership, from none to alliance."""

    names: Annotated[_Names, Key(min_length=5, max_length=5)] = list(RUNGS)


class Path(Sourced):
    """What a partner has been, by year."""

    market: Annotated[
        dict[Annotated[str, Key(pattern=r"^\d{4}$")], Annotated[Any, Number(1e-9, 1.0, bare=True)]],
        Key(min_length=1, description="Share of world trade, by year"),
    ]


def _switches(name: str, names: tuple[str, ...], of: Any = StrictBool, default: Any = True) -> Any:
    return create_model(name, __base__=Table, **dict.fromkeys(names, (of, default)))  # type: ignore[call-overload]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


def _maybe(kind: Any) -> Any:
    """Return the type of a key that may be left out."""
    return kind | None, None


@cache
def file_model() -> type[BaseModel]:
    """Return the model of one scenario file."""
    option = create_model(
        "Option",
        __base__=_open("OptionBundle", _open("BundleItem", Annotated[Any, _STEPS], Open), Open),
        offered=(StrictStr | None, Key(None, description="Power that offers it")),
        pledge=(StrictStr | None, Key(None, description="Power that it binds to the defence")),
        cover=_maybe(_open("Cover", _BARE, Open)),
        provokes=(StrictStr | None, Key(None, description="Event that it may provoke")),
        risk=(Annotated[Any, _SHARE] | None, None),
    )
    choice = create_model(
        "Choice",
        __base__=Table,
        at=(_BARE_DATE, ...),
        question=(Annotated[StrictStr, Key(min_length=1)], ...),
        before=(_Before, None),
        kind=(Kind, "other"),
        countries=(Annotated[list[StrictStr], Key(min_length=1)], ...),
        options=_maybe(_open("Options", option, Open)),
        issue=(Annotated[StrictStr, Key(min_length=1)] | None, None),
        class_=(StrictStr | None, Key(None, alias="class")),
        subject=(StrictStr | None, Key(None, description='Partner that it hits, or "none"')),
        sponsors=(list[StrictStr] | None, None),
        votes=_maybe(_open("PowersVotes", _Voted, Open)),
        source=(Source, None),
        sources=(_own_sources("at", "options", "votes"), None),
        note=(StrictStr | None, None),
    )
    tie_max = _open("TieMax", _NOT_NEGATIVE, Open)
    rule = create_model(
        "Rule",
        __base__=Rule,
        tie_max=(tie_max | None, None),
        sources=(_own_sources(*RULE_NUMBERS), None),
    )
    embargo = create_model(
        "Embargo", __base__=Embargo, sources=(_own_sources("from", "until"), None)
    )
    sweep = create_model(
        "Sweep",
        __base__=Table,
        design=(Design, "grid"),
        over=(Annotated[Any, WithJsonSchema(_OVER)], None),  # required of the merged whole
        replicates=(Runs | None, None),
        points=(Annotated[StrictInt, Key(ge=1, le=2**24)] | None, None),
        seed=(Annotated[StrictInt, Key(ge=0, lt=2**64)] | None, None),
        levels=(Annotated[StrictInt, Key(ge=2, le=1000)] | None, None),
        second_order=(StrictBool | None, None),
        measures=(Annotated[list[StrictStr], Key(min_length=1)] | None, None),
        years=(Annotated[list[Year], Key(min_length=1)] | None, None),
    )
    sections = {name: (_typed(name.title(), TREE[name]) | None, None) for name in TREE}
    return create_model(
        "ScenarioFile",
        __base__=Table,
        schema_=(
            Annotated[Literal[VERSION], BeforeValidator(_whole)],
            Key(alias="schema", description="Version of the format"),
        ),
        title=(StrictStr, ...),
        description=(StrictStr | None, None),
        question=(StrictStr | None, None),
        extends=(Annotated[StrictStr, Key(min_length=1)] | None, None),
        include=(
            Annotated[
                list[Annotated[StrictStr, Key(min_length=1)]],
                Key(description="Parts of the library, or files beside this one, to lie under it"),
            ],
            [],
        ),
        source=(Source, None),
        parameters=(
            Annotated[
                StrictStr,
                Key(min_length=1, description="File of draws that stand in place of priors"),
            ]
            | None,
            None,
        ),
        facts=(
            Annotated[
                StrictStr | list[StrictStr | dict[str, Any]] | None,
                Key(
                    description="Files of facts of one's own, in the form of an article's in seeds"
                ),
            ],
            None,
        ),
        recalibrate=(
            Annotated[
                StrictBool | Literal[ALWAYS],
                BeforeValidator(_whether),
                Key(
                    description="Whether returns follow from the numbers as changed here; "
                    '"always": at every point of a sweep too'
                ),
            ],
            False,
        ),
        base=(
            Annotated[
                dict[str, Any] | None,
                Key(description="Numbers from which returns follow, where they differ; by path"),
            ],
            None,
        ),
        time=(Time | None, None),
        knowledge=(KnowledgeOf | None, None),
        ensemble=(Ensemble | None, None),
        labels=(Labels | None, None),
        habit=(_switches("Habit", HABITS, Literal["estimated", "flat"], "estimated") | None, None),
        paths=(_paths() | None, None),
        terms=(_switches("Terms", TERMS) | None, None),
        processes=(_switches("Processes", PROCESSES) | None, None),
        **sections,
        rules=(_open("Rules", rule) | None, None),
        shocks=(list[Shock], []),
        choices=(list[choice], []),
        embargoes=(list[embargo], []),
        remove=(_switches("Remove", tuple(REMOVED), Texts, []) | None, None),
        sweep=(sweep | None, None),
        expect=(Annotated[list[Expect], BeforeValidator(_as_list)], []),
    )  # type: ignore[call-overload]


def _paths() -> Any:
    file = Literal["panel"]
    fixed = create_model("PathsKeys", __base__=Sourced, file=(file | None, None))
    return _open("Paths", Path, fixed)


def keys_at(location: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the keys that the table at `location` of a file may have."""
    model: type[BaseModel] | None = file_model()
    for part in location:
        if isinstance(part, int):
            continue
        if model is None:
            return ()
        field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        if field is not None:
            model = _inner(field.annotation)
        else:
            model = _inner(model.__annotations__.get("__pydantic_extra__"))
    if model is None:
        return ()
    names = [field.alias or name for name, field in model.model_fields.items()]
    return tuple(sorted(names, key=lambda name: name == "source"))


def _inner(annotation: Any) -> type[BaseModel] | None:
    return next(_models(annotation), None)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
