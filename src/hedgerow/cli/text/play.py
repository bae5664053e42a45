"""A game as text: its briefing, its cards and its debrief, for ``hedgerow play``."""

from collections.abc import Iterator
from math import ceil, floor
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from ...classroom.play.messages import Message

if TYPE_CHECKING:
    from ...classroom.play.briefing import Briefing
    from ...classroom.play.cards import Card, Hand, Option, Question
    from ...classroom.play.debrief import Debrief, Path
    from ...classroom.play.messages import Language, Value

_TERMS = 5  # of a card, the largest
_LEAST = 0.005
_SMALL = 2e-3  # answers of powers below it are left out
_STRIP = 50  # characters of the picture of a path


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
    when = _ui(say, "quarter", quarter=asked.quarter)
    lines = ["", _bold(f"{say.say(asked.title)} ({when})")]
    for number, option in enumerate(asked.options, 1):
        lines += _indented(f"{number}  {say.say(option.title)}", width, " ", "    ")
        for text in _of_option(option, say):
            lines += _indented(text, width, "    ")
    return [*lines, f" m  {say.text('ui.leave')}"]


def _of_option(option: "Option", say: "Language") -> Iterator[str]:
    effects = [
        _ui(say, "change", instrument=f"instrument.{k}", partner=f"name.{p}", by=by)
        for k, p, by in option.changes
    ]
    effects += [_ui(say, "reward", partner=f"name.{p}") for p, _ in option.rewards]
    if option.clipped:
        effects.append(say.text("ui.clipped"))
    yield "; ".join(effects) or say.text("ui.no_change")
    chance = _ui(say, "chance.answer", chance=option.chance)
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
        yield _ui(say, "forbidden", reasons=reasons)
    if not card.direction:
        yield _ui(say, "chance", chance=card.chance)
        return
    tie, index = (
        _ui(say, name, before=pair[0], after=pair[1])
        for name, pair in (("tie", card.tie), ("index", card.index))
    )
    steps = "" if card.forbidden else f"{_ui(say, 'steps', steps=card.steps)}; "
    yield f"{steps}{tie}; {index}"
    chance = "" if card.forbidden else f"; {_ui(say, 'chance', chance=card.chance)}"
    yield _worth(card.value, card.by_term, say) + chance
    yield f"{say.text('ui.replies')}: {_replies(card, say)}"


def _replies(card: "Card", say: "Language") -> str:
    words = []
    for reply in card.replies:
        power = f"name.{reply.power}"
        if abs(reply.pressure) >= _SMALL:
            words.append(_ui(say, "reply.pressure", power=power, pressure=reply.pressure))
        if abs(reply.inducement) >= _SMALL:
            words.append(_ui(say, "reply.offers", power=power, inducement=reply.inducement))
    return "; ".join(words) or say.text("ui.reply.none")


def _worth(value: float, by_term: dict[str, float], say: "Language") -> str:
    worth = _ui(say, "value", value=value)
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
    lines += _indented(_ui(say, "legend", runs=told.runs), width, "  ")
    lines += ["", _bold(f"{say.text('ui.by_term')} ({say.text('ui.mean')})")]
    lines += [f"  {line}" for line in by_term(told, say)]
    lines += ["", _bold(say.text("ui.rules"))]
    for line in rules(told, say):
        lines += _indented(line, width, "  ", "    ")
    lines += ["", _bold(say.text("ui.write"))]
    for number, message in enumerate(told.questions, 1):
        lines += _indented(f"{number}. {say.say(message)}", width, "  ", "     ")
    return lines


def rules(told: "Debrief", say: "Language") -> list[str]:
    """A line for each rule that was tested or stood in the way."""
    lines = []
    for rule in told.rules:
        key = rule.name.replace(" ", ".", 1)
        if rule.tested:
            years = ", ".join(map(str, rule.tested))
            lines.append(_ui(say, "rule.tested", rule=key, years=years))
        if rule.bound:
            count = len(rule.bound)
            lines.append(_ui(say, "rule.bound", rule=key, count=count, years=len(told.years)))
    return lines or [say.text("ui.rules.none")]


def by_term(told: "Debrief", say: "Language") -> list[str]:
    """Mean payoff by term of the player and of the model, the largest difference first."""
    years = len(told.years)
    terms = {term for year in (*told.by_term, *told.model_by_term) for term in year}
    rows = []
    for term in terms:
        mine, own = (
            sum(year.get(term, 0.0) for year in split) / years
            for split in (told.by_term, told.model_by_term)
        )
        rows.append((say.text(f"term.{term}"), mine, own))
    rows.sort(key=lambda row: (-abs(row[1] - row[2]), row[0]))
    wide = max(len(row[0]) for row in rows)
    you, own_head = say.text("ui.you"), say.text("ui.own")
    lines = [f"{'':<{wide}}  {you:>8}  {own_head}"]
    for name, mine, own in rows:
        lines.append(f"{name:<{wide}}  {say.number(mine, '+1'):>8}  {say.number(own, '+1'):>8}")
    return lines


def strip(path: "Path", years: tuple[int, ...], say: "Language") -> list[str]:
    """A path by year as characters: bamboo's bands, the model's place and the player's."""
    rows = (path.you, path.model, path.bamboo[0.05], path.bamboo[0.95])
    every = [value for row in rows for value in row if value is not None]
    if not every:
        return []
    low, high = 10 * floor(min(every) / 10), 10 * ceil(max(every) / 10)
    high = max(high, low + 10)

    def place(value: float | None) -> int | None:
        return None if value is None else round((value - low) / (high - low) * (_STRIP - 1))

    ends = f"{say.number(low, '0')}{'':{_STRIP - 4}}{say.number(high, '0'):>2}"
    lines = [f"{'':11}{ends}"]
    for n, year in enumerate(years):
        cells = [" "] * _STRIP
        for mark, first, last in (("░", 0.05, 0.95), ("▒", 0.25, 0.75)):
            start, stop = place(path.bamboo[first][n]), place(path.bamboo[last][n])
            if start is not None and stop is not None:
                cells[start : stop + 1] = mark * (stop + 1 - start)
        for mark, value in (("○", path.model[n]), ("●", path.you[n])):
            at = place(value)
            if at is not None:
                cells[at] = mark
        shown = "–" if path.you[n] is None else say.number(path.you[n] or 0.0, "1")
        lines.append(f"{year} {shown:>5} {''.join(cells)}".rstrip())
    return lines


def _ui(say: "Language", key: str, **values: "Value") -> str:
    """A text of the page and the terminal, not capitalised."""
    said = say.say(Message(f"ui.{key}", values))
    template = say.text(f"ui.{key}")
    return said if template[:1].isupper() or template[:1] == "{" else said[:1].lower() + said[1:]


def _bold(text: str) -> str:
    return click.style(text, bold=True)


def _indented(text: str, width: int, first: str, rest: str | None = None) -> list[str]:
    return wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
