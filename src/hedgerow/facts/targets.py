"""Targets: figures of the record that calibrations fit and that scores compare with."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..scenario import Problem

FILE = "targets.toml"

KINDS = ("value", "at_least", "ratio", "portfolio", "tier", "rung", "never", "choice")
"""The ways to compare a run with a target; ``seeds/targets.toml`` explains each."""

USES = ("fit", "check", "pattern")
"""What a target is for: to be fitted (to 2014), to be scored (2015 to 2024), or only reported."""

ALLIANCE = "event:alliance"
"""The measure that a country has reached rung 4, an alliance, with any partner."""


@dataclass(frozen=True)
class Target:
    """One figure of the record that can be compared with runs.

    Attributes:
        id: its id, in kebab case.
        scenarios: names of the scenarios that it belongs to; if empty, any for which its file is
            given.
        country: code of the hedging country.
        measures: names as in ``summary.csv``, `ALLIANCE`, or ``choice:QUESTION`` without option.
        years: first and last year. Values are averaged over them; an event may happen in any.
        kind: one of `KINDS`.
        value: (measures,) numbers for a portfolio, the option for a choice, else one number.
        use: one of `USES`.
        source: ids of facts, separated by commas, or ``"external: …"``.
        reason: why the error has this size.
        error: standard deviation of the measurement, in the unit of the value (years for
            ``tier``); 0 for none.
        bias: standard deviation of an error that all targets with the same `bias_of` share.
        bias_of: name of the shared error.
        origin: the place of the entry in its file, as a problem without a message; None for a
            target made in Python.
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
        """The numbers of the target; empty for a choice."""
        if isinstance(self.value, str):
            return ()
        return self.value if isinstance(self.value, tuple) else (self.value,)
