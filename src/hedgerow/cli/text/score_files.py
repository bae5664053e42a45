"""What a score leaves: its tables, figures and a manifest, and a summary in words."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...analysis.scoring.predictive import RULES
from ...analysis.scoring.scored import KNOWN
from ...analysis.scoring.shocks import DRAWN, LISTED
from ...analysis.scoring.skill import LEVEL
from ...analysis.scoring.telling import (
    NUMBERS,
    against_priors,
    came,
    cover,
    lost,
    name,
    numbers_of,
    unforeseen,
)
from ...figures import scores as figures
from ...figures import style
from ...results.manifest import surroundings
from .analysis_files import marked, write_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...analysis.scoring import Score
    from ...analysis.scoring.ablations import Effect
    from ...analysis.scoring.predictive import Scored

_SHORT = {
    "crps": "CRPS",
    "energy": "energy",
    "ranked_probability": "RPS",
    "survival_log": "log",
    "log": "log",
}


def write(result: "Score", effects: Sequence["Effect"], folder: Path, seconds: float) -> None:
    """Write all files of a score.

    Raises:
        OSError: the place cannot be written.
    """
    tables = {"scores.csv": _scores(result), "targets.csv": _targets(result)}
    if result.votes:
        tables["votes.csv"] = _votes(result)
    if effects:
        tables["ablations.csv"] = _ablations(effects)
    for file, rows in tables.items():
        write_table(folder / file, marked(rows, bool(result.hindsight)))
    fields = json.dumps(_manifest(result, seconds), indent=2, ensure_ascii=False)
    (folder / "score.json").write_text(fields + "\n", encoding="utf-8")
    _draw(result, effects, folder)


def _scores(result: "Score") -> list[list[object]]:
    """Means of all, then what the model saves against each."""
    head = ["forecaster", "shocks", "against", "against_shocks", "family", "rule"]
    rows: list[list[object]] = [[*head, "targets", "clusters", "mean", "skill", "low", "high"]]
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


def _targets(result: "Score") -> list[list[object]]:
    head = ["sample", "target", "country", "question", "measure", "first", "last", "family"]
    head += ["predicted", "forecaster", "shocks", "observed", "q05", "q25", "q50", "q75", "q95"]
    head += ["in_50", "in_90", "pit", "crps", "share_of_what_came"]
    rows: list[list[object]] = [[*head, "rule", "score"]]
    for sample, scored in (("out", result.scored), ("in", result.fitted)):
        for s in scored:
            rows += _lines(sample, s)
    return rows


def _lines(sample: str, s: "Scored") -> list[list[object]]:
    target, number = s.target, s.family in NUMBERS
    rule = RULES[s.family][0]
    result: list[list[object]] = []
    for mark in s.marks:
        row: list[object] = [sample, target.id, target.country, s.cluster[1], mark.measure]
        row += [*target.years, s.family, int(target.id not in KNOWN), s.forecaster, s.shocks]
        row += [mark.observed if number else came(s), *map(float, mark.quantiles)]
        row += [int(mark.inside(50)), int(mark.inside(90))] if number else ["", ""]
        row += [mark.pit, mark.score if number else "", "" if number else mark.score]
        result.append([*row, rule, s.scores[rule]])
    return result


def _votes(result: "Score") -> list[list[object]]:
    head = ["country", "question", "option", "coding", "shocks", "parameters"]
    rows: list[list[object]] = [[*head, "probability", "low", "high", "runs"]]
    for vote in result.votes:
        names = [vote.country, vote.question, vote.option, vote.coding, vote.shocks]
        rows.append([*names, result.model, vote.probability, vote.low, vote.high, vote.runs])
    return rows


def _ablations(effects: Sequence["Effect"]) -> list[list[object]]:
    head = [
        "group",
        "part",
        "target",
        "country",
        "measure",
        "kind",
        "base",
        "difference",
        "low",
        "high",
    ]
    rows: list[list[object]] = [[*head, "sd", "runs", "rule", "score", "cost"]]
    for e in effects:
        d = e.difference
        rows.append(
            [
                *(e.group, e.name, e.target, e.country, e.measure, e.kind, e.base),
                *(d.mean, d.low, d.high, d.sd, d.n, e.rule, e.score, e.cost),
            ]
        )
    return rows


def _manifest(result: "Score", seconds: float) -> dict[str, object]:
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
        "seconds": round(seconds, 1),
    }


def _draw(result: "Score", effects: Sequence["Effect"], folder: Path) -> None:
    about = f"{result.scenario.title} · {result.runs} runs each, seed {result.seed}" + (
        f" · {result.parameters}" if result.parameters else " · priors alone"
    )
    about += result.hindsight.footer()
    title = result.scenario.name
    drawn = {
        "targets": figures.targets(
            *_rows(result), f"{title}: 2015–2024, said and seen (shocks as they came)", about
        )
    }
    own = _own(result)
    if numbers_of(result.scored, result.model, LISTED):
        drawn["calibration"] = figures.calibration(
            {
                f"{who}, shocks {shocks}": [m.pit for m in numbers_of(result.scored, who, shocks)]
                for who, shocks in own
            },
            {
                f"{who}, {shocks}": {
                    band: (found.inside[band], found.numbers, found.width[band])
                    for band in (50, 90)
                }
                for who, shocks in own
                for found in (cover(result.scored, who, shocks),)
            },
            f"{title}: where do the numbers of 2015–2024 lie?",
            about,
        )
    if effects:
        drawn["ablations"] = _heat(effects, title, about)
    for file, figure in drawn.items():
        style.save(figure, folder, file, ["svg", "png"])


def _own(result: "Score") -> list[tuple[str, str]]:
    names = dict.fromkeys([result.model, "prior"])
    return [(who, shocks) for who in names for shocks in (LISTED, DRAWN)]


def _rows(result: "Score") -> tuple[list, list]:
    own = list(dict.fromkeys([result.model, "prior"]))
    by_target: dict[str, list[Scored]] = {}
    for s in result.scored:
        if s.shocks != DRAWN:
            by_target.setdefault(s.target.id, []).append(s)
    numbers, outcomes = [], []
    for group in by_target.values():
        for place, mark in enumerate(group[0].marks):
            label = name(group[0], mark)
            if group[0].family in NUMBERS:
                error = float(np.hypot(group[0].target.error, group[0].target.bias))
                said = {s.forecaster: s.marks[place].quantiles for s in group}
                numbers.append(
                    figures.Number(
                        label,
                        mark.observed,
                        error,
                        {who: said[who] for who in own},
                        {who: float(q[2]) for who, q in said.items() if who not in own},
                    )
                )
            else:
                shares = {s.forecaster: s.marks[place].score for s in group}
                outcomes.append(figures.Outcome(f"{label}: {came(group[0])}", shares))
    return numbers, outcomes


def _heat(effects: Sequence["Effect"], title: str, about: str) -> "Figure":
    parts = list(dict.fromkeys((e.name, e.group) for e in effects))
    columns = list(dict.fromkeys((e.target, e.measure) for e in effects))
    values = np.full((len(parts), len(columns)), np.nan)
    clear = np.zeros(values.shape, dtype=bool)
    labels = {}
    alone = len({e.country for e in effects}) == 1
    for e in effects:
        at = parts.index((e.name, e.group)), columns.index((e.target, e.measure))
        values[at] = e.difference.effect
        clear[at] = e.difference.clear("up") or e.difference.clear("down")
        label = f"{e.measure.removeprefix('event:')} {e.target.rpartition('-')[2]}"
        if e.kind == "choice":
            label = e.measure.removeprefix("choice:") + " as on record"
        elif e.kind == "tier":
            label = f"{e.measure}: year"
        elif e.kind == "never":
            label = f"no {e.measure.removeprefix('event:')}"
        labels[at[1]] = label if alone else f"{e.country} {label}"
    return figures.ablations(
        [part for part, _ in parts],
        [group for _, group in parts],
        [labels[place] for place in range(len(columns))],
        values,
        clear,
        f"{title}: what happens to the targets without …",
        about,
    )


def warnings(result: "Score") -> list[str]:
    """Return what a reader must know before trusting a score."""
    found = []
    if not result.parameters:
        found.append(
            f"there is no posterior of the record to 2014 for {result.scenario.name}: the priors "
            "alone are scored; make one with: hedgerow calibrate " + result.scenario.name
        )
    return found


def text(result: "Score", effects: Sequence["Effect"]) -> str:
    """Return what came of a score, in some lines."""
    when = result.when
    ids = list(dict.fromkeys(s.target.id for s in result.scored))
    clusters = len({s.cluster for s in result.scored})
    lines = [
        f"{result.scenario.title}",
        f"{len(ids)} targets of 2015 to 2024 on {clusters} questions of states: so few that "
        "intervals are wide and rough",
        *result.hindsight.told(),
        f"parameters: {result.parameters or 'priors alone'}; {result.runs} runs each",
        f"shocks: listed as they came, or drawn: {len(when.after)} events of 2015 to 2024, each "
        f"with probability {when.chance:.2f}, for {when.before} came in {when.years} years before",
    ]
    known = [target for target in ids if target in KNOWN]
    if known:
        lines.append(
            f"no predictions: {', '.join(known)} (known when the options were set; "
            "docs/background/votes.md)"
        )
    lines += ["", *_table(result), "", *_covers(result), "", *_priors(result), "", *_losses(result)]
    if any(vote.country for vote in result.votes):
        lines += ["", *_vote_table(result)]
    if effects:
        lines += ["", *_parts(effects)]
    return "\n".join(lines)


def _table(result: "Score") -> list[str]:
    families = [f for f in RULES if any(a.family == f for a in result.averages)]
    counts = {a.family: a.targets for a in result.averages if a.forecaster == result.model}
    head = [f"{family} ({counts[family]})" for family in families]
    widths = [max(len(text), 6) + 2 for text in head]
    pad = 30

    def line(label: str, cells: Sequence[str]) -> str:
        aligned = "".join(f"{c:>{w}}" for c, w in zip(cells, widths, strict=True))
        return f"{label:{pad}}{aligned}".rstrip()

    lines = [line("mean scores: lower is better", head)]
    lines.append(line("", [_SHORT[RULES[family][0]] for family in families]))
    named = dict.fromkeys((a.forecaster, a.shocks) for a in result.averages)
    for who, shocks in named:
        cells = []
        for family in families:
            found = [
                a
                for a in result.averages
                if (a.forecaster, a.shocks, a.family, a.rule)
                == (who, shocks, family, RULES[family][0])
            ]
            part = found[0].targets < counts[family] if found else False
            cells.append(f"{found[0].mean:.3f}{'*' if part else ' '}" if found else "·    ")
        lines.append(line(f"{who}{', shocks ' + shocks if shocks else ''}", cells))
    if any("*" in text for text in lines[2:]):
        lines.append("* not of all targets")
    return lines


def _covers(result: "Score") -> list[str]:
    lines = []
    if not numbers_of(result.scored, result.model, LISTED):
        return ["there are no numbers among the targets, so no bands that could hold them"]
    for who, shocks in _own(result):
        found = cover(result.scored, who, shocks)
        label = f"bands of {who}, shocks {shocks}:"
        lines.append(
            f"{label:38}"
            + "; ".join(
                f"{band} % hold {found.inside[band]} of {found.numbers} numbers, "
                f"mean width {found.width[band]:.3f}"
                for band in (50, 90)
            )
        )
    return lines


def _priors(result: "Score") -> list[str]:
    lines = []
    for shocks in (LISTED, DRAWN):
        found = against_priors(result, shocks)
        if found is None:
            return ["there is no posterior to hold against the priors"]
        if found.low > 0.0:
            verdict = "it beats its priors"
        elif found.high < 0.0:
            verdict = "it is worse than its priors"
        else:
            verdict = "it cannot be told from its priors"
        lines.append(
            f"posterior against priors, shocks {shocks}: saves {100 * found.skill:+.1f} % "
            f"({LEVEL} %: {100 * found.low:+.1f} to {100 * found.high:+.1f}): {verdict}"
        )
    return lines


def _losses(result: "Score") -> list[str]:
    lines = ["where the model loses (shocks as they came):"]
    found = lost(result)
    for family, rule, better in found:
        told = []
        for skill in better:
            interval = "" if np.isnan(skill.low) else f" ({skill.low:+.2f} to {skill.high:+.2f})"
            told.append(f"{skill.against} {skill.skill:+.2f}{interval}")
        lines.append(f"  {family}, {_SHORT[rule]}, skill against: {'; '.join(told)}")
    if not found:
        lines.append("  to nobody")
    missed = unforeseen(result)
    if missed:
        lines.append("what it did not foresee (outside 90 %, or below 5 %):")
        lines += [f"  {text}" for text in missed]
    return lines


def _vote_table(result: "Score") -> list[str]:
    """Lay out the coded votes with listed shocks, country by question."""
    rows = [v for v in result.votes if v.coding == "coded" and v.shocks == LISTED]
    questions = list(dict.fromkeys(v.question for v in rows))
    options = list(dict.fromkeys(v.option for v in rows))
    width = max(12, *(len(question) + 2 for question in questions))
    lines = [
        f"votes, unscored, percent of runs: {' / '.join(options)} (votes.csv has them uncoded too)",
        f"{'':6}" + "".join(f"{question:>{width}}" for question in questions),
    ]
    for country in dict.fromkeys(v.country for v in rows):
        cells = []
        for question in questions:
            found = {v.option: v for v in rows if (v.country, v.question) == (country, question)}
            shares = [f"{100 * found[o].probability:.0f}" for o in options if o in found]
            cells.append("/".join(shares) if shares else "·")
        lines.append(f"{country:6}" + "".join(f"{cell:>{width}}" for cell in cells))
    return lines


_TOLD = 6


def _parts(effects: Sequence["Effect"]) -> list[str]:
    """Tell which parts move most targets, and which none."""
    moved: dict[str, int] = {}
    for e in effects:
        clear = e.difference.clear("up") or e.difference.clear("down")
        moved.setdefault(e.name, 0)
        moved[e.name] += clear and abs(e.difference.effect) >= 0.1
    numbers = len(effects) // len(moved)
    best = sorted(moved, key=lambda part: -moved[part])[:_TOLD]
    idle = [part for part, count in moved.items() if not count]
    lines = [
        f"without each part in turn, numbers of {numbers} that move by 0.1 sd or more: "
        + ", ".join(f"{part} {moved[part]}" for part in best)
    ]
    if idle:
        lines.append(f"nothing moves without: {', '.join(idle)}")
    return lines
