"""The shipped model and the plain one side by side, quarter by quarter.

Counts, suppliers, labels, votes and events have to be the same, all other numbers to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from hedgerow.model import answers, desks, labels, programmes, votes
from hedgerow.model.events import CAUSES
from hedgerow.model.parameters import Effect, Kind, World
from hedgerow.model.simulate import Block

from .plain import OTHER, Country, Hedging

CLOSE = 1e-9


class Mismatch(AssertionError):
    """The two do not agree; the message tells where and about what."""


def equal(where: str, ours: Any, theirs: Any) -> None:
    """Raise unless two trees agree: numbers to rounding, undefined with undefined."""
    if isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            raise Mismatch(f"{where}: {set(ours) ^ set(theirs)} in one of the two only")
        for key in theirs:
            equal(f"{where} {key}", ours[key], theirs[key])
    elif isinstance(theirs, tuple):
        for place, pair in enumerate(zip(ours, theirs, strict=True)):
            equal(f"{where}[{place}]", *pair)
    elif isinstance(theirs, float) and isinstance(ours, float):
        both = math.isnan(ours) and math.isnan(theirs)
        if not both and not abs(ours - theirs) <= CLOSE * max(1.0, abs(theirs)):
            raise Mismatch(f"{where} is {ours!r} in the model, {theirs!r} in the reference")
    elif ours != theirs:
        raise Mismatch(f"{where} is {ours!r} in the model, {theirs!r} in the reference")


def state_of(block: Block, i: int, r: int) -> dict[str, Any]:
    """The state of a country and replicate in the model, as the reference keeps it."""
    world, s = block.world.structure, block.state
    d = i * len(block.world.replicates) + r
    partners = [(p, code) for p, code in enumerate(world.partners) if code != world.countries[i]]
    suppliers = [*partners, (len(world.partners), OTHER)]

    def by_tie(array: Any, kind: Kind, who: Any = partners) -> dict[Any, Any]:
        return {
            (world.instruments[k].name, code): array[k, p, d].item()
            for k in world.of(kind)
            for p, code in who
        }

    return {
        "counts": by_tie(s.counts, Kind.STEPS),
        "memory": by_tie(s.memory, Kind.PROGRAMMES, suppliers),
        "backlog": by_tie(s.backlog, Kind.PROGRAMMES, suppliers),
        "arsenal": by_tie(s.arsenal, Kind.PROGRAMMES, suppliers),
        "flows": by_tie(s.flows, Kind.FLOW),
        "position": s.position[d].item(),
        "tiers": {code: s.tiers[p, d].item() for p, code in partners},
        "pledged": {code for p, code in enumerate(world.partners) if s.pledged[p, d]},
        "cover": {code: s.cover[p, d].item() for p, code in enumerate(world.partners)},
        "fresh": s.fresh[d].item(),
        "threat": s.threat[d].item(),
        "beliefs": {w: s.beliefs[n, d].item() for n, w in enumerate(world.futures)},
        "shortfall": s.shortfall[d].item(),
        "until": {event.name: s.until[e, d].item() for e, event in enumerate(world.events)},
        "foreseen": {code: block.mind.form.foreseen[p, d].item() for p, code in partners},
        "goodwill": {code: block.goodwill[p, d].item() for p, code in partners},
        "stake": {
            event.name: block.stake[e, d].item() / max(1.0, block.mind.weight[d].item())
            for e, event in enumerate(world.events)
        },
        "ties": {
            (one.name, code): block.ties[k, p, d].item()
            for k, one in enumerate(world.instruments)
            for p, code in partners
        },
    }


def plain_state(me: Country) -> dict[str, Any]:
    """The same of the reference."""
    state = {name: getattr(me, name) for name in state_names()}
    for name in ("foreseen", "goodwill"):
        state[name] = {p: state[name][p] for p in me.partners}
    state["stake"] = {e: x / max(1.0, me.strategy.weight) for e, x in me.stake.items()}
    return state


def positive(seen: dict[tuple[Any, ...], float]) -> dict[tuple[Any, ...], float]:
    """What the reference weighed, but for what has no chance at all."""
    never = {"label": 0.0, "supplier": -math.inf}
    return {what: x for what, x in seen.items() if x != never.get(what[0])}


def state_names() -> tuple[str, ...]:
    """What is compared every quarter."""
    return (
        *("counts", "memory", "backlog", "arsenal", "flows", "position", "tiers", "pledged"),
        *("cover", "fresh", "threat", "beliefs", "shortfall", "until"),
        *("foreseen", "goodwill", "stake", "ties"),
    )


WEIGHED = (
    (desks, "options"),
    (programmes, "log_weights_of"),
    (labels, "hazards"),
    (votes, "odds"),
    (answers, "values"),
    (answers, "open_to"),
)
"""Where the model weighs options."""

Seen = dict[str, list[tuple[tuple[Any, ...], Any]]]
"""Arguments and results of these functions, by their names."""


@contextmanager
def watched() -> Iterator[Seen]:
    """Yield what the model weighs, as it does."""
    seen: Seen = {name: [] for _, name in WEIGHED}
    patches = []
    for module, name in WEIGHED:
        real = getattr(module, name)

        def spy(*args: Any, real: Any = real, log: Any = seen[name]) -> Any:
            result = real(*args)
            log.append((args, result))
            return result

        patches.append(patch.object(module, name, spy))
    for one in patches:
        one.start()
    try:
        yield seen
    finally:
        for one in patches:
            one.stop()


def weighed(block: Block, seen: Seen, t: int, i: int, r: int) -> dict[tuple[Any, ...], float]:
    """What a country weighed in a quarter: prices, log-weights, hazards and odds of options."""
    world = block.world.structure
    d = i * len(block.world.replicates) + r
    partners = [(p, code) for p, code in enumerate(world.partners) if code != world.countries[i]]
    result: dict[tuple[Any, ...], float] = {}
    for args, (_, possible, _, payoff) in seen["options"]:
        name = world.instruments[args[1]].name
        for p, code in partners:
            for row, by in ((p, 1), (p + len(world.partners), -1)):
                if possible[row, d]:
                    result["step", name, code, by] = payoff[row, d].item()
    nth: dict[str, int] = {}
    for args, weight in seen["log_weights_of"]:
        name = world.instruments[args[1]].name
        j = nth[name] = nth.get(name, -1) + 1
        for c in (args[0].q.columns == d).nonzero()[0]:
            for s, code in [*partners, (len(world.partners), OTHER)]:
                if weight[s, c] > -math.inf:
                    result["supplier", name, j, code] = weight[s, c].item()
    for _, (rates, _) in seen["hazards"]:
        for p, code in partners:
            for j in range(4):
                if rates[j, p, d] > 0.0:
                    result["label", code, j + 1] = rates[j, p, d].item()
    put = [vote for vote in world.votes if vote.round == t]
    for vote, (_, odds) in zip(put, seen["odds"], strict=True):
        if i in vote.countries:
            for option, o in zip(("against", "abstain", "for"), odds[:, d], strict=True):
                result["vote", vote.question, option] = o.item()
    asked = [
        (event.name, block.made[e, d])
        for e, event in enumerate(world.events)
        if event.effect is Effect.OFFER and block.made[e].any()
    ]
    for one in world.choices:
        if one.round == t:
            asked += [(f"{one.question}|{o}", i in one.countries) for o in one.options]
    offers = [event.name for event in world.events if event.effect is Effect.OFFER]
    answered = seen["values"][len(offers) :]  # what was foreseen comes first
    for (name, here), (args, value) in zip(asked, answered, strict=True):
        if here:
            # Best replies magnify rounding by a million.
            by = max(1.0, block.mind.weight[d].item())
            result["value", name] = value[args[0].q.columns == d].item() / by
    for name, (_, (_, allowed)) in zip(offers, seen["open_to"], strict=False):
        result["open", name] = bool(allowed[d])  # those asked first, to foresee
    return result


def events_of(block: Block, r: int) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Events of a replicate, by what, when, by whom and where."""
    world, result = block.world.structure, {}
    powers = (*world.partners, None)
    for row in block.record.events:
        for n in (row.replicate == r).nonzero()[0]:
            where = (row.event, row.kind, row.year, row.quarter, powers[row.partner])
            until = float(row.until[n])
            cause = int(row.cause[n])
            result[*where, world.countries[row.country[n]]] = (
                float(row.value[n]),
                None if math.isnan(until) else until,
                CAUSES[cause] if cause >= 0 else None,
                powers[row.rival[n]],
            )
    return result


def choices_of(block: Block, r: int) -> dict[tuple[Any, ...], str]:
    """Votes and dated choices of a replicate."""
    world = block.world.structure
    return {
        (one.year, world.countries[one.country], one.question): one.options[one.chosen[r]]
        for one in block.record.choices
    }


def year_of(block: Block, i: int, r: int, year: int) -> dict[str, Any]:
    """All yearly measures of a country and replicate."""
    powers, record = block.world.structure.partners, block.record
    result: dict[str, Any] = {k: float(v[year, i, r]) for k, v in record.countries.items()}
    for name, array in record.ties.items():
        result[name] = {p: float(array[year, i, j, r]) for j, p in enumerate(powers)}
    return result


@dataclass
class Played:
    """What one replicate of the reference was: by quarter and country what was weighed, and the
    state; events; choices; measures by year and country."""

    quarters: list[dict[str, tuple[dict[Any, Any], dict[str, Any]]]]
    events: dict[tuple[Any, ...], tuple[Any, ...]]
    choices: dict[tuple[Any, ...], str]
    years: list[dict[str, Any]]


def play(world: World, r: int, insured: int = 5) -> Played:
    """Play one replicate of a world with the reference."""
    model, quarters = Hedging(world, r, insured), []
    for _ in range(world.structure.rounds):
        model.step()
        quarters.append(
            {
                code: (positive(me.seen), deepcopy(plain_state(me)))
                for code, me in model.countries.items()
            }
        )
    return Played(quarters, model.events, model.choices, model.years)


def compare(world: World, insured: int = 5, played: list[Played] | None = None) -> None:
    """Run the model on a world, and the reference unless it is known what it `played`.

    Raises:
        Mismatch: they do not agree.
    """
    if played is None:
        played = [play(world, r, insured) for r in range(len(world.replicates))]
    block = Block(world, insured)
    for t in range(world.structure.rounds):
        with watched() as seen:
            block.step()
        for r, plain in enumerate(played):
            for i, (code, (weights, state)) in enumerate(plain.quarters[t].items()):
                where = f"quarter {t}, replicate {r}, {code}:"
                ours = weighed(block, seen, t, i, r)
                # The reference gives no value to what could not be had.
                ours = {k: v for k, v in ours.items() if k[0] != "value" or k in weights}
                equal(f"{where} weight of", ours, weights)
                equal(where, state_of(block, i, r), state)
    for r, plain in enumerate(played):
        equal(f"events of replicate {r}:", events_of(block, r), plain.events)
        equal(f"choices of replicate {r}:", choices_of(block, r), plain.choices)
        for year, measures in enumerate(plain.years):
            for i, code in enumerate(world.structure.countries):
                where = f"year {year}, replicate {r}, {code}:"
                equal(where, year_of(block, i, r, year), measures[code])
