"""The tables of a score and its manifest."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...results.manifest import surroundings
from ..saving import marked
from .description import KNOWN, NUMBERS, came
from .predictive import RULES
from .skill import LEVEL

if TYPE_CHECKING:
    from .ablations import Effect
    from .predictive import Scored
    from .scored import Score

Rows = list[list[object]]


def tables(result: "Score") -> dict[str, Rows]:
    """Return the rows of its tables, first the head, by name.

    These are ``scores``, ``targets`` and, if there are any, ``votes`` and ``ablations``.
    """
    found = {"scores": _scores(result), "targets": _targets(result)}
    if result.votes:
        found["votes"] = _votes(result)
    if result.effects:
        found["ablations"] = _ablations(result.effects)
    return {name: marked(rows, bool(result.hindsight)) for name, rows in found.items()}


def _scores(result: "Score") -> Rows:
    """Return mean scores of all forecasters, then the skill of the model against each."""
    head = ["forecaster", "shocks", "against", "against_shocks", "family", "rule"]
    rows: Rows = [[*head, "targets", "clusters", "mean", "skill", "low", "high"]]
    for a in result.averages:
        rows.append(
            [
                *(a.forecaster, a.shocks, "", "", a.family, a.rule),
                *(a.targets, a.clusters, a.mean, "", "", ""),
            ]
        )
    for s in result.skills:
        rows.append(
            [
                *(s.forecaster, s.shocks, s.against, s.against_shocks, s.family, s.rule),
                *(s.targets, s.clusters, "", s.skill, s.low, s.high),
            ]
        )
    return rows


def _targets(result: "Score") -> Rows:
    head = ["sample", "target", "country", "question", "measure", "first", "last", "family"]
    head += ["predicted", "forecaster", "shocks", "observed", "q05", "q25", "q50", "q75", "q95"]
    head += ["in_50", "in_90", "pit", "crps", "share_of_what_came"]
    rows: Rows = [[*head, "rule", "score"]]
    for sample, scored in (("out", result.scored), ("in", result.fitted)):
        for s in scored:
            rows += _lines(sample, s)
    return rows


def _lines(sample: str, scored: "Scored") -> Rows:
    target, number = scored.target, scored.family in NUMBERS
    rule = RULES[scored.family][0]
    result: Rows = []
    for mark in scored.marks:
        row: list[object] = [sample, target.id, target.country, scored.cluster[1], mark.measure]
        row += [*target.years, scored.family, int(target.id not in KNOWN)]
        row += [scored.forecaster, scored.shocks]
        row += [mark.observed if number else came(scored), *map(float, mark.quantiles)]
        row += [int(mark.inside(50)), int(mark.inside(90))] if number else ["", ""]
        row += [mark.pit, mark.score if number else "", "" if number else mark.score]
        result.append([*row, rule, scored.scores[rule]])
    return result


def _votes(result: "Score") -> Rows:
    head = ["country", "question", "option", "coding", "shocks", "parameters"]
    rows: Rows = [[*head, "probability", "low", "high", "runs"]]
    for vote in result.votes:
        names = [vote.country, vote.question, vote.option, vote.coding, vote.shocks]
        rows.append([*names, result.model, vote.probability, vote.low, vote.high, vote.runs])
    return rows


def _ablations(effects: Sequence["Effect"]) -> Rows:
    head = ["group", "part", "target", "country", "measure", "kind", "base", "difference"]
    rows: Rows = [[*head, "low", "high", "sd", "runs", "rule", "score", "cost"]]
    for e in effects:
        d = e.difference
        rows.append(
            [
                *(e.group, e.name, e.target, e.country, e.measure, e.kind, e.base),
                *(d.mean, d.low, d.high, d.sd, d.n, e.rule, e.score, e.cost),
            ]
        )
    return rows


def manifest(result: "Score") -> dict[str, object]:
    """Return the content of ``score.json``."""
    out = list(dict.fromkeys(s.target.id for s in result.scored))
    return {
        "name": result.scenario.name,
        "title": result.scenario.title,
        **surroundings(),
        "scenario_sha256": result.scenario.sha256,
        "parameters": result.parameters,
        "hindsight": bool(result.hindsight),
        "knowledge": result.hindsight.plain(),
        "seed": result.seed,
        "runs": result.runs,
        "targets": out,
        "targets_known_when_coded": [target for target in out if target in KNOWN],
        "targets_in_sample": list(dict.fromkeys(s.target.id for s in result.fitted)),
        "clusters": len({s.cluster for s in result.scored}),
        "shock_events_before": result.when.before,
        "shock_years_before": result.when.years,
        "shock_events_after": len(result.when.after),
        "shock_chance": round(result.when.chance, 4),
        "interval_percent": LEVEL,
        "seconds": round(result.seconds, 1),
    }
