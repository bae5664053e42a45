"""``hedgerow map``: a phase diagram over two axes of a sweep."""

import re
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...analysis.phase import phase
from ...figures import style
from ...figures.phase import pages
from ...results import Results
from ...scenario import ScenarioError
from ...scenario.wording import shown
from ..options import FOLDER, country_option, parse_settings
from ..state import debug_option
from ..text.analysis_files import AnalysisPlace, require_free, write_table

if TYPE_CHECKING:
    from ...analysis.phase import Phase


@click.command("map")
@click.argument("folder", type=FOLDER, metavar="DIR")
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
@click.option(
    "--out",
    type=FOLDER,
    metavar="DIR",
    help="New folder for table and figures [default: DIR/analysis/map-MEASURE-YEAR].",
)
@debug_option
def command(
    folder: Path,
    x: str,
    y: str,
    measure: str,
    year: int | None,
    country: str | None,
    slices: tuple[str, ...],
    against: str | None,
    out: Path | None,
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
    found = phase(Results(folder), x, y, measure, year, country, at, start)
    name = _name(found)
    with AnalysisPlace(folder, name, out) as place:
        write_table(place.folder / f"{name}.csv", _rows(found))
        if found.along:
            write_table(place.folder / f"{name}-critical.csv", _curves(found))
        for end, figure in pages(found).items():
            style.save(figure, place.folder, f"{name}{end}", ["svg", "png"])
    click.echo(text(found))
    click.echo(place.target)


def _slices(pairs: tuple[str, ...]) -> dict[str, Any]:
    try:
        return parse_settings(pairs)
    except (click.UsageError, ScenarioError) as error:
        told = str(error).replace("--set", "--at")
        raise click.UsageError(told.splitlines()[0]) from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(f"--against {text!r}: expected a number") from None


def _name(phase: "Phase") -> str:
    several = f"-{phase.country}" if len(phase.manifest["countries"]) > 1 else ""
    change = "-change" if phase.against is not None else ""
    measure = re.sub(r"[^A-Za-z0-9._]+", "-", phase.measure)
    return f"map-{measure}{several}-{phase.year}{change}"


def _rows(phase: "Phase") -> list[list[object]]:
    """Return the table as rows, whole numbers as such."""
    columns = [phase.table[name].tolist() for name in phase.table]
    return [list(phase.table), *map(list, zip(*columns, strict=True))]


def _curves(phase: "Phase") -> list[list[object]]:
    """Return the curves as rows; a rivalry that breaks nothing is ``inf``."""
    other = phase.y if phase.along == "x" else phase.x
    sliced = list(phase.panels[0].at)
    rows: list[list[object]] = [[*sliced, other.path, "q05", "q50", "q95", "never"]]
    for panel in phase.panels:
        curve = panel.curve
        if curve is not None:
            columns = (curve.low, curve.median, curve.high, curve.never)
            rows += [
                [*panel.at.values(), value, *(float(column[i]) for column in columns)]
                for i, value in enumerate(curve.at)
            ]
    return rows


def text(phase: "Phase") -> str:
    """Return what a map shows in a few lines."""
    table = phase.table
    about = phase.manifest
    place = about["countries"].get(phase.country, phase.country)
    runs = f"{about['replicates']} run{'s' if about['replicates'] > 1 else ''} each"
    lines = [f"{place} in {phase.year}: {phase.words}, {len(table)} points, {runs}"]
    low, high, spread = table["mean"].min(), table["mean"].max(), table["sd"].max()
    sd = f"; sd across runs up to {spread:.3g}" if spread == spread else ""
    lines.append(f"mean                {low:.3g} to {high:.3g}{sd}")
    if phase.against is not None:
        sign = phase.sign()
        moved = table[phase.x.path] != phase.x.find(phase.against)
        lines.append(
            f"change              rose at {(sign > 0).sum()} points, fell at {(sign < 0).sum()}, "
            f"open at {((sign == 0) & moved).sum()}"
        )
    if phase.band:
        inside = (table["in_band"] >= 0.5).sum()
        lines.append(
            f"hedger's band       half of the runs or more at {inside} points; open at "
            f"{phase.undecided().sum()}"
        )
    for panel in phase.panels:
        if panel.curve is not None:
            lines.append(f"critical rivalry    {_told(phase, panel)}")
    return "\n".join(lines)


def _told(phase: "Phase", panel: Any) -> str:
    """Return where a slice breaks, at both ends of the other axis."""
    other = phase.y if phase.along == "x" else phase.x
    curve = panel.curve
    ends = (0, -1) if len(curve.at) > 1 else (0,)
    parts = [f"{_rivalry(curve.median[i])} where {other.path} = {shown(curve.at[i])}" for i in ends]
    at = ", ".join(f"{path} = {shown(value)}" for path, value in panel.at.items())
    return ", ".join(parts) + (f" ({at})" if at else "")


def _rivalry(value: float) -> str:
    return f"{value:.3g}" if isfinite(value) else "none"
