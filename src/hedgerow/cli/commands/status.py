"""``hedgerow status``: what a result folder holds of what was planned, and whether it is whole."""

from pathlib import Path

import click

from ...errors import Damaged
from ...runs.inspection import status
from ..options import folder_argument
from ..state import debug_option


@click.command("status")
@folder_argument
@debug_option
def command(folder: Path) -> int:
    """Verify a result folder and tell how far it is.

    Every file is compared with its checksum, and the runs stored with the runs planned. The exit
    code is 0 if all is there and as it was written, and 1 if anything was changed, is missing or
    was added. What file managers leave (Thumbs.db, desktop.ini, .DS_Store) is named and no fault.
    """
    try:
        found = status(folder)
    except Damaged as error:
        click.echo(f"error: {error}", err=True)
        return 1
    click.echo(found.text())
    for problem in found.problems:
        click.echo(f"error: {folder}: {problem}", err=True)
    for note in found.notes:
        click.echo(f"note: {folder}: {note}", err=True)
    if verdict := found.verdict(folder):
        click.echo(verdict)
    return 0 if found.good else 1
