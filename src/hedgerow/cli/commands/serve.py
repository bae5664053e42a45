"""``hedgerow serve``: the classroom page."""

from importlib.util import find_spec

import click

from ...classroom.serve.launch import serve
from ...errors import how
from ..state import debug_option


@click.command("serve")
@click.option(
    "--lan",
    is_flag=True,
    help="Let other machines of the network come; prints the address to join, its QR code and a "
    "class code.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port [default: the first free one from 8765 on]."
)
@debug_option
def command(lan: bool, port: int | None) -> int:
    """Open the classroom: one page in the browser, for you or for a class.

    Without --lan only this machine can reach the page. Nothing is stored, and nothing is asked of
    any other server. Ctrl-C ends it.

    hedgerow serve --lan
    """
    needed = ("confusable_homoglyphs", "segno", "starlette", "uvicorn")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise click.UsageError(
            f"serve needs {', '.join(missing)}, which is not installed; {how('serve', 'compiled')}"
        )

    try:
        serve(lan, port)
    except KeyboardInterrupt:
        click.echo("the lesson is over", err=True)
    return 0
