"""A game as lines for a terminal: its briefing, its cards and its debrief."""

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from .sheet import by_term, rules, strip

if TYPE_CHECKING:
    from .briefing import Briefing
    from .cards import Card, Hand, Option, Question
    from .debrief import Debrief
    from .messages import Language

_TERMS = 5  # of a card, the largest
_LEAST = 0.005
_SMALL = 2e-3  # answers of powers below it are left out


def briefing(told: "Briefing", say: "Language", width: int) -> list[str]:
    """The briefing under its headings."""
    lines = ["", _bold(f"— {say.text(f'name.{told.country}')}, {told.year} —")]
    for section in told.sections:
        lines.append(_bold(say.text(f"ui.section.{section.name}")))
        for message in section.messages:
            lines += _indented(say.say(message), width, "  ")
    return lines


def question(asked: "Question", say: "Language", width: int) -> list[str]:
    """A question with its numbered options."""
    when = say.phrase("quarter", quarter=asked.quarter)
    lines = ["", _bold(f"{say.say(asked.title)} ({when})")]
    for number, option in enumerate(asked.options, 1):
        lines += _indented(f"{number}  {say.say(option.title)}", width, " ", "    ")
        for text in _of_option(option, say):
            lines += _indented(text, width, "    ")
    return [*lines, f" m  {say.text('ui.leave')}"]


def _of_option(option: "Option", say: "Language") -> Iterator[str]:
    effects = [
        say.phrase("change", instrument=f"instrument.{k}", partner=f"name.{p}", by=by)
        for k, p, by in option.changes
    ]
    effects += [
        say.phrase("reward" if by > 0.0 else "slight", partner=f"name.{p}")
        for p, by in option.rewards
    ]
    if option.closed:
        effects.append(say.text("ui.closed"))
    yield "; ".join(effects) or say.text("ui.no_change")
    chance = say.phrase("chance.answer", chance=option.chance)
    yield f"{_worth(option.value, option.by_term, say)}; {chance}"


def cards(hand: "Hand", say: "Language", width: int) -> list[str]:
    """The numbered cards of a year, and what else can be typed."""
    lines = ["", _bold(say.text("ui.cards")), *_indented(say.text("ui.points"), width, "  ")]
    for number, card in enumerate(hand.cards, 1):
        purposes = ", ".join(say.say(p)[:1].lower() + say.say(p)[1:] for p in card.purposes)
        title = _bold(f"{number}  {say.say(card.title)}")
        lines += _indented(f"{title} ({purposes})", width, " ", "    ")
        for text in of_card(card, say):
            lines += _indented(text, width, "    ")
    return [
        *lines,
        f" m  {say.text('ui.model')}",
        *_indented(say.text("ui.help"), width, " ±  ", "    "),
        f" q  {say.text('ui.quit')}",
    ]


def of_card(card: "Card", say: "Language") -> Iterator[str]:
    """What a card would do, in a few lines."""
    if card.forbidden:
        reasons = [reason.replace(" ", ".", 1) for reason in card.forbidden]
        yield say.phrase("forbidden", reasons=reasons)
    if not card.direction:
        yield say.phrase("chance", chance=card.chance)
        return
    tie, index = (
        say.phrase(name, before=pair[0], after=pair[1])
        for name, pair in (("tie", card.tie), ("index", card.index))
    )
    steps = "" if card.forbidden else f"{say.phrase('steps', steps=card.steps)}; "
    yield f"{steps}{tie}; {index}"
    chance = "" if card.forbidden else f"; {say.phrase('chance', chance=card.chance)}"
    yield _worth(card.value, card.by_term, say) + chance
    yield f"{say.text('ui.replies')}: {_replies(card, say)}"


def _replies(card: "Card", say: "Language") -> str:
    words = []
    for reply in card.replies:
        power = f"name.{reply.power}"
        if abs(reply.pressure) >= _SMALL:
            words.append(say.phrase("reply.pressure", power=power, pressure=reply.pressure))
        if abs(reply.inducement) >= _SMALL:
            words.append(say.phrase("reply.offers", power=power, inducement=reply.inducement))
    return "; ".join(words) or say.text("ui.reply.none")


def _worth(value: float, by_term: dict[str, float], say: "Language") -> str:
    worth = say.phrase("value", value=value)
    parts = ", ".join(
        f"{say.text(f'term.{term}')} {say.number(part, '+2')}"
        for term, part in sorted(by_term.items(), key=lambda entry: -abs(entry[1]))[:_TERMS]
        if abs(part) >= _LEAST
    )
    return f"{worth} ({parts})" if parts else worth


def debrief(told: "Debrief", say: "Language", width: int) -> list[str]:
    """The debrief: what to know, the path, the payoff by term, the rules, three questions."""
    lines = ["", _bold(f"— {say.text('ui.debrief')} —")]
    for message in told.summary:
        lines += _indented(say.say(message), width, "  ")
    lines += ["", _bold(say.text("ui.index.path"))]
    lines += [f"  {line}" for line in strip(told.paths["alignment_index"], told.years, say)]
    lines += _indented(say.phrase("legend", runs=told.runs), width, "  ")
    lines += ["", _bold(f"{say.text('ui.by_term')} ({say.text('ui.mean')})")]
    lines += [f"  {line}" for line in by_term(told, say)]
    lines += ["", _bold(say.text("ui.rules"))]
    for line in rules(told, say):
        lines += _indented(line, width, "  ", "    ")
    lines += ["", _bold(say.text("ui.write"))]
    for number, message in enumerate(told.questions, 1):
        lines += _indented(f"{number}. {say.say(message)}", width, "  ", "     ")
    return lines


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m"


def _indented(text: str, width: int, first: str, rest: str | None = None) -> list[str]:
    return wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
