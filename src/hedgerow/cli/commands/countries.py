"""``hedgerow countries``: the states of the panel, and what is known of each."""

import click

from ...facts.countries import countries_frame, countries_text
from ...facts.panel import panel
from ..options import terminal_width
from ..rows import form_option, print_rows
from ..state import debug_option


@click.command("countries")
@form_option
@debug_option
def command(form: str) -> None:
    """List the states of the panel, and what is known of each.

    The code of a state stands for its scenario wherever a command takes one: "hedgerow run KAZ".
    "hedgerow evidence --panel KAZ" prints what is known of a state, and "hedgerow new KAZ" writes
    its scenario as a file.
    """
    known = panel()
    print_rows(form, countries_frame(known), lambda: countries_text(known, terminal_width()))
