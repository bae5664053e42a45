"""The exceptions of hedgerow, and how their messages are worded.

Every message says what is wrong, where, and what to do about it.

Every error that hedgerow raises on purpose is one of these, or a ``ValueError`` for an argument
that is out of its range. A few exceptions of the model, of figures and of commands are defined
beside the code that raises them.
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
    """Within this ``with`` block, messages name options of commands, not arguments of Python."""
    token = _ON_COMMAND_LINE.set(True)
    try:
        yield
    finally:
        _ON_COMMAND_LINE.reset(token)


def argument(name: str, option: str = "") -> str:
    """Return how a message writes an argument: as an option if a command was typed.

    Args:
        name: how to write it in Python, for example ``"unpaired=True"``.
        option: how to write it on the command line; ``--NAME`` by default.
    """
    return option or f"--{name}" if _ON_COMMAND_LINE.get() else name


class WrongType(TypeError, ValueError):
    """An argument has the wrong type. The message names it, and says what was expected."""


class OutputError(ValueError):
    """A result folder cannot be written or replaced. The message names it and says what to do."""


class ResultError(ValueError):
    """A result folder cannot be read, or does not hold what was asked for."""


class NoMeasure(ResultError):
    """The summary of a result has no measure of this name."""


class Damaged(ResultError):
    """A file of a result folder was changed after it was written, or is missing."""


class NoSweep(ValueError):
    """A sweep cannot be made. The message says why, and what to do."""


class SweepRefused(ValueError):
    """A sweep may not be continued now: it is in use, or was begun with other code or countries."""


class Stopped(RuntimeError):
    """A sweep ended early. What is stored stays stored, and the sweep can be resumed."""


class Unseen(RuntimeError):
    """A worker does not see the folder of the sweep: the two share no file system."""


class Failed(Stopped):
    """A run of a sweep failed, and the sweep was asked to stop at the first failure."""


def how_to_resume(folder: Path) -> str:
    """Return the sentence that says how to resume a sweep."""
    return f"What is stored stays. Go on with: hedgerow resume {shlex.quote(str(folder))}"


class CalibrationError(ValueError):
    """A calibration is not possible with this scenario, these targets or these sizes.

    Attributes:
        problems: all problems found, each with its place in a file; empty if the message is all.
    """

    subject = "the targets"

    def __init__(self, message: str, problems: Iterable["Problem"] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class EstimationError(ValueError):
    """An estimation is not possible with this part of the panel. The message says why."""


class NoBox(ValueError):
    """No region can be searched for in these results. The message says why, and what to do."""


class NoIndices(ValueError):
    """Sensitivity indices cannot be computed from a design or its results."""


class ExperimentError(ValueError):
    """An experiment cannot be read, computed or drawn. The message names its file."""


class BadGame(ValueError):
    """A game cannot be played, or a year of it does not offer the move that was picked."""


class BadCode(BadGame):
    """The code of a saved game is damaged, or belongs to another game."""


class Refused(ValueError):
    """A request to the web server cannot be answered as it stands.

    Attributes:
        parameter: name of the parameter at fault; empty if the request as a whole is wrong.
        expected: what would be right, in words.
    """

    def __init__(self, message: str, parameter: str = "", expected: str = "") -> None:
        super().__init__(message)
        self.parameter, self.expected = parameter, expected


class Busy(RuntimeError):
    """Too many requests are waiting. The client may ask again in a moment."""


class KernelMissing(ValueError):
    """A kernel cannot be used here. The message says why, and what to do."""


class RunOver(RuntimeError):
    """A run cannot play another round: it is at its end, or an error stopped it."""


class NotInMenu(ValueError):
    """A country chose a move that its menu does not have, or that is forbidden."""


class CountryFileError(ValueError):
    """A file or entry point of one's own cannot be loaded, or what it holds failed in a run."""


class WorkerLost(RuntimeError):
    """A worker process died, most often for want of memory."""


class Held(OutputError):
    """Another process works in the folder.

    Attributes:
        unsure: True if that process runs on another machine, so that it may be gone by now.
    """

    unsure = False


class NoMap(ValueError):
    """A map cannot be drawn. The message says why, and what to do."""


class RuleError(ValueError):
    """The rule that derives a number from facts cannot be read, or its facts give no number."""


class EvidenceError(ValueError):
    """A file of evidence is wrong. The message names the file and the entry."""

    def __init__(self, file: str, entry: str, problem: str) -> None:
        super().__init__(f"{file}: {entry}: {problem}" if entry else f"{file}: {problem}")
        self.file = file
        self.entry = entry
        self.problem = problem


class NoAddress(ValueError):
    """The server finds no address to listen at. The message says why, and what to do."""


class ScenarioError(ValueError):
    """A scenario cannot be used; `problems` holds every problem found."""

    def __init__(self, problems: Iterable["Problem"]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type, tuple["tuple[Problem, ...]"]]:
        return type(self), (self.problems,)


class NoPath(KeyError):
    """A scenario does not have this path. The message names the closest that it has."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would show it in quotes


class NoState(ValueError):
    """No state of the panel that hedges has this code. The message names the nearest."""


class TargetError(EvidenceError):
    """A file of targets cannot be used; `problems` holds every problem found."""

    subject = "the targets"

    def __init__(self, problems: Iterable["Problem"]) -> None:
        self.problems = tuple(problems)
        text = "\n".join(map(str, self.problems))
        super().__init__(self.problems[0].file, "", text)
        self.args = (text,)  # every problem names the file itself

    def __reduce__(self) -> tuple[type, tuple[tuple["Problem", ...]]]:
        return type(self), (self.problems,)


class PanelError(EvidenceError):
    """Tables of the panel are not what its dictionary says; `problems` lists every fault."""

    subject = "the panel"

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        text = "\n".join(self.problems)
        super().__init__("panel", "", text)
        self.args = (text,)  # every problem names its file itself

    def __reduce__(self) -> tuple[type, tuple[tuple[str, ...]]]:
        return type(self), (self.problems,)


class NewError(ValueError):
    """No scenario of a state can be made from what was asked for. The message says what to do."""


class UnknownState(ValueError):
    """No state has this name or number, or none in that year. The message names what is closest."""


class DataError(ValueError):
    """A file of data cannot be imported. The message names file and line, and says what to do."""


class HindsightError(ValueError):
    """A command would use knowledge from after its cut-off year; `hindsight` lists all of it."""

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
    """Return in words what the operating system refused, where, and what to do about it."""
    reason = error.strerror or str(error)
    if error.errno in _DISK:
        out, keep = argument("out=", "--out"), argument("keep =", "--keep")
        reason = _DISK[error.errno].format(out=out, keep=keep)
    place = error.filename
    return f"{os.fspath(place)}: {reason}" if isinstance(place, (str, os.PathLike)) else reason


def why_not(error: Exception) -> str:
    """Return in one line why a side product of a result, such as a figure, failed."""
    if isinstance(error, OSError):
        return of_system(error)
    if is_out_of_memory(error):
        return "out of memory"
    if is_deliberate(error):
        return str(error)
    return f"{type(error).__name__}: {error}"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, including while the system loaded a library."""
    return isinstance(error, MemoryError) or (
        isinstance(error, ImportError) and "failed to map segment" in str(error)
    )


def is_ours(error: BaseException) -> bool:
    """Whether the class of the error is defined in hedgerow."""
    return type(error).__module__.partition(".")[0] == "hedgerow"


def is_deliberate(error: BaseException) -> bool:
    """Whether hedgerow raised this to tell the user something.

    True for the error classes of hedgerow, and for a ValueError raised by a ``raise`` statement in
    hedgerow's own code; not for one that a library raised.
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


def how(*extras: str) -> str:
    """Return how to install the libraries of some extras of ``pyproject.toml``.

    Hedgerow is on no package index, so the command names a clone.
    """
    return f'in a clone of hedgerow: python3 -m pip install ".[{",".join(extras)}]"'
