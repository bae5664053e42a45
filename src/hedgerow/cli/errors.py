"""From an exception to a message on standard error and an exit code."""

import dis
import errno
import os
import sys
import traceback

import click

from ..files import plain

_DISK = {
    errno.ENOSPC: "the disk is full; free some space or choose another place with --out",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another place with --out",
    errno.EFBIG: "the file is larger than this system allows; try --keep summary",
    errno.EROFS: "the place is read-only; choose another place with --out",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EACCES: "permission denied; choose another place or change the permissions",
    errno.EPERM: "not permitted; choose another place or change the permissions",
}


def report(error: BaseException, debug: bool) -> int:
    """Print what went wrong to standard error and return the exit code.

    Bad input and usage: 2. An interrupt: 130. Anything that nobody foresaw: 1. A traceback is
    printed only with `debug`.
    """
    if debug and not isinstance(error, click.exceptions.Exit):
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, click.Abort) and isinstance(error.__cause__, EOFError):
        error = error.__cause__  # of some file: click takes it for the end of what is typed
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        # An interrupt that struck inside an exec of text stays noted in CPython, which would then
        # end by a signal and not with our exit code; another exec of text clears the note.
        exec("")
        _say("interrupted")
        return 130
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return 2
    if isinstance(error, click.ClickException):
        _say(_with_prefix(error.format_message()))
        if isinstance(error, click.UsageError) and error.ctx is not None:
            _say(f"Try '{error.ctx.command_path} --help'.")
        return 2
    if isinstance(error, MemoryError):
        _say("error: out of memory; use fewer --runs, fewer --workers or --keep summary")
        return 1
    if isinstance(error, OSError):
        _say(f"error: {of_system(error)}")
        return 2
    problems = getattr(error, "problems", None)
    if isinstance(problems, tuple) and problems:  # of a scenario: each names its own place
        for problem in problems:
            _say(str(problem))
        count = len(problems)
        where = getattr(error, "subject", "the scenario")
        _say(f"error: {count} problem{'s' if count > 1 else ''} in {where}; nothing was done")
        return 2
    if isinstance(error, RuntimeError) and _is_ours(error):
        _say(_with_prefix(str(error)))
        return 1
    if _is_deliberate(error):
        _say(_with_prefix(str(error)))
        return 2
    _say(
        f"error: unexpected {type(error).__name__}: {error}\n"
        "This is a fault of hedgerow, not of your input. Run the command again with --debug to "
        "see where it happened, and report it."
    )
    return 1


def _say(text: str) -> None:
    click.echo(plain(text), err=True)


def _with_prefix(text: str) -> str:
    return text if text.startswith("error:") else f"error: {text}"


def of_system(error: OSError) -> str:
    """Return what the operating system refused, where, and what to do about it."""
    reason = _DISK.get(error.errno or 0) or error.strerror or str(error)
    place = error.filename
    return f"{os.fspath(place)}: {reason}" if isinstance(place, (str, os.PathLike)) else reason


def why_not(error: Exception) -> str:
    """Return in a line why something that is not the result itself could not be done."""
    if isinstance(error, OSError):
        return of_system(error)
    if isinstance(error, MemoryError):
        return "out of memory"
    if _is_deliberate(error):
        return str(error)
    return f"{type(error).__name__}: {error}"


def _is_ours(error: BaseException) -> bool:
    """Whether the class of the error is one of hedgerow."""
    return type(error).__module__.partition(".")[0] == "hedgerow"


def _is_deliberate(error: BaseException) -> bool:
    """Whether hedgerow raised this to tell the user something.

    True for the error classes of hedgerow, and for a ValueError that a ``raise`` statement of
    hedgerow itself threw; not for one that a library threw at hedgerow.
    """
    if _is_ours(error):
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
