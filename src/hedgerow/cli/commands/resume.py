"""``hedgerow resume``: go on with a sweep that was stopped."""

from pathlib import Path
from typing import Any

import click

from ..options import folder_argument
from ..state import debug_option
from ..workers import go, worker_options


@click.command("resume")
@folder_argument
@click.option(
    "--allow-version-change",
    is_flag=True,
    help="Go on with another version than the sweep was begun with; the manifest names all.",
)
@worker_options
@debug_option
def command(folder: Path, **workers: Any) -> int:
    """Go on with a sweep that was stopped.

    DIR is the result folder. What is stored is verified first; parts that are missing or damaged
    are computed anew. The result is that of a sweep that never stopped. A finished sweep is left
    as it is.
    """
    return go(lambda: folder, **workers)
