"""The names of the files and folders of a result."""

import errno
import os
import re
from pathlib import Path

from ..errors import OutputError
from ..figures.names import NAMES
from ..files import DATA, read_json
from .lock import LOCK, MANIFEST_LOCK, is_signed

MANIFEST = "manifest.json"
SCENARIO = "scenario.toml"
LOG = "log.txt"
SUMMARY = "summary.csv"
POINTS = "points.csv"
TABLES = "tables"
FIGURES = "figures"
ANALYSIS = "analysis"
SWEEP = "sweep.json"
JOURNAL = "journal.jsonl"
STAGING = ".staging"
SCRATCH = "scratch"
OURS = (
    *(SCENARIO, LOG, SUMMARY, POINTS, TABLES, FIGURES, ANALYSIS, SCRATCH, STAGING, JOURNAL),
    *(SWEEP, MANIFEST),
)
"""What hedgerow writes into a result folder; the manifest comes last, when all the rest is there.

`FIGURES` and `ANALYSIS` hold what later commands make of a result. A sweep has its description
`SWEEP` and its journal `JOURNAL`, has `STAGING` and `SCRATCH` until it is finished, and then
`POINTS`.
"""


_NAMES = ("runs", "countries", "ties", "choices", "events", "summary")


FOLDERS = tuple(f"{TABLES}/{name}" for name in _NAMES)


_DRAWS = r"parameters-[0-9a-f]{16}\.parquet"


_WRITTEN = "|".join(map(re.escape, (SCENARIO, LOG, SUMMARY, POINTS, SWEEP, MANIFEST)))


def _or_part_of(names: str) -> str:
    """Return a pattern for names, and for the temporary names that `parts.whole_file` gives."""
    return rf"({names}|\.({names})\.\d+)"


_OWN = re.compile(
    rf"{re.escape(LOCK)}|{re.escape(MANIFEST_LOCK)}|{_or_part_of(f'{_WRITTEN}|{_DRAWS}')}"
    rf"|({'|'.join(FOLDERS)})/{_or_part_of(r'part-[0-9]{12}[.]parquet')}"
    rf"|{SCRATCH}/{_or_part_of(r'[0-9]+-[0-9]+[.]np[yz]')}"
    rf"|{FIGURES}/([A-Za-z0-9_]+/)?({'|'.join(NAMES)})\.(svg|png|pdf|eps|txt)"
    rf"|{ANALYSIS}/((sensitivity|discover)(-[0-9]+)?"
    r"/(sensitivity|responses|pairs|boxes|limits|trajectory|box-[^/]*)|map-[^/]+/map-[^/]+)"
    r"\.(csv|tex|svg|png|pdf|eps|txt)"
)
"""Files below a result folder that are hedgerow's by their names; `OURS` has those at its top."""


_STAGED = re.compile(r"\.hedgerow-[0-9a-f]{12}")


STAGE = ".hedgerow-"
_WHY = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another folder",
    errno.EFBIG: "a file is larger than this system allows; keep less, or choose another folder",
    errno.EROFS: "the place is read-only; choose another folder",
    errno.EACCES: "permission denied; choose another folder or change the permissions",
    errno.EPERM: "not permitted; choose another folder or change the permissions",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another folder",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ELOOP: "a part of the path is a link; name the folder itself",
}


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Return the error that says why nothing can be written to `path`."""
    why = _WHY.get(error.errno or 0) or error.strerror or str(error)
    return OutputError(f"{path}: cannot write results: {why}")


def is_result(path: Path) -> bool:
    """Whether a folder holds a result of hedgerow, or an unfinished sweep."""
    for name, key in ((MANIFEST, "tables_digest"), (SWEEP, "rows")):
        try:
            about = read_json(path / name, DATA)
        except (OSError, ValueError):
            continue
        if isinstance(about, dict) and {key, "scenario_sha256"} <= about.keys():
            return True
    return False


def place_of(out: str | os.PathLike[str]) -> Path:
    """Return the path that a user gave, with ``~`` replaced by the home directory.

    Raises:
        OutputError: the path is empty or no text, or there is no such home directory.
        OSError: the current folder was deleted.
    """
    text = os.fsdecode(out)
    if not text:
        raise OutputError("the name of a folder is empty; name one, or '.' for the current folder")
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise OutputError(f"{text}: there is no such home directory; write it in full") from None
    whole = str(path.absolute())
    if "\0" in text or not _is_text(whole):
        shown = os.fsencode(whole).decode(errors="backslashreplace").replace("\0", "\\0")
        raise OutputError(f"{shown}: a name must be UTF-8, without NUL; choose another")
    return path


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_own(path: str) -> bool:
    """Whether a file has a name that hedgerow uses.

    Args:
        path: path relative to the result folder, with ``/``.
    """
    return path in _TOP or _OWN.fullmatch(path) is not None


def is_stage(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder with the name of a staging folder."""
    return is_stage_name(entry.name) and entry.is_dir(follow_symlinks=False)


def is_stage_name(name: str) -> bool:
    """Whether the last part of a path is the name of a staging folder."""
    return _STAGED.fullmatch(name.rpartition("/")[2]) is not None


def description_of(stage: Path) -> str:
    """Return in words what a staging folder is that a killed command left, and what to do."""
    if is_half_replaced(stage):
        return f"a replacement was broken off; {REPLACED} in it is the former"
    left = "was left by a command that was killed"
    removed = is_signed(stage) or (stage / REPLACED).exists()
    return f"{left}; the next that writes there removes it" if removed else f"{left}; delete it"


REPLACED = "replaced"
_TOP = tuple(name for name in OURS if "." in name and name != STAGING)


def is_half_replaced(stage: Path) -> bool:
    """Whether a staging folder holds both the new content and the former one."""
    old = stage / REPLACED
    try:
        there = {path.name for path in stage.iterdir()} - {LOCK, REPLACED}
        return bool(there) and old.is_dir() and any(old.iterdir())
    except OSError:
        return False
