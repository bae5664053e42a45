"""A file of a result that lacks a key or a column, or has a wrong one: one clear message."""

import json
import shutil

import pytest
from cli import damage
from sweep.small import write

import hedgerow
from hedgerow.results import ResultError
from hedgerow.runs import Workers, sweep

LIST = """
[sweep]
replicates = 2
[sweep.over]
"partners.USA.will" = [0.2, 0.9]
"""
PART = "part-000000000000.parquet"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A run and a sweep, which tests copy."""
    folder = tmp_path_factory.mktemp("kept")
    world = write(folder, "", "run.toml", end=2000)
    hedgerow.run(world, runs=2, out=folder / "run", progress=False)
    team = Workers(processes=1, progress=False)
    sweep(write(folder, LIST, end=2000), out=folder / "sweep", keep="ties", team=team)
    return folder


@pytest.fixture
def folders(kept, here):
    for name in ("run", "sweep"):
        shutil.copytree(kept / name, here / name)
    return here


def changes_of(kept, name, path):
    """Yield words and contents for each change of a file."""
    place = kept / name / path
    if path.endswith(".json"):
        return damage.sealed_mutants(json.loads(place.read_text(encoding="utf-8")))
    if path == "journal.jsonl":
        return damage.journals(place)
    return damage.summaries(place) if path == "summary.csv" else damage.tables(place)


def commands(name):
    yield "status", name
    yield "plot", name, "--figure", "arms", "--out", "drawn"
    yield "run", "--rerun", f"{name}:1"
    yield "compare", name, name, "--measure", "autonomy", "--quiet", "--out", "compared"
    if name == "sweep":
        yield "resume", name, "--quiet", "--workers", "1"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("run", "manifest.json"),
        ("run", "summary.csv"),
        *(("run", f"tables/{table}/{PART}") for table in ("runs", "countries", "ties", "choices")),
        ("sweep", "manifest.json"),
        ("sweep", "sweep.json"),
        ("sweep", "journal.jsonl"),
        ("sweep", f"tables/summary/{PART}"),
    ],
    ids=lambda value: value.removeprefix("tables/").partition("/")[0],
)
def test_no_wrong_file_of_a_result_is_a_fault_of_hedgerow(call, kept, folders, name, path):
    for number, (what, change) in enumerate(changes_of(kept, name, path)):
        damage.restored(kept / name, folders / name)
        damage.write(change, folders / name / path)
        every = list(commands(name))
        # The first looks at everything; of the others one in turn, since some take a second.
        turn = 1 + number % (len(every) - 1)
        for command in (every[0], *every[turn : turn + (path.endswith("json") or number % 3 == 0)]):
            for left in ("drawn", "compared"):
                shutil.rmtree(folders / left, ignore_errors=True)
            done = call(*command)
            told = f"{what}: {' '.join(command)}: {done}"
            assert done.code in (0, 1, 2), told
            assert "fault of hedgerow" not in done.err and "Traceback" not in done.err, told
            assert done.code == 0 or "error: " in done.err, told
        damage.write(change, folders / name / path)
        try:
            found = hedgerow.open(folders / name)
            assert isinstance(found.verify(), list) and repr(found)
            for table in ("runs", "countries", "ties", "choices", "events", "summary", "points"):
                getattr(found, table)()
        except ResultError as error:
            assert str(folders / name) in str(error), what


@pytest.mark.parametrize(
    ("path", "change", "telling"),
    [
        ("manifest.json", {"seed": None}, "manifest.json: is damaged: 'seed' must be a whole"),
        ("manifest.json", {"countries": []}, "'countries' must be a table of texts, not []"),
        ("manifest.json", {"seed": True}, "'seed' must be a whole number of at least 0, not true"),
    ],
)
def test_the_message_says_what_is_wrong_and_what_to_do(refused, folders, path, change, telling):
    place = folders / "run" / path
    body = json.loads(place.read_text(encoding="utf-8"))
    place.write_text(json.dumps(body | change), encoding="utf-8")
    how = "take it back from a copy, or run the scenario again: hedgerow run run/scenario.toml"
    refused("plot", "run", telling=[telling, how])


def test_a_key_that_is_missing_is_named(refused, folders):
    place = folders / "run" / "manifest.json"
    body = json.loads(place.read_text(encoding="utf-8"))
    del body["poles"]
    place.write_text(json.dumps(body), encoding="utf-8")
    done = refused("plot", "run", telling="run/manifest.json: is damaged: lacks 'poles'; take it")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, "\udcff", '{"a": 1}'])
def test_what_is_no_manifest_is_told_in_one_line(call, folders, text):
    place = folders / "run" / "manifest.json"
    place.write_bytes(text.encode(errors="surrogateescape"))
    for command in (("plot", "run"), ("status", "run"), ("run", "--rerun", "run:0")):
        done = call(*command)
        assert done.code == (1 if command[0] == "status" else 2)
        assert done.err.startswith("error: run/manifest.json: is damaged: ")
        assert done.err.count("\n") == 1


@pytest.mark.parametrize("how", ["semicolons", "byte order mark", "both"])
def test_a_summary_saved_by_a_spreadsheet_is_told_in_one_line(refused, folders, how):
    path = folders / "run" / "summary.csv"
    damage.write(dict(damage.summaries(path))[how], path)
    done = refused("plot", "run", telling="run/summary.csv: is damaged: its first line is ")
    assert "a spreadsheet program may have saved it" in done.err
    assert done.err.count("\n") == 1


def test_a_table_without_a_column_is_told_with_its_place(refused, folders):
    path = folders / "run" / "tables" / "ties" / PART
    damage.write(dict(damage.tables(path))["arms_stock gone"], path)
    refused("plot", "run", telling="tables/ties: is damaged: lacks the column 'arms_stock'")


@pytest.mark.parametrize("depth", [150, 3000, 100_000])
def test_json_that_is_nested_beyond_reason_is_damaged(call, folders, depth):
    for name, command in (("run", "status"), ("sweep", "status"), ("sweep", "resume")):
        path = folders / name / ("manifest.json" if name == "run" else "sweep.json")
        path.write_text(
            path.read_text(encoding="utf-8").replace("{", f'{{"x": {"[" * depth}{"]" * depth},', 1),
            encoding="utf-8",
        )
        done = call(command, name)
        assert done.code in (1, 2) and "nested too deeply" in done.err
        assert "fault of hedgerow" not in done.err
