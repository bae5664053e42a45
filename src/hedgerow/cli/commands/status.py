"""``hedgerow status``: what a result folder holds of what was planned, and whether it is whole."""

import shlex
from pathlib import Path

import click

from ...errors import Damaged
from ...progress import amount
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
    share = 100 * found.stored / found.planned
    failed = f", {found.failed} failed" if found.failed else ""
    click.echo(found.title)
    click.echo(f"points      {found.points}, {found.replicates} runs each")
    click.echo(f"runs        {found.stored} of {found.planned} stored ({share:.0f} %){failed}")
    click.echo(f"parts       {found.parts}, {amount(found.bytes)}")
    if found.held:
        click.echo("a process works on it now")
    for problem in found.problems:
        click.echo(f"error: {folder}: {problem}", err=True)
    for note in found.notes:
        click.echo(f"note: {folder}: {note}", err=True)
    if found.good:
        known = "tables and summary as they were written; the rest cannot be told"
        click.echo(f"complete; {known}" if found.old else "complete and as it was written")
    elif not found.held:
        what = "damaged" if found.problems else "not complete"
        how = f"hedgerow resume {shlex.quote(str(folder))}"
        click.echo(f"{what}; go on with: {how}" if found.resumable else what)
    return 0 if found.good else 1
