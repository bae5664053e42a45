"""Measures the use of each part of the model by switching it off, under common random numbers.

Run r of each ablation draws the same random numbers as run r of the whole model, so that the
difference is due to the missing part. Shocks come as listed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...model.parameters import POLITICS, PROCESSES, ROUNDS_A_YEAR, TERMS, World
from ...progress import Progress
from ...runs.pairs import Difference
from ...scenario import Scenario
from ...scenario.posteriors import TO_SCORE, named, with_draws
from ..calibration.statistics import columns_of
from .asked import checked_targets, known_of, scored_by
from .backcast import Change, Runs, backcast, predictives
from .predictive import FAMILIES, RULES
from .shocks import HISTORY, without

if TYPE_CHECKING:
    from ...progress import Callback

RUNS = 256


@dataclass(frozen=True)
class Ablation:
    """The model without one part.

    Attributes:
        name: name of the part.
        group: ``term``, ``rule``, ``foresight``, ``process``, ``politics`` or ``shocks``.
        scenario: the scenario without it.
        change: a function that changes each block of runs, if a scenario cannot express it.
    """

    name: str
    group: str
    scenario: Scenario
    change: Change | None = None


@dataclass(frozen=True)
class Effect:
    """The effect of an ablation on one number of a target.

    Attributes:
        name, group: name and group of the ablation.
        target, country, measure: id of the target, code of the country, and name of the number.
        kind: kind of the target.
        base: mean over runs of the whole model. For ``tier`` it is the mean year, with the year
            after the last if the rung is never reached; for ``choice`` and ``never``, the share of
            runs that agree with the record.
        difference: paired difference, ablated minus whole model.
        rule: scoring rule of the target.
        score: score of the whole model.
        cost: score without the part minus that of the whole model; positive if the part helps.
    """

    name: str
    group: str
    target: str
    country: str
    measure: str
    kind: str
    base: float
    difference: Difference
    rule: str
    score: float
    cost: float


def ablations_of(scenario: Scenario) -> list[Ablation]:
    """Return the scenario without each of its parts in turn; parts that it lacks are skipped."""

    def off(name: str, group: str, changes: dict[str, object]) -> Ablation:
        return Ablation(name, group, scenario.replace(changes))

    found = [
        off(term, "term", {f"terms.{term}": False})
        for term in TERMS
        if scenario.resolved["terms"][term]
    ]
    of_country = {i: scenario.resolved["countries"][i]["rules"] for i in scenario.countries}
    rules = list(dict.fromkeys(rule for held in of_country.values() for rule in held))
    for rule in rules:
        changes: dict[str, object] = {
            f"countries.{i}.rules": [name for name in held if name != rule]
            for i, held in of_country.items()
            if rule in held
        }
        found.append(off(rule, "rule", changes))
    if rules:
        none: dict[str, object] = {f"countries.{i}.rules": [] for i in scenario.countries}
        found.append(off("all rules", "rule", none))
    if scenario.resolved["embargoes"]:
        found.append(Ablation("embargoes", "rule", scenario, _no_embargo))
    if scenario.level > 1:
        found.append(off("level 2", "foresight", {"ensemble.level": 1}))
    on = [name for name in PROCESSES if scenario.resolved["processes"][name]]
    found += [off(name, "process", {f"processes.{name}": False}) for name in on]
    for kind in POLITICS:
        found.append(off(f"politics of {kind}", "politics", {f"politics.{kind}": False}))
    everything: dict[str, object] = {f"politics.{kind}": False for kind in POLITICS}
    found.append(off("all politics", "politics", everything))
    first = (HISTORY + 1 - scenario.start) * ROUNDS_A_YEAR
    late = partial(without, scenario=scenario, first=first)
    found.append(Ablation("shocks to one tie's worth", "shocks", scenario, late))
    return found


def _no_embargo(world: World) -> World:
    return replace(world, structure=replace(world.structure, bans=()))


def ablate(
    scenario: Scenario,
    parameters: Path | None = None,
    runs: int = RUNS,
    seed: int | None = None,
    targets: Path | None = None,
    kernel: str | None = None,
    progress: "bool | Callback" = False,
    allow_hindsight: bool = False,
) -> list[Effect]:
    """Return the effects of all ablations. Arguments and errors are those of `score_scenario`."""
    checked, fitted, last = checked_targets(scenario, targets)
    seed = seed if seed is not None else scenario.seed or 0
    mine = with_draws(scenario, parameters, TO_SCORE)
    file = named(scenario, parameters, TO_SCORE)
    known_of(mine, file, checked, fitted, allow_hindsight)
    parts = ablations_of(mine)
    bar = Progress((1 + len(parts)) * runs, progress)
    try:

        def play(world: Scenario, change: Change | None) -> Runs:
            return backcast(world, checked, runs, seed, last, change, kernel, bar.add)

        whole = play(mine, None)
        scores = _costs(whole, seed)
        return [
            effect
            for part in parts
            for effect in _effects(part, whole, play(part.scenario, part.change), scores, seed)
        ]
    finally:
        bar.close()


Costs = dict[str, tuple[str, float]]


def _effects(
    part: Ablation, whole: Runs, ablated: Runs, scores: Costs, seed: int
) -> Iterator[Effect]:
    after = _costs(ablated, seed)
    base, other = (np.concatenate(runs.values, axis=1) for runs in (whole, ablated))
    for c, column in enumerate(columns_of(whole.targets)):
        target = column.target
        rule, cost = scores[target.id]
        yield Effect(
            part.name,
            part.group,
            target.id,
            target.country,
            column.measure,
            target.kind,
            float(base[:, c].mean()),
            Difference.of(base[:, c], other[:, c]),
            rule,
            cost,
            after[target.id][1] - cost,
        )


def _costs(runs: Runs, seed: int) -> Costs:
    """Return the scoring rule and the score by target."""
    said = predictives(runs, seed)
    result = {}
    for target in runs.targets:
        rule = RULES[FAMILIES[target.kind]][0]
        found = scored_by(target, said[target.id], "", "", seed)
        result[target.id] = rule, found.scores[rule]
    return result
