"""Options of figures for print: their formats, width, and whether titles are left off."""

from collections.abc import Callable
from typing import Any

import click

USUAL = ("svg", "png")
"""Kinds of files that are written where none is asked for."""

FORMATS = (*USUAL, "pdf", "eps")
"""Kinds of files of figures, as `hedgerow.figures.style` writes them."""


def _formats(known: tuple[str, ...]) -> Callable[..., tuple[str, ...]]:
    def read(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
        names = [name.strip().lower() for text in value for name in text.split(",")]
        for name in names:
            if name not in known:
                raise click.BadParameter(f"{name!r} is none of {', '.join(known)}")
        return tuple(dict.fromkeys(names)) or USUAL

    return read


def _width(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Return a width in inches."""
    if value is None:
        return None
    from ..figures.page import inches  # it needs matplotlib

    try:
        return inches(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def options(*tables: str) -> Callable[[Any], Any]:
    """Add ``--format``, ``--width`` and ``--bare`` to a command.

    Args:
        tables: formats of tables that the command also writes.
    """
    known = (*FORMATS, *tables)

    def add(command: Any) -> Any:
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
