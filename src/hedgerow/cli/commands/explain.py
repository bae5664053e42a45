"""``hedgerow explain``: why a country did what it did in one year of one run."""

import json
from dataclasses import asdict
from math import isinf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...explanation.reasons import explain
from ...figures import style
from ...figures.explanation import draw
from ...figures.style import require_ours
from ...results.folder import Added
from ...scenario import load
from ..options import (
    complete_scenario,
    country_option,
    parse_settings,
    seed_option,
    settings_option,
    tell_hindsight,
    terminal_width,
)
from ..state import debug_option
from ..text.explain import text

if TYPE_CHECKING:
    from ...explanation.menus import Explanation


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
    help="Draw it as .svg or .png; replaces nothing but such a figure.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole explanation as JSON.")
@debug_option
def command(
    scenario: str,
    country: str | None,
    year: int,
    quarter: int,
    replicate: int,
    seed: int | None,
    tiers: tuple[str, ...],
    settings: tuple[str, ...],
    figure: Path | None,
    as_json: bool,
) -> None:
    """Explain the menus of one moment of one run.

    Prints the likeliest moves of the quarter with what each term of the payoff adds, what rules
    forbade, beliefs and threat, and the scheduled choices and visits of the year; a star marks
    what the run took. Why did Vietnam raise the American tier in 2023, or not?

    hedgerow explain vietnam --year 2023 --tier USA
    """
    if figure is not None:
        _require_drawable(figure)
    loaded = load(scenario, parse_settings(settings))
    tell_hindsight(loaded)
    told = explain(loaded, country or loaded.countries[0], year, replicate, quarter, tiers, seed)
    if figure is not None:
        _draw(told, figure)
    if as_json:
        click.echo(json.dumps(_plain(asdict(told)), indent=2, ensure_ascii=False))
    else:
        click.echo(text(told, max(terminal_width(), 80)))
    if figure is not None:
        click.echo(f"figure: {figure}", err=True)


def _require_drawable(figure: Path) -> None:
    if figure.suffix.lower() not in (".svg", ".png"):
        raise click.UsageError(f"--figure {figure}: expected a name ending in .svg or .png")
    if not figure.parent.is_dir():
        raise click.UsageError(
            f"--figure {figure}: there is no folder {figure.parent}; make it first"
        )

    require_ours(figure)


def _draw(told: "Explanation", figure: Path) -> None:
    """Write the figure under its name, or nothing."""
    with Added(figure.parent) as stage:
        (drawn,) = style.save(draw(told), stage, "figure", [figure.suffix[1:].lower()])
        drawn.rename(stage / figure.name)


def _plain(value: Any) -> Any:
    """What JSON can hold: a value of what cannot be done becomes null."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return None if isinstance(value, float) and isinf(value) else value
