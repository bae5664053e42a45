"""The table of docs/background/mechanisms.md keeps its promises: it is read here, not copied."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hedgerow.facts import Evidence, load_evidence
from hedgerow.runs.pairs import Measure, Sample, paired_many
from hedgerow.scenario import load
from hedgerow.scenario.overrides import parse_set

PAGE = Path(__file__).parents[1] / "docs" / "background" / "mechanisms.md"
HEADER = (
    "Mechanism",
    "Facts",
    "In the model",
    "Toggle",
    "Scenario",
    "Country",
    "Measure",
    "Year",
    "Change",
    "Runs",
)


class Row(NamedTuple):
    """One mechanism of the table, read from its cells."""

    slug: str
    title: str
    facts: tuple[str, ...]
    how: str
    toggle: dict[str, Any]
    scenario: str
    measure: Measure
    direction: str
    idle: bool
    runs: int


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _row(cells: list[str]) -> Row:
    mechanism, facts, how, toggle, scenario, country, measure, year, change, runs = cells
    slug, _, title = mechanism.partition(": ")
    return Row(
        slug=_quoted(slug)[0],
        title=title,
        facts=tuple(fact.strip() for fact in facts.split(",")),
        how=how,
        toggle=dict(parse_set(change) for change in _quoted(toggle)),
        scenario=scenario,
        measure=Measure(_quoted(measure)[0], country, int(year)),
        direction=change.removesuffix(", idle"),
        idle=change.endswith(", idle"),
        runs=int(runs),
    )


def _rows() -> list[Row]:
    lines = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    assert tuple(lines[0]) == HEADER
    return [_row(cells) for cells in lines[2:]]


ROWS = _rows()
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slug)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence()


@pytest.fixture(scope="module")
def base() -> Callable[[str], Sample]:
    """Runs of a scenario as it is: enough of them, and far enough, for all its rows."""
    known: dict[str, Sample] = {}

    def of(name: str) -> Sample:
        if name not in known:
            mine = [row for row in ROWS if row.scenario == name]
            runs, until = max(r.runs for r in mine), max(r.measure.year for r in mine)
            known[name] = Sample(load(name), runs, until=until)
        return known[name]

    return of


def test_the_table_has_one_row_for_each_mechanism(evidence: Evidence) -> None:
    assert [(row.slug, row.title) for row in ROWS] == [
        (mechanism.id, mechanism.title) for mechanism in evidence.mechanisms
    ]


@each_row
def test_a_row_cites_facts_that_name_its_mechanism(row: Row, evidence: Evidence) -> None:
    assert row.facts
    assert len(set(row.facts)) == len(row.facts)
    for fact in row.facts:
        assert fact in evidence.facts, f"{fact} is in no article"
        assert row.slug in evidence.facts[fact].mechanisms, f"{fact} is not about {row.slug}"


@each_row
def test_what_a_row_names_is_in_its_scenario(row: Row) -> None:
    scenario = load(row.scenario)
    document = scenario.resolved
    known: set[str] = set()
    for section in ("terms", "processes", "instruments", "rules", "futures", "behaviour", "events"):
        known |= set(document.get(section, {}))
    for section in ("shocks", "choices", "embargoes"):
        known |= set(document[section])
    known |= {part for path in scenario.quantities for part in path.split(".")}
    known |= {row.scenario, *scenario.quantities, "cover"}
    assert set(_quoted(row.how)) <= known


@each_row
def test_a_toggle_moves_its_measure_as_stated(row: Row, base: Callable[[str], Sample]) -> None:
    assert row.direction in ("up", "down")
    before = base(row.scenario)
    changed = before.scenario.replace(row.toggle)
    assert changed.sha256 != before.scenario.sha256
    after = Sample(changed, row.runs, before.seed, until=row.measure.year)
    difference = paired_many(before, after, [row.measure])[0]
    assert difference.n == row.runs
    shown = [way for way in ("up", "down") if difference.clear(way)]
    assert shown == ([] if row.idle else [row.direction]), (
        f"{row.measure.name} {row.measure.year}: {difference.mean:+.4g} "
        f"(95 % {difference.low:+.4g} to {difference.high:+.4g}), stated: {row.direction}"
    )
