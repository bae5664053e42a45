"""The structure of a world: countries and partners, dated entries, and rules."""

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model import parameters as model
from ..model.parameters import INSTRUMENTS, ROUNDS_A_YEAR, TOP_RUNG
from .document import Plain
from .quarters import quarters
from .scenario import Scenario


def sanction_pairs(scenario: Scenario) -> list[tuple[str, str]]:
    """Return (sanctioner, target) of each pair, in the order of the arrays."""
    table = scenario.resolved.get("sanctions", {})
    return [(p, q) for p, targets in table.items() for q in targets]


def rounds_of(scenario: Scenario, years: Any) -> NDArray[np.int64]:
    """Return the rounds in which dates (in years) lie; 0 is the first quarter of the scenario.

    Earlier dates are in round 0, and dates after the end are in the round after the last.
    """
    limit = (scenario.end + 1 - scenario.start) * ROUNDS_A_YEAR
    return np.clip(quarters(years) - scenario.start * ROUNDS_A_YEAR, 0, limit)


def _round(scenario: Scenario, year: float) -> int:
    return int(rounds_of(scenario, year))


def structure_of(scenario: Scenario) -> model.Structure:
    """Return the structure of a scenario, which is the same in all replicates."""
    resolved = scenario.resolved
    partners, countries = scenario.partners, scenario.countries
    tables = resolved["countries"]
    instruments = resolved["instruments"]
    sources = [tables[code]["threat"]["source"] for code in countries]
    step = np.array([_plain(instruments[k]["step"]) for k in INSTRUMENTS])
    cap = np.array([_plain(instruments[k]["cap"]) for k in INSTRUMENTS])
    tiers = np.zeros((len(partners), len(countries)), dtype=np.int64)
    for i, code in enumerate(countries):
        for p, partner in enumerate(partners):
            tiers[p, i] = round(_plain(tables[code].get("tiers", {}).get(partner, 0.0)))
    first, second = scenario.poles
    return model.Structure(
        partners=partners,
        countries=countries,
        futures=scenario.futures,
        start=scenario.start,
        years=scenario.end - scenario.start + 1,
        level=scenario.level,
        poles=(partners.index(first), partners.index(second)),
        threat_source=np.array([-1 if s == "none" else partners.index(s) for s in sources]),
        self_partner=np.array([partners.index(c) if c in partners else -1 for c in countries]),
        sanctions=tuple(
            (partners.index(p), partners.index(q)) for p, q in sanction_pairs(scenario)
        ),
        step=step,
        cap=cap,
        tiers=tiers,
        rules=_rules(scenario, cap),
        strategies=tuple(tables[code]["strategy"] for code in countries),
        terms=frozenset(name for name, on in resolved["terms"].items() if on),
        processes=frozenset(name for name, on in resolved["processes"].items() if on),
        choices=tuple(_choice(scenario, step, entry) for entry in _sorted_choices(resolved)),
        embargoes=tuple(_embargoes(scenario)),
    )


def _plain(value: Any) -> float:
    return float(value["value"] if isinstance(value, dict) else value)


def _rules(scenario: Scenario, cap: model.Floats) -> model.Rules:
    n = len(scenario.countries)
    tier_max = np.full(n, TOP_RUNG, dtype=np.int64)
    tie_max = np.repeat(cap[:, None], n, axis=1)
    tilt_max = np.full(n, inf)
    force = np.ones(n, dtype=np.bool_)
    for i, code in enumerate(scenario.countries):
        for name in scenario.resolved["countries"][code]["rules"]:
            rule = scenario.resolved["rules"][name]
            tier_max[i] = min(tier_max[i], rule.get("tier_max", TOP_RUNG))
            tilt_max[i] = min(tilt_max[i], rule.get("tilt_max", inf))
            force[i] &= rule.get("force", True)
            for instrument, bound in rule.get("tie_max", {}).items():
                k = INSTRUMENTS.index(instrument)
                tie_max[k, i] = min(tie_max[k, i], bound)
    return model.Rules(tier_max, tie_max, tilt_max, force)


def _sorted_choices(resolved: Plain) -> list[Plain]:
    return sorted(resolved["choices"].values(), key=lambda entry: entry["at"])


def _choice(scenario: Scenario, step: model.Floats, entry: Plain) -> model.Choice:
    options = entry["options"]
    partners = scenario.partners
    changes = np.zeros((len(options), len(INSTRUMENTS), len(partners)), dtype=np.int64)
    rewards = np.zeros((len(options), len(partners)))
    costs = np.zeros(len(options))
    for o, option in enumerate(options.values()):
        costs[o] = option.get("cost", 0.0)
        for partner, reward in option.get("reward", {}).items():
            rewards[o, partners.index(partner)] = reward
        for k, instrument in enumerate(INSTRUMENTS):
            for partner, change in option.get(instrument, {}).items():
                changes[o, k, partners.index(partner)] = round(change / step[k])
    return model.Choice(
        question=entry["question"],
        round=_round(scenario, entry["at"]),
        countries=tuple(scenario.countries.index(code) for code in entry["countries"]),
        options=tuple(options),
        changes=changes,
        rewards=rewards,
        costs=costs,
    )


def _embargoes(scenario: Scenario) -> list[model.Embargo]:
    last = (scenario.end + 1 - scenario.start) * ROUNDS_A_YEAR
    return [
        model.Embargo(
            country=scenario.countries.index(code),
            instrument=INSTRUMENTS.index(entry["instrument"]),
            partner=scenario.partners.index(entry["partner"]),
            start=_round(scenario, entry["from"]) if "from" in entry else 0,
            stop=_round(scenario, entry["until"]) if "until" in entry else last,
        )
        for entry in scenario.resolved["embargoes"].values()
        for code in entry["countries"]
    ]
