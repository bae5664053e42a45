"""Warns of countries whose payoff is always 0, so that chance alone decides their moves.

A number counts if it can differ from 0: in its prior, by a shock, in a future or in a sweep.
"""

from collections.abc import Callable, Iterable

from ...model.numbers import FIELDS, SYMMETRIC
from ...model.parameters import INSTRUMENTS
from ..document import Plain
from ..keys import join, split
from ..positions import KeyPath
from ..quantity import Quantity
from ..resolve import is_behaviour
from .report import Report
from .shocks import base, targets

BY_PAYOFF = ("quantal", "best_reply")
"""Strategies that choose moves by the payoff."""

Live = Callable[..., bool]


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check that the payoff of every country that uses it can differ from 0, with every partner.

    If all terms of the payoff are switched off, this is taken to be intended.
    """
    terms = {name for name, on in resolved["terms"].items() if on}
    if not terms:
        return
    changed = set(_changed(resolved, numbers))

    def live(*path: str) -> bool:
        return join(path) in changed or any(base(numbers, path).support())

    for code, table in resolved["countries"].items():
        if table["strategy"] not in BY_PAYOFF:
            continue
        where: KeyPath = ("countries", code)
        if not _has_reason(resolved, code, terms, live):
            text = f"the payoff of {code} gives no reason for any move: its ties would only drift"
            hint = f"give countries.{code}.returns, and instruments a curvature"
            report.error(where, text, "returns of ties, or another term of the payoff", hint, True)
        elif "returns" in terms:
            _partners(report, resolved, code, live)


def _partners(report: Report, resolved: Plain, code: str, live: Live) -> None:
    given = [
        partner
        for partner in resolved["partners"]
        if partner == code
        or any(live("countries", code, "returns", k, partner) for k in INSTRUMENTS)
    ]
    for partner in resolved["partners"]:
        if partner in given:
            continue
        where: KeyPath = ("countries", code, "returns")
        text = f"{code} has no returns of ties with {partner}: none is worth anything in itself"
        report.warn(where, text, f"give countries.{code}.returns.INSTRUMENT.{partner}")


def _changed(resolved: Plain, numbers: dict[str, Quantity]) -> Iterable[str]:
    """Yield the numbers that a shock, a future or a sweep may change from 0."""
    for label, entry in resolved["shocks"].items():
        if entry["op"] != "multiply" and any(numbers[join(("shocks", label, "value"))].support()):
            yield from map(join, _targets(resolved, entry["path"]))
    for code, table in resolved["futures"].items():
        for path in table.get("set", {}):
            if any(numbers[join(("futures", code, "set", path))].support()):
                yield from map(join, _targets(resolved, path))
    over = resolved.get("sweep", {}).get("over", {})
    for row in [over] if isinstance(over, dict) else over:
        for path in row:
            yield from map(join, _targets(resolved, path))


def _targets(resolved: Plain, path: str) -> list[tuple[str, ...]]:
    parts = split(path)
    if parts[0] == "relations" and parts[1] in SYMMETRIC:
        return [parts, (*parts[:2], parts[3], parts[2])]
    return targets(resolved, path)


def _has_reason(resolved: Plain, code: str, terms: set[str], live: Live) -> bool:
    partners = [partner for partner in resolved["partners"] if partner != code]

    def own(name: str) -> bool:
        return live("countries", code, "behaviour", name)

    def of(name: str) -> bool:  # the number counts for any instrument
        return any(live("instruments", k, name) for k in INSTRUMENTS)

    def about(*names: str) -> bool:  # the number counts for any partner
        return any(live("partners", p, name) for p in partners for name in names)

    def to(name: str) -> bool:  # the number of the country counts for any partner or peer
        table = resolved["countries"][code].get(name, {})
        return any(live("countries", code, name, other) for other in table)

    rivals = live("relations", "intensity") and any(
        live("relations", "rivalry", p, q) for p in partners for q in partners if p < q
    )
    source = resolved["countries"][code]["threat"]["source"]
    threats = ("level", "incident_rate", "excitation", "retaliation")
    threat = any(live("countries", code, "threat", name) for name in threats)
    returns = any(live("countries", code, "returns", k, p) for k in INSTRUMENTS for p in partners)
    reasons = {
        "returns": returns or of("curvature") or of("reciprocity"),
        "loyalty": of("memory") and to("loyalty"),
        "security": own("security") and threat,
        "dependence": own("dependence") and about("volatility") and of("exposure"),
        "autonomy": own("autonomy") and rivals and of("salience"),
        "cross_pressure": (own("cross_pressure") or own("critical_rivalry"))
        and (rivals and of("salience")),
        "pressure": about("pressing") and rivals and of("salience"),
        "sanctions": any(
            live("sanctions", p, q, "enforcement")
            for p, table in resolved["sanctions"].items()
            for q in table
        ),
        "interoperability": of("inertia"),
        "demand": of("demand"),
        "norm": own("norm") and about("violation"),
        "peers": own("peers") and to("peers"),
        "audience": own("audience") and source != "none" and threat,
    }
    return any(
        reasons[term] if term in reasons else _uses(term, own, of) for term in terms - {"move_cost"}
    )


def _uses(term: str, own: Callable[[str], bool], of: Callable[[str], bool]) -> bool:
    """Whether a term can differ from 0, given which numbers of a country can."""
    return any(
        own(field.parts[-1]) if is_behaviour(field) else of(field.parts[-1])
        for field in FIELDS
        if term in field.used and (is_behaviour(field) or field.shape == "k")
    )
