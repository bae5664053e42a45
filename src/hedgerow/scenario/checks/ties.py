"""Checks that ties at the start, and changes of ties by choices, are in range and whole steps."""

from math import floor

from ...model.parameters import INSTRUMENTS
from ..document import Plain
from ..keys import join, split
from ..positions import KeyPath
from ..quantity import Quantity
from .report import Report

MOST_STEPS = 1_000_000
"""Most steps that a tie may take from 0 to its cap."""

_SLACK = 1e-9


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check caps, ties and options."""
    steps = {k: numbers[f"instruments.{k}.step"].value for k in INSTRUMENTS}
    caps = {k: numbers[f"instruments.{k}.cap"].value for k in INSTRUMENTS}
    for k in INSTRUMENTS:
        if caps[k] > MOST_STEPS * steps[k]:
            text = f"the cap {caps[k]:g} is more than {MOST_STEPS} steps of {steps[k]:g}"
            report.error(("instruments", k, "cap"), text, "a smaller cap or a larger step")
    if any(caps[k] > MOST_STEPS * steps[k] for k in INSTRUMENTS):
        return
    for k in INSTRUMENTS:
        if _is_off(caps[k], steps[k]):
            highest = floor(caps[k] / steps[k] + _SLACK) * steps[k]
            text = f"the cap {caps[k]:g} is no multiple of the step {steps[k]:g}; "
            report.warn(("instruments", k, "cap"), text + f"the highest tie is {highest:g}")
    _ties(report, resolved, numbers, steps, caps)
    _options(report, resolved, steps)


def _is_off(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) > 1e-6


def _ties(
    report: Report,
    resolved: Plain,
    numbers: dict[str, Quantity],
    steps: dict[str, float],
    caps: dict[str, float],
) -> None:
    rounded: dict[KeyPath, list[str]] = {}
    stuck: dict[KeyPath, list[str]] = {}
    for name, number in numbers.items():
        path = split(name)
        if path[0] != "countries" or path[2] != "ties":
            continue
        _, country, _, k, partner = path
        step, cap = steps[k], caps[k]
        if number.support()[1] > cap + _SLACK:
            what = (
                f"{number.value:g}"
                if not number.is_prior
                else f"a prior up to {number.support()[1]:g}"
            )
            report.error(path, f"the tie ({what}) is above the cap of {k}", f"at most {cap:g}")
            continue
        if number.is_prior:
            continue
        if _is_off(number.value, step):
            text = f"{partner} {number.value:g} → {round(number.value / step) * step:g}"
            rounded.setdefault(path[:4], []).append(text)
        top, why = _ceiling(resolved, country, k, cap)
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


def _ceiling(resolved: Plain, country: str, instrument: str, cap: float) -> tuple[float, str]:
    top, why = cap, f"cap {cap:g}"
    for name in resolved["countries"][country]["rules"]:
        bound = resolved["rules"].get(name, {}).get("tie_max", {}).get(instrument)
        if bound is not None and bound < top:
            top, why = float(bound), f"rule {name}: {bound:g}"
    return top, why


def _options(report: Report, resolved: Plain, steps: dict[str, float]) -> None:
    for question, entry in resolved["choices"].items():
        for option, table in entry["options"].items():
            for k in INSTRUMENTS:
                for partner, change in table.get(k, {}).items():
                    where = ("choices", question, "options", option, k, partner)
                    if abs(change) > MOST_STEPS * steps[k]:
                        text = f"{change:g} is more than {MOST_STEPS} steps of {k}"
                        report.error(where, text, "a smaller change")
                        continue
                    if not _is_off(change, steps[k]):
                        continue
                    near = round(change / steps[k]) * steps[k]
                    text = f"{change:g} is no multiple of the step of {k}"
                    report.error(where, text, f"a multiple of {steps[k]:g}", f"nearest: {near:g}")
