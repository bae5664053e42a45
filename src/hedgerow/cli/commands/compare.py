"""``hedgerow compare``: what differs between two scenarios or results."""

from pathlib import Path
from typing import Any

import click

from ...analysis.comparison import Side, compare_sides, stem_of
from ...runs.own import NONE, from_files
from ...scenario import Scenario
from ..options import (
    complete_scenario,
    out_option,
    parse_settings,
    quiet_option,
    runs_option,
    terminal_width,
    until_option,
    with_option,
    workers_option,
)
from ..place import Place
from ..printing import printed
from ..state import debug_option


@click.command("compare")
@click.argument("base", metavar="A", shell_complete=complete_scenario)
@click.argument("other", metavar="B", shell_complete=complete_scenario)
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="NAME",
    help="As in summary.csv: arms_orders:RUS, arms_orders (of all partners), choice:ES-11/1; may "
    "be given again [default: all].",
)
@click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CODE",
    help="Only this hedging country; may be given again [default: all that both have].",
)
@click.option(
    "--year",
    "years",
    multiple=True,
    type=int,
    metavar="YEAR",
    help="Show the largest changes of this year; may be given again [default: the last].",
)
@runs_option("Pairs of runs [default: 256, or those of a folder].")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**64 - 1),
    help="Seed of both [default: that of scenario A, else 0].",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change a number, switch or rule of scenario B (A stays as it is); may be given again.",
)
@until_option
@click.option(
    "--unpaired",
    is_flag=True,
    help="Take the runs of A and B as independent, from their summaries alone: wider intervals, "
    "for results with different seeds or without single runs.",
)
@workers_option
@out_option("New folder for comparison.csv and the figure [default: results/compare-A-B].")
@printed("tex")
@with_option
@quiet_option
@debug_option
def command(
    base: str,
    other: str,
    settings: tuple[str, ...],
    out: Path | None,
    files: tuple[str, ...],
    quiet: bool,
    **how: Any,
) -> int:
    """Compare two scenarios or results, run by run.

    A and B are each a scenario (a file, or the name of a shipped one) or a result folder. Run r of
    both draws the same random numbers, so that B less A is what the change does. A scenario beside
    a folder is run with the folder's seed, runs and years.

    hedgerow compare vietnam sanctions-enforced

    hedgerow compare vietnam vietnam --set terms.loyalty=false

    Countries and payoff terms of --with FILE.py play in B; measures of the file are taken in both.

    Prints the largest clear changes. The file has all measures of all years with 95 % intervals,
    the figure those that change most. The path of the folder is the last line printed.
    """
    sides = (Side.of(base), Side.of(other, parse_settings(settings)))
    own = NONE
    if files:
        if not isinstance(sides[1].source, Scenario):
            raise click.UsageError(f"--with is for a scenario B; {sides[1].name} is a result")
        own = from_files(files, sides[1].source)
    with Place(out, f"compare-{stem_of(base)}-{stem_of(other)}") as place:
        result = compare_sides(sides, **how, progress=not quiet, scratch=place.folder, own=own)
        result.save(place)
        words = "" if quiet else result.text(terminal_width(80))
    if not quiet:
        click.echo(f"{words}\n")
    click.echo(place.target)
    failed = zip(sides, result.failed, strict=True)
    return 3 if any(count and isinstance(side.source, Scenario) for side, count in failed) else 0
