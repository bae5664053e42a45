"""The command ``hedgerow``: its commands by name, its exit codes, and the handling of errors.

Exit codes: 0 done; 1 a check failed, or an unexpected error; 2 bad input or usage, with nothing
written; 3 finished, but some runs failed; 130 interrupted.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from keyword import iskeyword
from typing import Any

import click

from ..errors import on_command_line
from .errors import report
from .process import Unwritable, plain_warnings, prepare
from .state import State, debug_option

COMMANDS = {
    "run": "Run a scenario and draw its figures.",
    "check": "Report every problem of a scenario file at once.",
    "scenarios": "List the shipped scenarios, print one or copy one.",
    "countries": "List the states of the panel, and what is known of each.",
    "new": "Write the scenario of a state, to be changed.",
    "evidence": "List the facts of the articles and the sources of numbers.",
    "import": "Turn what you downloaded into tables in the columns of the panel.",
    "tournament": "Let every strategy play one country under common random numbers.",
    "compare": "Compare two scenarios or results, run by run.",
    "estimate": "Fit habits to the panel of many states.",
    "calibrate": "Calibrate a scenario on what is on record.",
    "forecast": "Tell how likely each event is by the end of each year.",
    "score": "Score a scenario on what it was not fitted to.",
    "explain": "Explain the menus of one moment of one run.",
    "play": "Play a country: one pick a year, against powers that react.",
    "serve": "Open the classroom: one page in the browser, for you or for a class.",
    "plot": "Draw the figures of a result folder again.",
    "plan": "Tell the points, runs, time and disk of a sweep.",
    "sweep": "Run every point of the [sweep] of a scenario.",
    "resume": "Go on with a sweep that was stopped.",
    "status": "Verify a result folder and tell how far it is.",
    "sensitivity": "Tell which of the swept numbers matter, for which measure.",
    "map": "Draw a measure over two axes of a sweep.",
    "discover": "Find the region of parameters in which something happens.",
    "reproduce": "Compute the published figures anew and compare their numbers.",
}
"""Command names and their help in a line; ``hedgerow.cli.commands.NAME`` defines ``command``."""

_EPILOG = """\b
Completion of commands, options and scenario names, for this shell:
  bash  eval "$(_HEDGEROW_COMPLETE=bash_source hedgerow)"
  zsh   eval "$(_HEDGEROW_COMPLETE=zsh_source hedgerow)"
  fish  _HEDGEROW_COMPLETE=fish_source hedgerow | source
"""


_NAME = 13  # letters of the longest name that --verbose prints


class LazyGroup(click.Group):
    """A group that knows its commands by name, and imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = import_module(f"hedgerow.cli.commands.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [
            CompletionItem(name, help=text)
            for name, text in COMMANDS.items()
            if name.startswith(incomplete)
        ]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(name, COMMANDS, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Commands: {', '.join(COMMANDS)}."
            ctx.fail(f"No such command {name!r}. {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever read the output (head, less) has seen enough: that is no error.
            _silence_stdout()
            return 0


def _verbose(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta[__name__] = value


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    verbose = ctx.meta.get(__name__, False)
    if ctx.resilient_parsing:
        return
    if value:
        from importlib.metadata import version

        click.echo(f"hedgerow {version('hedgerow')}")
        if verbose:
            _tell_all()
        ctx.exit()
    if verbose:
        raise click.UsageError("--verbose goes with --version and with nothing else.", ctx)


def _tell_all() -> None:
    """Print the entries of a manifest on software and machine."""
    from ..results.manifest import surroundings

    found = surroundings()
    facts = {**found, **found["libraries"], "cpu_features": " ".join(found["cpu_features"])}
    for name, value in facts.items():
        if name not in ("version", "libraries"):
            click.echo(f"{name:{_NAME}} {value}")


@click.group(
    cls=LazyGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--verbose",
    is_flag=True,
    is_eager=True,  # so that --version knows it, whichever comes first
    expose_value=False,
    callback=_verbose,
    help="With --version: also its commit, the digests of its code, Python, libraries, processor.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    callback=_version,
    help="Print the version and stop.",
)
@debug_option
def root() -> None:
    """How states hedge between great powers: a simulation of bamboo diplomacy.

    A scenario is named by the path of its file or, for a shipped one, by its name. Start with
    "hedgerow scenarios" and "hedgerow run vietnam".
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``hedgerow`` with `arguments` (default: those of the process); return the exit code."""
    prepare()
    state = State(list(sys.argv[1:] if arguments is None else arguments))
    try:
        _require_text(state.arguments)
        with _stopped_by_signals(), plain_warnings(), on_command_line():
            result = root.main(
                list(state.arguments), prog_name="hedgerow", standalone_mode=False, obj=state
            )
        with contextlib.suppress(ValueError):  # closed by a reader that went away
            sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
        return 0
    except Unwritable as error:
        _silence_stdout()
        whole = f"; the result is complete in {state.complete}" if state.complete else ""
        return report(Unwritable(f"{error}{whole}"), debug=state.debug)
    except (Exception, KeyboardInterrupt) as error:
        return report(error, debug=state.debug)
    return result if isinstance(result, int) else 0


def _require_text(arguments: Sequence[str]) -> None:
    """Refuse names of files that are not UTF-8, which no manifest or table could hold."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(argument).decode(errors="backslashreplace")
            raise click.UsageError(
                f"{shown}: not UTF-8; rename the file or folder, or write the text in UTF-8"
            ) from None


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Treat requests to end (kill, a closed terminal) like Ctrl-C: stop and clean up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _silence_stdout() -> None:
    """Redirect standard output to nowhere, so that Python's last flush cannot fail."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
