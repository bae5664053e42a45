"""``hedgerow estimate``: habits fitted to the panel of many states."""

from pathlib import Path

import click

from ...analysis.calls import estimate
from ...progress import counting
from ..options import FOLDER, out_option, quiet_option, terminal_width
from ..place import Place
from ..printing import printed
from ..state import debug_option


@click.command("estimate")
@click.argument("kinds", nargs=-1, metavar="[KIND]…")
@click.option("--until", type=int, metavar="YEAR", help="Last year known [default: the panel's].")
@click.option(
    "--states", multiple=True, metavar="CODE", help="A state or group to fit; may be given again."
)
@click.option(
    "--leave-out", multiple=True, metavar="CODE", help="A state or group to leave out; again."
)
@click.option(
    "--panel", type=FOLDER, metavar="DIR", help="A panel of your own [default: the shipped one]."
)
@click.option(
    "--draws", type=click.IntRange(2, 10**6), default=1000, show_default=True, help="Joint draws."
)
@click.option(
    "--seed", type=click.IntRange(0, 2**64 - 1), default=0, show_default=True, help="Seed."
)
@click.option(
    "--prove",
    type=click.IntRange(0, 10**5),
    default=0,
    metavar="N",
    help="Make up N panels from what was fitted, and tell how often intervals cover.",
)
@click.option(
    "--placebo",
    type=click.IntRange(0, 10**5),
    default=0,
    metavar="N",
    help="Permute politics over states N times, and tell what is left of its weight.",
)
@out_option("New folder [default: results/estimate]")
@printed("tex")
@quiet_option
@debug_option
def command(
    kinds: tuple[str, ...],
    until: int | None,
    states: tuple[str, ...],
    leave_out: tuple[str, ...],
    panel: Path | None,
    draws: int,
    seed: int,
    prove: int,
    placebo: int,
    out: Path | None,
    quiet: bool,
) -> int:
    """Fit habits to the panel of many states.

    By penalised maximum likelihood, with errors clustered by state. KIND is one or more of counts,
    sizes, lags, suppliers, trade, position, votes and labels; all by default. The folder gets
    habits-YEAR.toml, which a scenario uses by habits = "…"; habits-YEAR.parquet, joint draws for
    parameters = "…"; tables; and a figure. Exit code 1 says that a fit did not converge.
    """
    with Place(out, "estimate") as place:
        with counting("fit", quiet) as tick:
            result = estimate(
                kinds, until, states, leave_out, panel, draws, seed, prove, placebo, tick
            )
        result.save(place)
    if not quiet:
        click.echo(result.text(terminal_width()))
    click.echo(place.target)
    return 0 if result.converged else 1
