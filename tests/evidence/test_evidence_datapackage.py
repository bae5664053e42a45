"""The panel as a data package: up to date, and its tables are what it says."""

import csv
import json
import re
from pathlib import Path

import pytest

from hedgerow.facts.datapackage import PACKAGE, text
from hedgerow.facts.dictionary import read_dictionary
from hedgerow.files import folder

PANEL = folder("seeds") / "panel"
DESCRIPTOR = json.loads((PANEL / PACKAGE).read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in DESCRIPTOR["resources"]}


def cells(name: str, folder_: Path = PANEL) -> list[dict[str, str]]:
    """The rows of a table."""
    with (folder_ / RESOURCES[name]["path"]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults(field: dict, cell: str) -> list[str]:
    """What is wrong with a cell, by the type and the constraints of its field."""
    rules = field["constraints"]
    if cell == "":
        return ["empty"] * rules["required"]
    if field["type"] in ("integer", "number"):
        value = int(cell) if field["type"] == "integer" else float(cell)
        return ["out of range"] * (not rules["minimum"] <= value <= rules["maximum"])
    if "pattern" in rules and not re.fullmatch(rules["pattern"], cell):
        return ["not of the pattern"]
    return ["not allowed"] * (cell not in rules.get("enum", [cell]))


def test_it_is_up_to_date():
    dictionary = read_dictionary(PANEL / "panel.toml")
    assert (PANEL / PACKAGE).read_text(encoding="utf-8") == text(dictionary), (
        "run: python -m hedgerow.facts.reference"
    )
    assert {f"{name}.csv" for name in RESOURCES} == {path.name for path in PANEL.glob("*.csv")}


@pytest.mark.parametrize("name", RESOURCES)
def test_every_cell_is_what_it_says(name):
    schema, rows = RESOURCES[name]["schema"], cells(name)
    assert [field["name"] for field in schema["fields"]] == list(rows[0])
    wrong = [
        (field["name"], row[field["name"]], fault)
        for row in rows
        for field in schema["fields"]
        for fault in faults(field, row[field["name"]])
    ]
    assert wrong == []
    assert len({tuple(row[key] for key in schema["primaryKey"]) for row in rows}) == len(rows)
    for foreign in schema["foreignKeys"]:
        to = foreign["reference"]
        known = {row[to["fields"]] for row in cells(to["resource"])}
        assert {row[foreign["fields"]] for row in rows} <= known


def test_votes_refer_to_roll_calls_and_states():
    foreign = RESOURCES["un_votes"]["schema"]["foreignKeys"]
    assert {each["reference"]["resource"] for each in foreign} == {"states", "un_rollcalls"}


def test_what_is_wrong_is_seen():
    """The check itself sees a wrong cell of each kind."""
    fields = {f["name"]: f for f in RESOURCES["trade_shares"]["schema"]["fields"]}
    wrong = {"share": "1.2", "country": "", "partner": "Eu", "year": "1994", "source": "own"}
    assert all(faults(fields[name], cell) for name, cell in wrong.items())
