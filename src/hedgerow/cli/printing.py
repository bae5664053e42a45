"""Options of figures for print: their formats, width, and whether titles are left off."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from click.core import ParameterSource

from .. import figures

USUAL = ("svg", "png")
"""Kinds of files that are written where none is asked for."""

FORMATS = (*USUAL, "pdf", "eps")
"""Kinds of files of figures, as `hedgerow.figures.style` writes them."""


def _formats(known: tuple[str, ...]) -> Callable[..., tuple[str, ...]]:
    def read(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
        names = [name.strip().lower() for text in value for name in text.split(",")]
        for name in names:
            if name not in known:
                why = "; the command writes no tables" if name == "tex" else ""
                raise click.BadParameter(f"{name!r} is none of {', '.join(known)}{why}")
        return tuple(dict.fromkeys(names)) or USUAL

    return read


def _width(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Return a width in inches."""
    if value is None:
        return None
    try:
        return figures.page.inches(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


_OPTIONS = {"formats": "--format", "width": "--width", "bare": "--bare"}


def given(*names: str) -> str:
    """Return the first option of figures, of those with these names, on the command line, or ""."""
    source = click.get_current_context().get_parameter_source
    for name, option in _OPTIONS.items():
        if name in (names or _OPTIONS) and source(name) is ParameterSource.COMMANDLINE:
            return option
    return ""


def printed(*tables: str, needs: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add ``--format``, ``--width`` and ``--bare`` to a command, which draws for such a page.

    Args:
        tables: formats of tables that the command also writes.
        needs: options between spaces, of which one makes the command draw; "" where it always does.
    """
    known = (*FORMATS, *tables)

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(
            *args: Any, formats: tuple[str, ...], width: float | None, bare: bool, **how: Any
        ) -> Any:
            places = needs.split()
            if given() and places and all(how[place.strip("-")] is None for place in places):
                options = " or ".join(places)
                raise click.UsageError(f"{given()} is for files; say with {options} where they go")
            with figures.page.page(width, bare, formats):
                return function(*args, **how)

        for option in (
            click.option(
                "--bare", is_flag=True, help="No titles; they are in the caption file NAME.txt."
            ),
            click.option(
                "--width",
                metavar="LENGTH",
                callback=_width,
                help="Width of figures, as 85mm, 8.5cm or 3.3in [default: each its own].",
            ),
            click.option(
                "--format",
                "formats",
                multiple=True,
                metavar="|".join(known),
                callback=_formats(known),
                help="Kind of file; may be given again, or as a list: svg,pdf [default: svg,png]",
            ),
        ):
            command = option(command)
        return command

    return add
