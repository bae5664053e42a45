"""The reference and the JSON Schema are those of the code, and hold for what is shipped."""

import re
import tomllib
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from hedgerow.files import folder
from hedgerow.model.numbers import BY_ARRAY, FIELDS
from hedgerow.model.parameters import POLITICS, PROCESSES, TERMS, Effect, Kind, Role
from hedgerow.model.strategies import STRATEGIES
from hedgerow.scenario import load
from hedgerow.scenario.fields import find
from hedgerow.scenario.jsonschema import json_schema, json_schema_text
from hedgerow.scenario.quantity import PRIORS
from hedgerow.scenario.reference import PAGES, updated
from hedgerow.scenario.schema import Strategy, file_model, keys_at

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "reference" / "scenario-format.md"
SMALL = Path(__file__).parent / "small.toml"


@pytest.mark.parametrize("page", PAGES)
def test_tables_are_up_to_date(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    assert updated(text) == text, "run: python -m hedgerow.scenario.reference"


def test_a_page_without_a_place_for_tables_is_refused():
    with pytest.raises(ValueError, match="no place for any of numbers, switches, parameters"):
        updated("# A page\n")


def test_json_schema_is_up_to_date():
    text = (DOCS / "scenario.schema.json").read_text(encoding="utf-8")
    assert text == json_schema_text(), "run: python -m hedgerow.scenario.reference"


def test_json_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_shipped_scenarios_fit_the_json_schema(small):
    validator = jsonschema.Draft202012Validator(json_schema())
    files = [SMALL, *sorted(folder("scenarios").rglob("*.toml"))]
    assert len(files) > 1
    for file in files:
        validator.validate(tomllib.loads(file.read_text(encoding="utf-8")))
    validator.validate(tomllib.loads(small.to_toml()))


@pytest.mark.parametrize(
    "text",
    [
        "titel = 'x'",
        "partners.RUS.trust = 2",
        "partners.RUS.trust = 'x'",
        "partners.RUS.trust = { dist = 'uniform', low = 0 }",
        "partners.RUS.trust = { dist = 'gauss', value = 0 }",
        "instruments.arms.kind = 'orders'",
        "instruments.arms.roles = ['protects']",
        "events.incident.effect = 'storm'",
        "habit.arms = 'none'",
        "politics.arms = true",
        "labels.names = ['none', 'ally']",
        "choices = [{ at = 2001, question = 'q', countries = ['VNM'], votes = { USA = 'yes' } }]",
        "paths.RUS.market = { 2000 = 1.5 }",
        "instruments.arms.step = { dist = 'half_normal', sd = 1 }",
        "countries.VNM.tiers.RUS = 1.5",
        "ensemble.runs = 0",
        "shocks = [{ at = 2000, path = 'threat', op = 'sett', value = 1 }]",
        "shocks = [{ path = 'threat', op = 'set', value = 1 }]",
    ],
)
def test_json_schema_refuses_what_the_loader_refuses(problems, child, text):
    head = "schema = 2\ntitle = 'x'\n"
    validator = jsonschema.Draft202012Validator(json_schema())
    validator.validate(tomllib.loads(head))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(tomllib.loads(head + text))
    assert problems(child(text))


def examples():
    text = PAGE.read_text(encoding="utf-8")
    return dict(re.findall(r"<!-- ([a-z-]+) -->\n```toml\n(.*?)```", text, re.DOTALL))


def test_examples_of_the_page(write):
    shown = examples()
    assert set(shown) == {"example", "what-if", "added"}
    parent = load(write(shown["example"], "parent.toml"))
    assert parent.warnings == ()
    what_if = load(write(shown["what-if"], "what-if.toml"))
    assert what_if.resolved["shocks"] == {} and what_if.parent == "parent.toml"
    added = load(write(shown["added"], "added.toml"))
    assert {warning.severity for warning in added.warnings} == {"note"}
    assert "HOME" in added.countries and "TUR" in added.partners


def test_the_page_names_all_there_is():
    text = PAGE.read_text(encoding="utf-8")
    for name in (*TERMS, *PROCESSES, *POLITICS, *Role):
        assert f"`{name}`" in text
    for name in (*Kind, *Effect):
        assert f'| `"{name}"` |' in text
    for name in PRIORS:
        assert f'dist = "{name}"' in text
    for key in keys_at(()):
        assert (
            f"`[{key}]`" in text
            or f"`[{key}" in text
            or f"`[[{key}]]`" in text
            or f"`{key}`" in text
        )
    for name in STRATEGIES:
        assert f'`"{name}"` |' in text
    for name in ("intensity", "critical_rivalry"):
        assert f"`{name}`" in text.split("## All numbers")[0]
    for entry in ("shocks", "choices", "embargoes", "expect", "sweep"):
        for key in keys_at((entry, 0)):
            assert f"`{key}" in text, (entry, key)


def test_the_format_knows_the_strategies_of_the_model():
    assert set(get_args(Strategy)) == set(STRATEGIES)


def test_every_field_is_a_key_of_the_format():
    keys = {"k": "arms", "p": "USA", "q": "CHN", "i": "VNM", "j": "LAO", "w": "future"}
    keys |= {"e": "incident", "c": "territorial"}
    for field in FIELDS:
        parts = tuple(keys[part[1:-1]] if part[0] == "{" else part for part in field.parts)
        document = {"schema": 2, "title": "x"}
        node = document
        for part in parts[:-1]:
            node = node.setdefault(part, {})
        node[parts[-1]] = field.default
        file_model().model_validate(document)
        assert find(parts) is not None and find(parts)[0] is field
        assert field.low <= field.default <= field.high and field.meaning
    assert len(BY_ARRAY) == len(FIELDS)
