"""Where the numbers of a scenario come from."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from .. import resources
from ..model.parameters import INSTRUMENTS
from .fields import find
from .keys import join, split
from .scenario import Scenario, Sourced

if TYPE_CHECKING:
    from ..evidence import Evidence

_Row = tuple[str, str, str]


def provenance(scenario: Scenario) -> list[Sourced]:
    """Return every number of a scenario with its source and the kind of that source.

    Kinds are those of `hedgerow.evidence.Provenance`, ``"default"`` for a number that is its own
    default and names no source, and ``"missing"`` for any other without a source.
    """
    from ..evidence import classify

    evidence = shipped_evidence()
    kinds: dict[str, str] = {}
    result = []
    for path, value, source in _rows(scenario):
        if source and source not in kinds:
            kinds[source] = classify(source, evidence).kind
        kind = kinds[source] if source else ("default" if _is_default(path, value) else "missing")
        result.append(Sourced(path, value, source, kind))
    return result


def shipped_evidence() -> "Evidence":
    """Return the shipped evidence, read again only when its files have changed."""
    files = sorted(resources.folder("seeds").glob("*.toml"))
    return _evidence(tuple((str(file), file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=2)
def _evidence(stamps: tuple[tuple[str, int], ...]) -> "Evidence":
    from ..evidence import load_evidence

    return load_evidence()


def _rows(scenario: Scenario) -> Iterator[_Row]:
    for path, number in scenario.quantities.items():
        yield path, number.text(), number.source or ""
    resolved = scenario.resolved
    for name, rule in resolved["rules"].items():
        for key in ("tier_max", "tilt_max"):
            if key in rule:
                yield join(("rules", name, key)), f"{rule[key]:g}", rule.get("source", "")
        for k, bound in rule.get("tie_max", {}).items():
            yield join(("rules", name, "tie_max", k)), f"{bound:g}", rule.get("source", "")
    for question, entry in resolved["choices"].items():
        source = entry.get("source", "")
        yield join(("choices", question, "at")), f"{entry['at']:g}", source
        for option, table in entry["options"].items():
            where = ("choices", question, "options", option)
            if "cost" in table:
                yield join((*where, "cost")), f"{table['cost']:g}", source
            for key in (*INSTRUMENTS, "reward"):
                for partner, change in table.get(key, {}).items():
                    yield join((*where, key, partner)), f"{change:g}", source
    for label, entry in resolved["embargoes"].items():
        for key in ("from", "until"):
            if key in entry:
                yield join(("embargoes", label, key)), f"{entry[key]:g}", entry.get("source", "")


def _is_default(path: str, value: str) -> bool:
    found = find(split(path))
    if found is not None and value == f"{found[0].default:g}":
        return True
    # Without a probability a shock is certain, and without futures there is the status quo alone.
    certain = path.startswith("shocks.") and path.endswith(".probability")
    return value == "1" and (certain or path == "futures.status_quo.prior")
