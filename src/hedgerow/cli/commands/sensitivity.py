"""``hedgerow sensitivity``: which of the swept numbers matter, for which measure."""

from pathlib import Path

import click

from ...analysis.saving import require_free
from ...analysis.sensitivities import analyse
from ...progress import counting
from ..options import folder_argument, out_option, quiet_option, terminal_width
from ..place import AnalysisPlace
from ..printing import printed
from ..state import debug_option


@click.command("sensitivity")
@folder_argument
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="NAME",
    help='A measure of summary.csv, or "all"; may be given again [default: the alignment index, '
    "the hedging index and the main supplier's share of the arsenal, or what the sweep kept].",
)
@click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CODE",
    help="A hedging country; may be given again [default: all].",
)
@click.option(
    "--year",
    "years",
    multiple=True,
    type=int,
    metavar="YEAR",
    help="May be given again [default: the last].",
)
@click.option(
    "--statistic",
    type=click.Choice(["mean", "sd", "q05", "q50", "q95"]),
    default="mean",
    show_default=True,
    help="Of the runs of a point.",
)
@out_option("New folder for tables and figures [default: DIR/analysis/sensitivity].")
@printed("tex")
@quiet_option
@debug_option
def command(
    folder: Path,
    measures: tuple[str, ...],
    countries: tuple[str, ...],
    years: tuple[int, ...],
    statistic: str,
    out: Path | None,
    quiet: bool,
) -> None:
    """Tell which of the swept numbers matter, for which measure.

    DIR is a finished sweep. Its design decides the method: "saltelli" gives Sobol' indices,
    "morris" elementary effects, any other of 60 points or more PAWN: distances between
    distributions. DIR may also be a plain run of 60 runs or more: PAWN and rank correlations of
    the numbers that each run drew. Beside the indices stands how much of the variance is chance.
    The path of the folder is the last line printed.
    """
    require_free(folder, out)
    with counting("measure", quiet) as progress:
        result = analyse(folder, measures, countries, years, statistic, progress)
    with AnalysisPlace(folder, result.stem, out) as place:
        result.save(place)
    if not quiet:
        click.echo(result.text(terminal_width(80)))
        click.echo()
    for warning in result.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(place.target)
