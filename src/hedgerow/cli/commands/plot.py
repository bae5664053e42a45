"""``hedgerow plot``: draw the figures of a result folder, all or some, again or elsewhere."""

from pathlib import Path

import click

from ...arguments import as_written
from ...figures.names import NAMES as FIGURES
from ...results import Results
from ...results.layout import SWEEP
from ...results.plots import draw_all
from ...runs.inspection import require_parts
from ..options import folder_argument, out_option
from ..printing import printed
from ..process import has_room_to_read
from ..state import debug_option


@click.command("plot")
@folder_argument
@click.option("--country", metavar="CODE", help="The country to draw [default: the first].")
@click.option(
    "--figure",
    "figures",
    multiple=True,
    type=click.Choice(FIGURES),
    help="Only this figure; may be given again.",
)
@out_option("Folder for the figures [default: figures in the result, by country if one is named].")
@printed()
@debug_option
def command(folder: Path, country: str | None, figures: tuple[str, ...], out: Path | None) -> None:
    """Draw the figures of a result folder again.

    DIR is a folder that "hedgerow run" wrote. The paths of the files are printed. Beside each
    figure lies NAME.txt, a caption that explains its terms and names its sources. At any width
    letters have 6 points or more; PDF and EPS hold their fonts (TrueType).
    """
    if not has_room_to_read():
        raise MemoryError

    results = Results(folder)
    # What figures need; if it cannot be read, say so before making folders.
    results.tables.require_whole()
    results.summary()
    if (folder / SWEEP).exists():
        require_parts(folder)
    if country is not None:
        known = results.manifest["countries"]
        country = as_written(country, known)
        if country not in known:
            raise click.UsageError(
                f"--country {country}: the result has no such country; it has {', '.join(known)}"
            )
    if out is None:
        out = results.path / "figures" / (country or "")
    names = tuple(dict.fromkeys(figures))
    for path in draw_all(results, out, country=country, names=names):
        click.echo(path)
