"""``hedgerow discover``: in which region of the parameters does something happen?"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...analysis.discovery import boxes, cases, condition, telling
from ...figures import style
from ...figures.discovery import draw
from ..options import FOLDER, country_option, terminal_width
from ..state import debug_option
from ..text.analysis_files import AnalysisPlace, require_free, write_table
from ..text.discover import text

if TYPE_CHECKING:
    from ...analysis.discovery import Box, Cases


@click.command("discover")
@click.argument("folder", type=FOLDER, metavar="DIR")
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
@click.option(
    "--out",
    type=FOLDER,
    metavar="DIR",
    help="New folder for tables and figures [default: DIR/analysis/discover].",
)
@click.option("--quiet", is_flag=True, help="Print the path of the folder and nothing else.")
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
    found = cases(folder, [condition(one) for one in conditions], country, paths, kind)
    inputs = found.inputs if paths else telling(found.inputs, found.interest)
    regions = boxes(inputs, found.interest, density, most)
    with AnalysisPlace(folder, "discover", out) as place:
        _write(found, regions, place.folder)
        for number in range(len(regions)):
            style.save(
                draw(found, regions, number), place.folder, f"box-{number + 1}", ["svg", "png"]
            )
    if not quiet:
        click.echo(text(found, len(inputs), regions, density, max(terminal_width(), 80)))
        click.echo()
    click.echo(place.target)


def _write(cases: "Cases", regions: "list[Box]", folder: Path) -> None:
    """Write ``boxes.csv``, ``limits.csv`` and ``trajectory.csv``."""
    shares = ["coverage", "density", "mass", "restricted"]
    table: list[list[object]] = [
        ["box", "where", "country", "cases_are", "cases", "hits", *shares, "dropped"]
    ]
    limits: list[list[object]] = [
        ["box", "path", "low", "high", "labels", "least", "largest", "quasi_p_low", "quasi_p_high"]
    ]
    steps: list[list[object]] = [["box", "step", *shares, "taken"]]
    for number, box in enumerate(regions, 1):
        numbers = [getattr(box.final, name) for name in shares]
        where: list[object] = [number, cases.question, cases.country, cases.kind]
        table.append([*where, box.cases, box.hits, *numbers, " ".join(box.dropped)])
        for limit in box.limits:
            ends = [limit.low, limit.high, "; ".join(limit.kept), limit.least, limit.largest]
            limits.append([number, limit.path, *ends, limit.p_low, limit.p_high])
        for place, step in enumerate(box.steps):
            numbers = [getattr(step, name) for name in shares]
            steps.append([number, place, *numbers, int(place == box.taken)])
    write_table(folder / "boxes.csv", table)
    write_table(folder / "limits.csv", limits)
    write_table(folder / "trajectory.csv", steps)
