"""``hedgerow scenarios``: list the shipped scenarios, print one, or copy one to start from."""

import click

from ...scenario.catalogue import copy, file_of, titles
from ..options import complete_scenario, terminal_width
from ..state import debug_option


@click.command("scenarios")
@click.argument("name", required=False, shell_complete=complete_scenario)
@click.option(
    "--copy",
    "copied",
    metavar="NAME",
    shell_complete=complete_scenario,
    help="Write NAME.toml into the current folder, to change it.",
)
@debug_option
def command(name: str | None, copied: str | None) -> None:
    """List the shipped scenarios, print one or copy one.

    Without NAME, list them all with their titles and questions; with NAME, print its file. NAME may
    also be a part that scenarios include, such as powers.
    """
    if name and copied:
        raise click.UsageError("give a NAME to print or --copy NAME, not both")
    if copied:
        click.echo(copy(copied))
    elif name:
        click.echo(file_of(name).read_text(encoding="utf-8"), nl=False)
    else:
        click.echo(titles(terminal_width()))
