"""Turns exceptions into messages on standard error and exit codes."""

import sys
import traceback

import click

from ..errors import is_deliberate, is_ours, is_out_of_memory, of_system, on_command_line
from ..files import plain
from .process import is_limited


def report(error: BaseException, debug: bool) -> int:
    """Print what went wrong to standard error and return the exit code.

    The exit code is 2 for bad input and usage, 130 for an interrupt, and 1 for an unexpected error.
    A traceback is printed only with `debug`.
    """
    if debug and not isinstance(error, click.exceptions.Exit):
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, click.Abort) and isinstance(error.__cause__, EOFError):
        error = error.__cause__  # from reading a file: click takes it for the end of typed input
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        # CPython remembers an interrupt inside an exec of text, and would then end with a signal
        # instead of this exit code. Another exec of text clears that.
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
    # C code that returns after a failed allocation without setting an error causes a SystemError.
    if is_out_of_memory(error) or (isinstance(error, SystemError) and is_limited()):
        _say("error: out of memory; use fewer --runs, fewer --workers or --keep summary")
        return 1
    if isinstance(error, OSError):
        with on_command_line():
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
    if isinstance(error, RuntimeError) and is_ours(error):
        _say(_with_prefix(str(error)))
        return 1
    if is_deliberate(error):
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
