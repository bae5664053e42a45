"""Targets: what a calibrated model must reproduce, and what it is scored on."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..scenario import Problem

FILE = "targets.toml"

KINDS = ("value", "at_least", "ratio", "portfolio", "tier", "rung", "never", "choice")
"""How a run is compared with a target; ``seeds/targets.toml`` says what each means."""

USES = ("fit", "check", "pattern")
"""Fitted (to 2014), scored (2015 to 2024), or only told."""

ALLIANCE = "event:alliance"
"""The measure of a rung of 4 with any partner."""


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
