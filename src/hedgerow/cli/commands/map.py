"""``hedgerow map``: a phase diagram over two axes of a sweep."""

from pathlib import Path
from typing import Any

import click

from ...analysis.phase import phase
from ...analysis.saving import require_free
from ...results import Results
from ...scenario import ScenarioError
from ..options import country_option, folder_argument, out_option, parse_settings
from ..place import AnalysisPlace
from ..printing import printed
from ..state import debug_option


@click.command("map")
@folder_argument
@click.option("--x", required=True, metavar="PATH", help="A swept path, or its end.")
@click.option("--y", required=True, metavar="PATH", help="Another.")
@click.option("--measure", required=True, metavar="NAME", help="A measure of summary.csv.")
@click.option("--year", type=int, metavar="YEAR", help="[default: the last that the sweep kept]")
@country_option
@click.option(
    "--at",
    "slices",
    multiple=True,
    metavar="PATH=VALUE",
    help="Only points with this value of another swept path; may be given again [default: a panel "
    "for each of up to 9].",
)
@click.option(
    "--against",
    metavar="VALUE",
    help="Map the change from the points with this value of --x, and whether it is off 0.",
)
@out_option("New folder for table and figures [default: DIR/analysis/map-MEASURE-YEAR].")
@printed("tex")
@debug_option
def command(
    folder: Path, out: Path | None, slices: tuple[str, ...], against: str | None, **axes: Any
) -> None:
    """Draw a measure over two axes of a sweep.

    DIR is a finished sweep. The map shows the mean of runs at each design point and its spread
    across runs, the line along which half of the runs are in the hedger's band, and, where an axis
    is rivalry, at which rivalry balance between rivals breaks. The path of the folder is the last
    line printed.

    hedgerow map my-sweep --x intensity --y cross_pressure --measure hedging_index
    """
    at = _slices(slices)
    start = None if against is None else _number(against)
    require_free(folder, out)
    found = phase(Results(folder), at=at, against=start, **axes)
    with AnalysisPlace(folder, found.stem, out) as place:
        found.save(place)
    click.echo(found.text())
    click.echo(place.target)


def _slices(pairs: tuple[str, ...]) -> dict[str, Any]:
    try:
        return parse_settings(pairs)
    except (click.UsageError, ScenarioError) as error:
        message = str(error).replace("--set", "--at")
        raise click.UsageError(message.splitlines()[0]) from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(f"--against {text!r}: expected a number") from None
