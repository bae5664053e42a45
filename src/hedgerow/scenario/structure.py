"""The structure of a world: countries and partners, dated entries, and rules."""

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model import parameters as model
from ..model.parameters import ROUNDS_A_YEAR, TOP_RUNG, Effect, Kind, Role, Vote
from .document import Plain
from .quarters import quarters
from .resolve import members_of
from .scenario import Scenario
from .schema import OPTION, VOTE

_VOTED = dict(zip(Vote.options, (1.0, 0.0, -1.0), strict=True))


def sanction_pairs(scenario: Scenario) -> list[tuple[str, str]]:
    """Return (sanctioner, target) of each pair, in the order of the arrays."""
    table = scenario.resolved.get("sanctions", {})
    return sorted((p, q) for p, targets in table.items() for q in targets)


def classes_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the classes of resolutions, in the order of the arrays."""
    return tuple(members_of(scenario.resolved, "c"))


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
    step, cap = (
        np.array([_plain(instruments[k][key]) for k in scenario.instruments])
        for key in ("step", "cap")
    )
    tiers = np.zeros((len(partners), len(countries)), dtype=np.int64)
    for i, code in enumerate(countries):
        for p, partner in enumerate(partners):
            tiers[p, i] = round(_plain(tables[code].get("tiers", {}).get(partner, 0.0)))
    first, second = scenario.poles
    records, class_records = _records(scenario)
    votes, choices = _dated(scenario)
    return model.Structure(
        partners=tuple(partners),
        countries=tuple(countries),
        instruments=tuple(
            model.Instrument(
                k, Kind(instruments[k]["kind"]), frozenset(map(Role, instruments[k]["roles"]))
            )
            for k in scenario.instruments
        ),
        futures=scenario.futures,
        start=scenario.start,
        years=scenario.end - scenario.start + 1,
        level=scenario.level,
        band=scenario.band,
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
        flat=frozenset(kind for kind, habit in resolved["habit"].items() if habit == "flat"),
        events=tuple(_event(scenario, name) for name in scenario.events),
        classes=classes_of(scenario),
        votes=votes,
        choices=choices,
        bans=tuple(_bans(scenario)),
        records=records,
        class_records=class_records,
    )


def _plain(value: Any) -> float:
    return float(value["value"] if isinstance(value, dict) else value)


def _rules(scenario: Scenario, cap: model.Floats) -> model.Rules:
    n = len(scenario.countries)
    tier_max = np.full(n, TOP_RUNG, dtype=np.int64)
    tie_max = np.repeat(cap[:, None], n, axis=1)
    tilt_max = np.full(n, inf)
    force, pledge = np.ones((2, n), dtype=np.bool_)
    for i, code in enumerate(scenario.countries):
        for name in scenario.resolved["countries"][code]["rules"]:
            rule = scenario.resolved["rules"][name]
            tier_max[i] = min(tier_max[i], rule.get("tier_max", TOP_RUNG))
            tilt_max[i] = min(tilt_max[i], rule.get("tilt_max", inf))
            force[i] &= rule.get("force", True)
            pledge[i] &= rule.get("pledge", True)
            for instrument, bound in rule.get("tie_max", {}).items():
                k = scenario.instruments.index(instrument)
                tie_max[k, i] = min(tie_max[k, i], bound)
    return model.Rules(tier_max, tie_max, tilt_max, force, pledge)


def _bundle(scenario: Scenario, table: Plain) -> NDArray[np.int64]:
    """Return whole steps by instrument and partner as an array (K, P)."""
    bundle = np.zeros((len(scenario.instruments), len(scenario.partners)), dtype=np.int64)
    for instrument, row in table.items():
        for partner, by in row.items():
            place = scenario.instruments.index(instrument), scenario.partners.index(partner)
            bundle[place] = by
    return bundle


def _event(scenario: Scenario, name: str) -> model.Event:
    table = scenario.resolved["events"][name]
    pair = -1
    if "target" in table:
        pair = sanction_pairs(scenario).index((table["power"], table["target"]))
    return model.Event(
        name=name,
        power=scenario.partners.index(table["power"]),
        effect=Effect(table["effect"]),
        pair=pair,
        bundle=_bundle(scenario, table.get("offers", {})),
        pledge=table.get("pledge", False),
    )


def _records(scenario: Scenario) -> tuple[dict[str, model.Floats], model.Floats]:
    """Return the votes before the start: the last on each issue (N,), means by class (C, N)."""
    classes, countries = classes_of(scenario), scenario.countries
    issues: dict[str, model.Floats] = {}
    means = np.full((len(classes), len(countries)), np.nan)
    for i, code in enumerate(countries):
        table = scenario.resolved["countries"][code].get("records", {})
        for issue, vote in table.items():
            if issue not in ("class", "source"):
                issues.setdefault(issue, np.full(len(countries), np.nan))[i] = _VOTED[vote]
        for name, mean in table.get("class", {}).items():
            means[classes.index(name), i] = mean
    return issues, means


def _dated(scenario: Scenario) -> tuple[tuple[model.Vote, ...], tuple[model.Choice, ...]]:
    """Return votes and other dated choices, each by date and then by question."""
    votes, choices = [], []
    entries = scenario.resolved["choices"].values()
    for entry in sorted(entries, key=lambda entry: (entry["at"], entry["question"])):
        if entry["kind"] == VOTE:
            votes.append(_vote(scenario, entry))
        else:
            choices.append(_choice(scenario, entry))
    return tuple(votes), tuple(choices)


def _asked(scenario: Scenario, entry: Plain) -> tuple[int, ...]:
    return tuple(sorted(scenario.countries.index(code) for code in entry["countries"]))


def _vote(scenario: Scenario, entry: Plain) -> model.Vote:
    partners, subject = scenario.partners, entry["subject"]
    powers = np.full(len(partners), np.nan)
    for power, vote in entry.get("votes", {}).items():
        powers[partners.index(power)] = _VOTED[vote]
    return model.Vote(
        question=entry["question"],
        round=_round(scenario, entry["at"]),
        countries=_asked(scenario, entry),
        issue=entry["issue"],
        kind=classes_of(scenario).index(entry["class"]),
        subject=partners.index(subject) if subject in partners else -1,
        sponsors=tuple(partners.index(code) for code in entry["sponsors"]),
        powers=powers,
    )


def _choice(scenario: Scenario, entry: Plain) -> model.Choice:
    options, partners = entry["options"], scenario.partners
    cover = np.zeros((len(options), len(partners)))

    def places(key: str, names: tuple[str, ...]) -> NDArray[np.int64]:
        return np.array(
            [names.index(table[key]) if key in table else -1 for table in options.values()]
        )

    for o, table in enumerate(options.values()):
        for partner, by in table.get("cover", {}).items():
            cover[o, partners.index(partner)] = by
    return model.Choice(
        question=entry["question"],
        round=_round(scenario, entry["at"]),
        countries=_asked(scenario, entry),
        options=tuple(options),
        bundles=np.stack(
            [
                _bundle(scenario, {k: row for k, row in table.items() if k not in OPTION})
                for table in options.values()
            ]
        ),
        offered=places("offered", partners),
        pledges=places("pledge", partners),
        cover=cover,
        provokes=places("provokes", scenario.events),
        risk=np.array([float(table.get("risk", 0.0)) for table in options.values()]),
    )


def _bans(scenario: Scenario) -> list[model.Ban]:
    last = (scenario.end + 1 - scenario.start) * ROUNDS_A_YEAR
    return [
        model.Ban(
            country=scenario.countries.index(code),
            instrument=scenario.instruments.index(entry["instrument"]),
            partner=scenario.partners.index(entry["partner"]),
            start=_round(scenario, entry["from"]) if "from" in entry else 0,
            stop=_round(scenario, entry["until"]) if "until" in entry else last,
        )
        for entry in scenario.resolved["embargoes"].values()
        for code in entry["countries"]
    ]
