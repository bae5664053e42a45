"""``hedgerow calibrate``: from priors to draws that reproduce what is on record."""

from contextlib import closing
from pathlib import Path

import click

from ...analysis.calibration import calibrate, prove, targets_of
from ...progress import Progress
from ...scenario import load
from ..options import (
    complete_scenario,
    hindsight_option,
    kernel_of,
    kernel_option,
    out_option,
    parse_settings,
    precision_option,
    quiet_option,
    seed_option,
    settings_option,
    workers_type,
)
from ..place import Place
from ..printing import printed
from ..state import debug_option


@click.command("calibrate")
@click.argument("scenario", shell_complete=complete_scenario, metavar="SCENARIO")
@click.option(
    "--until",
    type=int,
    default=2014,
    show_default=True,
    metavar="YEAR",
    help="Last year of the record: 2014 for scores, 2024 for forecasts.",
)
@click.option(
    "--sets",
    type=click.IntRange(1, 10**7),
    default=3000,
    show_default=True,
    help="Parameter sets drawn from the priors.",
)
@click.option(
    "--replicates",
    type=click.IntRange(10, 10**6),
    default=10,
    show_default=True,
    help="Runs of each, so that no lucky one is taken for a good set.",
)
@click.option(
    "--draws",
    type=click.IntRange(1, 10**7),
    default=500,
    show_default=True,
    help="Draws from the posterior.",
)
@click.option(
    "--ess",
    type=click.FloatRange(min=1.0),
    default=200.0,
    show_default=True,
    help="Effective number of sets; noise and errors are widened until it is reached.",
)
@click.option(
    "--sbc",
    "records",
    type=click.IntRange(0, 10**6),
    default=0,
    metavar="N",
    help="Prove the method on N records made up from known parameters.",
)
@click.option(
    "--targets",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="What to reproduce [default: the shipped targets of the scenario].",
)
@seed_option
@settings_option
@click.option(
    "--workers",
    type=workers_type,
    help="Processes [default: one a core]; the result does not depend on it.",
)
@hindsight_option
@precision_option
@kernel_option
@out_option("New folder [default: results/calibrate-NAME-YEAR]")
@printed("tex")
@quiet_option
@debug_option
def command(
    scenario: str,
    until: int,
    sets: int,
    replicates: int,
    draws: int,
    ess: float,
    records: int,
    targets: Path | None,
    seed: int | None,
    settings: tuple[str, ...],
    workers: int | None,
    allow_hindsight: bool,
    kernel: str | None,
    out: Path | None,
    quiet: bool,
) -> int:
    """Calibrate a scenario on what is on record.

    Parameter sets drawn from the priors are weighed by how likely their runs make the record. The
    folder gets posterior.parquet, which a scenario uses by parameters = "…/posterior.parquet";
    parameters.csv and targets.csv with prior beside posterior; figures and calibration.json. With
    --sbc, exit code 1 says that the method failed its proof. Numbers that know more than the record
    to --until, and targets that rest on what a number rests on, are refused with the list.
    """
    name = kernel_of(kernel)
    loaded = load(scenario, parse_settings(settings))
    record = targets_of(loaded, until, targets)
    with Place(out, f"calibrate-{loaded.name}-{until}") as place:
        result = calibrate(
            *(loaded, until, record, sets, replicates, draws, ess, seed, workers),
            kernel=name,
            progress=not quiet,
            allow_hindsight=allow_hindsight,
        )
        if records:
            with closing(Progress(records, not quiet, unit="record")) as bar:
                result = prove(result, records, bar.add)
        result.save(place)
    if not quiet:
        click.echo(result.text())
    for warning in result.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(place.target)
    return 1 if result.proof is not None and not result.proof.uniform else 0
