"""Files of draws: whole rows, in place of the priors that they were made under and no others."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import hedgerow
from hedgerow.scenario import ScenarioError, draws, load
from hedgerow.scenario.compile import sampled, world
from hedgerow.scenario.draws import to_bytes

PATHS = ("partners.USA.trust", "behaviour.autonomy", "shocks.war-supply.value")
REPLICATES = np.arange(64, dtype=np.uint64)


@pytest.fixture(scope="module")
def vietnam():
    return load("vietnam")


def columns(scenario, rows=7):
    """Numbers within their priors that tell their row: row r is the (r + 1)/8 quantile."""
    u = (np.arange(rows) + 1.0) / (rows + 1.0)
    return {path: scenario.quantities[path].sample(u) for path in PATHS}


@pytest.fixture
def drawn(vietnam, tmp_path):
    """A scenario beside a file of draws that it names, and the draws."""
    made = columns(vietnam)
    (tmp_path / "draws.parquet").write_bytes(to_bytes(made, vietnam.quantities))
    return write(tmp_path), made


def write(folder, extra="", name="draws.parquet"):
    file = folder / "mine.toml"
    file.write_text(
        f'schema = 2\ntitle = "Mine"\nextends = "vietnam"\nparameters = "{name}"\n{extra}',
        encoding="utf-8",
    )
    return file


def test_every_replicate_takes_one_row_whole(drawn, vietnam):
    file, made = drawn
    scenario = load(file)
    values = sampled(scenario, REPLICATES, 5)
    rows = {tuple(row) for row in zip(*made.values(), strict=True)}
    taken = [tuple(row) for row in zip(*(values[path] for path in PATHS), strict=True)]
    assert set(taken) <= rows and len(set(taken)) > 3
    others = sampled(vietnam, REPLICATES, 5)
    for path in set(others) - set(PATHS):
        assert np.array_equal(values[path], others[path]), path


def test_a_replicate_takes_its_row_whatever_its_companions(drawn):
    scenario = load(drawn[0])
    whole = sampled(scenario, REPLICATES, 5)
    for part in (REPLICATES[3:4], REPLICATES[10:41]):
        own = sampled(scenario, part, 5)
        for path in PATHS:
            assert np.array_equal(own[path], whole[path][part.astype(int)])


def test_the_rows_reach_the_world(drawn):
    scenario = load(drawn[0])
    values = sampled(scenario, REPLICATES, 5)
    numbers = world(scenario, REPLICATES, 5).values
    usa = scenario.partners.index("USA")
    assert np.array_equal(numbers["trust"][usa], values["partners.USA.trust"])
    assert np.array_equal(numbers["autonomy"][0], values["behaviour.autonomy"])


def test_what_a_what_if_says_has_the_last_word(drawn, tmp_path):
    changed = load(
        write(
            tmp_path,
            '[partners.USA]\ntrust = { value = 0.5, source = "assumption" }\n'
            '[behaviour]\nsource = "assumption"\n'
            'autonomy = { dist = "uniform", low = 0, high = 9 }',
        )
    )
    assert changed.draws.holding(changed.quantities) == ("shocks.war-supply.value",)
    values = sampled(changed, REPLICATES, 5)
    assert "partners.USA.trust" not in values
    assert values["behaviour.autonomy"].max() > 5.0


def test_it_can_be_set_by_hand_and_children_inherit_it(drawn, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    named = load("vietnam", {"parameters": "draws.parquet"})
    child = tmp_path / "sub" / "child.toml"
    child.parent.mkdir()
    child.write_text('schema = 2\ntitle = "Child"\nextends = "../mine.toml"\n', encoding="utf-8")
    own = sampled(named, REPLICATES, 5)
    inherited = sampled(load(child), REPLICATES, 5)
    assert all(np.array_equal(own[path], inherited[path]) for path in own)


def test_the_hash_is_that_of_the_content_not_of_the_place(drawn, vietnam, tmp_path):
    first = load(drawn[0])
    (tmp_path / "other.parquet").write_bytes((tmp_path / "draws.parquet").read_bytes())
    assert load(write(tmp_path, name="other.parquet")).sha256 == first.sha256 != vietnam.sha256
    made = {path: values[::-1] for path, values in drawn[1].items()}
    (tmp_path / "other.parquet").write_bytes(to_bytes(made, vietnam.quantities))
    assert load(write(tmp_path, name="other.parquet")).sha256 != first.sha256


def test_a_result_runs_again_from_its_folder_to_the_same_digest(drawn, tmp_path):
    first = hedgerow.run(load(drawn[0]), runs=4, until=1997, out=tmp_path / "a")
    (tmp_path / "draws.parquet").unlink()
    again = hedgerow.run(tmp_path / "a" / "scenario.toml", out=tmp_path / "b")
    assert again.manifest["tables_digest"] == first.manifest["tables_digest"]
    assert set(first.runs()["behaviour.autonomy"]) <= set(drawn[1]["behaviour.autonomy"])


def spoil(folder, table):
    pq.write_table(table, folder / "draws.parquet")


def test_a_file_that_cannot_be_used_is_told_with_its_place(tmp_path):
    def told(name="draws.parquet"):
        with pytest.raises(ScenarioError) as caught:
            load(write(tmp_path, name=name))
        text = str(caught.value)
        assert "mine.toml:4" in text
        return text

    assert "no file of draws 'nothing.parquet'" in told("nothing.parquet")
    (tmp_path / "draws.parquet").write_text("no parquet")
    assert "cannot be read as draws" in told()
    spoil(tmp_path, pa.table({"partners.USA.trust": ["a"]}))
    assert "not of numbers alone" in told()
    spoil(tmp_path, pa.table({"partners.USA.trust": [float("nan")]}))
    assert "not finite" in told()
    spoil(tmp_path, pa.table({"partners.USA.trust": pa.array([], pa.float64())}))
    assert "it is empty" in told()
    spoil(tmp_path, pa.table({"partners.USA.trsut": [0.5]}))
    assert "column 'partners.USA.trsut' of 'draws.parquet' is no path" in told()
    spoil(tmp_path, pa.table({"partners.USA.moderation": [0.5]}))
    assert "nothing that this scenario draws" in told()
    spoil(tmp_path, pa.table({"partners.USA.trust": [0.5, 0.9]}))
    assert "draws of partners.USA.trust leave the range" in told()


# columns -------------------------------------------------------------------------------------
SMALL = Path(__file__).parent / "small.toml"
RIVALRY = "relations.rivalry.RUS.USA"


def spread(path, low=0.1, high=0.9):
    """Draws within the prior of the small scenario, as a column of a data frame."""
    return {path: np.linspace(low, high, 8)}


def small_with(folder, table):
    if isinstance(table, pd.DataFrame):
        table.to_parquet(folder / "mine.parquet")
    else:
        pq.write_table(pa.table(table), folder / "mine.parquet")
    return load(SMALL, {"parameters": str(folder / "mine.parquet")})


def refusal(folder, table):
    with pytest.raises(ScenarioError) as caught:
        small_with(folder, table)
    (problem,) = caught.value.problems
    return str(problem)


def test_a_mistyped_column_is_named_with_what_was_meant(tmp_path):
    told = refusal(tmp_path, spread("behaviour.securty") | spread(RIVALRY, 0.3))
    assert "column 'behaviour.securty'" in told and "did you mean 'behaviour.security'?" in told
    told = refusal(tmp_path, spread("row") | spread(RIVALRY, 0.3))
    assert "column 'row'" in told and "drop the column" in told


def test_the_partners_of_a_relation_stand_in_either_order(tmp_path):
    one = small_with(tmp_path, spread(RIVALRY, 0.3))
    other = small_with(tmp_path, spread("relations.rivalry.USA.RUS", 0.3))
    values = [sampled(scenario, REPLICATES, 5)[RIVALRY] for scenario in (one, other)]
    assert np.array_equal(*values) and len(set(values[0])) == 8
    both = spread(RIVALRY, 0.3) | spread("relations.rivalry.USA.RUS", 0.3)
    assert "two columns" in refusal(tmp_path, both)


def test_whole_numbers_are_numbers_and_truth_values_are_none(tmp_path):
    path = "behaviour.security"
    scenario = small_with(tmp_path, {path: np.array([0, 1, 2])})
    assert set(sampled(scenario, REPLICATES, 5)[path]) == {0.0, 1.0, 2.0}
    assert "not of numbers alone" in refusal(tmp_path, {path: [True, False]})
    assert "too large" in refusal(tmp_path, {path: [2**62, 1]})


def test_the_index_of_a_data_frame_is_no_column(tmp_path):
    frame = pd.DataFrame(spread(RIVALRY, 0.3), index=[3, 1, 4, 15, 9, 2, 6, 5])
    assert set(small_with(tmp_path, frame).draws.columns) == {RIVALRY}
    frame.index.name = "draw"
    assert set(small_with(tmp_path, frame).draws.columns) == {RIVALRY}


def test_a_column_of_a_number_that_is_not_drawn_is_noted(tmp_path):
    scenario = small_with(tmp_path, spread(RIVALRY, 0.3) | spread("partners.USA.trust"))
    (note,) = [note for note in scenario.warnings if "parquet" in note.message]
    assert note.severity == "note" and "column partners.USA.trust" in note.message


def test_a_file_that_unpacks_to_gigabytes_is_refused_before_it_is_read(tmp_path):
    part = pa.table({"behaviour.security": pa.array(np.ones(2**20))})
    with pq.ParquetWriter(tmp_path / "mine.parquet", part.schema) as writer:
        for _ in range(160):
            writer.write_table(part)
    assert (tmp_path / "mine.parquet").stat().st_size < 2**20
    with pytest.raises(ScenarioError, match=r"unpacks to is too large: 1\.25 GiB"):
        load(SMALL, {"parameters": str(tmp_path / "mine.parquet")})


def test_of_many_wrong_columns_some_are_named_and_the_others_counted(tmp_path):
    table = {f"partners.R{n}.trust": [0.5] for n in range(3000)}
    with pytest.raises(ScenarioError) as caught:
        small_with(tmp_path, table)
    told = [problem.message for problem in caught.value.problems]
    assert len(told) == 21 and "'partners.R0.trust'" in told[0]
    assert "2980 more were not looked at" in told[-1]
    table = {f"c{n}": [0.5] for n in range(draws.MOST_COLUMNS + 1)}
    assert f"at most {draws.MOST_COLUMNS} are read" in refusal(tmp_path, table)
