"""Checks that what powers may do can happen, and that what is offered has an offerer."""

from ...model.parameters import Effect
from ..document import Plain
from ..positions import KeyPath
from ..problems import listed
from ..schema import OPTION, VOTE
from .report import Report

_OF_THE_THREAT = (Effect.INCIDENT, Effect.ENCIRCLEMENT)
"""Effects that a country knows of its own threat alone."""


def check(report: Report, resolved: Plain) -> None:
    """Warn of events that never happen, and of offers that nobody makes or that give nothing."""
    _events(report, resolved)
    for question, entry in resolved["choices"].items():
        if entry["kind"] != VOTE:
            _offerers(report, entry, ("choices", question))


def _events(report: Report, resolved: Plain) -> None:
    """Warn of an event of a threat whose power no country has as its threat.

    One that an option may provoke happens by that. A part of a library is for many countries, and
    its events need not be for each.
    """
    threats = sorted({table["threat"]["source"] for table in resolved["countries"].values()})
    provoked = {
        table.get("provokes")
        for entry in resolved["choices"].values()
        for table in (entry.get("options") or {}).values()
    }
    for name, event in resolved["events"].items():
        if event["effect"] not in _OF_THE_THREAT or event["power"] in threats or name in provoked:
            continue
        where: KeyPath = ("events", name, "power")
        layer = report.merged.layer_of(where)
        if layer is not None and layer.part:
            continue
        known = listed([one for one in threats if one != "none"])
        text = f"the event {name} never happens: {event['power']} is no country's threat"
        hint = f"an {event['effect']} is of the threat of a country alone; threats are {known}"
        report.warn(where, text, hint)


def _offerers(report: Report, entry: Plain, path: KeyPath) -> None:
    """Warn of an offer without an offerer, and of an option that gives no tie with its offerer."""
    options = entry["options"]
    if entry["kind"] == "offer" and not any(table.get("offered") for table in options.values()):
        text = "nobody makes this offer: no option says by whom it is 'offered'"
        report.warn((*path, "kind"), text, 'write offered = "PARTNER" in what is offered')
    for option, table in options.items():
        power = table.get("offered")
        bundle = [row for key, row in table.items() if key not in OPTION]
        gained = any(row.get(power, 0) > 0 for row in bundle) or table.get("pledge") == power
        if power and not gained:
            text = f"{power} offers '{option}', and no tie with {power} is deepened by it"
            hint = "name the partner whose ties it deepens, or leave 'offered' out"
            report.warn((*path, "options", option, "offered"), text, hint)
