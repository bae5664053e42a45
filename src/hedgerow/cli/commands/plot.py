"""``hedgerow plot``: draw the figures of a result folder, all or some, again or elsewhere."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...arguments import as_written
from ...figures.names import NAMES as FIGURES
from ...results import Results
from ...results.layout import SWEEP
from ...results.plots import draw_all
from ...runs.inspection import require_parts
from ..options import FOLDER
from ..printing import options
from ..process import has_room_to_read
from ..state import debug_option

if TYPE_CHECKING:
    from ...results import Results


@click.command("plot")
@click.argument("folder", type=FOLDER, metavar="DIR")
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
    type=FOLDER,
    metavar="DIR",
    help="Folder for the figures [default: figures in the result, by country if one is named].",
)
@options()
@debug_option
def command(
    folder: Path,
    country: str | None,
    figures: tuple[str, ...],
    out: Path | None,
    formats: tuple[str, ...],
    width: float | None,
    bare: bool,
) -> None:
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
    country = _country(results, country)
    if out is None:
        out = results.path / "figures"
        if country is not None:
            out /= country
    names = tuple(dict.fromkeys(figures))
    for path in draw_all(results, out, formats, country, names, width=width, bare=bare):
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
