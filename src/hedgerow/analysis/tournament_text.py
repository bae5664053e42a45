"""The standings of a tournament as text for a terminal."""

from itertools import groupby
from math import isnan
from textwrap import wrap
from typing import TYPE_CHECKING

from ..errors import argument
from ..progress import counted

if TYPE_CHECKING:
    from .tournaments import Contrast, Estimate, Row, Tournament

_COLUMNS = {  # field: heading in two lines
    "payoff": ("", "payoff"),
    "against": ("less the", "hedger's"),
    "premium": ("", "premium"),
    "payout": ("", "payout"),
    "autonomy": ("", "autonomy"),
    "tail_loss": ("", "tail loss"),
    "designations": ("sanctions", "% of runs"),
    "survival": ("years of", "hedging"),
}
_LEGEND = (
    "Means ± half of the 95 % interval. Payoff: log-odds, mean over years, by the country's own "
    "payoff function, whatever the strategy wants. Premium: what the best portfolio under the "
    "country's beliefs forgoes in the status quo; payout: what it gains in the other futures, by "
    "their odds (both every fifth year and the last, and no verdict on what it holds); tail loss: "
    "payoff in the worst 5 %."
)
_FAMILIES = {
    "than choosing a side": ("balancer", "bandwagoner"),
    "than mere diversification": ("diversifier",),
    "than standing aside, or no plan": ("neutral", "status_quo", "tit_for_tat", "random"),
}
_WITHOUT_HABIT = "best_reply"


def text(result: "Tournament", width: int = 100, contrasts: bool = False) -> str:
    """Return the standings as lines of at most `width` columns, unless names are longer.

    Args:
        result: the tournament.
        width: number of columns.
        contrasts: whether to show what each strategy did differently from the hedger.
    """
    lines = [
        result.title,
        f"{result.country}, {counted(result.runs, 'run')} a strategy in the "
        f"same worlds, seed {result.seed}",
        "",
        *_table(result, width),
        "",
        *wrap(_LEGEND, width),
    ]
    if len(result.rows) > 1:
        lines += ["", *_verdicts(result, width)]
    if contrasts:
        for row in result.rows:
            if row.contrasts:
                lines += ["", *_contrasts(result, row, width)]
    elif len(result.rows) > 1:
        how = argument("call text(contrasts=True)", "add --strategy NAME")
        lines += ["", f"What one did otherwise than the hedger: {how}."]
    return "\n".join(lines)


def number(estimate: "Estimate") -> str:
    """Return ``-28.5 ±0.6``, rounded to the interval; a dash if it is undefined."""
    mean, half = estimate.mean, (estimate.high - estimate.low) / 2.0
    if isnan(mean):
        return "–"
    if mean == half == 0.0:
        return "0"
    size = abs(mean) / 10.0 if isnan(half) else half
    digits = 0 if size >= 1.0 else 1 if size >= 0.1 else 2
    shown = round(mean, digits) + 0.0  # no -0
    return f"{shown:.{digits}f}" + ("" if isnan(half) else f" ±{half:.{digits}f}")


def _name(strategy: str) -> str:
    return strategy.replace("_", " ")


def _table(result: "Tournament", width: int) -> list[str]:
    cells = [[_cell(row, name) for name in _COLUMNS] for row in result.rows]
    wide = [
        max(len(cell) for cell in (*heading, *column))
        for heading, column in zip(_COLUMNS.values(), zip(*cells, strict=True), strict=True)
    ]
    names = [_name(row.strategy) for row in result.rows]
    first = max(len("strategy"), *map(len, names))
    gap = "  " if first + sum(wide) + 2 * len(wide) <= width else " "

    def line(name: str, entries: "list[str]") -> str:
        row = "".join(f"{gap}{entry:>{w}}" for entry, w in zip(entries, wide, strict=True))
        return f"{name:<{first}}{row}"

    above, below = zip(*_COLUMNS.values(), strict=True)
    return [
        line("", list(above)),
        line("strategy", list(below)),
        *(line(name, row) for name, row in zip(names, cells, strict=True)),
    ]


def _cell(row: "Row", name: str) -> str:
    estimate: Estimate = getattr(row, name)
    if name != "designations":
        return number(estimate)
    half = 50.0 * (estimate.high - estimate.low)
    if estimate.mean == half == 0.0:
        return "0"
    return f"{100.0 * estimate.mean:.0f}" + ("" if isnan(half) else f" ±{half:.0f}")


def _verdicts(result: "Tournament", width: int) -> list[str]:
    """Return which strategies hedging is better than, and up to which rivalry, in words."""
    there = {row.strategy: row for row in result.rows}
    lines = ["Is bending better? (rivalry as a multiple of the scenario's)"]
    named = {"quantal", _WITHOUT_HABIT}
    for question, names in (*_FAMILIES.items(), ("than", tuple(there))):
        for name in names:
            if name in there and name not in named:
                named.add(name)
                lines += _wrapped(f"{question}: {_name(name)}: {_verdict(result, name)}", width)
    if _WITHOUT_HABIT in there:
        gap = there[_WITHOUT_HABIT].against
        lines += _wrapped(
            "best reply bends too, by the same payoff but without habit; without it the payoff is "
            f"off by {number(gap)}, no verdict on bending",
            width,
        )
    return lines


def _wrapped(sentence: str, width: int) -> list[str]:
    return wrap(sentence, width, initial_indent="   ", subsequent_indent="      ")


def _verdict(result: "Tournament", name: str) -> str:
    words = {"ahead": "yes", "behind": "no, it pays more than bending"}
    standing = result.standing(name)
    if not standing:
        gap = next(row.against for row in result.rows if row.strategy == name)
        return f"{words.get(gap.side, 'cannot be told')} ({number(gap)})"
    gaps = result.by_rivalry
    parts = []
    for side, group in groupby(standing.items(), key=lambda item: item[1]):
        multiples = [multiple for multiple, _ in group]
        ends = list(dict.fromkeys((multiples[0], multiples[-1])))
        where = " to ".join(f"{multiple:g}" for multiple in ends)
        by = " to ".join(number(gaps[multiple][name]) for multiple in ends)
        parts.append(f"{words.get(side, 'cannot be told')} at {where} ({by})")
    return "; ".join(parts)


def _contrasts(result: "Tournament", row: "Row", width: int) -> list[str]:
    """Return what a strategy did differently, if the difference is clear and not tiny."""
    clear = [c for c in row.contrasts if c.clear and abs(c.gap.mean) >= _LEAST]
    name = _name(row.strategy)
    lines = [f"What the {name} did otherwise than the hedger, clear differences:"]
    rows = [
        (_measure(result, c), f"{c.hedger:.2f}", f"{c.strategy:.2f}", number(c.gap))
        for c in [*_ties(clear), *_answers(clear)]
    ]
    if not rows:
        return [*lines, "   none"]
    table = [("", "hedger", name, "difference"), *rows]
    wide = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines += [
        f"   {what:<{wide[0]}}  {hedger:>{wide[1]}}  {own:>{wide[2]}}  {gap:>{wide[3]}}"
        for what, hedger, own, gap in table
    ]
    return lines


_LEAST = 0.01
_MEASURES = {
    "alignment_index": "alignment index, 0 all with {second}, 100 all with {first}",
    "tier": "rung of the label with {partner}, 0 to 4",
    "arms_stock": "share of the arsenal from {partner}",
    "arms_orders": "share of arms orders to {partner}",
}


def _measure(result: "Tournament", contrast: "Contrast") -> str:
    kind, _, rest = contrast.measure.partition(":")
    if kind == "choice":
        question, _, option = rest.rpartition(":")
        return f"{contrast.year} {question}: {option.replace('_', ' ')}"
    first, second = result.poles
    words = _MEASURES[kind].format(first=first, second=second, partner=rest)
    return f"{contrast.year} {words}"


def _ties(clear: "list[Contrast]") -> "list[Contrast]":
    """Return the contrasts of alignment, labels and arms, in the order of `_MEASURES`."""
    kinds = list(_MEASURES)
    found = [c for c in clear if c.measure.partition(":")[0] in kinds]
    return sorted(found, key=lambda c: (kinds.index(c.measure.partition(":")[0]), -abs(c.gap.mean)))


def _answers(clear: "list[Contrast]") -> "list[Contrast]":
    """Return the option of every question whose share differs most, by date."""
    found: dict[str, Contrast] = {}
    for contrast in sorted(clear, key=lambda c: (c.year, -abs(c.gap.mean))):
        if contrast.measure.startswith("choice:"):
            found.setdefault(contrast.measure.rpartition(":")[0], contrast)
    return list(found.values())
