"""``hedgerow evidence``."""

import csv
import io
import json
import tomllib
from collections import Counter

import pytest

from hedgerow.facts import load_evidence
from hedgerow.files import folder


@pytest.fixture(scope="module")
def evidence():
    return load_evidence()


def facts(done):
    assert (done.code, done.err) == (0, ""), done
    return json.loads(done.out)


def test_all_facts_are_listed(call, evidence):
    done = call("evidence")
    assert done.code == 0
    assert all(name in "".join(done.out.split()) for name in evidence.facts)


def test_filters_add_up(call, evidence):
    expected = [
        fact.id
        for fact in evidence.facts.values()
        if {"VNM", "RUS"} <= {fact.actor, fact.partner}
        and fact.domain == "arms"
        and fact.years is not None
        and fact.years[0] <= 2023 <= fact.years[1]
        and "arsenal" in f"{fact.id} {fact.note} {fact.unit} {fact.doubt}".casefold()
    ]
    assert expected
    options = [
        "--country",
        "VNM",
        "--partner",
        "RUS",
        "--domain",
        "arms",
        "--year",
        "2023",
        "--text",
        "Arsenal",
    ]
    assert [row["id"] for row in facts(call("evidence", *options, "--format", "json"))] == expected


def test_csv_has_the_rows_of_json(call):
    rows = facts(call("evidence", "--domain", "trade", "--format", "json"))
    table = call("evidence", "--domain", "trade", "--format", "csv").out
    assert [row["id"] for row in csv.DictReader(io.StringIO(table))] == [row["id"] for row in rows]


def test_conflicts_show_the_facts_and_the_treatment(call, evidence):
    done = call("evidence", "--conflicts")
    text = " ".join(done.out.split())
    for conflict in evidence.conflicts:
        assert conflict.id in text
        assert conflict.treatment in text


def test_conflicts_are_filtered_by_their_facts(call, evidence):
    rows = facts(call("evidence", "--conflicts", "--domain", "trade", "--format", "json"))
    expected = [
        conflict.id
        for conflict in evidence.conflicts
        if any(evidence.facts[name].domain == "trade" for name in conflict.facts)
    ]
    assert [row["id"] for row in rows] == expected
    assert 0 < len(expected) < len(evidence.conflicts)


def test_no_fact_is_said_and_is_no_error(call):
    done = call("evidence", "--domain", "health", "--year", "1996")
    assert (done.code, done.out, done.err) == (0, "no facts\n", "")


def test_a_country_or_domain_that_no_fact_has_is_refused(refused):
    refused("evidence", "--domain", "arsm", telling="did you mean 'arms'?")
    refused("evidence", "--country", "ZZZ", telling=["--country ZZZ", "VNM"])
    refused("evidence", "--year", "soon", telling="--year")
    refused("evidence", "--scenario", "vietnam", "--year", "2020", telling="leave out --year")
    refused("evidence", "--scenario", "vietnm", telling="did you mean 'vietnam'?")


def sources_in(table):
    """Every source text in a parsed scenario file."""
    if isinstance(table, dict):
        own = [table["source"]] if isinstance(table.get("source"), str) else []
        return own + [text for value in table.values() for text in sources_in(value)]
    if isinstance(table, list):
        return [text for value in table for text in sources_in(value)]
    return []


def test_a_scenario_is_listed_with_every_source_and_the_count_of_each_label(call):
    rows = facts(call("evidence", "--scenario", "vietnam", "--format", "json"))
    assert len({row["path"] for row in rows}) == len(rows) > 100
    named = {row["source"] for row in rows}
    written = sources_in(tomllib.loads((folder("scenarios") / "vietnam.toml").read_text("utf-8")))
    cited = {text for text in written if text.startswith("S")}
    assert cited and cited & named
    table = call("evidence", "--scenario", "vietnam").out.splitlines()
    assert table[0].startswith(f"vietnam: {len(rows)} numbers: ")
    for kind, count in Counter(row["kind"] for row in rows).items():
        assert f"{count} {kind}" in table[0].partition(": ")[2].partition(": ")[2].split(", ")
        line = next(line for line in table[-9:] if line.startswith(f"{kind}  "))
        assert line.removeprefix(kind).split()[0] == str(count)


def test_external_sources_are_listed_with_all_that_is_known_of_them(call, refused):
    with (folder("seeds") / "external.toml").open("rb") as file:
        entries = tomllib.load(file)["external"]
    rows = facts(call("evidence", "--external", "--format", "json"))
    told = [{k: v for k, v in row.items() if v != ""} for row in rows]
    assert told[: len(entries)] == entries
    with (folder("seeds") / "panel" / "panel.toml").open("rb") as file:
        tables = tomllib.load(file)["tables"]
    assert [row["id"] for row in told[len(entries) :]] == [one["external"] for one in tables]
    table = call("evidence", "--external").out
    for entry in entries:
        assert f"{entry['id']}: {entry['name']}: {entry['table']}" in table
        assert entry["derivation"] in table and f"read: {entry['read']}" in table
    refused("evidence", "--external", "--year", "2020", telling="leave out --year")
    refused("evidence", "--external", "--targets", telling="leave out --targets")


def test_the_panel_is_listed_with_its_sources_and_licences(call, refused):
    with (folder("seeds") / "panel" / "panel.toml").open("rb") as file:
        written = tomllib.load(file)
    sources = {source["id"]: source for source in written["sources"]}
    rows = facts(call("evidence", "--panel", "--format", "json"))
    text = " ".join(call("evidence", "--panel").out.split())
    assert [row["table"] for row in rows] == [table["name"] for table in written["tables"]]
    for row, table in zip(rows, written["tables"], strict=True):
        file = folder("seeds") / "panel" / f"{table['name']}.csv"
        assert row["rows"] == len(list(csv.DictReader(file.open(encoding="utf-8", newline=""))))
        size = f"({row['rows']} rows, " + (f"{row['states']} states, " if row["states"] else "")
        assert f"{table['name']}: {table['title']} {size}{row['years']})" in text
        assert f"external: {table['external']}, WHAT" in text
        for name in table["sources"]:
            for key in ("name", "vintage", "read", "licence"):
                assert sources[name][key] in row["sources" if key == "name" else key]
                assert sources[name][key] in text
    assert {row["table"]: row["states"] for row in rows}["arms_deliveries"] == 49
    printed = call("evidence", "--panel", "--format", "csv").out
    assert [row["rows"] for row in csv.DictReader(io.StringIO(printed))] == [
        str(row["rows"]) for row in rows
    ]
    refused("evidence", "--panel", "--year", "2020", telling="leave out --year")
    refused("evidence", "--panel", "--external", telling="leave out --external")


def test_targets_are_listed_with_their_errors(call):
    rows = {row["id"]: row for row in facts(call("evidence", "--targets", "--format", "json"))}
    assert rows["arsenal-rus-2000"]["value"] == "0.97"
    assert rows["arsenal-rus-2022"]["bias"] == "0.05"
    assert rows["vote-es-11-1"]["measures"] == "choice:ES-11/1"
    own = facts(call("evidence", "--targets", "--scenario", "vietnam", "--format", "json"))
    assert {row["country"] for row in own} == {"VNM"} and len(own) < len(rows)
    done = call("evidence", "--targets")
    assert done.code == 0 and all(name in done.out for name in rows)
    assert "trade:RUS/trade:CHN 0.143427" in done.out and "choice:ES-11/3 against" in done.out


def test_targets_take_no_filters_and_only_scenarios_that_have_some(call, refused):
    refused("evidence", "--targets", "--year", "2022", telling="leave out --year")
    refused("evidence", "--targets", "--scenario", "loyal", telling="those of asean, vietnam")
