"""``hedgerow new``: the scenario of a state of the panel as a file, to be changed."""

from pathlib import Path

import click

from ...facts.profile import AS_OF
from ...scenario import load
from ...scenario.new import text_of_new, write_new
from ...scenario.why import why
from ..options import FILE, FOLDER, complete_scenario
from ..state import debug_option


@click.command("new")
@click.argument("country", metavar="CODE")
@click.option(
    "--partners",
    metavar="CODE,…",
    help="Powers between which it stands, as RUS,CHN,USA [default: all of the panel].",
)
@click.option(
    "--start",
    type=int,
    default=AS_OF,
    show_default=True,
    metavar="YEAR",
    help="First year. Ties, arms, positions and votes are those at the end of the year before, of "
    f"{AS_OF} its own; habits, and how much is ordered, are of 1997-2012 for any start.",
)
@click.option(
    "--like",
    metavar="SCENARIO",
    shell_complete=complete_scenario,
    help="Take over the rules of this scenario's first country, and the choices put to it.",
)
@click.option(
    "--data",
    type=FOLDER,
    metavar="DIR",
    help='Folder of tables of "hedgerow import", read in place of those of the panel.',
)
@click.option(
    "--out",
    type=FILE,
    help="File to write; it must not be there [default: print it].",
)
@debug_option
def command(
    country: str,
    partners: str | None,
    start: int,
    like: str | None,
    data: Path | None,
    out: Path | None,
) -> None:
    """Write the scenario of a state, to be changed.

    CODE is that of a state of the panel ("hedgerow countries" lists them), or with --data of any
    state. The file has what the panel knows of it, habits drawn towards those of all states, and
    wide guesses for the rest, each with its source, and includes what all states share. "hedgerow
    run CODE" runs the same without a file.
    """
    chosen = None if partners is None else [one for one in partners.split(",") if one.strip()]
    text = text_of_new(country, chosen, start, like, data)
    if out is None:
        click.echo(text, nl=False)
        return
    write_new(text, out)
    click.echo(f"{why(load(out)).line()}; 'hedgerow check --why {out}' lists them", err=True)
    click.echo(out)
