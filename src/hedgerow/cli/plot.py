"""``hedgerow plot``: draw the figures of a result folder, all or some, again or elsewhere."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..codes import as_written
from .options import debug_option

if TYPE_CHECKING:
    from ..results import Results

FIGURES = (
    "alignment",
    "alignment_overview",
    "arms",
    "tiers",
    "votes",
    "portfolio",
    "beliefs_threat",
)
"""Names of the figures, here so that help and completion need no matplotlib."""

FORMATS = ("svg", "png")


@click.command("plot")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--country", metavar="CODE", help="The country to draw [default: the first].")
@click.option(
    "--figure",
    "figures",
    multiple=True,
    type=click.Choice(FIGURES),
    help="Only this figure; may be given again.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the figures [default: figures in the result, by country if one is named].",
)
@debug_option
def command(folder: Path, country: str | None, figures: tuple[str, ...], out: Path | None) -> None:
    """Draw the figures of a result folder again.

    DIR is a folder that "hedgerow run" wrote. The paths of the files are printed.
    """
    from ..results import open_folder

    results = open_folder(folder)
    results.summary()  # what figures need; if it cannot be read, say so before making folders
    country = _country(results, country)
    if out is None:
        out = results.path / "figures"
        if country is not None:
            out /= country
    for path in _draw(results, out, country, figures):
        click.echo(path)


def _country(results: "Results", code: str | None) -> str | None:
    """Return the code as the result writes it, or raise a usage error."""
    if code is None:
        return None
    code = as_written(code, results.manifest["countries"])
    if code in results.manifest["countries"]:
        return code
    known = ", ".join(results.manifest["countries"])
    raise click.UsageError(f"--country {code}: the result has no such country; it has {known}")


def _draw(results: "Results", out: Path, country: str | None, names: tuple[str, ...]) -> list[Path]:
    """Draw the figures of `names`, or all, and return their files."""
    from ..figures import style
    from ..figures.all import FIGURES as DRAWINGS
    from ..figures.all import draw_all

    if not names:
        return draw_all(results, out, FORMATS, country)
    figures = [(name, DRAWINGS[name](results, country)) for name in dict.fromkeys(names)]
    out.mkdir(parents=True, exist_ok=True)
    return [path for name, figure in figures for path in style.save(figure, out, name, FORMATS)]
