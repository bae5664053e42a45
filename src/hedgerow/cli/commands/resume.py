"""``hedgerow resume``: go on with a sweep that was stopped."""

from pathlib import Path

import click

from ...results.layout import SCENARIO
from ...runs.own import NONE, from_files
from ...scenario import load
from ..options import FOLDER, with_option
from ..state import debug_option
from ..workers import crew_options, go


@click.command("resume")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--allow-version-change",
    is_flag=True,
    help="Go on with another version than the sweep was begun with; the manifest names all.",
)
@with_option
@crew_options
@debug_option
def command(
    folder: Path,
    workers: int | None,
    on: str,
    scheduler: str | None,
    fail_fast: bool,
    quiet: bool,
    allow_version_change: bool,
    files: tuple[str, ...],
) -> int:
    """Go on with a sweep that was stopped.

    DIR is the result folder. What is stored is verified first; parts that are missing or damaged
    are computed anew. The result is that of a sweep that never stopped. A finished sweep is left
    as it is. One that was begun with --with FILE.py needs the same file again.
    """
    own = from_files(files, load(folder / SCENARIO)) if files else NONE
    how = (workers, on, scheduler, fail_fast, quiet, allow_version_change)
    return go(lambda: folder, *how, own=own)
