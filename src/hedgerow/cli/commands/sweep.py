"""``hedgerow sweep``: every point of a design, stored as it comes."""

import shlex
from pathlib import Path
from typing import Any

import click

from ...runs import prepare
from ...runs.own import from_files
from ...runs.settle import settled
from ...runs.size import size_of
from ...scenario import load
from ..consent import agree, yes_option
from ..options import (
    complete_scenario,
    draws_options,
    kernel_of,
    parse_settings,
    runs_option,
    storing_options,
    with_option,
)
from ..state import State, debug_option
from ..workers import go, worker_options


@click.command("sweep")
@click.argument("scenario", shell_complete=complete_scenario)
@runs_option("Replicates a point [default: the sweep's]")
@draws_options
@storing_options("summary")
@worker_options
@with_option
@yes_option
@debug_option
@click.pass_obj
def command(
    state: State,
    scenario: str,
    runs: int | None,
    seed: int | None,
    settings: tuple[str, ...],
    until: int | None,
    kernel: str | None,
    keep: str,
    out: Path | None,
    force: bool,
    files: tuple[str, ...],
    yes: bool,
    **workers: Any,
) -> int:
    """Run every point of the [sweep] of a scenario.

    SCENARIO is the path of a scenario file or the name of a shipped one; 'hedgerow plan' tells what
    its sweep would cost. Results are stored as they come: a sweep that stops, for whatever reason,
    goes on with 'hedgerow resume'. The path of the result folder is the last line printed.
    """
    asked, kernel = kernel, kernel_of(kernel)
    loaded = load(scenario, parse_settings(settings))
    own = from_files(files, loaded)
    if not yes:
        whole = settled(loaded, runs, seed, until)
        agree(size_of(whole, kernel, keep, out, workers["workers"], sweep=True))
    origin = shlex.join(["hedgerow", *state.arguments])

    def folder() -> Path:
        how = (asked if own.plays else kernel, keep, out, force, origin)
        return prepare(loaded, runs, seed, until, *how, own=own)

    return go(folder, **workers, own=own)
