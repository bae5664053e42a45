"""The scenario of a state of the panel, as a text: data where there are some, else guesses.

The same text is read when a command names a state by its code, and written by ``hedgerow new``.
"""

import textwrap
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import exp, log, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import NewError
from ..facts.imported import with_imported
from ..facts.panel import Panel, shipped_panel
from ..facts.pooling import usual_memory
from ..facts.profile import AS_OF, FIRST, ISSUES, Profile, profile, require_state
from ..files import folder
from .problems import closest, listed
from .write import value_text

if TYPE_CHECKING:
    from .document import Plain
    from .scenario import Scenario

SUPPLIERS = ("RUS", "CHN", "USA", "JPN", "IND", "KOR", "EU", "AUS", "TUR", "ISR")
"""The partners of the panel, which a state's scenario has unless others are named."""

NAMES = {
    "RUS": "Russia",
    "CHN": "China",
    "USA": "the United States",
    "JPN": "Japan",
    "IND": "India",
    "KOR": "South Korea",
    "EU": "the European Union",
    "AUS": "Australia",
    "TUR": "Türkiye",
    "ISR": "Israel",
}

END = 2035
"""The last year of a state's scenario."""

OTHERS = {"TUR": -1.5, "ISR": -0.6}
"""What a supplier of the part ``suppliers`` weighs at rest, as a logarithm."""

_POLES = (("USA", "EU", "JPN", "AUS", "KOR", "ISR", "TUR"), ("CHN", "RUS", "IND"))
_TURN = 2012
_OLD = {"USA": "rivalry-2012", "JPN": "china-japan-2012"}
_RIVALRY = {"USA": (0.4, 0.55, 0.7), "JPN": (0.4, 0.6, 0.8)}
"""China's rivals, what was put between them in 2012, and what stands in its place from then on."""

_HABITS = "habits-2014"
_PROGRAMMES = "programmes of 1997–2012"
_GUESS = "assumption: as shipped scenarios have it of states with such ties, to a step"
_UNKNOWN = "assumption: the panel does not tell"
_MOST = 0.86
"""Largest tie of trade at the start, from which offers may still add to it."""
DRIFT = 0.0216
"""Standard deviation of a year's change of a tie of trade, the square root of a share."""


@dataclass(frozen=True)
class Borrowed:
    """What a scenario takes over from another: rules by name, and choices as in a file."""

    rules: "Mapping[str, Plain]"
    choices: "Sequence[Plain]"


_TITLES: "dict[str, Plain]" = {
    "no_known_alliance": {
        "title": "No alliance, for the panel tells of none",
        "tier_max": 3,
        "source": "assumption: no table tells of alliances, so that none is concluded",
    }
}
NOTHING = Borrowed({}, ())


def borrowed_from(like: "Scenario", code: str, partners: Sequence[str], start: int) -> Borrowed:
    """Return the rules of the first country of a scenario, and the choices put to it.

    Choices before the start, of powers that are no partners, and such as provoke what only a threat
    does are left out. All numbers become assumptions.

    Args:
        like: the scenario.
        code: of the state that takes them over.
        partners: its partners.
        start: its first year.
    """
    first, source = like.countries[0], f"assumption: as in {like.name}"
    resolved = like.resolved
    rules = {
        name: {key: value for key, value in resolved["rules"][name].items() if key != "sources"}
        | {"source": source}
        for name in resolved["countries"][first]["rules"]
        if name not in _TITLES  # it is no rule of the state's own
    }
    absent = set(resolved["partners"]) - set(partners)
    choices = [
        {key: value for key, value in entry.items() if key not in ("sources", "note")}
        | {"countries": [code], "source": source}
        for entry in resolved["choices"].values()
        if first in entry["countries"]
        and entry["at"] >= start
        and not (start == AS_OF and entry["question"] in ISSUES.values())  # it is on record
        and not absent & set(_texts(entry))
        and not any(_needs_threat(like, each) for each in entry.get("options", {}).values())
    ]
    return Borrowed(rules, choices)


def _needs_threat(like: "Scenario", option: "Plain") -> bool:
    event = like.resolved["events"].get(option.get("provokes"), {})
    return event.get("effect") in ("incident", "encirclement")


def _texts(node: Any) -> Iterator[str]:
    """Yield all keys and texts of a part of a document."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
    elif isinstance(node, str):
        yield node


def text_of(
    code: str,
    partners: Sequence[str] | None = None,
    start: int = AS_OF,
    borrow: "Callable[[str, tuple[str, ...]], Borrowed] | None" = None,
    data: Path | None = None,
) -> str:
    """Return the scenario of a state, as the text of a file.

    Args:
        code: of a state of the panel that hedges.
        partners: codes of powers; by default all of the panel.
        start: first year, from 1996 to 2014. Ties are those at the end of the year before, and for
            2014 those at its own end.
        borrow: returns what is taken over from another scenario, for a state and its partners.
        data: folder of imported tables, which are read in place of those of the panel.

    Raises:
        NoState: the panel has no such state.
        NewError: partners or the start are not right.
        DataError: the imported tables cannot be used.
    """
    panel, sources = shipped_panel(), list[str]()
    if data is None:
        code = require_state(panel, code)
    else:
        panel, code, sources = with_imported(panel, data, code)
    chosen = _partners(panel, code, partners)
    known = profile(panel, code, _year(panel, code, start))
    if code not in known.position.of:
        raise NewError(
            f"start {start}: {known.position.external} has no ideal point of {code} in "
            f"{known.year}; {_later(panel, code, known.year)}"
        )
    if lost := [one for one in chosen if one not in known.position.of]:
        raise NewError(
            f"start {start}: {known.position.external} has no ideal point of {lost[0]} in "
            f"{known.year}; import it too, or leave out the partner"
        )
    borrowed = NOTHING if borrow is None else borrow(code, chosen)
    if not borrowed.rules:
        borrowed = replace(borrowed, rules=_TITLES)
    head = _head(known, chosen, start, borrowed, sources)
    return "\n".join([*head, *_country(known, chosen, borrowed), ""])


def _partners(panel: Panel, code: str, partners: Sequence[str] | None) -> tuple[str, ...]:
    usual = tuple(one for one in SUPPLIERS if one != code)
    if partners is None:
        return usual
    given = [one.strip().upper() for one in partners]
    for one in given:
        if given.count(one) > 1:
            raise NewError(f"partner {one} is named twice; leave one of them out")
        if one == code:
            raise NewError(f"{code} cannot be a partner of itself; leave it out")
        if one not in SUPPLIERS:
            hint = closest(one, SUPPLIERS)
            raise NewError(
                f"the panel has no figure of {one[:30]!r} as a partner; "
                + (hint or f"expected: {listed(usual)}")
            )
    if len(given) < 2:
        raise NewError("a state hedges between two partners at least; name more")
    return tuple(sorted(given, key=SUPPLIERS.index))


def _year(panel: Panel, code: str, start: int) -> int:
    """Return the year up to which figures are taken."""
    states = panel.columns("states")
    since = dict(zip(states["iso3"].tolist(), states["panel_from"].tolist(), strict=True))
    first = max(FIRST, int(since[code])) + 1
    if not first <= start <= AS_OF:
        raise NewError(
            f"start {start} is outside what the panel covers of {code}; "
            f"expected: {first} to {AS_OF}"
        )
    return AS_OF if start == AS_OF else start - 1


def _later(panel: Panel, code: str, year: int) -> str:
    """Return in words when a scenario may start whose state has no ideal point in a year."""
    points = panel.columns("un_ideal_points")
    years = points["year"][(points["country"] == code) & (points["year"] > year)]
    first = min([int(one) + 1 for one in years if one < AS_OF], default=0)
    return f"start in {first} or later" if first else "start in another year"


def _head(
    known: Profile,
    chosen: Sequence[str],
    start: int,
    borrowed: Borrowed,
    sources: Sequence[str],
) -> Iterator[str]:
    name, to = known.name, _and([NAMES[one] for one in chosen])
    yield from _comment(
        f"{name} from {start}: what public data tell of it, and guesses where they tell "
        'nothing. The source of a number says what it rests on: "external" is data, "estimated" is '
        'drawn towards what all states do, "assumption" is a guess, for you to replace; '
        f'"hedgerow check --why FILE" counts them. "hedgerow evidence --panel {known.code}" prints '
        "the data. What all states share lies in the parts of the library that are included."
    )
    if sources:
        yield "# Read in place of the panel's own tables:"
        for each in sources:
            yield from _comment(f"- {each}")
    if known.holes:
        yield from _comment(f"Not known: {known.holes}.")
    yield "schema = 2"
    yield f"title = {value_text(f'How might {name} hedge, seen from {start}?')}"
    yield f"question = {value_text(f'How might {name} hedge between {to}?')}"
    about = "threats, foes, pacts and titles are not in it, and none is assumed"
    yield f"description = {value_text(f'{name} as the panel knows it; {about}.')}"
    parts = ["generic", *(["suppliers"] if set(chosen) & OTHERS.keys() else [])]
    yield f"include = {value_text(parts)}"
    yield 'paths = "panel"'
    there = [one for one in SUPPLIERS if one not in OTHERS or "suppliers" in parts]
    if gone := [one for one in there if one not in chosen]:
        yield f"remove.partners = {value_text(gone)}"
    if gone := list(_past(chosen, start)):
        yield f"remove.shocks = {value_text(gone)}"
    if borrowed.choices:
        yield from ("choices = [", *(f"  {value_text(each)}," for each in borrowed.choices), "]")
    yield from ("", "[time]", f"start = {start}", f"end = {END}")
    yield from ("", "[knowledge]", f"until = {AS_OF}")
    poles = [next((one for one in side if one in chosen), "") for side in _POLES]
    poles = [*chosen[:2]] if "" in poles else poles
    yield from (
        "",
        "[ensemble]",
        "runs = 200",
        "seed = 1",
        "level = 2",
        f"poles = {value_text(poles)}",
    )
    yield from ("", "[habits]", f'file = "{_HABITS}"')
    of = f"estimated: the error of the state's own mean, below, {_PROGRAMMES}"
    yield _row("arms.size_spread", of, value=known.size.error)
    others = {one: weight for one, weight in weights().items() if one not in (*chosen, known.code)}
    rest = log(1 + sum(map(exp, others.values())))
    told = ", ".join(f"{one} ({weight:g})".replace("-", "−") for one, weight in others.items())
    among = told and f", with {told} among it"
    of = f"estimated: 0 for the rest of the world{among}, {_PROGRAMMES}"
    yield _row("arms.base_other", of, value=rest)
    yield from (
        "",
        "[partners]",
        f'source = "external: {known.position.external}, the points of {known.year}"',
    )
    for one in chosen:
        yield f"{one}.position = {known.position.of[one]:.2f}"
    rivals = {one: prior for one, prior in _RIVALRY.items() if one in chosen}
    if start > _TURN and "CHN" in chosen and rivals:
        yield from (
            "",
            "[relations.rivalry]",
            'source = "assumption: as in all scenarios from 2014"',
        )
        yield from (f"CHN.{one} = {_triangular(*prior)}" for one, prior in rivals.items())
    yield from ("", "[rules]")
    yield from (f"{rule} = {value_text(table)}" for rule, table in borrowed.rules.items())


@cache
def weights() -> dict[str, float]:
    """Return what each supplier weighs at rest, as a logarithm; the rest of the world weighs 0."""
    with (folder("seeds") / "habits" / f"{_HABITS}.toml").open("rb") as file:
        base = tomllib.load(file)["habits"]["arms"]["base"]
    return {one: OTHERS[one] if one in OTHERS else base[one] for one in SUPPLIERS}


def _past(chosen: Sequence[str], start: int) -> Iterator[str]:
    """Yield the labels of shocks of the library whose outcome stands in the start already."""
    if "CHN" in chosen:
        yield "assertive-china"  # which raises what is put wide for any state
        if start > _TURN:
            yield from (label for one, label in _OLD.items() if one in chosen)


def _country(known: Profile, chosen: Sequence[str], borrowed: Borrowed) -> Iterator[str]:
    memory, trade = known.memory, known.trade
    put = {each.get("issue") for each in borrowed.choices}
    at_end = f"at the end of {known.year}"
    arms = _rounded({one: memory.of.get(one, 0.0) for one in chosen})
    yield from ("", f"[countries.{known.code}]", f"name = {value_text(known.name)}")
    yield from ('source = "assumption"', f"rules = {value_text(list(borrowed.rules))}")
    yield 'threat.source = "none"  # or the code of a partner, with threat.level and the like'
    yield f"belief_relaxation = {_triangular(0.15, 0.3, 0.45)}"
    if "RUS" in chosen:
        yield f"nearness.RUS = {_triangular(0.2, 0.6, 1.0, _UNKNOWN)}"
    point = known.position.of[known.code]
    of = f"external: {known.position.external}, the point of {known.year}"
    yield _row("position", of, value=point, low=point - 0.11, high=point + 0.11)
    rate, size = known.rate, known.size
    of = f"estimated: {rate.programmes} {_PROGRAMMES}, drawn towards the mean of all"
    yield _row("programmes.arms", of, dist="lognormal", value=rate.value, sigma=rate.error)
    of = f"estimated: sizes of {_PROGRAMMES}, drawn towards the mean of all"
    yield _row("own_size.arms", of, value=size.value)
    usual = usual_memory(rate.value, size.value)
    of = f"external: {memory.external}, its sum {at_end} over that usual at this rate and size"
    yield _row("experience.arms", of, value=known.remembered / usual)
    of = f"external: {memory.external}, the share of all others {at_end}"
    if not memory.of:
        of = "convention: nothing is remembered, so the share of others is that of nothing"
    yield _row("others.arms", of, value=round(max(1 - sum(arms.values()), 0.0), 3))
    records = dict(known.classes)
    issues = {issue: vote for issue, vote in known.issues.items() if issue in put}
    if records or issues:
        of = f"external: panel-un-votes, {known.year - 2} to {known.year}"
        yield f"records = {value_text({'source': of, **issues, 'class': records})}"
    of = "assumption: as much as of others, give or take a half"
    minds = {one: {"dist": "lognormal", "value": 0.7, "sigma": 0.5} for one in chosen}
    yield f"attention = {value_text({'source': of, **minds})}"
    of = f"{_UNKNOWN} titles; none is assumed"
    yield f"tiers = {value_text({'source': of, **dict.fromkeys(chosen, 0)})}"
    of = f"external: {memory.external}, shares of what is remembered {at_end}"
    yield f"ties.arms = {value_text({'source': of, **arms})}"
    if known.arsenal.of:
        stocks = _rounded({one: known.arsenal.of.get(one, 0.0) for one in chosen})
        of = f"external: {known.arsenal.external}, {known.arsenal.when}, less 8 % a year"
        yield f"stocks.arms = {value_text({'source': of, **stocks})}"
    yield from _trade(known, chosen)
    for instrument, level in _STEPS.items():
        yield from ("", f"[countries.{known.code}.ties.{instrument}]", f'source = "{_GUESS}"')
        for one in chosen:
            if at := level(trade.of.get(one, 0.0), arms[one]):
                yield f"{one} = {_triangular(max(at - 0.25, 0.0), at, min(at + 0.25, 0.85))}"
    for by, act in known.embargoes.items():
        if by in chosen:
            yield from ("", "[[embargoes]]", f'label = "{by}-{known.code}"', f'partner = "{by}"')
            yield f'countries = ["{known.code}"]'
            yield f"source = {value_text(f'external: panel-embargoes, {act}')}"


def _rounded(shares: Mapping[str, float]) -> dict[str, float]:
    """Return shares in thousandths, whose sum is not above 1."""
    result = {one: round(share, 3) for one, share in shares.items()}
    beyond = round(sum(result.values()) - 1.0, 3)
    if beyond > 0.0:
        largest = max(result, key=lambda one: result[one])
        result[largest] = round(result[largest] - beyond, 3)
    return result


def _trade(known: Profile, chosen: Sequence[str]) -> Iterator[str]:
    trade = known.trade
    error = DRIFT * sqrt(1 + known.year - int(trade.when[:4])) if trade.of else 0.0
    of = f"external: {trade.external}, square root of the share of {trade.when}"
    yield from (
        "",
        "# Their error is what such ties drift in the years until the start, and one more.",
    )
    yield f"[countries.{known.code}.ties.trade]"
    if trade.of:
        yield f'source = "{of}"'
    for one in chosen:
        share = trade.of.get(one)
        if share is None:
            yield f"{one} = {_triangular(0, 0.05, 0.3, _UNKNOWN)}"
        else:
            high = min(sqrt(share) + 3 * error, _MOST)
            yield _row(one, dist="normal", value=min(sqrt(share), high), sd=error, low=0, high=high)


def _diplomacy(trade: float, arms: float) -> float:
    if trade >= 0.1:
        return 0.75
    return 0.5 if trade >= 0.03 or arms >= 0.1 else 0.25


def _energy(trade: float, arms: float) -> float:
    return 0.25 if trade >= 0.1 or arms >= 0.25 else 0.0


def _defence(trade: float, arms: float) -> float:
    return 0.25 if arms >= 0.1 else 0.0


_STEPS = {"diplomacy": _diplomacy, "defence": _defence, "energy": _energy}
"""Ties of which no table tells: how deep they are with a share of trade and of arms."""


def _row(key: str, source: str = "", **numbers: float | str) -> str:
    """Return the line of a quantity, its numbers in three digits behind the point."""
    shown = {
        name: round(number, 3) + 0.0 if isinstance(number, float) else number
        for name, number in numbers.items()
    }
    return f"{key} = {value_text(shown | ({'source': source} if source else {}))}"


def _triangular(low: float, value: float, high: float, source: str = "") -> str:
    prior = {"dist": "triangular", "low": low, "value": value, "high": high}
    return value_text(prior | ({"source": source} if source else {}))


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 98, initial_indent="# ", subsequent_indent="# ")


def _and(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
