"""The description of a sweep: written to its folder when it starts, and never changed."""

import json
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import Damaged
from ..files import plain
from ..results import ResultError, documents
from ..results.digest import LEAF
from ..results.documents import (
    FLAG,
    HASH,
    NAMED,
    SEAL,
    TEXT,
    TEXTS,
    Kind,
    list_of,
    one_of,
    table_of,
    whole,
)
from ..results.layout import SCENARIO, SWEEP
from ..results.tables import KEPT, Axes
from ..scenario import Scenario, load
from .design import Points
from .ensemble import axes_of
from .variants import NUMBER, SWITCH, Runs, Variants
from .variants import TEXT as TEXT_COLUMN

_FORMAT = 1
_ANEW = ", so the sweep cannot go on; start anew"
_NEEDED = {
    "format": whole(1),
    **dict.fromkeys(("name", "title", "design", "started", "command", "version"), TEXT),
    "scenario_sha256": HASH,
    "seed": whole(0, 2**64 - 1),
    "kernel": one_of("numpy", "compiled"),
    "keep": one_of(*KEPT),
    "replicates": whole(1),
    "common": FLAG,
    "paths": TEXTS,
    "rows": list_of(Kind("a list", lambda row: isinstance(row, list)), "a list of points"),
    "columns": table_of(one_of(NUMBER, SWITCH, TEXT_COLUMN), "a table of kinds of columns"),
    "measures": TEXTS,
    "years": list_of(whole(-(2**15), 2**15 - 1), "a list of years"),
}
_OPTIONAL = {
    "precision": one_of("double", "single"),
    "code": NAMED,
    "own": list_of(NAMED, "a list of countries and measures"),
}


@dataclass(frozen=True)
class Spec:
    """The description of a sweep.

    Attributes:
        name, title: of the scenario.
        scenario_sha256: hash of the scenario, with its sweep.
        seed: seed of all random streams.
        kernel, keep: as for a run.
        replicates: number of runs of each point.
        common: whether all points share their random numbers.
        design: name of the design.
        paths: the swept paths.
        rows: the points, as of `hedgerow.runs.design.Points`.
        columns: the kind of each column of parameters in the table ``runs``, by path.
        measures, years: the rows of the summary to keep; empty for all.
        started, command, version: date and time of the start, the command, and the version.
        code: `hedgerow.results.identity` at the start; empty in sweeps from before it was noted.
        own: countries and measures of the user's own, as of `Own.entries`.
    """

    name: str
    title: str
    scenario_sha256: str
    seed: int
    kernel: str
    keep: str
    replicates: int
    common: bool
    design: str
    paths: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    columns: dict[str, str]
    measures: tuple[str, ...]
    years: tuple[int, ...]
    started: str
    command: str
    version: str
    code: dict[str, str] = field(default_factory=dict)
    own: tuple[dict[str, str], ...] = ()

    @property
    def points(self) -> Points:
        """The points."""
        return Points(self.paths, self.rows)

    @property
    def leaves(self) -> int:
        """Number of leaves of a point. Leaf l of point p is the unit p · leaves + l of the work."""
        return -(-self.replicates // LEAF)

    @property
    def units(self) -> int:
        """Number of units of work of the sweep."""
        return len(self.rows) * self.leaves

    @property
    def runs(self) -> int:
        """Number of runs of the sweep."""
        return len(self.rows) * self.replicates

    def runs_of(self, first: int, last: int) -> int:
        """Return how many runs the units `first` to `last` − 1 hold."""
        return self.first_run(last) - self.first_run(first)

    def first_run(self, unit: int) -> int:
        """Return the number of the first run of a unit; after the last unit, that of all runs."""
        point, leaf = divmod(unit, self.leaves)
        return point * self.replicates + min(leaf * LEAF, self.replicates)

    def runs_in(self, first: int, last: int) -> Runs:
        """Return the runs of the units `first` to `last` − 1, in order."""
        numbers = np.arange(self.first_run(first), self.first_run(last), dtype=np.int64)
        return self.runs_at(numbers)

    def runs_at(self, numbers: np.ndarray) -> Runs:
        """Return the runs with these numbers; a number is point · replicates + replicate."""
        points, replicates = np.divmod(numbers, self.replicates)
        replicates = replicates.astype(np.uint64)
        return Runs(points, replicates, streams(points, replicates, self.common))

    def text(self) -> str:
        """Return the content of ``sweep.json``."""
        body = {"format": _FORMAT, **asdict(self)}
        if not self.own:
            del body["own"]
        return json.dumps(documents.sealed(body), ensure_ascii=False) + "\n"


def streams(points: np.ndarray, replicates: np.ndarray, common: bool) -> np.ndarray:
    """Return the numbers of the random streams of some runs, uint64.

    With common random numbers it is the replicate. Without them, replicate r of point p has the
    stream p · 2³² + r, the one that this replicate of a plain run would have. There may be up to
    2²⁴ points.
    """
    if common:
        return replicates
    return np.asarray((points.astype(np.uint64) << np.uint64(32)) | replicates)


def read(folder: Path) -> Spec:
    """Return the description of the sweep in a folder.

    Raises:
        ResultError: the folder holds no sweep.
        Damaged: the description is not as it was written.
    """
    path = folder / SWEEP
    try:
        body = documents.read(path)
    except FileNotFoundError:
        what = f"it has no {SWEEP}" if folder.is_dir() else "it is not there"
        raise ResultError(
            f"{folder}: not the folder of a sweep: {what}; expected one that 'hedgerow sweep' made"
        ) from None
    except NotADirectoryError:
        raise ResultError(f"{folder}: is a file; expected the folder of a sweep") from None
    if body.get(SEAL) != documents.seal(body):
        raise Damaged(f"{path}: was changed or damaged{_ANEW}")
    if body.get("format", _FORMAT) != _FORMAT:
        raise ResultError(f"{path}: is of another version of hedgerow ({body.get('version')})")
    fault = documents.fault(body, _NEEDED, _OPTIONAL) or _misfit(body)
    if fault:
        raise Damaged(f"{path}: is damaged: {fault}{_ANEW}")
    del body[SEAL], body["format"]
    body.pop("precision", None)  # of version 0.1
    unknown = sorted(body.keys() - {field.name for field in fields(Spec)})
    if unknown:
        raise ResultError(
            f"{path}: is of another version of hedgerow ({body['version']}): {unknown[0]!r} is not "
            "known here"
        )
    body["rows"] = tuple(map(tuple, body["rows"]))
    for name in ("paths", "measures", "years", "own"):
        body[name] = tuple(body.get(name, ()))
    return Spec(**body | {name: plain(body[name]) for name in ("name", "title", "command")})


def _misfit(body: dict[str, Any]) -> str:
    """Return which keys of a description contradict each other, in words; empty if none do."""
    if any(len(row) != len(body["paths"]) for row in body["rows"]):
        return "a row of 'rows' has not a value for each of 'paths'"
    return ""


class Setting:
    """A sweep with its scenario, loaded by a process that works on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spec = read(folder)
        self.scenario: Scenario = load(folder / SCENARIO)
        if self.scenario.sha256 != self.spec.scenario_sha256:
            raise Damaged(
                f"{folder / SCENARIO}: is not the scenario that this sweep was started with"
            )
        self.points = self.spec.points
        self.variants = Variants(self.scenario, self.points)

    @cached_property
    def axes(self) -> Axes:
        """Countries, partners and years of the records; the same for all points."""
        return axes_of(self.scenario)


@lru_cache(maxsize=2)
def _setting(folder: str, stamp: int) -> Setting:
    return Setting(Path(folder))


def setting(folder: str) -> Setting:
    """Return the setting of a folder, kept for the next call of this process.

    Raises:
        ResultError: the folder holds no sweep that can be read.
    """
    try:
        stamp = (Path(folder) / SWEEP).stat().st_mtime_ns
    except OSError:
        stamp = 0
    return _setting(folder, stamp)
