"""Files of draws: whole rows, in place of the priors that they were made under and no others."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import hedgerow
from hedgerow.scenario import ScenarioError, load
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
        f'schema = 1\ntitle = "Mine"\nextends = "vietnam"\nparameters = "{name}"\n{extra}',
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
    child.write_text('schema = 1\ntitle = "Child"\nextends = "../mine.toml"\n', encoding="utf-8")
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
    assert "nothing that this scenario draws" in told()
    spoil(tmp_path, pa.table({"partners.USA.trust": [0.5, 0.9]}))
    assert "draws of partners.USA.trust leave the range" in told()
