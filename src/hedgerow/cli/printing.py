"""Options of figures for print: their formats, width, and whether titles are left off."""

import re
from collections.abc import Callable
from typing import Any

import click

FORMATS = ("svg", "png", "pdf", "eps")
"""Kinds of files of figures, as `hedgerow.figures.style` writes them."""

USUAL = ("svg", "png")
"""Those that are written where none is asked for."""

_UNITS = {"mm": 1.0 / 25.4, "cm": 1.0 / 2.54, "in": 1.0}
_LEAST, _MOST = 60.0, 1000.0  # millimetres


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
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(mm|cm|in)\s*", value)
    if found is None:
        raise click.BadParameter(
            f"{value!r} is no width; write it with its unit: 85mm, 8.5cm, 3.3in"
        )
    inches = float(found[1]) * _UNITS[found[2]]
    if not _LEAST - 1e-6 <= 25.4 * inches <= _MOST + 1e-6:
        raise click.BadParameter(
            f"{value}: no figure can be so wide or narrow; ask for {_LEAST:.0f}mm to {_MOST:.0f}mm"
        )
    return inches


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
