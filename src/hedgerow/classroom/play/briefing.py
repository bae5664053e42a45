"""What a country is told before it picks: where it stands, who presses, who offers, what is new.

All of it as messages, so that every language and every page says the same. Numbers are those of the
first quarter of the year, and changes those since the first quarter of the year before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan

from ...errors import BadGame
from ...model import shocks as dated
from ...model.parameters import ROUNDS_A_YEAR, Effect
from ...scenario.compile import path_target
from ...scenario.keys import split
from .cards import known
from .game import Game, scenario_of
from .look import Look, look_at
from .messages import Message, Value
from .replay import Year
from .told import did, happened

FELT = 0.1
"""Acts to be expected a year below which pressure and courting are not told."""
_MOST = 4  # powers that press, or court


@dataclass(frozen=True)
class Section:
    """Some sentences of a briefing under a heading: ``standing``, ``pressure``, ``offers`` …"""

    name: str
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Briefing:
    """What the country is told before a pick.

    Attributes:
        year: that waits for its pick. country: code.
        index: alignment index; None without ties to the poles.
        sections: in the order in which they are read.
    """

    year: int
    country: str
    index: float | None
    sections: tuple[Section, ...]


def briefing(game: Game) -> Briefing:
    """Return the briefing of the year that waits for its pick.

    Raises:
        BadGame: the game is over.
    """
    if game.over:
        raise BadGame(f"this game is over: it ended with {game.last}")
    now = look_at(game)
    before = _year_before(game)
    last = now.run.years[-1] if now.run.years else None
    sections = (
        Section("standing", tuple(_standing(now, before))),
        Section("past", () if last is None else tuple(_past(last, now))),
        Section("pressure", tuple(_powers(now, before, "pressure"))),
        Section("offers", (*_powers(now, before, "inducement"), *_offers(now))),
        Section("incidents", tuple(_incidents(now))),
        Section("news", tuple(_news(now))),
    )
    index = known(now.index({}))
    return Briefing(
        game.year, game.country, index, tuple(part for part in sections if part.messages)
    )


def _past(last: Year, now: Look) -> Iterator[Message]:
    yield from did(last, now.moves)
    yield from happened(last, now.scenario.rungs)


def _year_before(game: Game) -> Look | None:
    """The same moment of the year before; None in the first year of the scenario."""
    if game.picks:
        return look_at(replace(game, picks=game.picks[:-1]))
    if game.first == scenario_of(game).start:
        return None
    return look_at(replace(game, first=game.first - 1))


def _standing(now: Look, before: Look | None) -> Iterator[Message]:
    index = now.index({})
    partners, s = now.structure.partners, now.structure
    first, second = (f"name.{partners[p]}" for p in s.poles)
    if isnan(index):
        yield Message("standing.none", {"first": first, "second": second})
    else:
        low, high = s.band
        lean = "inside" if low <= index <= high else "second" if index < low else "first"
        yield Message(
            f"standing.{lean}",
            {"index": index, "first": first, "second": second, "low": low, "high": high},
        )
    state, i = now.block.state, now.i
    source = int(s.threat_source[i])
    if source >= 0:
        threat = float(state.threat[i])
        values: dict[str, Value] = {"power": f"name.{partners[source]}", "threat": threat}
        if before is not None:
            values["change"] = threat - float(before.block.state.threat[i])
        yield Message("standing.threat" if before else "standing.threat.first", values)
    beliefs = {
        f"future.{name}": float(state.beliefs[w, i]) for w, name in enumerate(s.futures) if w
    }
    if beliefs:
        feared = max(beliefs, key=lambda name: beliefs[name])
        yield Message("standing.belief", {"future": feared, "belief": beliefs[feared]})


def _powers(now: Look, before: Look | None, what: str) -> Iterator[Message]:
    """Who presses, or who offers, the strongest first."""
    levels = getattr(now, what)
    name = "pressure" if what == "pressure" else "offers"
    ranked = sorted(range(len(levels)), key=lambda p: -levels[p])
    told = [p for p in ranked if levels[p] >= FELT][:_MOST]
    for p in told:
        partner = f"name.{now.structure.partners[p]}"
        values: dict[str, Value] = {"partner": partner, "level": float(levels[p])}
        if before is not None:
            values["change"] = float(levels[p] - getattr(before, what)[p])
        yield Message(f"{name}.some" if before else f"{name}.some.first", values)
    if not told:
        yield Message(f"{name}.none")


def _offers(now: Look) -> Iterator[Message]:
    """What powers offer this quarter; the ministry answers."""
    for e in now.made:
        event = now.structure.events[e]
        if event.effect is Effect.OFFER:
            partner = f"name.{now.structure.partners[event.power]}"
            yield Message("offers.now", {"partner": partner, "event": f"event.{event.name}"})


def _incidents(now: Look) -> Iterator[Message]:
    """How powers coerce the country this quarter."""
    for e in now.made:
        event = now.structure.events[e]
        if event.coerces:
            power = f"name.{now.structure.partners[event.power]}"
            key = "incidents.now" if event.effect is Effect.INCIDENT else "incidents.act"
            yield Message(key, {"power": power, "event": f"event.{event.name}"})


def _news(now: Look) -> Iterator[Message]:
    """What shocks and embargoes changed since the first quarter of last year."""
    world, structure = now.block.world, now.structure
    this = now.block.round
    since = max(this - ROUNDS_A_YEAR, 0)
    old, new = (
        dated.in_force(world.values, world.shocks, dated.active(world.shocks, t))
        for t in (since, this)
    )
    before, after = (dated.active(world.shocks, t) for t in (since, this))
    turned: dict[str, str] = {}  # path → what began there last, or nothing where something ended
    for n, (label, entry) in enumerate(now.scenario.resolved["shocks"].items()):
        began = bool(after[n].any())
        if began != bool(before[n].any()):
            turned[entry["path"]] = label if began else turned.get(entry["path"], "")
    for path, label in turned.items():
        array, index, _ = path_target(now.scenario, path)
        place = (now.i,) if index == (slice(None),) else index  # of all countries
        values = {"before": float(old[array][place][0]), "after": float(new[array][place][0])}
        message = _about(now, path, values)
        if message is not None and values["before"] != values["after"]:
            yield replace(message, head=f"shock.{label}")
    for ban in structure.bans:
        if ban.country == now.i:
            partner: dict[str, Value] = {"partner": f"name.{structure.partners[ban.partner]}"}
            if since < ban.start <= this:
                yield Message("news.embargo", partner)
            if since < ban.stop <= this:
                yield Message("news.embargo_lifted", partner)


def _about(now: Look, path: str, values: dict[str, float]) -> Message | None:
    """A sentence on a number that changed; None for what concerns another country alone."""
    parts = split(path)
    names = [f"name.{part}" for part in parts]
    if parts[0] == "relations":
        return Message(f"news.{parts[1]}", {"a": names[2], "b": names[3], **values})
    if parts[0] == "sanctions":
        return Message(f"news.{parts[3]}", {"a": names[1], "b": names[2], **values})
    if parts[0] == "partners" and parts[2] == "capacity":
        instrument = f"instrument.{parts[3]}"
        return Message("news.capacity", {"partner": names[1], "instrument": instrument, **values})
    if parts[0] == "partners":
        return Message(f"news.{parts[2]}", {"partner": names[1], **values})
    if parts[0] == "countries" and parts[1] != now.run.country:
        return None
    if parts[0] == "countries" and parts[2] in ("returns", "access"):
        tie: dict[str, Value] = {"instrument": f"instrument.{parts[3]}", "partner": names[4]}
        return Message(f"news.{parts[2]}", tie | values)
    if parts[0] == "countries" and parts[2] == "attention":
        return Message("news.regard", {"partner": names[3], **values})
    if parts[0] == "habits" and parts[2] == "base":
        tie = {"instrument": f"instrument.{parts[1]}", "partner": names[3]}
        return Message("news.base", tie | values)
    if parts[0] == "events":
        return Message(f"news.{parts[2]}", {"event": f"event.{parts[1]}", **values})
    if parts[0] == "countries" and parts[2] == "threat":
        return Message(f"news.{parts[3]}", dict(values))
    return Message("news.any", {"path": path, **values})
