"""The state of a call of the command line besides its options."""

from dataclasses import dataclass
from pathlib import Path

import click


@dataclass
class State:
    """The state of the call besides its options.

    Attributes:
        arguments: words of the command line after ``hedgerow``.
        debug: whether to show the traceback of an error.
        complete: the folder in which the command has written all of its result.
    """

    arguments: list[str]
    debug: bool = False
    complete: Path | None = None


def is_complete(folder: Path) -> None:
    """Note that the result of the command is complete in a folder, even if printing fails later."""
    context = click.get_current_context(silent=True)
    state = context and context.find_object(State)
    if state:
        state.complete = folder


def _set_debug(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    state = ctx.find_object(State)
    if value and state is not None:
        state.debug = True


debug_option = click.option(
    "--debug",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_set_debug,
    help="Show the traceback of an error.",
)
"""``--debug``, before the command or after it."""
