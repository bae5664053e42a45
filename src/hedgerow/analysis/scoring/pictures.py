"""The figures of a score."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ... import figures
from ...progress import counted
from ...results.columns import explained
from ..saving import source_of
from .description import NUMBERS, came, cover, name, numbers_of, own_forecasts
from .shocks import DRAWN, LISTED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .ablations import Effect
    from .predictive import Scored
    from .scored import Score


def pictures(result: "Score") -> "dict[str, Figure]":
    """Return its figures by the names of their files."""
    about = f"{result.scenario.title} · {counted(result.runs, 'run')} each, seed {result.seed}" + (
        f" · {result.parameters}" if result.parameters else " · priors alone"
    )
    about += result.hindsight.footer()
    title = result.scenario.name
    sources = source_of(s.target for s in result.scored)
    measures = sorted({mark.measure for s in result.scored for mark in s.marks})
    terms = f"{explained(measures)}\n{sources}"
    drawn = {
        "targets": figures.scores.targets(
            *_rows(result), f"{title}: 2015–2024, said and seen (shocks as they came)", about, terms
        )
    }
    own = own_forecasts(result)
    if numbers_of(result.scored, result.model, LISTED):
        drawn["calibration"] = figures.scores.calibration(
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
            sources,
        )
    if result.effects:
        drawn["ablations"] = _heat(result.effects, title, about, terms)
    return drawn


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
                    figures.scores.Number(
                        label,
                        mark.observed,
                        error,
                        {who: said[who] for who in own},
                        {who: float(q[2]) for who, q in said.items() if who not in own},
                    )
                )
            else:
                shares = {s.forecaster: s.marks[place].score for s in group}
                outcomes.append(figures.scores.Outcome(f"{label}: {came(group[0])}", shares))
    return numbers, outcomes


def _heat(effects: Sequence["Effect"], title: str, about: str, terms: str) -> "Figure":
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
    return figures.scores.ablations(
        [part for part, _ in parts],
        [group for _, group in parts],
        [labels[place] for place in range(len(columns))],
        values,
        clear,
        f"{title}: what happens to the targets without …",
        about,
        terms,
    )
