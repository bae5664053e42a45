"""Why an option is forbidden: a rule, an embargo, a cap, or a tie that is not there."""

from math import floor, inf

from ..model.parameters import INSTRUMENTS
from ..model.rules import tilt_allowed, tilt_of
from ..model.simulate import Block
from ..scenario import Scenario

NOTHING_THERE = "nothing to loosen"
ITSELF = "a country has no ties with itself"
_SLACK = 1e-9


def forbids_move(block: Block, scenario: Scenario, country: int, move: int) -> tuple[str, ...]:
    """Return the names of what rules out a move of a country, empty if nothing does.

    Args:
        block: a block of one run, before step 4 of a round.
        scenario: the scenario that the run belongs to.
        country: index of the country.
        move: number of the move, as in the menu: 0 holds, then all deepenings by instrument and
            partner, then all loosenings.
    """
    structure = block.world.structure
    if move == 0:
        return ()
    partners = len(structure.partners)
    up = move <= len(INSTRUMENTS) * partners
    instrument, partner = divmod((move - 1) % (len(INSTRUMENTS) * partners), partners)
    if partner == structure.self_partner[country]:
        return (ITSELF,)
    count, step = (
        int(block.state.counts[instrument, partner, country]),
        float(structure.step[instrument]),
    )
    if not up and count == 0:
        return (NOTHING_THERE,)
    reasons: list[str] = []
    if up:
        reasons += _embargoes(block, scenario, country, instrument, partner)
        if _beyond(count + 1, float(structure.cap[instrument]), step):
            reasons.append(f"cap of {INSTRUMENTS[instrument]}")
        reasons += [
            f"rule {name}"
            for name, rule in _rules_of(scenario, country)
            if _beyond(count + 1, rule.get("tie_max", {}).get(INSTRUMENTS[instrument], inf), step)
        ]
    if partner in structure.poles:
        toward = 1.0 if (partner == structure.poles[0]) == up else -1.0
        shift = toward * step * block.frame["salience"][instrument]
        tilt = tilt_of(structure, block.frame, block.ties)
        if not tilt_allowed(structure, block.frame, tilt, shift)[country]:
            reached = abs(float((tilt + shift)[country]))
            reasons += [
                f"rule {name}"
                for name, rule in _rules_of(scenario, country)
                if reached > rule.get("tilt_max", inf) + _SLACK
            ]
    return tuple(dict.fromkeys(reasons))


def forbids_rung(scenario: Scenario, country: int, rung: int) -> tuple[str, ...]:
    """Return the names of the rules that keep the labels of a country below a rung.

    Args:
        scenario: the scenario.
        country: index of the country.
        rung: number of the rung on the ladder of labels, 0 for the lowest.
    """
    return tuple(
        f"rule {name}"
        for name, rule in _rules_of(scenario, country)
        if rung > rule.get("tier_max", inf)
    )


def _beyond(count: int, bound: float, step: float) -> bool:
    return bound < inf and count > floor(bound / step + _SLACK)


def _rules_of(scenario: Scenario, country: int) -> list[tuple[str, dict]]:
    resolved = scenario.resolved
    names = resolved["countries"][scenario.countries[country]]["rules"]
    return [(name, resolved["rules"][name]) for name in names]


def _embargoes(
    block: Block, scenario: Scenario, country: int, instrument: int, partner: int
) -> list[str]:
    table = scenario.resolved["embargoes"]
    labels = [label for label, entry in table.items() for _ in entry["countries"]]
    return [
        f"embargo {label}"
        for label, ban in zip(labels, block.world.structure.embargoes, strict=True)
        if (ban.country, ban.instrument, ban.partner) == (country, instrument, partner)
        and ban.start <= block.round < ban.stop
    ]
