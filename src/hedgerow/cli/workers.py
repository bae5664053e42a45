"""The options of workers, and the running of sweeps, for ``sweep`` and ``resume``."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import Failed, how_to_resume
from ..results.report import sweep_report
from ..runs import Workers, resume
from ..runs.cluster import address, executor
from ..runs.own import NONE, Own
from .options import F, quiet_option, workers_option
from .state import is_complete

if TYPE_CHECKING:
    from ..results import Results


def worker_options(function: F) -> F:
    """Add the options of workers."""
    options = (
        workers_option,
        click.option(
            "--on",
            type=click.Choice(["local", "dask"]),
            default="local",
            show_default=True,
            help="Where to work: processes of this machine, or a Dask cluster.",
        ),
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            help="Of a Dask cluster: tcp://HOST:PORT, or file:PATH for the file that its scheduler "
            "wrote [default: a cluster of this machine's own]",
        ),
        click.option("--fail-fast", is_flag=True, help="Stop at the first run that fails."),
        quiet_option,
    )
    for option in reversed(options):
        function = option(function)
    return function


def go(
    folder: Callable[[], Path],
    workers: int | None,
    on: str,
    scheduler: str | None,
    fail_fast: bool,
    quiet: bool,
    allow_version_change: bool = False,
    own: Own = NONE,
) -> int:
    """Run a sweep and return the exit code; if it stops early, print how to resume it.

    Args:
        folder: a function that creates or returns the folder, called when all else is checked.
        workers, on, scheduler, fail_fast, quiet, allow_version_change: the options.
        own: countries and measures of ``--with``.
    """
    if scheduler is not None and on != "dask":
        raise click.UsageError("--scheduler is for --on dask")
    with executor(on, address(scheduler), workers) as given:
        place = folder()
        setting = Workers(
            processes=workers, executor=given, fail_fast=fail_fast, progress=not quiet
        )
        try:
            return _ended(resume(place, setting, allow_version_change, own), quiet)
        except KeyboardInterrupt:
            click.echo(f"\n{how_to_resume(place)}", err=True)
            raise
        except Failed as error:
            click.echo(str(error), err=True)
            return 3


def _ended(results: "Results", quiet: bool) -> int:
    """Print the report of a sweep, and return the exit code."""
    is_complete(results.path)
    words, failures = sweep_report(results)
    if not quiet:
        click.echo(words)
    for line in failures:
        click.echo(line, err=True)
    click.echo(results.path)
    return 3 if results.manifest["runs_failed"] else 0
