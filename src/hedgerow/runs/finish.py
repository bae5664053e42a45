"""The end of a sweep: write ``points.csv``, ``summary.csv``, the log and the manifest."""

from collections.abc import Container, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..results import manifest
from ..results.arrow import texts
from ..results.checksums import checksum, checksums
from ..results.digest import LeafKey, ordered_digest, tables_digest
from ..results.layout import (
    ANALYSIS,
    FIGURES,
    JOURNAL,
    LOG,
    MANIFEST,
    POINTS,
    SCENARIO,
    SUMMARY,
    TABLES,
    is_own,
)
from ..results.parts import parts_of
from ..results.points import points_table, write_points
from ..results.quantiles import error_note
from ..results.summary import write_summary
from ..results.tables import KEPT
from ..scenario import Scenario, posteriors
from . import journal
from .spec import SWEEP, Setting, Spec
from .store import Store
from .storing import named


def note(folder: Path, what: str, faults: list[str]) -> None:
    """Add a line to the log of a sweep.

    Nothing is added to a finished sweep, whose manifest holds the checksum of its log. An error of
    writing is ignored: the log is no reason to stop.

    Args:
        folder: the folder of the sweep.
        what: what happened, in one word such as ``"started"``.
        faults: parts that were found missing or damaged.
    """
    if (folder / MANIFEST).exists():
        return
    now = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [f"{now} {what}", *(f"{now} damaged or missing, computed anew: {f}" for f in faults)]
    try:
        with (folder / LOG).open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    except OSError:
        return


def digests(folder: Path, tasks: Container[int], spec: Spec) -> dict[str, str]:
    """Return the digest of each table, computed from the digests that some tasks returned.

    Raises:
        OSError: the journal cannot be read.
    """
    found = {name: np.zeros((spec.units, 32), np.uint8) for name in (*KEPT[spec.keep], "summary")}
    there = {name: np.zeros(spec.units, dtype=bool) for name in found}
    for task in journal.digests(folder / JOURNAL, tasks):
        for name, units in task.items():
            places = np.array([int(unit) for unit in units], dtype=np.int64)
            values = np.frombuffer(bytes.fromhex("".join(units.values())), dtype=np.uint8)
            found[name][places] = values.reshape(-1, 32)
            there[name][places] = True

    def ordered(name: str) -> Iterator[tuple[LeafKey, bytes]]:
        for unit in np.flatnonzero(there[name]).tolist():
            yield divmod(unit, spec.leaves), found[name][unit].tobytes()

    return {name: ordered_digest(ordered(name)) for name in found}


def finish(store: Store) -> None:
    """Write ``points.csv``, ``summary.csv`` and the manifest.

    Raises:
        OSError: the disk is full.
    """
    folder, spec = store.folder, store.spec
    if (folder / MANIFEST).exists():
        return
    done = list(store.journal.done.values())
    stored, failed = store.stored()
    found = digests(folder, store.journal.done, spec)
    summaries = Summaries(folder / TABLES / "summary")
    scenario = Setting(folder).scenario
    points = points_table(spec.paths, spec.rows, scenario)
    write_points(points, spec.rows, folder / POINTS)
    write_summary(summaries, folder / SUMMARY, points)
    reasons = {int(n): reason for task in done for n, reason in task.reasons.items()}
    now = datetime.now(UTC)
    note(folder, f"done: {stored} runs stored, {failed} failed", [])
    fields: dict[str, Any] = {
        **about(spec, scenario, stored, failed),
        "tables_digest": tables_digest(found),
        "digests": found,
        "quantile_error": error_note(summaries.measures(), spec.replicates),
        "failures": {str(number): reasons[number] for number in sorted(reasons)[:20]},
        "files": _files(folder, scenario, store.extra),
        "seconds": round((now - datetime.fromisoformat(spec.started)).total_seconds(), 3),
        "versions": [spec.code or {"version": spec.version}, *store.journal.codes],
        "worked": round(sum(task.seconds for task in done), 3),
    }
    manifest.write(fields, folder)


def _files(folder: Path, scenario: Scenario, extra: dict[str, str]) -> dict[str, str]:
    """Return the checksums of all files except those of the tables, which the journal holds.

    Args:
        folder: the folder of the sweep.
        scenario: its scenario.
        extra: known checksums of figures and analyses, by path. Of other files with names that
            hedgerow uses, the checksum is computed now.
    """
    names = [SCENARIO, SUMMARY, POINTS, SWEEP, JOURNAL, LOG]
    if scenario.draws is not None:
        names.append(scenario.draws.name)
    there = {name: checksum(folder / name) for name in names if (folder / name).exists()}
    made = checksums(folder, (FIGURES, ANALYSIS))
    return there | {name: digest for name, digest in made.items() if is_own(name)} | extra


def about(spec: Spec, scenario: Scenario, stored: int, failed: int) -> dict[str, Any]:
    """Return the content of the manifest of a sweep of which so many runs are stored."""
    return {
        "name": spec.name,
        "title": spec.title,
        **manifest.surroundings(),
        "scenario_sha256": spec.scenario_sha256,
        **posteriors.marked(scenario),
        "seed": spec.seed,
        "kernel": spec.kernel,
        "keep": spec.keep,
        **({"own": list(spec.own)} if spec.own else {}),
        "runs_planned": spec.runs,
        "runs_stored": stored,
        "runs_failed": failed,
        "points": len(spec.rows),
        "replicates": spec.replicates,
        "design": spec.design,
        "swept": list(spec.paths),
        **named(scenario),
        "started": spec.started,
        "command": spec.command,
    }


class Summaries:
    """The parts of the summary in order of points. Each iteration reads them one at a time."""

    def __init__(self, folder: Path) -> None:
        self._paths = [
            path.absolute() for path in parts_of(folder)
        ]  # Arrow would take a path with a colon for an address

    def __iter__(self) -> Iterator["pa.Table"]:
        for path in self._paths:
            table = pq.read_table(path)
            names = [
                pa.string() if pa.types.is_dictionary(f.type) else f.type for f in table.schema
            ]
            fields = zip(table.column_names, names, strict=True)
            yield table.cast(pa.schema(list(fields)))

    def measures(self) -> list[str]:
        """Return the measures of countries and ties, in order."""
        for table in self:
            names = texts(table["measure"].combine_chunks())
            return [
                n for n in dict.fromkeys(names) if n and not n.startswith(("choice:", "event:"))
            ]
        return []
