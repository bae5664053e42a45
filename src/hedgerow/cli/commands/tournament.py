"""``hedgerow tournament``: every strategy of a country in the same worlds."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...agents.loading import load_country
from ...analysis.tournaments import tournament
from ...compiled import kernels
from ...progress import counting, note
from ...runs.own import offered
from ...scenario import load
from ..options import (
    complete_scenario,
    country_option,
    out_option,
    parse_settings,
    runs_option,
    seed_option,
    settings_option,
    tell_hindsight,
    terminal_width,
    with_option,
)
from ..place import Place
from ..printing import printed
from ..state import debug_option

if TYPE_CHECKING:
    from ...agents import CountryAgent


@click.command("tournament")
@click.argument("scenario", shell_complete=complete_scenario, metavar="SCENARIO")
@country_option
@click.option(
    "--strategy",
    "strategies",
    multiple=True,
    metavar="NAME",
    help="Only this one beside the hedger, and what it did otherwise; repeatable.",
)
@click.option(
    "--own-country",
    "own",
    multiple=True,
    metavar="FILE.py:CLASS",
    help="As --with, for one country of a file. Repeatable.",
)
@runs_option("Runs a strategy.", 128)
@with_option
@seed_option
@click.option(
    "--rivalry",
    default="0,0.5,1,1.5,2,3",
    show_default=True,
    metavar="LIST",
    help="Multiples of all rivalry to compare at; empty for none.",
)
@settings_option
@out_option("New folder for tournament.csv, contrasts.csv, by_rivalry.csv and the figure.")
@printed("tex", needs="--out")
@click.option("--quiet", is_flag=True, help="No progress.")
@debug_option
def command(
    scenario: str,
    country: str | None,
    strategies: tuple[str, ...],
    own: tuple[str, ...],
    files: tuple[str, ...],
    runs: int,
    seed: int | None,
    rivalry: str,
    settings: tuple[str, ...],
    out: Path | None,
    quiet: bool,
) -> None:
    """Let every strategy play one country under common random numbers.

    Prints payoff, premium, payout, autonomy, designations and the survival of hedging with 95 %
    intervals, and at which rivalry bending is better than a strategy. What would a bandwagoner have
    done?

    hedgerow tournament vietnam --strategy bandwagoner --rivalry 1

    Countries of your own are loaded only from files that --with names. Where they have no
    choose_many, runs are played one by one, so start with few:

    hedgerow tournament vietnam --with my_country.py --runs 8 --rivalry 1
    """
    multiples = _multiples(rivalry)
    loaded = load(scenario, parse_settings(settings))
    tell_hindsight(loaded)
    players = _own_countries(own, files)
    if not players:
        kernels.prepare(kernels.chosen(), None if quiet else note)
    with nullcontext() if out is None else Place(out) as place:
        with counting("ensemble", quiet) as progress:
            result = tournament(
                loaded,
                country or loaded.countries[0],
                strategies or None,
                runs,
                seed,
                multiples,
                progress,
                players,
            )
        if place is not None:
            result.save(place)
    click.echo(result.text(terminal_width(80), contrasts=bool(strategies or players)))
    if place is not None:
        click.echo(place.target)


def _own_countries(
    places: tuple[str, ...], files: tuple[str, ...]
) -> "dict[str, type[CountryAgent]]":
    """Load the countries that the command line names, by the names of their classes."""
    found = [(f"--own-country {place}", load_country(place)) for place in places]
    for file in files:
        countries = offered(file)[0].values()
        if not countries:
            raise click.UsageError(f"--with {file}: holds no country; a tournament is of countries")
        found += [(f"--with {file}", country) for country in countries]
    players: dict[str, type[CountryAgent]] = {}
    for option, player in found:
        if player.__name__ in players:
            raise click.UsageError(f"{option}: a second {player.__name__}; rename it")
        players[player.__name__] = player
    return players


def _multiples(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise click.UsageError(f"--rivalry {text!r}: expected numbers between commas") from None
