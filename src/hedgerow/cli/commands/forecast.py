"""``hedgerow forecast``: dated probabilities of what a scenario has not seen yet."""

from datetime import date
from pathlib import Path

import click

from ...analysis.forecasts import forecast
from ...compiled import kernels
from ...progress import note
from ...scenario import load
from ...scenario.posteriors import TO_FORECAST, named, with_draws
from ..options import (
    complete_scenario,
    hindsight_option,
    out_option,
    parse_settings,
    quiet_option,
    runs_type,
    seed_option,
    settings_option,
)
from ..place import Place
from ..printing import printed
from ..state import debug_option


@click.command("forecast")
@click.argument("scenario", shell_complete=complete_scenario, metavar="SCENARIO")
@click.option(
    "--parameters",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Draws of the record to 2024 [default: those shipped for the scenario; else its priors].",
)
@click.option("--runs", type=runs_type, default=1024, show_default=True, help="Runs.")
@seed_option
@click.option("--from", "first", type=int, default=2025, show_default=True, help="First year.")
@click.option("--until", type=int, help="Last year, inclusive [default: the scenario's].")
@click.option("--date", metavar="YYYY-MM-DD", help="Of the forecast [default: today].")
@hindsight_option
@settings_option
@out_option("New folder [default: results/forecast-NAME]")
@printed("tex")
@quiet_option
@debug_option
def command(
    scenario: str,
    parameters: Path | None,
    runs: int,
    seed: int | None,
    first: int,
    until: int | None,
    date: str | None,
    allow_hindsight: bool,
    settings: tuple[str, ...],
    out: Path | None,
    quiet: bool,
) -> None:
    """Tell how likely each event is by the end of each year.

    For each hedging country: a higher rung with each partner, joining BRICS, arms orders that turn
    back to the main supplier, a designation, and a break of hedging. What a rule forbids or what
    stands on record already is no question. The table carries the date of the forecast, so that it
    can be held against what came. Numbers and draws that know more than the year before --from are
    refused with the list.
    """
    made = None if date is None else _date(date)

    asked = load(scenario, parse_settings(settings))
    loaded = with_draws(asked, parameters, TO_FORECAST)
    drawn = named(asked, parameters, TO_FORECAST)
    with Place(out, f"forecast-{loaded.name}") as place:
        kernels.prepare(kernels.chosen(), None if quiet else note)
        result = forecast(
            *(loaded, runs, seed, first, until, made),
            allow_hindsight=allow_hindsight,
            parameters=drawn,
        )
        result.save(place)
    if not quiet:
        click.echo(result.text())
    click.echo(place.target)


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise click.UsageError(f"--date {text!r}: expected YYYY-MM-DD") from None
