"""Checks that no number is read that is dated after what a run may know, and marks conditions."""

from collections import Counter

from ...facts import UnknownSource
from ..document import Plain
from ..knowledge import as_of, is_condition, later
from ..positions import KeyPath
from ..quantity import Quantity
from ..sources import evidence_of, rows
from .report import Report


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check every number against ``[knowledge] until``, and every path of a market by its years."""
    paths = resolved["paths"]
    until = resolved.get("knowledge", {}).get("until")
    known = min(resolved["time"]["end"], 9999 if until is None else until)
    for partner, path in paths.items():
        _path(report, resolved, partner, path["market"], until, known)
    if until is None:
        return
    evidence = evidence_of(resolved)
    told: set[str] = set()
    for row in rows(resolved, numbers):
        if not row.source or row.source in told or is_condition(row.path, resolved, numbers, until):
            continue
        try:
            year = as_of(row.source, evidence)
        except UnknownSource:
            continue  # told already
        if year is not None and year > until:
            told.add(row.source)
            where: KeyPath = row.path
            text = f"this number rests on what was known in {year}, and the run knows {until}"
            hint = (
                "give what was known then, or an assumption; [knowledge] until says what is known"
            )
            report.error(where, f"{text}: '{row.source}'", f"a source of {until} or before", hint)
    conditions = later(resolved, numbers, until)
    if conditions:
        kinds = Counter(path.partition(".")[0] for path in conditions)
        told = ", ".join(f"{many} {kind}" for kind, many in kinds.items())
        text = f"conditions of the run and no forecasts, since later than {until}: {told}"
        report.note(("knowledge", "until"), text)


def _path(
    report: Report, resolved: Plain, partner: str, market: Plain, until: int | None, known: int
) -> None:
    """Check that a path reaches from the first year to the last one known, and no further."""
    start = resolved["time"]["start"]
    where: KeyPath = ("paths", partner, "market")
    first, last = int(min(market)), int(max(market))
    panel = partner not in report.document.get("paths", {})
    if last < start or (last < known and not panel):
        needed = known if last >= start else start
        text = f"the path of {partner} ends in {last}, before {needed}"
        report.error(where, text, f"a share for every year from {start} to {known}")
    elif first > start:
        text = f"the path of {partner} begins in {first}, after the start in {start}"
        report.error(where, text, f"a share for every year from {start} to {known}")
    elif until is not None and last > until:
        text = f"the path of {partner} reaches to {last}, and the run knows {until}"
        report.error(where, text, f"no share after {until}")
