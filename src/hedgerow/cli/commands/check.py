"""``hedgerow check``: everything that is wrong with a scenario file, at once."""

from collections import Counter
from typing import TYPE_CHECKING

import click

from ...scenario import load
from ...scenario.jsonschema import json_schema_text
from ..options import complete_scenario
from ..state import debug_option

if TYPE_CHECKING:
    from ...scenario import Scenario


@click.command("check")
@click.argument("scenario", required=False, metavar="FILE", shell_complete=complete_scenario)
@click.option(
    "--strict", is_flag=True, help="Refuse warnings and numbers without a source as well."
)
@click.option(
    "--schema", is_flag=True, help="Print the JSON Schema of scenario files, for editors, and stop."
)
@debug_option
def command(scenario: str | None, strict: bool, schema: bool) -> int:
    """Report every problem of a scenario file at once.

    FILE is a path or the name of a shipped scenario. Problems go to standard error, each with its
    line and what would be right; the exit code is 0 for a good file and 2 for a bad one.
    """
    if schema:
        click.echo(json_schema_text(), nl=False)
        return 0
    if scenario is None:
        raise click.UsageError("name a scenario FILE to check, or give --schema")

    loaded = load(scenario)
    for warning in loaded.warnings:
        click.echo(str(warning), err=True)
    kinds = Counter(number.kind for number in loaded.provenance())
    suspicions = sum(problem.severity == "warning" for problem in loaded.warnings)
    faults = _strict_faults(suspicions, kinds["missing"]) if strict else []
    if faults:
        click.echo(f"error: {scenario}: {' and '.join(faults)} (with --strict)", err=True)
        return 2
    click.echo(_counts(scenario, loaded, suspicions, kinds))
    return 0


def _strict_faults(warnings: int, missing: int) -> list[str]:
    faults = [_many(warnings, "warning", "warnings")] if warnings else []
    if missing:
        faults.append(
            f"{_many(missing, 'number', 'numbers')} without a source; "
            "'hedgerow evidence --scenario' lists them as missing"
        )
    return faults


def _counts(name: str, scenario: "Scenario", warnings: int, kinds: Counter[str]) -> str:
    """Return two lines on a good file: what it has, and the share of each label of its numbers."""
    verdict = f"good, with {_many(warnings, 'warning', 'warnings')}" if warnings else "good"
    total = sum(kinds.values())
    ordered = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    shares = ", ".join(f"{kind} {100 * count / total:.0f} %" for kind, count in ordered if count)
    return (
        f"{name}: {verdict}: {_many(len(scenario.countries), 'country', 'countries')}, "
        f"{_many(len(scenario.partners), 'partner', 'partners')}, "
        f"{_many(total, 'number', 'numbers')}, {len(scenario.sampled_paths)} drawn in every run\n"
        f"labels: {shares}"
    )


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
