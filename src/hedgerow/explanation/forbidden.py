"""What rules out an option: a rule by its name, an embargo by its label, a cap, a range."""

from math import floor, inf

from ..model.parameters import INSTRUMENTS
from ..model.rules import tilt_allowed, tilt_of
from ..model.simulate import Block
from ..scenario import Scenario

NOTHING_THERE = "nothing to loosen"
ITSELF = "a country has no ties with itself"
_SLACK = 1e-9


def forbids_move(block: Block, scenario: Scenario, i: int, m: int) -> tuple[str, ...]:
    """Name what rules out move `m` of country `i`, numbered as in the menu; empty if nothing does.

    Args:
        block: a block of one run, before step 4 of a round.
        scenario: that the run belongs to.
    """
    structure = block.world.structure
    if m == 0:
        return ()
    partners = len(structure.partners)
    up = m <= len(INSTRUMENTS) * partners
    k, p = divmod((m - 1) % (len(INSTRUMENTS) * partners), partners)
    if p == structure.self_partner[i]:
        return (ITSELF,)
    count, step = int(block.state.counts[k, p, i]), float(structure.step[k])
    if not up and count == 0:
        return (NOTHING_THERE,)
    reasons: list[str] = []
    if up:
        reasons += _embargoes(block, scenario, i, k, p)
        if _beyond(count + 1, float(structure.cap[k]), step):
            reasons.append(f"cap of {INSTRUMENTS[k]}")
        reasons += [
            f"rule {name}"
            for name, rule in _rules_of(scenario, i)
            if _beyond(count + 1, rule.get("tie_max", {}).get(INSTRUMENTS[k], inf), step)
        ]
    if p in structure.poles:
        toward = 1.0 if (p == structure.poles[0]) == up else -1.0
        shift = toward * step * block.frame["salience"][k]
        tilt = tilt_of(structure, block.frame, block.ties)
        if not tilt_allowed(structure, block.frame, tilt, shift)[i]:
            reached = abs(float((tilt + shift)[i]))
            reasons += [
                f"rule {name}"
                for name, rule in _rules_of(scenario, i)
                if reached > rule.get("tilt_max", inf) + _SLACK
            ]
    return tuple(dict.fromkeys(reasons))


def forbids_rung(scenario: Scenario, i: int, rung: int) -> tuple[str, ...]:
    """Name the rules that keep a label of country `i` below a rung."""
    return tuple(
        f"rule {name}" for name, rule in _rules_of(scenario, i) if rung > rule.get("tier_max", inf)
    )


def _beyond(count: int, bound: float, step: float) -> bool:
    return bound < inf and count > floor(bound / step + _SLACK)


def _rules_of(scenario: Scenario, i: int) -> list[tuple[str, dict]]:
    resolved = scenario.resolved
    names = resolved["countries"][scenario.countries[i]]["rules"]
    return [(name, resolved["rules"][name]) for name in names]


def _embargoes(block: Block, scenario: Scenario, i: int, k: int, p: int) -> list[str]:
    table = scenario.resolved["embargoes"]
    labels = [label for label, entry in table.items() for _ in entry["countries"]]
    return [
        f"embargo {label}"
        for label, ban in zip(labels, block.world.structure.embargoes, strict=True)
        if (ban.country, ban.instrument, ban.partner) == (i, k, p)
        and ban.start <= block.round < ban.stop
    ]
