"""What a year left, as messages: what the country did, and what happened to it."""

from collections.abc import Iterator

from ...model2.parameters import INSTRUMENTS
from .messages import Message, Value
from .moves import unpacked
from .replay import Year


def did(year: Year, partners: tuple[str, ...]) -> Iterator[Message]:
    """What the country did in a year: its moves, or the rule that it tested."""
    if year.pick is not None and year.pick.tested:
        values = move_told(year.pick.tested, partners)
        yield Message("past.refused", {**values, "reasons": reasons_told(year.refused)})
        return
    made: dict[int, int] = {}
    for move in year.moves:
        if move:
            made[move] = made.get(move, 0) + 1
    if not made:
        yield Message("past.held")
    for move, times in made.items():
        verb = "deepened" if unpacked(move, len(partners)).direction > 0 else "loosened"
        yield Message(f"past.{verb}", {**move_told(move, partners), "times": times})


def happened(year: Year) -> Iterator[Message]:
    """How the year's questions were answered, and its labels, incidents and sanctions."""
    for question, option in year.answers.items():
        values: dict[str, Value] = {"question": f"question.{question}"}
        yield Message("past.answer", values | {"option": f"option.{question}.{option}"})
    for event in year.events:
        power = f"name.{event.partner}"
        if event.event == "tier":
            yield Message("past.tier", {"partner": power, "rung": f"rung.{int(event.value)}"})
        elif event.event == "designation":
            yield Message("past.designation", {"partner": power, "years": event.value})
        elif event.event == "incident":
            yield Message("past.incidents", {"count": event.value})
        elif event.event in ("hedging_entered", "hedging_broken"):
            yield Message(f"past.{event.event}", {"years": event.value})
    visitors = [f"name.{e.partner}" for e in year.events if e.event == "visit"]
    if visitors:
        yield Message("past.visits", {"partners": visitors})


def move_told(move: int, partners: tuple[str, ...]) -> dict[str, Value]:
    """The keys of a move's instrument and partner."""
    _, k, p = unpacked(move, len(partners))
    return {"instrument": f"instrument.{INSTRUMENTS[k]}", "partner": f"name.{partners[p]}"}


def reasons_told(reasons: tuple[str, ...]) -> list[str]:
    """Keys of rules and embargoes: ``rule no_siding`` becomes ``rule.no_siding``."""
    return [reason.replace(" ", ".", 1) for reason in reasons]
