"""``hedgerow evidence``: the facts, their conflicts, and the sources of a scenario's numbers."""

from dataclasses import replace
from typing import Any

import click
from click.shell_completion import CompletionItem

from ...facts import load_evidence, select
from ...facts.countries import state_frame, state_text
from ...facts.panel import panel as read_panel
from ...facts.query import known, require_known
from ...facts.tables import (
    conflicts_frame,
    conflicts_text,
    externals_frame,
    externals_text,
    facts_frame,
    facts_table,
    panel_frame,
    panel_text,
)
from ...scenario import load
from ...scenario.listing import numbers_text, targets_frame, targets_text
from ...scenario.target_file import load_targets
from ..options import complete_scenario, terminal_width
from ..rows import form_option, print_rows
from ..state import debug_option


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a filter with the values that the facts have."""
    values = sorted(known(load_evidence(), param.name or ""))
    return [
        CompletionItem(value) for value in values if value.lower().startswith(incomplete.lower())
    ]


@click.command("evidence")
@click.option("--country", metavar="CODE", shell_complete=_complete, help="A side of the fact.")
@click.option("--partner", metavar="CODE", shell_complete=_complete, help="Its other side.")
@click.option("--domain", shell_complete=_complete, help="What it is about: arms, trade, …")
@click.option("--year", type=int, help="A year that its date falls in or spans.")
@click.option("--text", metavar="WORDS", help="Words in its id, note, unit or doubt.")
@click.option("--conflicts", is_flag=True, help="Facts that disagree, and what the model does.")
@click.option("--external", is_flag=True, help="Registers, series and events beyond the articles.")
@click.option(
    "--panel",
    is_flag=False,
    flag_value="",
    metavar="[CODE]",
    help="Tables of many states, with sources and licences; with a CODE, all figures of a state.",
)
@click.option("--targets", is_flag=True, help="What a calibrated model must reproduce.")
@click.option(
    "--scenario",
    metavar="SCENARIO",
    shell_complete=complete_scenario,
    help="Every number of a scenario with its label and its source, and how many there are of each "
    "label; with --targets, those of a shipped scenario alone.",
)
@form_option
@debug_option
def command(
    conflicts: bool,
    external: bool,
    panel: str | None,
    targets: bool,
    scenario: str | None,
    form: str,
    **filters: Any,
) -> None:
    """List the facts of the articles and the sources of numbers.

    Filters add up: "--country VNM --partner RUS --domain arms" lists what the articles say about
    arms between the two.
    """
    given = {"--conflicts": conflicts, "--targets": targets, "--scenario": scenario}
    given |= {f"--{name}": value is not None for name, value in filters.items()}
    if panel is not None:
        _require_alone("--panel lists tables", given | {"--external": external})
        found, width = read_panel(), terminal_width()
        if panel:
            print_rows(form, state_frame(found, panel), lambda: state_text(found, panel, width))
        else:
            print_rows(form, panel_frame(found), lambda: panel_text(found, width))
    elif external:
        _require_alone("--external lists sources", given)
        evidence = load_evidence()
        print_rows(form, externals_frame(evidence), lambda: externals_text(evidence))
    elif targets:
        _require_alone("--targets lists targets", given, "--targets", "--scenario")
        _print_targets(scenario, form)
    elif scenario is not None:
        _require_alone("--scenario lists numbers", given, "--scenario")
        numbers = load(scenario).provenance()
        print_rows(form, [n._asdict() for n in numbers], lambda: numbers_text(scenario, numbers))
    else:
        _print_facts(filters, conflicts, form)


def _require_alone(why: str, given: dict[str, Any], *allowed: str) -> None:
    """Refuse options that a list has no use for."""
    for name in (name for name, value in given.items() if value and name not in allowed):
        raise click.UsageError(f"{why}, not facts; leave out {name}")


def _print_facts(filters: dict[str, Any], conflicts: bool, form: str) -> None:
    """Print the facts that meet the filters, or the conflicts in which one of them stands."""
    evidence = load_evidence()
    for name in ("country", "partner", "domain"):
        try:
            require_known(evidence, name, filters[name])
        except ValueError as error:
            raise click.UsageError(f"--{error}") from None
    facts = select(evidence.facts, **filters)
    if not conflicts:
        print_rows(form, facts_frame(facts), lambda: facts_table(facts, terminal_width()))
        return
    ids = {fact.id for fact in facts}
    found = tuple(each for each in evidence.conflicts if ids & set(each.facts))
    shown = replace(evidence, conflicts=found)
    width = terminal_width()
    print_rows(form, conflicts_frame(shown), lambda: conflicts_text(shown, width) or "no conflicts")


def _print_targets(scenario: str | None, form: str) -> None:
    found = load_targets(scenario)
    if not found:
        names = sorted({name for target in load_targets() for name in target.scenarios})
        raise click.UsageError(
            f"no targets for {scenario!r}; there are those of {', '.join(names)}"
        )
    print_rows(form, targets_frame(found), lambda: targets_text(found))
