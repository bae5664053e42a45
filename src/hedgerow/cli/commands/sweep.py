"""``hedgerow sweep``: every point of a design, stored as it comes."""

import shlex
from pathlib import Path

import click

from ...runs import prepare
from ...runs.own import from_files
from ...runs.settle import settled
from ...runs.size import size_of
from ...scenario import load
from ..consent import agree, yes_option
from ..options import (
    FOLDER,
    complete_scenario,
    kernel_of,
    kernel_option,
    parse_settings,
    precision_option,
    runs_type,
    settings_option,
    until_option,
    with_option,
)
from ..state import State, debug_option
from ..workers import crew_options, go


@click.command("sweep")
@click.argument("scenario", shell_complete=complete_scenario)
@click.option("--runs", type=runs_type, help="Replicates a point [default: the sweep's]")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**64 - 1),
    help="Seed of all random numbers [default: the scenario's, or a drawn one]",
)
@settings_option
@until_option
@kernel_option
@precision_option
@click.option(
    "--keep",
    type=click.Choice(["summary", "countries", "ties"]),
    default="summary",
    show_default=True,
    help="How much to store: summary alone, countries too, or all ties too.",
)
@click.option(
    "--out",
    type=FOLDER,
    metavar="DIR",
    help="Result folder [default: results/NAME-HASH8]",
)
@click.option("--force", is_flag=True, help="Replace a result that stands in the folder of --out.")
@crew_options
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
    precision: str,
    keep: str,
    out: Path | None,
    force: bool,
    workers: int | None,
    on: str,
    scheduler: str | None,
    fail_fast: bool,
    quiet: bool,
    files: tuple[str, ...],
    yes: bool,
) -> int:
    """Run every point of the [sweep] of a scenario.

    SCENARIO is the path of a scenario file or the name of a shipped one; 'hedgerow plan' tells what
    its sweep would cost. Results are stored as they come: a sweep that stops, for whatever reason,
    goes on with 'hedgerow resume'. The path of the result folder is the last line printed.
    """
    asked, kernel = kernel, kernel_of(kernel, precision)
    overrides = parse_settings(settings)

    loaded = load(scenario, overrides=overrides)
    own = from_files(files, loaded)
    if not yes:
        whole = settled(loaded, runs, seed, until)
        agree(size_of(whole, kernel, keep, out, workers, sweep=True))
    origin = shlex.join(["hedgerow", *state.arguments])

    def folder() -> Path:
        how = (asked if own.countries else kernel, keep, out, force, origin, precision)
        return prepare(loaded, runs, seed, until, *how, own=own)

    return go(folder, workers, on, scheduler, fail_fast, quiet, own=own)
