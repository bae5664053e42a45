"""An explanation as text for a terminal."""

from math import isinf
from textwrap import wrap
from typing import TYPE_CHECKING

from ..errors import argument
from .menus import RUNGS

if TYPE_CHECKING:
    from .menus import Explanation, Menu, Option, TierMenu

_SHOWN = 10
_LEAST = 0.005  # parts that round to nothing are not shown


def text(explanation: "Explanation", width: int = 100) -> str:
    """Return an explanation as lines of at most `width` columns (80 or more)."""
    e = explanation
    beliefs = ", ".join(f"{k.replace('_', ' ')} {100 * v:.0f} %" for k, v in e.beliefs.items())
    lines = [
        e.scenario,
        f"{e.country} in {e.year}, run {e.replicate} (seed {e.seed}), "
        f"strategy {e.strategy.replace('_', ' ')}",
        *wrap(
            f"In Q{e.quarter}: threat {e.threat:.2f}, recent incidents {e.incidents:.2f}; "
            f"beliefs: {beliefs}",
            width,
        ),
    ]
    full = explanation.tiers_to_tell()
    if explanation.wanted:
        for tier in full:
            lines += ["", *_tier(tier, width)]
    lines += ["", *_moves(explanation.moves, width)]
    for choice in explanation.choices:
        taken = choice.chosen
        lines += [
            "",
            f"{choice.title}, Q{choice.quarter}: took {taken.label if taken else 'nothing'}",
        ]
        lines += [*_note(choice, width), *_table(choice, width)]
    if not explanation.wanted:
        for tier in full:
            lines += ["", *_tier(tier, width)]
    brief = [tier for tier in explanation.tiers if tier not in full]
    if brief:
        how = argument("tiers=[PARTNER]", "--tier PARTNER")
        lines += ["", f"Other visits of the year ({how} tells why):"]
        lines += [
            f"   Q{tier.quarter} {tier.partner}: {_outcome(tier)}; "
            f"substance deserves {tier.deserved:.1f}"
            for tier in brief
        ]
    return "\n".join(lines)


def percent(chance: float) -> str:
    """Return a probability in words: ``38.0 %``, ``<0.1 %``."""
    if 0.0 < chance < 0.0005:
        return "<0.1 %"
    if 0.9995 <= chance < 1.0:
        return ">99.9 %"
    return f"{100.0 * chance:.1f} %"


def _moves(menu: "Menu", width: int) -> list[str]:
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
    lines = [f"{'chance':>9} {'value':>7}  {'':<{wide}}  {heading}"]
    for name, option in zip(names, options, strict=True):
        mark = "*" if option.chosen else " "
        line = f"{mark}{percent(option.probability):>8} {option.value:+7.2f}  {name:<{wide}}  "
        lines.append((line + _split(option.parts, width - len(line))).rstrip())
    return lines


def _name(option: "Option") -> str:
    label = option.label.replace("_", " ").replace(" with ", " ")
    return label + (" (cut back)" if option.clipped else "")


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
        return ["   No rule, cap or embargo forbade a move."]
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


def _outcome(tier: "TierMenu") -> str:
    taken = tier.chosen
    if taken is None:
        return f"stayed {tier.now}"
    if taken.label == tier.now:
        return f"kept {tier.now}"
    return f"set from {tier.now} to {taken.label}"


def _tier(tier: "TierMenu", width: int) -> list[str]:
    came = "a visit came" if tier.came else "no visit came"
    when = f"{tier.year} Q{tier.quarter}" if tier.came else f"{tier.year}"
    said = [f"A visit in the year had a chance of {percent(tier.visit_chance)}."]
    if tier.changed is not None:
        year, quarter, before = tier.changed
        said.append(f"The label was {before} until {year} Q{quarter}.")
    else:
        said.append("The label had not changed before in this run.")
    said.append(_substance(tier))
    if not tier.came:
        said.append("Had a visit come in Q4:")
    lines = [f"{tier.title}, {when}: {came}; {_outcome(tier)}"]
    for sentence in said:
        lines += wrap(sentence, width, initial_indent="   ", subsequent_indent="      ")
    lines += _table(tier, width, "what each part adds, log-odds")
    for sentence in _why(tier):
        lines += wrap(sentence, width, initial_indent="   ", subsequent_indent="      ")
    return lines


def _substance(tier: "TierMenu") -> str:
    near = min(max(int(tier.deserved // 1), 0), len(RUNGS) - 2)
    parts = sorted(tier.deserved_parts.items(), key=lambda part: (part[0] != "base", -part[1]))
    words = [
        f"{'shortfall of protection' if name == 'shortfall' else name} {value:.2f}"
        for name, value in parts
        if abs(value) >= _LEAST
    ]
    return (
        f"Substance deserves rung {tier.deserved:.2f} ({near} is {RUNGS[near]}, {near + 1} "
        f"{RUNGS[near + 1]}): {' + '.join(words) or 'nothing'}."
    )


def _why(tier: "TierMenu") -> list[str]:
    """Return the reasons for the change of a label, or against the next rung."""
    now, taken = tier.named(tier.now), tier.chosen
    if taken is not None and taken.label != tier.now:
        return [f"Against keeping {now.label}: {_gap(now, taken)}."]
    if now.label == RUNGS[-1]:
        return ["There is no higher rung."]
    higher = tier.named(RUNGS[RUNGS.index(now.label) + 1])
    if higher.forbidden_by:
        return [f"To raise it to {higher.label} is forbidden by {', '.join(higher.forbidden_by)}."]
    return [f"To raise it to {higher.label}: {_gap(now, higher)}."]


def _gap(base: "Option", other: "Option") -> str:
    names = dict.fromkeys((*other.parts, *base.parts))
    gaps = {name: other.parts.get(name, 0.0) - base.parts.get(name, 0.0) for name in names}
    ranked = sorted(gaps.items(), key=lambda part: -abs(part[1]))
    parts = ", ".join(f"{name} {gap:+.2f}" for name, gap in ranked if abs(gap) >= _LEAST)
    return f"{other.value - base.value:+.2f} ({parts}), so {percent(other.probability)}"
