"""``hedgerow forecast``: dated probabilities of what a scenario has not seen yet."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...analysis.forecasts import forecast
from ...compiled import kernels
from ...figures import style
from ...figures.forecasts import draw
from ...progress import note
from ...scenario import load
from ...scenario.posteriors import TO_FORECAST, named, with_draws
from ..options import (
    FOLDER,
    complete_scenario,
    hindsight_option,
    parse_settings,
    quiet_option,
    runs_type,
    seed_option,
    settings_option,
)
from ..place import Place
from ..state import debug_option
from ..text.analysis_files import marked, write_table

if TYPE_CHECKING:
    from ...analysis.forecasts import Forecast


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
@click.option(
    "--out",
    type=FOLDER,
    metavar="DIR",
    help="New folder [default: results/forecast-NAME]",
)
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
    drawn = named(asked, parameters, TO_FORECAST) or "its priors"
    with Place(out, f"forecast-{loaded.name}") as place:
        kernels.prepare(kernels.chosen(), None if quiet else note)
        try:
            result = forecast(
                loaded, runs, seed, first, until, made, allow_hindsight=allow_hindsight
            )
        except ValueError as error:
            if type(error) is not ValueError:
                raise
            raise click.UsageError(str(error)) from None
        _write(result, drawn, place.folder)
    if not quiet:
        click.echo(_text(result, drawn))
    click.echo(place.target)


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise click.UsageError(f"--date {text!r}: expected YYYY-MM-DD") from None


def _write(result: "Forecast", drawn: str, folder: Path) -> None:
    head = ["country", "event", "partner", "year", "probability", "low", "high", "runs"]
    table: list[list[object]] = [[*head, "date", "scenario_sha256", "seed", "parameters"]]
    ends = [result.date, result.scenario.sha256, result.seed, drawn]
    for row in result.rows:
        name, country, partner = row.event
        numbers = [row.year, row.probability, row.low, row.high, row.runs]
        table.append([country, name, partner, *numbers, *ends])
    write_table(folder / "forecast.csv", marked(table, bool(result.hindsight)))
    first, last = result.rows[0].year, result.rows[-1].year
    about = (
        f"{result.scenario.title} · {result.runs} runs, seed {result.seed} · made {result.date} · "
        f"numbers from {drawn} · "
        f"bars: 90 %, for finitely many runs alone{result.hindsight.footer()}"
    )
    title = f"{result.scenario.name}: probability by the end of each year, {first}–{last}"
    style.save(draw(result.rows, title, about), folder, "forecast", ["svg", "png"])


def _text(result: "Forecast", drawn: str) -> str:
    """Return the probabilities of the last year, the likeliest first."""
    last = max(row.year for row in result.rows)
    rows = [row for row in result.rows if row.year == last and row.runs]
    rows.sort(key=lambda row: (-row.probability, row.event))
    lines = [
        f"{result.scenario.title}",
        *result.hindsight.told(),
        f"by the end of {last}, as of {result.date}, numbers from {drawn}:",
        "",
    ]
    for row in rows:
        name, country, partner = row.event
        share = f"{row.probability:5.2f}  ({row.low:.2f}–{row.high:.2f})"
        lines.append(f"  {share}  {country}  {name:11}  {partner}".rstrip())
    void = [" ".join(filter(None, r.event[1::-1] + r.event[2:])) for r in result.rows
            if r.year == last and not r.runs]  # fmt: skip
    if void:
        why = "forbidden by a rule, on record already, or nobody is asked"
        lines += ["", f"no question in any run ({why}):", f"  {', '.join(void)}"]
    return "\n".join(lines)
