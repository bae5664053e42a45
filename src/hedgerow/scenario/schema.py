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
from ..model.parameters import INSTRUMENTS, PROCESSES, TOP_RUNG
from ..model.terms import TERMS
from .faults import kind_of
from .fields import TREE, Tree
from .number import Number, custom

Kind = Literal["vote", "membership", "agreement", "exercise", "aid", "other"]
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


Source = Annotated[
    StrictStr | None,
    Key(description="Where the bare numbers of this table and of its sub-tables come from"),
]
MOST_RUNS = 2**32 - 1
"""Most runs of a point: its run number is one half of the 64-bit number of a random stream."""

Runs = Annotated[StrictInt, Key(ge=1, le=MOST_RUNS)]
Year = Annotated[StrictInt, Key(ge=1, le=9999)]
_FREE = Number()
_BARE = Annotated[Any, Number(bare=True)]
_NOT_NEGATIVE = Annotated[Any, Number(low=0.0, bare=True)]
_WHEN = "Date in years; 2022.25 is the second quarter"
_DATE = Number(low=1.0, high=9999.0, description=_WHEN)
_POINT = {"type": "object", "minProperties": 1}
_OVER = {
    "anyOf": [_POINT, {"type": "array", "items": _POINT, "minItems": 1}],
    "description": "Paths with their values; of the design list, one table a point",
}
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


def _open(name: str, value: Any, base: type[BaseModel] = Sourced) -> type[BaseModel]:
    """Return a model of a table with free keys whose values are all of type `value`."""
    # `create_model` has no way to type the extra keys, so the class is built by hand.
    body = {
        "__module__": __name__,
        "__annotations__": {"__pydantic_extra__": dict[str, value]},
        "__pydantic_extra__": Key(init=False),
    }
    return type(name, (base,), body)


EXTRAS: dict[str, dict[str, Any]] = {
    "PartnersItem": {"name": (StrictStr | None, None)},
    "CountriesItem": {
        "name": (StrictStr | None, None),
        "strategy": (Strategy, "quantal"),
        "rules": (list[StrictStr], []),
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
    "Ensemble": {
        "runs": (Runs, 200),
        "seed": (Annotated[StrictInt, Key(ge=0, lt=2**64)] | None, None),
        "level": (Annotated[Literal[1, 2], BeforeValidator(_whole)], 1),
        "poles": (Annotated[list[StrictStr], Key(min_length=2, max_length=2)] | None, None),
        "common_random_numbers": (StrictBool, True),
    },
}
"""Keys of tables that are no numbers of the model."""


def _grown(name: str, tree: Tree) -> Any:
    """Return the type of a table in the tree of fields."""
    brace = next((key for key in tree if key.startswith("{")), None)
    if brace is not None and brace != "{k}":
        return _open(name, _typed(name + "Item", tree[brace]))
    if brace == "{k}":
        tree = dict.fromkeys(INSTRUMENTS, tree[brace])
    keys: dict[str, Any] = {"source": (Source, None)}
    for key, child in tree.items():
        shared = name + "Item" if brace else name + key.title().replace("_", "")
        keys[key] = (_typed(shared, child) | None, None)
    keys |= EXTRAS.get(name, {})
    return _model(name, keys)


@cache
def _registry() -> dict[str, Any]:
    return {}


def _model(name: str, keys: dict[str, Any]) -> Any:
    known = _registry()
    if name not in known:
        known[name] = create_model(name, __base__=Table, **keys)
    return known[name]


def _typed(name: str, node: "Tree | Field") -> Any:
    if isinstance(node, Field):
        return Annotated[Any, Number.of(node)]
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


class Shock(Table):
    """A dated change of one number."""

    label: Annotated[StrictStr, Key(min_length=1)] | None = None
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


def _switches(name: str, names: tuple[str, ...]) -> Any:
    return create_model(name, __base__=Table, **dict.fromkeys(names, (StrictBool, True)))  # type: ignore[call-overload]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


@cache
def file_model() -> type[BaseModel]:
    """Return the model of one scenario file."""
    changes = _open("TieChanges", _BARE, Open)
    option = create_model(
        "Option",
        __base__=Table,
        **dict.fromkeys(INSTRUMENTS, (changes | None, None)),
        reward=(_open("Rewards", _BARE, Open) | None, None),
        cost=(_BARE, 0.0),
    )  # type: ignore[call-overload]
    choice = create_model(
        "Choice",
        __base__=Table,
        at=(_BARE_DATE, ...),
        question=(Annotated[StrictStr, Key(min_length=1)], ...),
        kind=(Kind, "other"),
        countries=(Annotated[list[StrictStr], Key(min_length=1)], ...),
        options=(_open("Options", option, Open), ...),
        source=(Source, None),
        sources=(_own_sources("at", "options"), None),
        note=(StrictStr | None, None),
    )
    ceilings: Any = dict.fromkeys(INSTRUMENTS, (_NOT_NEGATIVE | None, None))
    tie_max = create_model("TieMax", __base__=Table, **ceilings)
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
    labels: Any = (Texts, [])
    return create_model(
        "ScenarioFile",
        __base__=Table,
        schema_=(
            Annotated[Literal[1], BeforeValidator(_whole)],
            Key(alias="schema", description="Version of the format"),
        ),
        title=(StrictStr, ...),
        description=(StrictStr | None, None),
        question=(StrictStr | None, None),
        extends=(Annotated[StrictStr, Key(min_length=1)] | None, None),
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
        time=(Time | None, None),
        terms=(_switches("Terms", TERMS) | None, None),
        processes=(_switches("Processes", PROCESSES) | None, None),
        **sections,
        rules=(_open("Rules", rule) | None, None),
        shocks=(list[Shock], []),
        choices=(list[choice], []),
        embargoes=(list[embargo], []),
        remove_shocks=labels,
        remove_choices=labels,
        remove_embargoes=labels,
        sweep=(sweep | None, None),
        expect=(Annotated[list[Expect], BeforeValidator(_as_list)], []),
    )  # type: ignore[call-overload]


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
