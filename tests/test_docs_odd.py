"""The ODD document has a row for everything that the code has."""

import re
from collections import Counter, defaultdict
from importlib import import_module
from importlib.util import find_spec
from math import inf
from pathlib import Path

import pytest

from hedgerow.facts import classify
from hedgerow.facts.facts import load_evidence
from hedgerow.model.numbers import FIELDS
from hedgerow.model.parameters import POLITICS, PROCESSES, TERMS, Effect, Kind, Role
from hedgerow.model.strategies import STRATEGIES
from hedgerow.results.columns import COLUMNS
from hedgerow.scenario import load
from hedgerow.scenario.fields import find
from hedgerow.scenario.keys import split
from hedgerow.scenario.target_file import load_targets

ODD = Path(__file__).parents[1] / "docs" / "background" / "ODD.md"


def tables() -> dict[str, list[list[str]]]:
    """Rows of all tables by their header."""
    found: dict[str, list[list[str]]] = {}
    header = ""
    for line in ODD.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            header = ""
        elif not header:
            header = line
            found.setdefault(header, [])
        elif not line.startswith("|---"):
            found[header].append([cell.strip() for cell in line.strip("|").split(" | ")])
    return found


def rows(first: str) -> list[list[str]]:
    """Rows of the tables whose first column is called so."""
    return [r for header, rs in tables().items() if header.startswith(f"| {first} |") for r in rs]


def number(text: str) -> float:
    return {"∞": inf, "−∞": -inf}[text] if "∞" in text else float(text.replace("−", "-"))


def test_every_parameter_has_its_row():
    written = [row[0].strip("`") for row in rows("parameter")]
    assert written == [field.path for field in FIELDS]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.path)
def test_a_parameter_is_told_as_it_is(field):
    row = next(row for row in rows("parameter") if row[0] == f"`{field.path}`")
    _, meaning, unit, default, span, equations, _, _ = row
    low, high = span.split(" to ")
    assert (meaning, unit) == (field.meaning, field.unit or "1")
    assert (number(default), number(low), number(high)) == (field.default, field.low, field.high)
    labels = {row[0] for first in ("term", "step", "quantity") for row in rows(first)}
    labels |= {"initial state"}
    assert set(equations.split(", ")) <= labels


def test_parameters_stand_on_what_the_scenarios_name():
    evidence = load_evidence()
    named: dict[str, set[str]] = defaultdict(set)
    for name in ("vietnam", "asean"):
        for path, quantity in load(name).quantities.items():
            found = find(split(path))
            if found is not None and quantity.source:
                source = classify(quantity.source, evidence)
                knows = source.kind == "assumption"
                named[found[0].path].update(
                    [source.kind] if knows else source.facts or [source.kind]
                )
    for row in rows("parameter"):
        told = set() if row[-1] == "default" else set(row[-1].split(", "))
        assert told == named[row[0].strip("`")], row[0]


def test_the_counts_of_labels_are_those_of_the_scenario():
    rows = load("vietnam").provenance()
    kinds = Counter(row.kind for row in rows)
    evidence = load_evidence()
    dates = [row for row in rows if row.kind == "date from fact"]
    cited = [[evidence.facts[name] for name in classify(d.source, evidence).facts] for d in dates]
    exact = sum(any("-" in fact.date for fact in facts) for facts in cited)
    assert not any(fact.coded == "inferred" for facts in cited for fact in facts)
    text = " ".join(ODD.read_text(encoding="utf-8").split())
    told = (
        f"Of the {kinds.total()} numbers there, {kinds['from fact']} follow from a fact by a rule, "
        f"{kinds['date from fact']} are dates of which facts give the year (of {exact} the quarter "
        f"too), and of {kinds['sign from fact']} a "
        f"fact gives the sign and we the size; {kinds['estimated']} are estimated, "
        f"{kinds['external']} external, {kinds['assumption']} assumptions, "
        f"{kinds['convention']} conventions, "
        f"{kinds['default']} left at the model's default."
    )
    assert told in text and kinds["missing"] == 0


def test_facts_exist():
    known = set(load_evidence().facts)
    assert set(re.findall(r"\bS\d-[a-z][\w-]+", ODD.read_text(encoding="utf-8"))) <= known


def test_every_target_has_its_row():
    patterns = {row[0].partition(":")[0] for row in rows("pattern")}
    patterns |= {"no designation", "no alliance"}
    written = {row[0]: row[1:] for row in rows("target")}
    targets = load_targets()
    assert list(written) == [target.id for target in targets]
    for target in targets:
        country, _, kind, use, pattern = written[target.id]
        assert (country, kind, use) == (target.country, target.kind, target.use)
        assert pattern in patterns


def test_every_term_process_strategy_and_measure_has_its_row():
    assert {row[0].replace(" ", "_").replace("-", "_") for row in rows("term")} == set(TERMS)
    assert [row[0] for row in rows("strategy")] == list(STRATEGIES)
    assert [row[0] for row in rows("process")] == list(PROCESSES)
    assert [row[0] for row in rows("ω of")] == list(POLITICS)
    assert [row[0] for row in rows("kind")] == list(Kind)
    assert [row[0] for row in rows("effect")] == list(Effect)
    assert [name for row in rows("role") for name in row[0].split(", ")] == list(Role)
    told = {name for row in rows("measure") for name in row[0].split(", ")}
    reported = set(COLUMNS["countries"]) - {"run", "year", "country", "payoff"}
    reported = {re.sub("_(INSTRUMENT|FUTURE)$", "", name) for name in reported}
    assert reported <= {re.sub("_(k|ω)$", "", name) for name in told}


def test_functions_exist():
    told = []
    for header, found in tables().items():
        columns = [cell.strip() for cell in header.strip("|").split(" | ")]
        if "function" in columns:
            place = columns.index("function")
            told += [name for row in found for name in re.findall(r"`([\w.]+)`", row[place])]
    assert len(told) > 40
    for name in told:
        module, function = name.split(".")
        there = find_spec(f"hedgerow.model.{module}")
        there = import_module(there.name if there else f"hedgerow.model.{module}")
        assert hasattr(there, function), name
