"""Targets: what a calibrated model must reproduce, and what it is scored on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hedgerow import resources
from hedgerow.evidence.facts import load_evidence
from hedgerow.evidence.records import Evidence, EvidenceError

if TYPE_CHECKING:
    from hedgerow.scenario import Problem

FILE = "targets.toml"

KINDS = ("value", "at_least", "ratio", "portfolio", "tier", "rung", "never", "choice")
"""How a run is compared with a target; ``seeds/targets.toml`` says what each means."""

USES = ("fit", "check", "pattern")
"""Fitted (to 2014), scored (2015 to 2024), or only told."""

ALLIANCE = "event:alliance"
"""The measure of a rung of 4 with any partner."""


class TargetError(EvidenceError):
    """A file of targets that cannot be used; `problems` holds every reason found."""

    subject = "the targets"

    def __init__(self, problems: Iterable["Problem"]) -> None:
        self.problems = tuple(problems)
        text = "\n".join(map(str, self.problems))
        super().__init__(self.problems[0].file, "", text)
        self.args = (text,)  # every problem names the file itself

    def __reduce__(self) -> tuple[type, tuple[tuple["Problem", ...]]]:
        return type(self), (self.problems,)


@dataclass(frozen=True)
class Target:
    """One figure of the record that a run yields as well.

    Attributes:
        id: in kebab case.
        scenarios: names of those that it bears on; none for whichever the file is given for.
        country: code of the hedging country.
        measures: as in ``summary.csv``; `ALLIANCE`, or ``choice:QUESTION`` without its option.
        years: first and last year, averaged (events: any of them).
        kind: one of `KINDS`.
        value: (measures,) for a portfolio, else one number; the option of a choice.
        use: one of `USES`.
        source: fact ids with commas, or ``"external: …"``.
        reason: where the error comes from.
        error: standard deviation of the measurement, in units of the value; years for ``tier``; 0
            where none is meant.
        bias: standard deviation of an error shared by all targets with the same `bias_of`.
        bias_of: whose bias it is.
        origin: a problem without a message that points at the entry; None for one made in Python.
    """

    id: str
    scenarios: tuple[str, ...]
    country: str
    measures: tuple[str, ...]
    years: tuple[int, int]
    kind: str
    value: tuple[float, ...] | float | str
    use: str
    source: str
    reason: str
    error: float = 0.0
    bias: float = 0.0
    bias_of: str = ""
    origin: "Problem | None" = field(default=None, repr=False, compare=False)

    @property
    def values(self) -> tuple[float, ...]:
        """The numbers of a target that has any; empty for a choice."""
        if isinstance(self.value, str):
            return ()
        return self.value if isinstance(self.value, tuple) else (self.value,)


def load_targets(
    scenario: str | None = None,
    uses: Iterable[str] = USES,
    file: Path | None = None,
    evidence: Evidence | None = None,
) -> tuple[Target, ...]:
    """Read and check the targets, in the order of the file.

    Args:
        scenario: only those that bear on this scenario.
        uses: only those of these uses.
        file: by default the shipped one.
        evidence: that sources may cite; by default the shipped one.

    Raises:
        TargetError: with all problems found, each with file, line and column: the file is missing
            or not TOML, an id is used twice, or an entry is not right.
    """
    from hedgerow.evidence.target_file import read_targets  # checks like those of a scenario

    path, label = (
        (file, str(file)) if file is not None else (resources.folder("seeds") / FILE, FILE)
    )
    wanted = set(uses)
    return tuple(
        target
        for target in read_targets(path, label, evidence or load_evidence())
        if target.use in wanted
        and (scenario is None or not target.scenarios or scenario in target.scenarios)
    )
