"""An explanation as text for a terminal."""

from math import isinf
from textwrap import wrap
from typing import TYPE_CHECKING

from ..errors import argument
from ..model.parameters import ROUNDS_A_YEAR
from ..scenario.quarters import quarters
from ..scenario.wording import event_words
from .menus import TierMenu

if TYPE_CHECKING:
    from .menus import Explanation, Menu, Option

_SHOWN = 10
_LEAST = 0.005  # parts that round to nothing are not shown


def text(explanation: "Explanation", width: int = 100) -> str:
    """Return an explanation as lines of at most `width` columns (80 or more)."""
    e = explanation
    lines = [
        e.scenario,
        f"{e.country} in {e.year}, run {e.replicate} (seed {e.seed}), "
        f"strategy {e.strategy.replace('_', ' ')}",
        *wrap(
            f"In Q{e.quarter}: threat {e.threat:.2f}, recent incidents {e.incidents:.2f}; "
            f"beliefs: {e.beliefs_in_words()}",
            width,
        ),
        *wrap(
            "Habit is the chance of an option were politics off: what the country would have done "
            "anyway. Value is what politics adds, in log-odds.",
            width,
        ),
        *_acts(e, width),
    ]
    full = explanation.tiers_to_tell()
    told = [*e.choices, *e.orders]
    menus = [*full, *e.moves, *told] if explanation.wanted else [*e.moves, *told, *full]
    for menu in menus:
        lines += ["", *(_tier(menu, width) if isinstance(menu, TierMenu) else _menu(menu, width))]
    brief = [tier for tier in e.tiers if tier not in full]
    if brief:
        how = argument("tiers=[PARTNER]", "--tier PARTNER")
        lines += ["", f"Other visits and labels of the year ({how} tells one in full):"]
        lines += [f"   {tier.partner} {_brief(tier)}" for tier in brief]
    return "\n".join(lines)


def _acts(e: "Explanation", width: int) -> list[str]:
    """What powers did in the year, and what provoked it."""
    if not e.acts:
        return ["", f"No power did anything to {e.country} in {e.year}."]
    lines = ["", f"What powers did in {e.year}:"]
    for act in e.acts:
        said = f"Q{act.quarter} {act.partner}: {event_words(act.event, act.partner)}"
        if act.kind == "offer":
            said += ", accepted" if act.value else ", declined"
        if act.until is not None and act.kind == "coercion":
            year, quarter = divmod(int(quarters(act.until)), ROUNDS_A_YEAR)
            said += f", until {year} Q{quarter + 1}"
        if act.provoked_by != "rate":
            said += f" (provoked by {act.provoked_by})"
        elif act.kind != "visit":
            said += " (provoked by nothing)"
        lines += wrap(said, width, initial_indent="   ", subsequent_indent="      ")
    return lines


def percent(chance: float) -> str:
    """Return a probability in words: ``38.0 %``, ``<0.1 %``."""
    if 0.0 < chance < 0.0005:
        return "<0.1 %"
    if 0.9995 <= chance < 1.0:
        return ">99.9 %"
    return f"{100.0 * chance:.1f} %"


def _menu(menu: "Menu", width: int) -> list[str]:
    taken = menu.chosen
    head = f"{menu.title}, Q{menu.quarter}"
    if taken is not None:
        place = menu.allowed.index(taken) + 1
        head += (
            f": took {taken.label} ({percent(taken.probability)}, "
            f"number {place} of {len(menu.allowed)} by chance)"
        )
    return [head, *_note(menu, width), *_table(menu, width), *_forbidden(menu, width)]


def _note(menu: "Menu", width: int) -> list[str]:
    return wrap(menu.note, width, initial_indent="   ", subsequent_indent="   ")


def _table(menu: "Menu", width: int, heading: str = "what each term adds, log-odds") -> list[str]:
    """Return a table of options with probability, value, and the largest parts that fit."""
    options = menu.top(_SHOWN)
    names = [_name(option) for option in options]
    wide = max(map(len, names))
    lines = [f"{'chance':>9} {'habit':>8} {'value':>7}  {'':<{wide}}  {heading}"]
    for name, option in zip(names, options, strict=True):
        mark = "*" if option.chosen else " "
        line = (
            f"{mark}{percent(option.probability):>8} {percent(option.habit):>8} "
            f"{option.value:+z7.2f}  {name:<{wide}}  "
        )
        lines.append((line + _split(option.parts, width - len(line))).rstrip())
    return lines


def _name(option: "Option") -> str:
    return option.label.replace("_", " ").replace(" with ", " ")


def _split(parts: dict[str, float], width: int) -> str:
    """Return the largest parts that fit into `width` characters, and the sum of the others."""
    ranked = sorted(
        (part for part in parts.items() if abs(part[1]) >= _LEAST), key=lambda part: -abs(part[1])
    )
    words = [f"{name.replace('_', ' ')} {value:+.2f}" for name, value in ranked]
    for count in range(len(words), 0, -1):
        rest = sum(value for _, value in ranked[count:])
        shown = "  ".join(words[:count] + ([f"others {rest:+.2f}"] if count < len(words) else []))
        if len(shown) <= width:
            return shown
    return words[0] if words else ""


def _forbidden(menu: "Menu", width: int) -> list[str]:
    """Return the forbidden options, with the values that they would have had."""
    reasons: dict[tuple[str, ...], list[Option]] = {}
    for option in menu.options:
        if option.forbidden_by and not isinf(option.value):
            reasons.setdefault(option.forbidden_by, []).append(option)
    if not reasons:
        return []
    lines = []
    for names, options in reasons.items():
        worth = ", ".join(f"{_name(option)} ({option.value:+.2f})" for option in options)
        lines += wrap(
            f"Forbidden by {' and '.join(names)}: {worth}",
            width,
            initial_indent="   ",
            subsequent_indent="      ",
        )
    return lines


def _brief(tier: "TierMenu") -> str:
    """Return what became of a label in a quarter, in a line."""
    came = "a visit came" if tier.came else "no visit came"
    taken = tier.chosen if tier.changes else None
    return f"Q{tier.quarter}: {came}; " + (
        f"stayed {tier.now}" if taken is None else f"from {tier.now}: {taken.label}"
    )


def _tier(tier: "TierMenu", width: int) -> list[str]:
    said = [f"A visit in the year had a chance of {percent(tier.visit_chance)}."]
    if tier.changed is not None:
        year, quarter, before = tier.changed
        said.append(f"The label was {before} until {year} Q{quarter}.")
    else:
        said.append("The label had not changed before in this run.")
    lines = [f"{tier.title}, {tier.year} {_brief(tier)}"]
    for sentence in said:
        lines += wrap(sentence, width, initial_indent="   ", subsequent_indent="      ")
    return [*lines, *_table(tier, width, "what each part adds, log-odds"), *_forbidden(tier, width)]
