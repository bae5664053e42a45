"""The numbers that an experiment once gave, how they came about, and how far new ones are off."""

import hashlib
import json
from dataclasses import dataclass
from math import isnan, nan, sqrt
from pathlib import Path
from typing import Any

from ..files import read_json
from ..results.folder import cannot_write
from ..results.manifest import surroundings
from .errors import ExperimentError
from .experiment import FULL, Experiment, ForecastStep
from .setting import Setting
from .table import Cell, Key, Rows, from_csv, to_csv

ALIKE = ("platform", "cpu_features", "kernel", "libraries.numpy", "libraries.scipy")
"""What must match for numbers to be the same to the last bit; for compiled code also `COMPILED`."""

COMPILED = ("libraries.numba", "libraries.llvmlite")


@dataclass(frozen=True)
class Reference:
    """What is on record of an experiment in one size.

    Attributes:
        rows: its numbers.
        manifest: how they came about.
    """

    rows: Rows
    manifest: dict[str, Any]


@dataclass(frozen=True)
class Gap:
    """A number and its reference.

    Attributes:
        key: what it is of.
        now, then: the number and its reference, nan where there is none.
        allowed: how far they may be apart.
    """

    key: Key
    now: float
    then: float
    allowed: float

    @property
    def used(self) -> float:
        """The distance in terms of what is allowed; infinite where none is, or one is missing."""
        if self.now == self.then or (isnan(self.now) and isnan(self.then)):
            return 0.0
        if isnan(self.now) or isnan(self.then) or self.allowed == 0.0:
            return float("inf")
        return abs(self.now - self.then) / self.allowed


@dataclass(frozen=True)
class Verdict:
    """What became of a comparison.

    Attributes:
        exact: whether every bit had to be the same; else statistical tolerance counted.
        why: it need not be exact: what differs from the reference's surroundings.
        cells: numbers compared.
        gaps: of those that differ, the worst first, by statistical tolerance.
        missing, extra: what only the reference, or only the new table has.
        changed: what the numbers depend on and is not as it was: the experiment, a scenario, draws.
    """

    exact: bool
    why: tuple[str, ...]
    cells: int
    gaps: tuple[Gap, ...]
    missing: tuple[Key, ...]
    extra: tuple[Key, ...]
    changed: tuple[str, ...]

    @property
    def drift(self) -> bool:
        """Whether the numbers are not what they were."""
        if self.missing or self.extra:
            return True
        return bool(self.gaps) and (self.exact or self.gaps[0].used > 1.0)

    def __str__(self) -> str:
        lines = [self._first()]
        if self.gaps:
            lines.append(f"worst: {_told(self.gaps[0])}")
        for what, keys in (("not computed any more", self.missing), ("new", self.extra)):
            if keys:
                lines.append(f"{what}: {keys[0]}" + _others(len(keys) - 1))
        if self.drift and self.changed:
            lines.append(f"changed since the reference: {', '.join(self.changed)}")
        return "\n".join(lines)

    def _first(self) -> str:
        how = "exactly" if self.exact else f"within tolerance, for {' and '.join(self.why)} differ"
        if self.drift:
            beyond = [gap for gap in self.gaps if self.exact or gap.used > 1.0]
            count = len(beyond) + len(self.missing) + len(self.extra)
            return f"DRIFT: {count} of {self.cells} numbers are not those of the reference ({how})"
        if self.exact:
            return f"all {self.cells} numbers are those of the reference, to the last bit"
        return f"all {self.cells} numbers are those of the reference, {how}"


def _told(gap: Gap) -> str:
    part = "" if gap.used == float("inf") else f", {gap.used:.2g} of its tolerance"
    return f"{gap.key}: {_number(gap.now)}, not {_number(gap.then)}{part}"


def _number(value: float) -> str:
    return "undefined" if isnan(value) else f"{value:.10g}"


def _others(count: int) -> str:
    return f" and {count} more" if count else ""


def stem(size: str) -> str:
    """Return the name of the files of a reference, without their endings."""
    return "reference" if size == FULL else f"reference-{size}"


def manifest_of(experiment: Experiment, setting: Setting, rows: Rows, seconds: float) -> Any:
    """Return how numbers came about."""
    update = f"hedgerow reproduce {experiment.name} --update-reference"
    return {
        "name": experiment.name,
        "title": experiment.content.title,
        "size": experiment.size,
        "runs": experiment.runs,
        "seed": setting.seed,
        "kernel": setting.kernel,
        **_dated(experiment),
        **surroundings(),
        "experiment_sha256": digest(experiment),
        "scenario_sha256": {name: s.sha256 for name, s in sorted(setting.scenarios.items())},
        "draws_sha256": dict(sorted(setting.draws.items())),
        "table_sha256": _sha256(to_csv(rows)),
        "rows": len(rows),
        "seconds": round(seconds, 1),
        "command": update if experiment.size == FULL else f"{update} --{experiment.size}",
    }


def digest(experiment: Experiment) -> str:
    """Return a hash of what an experiment says in its size."""
    return _sha256(json.dumps(experiment.document, sort_keys=True, default=str))


def _dated(experiment: Experiment) -> dict[str, str]:
    """Return the date of the forecasts of an experiment, if it makes any: the last of them."""
    steps = experiment.content.steps.values()
    dates = [step.date.isoformat() for step in steps if isinstance(step, ForecastStep)]
    return {"date": max(dates)} if dates else {}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def load(experiment: Experiment) -> Reference | None:
    """Return what is on record of an experiment; None where nothing is.

    Raises:
        ExperimentError: it cannot be read, or its numbers are not those that it vouches for.
    """
    path = experiment.folder / f"{stem(experiment.size)}.csv"
    about = path.with_suffix(".json")
    if not path.exists() and not about.exists():
        return None
    rows = from_csv(path)
    try:
        manifest = read_json(about)
    except (OSError, ValueError) as error:
        raise ExperimentError(f"{about}: cannot be read: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("table_sha256") != _sha256(to_csv(rows)):
        raise ExperimentError(
            f"{path}: is not the table that {about.name} vouches for; "
            "take both from version control, or write them anew with --update-reference"
        )
    return Reference(rows, manifest)


def store(experiment: Experiment, rows: Rows, manifest: Any) -> list[Path]:
    """Write the reference of an experiment; return its files.

    Raises:
        OutputError: the folder cannot be written.
    """
    path = experiment.folder / f"{stem(experiment.size)}.csv"
    texts = {
        path: to_csv(rows),
        path.with_suffix(".json"): json.dumps(manifest, indent=2, ensure_ascii=False) + "\n",
    }
    try:
        for place, text in texts.items():
            part = place.with_name(f".{place.name}.part")
            part.write_text(text, encoding="utf-8")
            part.replace(place)
    except OSError as error:
        raise cannot_write(experiment.folder, error) from error
    return list(texts)


def compare(experiment: Experiment, rows: Rows, manifest: Any, reference: Reference) -> Verdict:
    """Hold new numbers against a reference.

    They must be the same to the last bit where platform, processor features, libraries and kernel
    are; elsewhere within the experiment's tolerance.
    """
    why = _differing(manifest, reference.manifest)
    gaps = []
    for key, then in reference.rows.items():
        now = rows.get(key)
        if now is None:
            continue
        gap = Gap(key, now.value, then.value, _allowed(experiment, now, then))
        if repr(now.value) != repr(then.value):
            gaps.append(gap)
    gaps.sort(key=lambda gap: (-gap.used, -abs(gap.now - gap.then)))
    return Verdict(
        exact=not why,
        why=why,
        cells=len(reference.rows),
        gaps=tuple(gaps),
        missing=tuple(key for key in reference.rows if key not in rows),
        extra=tuple(key for key in rows if key not in reference.rows),
        changed=_changed(manifest, reference.manifest),
    )


def _allowed(experiment: Experiment, now: Cell, then: Cell) -> float:
    tolerance = experiment.content.tolerance
    squares = [0.0 if isnan(se) else se * se for se in (now.se, then.se)]
    scale = max((abs(v) for v in (now.value, then.value) if not isnan(v)), default=nan)
    rounding = 1e-9 * scale  # where there is no chance, different libraries still round differently
    return tolerance.errors * sqrt(sum(squares)) + tolerance.absolute + rounding


def _differing(now: Any, then: Any) -> tuple[str, ...]:
    names = ALIKE + (COMPILED if now.get("kernel") == "compiled" else ())
    return tuple(
        name.rpartition(".")[2].replace("cpu_features", "features of the processor")
        for name in names
        if _at(now, name) != _at(then, name)
    )


def _at(manifest: Any, name: str) -> Any:
    for key in name.split("."):
        manifest = manifest.get(key) if isinstance(manifest, dict) else None
    return manifest


def _changed(now: Any, then: Any) -> tuple[str, ...]:
    found = []
    if now["experiment_sha256"] != then.get("experiment_sha256"):
        found.append("experiment.toml")
    before = then.get("scenario_sha256", {})
    found += [f"scenario {n}" for n, sha in now["scenario_sha256"].items() if before.get(n) != sha]
    drawn = then.get("draws_sha256", {})
    found += [f"draws {n}" for n, sha in now["draws_sha256"].items() if drawn.get(n) != sha]
    if now["version"] != then.get("version"):
        found.append(f"hedgerow {then.get('version')} to {now['version']}")
    return tuple(found)
