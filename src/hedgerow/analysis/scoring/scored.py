"""Scores the forecasts of a scenario for 2015 to 2024, given the record up to 2014, and baselines.

They are conditional backcasts. With listed shocks the model knows when wars and laws came, with
drawn ones it does not (`shocks`). In neither case does it know what hedging states did.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...compiled import kernels
from ...facts.targets import Target
from ...progress import Progress, note
from ...scenario import Scenario, posteriors
from ...scenario.knowledge import Hindsight
from ...scenario.posteriors import TO_SCORE
from ...scenario.votes import uncoded
from ...scenario.votes import votes as votes_asked
from .. import saving
from . import pictures, tables
from .ablations import Effect, ablate
from .asked import checked_targets, known_of, scored_by
from .backcast import Change, Runs, backcast, predictives
from .baselines import BASELINES, Asked
from .predictive import RULES, Scored
from .record import load_past
from .shocks import DRAWN, LISTED, Calendar, calendar, drawn
from .skill import Average, Skill, averages, of, skills
from .text import text, warnings
from .votes import CODED, UNCODED, Vote, votes_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ...progress import Callback

RUNS = 1024
POSTERIOR, PRIOR, DIVERSIFIER = "posterior", "prior", "diversifier"


@dataclass(frozen=True, repr=False)
class Score(saving.Analysis):
    """The scores of a scenario and of other forecasters.

    Attributes:
        scenario: the scenario, with its posterior if there is one.
        parameters: name of the file of draws; empty for priors alone.
        hindsight: what numbers, targets and draws know from after 2014; false if nothing.
        runs, seed: number of runs and seed of each ensemble.
        when: the calendar of shocks.
        scored: out of sample: targets of 2015 to 2024, by all forecasters.
        fitted: in sample: targets up to 2014, by the model alone.
        votes: probabilities of votes, which are not scored.
        effects: effects of ablations, if asked for.
        seconds: time that it took.
    """

    scenario: Scenario
    parameters: str
    hindsight: Hindsight
    runs: int
    seed: int
    when: Calendar
    scored: tuple[Scored, ...]
    fitted: tuple[Scored, ...]
    votes: tuple[Vote, ...]
    effects: tuple[Effect, ...] = ()
    seconds: float = 0.0

    @property
    def stem(self) -> str:
        """Default name of its folder."""
        return f"score-{self.scenario.name}"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return ``scores``, ``targets`` and, if there are any, ``votes`` and ``ablations``."""
        return saving.frames(tables.tables(self))

    def text(self, width: int = 100) -> str:
        """Return a summary in some lines."""
        return text(self)

    @property
    def warnings(self) -> list[str]:
        """Warnings for readers of the result."""
        return warnings(self)

    def plot(self, name: str = "targets") -> "Figure":
        """Return a figure: targets as forecast and as recorded, or another one by its name.

        Args:
            name: ``targets``, ``calibration``, or ``ablations`` if there are any.
        """
        return saving.named(pictures.pictures(self), name)

    def write(self, folder: Path) -> None:
        """Write tables, a manifest and figures into an existing folder."""
        saving.write_rows(folder, tables.tables(self))
        saving.write_manifest(folder / "score.json", tables.manifest(self))
        saving.write_figures(folder, pictures.pictures(self))

    @property
    def model(self) -> str:
        """Name of the model's main forecaster: the posterior or, without one, the priors."""
        return POSTERIOR if self.parameters else PRIOR

    @property
    def averages(self) -> list[Average]:
        """Mean scores out of sample."""
        return averages(self.scored)

    @property
    def skills(self) -> list[Skill]:
        """Skills of the model, with listed and with drawn shocks, against all other forecasters."""
        names = list(dict.fromkeys((s.forecaster, s.shocks) for s in self.scored))
        units = {
            average.family: average.mean
            for average in averages(of(self.scored, PRIOR, LISTED))
            if average.rule == RULES[average.family][0]
        }
        found = []
        for shocks in (LISTED, DRAWN):
            mine = of(self.scored, self.model, shocks)
            for name, theirs in names:
                if name != self.model and theirs in ("", shocks):
                    found += skills(mine, of(self.scored, name, theirs), units, self.seed)
        listed, drawn = (of(self.scored, self.model, shocks) for shocks in (LISTED, DRAWN))
        return found + skills(listed, drawn, units, self.seed)


def all_diversify(scenario: Scenario) -> Scenario:
    """Return the scenario with countries that consider only mean and variance of their ties."""
    return scenario.replace({f"countries.{i}.strategy": DIVERSIFIER for i in scenario.countries})


def score_scenario(
    scenario: Scenario,
    parameters: Path | None = None,
    runs: int = RUNS,
    seed: int | None = None,
    targets: Path | None = None,
    kernel: str | None = None,
    progress: "bool | Callback" = False,
    allow_hindsight: bool = False,
    ablations: bool = False,
) -> Score:
    """Score a scenario.

    Args:
        scenario: a checked scenario that starts in 2014 or before and includes its last target.
        parameters: a file of draws from a posterior of the record up to 2014; see
            `scenario.posteriors`.
        runs: number of runs of each ensemble, 2 or more.
        seed: the seed; that of the scenario by default, else 0.
        targets: a file of targets; the shipped ones of the scenario by default.
        kernel: as of `hedgerow.run`.
        progress: as of `hedgerow.progress.Progress`, in runs.
        allow_hindsight: whether to go on if numbers or draws know more than the record up to 2014,
            or rest on the same source as a target; the score is then marked.
        ablations: whether to also score the model without each of its parts in turn.

    Raises:
        CalibrationError: there are no targets, or the scenario lacks what they need.
        HindsightError: there is hindsight, and it is not allowed.
        ScenarioError: the file of draws is not right.
        ValueError: the years do not fit, there is nothing after 2014 to score, or too few runs.
    """
    start = time.monotonic()
    if runs < 2:
        raise ValueError(f"a score needs 2 runs or more, not {runs}")
    checked, fitted, last = checked_targets(scenario, targets)
    when = calendar(scenario, last)
    seed = seed if seed is not None else scenario.seed or 0
    mine = posteriors.with_draws(scenario, parameters, TO_SCORE)
    file = posteriors.named(scenario, parameters, TO_SCORE)
    known = known_of(mine, file, checked, fitted, allow_hindsight)
    kernels.prepare(kernels.chosen(kernel), note if progress else None)
    worlds = {PRIOR: posteriors.without_draws(mine)}
    if mine.draws is not None:
        worlds = {POSTERIOR: mine, **worlds}
    worlds[DIVERSIFIER] = all_diversify(mine)
    questions = votes_asked(mine)
    plan = list(worlds.items()) + ([(UNCODED, uncoded(mine))] if questions else [])
    bar = Progress(2 * len(plan) * runs, progress)
    scored: list[Scored] = []
    inside: list[Scored] = []
    votes: list[Vote] = []
    outcomes: dict[str, tuple[str, ...]] = {}
    try:
        for shocks in (LISTED, DRAWN):
            for name, world in plan:
                change: Change | None = None
                if shocks == DRAWN:
                    change = partial(drawn, scenario=world, when=when)
                asked = () if name == UNCODED else checked + (fitted if name != DIVERSIFIER else ())
                found = backcast(world, asked, runs, seed, last, change, kernel, bar.add)
                if name in (UNCODED, next(iter(worlds))):
                    coding = UNCODED if name == UNCODED else CODED
                    votes += votes_of(found, questions, coding, shocks)
                if name == UNCODED:
                    continue
                said = predictives(found, seed)
                scored += [scored_by(t, said[t.id], name, shocks, seed) for t in checked]
                if name != DIVERSIFIER:
                    inside += [scored_by(t, said[t.id], name, shocks, seed) for t in fitted]
                outcomes |= _outcomes(found)
    finally:
        bar.close()
    scored += _baselines(checked, outcomes, last, seed)
    effects: list[Effect] = []
    if ablations:
        given = (scenario, parameters, runs, seed, targets, kernel, progress, allow_hindsight)
        effects = ablate(*given)
    return Score(
        *(mine, file, known, runs, seed, when),
        *(tuple(scored), tuple(inside), tuple(votes)),
        effects=tuple(effects),
        seconds=time.monotonic() - start,
    )


def _outcomes(runs: Runs) -> dict[str, tuple[str, ...]]:
    """Return the options of each target that is a choice."""
    return {
        target.id: runs.answers[target.country, target.measures[0].partition(":")[2]][0]
        for target in runs.targets
        if target.kind == "choice"
    }


def _baselines(
    targets: Sequence[Target], outcomes: Mapping[str, tuple[str, ...]], last: int, seed: int
) -> list[Scored]:
    past = load_past()
    result = []
    for name, baseline in BASELINES.items():
        for target in targets:
            said = baseline(Asked(target, past, outcomes.get(target.id, ()), last, seed))
            if said is not None:
                result.append(scored_by(target, said, name, "", seed))
    return result
