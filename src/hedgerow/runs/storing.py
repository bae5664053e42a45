"""Collects the outcomes of chunks into a summary, digests and a manifest, and writes the folder."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.parameters import COERCION
from ..results import manifest
from ..results.checksums import checksums
from ..results.columns import instruments_of
from ..results.digest import leaf_digest, table_digest, tables_digest
from ..results.layout import LOG, SUMMARY
from ..results.parts import write_text
from ..results.quantiles import error_note
from ..results.summary import KEYS as SUMMARY_KEYS
from ..results.summary import PointSummary, write_summary
from ..scenario import Scenario, posteriors
from ..scenario.document import Merged
from ..scenario.why import why
from .chunks import Job, Outcome

if TYPE_CHECKING:
    import pyarrow as pa


class Collected:
    """Collects the outcomes of the chunks of a job, in any order.

    Attributes:
        stored: number of runs.
        failed: why runs failed, by run number.
        tables: the tables, if they are kept in memory.
    """

    def __init__(self, job: Job, outcomes: Iterable[Outcome] = ()) -> None:
        self.job = job
        self.stored = 0
        self.failed: dict[int, str] = {}
        self.tables: dict[str, list[pa.Table]] = {}
        self._digests: dict[str, dict[tuple[int, int], bytes]] = {n: {} for n in job.kept}
        self._summary = PointSummary(job.axes, job.point, job.replicates, job.kernel)
        for outcome in outcomes:
            self.add(outcome)

    def add(self, outcome: Outcome) -> None:
        """Add the outcome of a chunk."""
        self.stored += outcome.runs
        self.failed |= outcome.failed
        for name, leaves in outcome.digests.items():
            self._digests[name] |= leaves
        for name, pieces in outcome.tables.items():
            self.tables.setdefault(name, []).extend(pieces)
        for leaf in outcome.leaves:
            self._summary.add(leaf)

    @cached_property
    def summary(self) -> "pa.Table":
        """The summary; to be asked for when all outcomes are added."""
        return self._summary.table()

    @cached_property
    def digests(self) -> dict[str, str]:
        """The digest of each table; to be asked for when all outcomes are added."""
        found = {name: table_digest(leaves) for name, leaves in self._digests.items()}
        table = self.summary
        points = {(0, 0): leaf_digest(table, SUMMARY_KEYS)} if table.num_rows else {}
        return found | {"summary": table_digest(points)}

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures of countries and ties, in order."""
        return self._summary.measures


def fields_of(
    collected: Collected, scenario: Scenario, command: str, started: datetime, seconds: float
) -> dict[str, Any]:
    """Return the content of the manifest of a run, without the list of files."""
    job = collected.job
    found = collected.digests
    own = {"own": job.own.entries()} if job.own else {}
    return {
        "name": scenario.name,
        "title": scenario.title,
        **manifest.surroundings(),
        "scenario_sha256": scenario.sha256,
        **posteriors.marked(scenario),
        "seed": scenario.seed,
        "kernel": job.kernel,
        "keep": job.keep,
        **own,
        "runs_planned": job.replicates,
        "runs_stored": collected.stored,
        "runs_failed": len(collected.failed),
        "points": 1,
        "replicates": job.replicates,
        "tables_digest": tables_digest(found),
        "digests": found,
        "quantile_error": error_note(collected.measures, job.replicates),
        **named(scenario),
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "command": command,
    }


def named(scenario: Scenario) -> dict[str, Any]:
    """Return the entries of a manifest on the years, codes and names of a scenario."""
    return {
        "start": scenario.start,
        "end": scenario.end,
        "countries": {code: scenario.title_of(code) for code in scenario.countries},
        "partners": {code: scenario.title_of(code) for code in scenario.partners},
        "futures": {code: scenario.title_of(code) for code in scenario.futures},
        "instruments": dict(instruments_of(scenario)),
        "poles": list(scenario.poles),
        "band": list(scenario.band),
        "labels": list(scenario.rungs),
        "events": _events(scenario),
        "event_names": {
            name: table["name"]
            for name, table in scenario.resolved["events"].items()
            if table.get("name")
        },
        "classes": {
            question: choice["class"]
            for question, choice in scenario.resolved["choices"].items()
            if "class" in choice
        },
        **({"conditions": list(scenario.conditions)} if scenario.conditions else {}),
    }


def _events(scenario: Scenario) -> dict[str, str]:
    """Return the kind of each event of a scenario, as of the table of events."""
    effects = {name: table["effect"] for name, table in scenario.resolved["events"].items()}
    return {name: "coercion" if effect in COERCION else effect for name, effect in effects.items()}


def finish(
    folder: Path,
    collected: Collected,
    scenario: Scenario,
    command: str,
    started: datetime,
    seconds: float,
) -> None:
    """Write the summary, the log and the manifest of a folder whose tables are written.

    Raises:
        OSError: the place cannot be written.
    """
    write_summary([collected.summary], folder / SUMMARY)
    write_text(folder / LOG, _log(collected, scenario, command, started, seconds))
    fields = fields_of(collected, scenario, command, started, seconds)
    manifest.write(fields | {"files": checksums(folder)}, folder)


def light(scenario: Scenario) -> Scenario:
    """Return the scenario without the text of its files, which only error messages need."""
    return replace(scenario, merged=Merged(), warnings=(), document={})


def _log(
    collected: Collected, scenario: Scenario, command: str, started: datetime, seconds: float
) -> str:
    job, failed = collected.job, collected.failed
    lines = [
        f"{started.isoformat(timespec='seconds')} {command}",
        f"scenario {scenario.name} ({scenario.sha256}): {scenario.title}",
        f"{scenario.runs} runs, seed {scenario.seed}, {scenario.start} to {scenario.end}, "
        f"kernel {job.kernel}, keep {job.keep}",
        f"rests on: {why(scenario).line()}",
        *map(str, scenario.warnings),
        *(
            f"{own['kind']} {own['name']}: {own['what']} of {own['file'] or 'no file'} "
            f"({own['sha256']})"
            for own in job.own.entries()
        ),
        *(f"run {number} failed: {reason}" for number, reason in sorted(failed.items())),
        f"{collected.stored} runs stored, {len(failed)} failed, {seconds:.1f} seconds",
    ]
    return "\n".join(lines) + "\n"
