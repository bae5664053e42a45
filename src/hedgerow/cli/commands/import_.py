"""``hedgerow import``: what was downloaded from a register, as tables in the panel's columns."""

from pathlib import Path

import click

from ...facts.importers.kinds import KINDS
from ...facts.importers.own import ALLOWED
from ...results.importing import import_data
from ..options import FOLDER, until_option
from ..state import debug_option, is_complete


def _listed(values: tuple[str, ...]) -> list[str]:
    """Return the codes of options that may be given again, and hold several with commas."""
    return [code for value in values for code in value.split(",") if code.strip()]


def _columns(text: str | None) -> dict[str, str]:
    """Return ``{what: column}`` from the text of ``--columns``.

    Raises:
        click.UsageError: a part is not ``what=column``, or is there twice.
    """
    found: dict[str, str] = {}
    for part in text.split(",") if text else []:
        what, equals, column = part.partition("=")
        if not equals or not column.strip() or what.strip() in found:
            raise click.UsageError(
                f"--columns {part!r}: expected {','.join(f'{each}=NAME' for each in ALLOWED)}, "
                "each once"
            )
        found[what.strip()] = column.strip()
    return found


@click.command("import")
@click.argument("kind", type=click.Choice([*KINDS]), metavar="KIND")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--country", multiple=True, metavar="CODE", help="A state to keep [default: all].")
@click.option(
    "--partner", multiple=True, metavar="CODE", help="A partner to keep [default: the panel's]."
)
@until_option
@click.option("--columns", metavar="WHAT=NAME,…", help="For kind own: which column is what.")
@click.option(
    "--out",
    type=FOLDER,
    default="data",
    show_default=True,
    metavar="DIR",
    help="Folder to write to.",
)
@click.option("--force", is_flag=True, help="Replace tables that are there.")
@debug_option
def command(
    kind: str,
    files: tuple[Path, ...],
    country: tuple[str, ...],
    partner: tuple[str, ...],
    until: int | None,
    columns: str | None,
    out: Path,
    force: bool,
) -> None:
    """Turn what you downloaded into tables in the columns of the panel.

    KIND is sipri, un-votes, ideal-points, trade, alliances, sanctions, gdp or own, and FILE… are
    the files as the register exports them. --country and --partner may be given again, or hold
    several codes with commas between. How-to "Import" in the docs tells where to download what.
    """
    imported = import_data(
        kind,
        *files,
        country=_listed(country),
        partner=_listed(partner),
        columns=_columns(columns),
        until=until,
        out=out,
        force=force,
    )
    is_complete(out)
    for line in str(imported).splitlines():
        click.echo(line, err=line.startswith("note: "))
    click.echo(str(out))
