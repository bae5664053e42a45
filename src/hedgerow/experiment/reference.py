"""The numbers that an experiment once gave, how they came about, and how far new ones are off."""

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
"""What must match for numbers to be the same to the last bit; for compiled code also `COMPILED`."""

COMPILED = ("libraries.numba", "libraries.llvmlite", "compiled_for")

ROUNDING = 1e-9
"""Of the size of a number, or of its spread over runs: more than rounding ever comes to."""

TURNED = 1
"""Runs, at each point, that may take another way because rounding turned one of their choices."""

FAR = 6.0
"""How far from the mean a run may lie, in standard deviations over runs, before or after."""

SHOWN = 12
"""Changed numbers that are listed, of each scenario; of more, the count is told."""


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
        exact: whether every bit had to be the same; else a small tolerance counted.
        why: it need not be exact: what differs from the reference's surroundings.
        cells: numbers compared.
        gaps: of those that differ, the worst first.
        missing, extra: what only the reference, or only the new table has.
        changed: of what the numbers depend on, what is not as it was, a line each: a number or
            switch of the experiment or of a scenario, a file of draws.
        code: the same of the code, which may change without any number doing so.
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
        """Whether the numbers are not what they were."""
        if self.missing or self.extra:
            return True
        return bool(self.gaps) and (self.exact or self.gaps[0].used > 1.0)

    @property
    def failed(self) -> bool:
        """Whether numbers have drifted, or what they depend on has changed."""
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
    """Return what else decides last bits: the C library, and which processor code is made for."""
    found = {"libc": "-".join(platform.libc_ver())}
    if kernel == "compiled":
        from llvmlite.binding import get_host_cpu_name
        from numba.core import config

        found["compiled_for"] = config.CPU_NAME or get_host_cpu_name()
    return found


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
    """Write the reference of an experiment, and what it depends on; return the reference's files.

    Args:
        experiment: in its size.
        rows: the numbers.
        manifest: how they came about.
        inputs: content of each scenario, by name, as in `Setting.inputs`.

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
    """Remove the files of `dependence.FOLDER` that no reference names any more."""
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
    """Hold new numbers, and what they depend on, against a reference.

    They must be the same to the last bit where platform, processor features, libraries and kernel
    are. Elsewhere each may be off by rounding, and by what `TURNED` runs of its sample that went
    another way can make of it: random numbers are the same everywhere, so chance is no excuse.

    Args:
        experiment: in its size.
        rows, manifest: the numbers and how they came about.
        reference: what is on record.
        inputs: content of each scenario, by name, as in `Setting.inputs`.

    Raises:
        ExperimentError: what the reference depends on cannot be read.
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
    """Return how far a number may be off where bits cannot be the same.

    The standard error tells the spread of one run: of n runs, one that moves by so many standard
    deviations moves the number by 1 / n of that. Numbers without an error count their own size.
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
