"""``hedgerow plan``: what a sweep would be, before anything runs."""

from typing import Any

import click

from ...runs import plan
from ...scenario import load
from ..options import (
    complete_scenario,
    draws_options,
    keep_option,
    parse_settings,
    runs_option,
    workers_option,
)
from ..state import debug_option


@click.command("plan")
@click.argument("scenario", metavar="FILE", shell_complete=complete_scenario)
@runs_option("Replicates a point [default: the sweep's]")
@draws_options
@workers_option
@keep_option("summary")
@debug_option
def command(scenario: str, settings: tuple[str, ...], **how: Any) -> None:
    """Tell the points, runs, time and disk of a sweep.

    FILE is a scenario with a [sweep] table, or the name of a shipped one. Nothing is written; time
    and disk are estimated from a trial of some seconds. A warning tells where the design is too
    small for what it is for.
    """
    found = plan(load(scenario, parse_settings(settings)), **how)
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(found.text())
