"""The reference of an experiment: its published numbers, with which new ones are compared."""

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, isnan, sqrt
from pathlib import Path
from typing import Any

from ..errors import ExperimentError
from ..files import read_json
from ..results.folder import Added
from ..results.layout import cannot_write
from ..results.manifest import surroundings
from ..scenario.write import to_toml
from . import inputs as dependence
from .experiment import FULL, Experiment, ForecastStep, _Step
from .setting import Setting
from .table import Cell, Key, Rows, from_csv, to_csv

ALIKE = (
    *("platform", "cpu_features", "libc", "kernel"),
    *("libraries.numpy", "libraries.scipy"),
)
"""Entries of manifests that must match if numbers are to be equal to the last bit; for compiled
code also those of `COMPILED`."""

COMPILED = ("libraries.numba", "libraries.llvmlite", "compiled_for")

ROUNDING = 1e-9
"""Largest effect of rounding, relative to the size of a number or to its spread over runs."""

TURNED = 1
"""Number of runs of each point in which rounding may change a choice, so that the run differs."""

FAR = 6.0
"""Largest distance of such a run from the mean, in standard deviations over runs."""

SHOWN = 12
"""Most changed numbers of each scenario that are listed; others are only counted."""


@dataclass(frozen=True)
class Reference:
    """The stored reference of an experiment in one size.

    Attributes:
        rows: its numbers.
        manifest: the code, machine and inputs that produced them.
    """

    rows: Rows
    manifest: dict[str, Any]


@dataclass(frozen=True)
class Gap:
    """A number that differs from its reference.

    Attributes:
        key: the key of the number in the table.
        now, then: the number and its reference; NaN if there is none.
        allowed: the difference that is allowed.
    """

    key: Key
    now: float
    then: float
    allowed: float

    @property
    def used(self) -> float:
        """Difference relative to the allowed one; infinite if none is allowed or one is missing."""
        if self.now == self.then or (isnan(self.now) and isnan(self.then)):
            return 0.0
        if isnan(self.now) or isnan(self.then) or self.allowed == 0.0:
            return float("inf")
        return abs(self.now - self.then) / self.allowed


@dataclass(frozen=True)
class Verdict:
    """The outcome of a comparison with a reference.

    Attributes:
        exact: whether numbers had to be equal to the last bit; else a small difference is allowed.
        why: if not exact, the parts of code and machine that differ from those of the reference.
        cells: number of numbers that were compared.
        gaps: the numbers that differ, the largest difference first.
        missing, extra: keys that only the reference, or only the new table, has.
        changed: changes of the inputs, in a line each: numbers and switches of the experiment or of
            a scenario, or a file of draws.
        code: changes of the code, which need not change any number.
    """

    exact: bool
    why: tuple[str, ...]
    cells: int
    gaps: tuple[Gap, ...]
    missing: tuple[Key, ...]
    extra: tuple[Key, ...]
    changed: tuple[str, ...]
    code: tuple[str, ...] = ()

    @property
    def drift(self) -> bool:
        """Whether numbers differ by more than allowed, or are missing or extra."""
        if self.missing or self.extra:
            return True
        return bool(self.gaps) and (self.exact or self.gaps[0].used > 1.0)

    @property
    def failed(self) -> bool:
        """Whether numbers differ (`drift`) or inputs have changed."""
        return self.drift or bool(self.changed)

    def __str__(self) -> str:
        lines = [self._first()]
        if self.gaps:
            lines.append(f"worst: {_gap_line(self.gaps[0])}")
        for what, keys in (("not computed any more", self.missing), ("new", self.extra)):
            if keys:
                lines.append(f"{what}: {keys[0]}" + _others(len(keys) - 1))
        lines += [f"changed since the reference: {what}" for what in (*self.changed, *self.code)]
        return "\n".join(lines)

    def _first(self) -> str:
        if self.drift:
            how = "exactly" if self.exact else f"{_allowance()}, for {_listed(self.why)} differ"
            beyond = [gap for gap in self.gaps if self.exact or gap.used > 1.0]
            count = len(beyond) + len(self.missing) + len(self.extra)
            return f"DRIFT: {count} of {self.cells} numbers are not those of the reference ({how})"
        first = "CHANGED: " if self.changed else ""
        if not self.gaps:
            return f"{first}all {self.cells} numbers are those of the reference, to the last bit"
        return (
            f"{first}all {self.cells} numbers are those of the reference, {_allowance()}: "
            f"{len(self.gaps)} are not the same to the last bit, for {_listed(self.why)} differ"
        )


def _allowance() -> str:
    return f"but for rounding and {TURNED} run in each sample that it may turn"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:-1]) + " and " * (len(names) > 1) + names[-1]


def _gap_line(gap: Gap) -> str:
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
    """Return the manifest of some numbers: the code, machine and inputs that produced them."""
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
        **_machine(setting.kernel),
        "experiment": dependence.of_experiment(experiment.document),
        "inputs": {
            name: dependence.file_of(name, content) for name, content in setting.inputs.items()
        },
        "draws_sha256": dict(sorted(setting.draws.items())),
        "hindsight": sorted(setting.hindsight),
        "table_sha256": _sha256(to_csv(rows)),
        "rows": len(rows),
        "seconds": round(seconds, 1),
        "command": update if experiment.size == FULL else f"{update} --{experiment.size}",
    }


def _machine(kernel: str) -> dict[str, str]:
    """Return what else last bits depend on: the C library, and the processor of compiled code."""
    found = {"libc": "-".join(platform.libc_ver())}
    if kernel == "compiled":
        from llvmlite.binding import get_host_cpu_name
        from numba.core import config

        found["compiled_for"] = config.CPU_NAME or get_host_cpu_name()
    return found


def _dated(experiment: Experiment) -> dict[str, str]:
    """Return the latest date of the forecasts of an experiment; empty if it makes none."""
    steps = experiment.content.steps.values()
    dates = [step.date.isoformat() for step in steps if isinstance(step, ForecastStep)]
    return {"date": max(dates)} if dates else {}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def load(experiment: Experiment) -> Reference | None:
    """Return the stored reference of an experiment; None if there is none.

    Raises:
        ExperimentError: it cannot be read, or its numbers do not have the hash of its manifest.
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
            "take both from version control, or write them anew with "
            f"'hedgerow reproduce {experiment.name} --update-reference'"
        )
    if not all(isinstance(manifest.get(key), dict) for key in ("experiment", "inputs")):
        raise ExperimentError(
            f"{about}: does not say which numbers of scenarios it was made from, as an earlier "
            "version of hedgerow did not; make it anew with "
            f"'hedgerow reproduce {experiment.name} --update-reference'"
        )
    return Reference(rows, manifest)


def store(
    experiment: Experiment, rows: Rows, manifest: Any, inputs: Mapping[str, dict[str, Any]]
) -> list[Path]:
    """Write the reference of an experiment and its inputs; return the files of the reference.

    Args:
        experiment: the experiment, in its size.
        rows: the numbers.
        manifest: their manifest, as of `manifest_of`.
        inputs: content of each input by name, as of `Setting.inputs`.

    Raises:
        OutputError: the folder cannot be written.
    """
    path = experiment.folder / f"{stem(experiment.size)}.csv"
    kept = experiment.folder.parent / dependence.FOLDER
    texts = {
        kept: {manifest["inputs"][name]: to_toml(content) for name, content in inputs.items()},
        experiment.folder: {
            path.name: to_csv(rows),
            f"{path.stem}.json": json.dumps(manifest, indent=2, ensure_ascii=False) + "\n",
        },
    }
    try:
        for folder, files in texts.items():
            with Added(folder) as stage:
                for name, text in files.items():
                    (stage / name).write_text(text, encoding="utf-8")
        _clear(experiment.folder.parent)
    except OSError as error:
        raise cannot_write(experiment.folder, error) from error
    return [path, path.with_suffix(".json")]


def _clear(experiments: Path) -> None:
    """Remove the files of `inputs.FOLDER` that no reference names any more."""
    named = {
        file
        for path in experiments.glob("*/reference*.json")
        for file in re.findall(r'"([^"/]+\.toml)"\s*[,}]', path.read_text(encoding="utf-8"))
    }
    for path in (experiments / dependence.FOLDER).glob("*.toml"):
        if re.fullmatch(r".+-[0-9a-f]{8}\.toml", path.name) and path.name not in named:
            path.unlink()


def compare(
    experiment: Experiment,
    rows: Rows,
    manifest: Any,
    reference: Reference,
    inputs: Mapping[str, dict[str, Any]],
) -> Verdict:
    """Compare new numbers and their inputs with a reference.

    With the same platform, processor features, libraries and kernel, numbers must be equal to the
    last bit. Otherwise a number may differ by rounding, and by as much as it changes if `TURNED`
    runs of its sample come out differently. Random numbers are the same on all machines, so that
    nothing more is allowed for chance.

    Args:
        experiment: the experiment, in its size.
        rows, manifest: the numbers and their manifest.
        reference: the stored reference.
        inputs: content of each input by name, as of `Setting.inputs`.

    Raises:
        ExperimentError: the stored inputs of the reference cannot be read.
    """
    why = _differing(manifest, reference.manifest)
    gaps = []
    for key, then in reference.rows.items():
        now = rows.get(key)
        if now is None:
            continue
        gap = Gap(key, now.value, then.value, _allowed(experiment, key, now, then))
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
        changed=_changed(experiment, manifest, reference.manifest, inputs),
        code=_code(manifest, reference.manifest),
    )


def _allowed(experiment: Experiment, key: Key, now: Cell, then: Cell) -> float:
    """Return the allowed difference of a number if bits need not be equal.

    The standard error of n runs gives the standard deviation of one run. If one run changes by some
    standard deviations, the number changes by 1 / n of that. Without a standard error, the size of
    the number itself is used.
    """
    step = experiment.content.steps[key.part]
    runs = (step.runs or experiment.runs) if isinstance(step, _Step) else inf
    size = max((abs(cell.value) for cell in (now, then) if not isnan(cell.value)), default=0.0)
    errors = [cell.se for cell in (now, then) if not isnan(cell.se)]
    spread = max(errors) * sqrt(runs) if errors and runs < inf else size
    return ROUNDING * (size + spread) + FAR * TURNED * spread / runs


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


def _changed(
    experiment: Experiment, now: Any, then: Any, inputs: Mapping[str, dict[str, Any]]
) -> tuple[str, ...]:
    found = _some("experiment.toml", dependence.differences(then["experiment"], now["experiment"]))
    for name, content in inputs.items():
        file = then["inputs"].get(name)
        what = name if name.startswith(dependence.SEEDS) else f"scenario {name}"
        if file is None:
            found.append(f"{what}: not used then")
        elif file != now["inputs"][name]:
            before = dependence.load(experiment.folder.parent, file)
            found += _some(what, dependence.changes(before, content))
    drawn = then.get("draws_sha256", {})
    found += [f"draws {n}" for n, sha in now["draws_sha256"].items() if drawn.get(n) != sha]
    return tuple(found)


def _some(what: str, differences: Iterable[str]) -> list[str]:
    lines = [f"{what}: {line}" for line in differences]
    more = len(lines) - SHOWN
    return lines if more <= 1 else [*lines[:SHOWN], f"{what}: and {more} more"]


def _code(now: Any, then: Any) -> tuple[str, ...]:
    found = []
    if now["version"] != then.get("version"):
        found.append(f"hedgerow {then.get('version')}, now {now['version']}")
    if now.get("model_digest") != then.get("model_digest"):
        found.append("the code of the model")
    return tuple(found)
