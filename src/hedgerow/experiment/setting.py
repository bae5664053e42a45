"""What the steps of an experiment share: sizes, seed, kernel, workers, and loaded scenarios."""

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
    """How the steps of an experiment compute. Numbers depend only on experiment and kernel.

    Attributes:
        experiment: the experiment, in its size.
        kernel: name of the kernel.
        workers: number of processes.
        tick: a function that is called with the number of runs that were done.
        scenarios: scenarios loaded so far, without changes, by their names in the file.
        hindsight: names of the steps that used hindsight, or draws made with it.
        draws: SHA-256 of the files of draws used so far, by name.
        targets: targets that steps used so far, by id.
        past: the record that baselines know, if a step used it.
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
        """Seed of all random streams."""
        return self.experiment.content.seed

    @property
    def inputs(self) -> dict[str, Plain]:
        """Content of the inputs used so far: scenarios by their names in the file, and evidence."""
        found = {name: of_scenario(scenario) for name, scenario in sorted(self.scenarios.items())}
        if self.targets:
            found[f"{SEEDS}targets.toml"] = of_targets(self.targets.values())
        if self.past is not None:
            found[f"{SEEDS}record-2014.toml"] = of_record(self.past)
        return found

    def used(self, targets: "Iterable[Target]") -> None:
        """Record that a step used these targets."""
        self.targets |= {target.id: target for target in targets}

    def runs(self, step: _Step) -> int:
        """Return the number of replicates of a step."""
        return step.runs or self.experiment.runs

    def named(self, name: str) -> Scenario:
        """Return a scenario of the folder of the experiment, or a shipped one.

        Raises:
            ScenarioError: there is no such scenario, or it is not right.
        """
        if name not in self.scenarios:
            own = self.experiment.folder / name
            self.scenarios[name] = load(own if own.is_file() else name)
        return self.scenarios[name]

    def scenario(
        self, step: _Step, variant: Variant | None = None, over: Plain | None = None
    ) -> Scenario:
        """Return the scenario of a step, with the changes of a variant and of a point.

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
        """Record the draws that a scenario uses instead of priors, if any, for the manifest."""
        if scenario.draws is not None:
            digest = hashlib.sha256(scenario.draws.content).hexdigest()
            self.draws[name or f"of {scenario.name}"] = digest
