"""The page on reading results: its Python and SQL run, and its columns are those of the tables."""

import re
import shlex
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import hedgerow
from hedgerow.cli.main import main
from hedgerow.results import columns, reference
from hedgerow.results.tables import KEYS
from hedgerow.results.yearly import ALWAYS

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "reference" / "reading-results.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
CODE = {language: [text for name, text in BLOCKS if name == language] for language, _ in BLOCKS}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the sweep of the page, made by its command."""
    folder = tmp_path_factory.mktemp("page")
    (scenario,) = CODE["toml"]
    (folder / "my-sweep.toml").write_text(scenario, encoding="utf-8")
    command = next(line for line in CODE["sh"][0].splitlines() if line.startswith("hedgerow sweep"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main([*shlex.split(command)[1:], "--workers", "1", "--quiet"]) == 0
    return folder


@pytest.fixture
def here(place, monkeypatch):
    monkeypatch.chdir(place)
    return place


@pytest.fixture(scope="module")
def asean(tmp_path_factory):
    out = tmp_path_factory.mktemp("asean") / "result"
    return hedgerow.run("asean", runs=2, seed=1, until=1998, out=out, progress=False)


def test_the_python_of_the_page_runs_from_top_to_bottom(here, capsys):
    space, told = {}, []
    for number, example in enumerate(CODE["python"]):
        exec(compile(example, f"example {number}", "exec"), space)
        told.append(capsys.readouterr().out)
    results = hedgerow.open("my-sweep")
    orders = results.ties(country="VNM", partner="RUS")
    assert told[0].startswith("48 runs, 0 failed\n") and "partners.USA.need" in told[0]
    assert len(told[1].splitlines()) == 1 + 3
    assert float(told[2].split(":")[1]) == pytest.approx(orders["arms_orders"].mean())
    ties = results.ties()
    assert told[3].split()[0] == str(len(ties))
    assert told[3].split()[4] == str((ties["year"] >= 2020).sum())
    assert told[4].startswith("<Results my-sweep") and told[4].endswith(" finished\n")
    assert len(told) == 10
    by_point = results.summary(measure="arms_orders:RUS", country="VNM", year=2024)["mean"]
    assert space["joined"].groupby("point")["arms_orders"].mean().tolist() == pytest.approx(
        by_point.tolist()
    )
    for value in by_point:
        assert f"{value:.6f}" in told[5]
    middle = results.summary(measure="alignment_index", country="VNM", point=1, year=[2014, 2024])[
        "q50"
    ]
    assert told[5].splitlines()[-1] == str(middle.to_numpy())
    few, many = (orders[(orders["year"] == 2024) & (orders["run"] // 16 == p)] for p in (0, 2))
    pairs = many["arms_orders"].to_numpy() - few["arms_orders"].to_numpy()
    assert told[6] == f"{pairs.mean():.3f} ± {pairs.std(ddof=1) / 4:.3f}\n"
    assert told[8].split(" ", 1)[0] == "48"
    frame = pd.read_stata("ties.dta")
    assert len(frame) == (ties["year"] == 2024).sum()
    assert frame["arms_orders"].mean() == pytest.approx(
        ties.loc[ties["year"] == 2024, "arms_orders"].mean()
    )


def test_the_sql_of_the_page_gives_what_the_results_hold(here):
    results = hedgerow.open("my-sweep")
    with duckdb.connect() as connection:
        connection.sql(CODE["sql"][0])
        means, change, shares = (connection.sql(text).df() for text in CODE["sql"][1:4])
        connection.sql(CODE["sql"][4])
    assert len(CODE["sql"]) == 5
    summary = results.summary(measure="arms_orders:RUS", country="VNM", year=2024)
    assert means["need"].tolist() == [0.1, 0.3, 0.5] == results.points().iloc[:, 1].tolist()
    np.testing.assert_allclose(means["mean"], summary["mean"])
    np.testing.assert_allclose(means["error"], summary["sd"] / np.sqrt(summary["n"]))
    ties = results.to_xarray("ties", columns=["arms_orders"], year=2024, country="VNM")
    russia = ties.arms_orders.sel(partner="RUS").squeeze(drop=True)
    pairs = russia.sel(point=2) - russia.sel(point=0)
    assert change["change"].item() == pytest.approx(pairs.mean().item())
    assert change["error"].item() == pytest.approx(pairs.std(ddof=1).item() / 4)
    assert set(shares["question"]) == {"ES-11/1"} and set(shares["n"]) == {16}
    np.testing.assert_allclose(shares.groupby("point")["share"].sum(), 1.0)
    rows = pd.read_csv("ties.csv")
    ties = results.ties(year=range(2020, 2025))
    assert len(rows) == len(ties)
    assert rows["arms_orders"].sum() == pytest.approx(ties["arms_orders"].sum())
    assert list(rows) == [
        *("point", "replicate", "need", "year", "country", "partner", "arms_orders", "tier")
    ]


def test_what_is_not_run_says_so():
    for language in ("r", "stata"):
        before = PAGE.split(f"```{language}\n")[0].rpartition("\n## ")[2]
        assert "*Not run by the tests of this page" in before
    assert set(CODE) == {"toml", "sh", "python", "sql", "r", "stata"}


def test_the_commands_of_the_page_are_right(here, capsys):
    line = CODE["sh"][1].strip()
    assert line == "hedgerow status my-sweep" and main(shlex.split(line)[1:]) == 0
    assert "complete and as it was written" in capsys.readouterr().out
    assert hedgerow.open("my-sweep").verify() == []


# columns ---------------------------------------------------------------------------------------
def test_the_tables_of_columns_are_up_to_date():
    assert reference.updated(PAGE) == PAGE, "run: python -m hedgerow.results.reference"
    with pytest.raises(ValueError, match="no place"):
        reference.updated("a page")


def rows_of(table):
    """Return the names in the page's table of columns."""
    section = PAGE.split(f"### `{table}`\n")[1].partition("\n#")[0].partition("<!--")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def row_for(table, column, kinds):
    """Return the name of the row that stands for a column."""
    if table == "ties":
        name, _, rest = column.partition("_")
        kind = kinds.get(name, kinds.get(column, "")).upper()
        return f"{kind}_{rest}" if kind and rest else kind or column
    for start, row in (("concentration_", "INSTRUMENT"), ("belief_", "FUTURE")):
        if column.startswith(start):
            return f"{start}{row}"
    return "PATH" if table == "runs" and column not in rows_of(table) else column


@pytest.mark.parametrize("table", [*KEYS, "summary"])
def test_every_column_of_a_table_has_its_row_and_every_row_its_column(place, asean, table):
    for results in (hedgerow.open(place / "my-sweep"), asean):
        names, kinds = results.dataset(table).schema.names, results.manifest["instruments"]
        rows = dict.fromkeys(row_for(table, name, kinds) for name in names)
        assert list(rows) == rows_of(table)
        paths = {name for name in names if row_for(table, name, kinds) == "PATH"}
        assert all("." in path for path in paths)
        assert all(columns.about(table, name, kinds) is not None for name in names)


def kind_of(field):
    return {"dictionary": "text", "string": "text"}.get(
        str(field.type).partition("<")[0], str(field.type)
    )


@pytest.mark.parametrize("table", [*KEYS, "summary"])
def test_columns_are_of_the_type_and_in_the_range_that_is_told(place, asean, table):
    for results in (hedgerow.open(place / "my-sweep"), asean):
        rows = results.dataset(table).to_table()
        for name in rows.column_names:
            told = columns.about(table, name, results.manifest["instruments"])
            column = rows[name]
            assert kind_of(rows.schema.field(name)) == told.kind, name
            assert told.empty or not column.null_count, name
            if told.kind != "text" and column.null_count < len(column):
                ends = pc.min_max(column.cast(pa.float64())).as_py()
                assert told.low - 1e-9 <= ends["min"] and ends["max"] <= told.high + 1e-9, name


def test_a_column_of_no_table_is_unknown():
    assert columns.about("ties", "alignment_index") is None
    assert columns.about("countries", "INSTRUMENT") is None
    assert columns.about("countries", "belief_coercion").unit == "probability"
    assert columns.about("runs", "partners.USA.need").empty


def test_every_key_of_a_manifest_is_told(place, asean):
    told = PAGE.split("The manifest carries")[1].split("\n\n")[1]
    keys = set(re.findall(r"`(\w+)`", " ".join(row.split(" | ")[0] for row in told.splitlines())))
    sweep = hedgerow.open(place / "my-sweep").manifest
    assert {*sweep, *asean.manifest} <= keys
    at_times = {"hindsight", "own", "conditions"} | {"commit", "code_digest"}  # two as git has it
    assert keys - {*sweep, *asean.manifest} <= at_times


def test_the_events_are_those_of_the_model(place, asean):
    section = PAGE.split("### Events\n")[1].partition("\n#")[0]
    told = set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE))
    assert told == set(ALWAYS)
    for results in (hedgerow.open(place / "my-sweep"), asean):
        own = set(results.scenario().events)
        events = results.events()
        names = events.groupby(events["kind"].astype(str))["event"].agg(set)
        assert names["tier"] == {"tier"} and names["visit"] - own == {"visit"}
        assert names["hedging"] <= {"hedging_entered", "hedging_broken"}
        assert names["coercion"] | names["offer"] <= own
        with_partner = events["partner"].notna()
        assert set(events["event"][~with_partner]) == names["hedging"]
