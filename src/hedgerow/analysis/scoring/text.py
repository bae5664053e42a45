"""A score as text for a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...progress import counted
from .description import (
    KNOWN,
    against_priors,
    cover,
    lost,
    numbers_of,
    own_forecasts,
    unforeseen,
)
from .predictive import RULES
from .shocks import DRAWN, LISTED
from .skill import LEVEL

if TYPE_CHECKING:
    from .ablations import Effect
    from .scored import Score

_SHORT = {
    "crps": "CRPS",
    "energy": "energy",
    "ranked_probability": "RPS",
    "survival_log": "log",
    "log": "log",
}


def warnings(result: "Score") -> list[str]:
    """Return warnings for readers of a score."""
    found = []
    if not result.parameters:
        found.append(
            f"there is no posterior of the record to 2014 for {result.scenario.name}: the priors "
            "alone are scored; make one with: hedgerow calibrate " + result.scenario.name
        )
    return found


def text(result: "Score") -> str:
    """Return a summary of a score in some lines."""
    when = result.when
    ids = list(dict.fromkeys(s.target.id for s in result.scored))
    clusters = len({s.cluster for s in result.scored})
    lines = [
        f"{result.scenario.title}",
        f"{len(ids)} targets of 2015 to 2024 on {clusters} questions of states: so few that "
        "intervals are wide and rough",
        *result.hindsight.lines(),
        f"parameters: {result.parameters or 'priors alone'}; {counted(result.runs, 'run')} each",
        f"shocks: listed as they came, or drawn: {len(when.after)} events of 2015 to 2024, each "
        f"with probability {when.chance:.2f}, for {when.before} came in {when.years} years before",
    ]
    known = [target for target in ids if target in KNOWN]
    if known:
        lines.append(
            f"no predictions: {', '.join(known)} (known when they were coded; "
            "docs/background/votes.md)"
        )
    lines += ["", *_table(result), "", *_covers(result), "", *_priors(result), "", *_losses(result)]
    if any(vote.country for vote in result.votes):
        lines += ["", *_vote_table(result)]
    if result.effects:
        lines += ["", *_parts(result.effects)]
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
    for who, shocks in own_forecasts(result):
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
        skills = []
        for skill in better:
            interval = "" if np.isnan(skill.low) else f" ({skill.low:+.2f} to {skill.high:+.2f})"
            skills.append(f"{skill.against} {skill.skill:+.2f}{interval}")
        lines.append(f"  {family}, {_SHORT[rule]}, skill against: {'; '.join(skills)}")
    if not found:
        lines.append("  to nobody")
    missed = unforeseen(result)
    if missed:
        lines.append("what it did not foresee (outside 90 %, or below 5 %):")
        lines += [f"  {text}" for text in missed]
    return lines


def _vote_table(result: "Score") -> list[str]:
    """Return a table of the coded votes with listed shocks, country by question."""
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


_MOST_NAMED = 6


def _parts(effects: Sequence["Effect"]) -> list[str]:
    """Return which parts of the model change most targets, and which change none."""
    moved: dict[str, int] = {}
    for e in effects:
        clear = e.difference.clear("up") or e.difference.clear("down")
        moved.setdefault(e.name, 0)
        moved[e.name] += clear and abs(e.difference.effect) >= 0.1
    numbers = len(effects) // len(moved)
    best = sorted(moved, key=lambda part: -moved[part])[:_MOST_NAMED]
    idle = [part for part, count in moved.items() if not count]
    lines = [
        f"without each part in turn, numbers of {numbers} that move by 0.1 sd or more: "
        + ", ".join(f"{part} {moved[part]}" for part in best)
    ]
    if idle:
        lines.append(f"nothing moves without: {', '.join(idle)}")
    return lines
