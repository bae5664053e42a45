"""``hedgerow sensitivity``: which of the swept numbers matter, for which measure."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...analysis.sensitivities import analyse
from ...figures import style
from ...figures.sensitivities import pages
from ...progress import counting
from ..options import FOLDER, terminal_width
from ..state import debug_option
from ..text.analysis_files import AnalysisPlace, require_free, write_table
from ..text.sensitivity import text

if TYPE_CHECKING:
    from ...analysis.sensitivities import Sensitivity

_CHANCE = ("noise_share", "noise_is_bound")


@click.command("sensitivity")
@click.argument("folder", type=FOLDER, metavar="DIR")
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
@click.option(
    "--out",
    type=FOLDER,
    metavar="DIR",
    help="New folder for tables and figures [default: DIR/analysis/sensitivity].",
)
@click.option("--quiet", is_flag=True, help="Print the path of the folder and nothing else.")
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
    distributions. Beside the indices stands how much of the variance is chance. The path of the
    folder is the last line printed.
    """
    require_free(folder, out)
    with counting("measure", quiet) as progress:
        result = analyse(folder, measures, countries, years, statistic, progress)
    with AnalysisPlace(folder, "sensitivity", out) as place:
        _write(result, place.folder)
        for name, figure in pages(result).items():
            style.save(figure, place.folder, name, ["svg", "png"])
    if not quiet:
        click.echo(text(result, max(terminal_width(), 80)))
        click.echo()
    for warning in result.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(place.target)


def _write(result: "Sensitivity", folder: Path) -> None:
    """Write ``sensitivity.csv``, ``responses.csv`` and, of second order, ``pairs.csv``."""
    names = list(result.findings[0].indices.columns)
    where: list[object] = ["measure", "country", "year"]
    paths: list[list[object]] = [[*where, "path", *names]]
    responses: list[list[object]] = [
        [*where, "statistic", "method", "points", "dropped", "mean", "sd", *_CHANCE]
    ]
    pairs: list[list[object]] = [[*where, "path", "other", "second", "second_low", "second_high"]]
    for finding in result.findings:
        where = [finding.measure, finding.country, finding.year]
        found = finding.indices
        paths += [
            [*where, path, *(float(found.columns[name][i]) for name in names)]
            for i, path in enumerate(found.paths)
        ]
        pairs += [[*where, p.first, p.second, p.value, p.low, p.high] for p in found.pairs]
        responses.append(
            [
                *(*where, result.statistic, found.method, int(found.used.sum()), finding.dropped),
                *(finding.mean, finding.sd, finding.noise.share, int(finding.noise.bound)),
            ]
        )
    write_table(folder / "sensitivity.csv", paths)
    write_table(folder / "responses.csv", responses)
    if len(pairs) > 1:
        write_table(folder / "pairs.csv", pairs)
