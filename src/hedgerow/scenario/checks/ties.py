"""Checks that ties at the start are in range and whole steps."""

from math import floor

from ...model.parameters import Kind
from ..document import Plain
from ..keys import join, split
from ..positions import KeyPath
from ..quantity import Quantity
from .report import Report

MOST_STEPS = 1_000_000
"""Most steps that a tie may take from 0 to its cap."""

_SLACK = 1e-9


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check caps and ties of instruments of which a country has a tie of its own."""
    kinds = {k: table["kind"] for k, table in resolved["instruments"].items()}
    steps = {k: numbers[f"instruments.{k}.step"].value for k in kinds}
    caps = {k: numbers[f"instruments.{k}.cap"].value for k in kinds}
    for k in kinds:
        if caps[k] > MOST_STEPS * steps[k]:
            text = f"the cap {caps[k]:g} is more than {MOST_STEPS} steps of {steps[k]:g}"
            report.error(("instruments", k, "cap"), text, "a smaller cap or a larger step")
    if any(caps[k] > MOST_STEPS * steps[k] for k in kinds):
        return
    whole = {k for k, kind in kinds.items() if kind == Kind.STEPS}
    for k in sorted(whole):
        if _is_off(caps[k], steps[k]):
            highest = floor(caps[k] / steps[k] + _SLACK) * steps[k]
            text = f"the cap {caps[k]:g} is no multiple of the step {steps[k]:g}; "
            report.warn(("instruments", k, "cap"), text + f"the highest tie is {highest:g}")
    _ties(report, resolved, numbers, steps, caps, whole)
    _shares(report, resolved, numbers)


def _is_off(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) > 1e-6


def _ties(
    report: Report,
    resolved: Plain,
    numbers: dict[str, Quantity],
    steps: dict[str, float],
    caps: dict[str, float],
    whole: set[str],
) -> None:
    rounded: dict[KeyPath, list[str]] = {}
    stuck: dict[KeyPath, list[str]] = {}
    for name, number in numbers.items():
        path = split(name)
        if path[0] != "countries" or path[2] != "ties":
            continue
        _, country, _, k, partner = path
        step, cap = steps[k], caps[k]
        if k not in whole and resolved["instruments"][k]["kind"] != Kind.FLOW:
            continue
        if number.support()[1] > cap + _SLACK:
            what = (
                f"{number.value:g}"
                if not number.is_prior
                else f"a prior up to {number.support()[1]:g}"
            )
            report.error(path, f"the tie ({what}) is above the cap of {k}", f"at most {cap:g}")
            continue
        if number.is_prior or k not in whole:
            continue
        if _is_off(number.value, step):
            text = f"{partner} {number.value:g} → {round(number.value / step) * step:g}"
            rounded.setdefault(path[:4], []).append(text)
        top, why = ceiling(resolved, country, k, cap)
        if number.value > 0 and round(number.value / step) * step >= top - _SLACK:
            stuck.setdefault(path[:4], []).append(f"{partner} {number.value:g} ({why})")
    for where, texts in rounded.items():
        size = f"{steps[str(where[3])]:g}"
        text = f"{', '.join(texts)}: no multiples of the step {size}, and rounded at the start"
        report.note(_first(where, texts), f"{join(where)}: {text}")
    for where, texts in stuck.items():
        hint = f"raise instruments.{where[3]}.cap or the bound of the rule"
        text = f"{join(where)} cannot grow from the start: {', '.join(texts)}"
        report.warn(_first(where, texts), text, hint)


def _first(where: KeyPath, texts: list[str]) -> KeyPath:
    """Return the path of the first tie that a list of texts names."""
    return (*where, texts[0].split(" ", 1)[0])


def _shares(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check that what a country ordered, and what it trades, are shares of a whole."""
    for k, table in resolved["instruments"].items():
        if table["kind"] not in (Kind.PROGRAMMES, Kind.FLOW):
            continue
        for code in resolved["countries"]:
            mine = {
                partner: numbers[path].support()[0]
                for partner in resolved["partners"]
                if (path := f"countries.{code}.ties.{k}.{partner}") in numbers
            }
            squared = table["kind"] == Kind.FLOW
            total = sum(share**2 if squared else share for share in mine.values())
            if total > 1.0 + 1e-6:
                what = "squares of ties" if squared else "shares"
                text = f"the {what} of {k} add up to {total:.3g}, more than the whole"
                where = ("countries", code, "ties", k, max(mine, key=lambda p: mine[p]))
                report.error(where, text, "at most 1 in all")


def ceiling(resolved: Plain, country: str, instrument: str, cap: float) -> tuple[float, str]:
    """Return the largest tie that cap and rules allow a country, and which of them says so."""
    top, why = cap, f"its cap of {cap:g}"
    for name in resolved["countries"][country]["rules"]:
        bound = resolved["rules"].get(name, {}).get("tie_max", {}).get(instrument)
        if bound is not None and bound < top:
            top, why = float(bound), f"the {bound:g} that rule {name} allows"
    return top, why
