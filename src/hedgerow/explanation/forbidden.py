"""Why an option is forbidden: a rule, a ban, a cap, or a tie that is not there."""

from math import floor, inf

import numpy as np

from ..model.parameters import Effect, Kind
from ..model.rules import change_of, side_of, tilt_allowed, tilt_of
from ..model.simulate import Block
from ..model.state import in_force
from ..scenario import Scenario

NOTHING_THERE = "nothing to loosen"
ITSELF = "a country has no ties with itself"
_SLACK = 1e-9


def forbids_step(
    block: Block, scenario: Scenario, country: int, instrument: int, partner: int, by: int
) -> tuple[str, ...]:
    """Return the names of what rules out a step of a desk, empty if nothing does.

    Args:
        block: a block of one run, before the desk acts.
        scenario: the scenario that the run belongs to.
        country: index of the country. instrument, partner: indices of the tie.
        by: 1 to deepen it, -1 to loosen it.
    """
    structure = block.world.structure
    if partner == structure.self_partner[country]:
        return (ITSELF,)
    count = int(block.state.counts[instrument, partner, country])
    step, name = float(structure.step[instrument]), structure.instruments[instrument].name
    if by < 0 and count == 0:
        return (NOTHING_THERE,)
    reasons: list[str] = []
    if by > 0:
        if _beyond(count + 1, float(structure.cap[instrument]), step):
            reasons.append(f"cap of {name}")
        reasons += [
            f"rule {rule}"
            for rule, table in rules_of(scenario, country)
            if _beyond(count + 1, table.get("tie_max", {}).get(name, inf), step)
        ]
    toward = {structure.poles[0]: by, structure.poles[1]: -by}.get(partner, 0)
    lean = toward * step * float(block.frame["salience"][instrument, country])
    return tuple(dict.fromkeys([*reasons, *_forbids_lean(block, scenario, country, lean)]))


def forbids_supplier(
    block: Block, scenario: Scenario, country: int, instrument: int, partner: int, more: float
) -> tuple[str, ...]:
    """Return the names of bans, embargoes and rules that keep a supplier from taking an order.

    Args:
        block: a block of one run, before the order is placed.
        scenario: the scenario that the run belongs to.
        country: index of the country. instrument, partner: indices of the tie.
        more: what the order would add to the tie.
    """
    structure = block.world.structure
    if partner == structure.self_partner[country]:
        return (ITSELF,)
    table = scenario.resolved["embargoes"]
    names = [
        label
        for label, entry in table.items()
        for code in entry["countries"]
        if code == structure.countries[country]
        and entry["partner"] == structure.partners[partner]
        and entry["instrument"] == structure.instruments[instrument].name
    ]
    banned = any(
        (ban.country, ban.instrument, ban.partner) == (country, instrument, partner)
        and ban.start <= block.round < ban.stop
        for ban in structure.bans
    )
    reasons = [f"embargo {name}" for name in names] if banned else []
    for e, event in enumerate(structure.events):
        supplies_not = event.effect is Effect.EMBARGO and event.power == partner
        if supplies_not and in_force(block.state, e, block.round)[country]:
            reasons.append(f"event {event.name}")
    reasons += _forbids_tie(block, scenario, country, instrument, partner, more)
    lean = side_of(structure)[partner] * more * block.frame["salience"][instrument, country]
    return tuple(dict.fromkeys([*reasons, *_forbids_lean(block, scenario, country, float(lean))]))


def forbids_bundle(
    block: Block, scenario: Scenario, country: int, bundle: np.ndarray, pledge: bool
) -> tuple[str, ...]:
    """Return the names of what rules out a bundle (K, P) of whole steps, empty if nothing does."""
    structure, q, s = block.world.structure, block.frame, block.state
    reasons: list[str] = []
    lean = 0.0
    for (k, p), change in change_of(structure, q, s, bundle).items():
        by, step = int(bundle[k, p]), float(structure.step[k])
        name = structure.instruments[k].name
        count = int(s.counts[k, p, country]) + by
        more = float(np.broadcast_to(change, s.threat.shape)[country])
        if structure.instruments[k].kind is Kind.PROGRAMMES:
            reasons += _forbids_tie(block, scenario, country, k, p, more)
        elif count < 0:
            reasons.append(NOTHING_THERE)
        elif by > 0:
            if _beyond(count, float(structure.cap[k]), step):
                reasons.append(f"cap of {name}")
            reasons += [
                f"rule {rule}"
                for rule, table in rules_of(scenario, country)
                if _beyond(count, table.get("tie_max", {}).get(name, inf), step)
            ]
        lean += more * float(side_of(structure)[p] * q["salience"][k, country])
    if pledge:
        reasons += [
            f"rule {rule}"
            for rule, table in rules_of(scenario, country)
            if not table.get("pledge", True)
        ]
    return tuple(dict.fromkeys([*reasons, *_forbids_lean(block, scenario, country, lean)]))


def forbids_rung(scenario: Scenario, country: int, rung: int) -> tuple[str, ...]:
    """Return the names of the rules that keep the labels of a country below a rung.

    Args:
        scenario: the scenario.
        country: index of the country.
        rung: number of the rung on the ladder of labels, 0 for the lowest.
    """
    return tuple(
        f"rule {name}"
        for name, rule in rules_of(scenario, country)
        if rung > rule.get("tier_max", inf)
    )


def rules_of(scenario: Scenario, country: int) -> list[tuple[str, dict]]:
    """Return the hard rules of a country with their tables, in the order of the file."""
    resolved = scenario.resolved
    names = resolved["countries"][scenario.countries[country]]["rules"]
    return [(name, resolved["rules"][name]) for name in names]


def _beyond(count: int, bound: float, step: float) -> bool:
    return bound < inf and count > floor(bound / step + _SLACK)


def _forbids_tie(
    block: Block, scenario: Scenario, country: int, k: int, p: int, more: float
) -> list[str]:
    """Names of the rules that bound a tie of programmes below what an order would make of it."""
    tie = float(block.point.x[k, p, country]) + more
    name = block.world.structure.instruments[k].name
    return [
        f"rule {rule}"
        for rule, table in rules_of(scenario, country)
        if tie > table.get("tie_max", {}).get(name, inf) + _SLACK
    ]


def _forbids_lean(block: Block, scenario: Scenario, country: int, lean: float) -> list[str]:
    """Names of the rules that a change of the tilt between the poles would break."""
    structure = block.world.structure
    if not lean:
        return []
    tilt = tilt_of(structure, block.point)
    if tilt_allowed(structure, block.frame, tilt, np.full(tilt.shape, lean))[country]:
        return []
    reached = abs(float(tilt[country] + lean))
    return [
        f"rule {name}"
        for name, rule in rules_of(scenario, country)
        if reached > rule.get("tilt_max", inf) + _SLACK
    ]
