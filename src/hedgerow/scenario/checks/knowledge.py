"""Checks that no number is read that is dated after what a run may know, and marks conditions."""

from collections import Counter

from ...facts import Evidence, UnknownSource
from ...progress import counted
from ..document import Plain
from ..knowledge import as_of, external_of, is_condition, later
from ..positions import KeyPath
from ..quantity import Quantity
from ..sources import evidence_of, rows
from .report import Report

_ONE = {"shocks": "shock", "choices": "choice", "embargoes": "embargo"}


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check every number against ``[knowledge] until``, and every path of a market by its years."""
    until = resolved.get("knowledge", {}).get("until")
    evidence = evidence_of(resolved)
    for partner in resolved["paths"]:
        _path(report, resolved, partner, until, evidence)
    if until is None:
        return
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
            hint = f"its source is '{row.source}'; give what was known then, or an assumption; "
            hint += "[knowledge] until says what is known"
            report.error(where, text, f"a source of {until} or before", hint)
    conditions = later(resolved, numbers, until)
    if conditions:
        kinds = Counter(path.partition(".")[0] for path in conditions)
        many = ", ".join(counted(n, _ONE.get(kind, kind), kind) for kind, n in kinds.items())
        text = f"conditions of the run and no forecasts, since later than {until}: {many}"
        report.note(("knowledge", "until"), text)


def _years(report: Report, where: KeyPath, market: Plain) -> list[int]:
    """Return the years of a path, and those whose share is not right, which has been told."""
    layer = report.merged.layer_of(where)
    places = layer.positions.paths if layer is not None and layer.positions is not None else ()
    wrong = [one[-1] for one in places if one[: len(where)] == where and len(one) == len(where) + 1]
    return [int(year) for year in {*market, *wrong} if str(year).isdecimal()]


def _path(
    report: Report, resolved: Plain, partner: str, until: int | None, evidence: Evidence
) -> None:
    """Check that a path reaches from the first year to the last that is known, and no further.

    What is known ends with the run, with its knowledge, or with the source of the path.
    """
    path, start = resolved["paths"][partner], resolved["time"]["start"]
    where: KeyPath = ("paths", partner, "market")
    years = _years(report, where, path["market"])
    first, last = min(years), max(years)
    entry = external_of(path.get("source", ""), evidence)
    known = min(resolved["time"]["end"], until or 9999, entry.as_of if entry else 9999)
    if last < known:
        text = f"the path of {partner} ends in {last}, before {known}"
    elif first > start:
        text = f"the path of {partner} begins in {first}, after the start in {start}"
    elif until is not None and last > until:
        text = f"the path of {partner} reaches to {last}, and the run knows {until}"
        report.error(where, text, f"no share after {until}")
        return
    else:
        return
    report.error(where, text, f"a share for every year from {start} to {known}")
