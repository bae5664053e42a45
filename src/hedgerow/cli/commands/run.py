"""``hedgerow run``: a scenario becomes a folder of tables and figures."""

import shlex
import textwrap
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from ...errors import why_not
from ...results import ResultError
from ...results.layout import SCENARIO
from ...results.report import report
from ...runs.ensemble import settle, store
from ...runs.own import NONE, from_files
from ...runs.rerun import rerun as repeat
from ...runs.size import size_of
from ...scenario import ScenarioError, load
from ...scenario.made import is_from_panel
from ...scenario.why import why
from ..consent import agree, yes_option
from ..options import (
    complete_scenario,
    draws_options,
    kernel_of,
    parse_settings,
    quiet_option,
    runs_option,
    storing_options,
    with_option,
    workers_option,
)
from ..process import has_room_to_read
from ..state import State, debug_option, is_complete

if TYPE_CHECKING:
    from ...results import Results


@click.command("run")
@click.argument("scenario", required=False, shell_complete=complete_scenario)
@runs_option("Number of runs [default: the scenario's]")
@draws_options
@workers_option
@storing_options("ties")
@click.option("--no-figures", is_flag=True, help="Draw none; 'hedgerow plot' does it later.")
@quiet_option
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
    no_figures: bool,
    quiet: bool,
    rerun: str | None,
    files: tuple[str, ...],
    yes: bool,
    **how: Any,
) -> int:
    """Run a scenario and draw its figures.

    SCENARIO is the path of a scenario file, the name of a shipped one, or the code of a state of
    the panel, as "KAZ" ("hedgerow countries" lists them). The path of the result
    folder is the last line printed.
    """
    if rerun is not None:
        if scenario is not None:
            raise click.UsageError("--rerun takes its scenario from DIR; name no other")
        return _again(rerun, files, state.debug)
    if scenario is None:
        raise click.UsageError("Missing argument 'SCENARIO'.")
    kernel = kernel_of(how["kernel"])
    settled = settle(load(scenario, parse_settings(settings)), runs, seed, until)
    own = from_files(files, settled)
    if not yes:
        agree(size_of(settled, kernel, how["keep"], how["out"], how["workers"]))
    if not own.plays:
        how["kernel"] = kernel
    origin = shlex.join(["hedgerow", *state.arguments])
    how |= {"countries": own.countries, "measures": own.measures, "terms": own.terms}
    results = store(settled, progress=not quiet, command=origin, **how)
    is_complete(results.path)
    if not no_figures and not quiet:
        click.echo("drawing figures", err=True)
    drawn = no_figures or _draw(results, state.debug)
    if not quiet and has_room_to_read():
        click.echo(report(results))
        if is_from_panel(settled):
            words = f"{settled.name} is made from the panel: {why(settled).line()}."
            click.echo(textwrap.fill(f"{words} 'hedgerow check --why' lists them.", 97) + "\n")
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


def _again(text: str, files: tuple[str, ...], debug: bool) -> int:
    """Repeat a run, say what it did, and return the exit code: 3 where it fails."""
    folder, colon, number = text.rpartition(":")
    if not colon or not folder or not (number.isascii() and number.isdigit()):
        raise click.UsageError(f"--rerun {text}: expected DIR:RUN, as in results/NAME-HASH8:12")

    own = from_files(files, load(Path(folder, SCENARIO))) if files else NONE
    try:
        with np.errstate(all="warn" if debug else "ignore"):
            found = repeat(Path(folder), int(number), own)
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
