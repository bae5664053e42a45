"""``hedgerow score``: what a scenario says of what it was not fitted to, and who says it better."""

from pathlib import Path

import click

from ...analysis.scoring import score_scenario
from ...scenario import load
from ..options import (
    complete_scenario,
    hindsight_option,
    kernel_of,
    kernel_option,
    out_option,
    parse_settings,
    quiet_option,
    seed_option,
    settings_option,
)
from ..place import Place
from ..printing import printed
from ..state import debug_option


@click.command("score")
@click.argument("scenario", shell_complete=complete_scenario, metavar="SCENARIO")
@click.option(
    "--parameters",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Draws of the record to 2014 [default: those shipped for the scenario; else its priors].",
)
@click.option(
    "--runs",
    type=click.IntRange(2, 2**32 - 1),
    default=1024,
    show_default=True,
    help="Of each ensemble.",
)
@seed_option
@click.option("--ablations", is_flag=True, help="Also take away each part of the model in turn.")
@click.option(
    "--targets",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="What to score on [default: the shipped targets of the scenario].",
)
@hindsight_option
@settings_option
@kernel_option
@out_option("New folder [default: results/score-NAME]")
@printed("tex")
@quiet_option
@debug_option
def command(
    scenario: str,
    parameters: Path | None,
    runs: int,
    seed: int | None,
    ablations: bool,
    targets: Path | None,
    allow_hindsight: bool,
    settings: tuple[str, ...],
    kernel: str | None,
    out: Path | None,
    quiet: bool,
) -> None:
    """Score a scenario on what it was not fitted to.

    A backcast of 2015 to 2024, once with the dated shocks as they came and once with shocks drawn,
    by proper scores, against its own priors and against baselines that know no model. The folder
    gets scores.csv (means and skill, with intervals), targets.csv (each target and forecaster),
    votes.csv (all votes, unscored, with and without their coding), score.json and figures. That the
    model loses is told, and no error. Numbers that know more than the record to 2014, and targets
    that rest on what a number rests on, are refused with the list.
    """
    name = kernel_of(kernel)
    loaded = load(scenario, parse_settings(settings))
    with Place(out, f"score-{loaded.name}") as place:
        result = score_scenario(
            *(loaded, parameters, runs, seed, targets, name),
            progress=not quiet,
            allow_hindsight=allow_hindsight,
            ablations=ablations,
        )
        result.save(place)
    if not quiet:
        click.echo(result.text())
    for warning in result.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(place.target)
