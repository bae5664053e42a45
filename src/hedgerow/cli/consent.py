"""Asks the user before a large job, or refuses it if there is no terminal to ask on."""

import sys
from typing import TYPE_CHECKING

import click

from ..progress import amount, duration

if TYPE_CHECKING:
    from ..runs.size import Size

yes_option = click.option(
    "--yes", is_flag=True, help="Start a job of days, or of more than the disk holds, unasked."
)
"""``--yes``."""


def agree(size: "Size") -> None:
    """Return if a job is not large, or if the user agrees to it.

    Raises:
        click.ClickException: the user does not agree, or cannot be asked.
    """
    if not size.is_large:
        return

    question = (
        f"{size.runs} runs would take about {duration(size.seconds)} and {amount(size.bytes)} of "
        f"the {amount(size.free)} that are free"
    )
    if sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty():
        if click.confirm(f"{question}. Go on?", default=False, err=True):
            return
        raise click.ClickException("nothing was done")
    raise click.ClickException(
        f"{question}; nothing was done. Ask for fewer --runs, a shorter --until or a smaller "
        "--keep, or go on with --yes"
    )
