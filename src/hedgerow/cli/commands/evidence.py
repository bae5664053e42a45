"""``hedgerow evidence``: the facts, their conflicts, and the sources of a scenario's numbers."""

import csv
import io
import json
from collections import Counter
from dataclasses import asdict, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from ...facts import LABELS, conflicts_text, facts_frame, facts_table, load_evidence, select
from ...scenario import load
from ...scenario.target_file import load_targets
from ..options import complete_scenario, terminal_width
from ..state import debug_option

if TYPE_CHECKING:
    from ...facts import Evidence, Fact


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a filter with the values that the facts have."""
    known = sorted(_known(load_evidence(), param.name or ""))
    return [
        CompletionItem(value) for value in known if value.lower().startswith(incomplete.lower())
    ]


@click.command("evidence")
@click.option("--country", metavar="CODE", shell_complete=_complete, help="A side of the fact.")
@click.option("--partner", metavar="CODE", shell_complete=_complete, help="Its other side.")
@click.option("--domain", shell_complete=_complete, help="What it is about: arms, trade, …")
@click.option("--year", type=int, help="A year that its date falls in or spans.")
@click.option("--text", metavar="WORDS", help="Words in its id, note, unit or doubt.")
@click.option("--conflicts", is_flag=True, help="Facts that disagree, and what the model does.")
@click.option("--external", is_flag=True, help="Registers, series and events beyond the articles.")
@click.option("--targets", is_flag=True, help="What a calibrated model must reproduce.")
@click.option(
    "--scenario",
    metavar="SCENARIO",
    shell_complete=complete_scenario,
    help="Every number of a scenario with its label and its source, and how many there are of each "
    "label; with --targets, those of a shipped scenario alone.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
@debug_option
def command(
    country: str | None,
    partner: str | None,
    domain: str | None,
    year: int | None,
    text: str | None,
    conflicts: bool,
    external: bool,
    targets: bool,
    scenario: str | None,
    form: str,
) -> None:
    """List the facts of the articles and the sources of numbers.

    Filters add up: "--country VNM --partner RUS --domain arms" lists what the articles say about
    arms between the two.
    """
    filters = {
        "country": country,
        "partner": partner,
        "domain": domain,
        "year": year,
        "text": text,
    }
    if external:
        chosen = {"--conflicts": conflicts, "--targets": targets, "--scenario": scenario}
        chosen |= {f"--{name}": value is not None for name, value in filters.items()}
        for name in (name for name, value in chosen.items() if value):
            raise click.UsageError(f"--external lists sources, not facts; leave out {name}")
        _print_external(form)
        return
    if targets:
        given = [f"--{name}" for name, value in filters.items() if value is not None]
        if given or conflicts:
            wrong = given[0] if given else "--conflicts"
            raise click.UsageError(f"--targets lists targets, not facts; leave out {wrong}")
        _print_targets(scenario, form)
        return
    if scenario is not None:
        given = [f"--{name}" for name, value in filters.items() if value is not None]
        if given or conflicts:
            wrong = given[0] if given else "--conflicts"
            raise click.UsageError(f"--scenario lists numbers, not facts; leave out {wrong}")
        _print_sources(scenario, form)
        return

    evidence = load_evidence()
    _check(evidence, filters)
    facts = select(evidence.facts, **filters)  # type: ignore[arg-type]
    if conflicts:
        _print_conflicts(evidence, facts, form)
    else:
        _print_facts(facts, form)


def _known(evidence: "Evidence", filter_: str) -> set[str]:
    """Return the values that a filter can take."""
    facts = evidence.facts.values()
    if filter_ == "domain":
        return {fact.domain for fact in facts}
    return {side for fact in facts for side in (fact.actor, fact.partner)}


def _check(evidence: "Evidence", filters: dict[str, Any]) -> None:
    """Raise a usage error for a country, partner or domain that no fact has."""
    for name in ("country", "partner", "domain"):
        value = filters[name]
        known = _known(evidence, name)
        if value is not None and value.upper() not in {each.upper() for each in known}:
            close = get_close_matches(value.lower(), known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known))}"
            raise click.UsageError(f"--{name} {value}: no fact has it; {hint}")


def _print_facts(facts: "list[Fact]", form: str) -> None:
    if form == "table":
        click.echo(facts_table(facts, terminal_width()))
    else:
        print_rows(facts_frame(facts), form)


def _print_conflicts(evidence: "Evidence", facts: "list[Fact]", form: str) -> None:
    """Print the conflicts in which one of `facts` stands."""
    ids = {fact.id for fact in facts}
    found = tuple(each for each in evidence.conflicts if ids & set(each.facts))
    if form == "table":
        shown = replace(evidence, conflicts=found)
        click.echo(conflicts_text(shown, terminal_width()) or "no conflicts")
        return
    rows = [
        {
            "id": each.id,
            "facts": " ".join(each.facts),
            "disagreement": each.disagreement,
            "treatment": each.treatment,
        }
        for each in found
    ]
    print_rows(rows, form)


def _print_sources(name: str, form: str) -> None:
    """Print every number of a scenario with its label and source, and how many have each label."""
    numbers = load(name).provenance()
    if form != "table":
        print_rows([number._asdict() for number in numbers], form)
        return
    kinds = Counter(number.kind for number in numbers)
    told = ", ".join(f"{kinds[label]} {label}" for label in LABELS if kinds[label])
    click.echo(f"{name}: {len(numbers)} numbers: {told}\n")
    rooms = [max(len(number[k]) for number in numbers) for k in range(4)]
    for path, value, source, kind in numbers:
        click.echo(f"{path:{rooms[0]}}  {value:{rooms[1]}}  {kind:{rooms[3]}}  {source}".rstrip())
    click.echo()
    for label, meaning in LABELS.items():
        if count := kinds[label]:
            share = f"{100 * count / len(numbers):5.1f} %"
            click.echo(f"{label:{rooms[3]}}  {count:5}  {share}  {meaning}")


def _print_external(form: str) -> None:
    """Print every register, series and event that numbers may cite."""

    rows = [asdict(entry) for entry in load_evidence().externals.values()]
    if form != "table":
        print_rows(rows, form)
        return
    for row in rows:
        doi = f", doi:{row['doi']}" if row["doi"] else ""
        click.echo(f"{row['id']}: {row['name']}: {row['table']}{doi}")
        click.echo(f"  version: {row['vintage']}; read: {row['read']}; known up to {row['as_of']}")
        click.echo(f"  {row['derivation']}")


def _print_targets(scenario: str | None, form: str) -> None:
    """Print every target, or those of one scenario."""
    found = load_targets(scenario)
    if not found:
        known = sorted({name for target in load_targets() for name in target.scenarios})
        raise click.UsageError(
            f"no targets for {scenario!r}; there are those of {', '.join(known)}"
        )
    rows = []
    for target in found:
        first, last = target.years
        values = target.values or (target.value,)
        rows.append(
            {
                "id": target.id,
                "use": target.use,
                "country": target.country,
                "years": str(first) if first == last else f"{first}-{last}",
                "kind": target.kind,
                "measures": " ".join(target.measures),
                "value": " ".join(v if isinstance(v, str) else f"{v:g}" for v in values),
                "error": f"{target.error:g}" if target.error else "",
                "bias": f"{target.bias:g}" if target.bias else "",
                "source": target.source,
                "reason": target.reason,
            }
        )
    if form != "table":
        print_rows(rows, form)
        return
    short = ("id", "use", "country", "years", "kind", "error")
    rooms = {key: max(len(key), *(len(row[key]) for row in rows)) for key in short}
    click.echo("  ".join(f"{key:{rooms[key]}}" for key in short) + "  value")
    for row in rows:
        pairs = zip(row["measures"].split(), row["value"].split(), strict=False)
        told = ", ".join(f"{measure} {value}" for measure, value in pairs)
        if row["kind"] == "ratio":
            told = f"{row['measures'].replace(' ', '/')} {row['value']}"
        click.echo("  ".join(f"{row[key]:{rooms[key]}}" for key in short) + f"  {told}")
    click.echo(f"\n{len(rows)} targets; sources and reasons: --format csv or json")


def print_rows(rows: list[dict[str, Any]], form: str) -> None:
    """Print rows as CSV or JSON."""
    if form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return

    buffer = io.StringIO()
    if rows:
        writer = csv.DictWriter(buffer, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    click.echo(buffer.getvalue(), nl=False)
