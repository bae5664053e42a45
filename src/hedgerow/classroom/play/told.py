"""What a year left, as messages: what the country did, and what happened to it."""

from collections import Counter
from collections.abc import Iterator

from .messages import Message, Value
from .moves import Moves
from .replay import Event, Year


def did(year: Year, moves: Moves) -> Iterator[Message]:
    """What the country did in a year: its moves, or the rule that it tested."""
    if year.pick is not None and year.pick.tested:
        values = move_told(year.pick.tested, moves)
        yield Message("past.refused", {**values, "reasons": reasons_told(year.refused)})
        return
    if not year.moves:
        yield Message("past.held")
    for move, times in Counter(year.moves).items():
        verb = "deepened" if moves.unpacked(move).direction > 0 else "loosened"
        yield Message(f"past.{verb}", {**move_told(move, moves), "times": times})


def happened(year: Year, rungs: tuple[str, ...]) -> Iterator[Message]:
    """How the year's questions were answered, its labels (one of `rungs`), what powers did."""
    for question, option in year.answers.items():
        values: dict[str, Value] = {"question": f"question.{question}"}
        yield Message("past.answer", values | {"option": f"option.{question}.{option}"})
    for event in year.events:
        power = f"name.{event.partner}"
        match event.kind:
            case "tier":
                label = f"rung.{rungs[int(event.value)]}"
                yield Message("past.tier", {"partner": power, "rung": label})
            case "coercion":
                yield Message("past.coercion", act_told(event))
            case "offer":
                answer = "accepted" if event.value else "declined"
                yield Message(f"past.offer.{answer}", act_told(event))
            case "hedging":
                yield Message(f"past.{event.event}", {"years": event.value})
    visitors = dict.fromkeys(f"name.{e.partner}" for e in year.events if e.kind == "visit")
    if visitors:
        yield Message("past.visits", {"partners": list(visitors)})


def act_told(event: Event) -> dict[str, Value]:
    """The keys of what a power did: who, what, and what provoked it."""
    told: dict[str, Value] = {"partner": f"name.{event.partner}", "event": f"event.{event.event}"}
    return told | {"cause": event.cause}


def move_told(move: int, moves: Moves) -> dict[str, Value]:
    """The keys of a move's instrument and partner."""
    _, k, p = moves.unpacked(move)
    instrument, partner = moves.instruments[k], moves.partners[p]
    return {"instrument": f"instrument.{instrument}", "partner": f"name.{partner}"}


def reasons_told(reasons: tuple[str, ...]) -> list[str]:
    """Keys of rules: ``rule no_siding`` becomes ``rule.no_siding``."""
    return [reason.replace(" ", ".", 1) for reason in reasons]
