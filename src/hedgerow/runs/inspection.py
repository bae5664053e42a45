"""Compares a result folder with what was planned, and its files with what was written."""

import os
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..arguments import checked
from ..errors import Damaged
from ..progress import amount, counted
from ..results import ResultError, Results, manifest
from ..results.checksums import added, changed, is_harmless, shown
from ..results.digest import tables_digest
from ..results.folder import links, remains, why_not_a_link
from ..results.layout import (
    JOURNAL,
    MANIFEST,
    SCENARIO,
    SCRATCH,
    SWEEP,
    TABLES,
    description_of,
    is_stage_name,
    place_of,
)
from ..results.lock import is_held
from ..scenario.notebook import html_facts
from .finish import digests
from .journal import lines, require_fit
from .spec import Setting, Spec, read
from .store import bad_parts, is_finished, own_files
from .work import Done

_OLD = (
    "it was written by a version that kept no checksums of {}: whether they are as they were "
    "written cannot be told"
)


@dataclass(frozen=True, repr=False)
class Status:
    """The state of a result folder.

    Attributes:
        title: title of its scenario.
        points, replicates: number of points of the sweep, and of replicates of each; a plain run
            has one point.
        planned, stored, failed: numbers of runs.
        parts, bytes: number of files of tables that were recorded, and their size together.
        held: whether a process works in the folder now.
        done: whether all is finished.
        problems: files that were changed, are missing, were added or do not fit, in a line each.
            Files of a sweep that still runs are no problem.
        notes: what could not be verified, and files that file managers left.
        resumable: whether ``hedgerow resume`` would go on and change anything.
        old: whether an early version wrote it that listed no files, so that not all can be
            verified.
    """

    title: str
    points: int
    replicates: int
    planned: int
    stored: int
    failed: int
    parts: int
    bytes: int
    held: bool
    done: bool
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    resumable: bool = False
    old: bool = False

    @property
    def good(self) -> bool:
        """Whether all that was planned is there, as it was written."""
        return self.done and not self.problems and self.planned == self.stored

    def text(self) -> str:
        """Return the state as lines for a terminal, without problems and notes."""
        lines = [self.title, *(f"{name:12}{value}" for name, value in self._facts())]
        return "\n".join([*lines, "a process works on it now"] if self.held else lines)

    def _facts(self) -> list[tuple[str, str]]:
        """Return the sizes in words, by name."""
        share = 100 * self.stored / self.planned
        failed = f", {self.failed} failed" if self.failed else ""
        return [
            ("points", f"{self.points}, {counted(self.replicates, 'run')} each"),
            ("runs", f"{self.stored} of {self.planned} stored ({share:.0f} %){failed}"),
            ("parts", f"{self.parts}, {amount(self.bytes)}"),
        ]

    @property
    def _word(self) -> str:
        """The state in a word or two."""
        if self.good:
            return "complete"
        return "damaged" if self.problems else "not complete"

    def __str__(self) -> str:
        notes = [f"note: {note}" for note in self.notes]
        return "\n".join([self.text(), self._word, *self.problems, *notes])

    def __repr__(self) -> str:
        return f"<Status {self._word} · {self.stored} of {self.planned} runs: print shows all>"

    def _repr_html_(self) -> str:
        """Return the HTML that a notebook shows."""
        rows = [*self._facts(), *(("problem", text) for text in self.problems)]
        rows += [("note", text) for text in self.notes]
        return html_facts(self.title, rows, self._word)

    def verdict(self, folder: Path) -> str:
        """Return in one line whether all is there and, if not, how to go on.

        Empty while a process works in the folder.

        Args:
            folder: the path as the user wrote it.
        """
        if self.good:
            known = "tables and summary as they were written; the rest cannot be told"
            return f"complete; {known}" if self.old else "complete and as it was written"
        if self.held:
            return ""
        how = f"hedgerow resume {shlex.quote(str(folder))}"
        return f"{self._word}; go on with: {how}" if self.resumable else self._word


@checked
def status(folder: "str | os.PathLike[str]") -> Status:
    """Compare a result folder, with all its files, with what was planned and written.

    Args:
        folder: the folder of a run or a sweep, finished or not.

    Returns:
        The state; its ``good`` is True if all that was planned is there, as it was written.

    Raises:
        ResultError: it is no result folder.
        Damaged: the files that describe the folder cannot be read.

    >>> import hedgerow
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     made = hedgerow.run("vietnam", runs=2, until=1997, out=folder, progress=False)
    ...     found = hedgerow.status(folder)
    >>> found.good, found.stored, found.problems
    (True, 2, ())
    """
    folder = place_of(folder)
    try:
        return _of_sweep(folder) if (folder / SWEEP).exists() else _of_run(folder)
    except ResultError as error:
        left = [f"{path}: {description_of(path)}" for path in remains(folder)]
        if not left:
            raise
        raise type(error)("\n".join([str(error), *left])) from error


def _of_sweep(folder: Path) -> Status:
    spec = read(folder)
    noted, problems = _noted(folder, spec)
    is_lost = bool(problems)  # the journal, which lists the parts of the tables
    tasks = list(noted.values())
    held = is_held(folder)
    has = {task.first // spec.leaves for task in tasks if task.summary}
    bad = [part.path for task in tasks for part in bad_parts(folder, task, spec, has)]
    linked = _linked(folder)
    problems += _lines(linked | _without(linked, dict.fromkeys(bad, "was changed, or is missing")))
    about, notes = _manifest(folder, problems)
    parts = {part.path: part for task in tasks for part in task.parts}
    if about is not None:
        problems += _lines(_without(linked, changed(folder, about.get("files", {}))))
        problems += _against_manifest(folder, about, spec, noted)
    else:
        problems += _of_another_scenario(folder)
    old = about is not None and manifest.is_old(about)
    if not held:
        known = {MANIFEST, *parts, *linked, *(about or {}).get("files", {})}
        under = None if is_lost else "" if about is not None and not old else f"{TABLES}/"
        _tell_added(folder, known, under, problems, notes)
    kept = [part for path, part in parts.items() if path.startswith(f"{TABLES}/")]
    return Status(
        title=spec.title,
        points=len(spec.rows),
        replicates=spec.replicates,
        planned=spec.runs,
        stored=_stored(noted),
        failed=sum(task.failed for task in tasks),
        parts=len(kept),
        bytes=sum(part.size for part in kept),
        held=held,
        done=about is not None,
        problems=tuple(problems),
        notes=tuple(notes),
        old=old,
        resumable=not linked
        and (about is None or (bool(problems) and not is_finished(folder, spec))),
    )


def _noted(folder: Path, spec: Spec) -> tuple[dict[int, Done], list[str]]:
    """Return the tasks of the journal by number, and its problems."""
    try:
        noted = lines(folder / JOURNAL)[0]
        require_fit(folder, noted.values(), spec)
    except OSError as error:
        return {}, [f"{JOURNAL}: cannot be read: {error.strerror}"]
    return noted, []


def _manifest(folder: Path, problems: list[str]) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the manifest of a sweep (None if there is none) and notes; add to `problems`."""
    try:
        about = manifest.read(folder)
    except Damaged as error:
        problems.append(str(error).removeprefix(f"{folder}/"))
        return None, []
    except ResultError:
        return None, []
    if wrong := manifest.wrong(about, folder):
        problems.append(wrong)
    return about, [_OLD.format("log and figures")] if manifest.is_old(about) else []


def _linked(folder: Path) -> dict[str, str]:
    """Return the links in place of hedgerow's own files and folders, by path, with what to do."""
    return {name: why_not_a_link(folder / name) for name in links(folder)}


def _without(linked: Collection[str], found: Mapping[str, str]) -> dict[str, str]:
    """Return what was found of files that lie behind no link."""
    return {
        name: why
        for name, why in found.items()
        if not any(name == link or name.startswith(f"{link}/") for link in linked)
    }


def _lines(found: Mapping[str, str]) -> list[str]:
    return [f"{shown(name)}: {why}" for name, why in found.items()]


def _tell_added(
    folder: Path,
    known: Collection[str],
    under: str | None,
    problems: list[str],
    notes: list[str],
) -> None:
    """Add files that were put into the folder to `problems`, or to `notes` if they do no harm.

    Args:
        folder: the result folder.
        known: paths of its files.
        under: `known` lists all files whose paths begin so: "" for all, None for none. Elsewhere
            only what killed commands left is added.
        problems, notes: the lists to add to.
    """
    for name, why in added(folder, known).items():
        if (under is not None and name.startswith(under)) or is_stage_name(name.rstrip("/")):
            (notes if is_harmless(name) else problems).append(f"{shown(name)}: {why}")


def _stored(noted: dict[int, Done]) -> int:
    return sum(task.runs for task in noted.values() if not task.summary)


def require_parts(folder: Path) -> None:
    """Refuse a sweep that lost a part of a table.

    Raises:
        ResultError: the folder holds no sweep that can be read.
        Damaged: a part is missing.
    """
    tasks = _noted(folder, read(folder))[0].values()
    for part in (part for task in tasks for part in task.parts):
        if part.path.startswith(f"{TABLES}/") and not (folder / part.path).is_file():
            place = shlex.quote(str(folder))
            raise Damaged(
                f"{folder / part.path}: is missing; 'hedgerow resume {place}' computes it anew"
            )


def _of_another_scenario(folder: Path) -> list[str]:
    try:
        Setting(folder)
    except (OSError, ValueError) as error:
        problems = getattr(error, "problems", ())
        return [f"{SCENARIO}: was changed: {problems[0] if problems else error}"]
    return []


def _against_manifest(
    folder: Path, about: Mapping[str, Any], spec: Spec, noted: dict[int, Done]
) -> list[str]:
    problems = []
    if about["runs_stored"] != _stored(noted) or about["runs_planned"] != spec.runs:
        problems.append(f"{MANIFEST}: counts other runs than are stored")
    if noted and about["tables_digest"] != tables_digest(digests(folder, noted, spec)):
        problems.append(f"{MANIFEST}: has another tables_digest than what is stored")
    if about["kernel"] != spec.kernel:
        problems.append(f"{MANIFEST}: names another kernel than the sweep was begun with")
    if any(own_files(folder, (SCRATCH,))):
        problems.append(f"{SCRATCH}: was left over")
    return problems


def _of_run(folder: Path) -> Status:
    results = Results(folder)
    about, old = results.manifest, manifest.is_old(results.manifest)
    files = about.get("files", {})
    problems = [wrong] if (wrong := manifest.wrong(about, folder)) else []
    problems += _lines(changed(folder, files))
    notes = [_OLD.format("scenario, log and figures")] if old else []
    known = {MANIFEST, *files, *links(folder)}  # links have been told
    _tell_added(folder, known, None if old else "", problems, notes)
    if not problems or old:
        problems += results.verify()
    parts = [path for path in (folder / TABLES).rglob("*.parquet") if path.is_file()]
    return Status(
        title=about["title"],
        points=about["points"],
        replicates=about["replicates"],
        planned=about["runs_planned"],
        stored=about["runs_stored"],
        failed=about["runs_failed"],
        parts=len(parts),
        bytes=sum(path.stat().st_size for path in parts),
        held=False,
        done=True,
        problems=tuple(problems),
        notes=tuple(notes),
        old=old,
    )
