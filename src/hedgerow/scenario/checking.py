"""`check`: everything that is wrong with a scenario, and where its numbers come from."""

import os
from collections import Counter
from dataclasses import dataclass

from ..errors import ScenarioError
from ..facts import LABELS
from .loading import scenario_of
from .problems import Problem
from .scenario import Scenario


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes:
        problems: errors; the scenario can be run where there are none.
        warnings: what is suspicious, and notes, whose ``severity`` is ``"note"``.
        labels: how many numbers have each label of `hedgerow.facts.LABELS`; ``"missing"`` are those
            without a source.
        scenario: as it was loaded; None where it has errors.
    """

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    labels: dict[str, int]
    scenario: Scenario | None

    @property
    def good(self) -> bool:
        """Whether the scenario can be run."""
        return not self.problems

    @property
    def strictly_good(self) -> bool:
        """Whether, besides, nothing is suspicious and every number has a source."""
        suspicions = any(warning.severity == "warning" for warning in self.warnings)
        return self.good and not suspicions and not self.labels.get("missing")

    def __str__(self) -> str:
        found = [*self.problems, *self.warnings]
        return "\n".join(map(str, found)) if found else "good"


def check(scenario: "Scenario | str | os.PathLike[str]") -> Checked:
    """Report every problem of a scenario at once; nothing is raised for one that is not right.

    Args:
        scenario: a scenario, its file, or the name of a shipped one.

    Returns:
        What was found; ``str()`` of it tells every problem with its place and what would be right.

    >>> import hedgerow
    >>> found = hedgerow.check("vietnam")
    >>> found.good, found.labels["missing"]
    (True, 0)
    """
    try:
        loaded = scenario_of(scenario)
    except ScenarioError as error:
        return Checked(error.problems, (), {}, None)
    kinds = Counter(number.kind for number in loaded.provenance())
    labels: dict[str, int] = {label: kinds[label] for label in LABELS}
    return Checked((), loaded.warnings, labels, loaded)
