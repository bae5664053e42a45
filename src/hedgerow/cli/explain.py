"""``hedgerow explain``: why a country did what it did in one year of one run."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import complete_scenario, debug_option, parse_settings

if TYPE_CHECKING:
    from ..explain import Explanation, Menu

_SHOWN = 10
_PARTS = 5


@click.command("explain")
@click.argument("scenario", shell_complete=complete_scenario, metavar="SCENARIO")
@click.option("--country", metavar="CODE", help="A hedging country [default: the first].")
@click.option("--year", type=int, required=True, help="The year to look at.")
@click.option(
    "--quarter", type=click.IntRange(1, 4), default=1, show_default=True, help="Of the move."
)
@click.option(
    "--replicate", type=int, default=0, show_default=True, help="Which run of the ensemble."
)
@click.option("--seed", type=int, help="Seed [default: the scenario's].")
@click.option(
    "--tier",
    "tiers",
    multiple=True,
    metavar="PARTNER",
    help="Explain the label with this partner even if no visit came; may be given again.",
)
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="Change a number.")
@click.option(
    "--figure",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw it as .svg or .png.",
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
    forbade, beliefs and threat, and the scheduled choices and visits of the year. For example:
    hedgerow explain vietnam --year 2023 --tier USA
    """
    from ..explain import explain
    from ..scenario import load

    if figure is not None and figure.suffix not in (".svg", ".png"):
        raise click.UsageError(f"--figure {figure}: expected a name ending in .svg or .png")
    loaded = load(scenario, parse_settings(settings))
    told = explain(loaded, country or loaded.countries[0], year, replicate, quarter, tiers, seed)
    if as_json:
        click.echo(json.dumps(asdict(told), indent=2, ensure_ascii=False))
    else:
        click.echo(text(told))
    if figure is not None:
        from ..figures import style
        from ..figures.explanation import draw

        style.save(draw(told), figure.parent, figure.stem, [figure.suffix[1:]])
        click.echo(f"figure: {figure}", err=True)


def text(told: "Explanation") -> str:
    """Return an explanation as lines for a terminal."""
    beliefs = ", ".join(f"{k.replace('_', ' ')} {v:.0%}" for k, v in told.beliefs.items())
    lines = [
        f"{told.scenario}",
        f"{told.country} in {told.year}, run {told.replicate} (seed {told.seed}), "
        f"strategy {told.strategy}",
        f"threat {told.threat:.2f}, recent incidents {told.incidents:.2f}; beliefs: {beliefs}",
    ]
    for menu in (told.moves, *told.choices, *told.tiers):
        lines += ["", *_menu(menu)]
    lines += ["", *_forbidden(told.moves)]
    return "\n".join(lines)


def _menu(menu: "Menu") -> list[str]:
    note = f" ({menu.note})" if menu.note else ""
    taken = menu.chosen
    came = f"; this run took: {taken.label}" if taken else "; no such moment came in this run"
    lines = [f"{menu.title}, {menu.year} Q{menu.quarter}{note}{came}"]
    width = max(len(option.label) for option in menu.allowed[:_SHOWN])
    for option in menu.allowed[:_SHOWN]:
        mark = "*" if option.chosen else " "
        parts = sorted(option.parts.items(), key=lambda part: -abs(part[1]))
        split = "  ".join(
            f"{name.replace('_', ' ')} {value:+.2f}" for name, value in parts[:_PARTS]
        )
        lines.append(
            f" {mark} {option.label:<{width}}  {option.probability:6.1%}  {option.value:+7.2f}  "
            f"{split}"
        )
    if taken is not None and taken not in menu.allowed[:_SHOWN]:
        lines.append(f" * {taken.label}  {taken.probability:.1%}  {taken.value:+.2f}")
    return lines


def _forbidden(menu: "Menu") -> list[str]:
    """What rules forbade, by reason."""
    by_reason: dict[str, list[str]] = {}
    for option in menu.options:
        for reason in option.forbidden_by:
            by_reason.setdefault(reason, []).append(option.label)
    rules = {r: labels for r, labels in by_reason.items() if r != "nothing to loosen"}
    if not rules:
        return ["No rule, cap or embargo forbade a move."]
    return ["Forbidden:", *(f"   {', '.join(labels)}: {r}" for r, labels in rules.items())]
