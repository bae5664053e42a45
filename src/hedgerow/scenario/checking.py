"""`check` finds all problems of a scenario, and counts where its numbers come from."""

import os
from collections import Counter
from dataclasses import dataclass

from ..arguments import checked
from ..errors import ScenarioError
from ..facts import LABELS
from ..progress import counted
from .loading import scenario_of
from .notebook import html_facts, html_table
from .problems import Problem
from .scenario import Scenario
from .why import Why, why


@dataclass(frozen=True, repr=False)
class Checked:
    """The outcome of a check.

    Attributes:
        problems: errors; without any, the scenario can be run.
        warnings: suspicious things, and notes, whose ``severity`` is ``"note"``.
        labels: number of numbers with each label of `hedgerow.facts.LABELS`; those without a source
            count as ``"missing"``.
        scenario: the scenario as loaded; None if there are errors.
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
        """Whether it can be run, nothing is suspicious, and every number has a source."""
        return self.good and not self.faults()

    @property
    def why(self) -> Why | None:
        """What its numbers rest on; None if there are errors."""
        return None if self.scenario is None else why(self.scenario)

    def faults(self) -> list[str]:
        """Return in words why the scenario is not strictly good, apart from errors."""
        suspicions = self._suspicions()
        faults = [counted(suspicions, "warning")] if suspicions else []
        if missing := self.labels.get("missing"):
            faults.append(
                f"{counted(missing, 'number')} without a source; "
                "'hedgerow evidence --scenario' lists them as missing"
            )
        return faults

    def text(self, name: str) -> str:
        """Return two lines on a good scenario: its contents, and the share of each label.

        Args:
            name: name of the scenario, as the user wrote it.
        """
        verdict, size, shares = self._words()
        return f"{name}: {verdict}: {size}\nlabels: {shares}"

    def _words(self) -> tuple[str, str, str]:
        """Return the verdict on a good scenario, its size, and the share of each label."""
        assert self.scenario is not None
        suspicions = self._suspicions()
        verdict = f"good, with {counted(suspicions, 'warning')}" if suspicions else "good"
        total = sum(self.labels.values())
        ordered = sorted(self.labels.items(), key=lambda item: (-item[1], item[0]))
        shares = ", ".join(f"{kind} {100 * n / total:.0f} %" for kind, n in ordered if n)
        size = (
            f"{counted(len(self.scenario.countries), 'country', 'countries')}, "
            f"{counted(len(self.scenario.partners), 'partner')}, "
            f"{counted(total, 'number')}, {len(self.scenario.sampled_paths)} drawn in "
            "every run"
        )
        return verdict, size, shares

    def _suspicions(self) -> int:
        return sum(warning.severity == "warning" for warning in self.warnings)

    def __str__(self) -> str:
        found = [*self.problems, *self.warnings]
        return "\n".join(map(str, found)) if found else "good"

    def __repr__(self) -> str:
        if self.scenario is None:
            return f"<Checked {counted(len(self.problems), 'problem')}: print shows it>"
        verdict, size, _ = self._words()
        return f"<Checked {self.scenario.name} · {verdict} · {size}: print shows all>"

    def _repr_html_(self) -> str:
        """Return the HTML that a notebook shows."""
        found = [*self.problems, *self.warnings]
        head = ("", "place", "what", "expected")
        places = [f"{one.file}:{one.line}" if one.line else one.file for one in found]
        rows = [
            (one.severity, place, one.message, one.expected or one.suggestion)
            for one, place in zip(found, places, strict=True)
        ]
        table = html_table(head, rows) if rows else ""
        if self.scenario is None:
            return html_facts(counted(len(self.problems), "problem"), ()) + table
        facts = zip(("verdict", "size", "labels"), self._words(), strict=True)
        return html_facts(self.scenario.title, facts, f"check of {self.scenario.name}") + table


@checked
def check(scenario: "Scenario | str | os.PathLike[str]") -> Checked:
    """Find all problems of a scenario at once, without raising an error for them.

    Args:
        scenario: a scenario, its file, or the name of a shipped one.

    Returns:
        The outcome; ``str()`` of it lists every problem with its place and what would be right.

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
