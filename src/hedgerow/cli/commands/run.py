"""``hedgerow run``: a scenario becomes a folder of tables and figures."""

import shlex
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...runs.ensemble import settle, store
from ...runs.own import from_files
from ...runs.size import size_of
from ...scenario import load
from ..consent import agree, yes_option
from ..errors import why_not
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
    workers_type,
)
from ..process import has_room_to_read
from ..rerun import again
from ..state import State, debug_option, is_complete
from ..text.run import report

if TYPE_CHECKING:
    from ...results import Results


@click.command("run")
@click.argument("scenario", required=False, shell_complete=complete_scenario)
@click.option("--runs", type=runs_type, help="Number of runs [default: the scenario's]")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**64 - 1),
    help="Seed of all random numbers [default: the scenario's, or a drawn one]",
)
@settings_option
@until_option
@click.option(
    "--workers",
    type=workers_type,
    help="Processes [default: one a core]; results do not depend on it.",
)
@kernel_option
@precision_option
@click.option(
    "--keep",
    type=click.Choice(["summary", "countries", "ties"]),
    default="ties",
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
@click.option("--no-figures", is_flag=True, help="Draw none; 'hedgerow plot' does it later.")
@click.option("--quiet", is_flag=True, help="Print the path of the result folder and nothing else.")
@click.option(
    "--rerun",
    metavar="DIR:RUN",
    help="Repeat one run of a result folder alone, writing nothing; --debug shows why it fails.",
)
@with_option
@yes_option
@debug_option
@click.pass_obj
def command(
    state: State,
    scenario: str | None,
    runs: int | None,
    seed: int | None,
    settings: tuple[str, ...],
    until: int | None,
    workers: int | None,
    kernel: str | None,
    precision: str,
    keep: str,
    out: Path | None,
    force: bool,
    no_figures: bool,
    quiet: bool,
    rerun: str | None,
    files: tuple[str, ...],
    yes: bool,
) -> int:
    """Run a scenario and draw its figures.

    SCENARIO is the path of a scenario file or the name of a shipped one. The path of the result
    folder is the last line printed.
    """
    if rerun is not None:
        if scenario is not None:
            raise click.UsageError("--rerun takes its scenario from DIR; name no other")
        return again(rerun, files)
    if scenario is None:
        raise click.UsageError("Missing argument 'SCENARIO'.")
    asked, kernel = kernel, kernel_of(kernel, precision)
    overrides = parse_settings(settings)

    settled = settle(load(scenario, overrides=overrides), runs, seed, until)
    own = from_files(files, settled)
    if not yes:
        agree(size_of(settled, kernel, keep, out, workers))
    results = store(
        settled,
        workers=workers,
        kernel=asked if own.countries else kernel,
        keep=keep,
        out=out,
        force=force,
        progress=not quiet,
        command=shlex.join(["hedgerow", *state.arguments]),
        precision=precision,
        countries=own.countries,
        measures=own.measures,
    )
    is_complete(results.path)
    if not no_figures and not quiet:
        click.echo("drawing figures", err=True)
    drawn = no_figures or _draw(results, state.debug)
    if not quiet and has_room_to_read():
        click.echo(report(results))
    click.echo(results.path)
    if not drawn:
        return 1
    return 3 if results.manifest["runs_failed"] else 0


def _draw(results: "Results", debug: bool) -> bool:
    """Draw all figures; where that fails say so, and keep the tables, which are complete."""
    try:
        if not has_room_to_read():
            raise MemoryError
        results.plot.all()
    except Exception as error:
        if debug:
            traceback.print_exception(error)
        why = why_not(error)
        click.echo(
            f"error: the tables are complete, but the figures could not be drawn: {why}\n"
            f"Draw them again with: hedgerow plot {shlex.quote(str(results.path))}",
            err=True,
        )
        return False
    return True
