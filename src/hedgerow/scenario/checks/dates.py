"""Checks that dated entries lie in the years of the scenario, and end after they start.

An entry outside these years is an error in the file that sets the years. If a child file or
``--set`` shortens the time, entries of its ancestors that lie outside simply do not happen.
"""

from ..document import DATED, Plain
from ..positions import KeyPath
from ..quantity import quantity
from ..quarters import quarters
from ..resolve import within
from .report import Report


def check(report: Report, document: Plain) -> None:
    """Check all dates of a document."""
    start, end = document["time"]["start"], document["time"]["end"]
    span = f"from {start} to the end of {end}"
    youngest = max(_rank(report, ("time", key)) for key in ("start", "end"))
    for section in DATED:
        for label, entry in document.get(section, {}).items():
            path: KeyPath = (section, label)
            if within(document, section, entry) or _rank(report, path) < youngest:
                _order(report, section, entry, path)
                continue
            key = "from" if section == "embargoes" else "at"
            key = key if key in entry else "until"
            report.error((*path, key), "this date lies outside the scenario", span)
    for number, entry in enumerate(document.get("expect", [])):
        if not start <= entry["year"] <= end and _rank(report, ("expect",)) >= youngest:
            report.error(("expect", number, "year"), "this year lies outside the scenario", span)
    for number, year in enumerate(document.get("sweep", {}).get("years", [])):
        if not start <= year <= end and _rank(report, ("sweep",)) >= youngest:
            text = "this year lies outside the scenario"
            report.error(("sweep", "years", number), text, span)


def _order(report: Report, section: str, entry: Plain, path: KeyPath) -> None:
    until = entry.get("until")
    first = entry.get("from" if section == "embargoes" else "at")
    if until is None or first is None:
        return
    latest, earliest = quantity(first).support()[1], quantity(until).support()[0]
    if quarters(earliest) > quarters(latest):
        return
    text = "ends before it starts, or may do so"
    if earliest > latest:
        text = "ends in the quarter in which it starts, or may do so, and is never in force"
    report.error((*path, "until"), text, "a date in a quarter after its start", "", False, path)


def _rank(report: Report, path: KeyPath) -> int:
    """Return the number of the layer that wrote a path; -1 if none did."""
    layer = report.merged.layer_of(path)
    return -1 if layer is None else report.merged.layers.index(layer)
