"""What can go wrong, by what it goes wrong with: every message says where, and what to do.

Every error that hedgerow raises on purpose is one of these, or a ``ValueError`` for an argument
that is out of its range. What a picture, a command or the model itself raises stands with them.
"""

import dis
import errno
import os
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scenario.knowledge import Hindsight
    from .scenario.problems import Problem


_ON_COMMAND_LINE = ContextVar("on_command_line", default=False)


@contextmanager
def on_command_line() -> Iterator[None]:
    """Let messages speak of options, as whoever typed a command knows them."""
    token = _ON_COMMAND_LINE.set(True)
    try:
        yield
    finally:
        _ON_COMMAND_LINE.reset(token)


def argument(name: str, option: str = "") -> str:
    """Return what a message calls an argument: its option where a command was typed.

    Args:
        name: what to write in Python, as ``"unpaired=True"``.
        option: what to write on the command line; ``--NAME`` by default.
    """
    return option or f"--{name}" if _ON_COMMAND_LINE.get() else name


class OutputError(ValueError):
    """A result folder cannot be written or replaced. The message names the place and a way out."""


class ResultError(ValueError):
    """A result folder cannot be read, or does not hold what was asked of it."""


class Damaged(ResultError):
    """A result folder is not as it was written: a file was changed, or is missing."""


class NoSweep(ValueError):
    """A sweep that cannot be made: the message says why, and what to do."""


class SweepRefused(ValueError):
    """A folder that this process may not work on now."""


class Stopped(RuntimeError):
    """A sweep that ended before its time; what is stored stays, and it can be resumed."""


class Unseen(RuntimeError):
    """A folder that not all who work on a sweep see as the same."""


class Failed(Stopped):
    """A sweep that was to stop at its first run that fails, and did."""


def how_to_resume(folder: Path) -> str:
    """Return the sentence that tells how to go on with a sweep."""
    return f"What is stored stays. Go on with: hedgerow resume {shlex.quote(str(folder))}"


class CalibrationError(ValueError):
    """A scenario, its targets or the sizes of a calibration do not fit: the message says why.

    Attributes:
        problems: where there are several reasons, each of them with its place.
    """

    subject = "the targets"

    def __init__(self, message: str, problems: Iterable["Problem"] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class NoBox(ValueError):
    """A region that cannot be looked for: the message says why, and what would do."""


class NoIndices(ValueError):
    """Indices that cannot be had from a design or its results: the message says what would do."""


class ExperimentError(ValueError):
    """An experiment that cannot be read, computed or drawn: the message names file and way out."""


class BadGame(ValueError):
    """A game that cannot be played, or a pick that its year does not have; it says why."""


class BadCode(BadGame):
    """A code of a game that is damaged, or of a game that is not this one's."""


class Refused(ValueError):
    """A request that cannot be answered as it stands.

    Attributes:
        parameter: name of the parameter at fault; empty where it is the request as a whole.
        expected: what would be right, in words.
    """

    def __init__(self, message: str, parameter: str = "", expected: str = "") -> None:
        super().__init__(message)
        self.parameter, self.expected = parameter, expected


class Busy(RuntimeError):
    """More is waiting than can be worked off; the client may ask again in a moment."""


class KernelMissing(ValueError):
    """A kernel that cannot be used here; the message says why, and what to do."""


class NotSoPrecise(ValueError):
    """A precision that a kernel does not calculate in; the message says what to do."""


class RunOver(RuntimeError):
    """A run was asked for a round that it cannot play: it is at its end, or an error stopped it."""


class NotInMenu(ValueError):
    """A country chose something that is not on the menu it was given."""


class CountryFileError(ValueError):
    """A file holds no country that can be loaded, or the country in it failed while it played."""


class WorkerLost(RuntimeError):
    """A worker process died, most often for want of memory."""


class Held(OutputError):
    """A folder that another process works in.

    Attributes:
        unsure: whether that process may be gone: it is of another machine.
    """

    unsure = False


class NoMap(ValueError):
    """A map that cannot be drawn: the message says why, and what to do."""


class RuleError(ValueError):
    """A rule cannot be read, or its facts do not give it a number."""


class EvidenceError(ValueError):
    """A seeds file says something it may not; the message names the file and the entry."""

    def __init__(self, file: str, entry: str, problem: str) -> None:
        super().__init__(f"{file}: {entry}: {problem}" if entry else f"{file}: {problem}")
        self.file = file
        self.entry = entry
        self.problem = problem


class NoAddress(ValueError):
    """There is no address to serve at; the message says why, and what to do."""


class ScenarioError(ValueError):
    """A scenario that cannot be used; `problems` holds every reason found."""

    def __init__(self, problems: Iterable["Problem"]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type, tuple["tuple[Problem, ...]"]]:
        return type(self), (self.problems,)


class NoPath(KeyError):
    """A path that a scenario does not have; the message names the closest that it has."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would show it in quotes


class TargetError(EvidenceError):
    """A file of targets that cannot be used; `problems` holds every reason found."""

    subject = "the targets"

    def __init__(self, problems: Iterable["Problem"]) -> None:
        self.problems = tuple(problems)
        text = "\n".join(map(str, self.problems))
        super().__init__(self.problems[0].file, "", text)
        self.args = (text,)  # every problem names the file itself

    def __reduce__(self) -> tuple[type, tuple[tuple["Problem", ...]]]:
        return type(self), (self.problems,)


class HindsightError(ValueError):
    """A command would know more than its cut allows; `hindsight` has the whole list."""

    def __init__(self, hindsight: "Hindsight") -> None:
        super().__init__(
            f"{hindsight.scenario} knows more than was known by the end of {hindsight.cut}\n"
            f"{hindsight.text()}\n"
            "Cite what was known by then, or say that a number is an assumption; leave out targets "
            "that numbers stand on, and draws that know too much. To go on as it is: "
            f"{argument('allow_hindsight=True', '--allow-hindsight')}, or allow_hindsight = true "
            "in an experiment; all output is then marked 'hindsight'."
        )
        self.hindsight = hindsight

    def __reduce__(self) -> tuple[type, "tuple[Hindsight]"]:
        return type(self), (self.hindsight,)


_DISK = {
    errno.ENOSPC: "the disk is full; free some space or choose another place with {out}",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another place with {out}",
    errno.EFBIG: "the file is larger than this system allows; try {keep} summary",
    errno.EROFS: "the place is read-only; choose another place with {out}",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EACCES: "permission denied; choose another place or change the permissions",
    errno.EPERM: "not permitted; choose another place or change the permissions",
}


def of_system(error: OSError) -> str:
    """Return what the operating system refused, where, and what to do about it."""
    reason = error.strerror or str(error)
    if error.errno in _DISK:
        out, keep = argument("out=", "--out"), argument("keep =", "--keep")
        reason = _DISK[error.errno].format(out=out, keep=keep)
    place = error.filename
    return f"{os.fspath(place)}: {reason}" if isinstance(place, (str, os.PathLike)) else reason


def why_not(error: Exception) -> str:
    """Return in a line why something that is not the result itself could not be done."""
    if isinstance(error, OSError):
        return of_system(error)
    if is_out_of_memory(error):
        return "out of memory"
    if is_deliberate(error):
        return str(error)
    return f"{type(error).__name__}: {error}"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, also while the system loaded a library."""
    return isinstance(error, MemoryError) or (
        isinstance(error, ImportError) and "failed to map segment" in str(error)
    )


def is_ours(error: BaseException) -> bool:
    """Whether the class of the error is one of hedgerow."""
    return type(error).__module__.partition(".")[0] == "hedgerow"


def is_deliberate(error: BaseException) -> bool:
    """Whether hedgerow raised this to tell the user something.

    True for the error classes of hedgerow, and for a ValueError that a ``raise`` statement of
    hedgerow itself threw; not for one that a library threw at hedgerow.
    """
    if is_ours(error):
        return True
    if not isinstance(error, ValueError) or not str(error):
        return False
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    name = trace.tb_frame.f_globals.get("__name__", "")
    opcode = trace.tb_frame.f_code.co_code[trace.tb_lasti]
    return name.partition(".")[0] == "hedgerow" and dis.opname[opcode] == "RAISE_VARARGS"
