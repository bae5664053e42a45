"""Checks that what is offered can be had in full: nothing whose cost would be clipped is offered.

Where caps do not leave room for an offer at the start it is not on the menu until ties have
changed, which is a warning. Where a rule forbids it the rule strikes it off, which is a note. What
can never be had is an error.
"""

from collections.abc import Iterator

from ...model.parameters import Kind
from ...progress import counted
from ..document import Plain
from ..keys import join
from ..positions import KeyPath
from ..quantity import Quantity
from ..schema import OPTION, VOTE
from .report import Report
from .ties import ceiling

_SLACK = 1e-9


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check the bundles of events and of dated choices against caps, rules and ties."""
    everyone = list(resolved["countries"])
    for name, event in resolved["events"].items():
        if event.get("offers"):
            where: KeyPath = ("events", name, "offers")
            pledge = event["power"] if event.get("pledge") else ""
            _bundle(report, resolved, numbers, where, event["offers"], everyone, pledge)
    for question, entry in resolved["choices"].items():
        if entry["kind"] == VOTE:
            continue
        for option, table in entry["options"].items():
            bundle = {key: row for key, row in table.items() if key not in OPTION}
            where = ("choices", question, "options", option)
            pledge = table.get("pledge", "")
            _bundle(report, resolved, numbers, where, bundle, entry["countries"], pledge)


def _bundle(
    report: Report,
    resolved: Plain,
    numbers: dict[str, Quantity],
    where: KeyPath,
    bundle: Plain,
    countries: list[str],
    pledge: str,
) -> None:
    """Report what can never be had as an error, and what cannot at the start as a warning."""
    told: dict[str, dict[str, str]] = {"never": {}, "later": {}, "rule": {}}
    asked = [code for code in countries if code not in {p for row in bundle.values() for p in row}]
    for code in asked:
        for how, why in _hindrances(resolved, numbers, bundle, code, pledge):
            told[how].setdefault(code, why)

    def listed(*hows: str) -> str:
        found = {code: why for how in hows for code, why in told[how].items()}
        return "; ".join(f"{code}: {why}" for code, why in found.items())

    if asked and len(told["never"]) == len(asked):
        text = f"{join(where)} can never be had: {listed('never')}"
        report.error(where, text, "an offer for which there is room", "", True)
    elif told["never"] or told["later"]:
        text = f"{join(where)} cannot be had in full at the start: {listed('later', 'never')}"
        report.warn(where, text, "offer less, or mind that it waits until ties have changed")
    if told["rule"]:
        report.note(where, f"{join(where)} is forbidden from the start: {listed('rule')}")


def _hindrances(
    resolved: Plain, numbers: dict[str, Quantity], bundle: Plain, code: str, pledge: str
) -> Iterator[tuple[str, str]]:
    """Yield why a country cannot have a bundle: "never", "later" or "rule", each with words."""
    rules = resolved["countries"][code]["rules"]
    if pledge:
        for rule in rules:
            if not resolved["rules"].get(rule, {}).get("pledge", True):
                yield "rule", f"rule {rule} allows no pledge"
    for k, row in bundle.items():
        kind = resolved["instruments"][k]["kind"]
        if kind not in (Kind.STEPS, Kind.FLOW):
            continue
        step = numbers[f"instruments.{k}.step"].value
        cap = numbers[f"instruments.{k}.cap"].value
        slack = 0.5 * step * (kind == Kind.STEPS) - _SLACK  # ties are rounded to whole steps
        top, why = ceiling(resolved, code, k, cap)
        for partner, by in row.items():
            tie = numbers.get(join(("countries", code, "ties", k, partner)))
            low, high = (0.0, 0.0) if tie is None else tie.support()
            here, steps = f"{k} with {partner}", counted(abs(by), "step")
            if abs(by) * step > cap + _SLACK:
                yield "never", f"{steps} of {here} are more than its cap of {cap:g}"
            elif by > 0 and high + by * step > cap + slack:
                text = f"{here} starts at {high:g}, and {steps} more pass its cap of {cap:g}"
                yield "later", text
            elif kind == Kind.STEPS and by > 0 and low + by * step > top + slack:
                yield "rule", f"{here} starts at {low:g}, and {steps} more pass {why}"
            elif by < 0 and low + by * step < -slack:
                yield "later", f"{here} starts at {low:g}, too little to take {steps} from"
