"""Targets: what a calibrated model must reproduce, and what it is scored on."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hedgerow import resources
from hedgerow.evidence.entries import check_keys, check_names, check_texts, label
from hedgerow.evidence.facts import entries, load_evidence, read
from hedgerow.evidence.provenance import UnknownSource, classify
from hedgerow.evidence.records import Evidence, EvidenceError

FILE = "targets.toml"

KINDS = ("value", "at_least", "ratio", "portfolio", "tier", "rung", "never", "choice")
"""How a run is compared with a target; ``seeds/targets.toml`` says what each means."""

USES = ("fit", "check", "pattern")
"""Fitted (to 2014), scored (2015 to 2024), or only told."""

ALLIANCE = "event:alliance"
"""The measure of a rung of 4 with any partner."""

_REQUIRED = (
    "id",
    "scenarios",
    "country",
    "measures",
    "years",
    "kind",
    "value",
    "use",
    "source",
    "reason",
)
_OPTIONAL = ("error", "bias", "bias_of")
_WITHOUT_ERROR = ("never", "choice")
_LAST_FIT, _LAST = 2014, 2024


@dataclass(frozen=True)
class Target:
    """One figure of the record that a run yields as well.

    Attributes:
        id: in kebab case.
        scenarios: shipped scenarios that it bears on.
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

    @property
    def values(self) -> tuple[float, ...]:
        """The numbers of a target that has any; empty for a choice."""
        if isinstance(self.value, str):
            return ()
        return self.value if isinstance(self.value, tuple) else (self.value,)


def load_targets(
    scenario: str | None = None, uses: Iterable[str] = USES, file: Path | None = None
) -> tuple[Target, ...]:
    """Read and check the targets, in the order of the file.

    Args:
        scenario: only those that bear on this shipped scenario.
        uses: only those of these uses.
        file: by default the shipped one.

    Raises:
        EvidenceError: the file is missing or not TOML, an id is used twice, or an entry is not
            right. The message names file and entry.
    """
    path = resources.folder("seeds") / FILE if file is None else file
    evidence = load_evidence()
    found = [
        _target(path.name, place, entry, evidence)
        for place, entry in entries(path.name, read(path, ("targets",)), "targets")
    ]
    wanted = set(uses)
    return tuple(
        target
        for target in found
        if target.use in wanted and (scenario is None or scenario in target.scenarios)
    )


def _target(file: str, place: str, entry: Mapping[str, Any], evidence: Evidence) -> Target:
    name = label(entry, place)
    check_keys(file, name, entry, _REQUIRED, _OPTIONAL)
    texts = ("id", "country", "kind", "use", "source", "reason", "bias_of")
    check_texts(file, name, entry, texts)
    lists = {key: check_names(file, name, entry, key) for key in ("scenarios", "measures")}
    problem = _problem(entry)
    if problem is None:
        try:
            classify(entry["source"], evidence)
        except UnknownSource as error:
            problem = str(error)
    if problem:
        raise EvidenceError(file, name, problem)
    value = entry["value"]
    if isinstance(value, list):
        value = tuple(map(float, value))
    elif not isinstance(value, str):
        value = float(value)
    first, last = entry["years"]
    return Target(**{**entry, **lists, "value": value, "years": (first, last)})


def _problem(entry: Mapping[str, Any]) -> str | None:
    kind, use, years = entry["kind"], entry["use"], entry["years"]
    if kind not in KINDS:
        return f"unknown kind {kind!r}; one of {', '.join(KINDS)}"
    if use not in USES:
        return f"unknown use {use!r}; one of {', '.join(USES)}"
    if (
        not isinstance(years, list)
        or len(years) != 2
        or not all(isinstance(year, int) for year in years)
        or years[0] > years[1]
    ):
        return "years must be [FIRST, LAST]"
    if use == "fit" and years[1] > _LAST_FIT:
        return f"a target to fit ends by {_LAST_FIT}"
    if years[1] > _LAST:
        return f"nothing after {_LAST} is a target"
    return _value_problem(entry) or _error_problem(entry)


def _value_problem(entry: Mapping[str, Any]) -> str | None:
    kind, value, measures = entry["kind"], entry["value"], entry["measures"]
    if kind == "choice":
        return None if isinstance(value, str) and value else "value must name an option"
    if kind == "portfolio":
        if not isinstance(value, list) or len(value) != len(measures):
            return "value must be a list of numbers, one a measure"
        return None if all(map(_is_number, value)) else "value must be a list of numbers"
    if not _is_number(value):
        return "value must be a number"
    wanted = 2 if kind == "ratio" else 1
    return None if len(measures) == wanted else f"a {kind} has {wanted} measure(s)"


def _error_problem(entry: Mapping[str, Any]) -> str | None:
    if ("error" in entry) == (entry["kind"] in _WITHOUT_ERROR):
        return f"a {entry['kind']} has {'no' if 'error' in entry else 'an'} error"
    for key in ("error", "bias"):
        if key in entry and not (_is_number(entry[key]) and entry[key] > 0.0):
            return f"{key} must be a number above 0"
    if ("bias" in entry) != ("bias_of" in entry):
        return "bias and bias_of go together"
    return None


def _is_number(x: object) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x)
