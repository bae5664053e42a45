"""``hedgerow plan``: what a sweep would be, before anything runs."""

from typing import TYPE_CHECKING

import click

from ...progress import clock
from ...runs import plan
from ...runs.planning import described
from ...scenario import load
from ..options import complete_scenario, parse_settings, runs_type, until_option, workers_type
from ..state import debug_option

if TYPE_CHECKING:
    from ...runs import Plan


@click.command("plan")
@click.argument("scenario", metavar="FILE", shell_complete=complete_scenario)
@click.option("--runs", type=runs_type, help="Replicates a point.")
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Seed of all random numbers.")
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="Change a number.")
@until_option
@click.option("--workers", type=workers_type, help="Processes [default: one a core]")
@click.option(
    "--keep",
    type=click.Choice(["summary", "countries", "ties"]),
    default="summary",
    show_default=True,
    help="How much the sweep would store.",
)
@debug_option
def command(
    scenario: str,
    runs: int | None,
    seed: int | None,
    settings: tuple[str, ...],
    until: int | None,
    workers: int | None,
    keep: str,
) -> None:
    """Tell the points, runs, time and disk of a sweep.

    FILE is a scenario with a [sweep] table, or the name of a shipped one. Nothing is written; time
    and disk are estimated from a trial of some seconds. A warning tells where the design is too
    small for what it is for.
    """
    overrides = parse_settings(settings)

    loaded = load(scenario, overrides=overrides)
    found = plan(loaded, runs, seed, until, workers, keep)
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(text(found))


def text(plan: "Plan") -> str:
    """Return a plan as lines for a terminal."""
    table = plan.scenario.resolved["sweep"]
    over = table["over"]
    lines = [plan.scenario.question or plan.scenario.title, ""]
    lines.append(f"design      {table.get('design', 'grid')}")
    if isinstance(over, dict):
        width = max(map(len, over))
        lines += [f"  {path:{width}}  {described(axis)}" for path, axis in over.items()]
    else:
        lines += [f"  {path}" for path in plan.points.paths]
    common = plan.scenario.resolved["ensemble"]["common_random_numbers"]
    waiting = f", {size(plan.waiting)} more while it runs" if plan.waiting else ""
    s = "s" if plan.workers > 1 else ""
    lines += [
        f"points      {len(plan.points)}",
        f"runs        {plan.runs} ({plan.replicates} a point, seed {plan.scenario.seed}, "
        f"{'common random numbers' if common else 'numbers of its own at each point'})",
        f"rounds      {plan.runs * plan.rounds} ({plan.rounds} a run)",
        f"time        about {duration(plan.seconds)} with {plan.workers} worker{s}, on a machine "
        "that does nothing else",
        f"disk        about {size(plan.bytes)} (keep {plan.keep}){waiting}",
    ]
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """Return a time as a clock shows it, and a long one in days or years."""
    days = seconds / 86_400
    if days < 2:
        return clock(seconds)
    return f"{days:.3g} days" if days < 730 else f"{days / 365.25:.3g} years"


def size(count: float) -> str:
    """Return a number of bytes in words."""
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} EB"
