"""``hedgerow check``: everything that is wrong with a scenario file, at once."""

from pathlib import Path

import click

from ...analysis.case_page import case_page
from ...analysis.sense import sense
from ...scenario import load
from ...scenario.checking import check
from ...scenario.jsonschema import json_schema_text
from ...scenario.new import require_free
from ...scenario.why import why
from ..options import FILE, complete_scenario
from ..state import debug_option


@click.command("check")
@click.argument("scenario", required=False, metavar="FILE", shell_complete=complete_scenario)
@click.option(
    "--strict", is_flag=True, help="Refuse warnings and numbers without a source as well."
)
@click.option(
    "--why",
    "reasons",
    is_flag=True,
    help="Also list what stands on data, on the pooling of many states, and on assumption.",
)
@click.option(
    "--sense",
    "odd",
    is_flag=True,
    help="Also run it ten years without its shocks, and tell what looks odd.",
)
@click.option(
    "--out",
    type=FILE,
    metavar="FILE.html",
    help="Also write both, with figures, as one page; it must not be there.",
)
@click.option("--force", is_flag=True, help="Replace the page that is there.")
@click.option(
    "--schema", is_flag=True, help="Print the JSON Schema of scenario files, for editors, and stop."
)
@debug_option
def command(
    scenario: str | None,
    strict: bool,
    reasons: bool,
    odd: bool,
    out: Path | None,
    force: bool,
    schema: bool,
) -> int:
    """Report every problem of a scenario file at once.

    FILE is a path, the name of a shipped scenario, or the code of a state of the panel. Problems go
    to standard error, each with its line and what would be right; the exit code is 0 for a good
    file and 2 for a bad one.
    """
    if schema:
        click.echo(json_schema_text(), nl=False)
        return 0
    if scenario is None:
        raise click.UsageError("name a scenario FILE to check, or give --schema")

    if force and out is None:
        raise click.UsageError("--force replaces the page of --out; give --out as well")
    if out is not None:
        require_free(out, force=force)
    found = check(load(scenario))
    for warning in found.warnings:
        click.echo(str(warning), err=True)
    if strict and not found.strictly_good:
        click.echo(f"error: {scenario}: {' and '.join(found.faults())} (with --strict)", err=True)
        return 2
    click.echo(found.text(scenario))
    if reasons and found.scenario is not None:
        click.echo(f"\n{why(found.scenario)}")
    if found.scenario is not None:
        page = None if out is None else case_page(found.scenario)
        if odd:
            click.echo(f"\n{page.sense if page else sense(found.scenario)}")
        if page and out is not None:
            click.echo(page.save(out, force=force))
    return 0
