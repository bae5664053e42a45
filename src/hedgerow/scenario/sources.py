"""The sources and labels of the numbers of a scenario."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from ..facts import Number, Verdict, classify, label, with_own
from ..facts.facts import shipped_evidence
from ..facts.panel import shipped_panel
from .document import FACTS, Plain
from .fields import find
from .keys import join, split
from .quantity import Quantity
from .schema import OPTION

if TYPE_CHECKING:
    from ..facts import Evidence, Verdict
    from ..facts import Number as Judged
    from .scenario import Scenario

_DATES: dict[str, Literal["start", "end"]] = {"at": "start", "from": "start", "until": "end"}
SOURCES = "sources"
"""Key of a rule, choice or embargo that holds sources of its single numbers."""


class Sourced(NamedTuple):
    """One number of a scenario and its source.

    `kind` is the label of the number, one of `hedgerow.facts.LABELS`. `source` is empty if none is
    given.
    """

    path: str
    value: str
    source: str
    kind: str


class Row(NamedTuple):
    """One number of a scenario: its path, its text in the file, its value, its source or ""."""

    path: tuple[str, ...]
    text: str
    value: float
    source: str


def provenance(scenario: "Scenario") -> list[Sourced]:
    """Return every number of a scenario with its source and its label.

    Labels are those of `hedgerow.facts.LABELS`. A number without a source is ``"default"`` if it
    has its default value, else ``"missing"``. A number that comes from a file of draws is
    ``"estimated"``.
    """
    drawn = set(scenario.draws.holding(scenario.quantities)) if scenario.draws else set()
    result = []
    for row, verdict in judged(scenario.resolved, scenario.quantities):
        path, source, kind = join(row.path), row.source, verdict.label
        if path in drawn and scenario.draws is not None:
            kind = "estimated"
            prior = f"; prior: {source}" if source else ""
            source = f"estimated: draws of {scenario.draws.name}{prior}"
        result.append(Sourced(path, row.text, source, kind))
    return result


def judged(resolved: Plain, quantities: Mapping[str, Quantity]) -> "Iterator[tuple[Row, Verdict]]":
    """Yield every number with its label and what is wrong with its source.

    Raises:
        UnknownSource: a source has none of the forms.
    """
    evidence = evidence_of(resolved)
    known = {}
    for row in rows(resolved, quantities):
        if not row.source:
            yield row, Verdict("default" if _is_default(row) else "missing")
            continue
        if row.source not in known:
            known[row.source] = classify(row.source, evidence)
        yield row, label(known[row.source], _judged(row, resolved), evidence)


def evidence_of(document: Plain) -> "Evidence":
    """Return the shipped evidence, with the user's own facts that a document holds."""
    evidence = shipped_evidence()
    for table in document.get(FACTS, []):
        evidence = with_own(evidence, table, FACTS)
    return evidence


def rows(resolved: Plain, quantities: Mapping[str, Quantity]) -> Iterator[Row]:
    """Yield every number with its source as written."""
    for path, quantity in quantities.items():
        yield Row(split(path), quantity.text(), quantity.value, quantity.source or "")
    for section in ("rules", "choices", "embargoes"):
        for name, entry in resolved[section].items():
            own = entry.get(SOURCES, {})
            for inner, number in _bare(section, entry):
                source = own.get(inner[0], entry.get("source", ""))
                yield Row((section, name, *inner), f"{number:g}", float(number), source)
    for name, table in resolved["events"].items():
        for inner, number in _steps(table.get("offers", {})):
            yield Row(("events", name, "offers", *inner), f"{number:g}", float(number), _BUNDLES)
    for name, path in resolved["paths"].items():
        years = sorted(path["market"])
        last = path["market"][years[-1]]
        text = f"{last:g} in {years[-1]}, known from {years[0]}"
        yield Row(("paths", name, "market"), text, float(last), path.get("source", ""))
    for name, table in resolved["countries"].items():
        records = table.get("records", {})
        for of, mean in records.get("class", {}).items():
            where = ("countries", name, "records", "class", of)
            yield Row(where, f"{mean:g}", float(mean), records.get("source", ""))


_BUNDLES = "convention: whole steps"
"""Source of the bundles of events, which say what an offer is."""


def _steps(bundle: Plain) -> Iterator[tuple[tuple[str, str], float]]:
    for k, row in bundle.items():
        for partner, by in row.items():
            yield (k, partner), by


def _bare(section: str, entry: Plain) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield the bare numbers of a rule, choice or embargo, by path within it."""
    if section == "rules":
        for key in ("tier_max", "tilt_max"):
            if key in entry:
                yield (key,), entry[key]
        for k, bound in entry.get("tie_max", {}).items():
            yield ("tie_max", k), bound
    elif section == "embargoes":
        for key in ("from", "until"):
            if key in entry:
                yield (key,), entry[key]
    else:
        yield ("at",), entry["at"]
        for option, table in entry.get("options", {}).items():
            for inner, by in _steps({k: row for k, row in table.items() if k not in OPTION}):
                yield ("options", option, *inner), by
            for partner, by in table.get("cover", {}).items():
                yield ("options", option, "cover", partner), by
            if "risk" in table:
                yield ("options", option, "risk"), table["risk"]


def _is_default(row: Row) -> bool:
    found = find(row.path)
    if found is not None and row.text == f"{found[0].default:g}":
        return True
    # Without a probability a shock is certain, and without futures there is the status quo alone.
    certain = row.path[0] == "shocks" and row.path[2] == "probability"
    return row.text == "1" and (certain or row.path == ("futures", "status_quo", "prior"))


def _judged(row: Row, resolved: Plain) -> "Judged":
    dated = row.path[0] in ("shocks", "choices", "embargoes")
    date = _DATES.get(row.path[2]) if dated else None
    number = Number(row.value, _about(row.path, resolved), date)
    own = _powers(row.path, resolved)
    powers = frozenset(resolved["partners"]) | _all_powers()
    return replace(number, own=own, powers=powers) if own else number


@cache
def _all_powers() -> frozenset[str]:
    """Return the powers of the panel, of which a fact may speak though a scenario is without."""
    return frozenset({*shipped_panel().states("partner"), "EU"})


def _powers(path: tuple[str, ...], resolved: Plain) -> frozenset[str]:
    """Return the powers whose number at a path is the same for all countries."""
    if path[0] == "shocks":
        return _powers(split(resolved["shocks"][path[1]]["path"]), resolved)
    if path[0] == "futures" and len(path) == 4:
        return _powers(split(path[3]), resolved)
    if path[0] == "events":
        event = resolved["events"].get(path[1])  # None if it could not be used
        return frozenset({event["power"]} if event else ())
    shared = path[0] in ("partners", "sanctions", "paths")
    return frozenset(resolved["partners"]).intersection(path[1:]) if shared else frozenset()


def _about(path: tuple[str, ...], resolved: Plain) -> tuple[frozenset[str], ...]:
    """Return the groups of codes that a number is about, as of `Number.about` in `labels`."""
    section = path[0]
    everyone = tuple(resolved["countries"])
    codes = {*everyone, *resolved["partners"]}
    if section == "shocks":
        return _about(split(resolved["shocks"][path[1]]["path"]), resolved)
    if section == "futures":
        if len(path) == 4:
            return _about(split(path[3]), resolved)
        return tuple(frozenset({code}) for code in everyone)
    if section in ("choices", "embargoes"):
        entry = resolved[section][path[1]]
        partner = {entry["partner"]} if "partner" in entry else codes.intersection(path[2:])
        return tuple(frozenset({code, *partner}) for code in entry["countries"])
    if section == "rules":
        bound = resolved["countries"].items()
        return tuple(frozenset({code}) for code, table in bound if path[1] in table["rules"])
    if section in ("partners", "sanctions", "events", "paths"):
        powers = _powers(path, resolved)
        return tuple(frozenset({code, *powers}) for code in everyone if code not in powers)
    if section in ("relations", "countries"):
        return (frozenset(codes.intersection(path[1:])),)
    if section in ("behaviour", "instruments", "habits", "politics", "threat"):
        return tuple(frozenset({code}) for code in everyone)
    return ()
