"""``hedgerow explain``: why a country did what it did in one year of one run."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from ...analysis.explaining import explain
from ...analysis.saving import require_drawable
from ...errors import OutputError
from ...scenario import load
from ..options import (
    complete_scenario,
    country_option,
    out_option,
    parse_settings,
    seed_option,
    settings_option,
    tell_hindsight,
    terminal_width,
)
from ..place import Place
from ..printing import given, printed
from ..state import debug_option


@click.command("explain")
@click.argument("scenario", shell_complete=complete_scenario, metavar="SCENARIO")
@country_option
@click.option("--year", type=int, required=True, help="The year to look at.")
@click.option(
    "--quarter", type=click.IntRange(1, 4), default=1, show_default=True, help="Of the move."
)
@click.option(
    "--replicate",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Which run of the ensemble.",
)
@seed_option
@click.option(
    "--tier",
    "tiers",
    multiple=True,
    metavar="PARTNER",
    help="Tell in full why the label with this partner was set as it was, even if no visit "
    "came; may be given again [default: labels that changed].",
)
@settings_option
@click.option(
    "--figure",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw it as .svg, .png, .pdf or .eps; replaces nothing but such a figure.",
)
@out_option("New folder for explanation.json, options.csv, acts.csv and the figure.")
@printed("tex", needs="--out --figure")
@click.option("--json", "as_json", is_flag=True, help="Print the whole explanation as JSON.")
@debug_option
def command(
    scenario: str,
    settings: tuple[str, ...],
    figure: Path | None,
    out: Path | None,
    as_json: bool,
    **moment: Any,
) -> None:
    """Explain the menus of one moment of one run.

    Prints the likeliest moves of the quarter, by habit and with what each term of the payoff adds,
    what rules forbade, beliefs and threat, what powers did and what provoked it, and the orders,
    choices, visits and labels of the year; a star marks what the run took. Why did Vietnam raise
    the American tier in 2023, or not?

    hedgerow explain vietnam --year 2023 --tier USA
    """
    if out is None and given("formats"):
        raise click.UsageError("--format is for --out DIR; the name of --figure tells its format")
    if figure is not None:
        try:
            require_drawable(figure)
        except OutputError as error:
            raise click.UsageError(f"--figure {error}") from None
    loaded = load(scenario, parse_settings(settings))
    tell_hindsight(loaded)
    with nullcontext() if out is None else Place(out) as place:
        found = explain(loaded, **moment)
        if place is not None:
            found.save(place)
    if figure is not None:
        found.save_figure(figure)
    click.echo(found.json() if as_json else found.text(terminal_width(80)))
    for kind, path in (("figure", figure), ("folder", out)):
        if path is not None:
            click.echo(f"{kind}: {path}", err=True)
