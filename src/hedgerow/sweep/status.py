"""What a folder holds of what was planned, and whether it is as it was written."""

from dataclasses import dataclass
from pathlib import Path

from ..results import Results
from ..results.digest import tables_digest
from ..results.folder import JOURNAL, MANIFEST, SCRATCH, SWEEP, TABLES
from ..results.lock import is_held
from .finish import digests
from .journal import lines
from .spec import Spec, read
from .store import bad_parts, own_files, vouched
from .work import Done


@dataclass(frozen=True)
class Status:
    """What a folder holds.

    Attributes:
        title: of its scenario.
        points, replicates: of the sweep; a plain run is one point.
        planned, stored, failed: runs.
        parts, bytes: files of the tables that were recorded, and their size.
        held: whether a process works on it now.
        done: whether it is finished.
        problems: what is damaged or does not fit; parts of a sweep under way are no problem.
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

    @property
    def good(self) -> bool:
        """Whether all that was planned is there, as it was written."""
        return self.done and not self.problems and self.planned == self.stored


def status(folder: Path) -> Status:
    """Look at a result folder, all of its files included.

    Raises:
        ResultError: it is no result folder, or one that cannot be read.
    """
    if not (folder / SWEEP).exists():
        return _of_run(folder)
    spec = read(folder)
    try:
        noted, problems = lines(folder / JOURNAL)[0], []
    except OSError as error:
        noted, problems = {}, [f"{JOURNAL}: cannot be read: {error.strerror}"]
    tasks = list(noted.values())
    held = is_held(folder)
    has = {task.first // spec.atoms for task in tasks if task.summary}
    bad = [part for task in tasks for part in bad_parts(folder, task, spec, has)]
    problems += [f"{part.path}: damaged or missing" for part in bad]
    if not held:
        problems += _strangers(folder, tasks)
    wrong = vouched(folder)
    problems += [f"{name}: is not as it was written" for name in wrong or ()]
    stored = sum(task.runs for task in tasks if not task.summary)
    done = wrong is not None
    if done:
        problems += _against_manifest(folder, spec, noted, stored)
    kept = [part for task in tasks for part in task.parts if part.path.startswith(f"{TABLES}/")]
    return Status(
        title=spec.title,
        points=len(spec.rows),
        replicates=spec.replicates,
        planned=spec.runs,
        stored=stored,
        failed=sum(task.failed for task in tasks),
        parts=len(kept),
        bytes=sum(part.size for part in kept),
        held=held,
        done=done,
        problems=tuple(problems),
    )


def _strangers(folder: Path, tasks: list[Done]) -> list[str]:
    """Name the files of tables that nobody recorded: they would be read as if they belonged."""
    known = {part.path for task in tasks for part in task.parts}
    found = (path for path in sorted((folder / TABLES).rglob("*")) if path.is_file())
    names = (path.relative_to(folder).as_posix() for path in found)
    return [f"{name}: was not recorded" for name in names if name not in known]


def _against_manifest(folder: Path, spec: Spec, noted: dict[int, Done], stored: int) -> list[str]:
    from ..results import manifest

    about = manifest.read(folder)
    problems = []
    if about["runs_stored"] != stored or about["runs_planned"] != spec.runs:
        problems.append(f"{MANIFEST}: counts other runs than are stored")
    if noted and about["tables_digest"] != tables_digest(digests(folder, noted, spec)):
        problems.append(f"{MANIFEST}: has another tables_digest than what is stored")
    for name, own in (("kernel", spec.kernel), ("precision", spec.precision)):
        if about.get(name, own) != own:
            problems.append(f"{MANIFEST}: names another {name} than the sweep was begun with")
    if any(own_files(folder, (SCRATCH,))):
        problems.append(f"{SCRATCH}: was left over")
    return problems


def _of_run(folder: Path) -> Status:
    results = Results(folder)
    about = results.manifest
    files = list((folder / TABLES).rglob("*.parquet"))
    return Status(
        title=str(about.get("title", "")),
        points=int(about.get("points", 1)),
        replicates=int(about.get("replicates", about["runs_planned"])),
        planned=int(about["runs_planned"]),
        stored=int(about["runs_stored"]),
        failed=int(about["runs_failed"]),
        parts=len(files),
        bytes=sum(path.stat().st_size for path in files),
        held=False,
        done=True,
        problems=tuple(results.verify()),
    )
