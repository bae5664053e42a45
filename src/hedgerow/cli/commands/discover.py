"""``hedgerow discover``: in which region of the parameters does something happen?"""

from pathlib import Path

import click

from ...analysis.discovery import discover
from ...analysis.saving import require_free
from ..options import country_option, folder_argument, out_option, quiet_option, terminal_width
from ..place import AnalysisPlace
from ..printing import printed
from ..state import debug_option


@click.command("discover")
@folder_argument
@click.option(
    "--where",
    "conditions",
    multiple=True,
    required=True,
    metavar="CONDITION",
    help='What to look for, in quotes: "hedging_index@2035 < 0.2". Given again, all must hold.',
)
@country_option
@click.option(
    "--path",
    "paths",
    multiple=True,
    metavar="PATH",
    help="Tell the region in this parameter; may be given again [default: what is swept; of a "
    "plain run, what is drawn].",
)
@click.option(
    "--cases",
    "kind",
    type=click.Choice(["runs", "points"]),
    help="A case is a run, or a point of which half of the runs or more are as looked for "
    "[default: runs where single runs are stored, else points].",
)
@click.option(
    "--density",
    type=click.FloatRange(0.0, 1.0, min_open=True),
    default=0.8,
    show_default=True,
    help="Share of the cases of a box that are to be as looked for.",
)
@click.option(
    "--boxes",
    "most",
    type=click.IntRange(1, 9),
    default=3,
    show_default=True,
    help="Boxes at most.",
)
@out_option("New folder for tables and figures [default: DIR/analysis/discover].")
@printed("tex")
@quiet_option
@debug_option
def command(
    folder: Path,
    conditions: tuple[str, ...],
    country: str | None,
    paths: tuple[str, ...],
    kind: str | None,
    density: float,
    most: int,
    out: Path | None,
    quiet: bool,
) -> None:
    """Find the region of parameters in which something happens.

    DIR is a finished sweep or a plain run. PRIM looks for boxes, ranges of a few parameters, that
    hold most of the cases as looked for (coverage) and few others (density). In which region does
    the bamboo break?

    \b
    hedgerow discover my-sweep --where "event:hedging_broken"
    hedgerow discover my-sweep --where "hedging_index@2035 < 0.2"
    hedgerow discover my-sweep --where "alignment_index@2035 outside band"

    A condition compares a measure with <, <=, >, >=, = or with a range (inside 45..55, outside
    45..55), or names an event or choice that happens, in a year, in years (@2020..2030) or ever;
    "not" before it turns it round. The path of the folder is the last line printed.
    """
    require_free(folder, out)
    found = discover(folder, conditions, country, paths, kind, density, most)
    with AnalysisPlace(folder, found.stem, out) as place:
        found.save(place)
    if not quiet:
        click.echo(found.text(terminal_width(80)))
        click.echo()
    click.echo(place.target)
