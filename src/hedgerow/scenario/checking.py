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
        return self.good and not self.faults()

    def faults(self) -> list[str]:
        """Return what keeps the scenario from being strictly good, besides errors, in words."""
        suspicions = self._suspicions()
        faults = [_many(suspicions, "warning", "warnings")] if suspicions else []
        if missing := self.labels.get("missing"):
            faults.append(
                f"{_many(missing, 'number', 'numbers')} without a source; "
                "'hedgerow evidence --scenario' lists them as missing"
            )
        return faults

    def text(self, name: str) -> str:
        """Return two lines on a good scenario: what it has, and the share of each label.

        Args:
            name: of the scenario, as the user wrote it.
        """
        assert self.scenario is not None
        suspicions = self._suspicions()
        verdict = f"good, with {_many(suspicions, 'warning', 'warnings')}" if suspicions else "good"
        total = sum(self.labels.values())
        ordered = sorted(self.labels.items(), key=lambda item: (-item[1], item[0]))
        shares = ", ".join(f"{kind} {100 * n / total:.0f} %" for kind, n in ordered if n)
        return (
            f"{name}: {verdict}: {_many(len(self.scenario.countries), 'country', 'countries')}, "
            f"{_many(len(self.scenario.partners), 'partner', 'partners')}, "
            f"{_many(total, 'number', 'numbers')}, {len(self.scenario.sampled_paths)} drawn in "
            f"every run\nlabels: {shares}"
        )

    def _suspicions(self) -> int:
        return sum(warning.severity == "warning" for warning in self.warnings)

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


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
