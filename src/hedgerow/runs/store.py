"""The folder of a sweep at work: gives finished parts their names, and finds damaged ones.

Only files with names that hedgerow uses are ever deleted, and links are not followed.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from ..errors import Held, SweepRefused, Unseen
from ..results import ResultError, manifest
from ..results.checksums import changed, checksum
from ..results.folder import left_behind, links, require_no_links
from ..results.layout import JOURNAL, MANIFEST, SCRATCH, STAGING, TABLES, cannot_write, is_own
from ..results.lock import Lock
from . import scratch
from .journal import Journal, lines, require_fit
from .spec import SWEEP, Spec, read
from .work import Done, Part

_SESSION = re.compile(r"[0-9a-f]{12}")

Gap = tuple[int, int]
"""The units from the first up to, but not including, the last."""


def sound(folder: Path, part: Part) -> bool:
    """Whether a part is there as it was written; a link is not."""
    path = folder / part.path
    if path.is_symlink():
        return False
    try:
        return path.stat().st_size == part.size and checksum(path) == part.sha256
    except OSError:
        return False


def bad_parts(folder: Path, done: Done, spec: Spec, summarised: set[int]) -> list[Part]:
    """Return the parts of a task that are missing or were changed.

    Parts that were needed only for the summary of a point may be missing once it is summarised.
    """
    return [
        part
        for part in done.parts
        if not (part.path.startswith(f"{SCRATCH}/") and _point(part) in summarised)
        and not sound(folder, part)
    ]


def _point(part: Part) -> int:
    return int(part.path.removeprefix(f"{SCRATCH}/").partition("-")[0])


def vouched(folder: Path) -> list[str] | None:
    """Return the files, other than tables, that are not as the manifest says; None without one.

    Figures and analyses, which later commands add, are not checked.
    """
    try:
        about = manifest.read(folder)
    except ResultError:
        return None
    wrong = [MANIFEST] if manifest.wrong(about, folder) else []
    return wrong + list(changed(folder, manifest.own(about)))


def own_files(folder: Path, tops: Iterable[str]) -> Iterator[str]:
    """Yield the paths of files with names that hedgerow uses, relative to the folder; no links.

    Args:
        folder: the folder of the sweep.
        tops: which of its subfolders to look in.
    """
    for top in tops:
        root = folder / top
        for place, _, names in () if root.is_symlink() else root.walk():  # `walk` follows no links
            for name in sorted(names):
                path = place / name
                relative = path.relative_to(folder).as_posix()
                if is_own(relative) and not path.is_symlink():
                    yield relative


def is_finished(folder: Path, spec: Spec) -> bool:
    """Whether a sweep has its manifest, and all is there as it was written. Changes nothing.

    What lies behind a link is not there.
    """
    if any(links(folder)) or vouched(folder) != []:
        return False
    try:
        done = lines(folder / JOURNAL)[0].values()
    except OSError:
        return False
    summarised = {task.first // spec.leaves for task in done if task.summary}
    if any(bad_parts(folder, task, spec, summarised) for task in done):
        return False
    known = {part.path for task in done for part in task.parts}
    units = sum(task.last - task.first for task in done if not task.summary)
    whole = units == spec.units and (spec.leaves == 1 or len(summarised) == len(spec.rows))
    return whole and known.issuperset(own_files(folder, (TABLES, SCRATCH)))


def _require_same(folder: Path, spec: Spec) -> None:
    """Check that the folder still holds the same sweep, now that its lock is taken.

    Raises:
        SweepRefused: it holds another sweep, or none.
    """
    try:
        same = read(folder) == spec
    except ResultError:
        same = False
    if not same:
        raise SweepRefused(
            f"{folder}: another command replaced the sweep, or changed its {SWEEP}, meanwhile; "
            "nothing of what lies there now was touched"
        )


class Store:
    """The folder of a sweep, held by this process alone.

    Attributes:
        lost_journal: whether there was no journal any more, so that nothing that is stored counts.
        unlisted: how many files of tables `repair` deleted because the journal lists no such file.

    Raises:
        SweepRefused: another process works on the sweep, or replaced it.
        OutputError: the folder cannot be written, or a part of it is a link.
    """

    def __init__(self, folder: Path, spec: Spec) -> None:
        self.folder = folder
        self.spec = spec
        require_no_links(folder)
        try:
            self._lock = Lock(folder)
        except Held as error:
            raise SweepRefused(str(error)) from None
        except OSError as error:
            raise cannot_write(folder, error) from error
        try:
            _require_same(folder, spec)
            left_behind(folder)
            self.lost_journal, self.unlisted = not (folder / JOURNAL).exists(), 0
            self.journal = Journal(folder)
            try:
                require_fit(folder, self.journal.done.values(), spec)
            except BaseException:
                self.journal.close()
                raise
        except BaseException:
            self._lock.release()
            raise
        self.stage = folder / STAGING / secrets.token_hex(6)
        self.extra: dict[str, str] = {}

    # what there is -----------------------------------------------------------------------------
    @property
    def summarised(self) -> set[int]:
        """Points that have their summary, of those with several leaves."""
        return {d.first // self.spec.leaves for d in self.journal.done.values() if d.summary}

    def gaps(self) -> list[Gap]:
        """Return the units that are not simulated yet."""
        done = sorted((d.first, d.last) for d in self.journal.done.values() if not d.summary)
        gaps, place = [], 0
        for first, last in [*done, (self.spec.units, self.spec.units)]:
            if first > place:
                gaps.append((place, first))
            place = max(place, last)
        return gaps

    def unsummarised(self) -> list[int]:
        """Return the points with several leaves that are simulated but not yet summarised."""
        if self.spec.leaves == 1:
            return []
        count = dict.fromkeys(range(len(self.spec.rows)), 0)
        for done in self.journal.done.values():
            if not done.summary:
                for unit in range(done.first, done.last):
                    count[unit // self.spec.leaves] += 1
        has = self.summarised
        return [p for p, units in count.items() if units == self.spec.leaves and p not in has]

    def stored(self) -> tuple[int, int]:
        """Return how many runs are stored, and how many of them failed."""
        done = [d for d in self.journal.done.values() if not d.summary]
        return sum(d.runs for d in done), sum(d.failed for d in done)

    # before work -------------------------------------------------------------------------------
    def repair(self) -> list[str]:
        """Drop tasks whose parts are missing or damaged, and delete files that belong to no task.

        Returns:
            The parts at fault.

        Raises:
            OSError: the folder cannot be written.
        """
        self._remove_stages()
        self.stage.mkdir(parents=True)
        faults: list[str] = []
        tasks = self.journal.done
        listed = {part.path for done in tasks.values() for part in done.parts}
        for number in [n for n, done in tasks.items() if done.summary]:
            self._look(number, set(), faults)
        # If the summary of a point is lost, its leaves must be simulated again: they were deleted.
        has = self.summarised
        for number in [n for n, done in tasks.items() if not done.summary]:
            self._look(number, has, faults)
        if self.gaps() or self.unsummarised() or vouched(self.folder) != []:
            self._keep_extra()
            (self.folder / MANIFEST).unlink(missing_ok=True)
        known = {part.path for done in tasks.values() for part in done.parts}
        for path in own_files(self.folder, (TABLES, SCRATCH)):
            if path not in known:
                (self.folder / path).unlink()
                self.unlisted += path not in listed and path.startswith(f"{TABLES}/")
        return faults

    def _keep_extra(self) -> None:
        """Keep the checksums of figures and analyses, which are not made again."""
        with suppress(ResultError):
            about = manifest.read(self.folder)
            self.extra = {} if manifest.wrong(about) else manifest.extra(about)

    def _look(self, number: int, summarised: set[int], faults: list[str]) -> None:
        bad = bad_parts(self.folder, self.journal.done[number], self.spec, summarised)
        if bad:
            faults += [part.path for part in bad if not part.path.startswith(f"{SCRATCH}/")]
            self.journal.drop(number)

    # while at work -----------------------------------------------------------------------------
    def add(self, done: Done) -> None:
        """Move the finished parts of a task to their final names, and note the task.

        Raises:
            OSError: the disk is full.
            Unseen: the parts are not where the worker wrote them.
        """
        folders, place = set(), self.stage / done.place
        if not place.is_dir():
            raise Unseen(
                f"{place}: is not here, though a worker wrote it; all workers need the same file "
                "system, or it was removed"
            )
        for part in done.parts:
            target = self.folder / part.path
            target.parent.mkdir(parents=True, exist_ok=True)
            (place / part.path).replace(target)
            folders.add(target.parent)
        shutil.rmtree(place, ignore_errors=True)
        for folder in folders:
            flush(folder)
        self.journal.add(done)
        if done.summary:
            point = done.first // self.spec.leaves
            for leaf in range(self.spec.leaves):
                for name in scratch.names_of(point, leaf):
                    (self.folder / SCRATCH / name).unlink(missing_ok=True)

    def clean(self) -> None:
        """Delete what was needed only until the summary, and what other sessions left."""
        self._remove_stages()
        if not self.gaps() and not self.unsummarised():
            for path in own_files(self.folder, (SCRATCH,)):
                (self.folder / path).unlink(missing_ok=True)
            with suppress(OSError):  # not there, or somebody put something in
                (self.folder / SCRATCH).rmdir()

    def _remove_stages(self) -> None:
        """Delete the staging folders of all sessions; no other session is at work now."""
        with suppress(OSError):
            for path in (self.folder / STAGING).iterdir():
                if _SESSION.fullmatch(path.name) and not path.is_symlink():
                    shutil.rmtree(path, ignore_errors=True)
            (self.folder / STAGING).rmdir()

    def close(self) -> None:
        """Release the lock of the folder."""
        shutil.rmtree(self.stage, ignore_errors=True)
        with suppress(OSError):  # not there, or somebody put something in
            (self.folder / STAGING).rmdir()
        self.journal.close()
        self._lock.release()


def flush(folder: Path) -> None:
    """Write the names in a folder to the disk, so that they survive a power cut, if possible."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(number)
    except OSError:
        pass
    finally:
        os.close(number)
