"""``hedgerow tournament``: every strategy of a country in the same worlds."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import complete_scenario, debug_option, parse_settings

if TYPE_CHECKING:
    from ..tournament import Row, Tournament

_COLUMNS = (
    "payoff",
    "against",
    "premium",
    "payout",
    "autonomy",
    "tail_loss",
    "designations",
    "survival",
)


@click.command("tournament")
@click.argument("scenario", shell_complete=complete_scenario, metavar="SCENARIO")
@click.option("--country", metavar="CODE", help="A hedging country [default: the first].")
@click.option(
    "--strategy", "strategies", multiple=True, help="Only this one beside the hedger; repeatable."
)
@click.option("--runs", type=int, default=128, show_default=True, help="Runs a strategy.")
@click.option("--seed", type=int, help="Seed [default: the scenario's].")
@click.option(
    "--rivalry",
    default="0,0.5,1,1.5,2,3",
    show_default=True,
    metavar="LIST",
    help="Multiples of all rivalry to compare at; empty for none.",
)
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="Change a number.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    metavar="DIR",
    help="Folder for tournament.csv, by_rivalry.csv and the figure.",
)
@click.option("--quiet", is_flag=True, help="No progress.")
@debug_option
def command(
    scenario: str,
    country: str | None,
    strategies: tuple[str, ...],
    runs: int,
    seed: int | None,
    rivalry: str,
    settings: tuple[str, ...],
    out: Path | None,
    quiet: bool,
) -> None:
    """Let every strategy play one country under common random numbers.

    Prints payoff, insurance, autonomy, sanctions and the survival of hedging with 95 % intervals,
    and from which rivalry on a strategy beats bending.
    """
    from tqdm import tqdm

    from ..model.strategies import STRATEGIES
    from ..scenario import load
    from ..tournament import tournament

    multiples = _multiples(rivalry)
    if out is not None and out.exists() and any(out.iterdir()):
        raise click.UsageError(f"--out {out}: the folder is not empty; choose a new one")
    loaded = load(scenario, parse_settings(settings))
    with tqdm(desc="ensembles", disable=quiet, leave=False, unit="") as bar:

        def progress(done: int, planned: int) -> None:
            bar.total = planned
            bar.update(done - bar.n)

        result = tournament(
            loaded,
            country or loaded.countries[0],
            strategies or tuple(STRATEGIES),
            runs,
            seed,
            multiples,
            progress,
        )
    click.echo(text(result))
    if out is not None:
        _write(result, out)
        click.echo(str(out))


def _multiples(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise click.UsageError(f"--rivalry {text!r}: expected numbers between commas") from None


def text(result: "Tournament") -> str:
    """Return the table and what it says, as lines for a terminal."""
    lines = [
        f"{result.title}",
        f"{result.country}, {result.runs} runs a strategy, seed {result.seed}; "
        "means with 95 % intervals",
        "",
        f"{'strategy':<12}" + "".join(f"{name.replace('_', ' '):>22}" for name in _COLUMNS),
    ]
    for row in result.rows:
        lines.append(f"{row.strategy:<12}" + "".join(_cell(row, name) for name in _COLUMNS))
    lines.append("")
    for row in result.rows:
        if row.strategy != "quantal" and result.by_rivalry:
            at = result.overtaken(row.strategy)
            verdict = (
                "does not beat bending at any multiple of rivalry tried"
                if at is None
                else f"beats bending from {at:g} times the rivalry"
            )
            lines.append(f"{row.strategy.replace('_', ' ')} {verdict}")
    return "\n".join(lines)


def _cell(row: "Row", name: str) -> str:
    estimate = getattr(row, name)
    return f"{estimate.mean:>9.2f} [{estimate.low:.2f}, {estimate.high:.2f}]".rjust(22)


def _write(result: "Tournament", out: Path) -> None:
    from ..figures import style
    from ..figures.tournament import draw

    out.mkdir(parents=True, exist_ok=True)
    table: list[list[object]] = [
        [
            "strategy",
            "source",
            *(f"{n}_{part}" for n in _COLUMNS for part in ("mean", "low", "high")),
        ]
    ]
    for row in result.rows:
        numbers = [getattr(row, name) for name in _COLUMNS]
        table.append(
            [row.strategy, row.source, *(v for e in numbers for v in (e.mean, e.low, e.high))]
        )
    _save(out / "tournament.csv", table)
    by_rivalry: list[list[object]] = [["rivalry", "strategy", "mean", "low", "high"]]
    for multiple, estimates in result.by_rivalry.items():
        by_rivalry += [[multiple, name, e.mean, e.low, e.high] for name, e in estimates.items()]
    _save(out / "by_rivalry.csv", by_rivalry)
    if result.by_rivalry:
        style.save(draw(result), out, "tournament", ["svg", "png"])


def _save(path: Path, table: "list[list[object]]") -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(table)
    path.write_text(buffer.getvalue(), encoding="utf-8")
