"""What the steps of an experiment share: sizes, seed, kernel, workers, and the way to scenarios."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..scenario import Scenario, load, posteriors
from ..scenario.votes import uncoded
from .experiment import Experiment, Plain, Variant, _Step
from .inputs import SEEDS, of_record, of_scenario, of_targets

if TYPE_CHECKING:
    from ..analysis.scoring.record import Past
    from ..facts.targets import Target


@dataclass
class Setting:
    """Where and how steps compute; the numbers depend on experiment and kernel alone.

    Attributes:
        experiment: in its size.
        kernel: name of the kernel.
        workers: processes.
        tick: told how many more runs are done.
        scenarios: loaded so far, without changes, by the name that the file uses.
        hindsight: names of the steps that were computed with hindsight, or from draws made with it.
        draws: SHA-256 of the files of draws in place of priors that were used so far, by name.
        targets: that steps used so far, by id.
        past: the record that baselines know, once a step used it.
    """

    experiment: Experiment
    kernel: str
    workers: int = 1
    tick: Callable[[int], object] = field(default=lambda runs: None)
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    hindsight: set[str] = field(default_factory=set)
    draws: dict[str, str] = field(default_factory=dict)
    targets: "dict[str, Target]" = field(default_factory=dict)
    past: "Past | None" = None

    @property
    def seed(self) -> int:
        """Of all streams."""
        return self.experiment.content.seed

    @property
    def inputs(self) -> dict[str, Plain]:
        """What the numbers depend on so far: scenarios by the name the file uses, and seeds."""
        found = {name: of_scenario(scenario) for name, scenario in sorted(self.scenarios.items())}
        if self.targets:
            found[f"{SEEDS}targets.toml"] = of_targets(self.targets.values())
        if self.past is not None:
            found[f"{SEEDS}record-2014.toml"] = of_record(self.past)
        return found

    def used(self, targets: "Iterable[Target]") -> None:
        """Note targets that a step used."""
        self.targets |= {target.id: target for target in targets}

    def runs(self, step: _Step) -> int:
        """Replicates of a step."""
        return step.runs or self.experiment.runs

    def named(self, name: str) -> Scenario:
        """Return a scenario of the experiment's folder, or a shipped one.

        Raises:
            ScenarioError: there is none, or it is not right.
        """
        if name not in self.scenarios:
            own = self.experiment.folder / name
            self.scenarios[name] = load(own if own.is_file() else name)
        return self.scenarios[name]

    def scenario(
        self, step: _Step, variant: Variant | None = None, over: Plain | None = None
    ) -> Scenario:
        """Return the scenario of a step, a variant of it, and a point of its swept paths.

        Raises:
            ScenarioError: there can be no such scenario.
        """
        chosen = variant or Variant()
        base = self.named(chosen.scenario or step.scenario)
        changes = step.set | chosen.set | (over or {})
        changed = base.replace(changes) if changes else base
        self.note(changed, changes.get("parameters"))
        if posteriors.hindsight(changed):
            steps = self.experiment.content.steps
            self.hindsight |= {name for name, other in steps.items() if other is step}
        if chosen.uncoded:
            return uncoded(changed)
        return changed

    def note(self, scenario: Scenario, name: str | None = None) -> None:
        """Note the draws that a scenario has in place of priors, if any, for the manifest."""
        if scenario.draws is not None:
            digest = hashlib.sha256(scenario.draws.content).hexdigest()
            self.draws[name or f"of {scenario.name}"] = digest
