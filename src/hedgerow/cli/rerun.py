"""``hedgerow run --rerun DIR:RUN``: one run of a result again, alone."""

from pathlib import Path

import click
import numpy as np

from ..results import ResultError
from ..runs.rerun import rerun
from ..scenario import ScenarioError


def again(text: str) -> int:
    """Repeat a run, say what it did, and return the exit code: 3 where it fails."""
    folder, colon, number = text.rpartition(":")
    if not colon or not folder or not number.isdigit():
        raise click.UsageError(f"--rerun {text}: expected DIR:RUN, as in results/NAME-HASH8:12")

    context = click.get_current_context()
    debug = context.obj is not None and context.obj.debug
    try:
        with np.errstate(all="warn" if debug else "ignore"):
            found = rerun(Path(folder), int(number))
    except (ResultError, ScenarioError):
        raise
    except Exception as error:
        if debug:
            raise
        click.echo(f"run {number} failed: {type(error).__name__}: {error}", err=True)
        return 3
    click.echo(f"run {found.run}: point {found.point}, replicate {found.replicate}")
    for path, value in found.changes.items():
        click.echo(f"  {path} = {value}")
    if found.record is None:
        click.echo(f"run {found.run} failed: {found.reason}", err=True)
        return 3
    click.echo(found.text())
    return 0
