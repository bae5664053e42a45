"""The table of an experiment, and statistics with their errors."""

from math import isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hedgerow.errors import ExperimentError
from hedgerow.experiment.statistics import of_sample, of_share
from hedgerow.experiment.table import Cell, Key, frame, from_csv, merged, to_csv

texts = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=8)
floats = st.floats(allow_nan=True, allow_infinity=True)
keys = st.builds(
    Key,
    st.text("abc-", min_size=1, max_size=4),
    texts,
    texts,
    texts,
    st.none() | st.integers(1900, 2100),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.floats(allow_nan=False),
    st.sampled_from(["mean", "q50"]),
)


@settings(max_examples=200, deadline=None)
@given(rows=st.dictionaries(keys, st.builds(Cell, floats, floats), max_size=6))
def test_a_table_is_read_back_to_the_last_bit(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "table.csv"
    path.write_text(to_csv(rows), encoding="utf-8", newline="")
    found = from_csv(path)
    assert list(found) == list(rows)
    for key, cell in rows.items():
        assert [repr(value) for value in found[key]] == [repr(value) for value in cell]


def test_a_table_with_two_numbers_of_the_same_is_refused(tmp_path):
    key = Key("paths", "", "VNM", "payoff", 2002)
    with pytest.raises(ExperimentError, match="paths · VNM · payoff · 2002 · mean"):
        merged([{key: Cell(1.0)}, {key: Cell(2.0)}])
    path = tmp_path / "table.csv"
    text = to_csv({key: Cell(1.0)})
    path.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    with pytest.raises(ExperimentError, match=r"table\.csv:3: a second number"):
        from_csv(path)


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("a,b\n1,2\n", "expected the columns part"),
        ("", "expected the columns part"),
        ("HEAD\npaths,,VNM,payoff,2002,,,mean,one,0.1\n", ":2: is no row"),
        ("HEAD\npaths,,VNM\n", "3 cells, not 10"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path, text, telling):
    path = tmp_path / "table.csv"
    path.write_text(text.replace("HEAD", to_csv({}).strip()), encoding="utf-8")
    with pytest.raises(ExperimentError, match=telling):
        from_csv(path)


def test_a_frame_has_texts_and_numbers():
    rows = {
        Key("a", "v", "VNM", "payoff", 2002, 1.0, None, "mean"): Cell(2.5, 0.5),
        Key("a"): Cell(nan),
    }
    table = frame(rows)
    assert table.variant.tolist() == ["v", ""]
    assert table.year.tolist()[0] == 2002.0
    assert np.isnan(table.year[1])
    assert table.value.tolist()[0] == 2.5
    assert np.isnan(table.y).all()


def test_a_mean_has_the_error_of_the_textbook():
    values = np.array([1.0, 2.0, 3.0, 6.0, nan])
    cell = of_sample(values, ["mean"])["mean"]
    assert cell.value == 3.0
    assert cell.se == pytest.approx(sqrt((4 + 1 + 0 + 9) / 3 / 4))
    assert of_sample(values, ["n"])["n"].value == 4.0


@pytest.mark.parametrize(("name", "share", "factor"), [("q50", 0.5, 1.2533), ("q95", 0.95, 2.113)])
def test_errors_of_quantiles_are_those_of_many_samples(name, share, factor):
    rng = np.random.default_rng(5)
    samples = rng.standard_normal((300, 2000))
    cells = [of_sample(sample, [name])[name] for sample in samples]
    theory = factor / sqrt(2000)  # √(p (1 − p)) / φ(z_p), over √n
    assert np.mean([cell.se for cell in cells]) == pytest.approx(theory, rel=0.1)
    assert np.std([cell.value for cell in cells]) == pytest.approx(theory, rel=0.15)


def test_the_order_of_runs_changes_no_statistic():
    values = np.random.default_rng(1).standard_normal(101)
    names = ["mean", "sd", "q05", "q50"]
    assert of_sample(values, names) == of_sample(values[::-1], names)


def test_statistics_of_nothing_are_undefined():
    for cell in of_sample(np.full(3, nan), ["mean", "sd", "q50"]).values():
        assert isnan(cell.value)
    assert isnan(of_share(0, 0).value)


def test_a_share_of_nothing_or_all_is_not_sure():
    assert of_share(0, 100).value == 0.0
    assert of_share(100, 100).value == 1.0
    assert of_share(0, 100).se == pytest.approx(of_share(100, 100).se)
    assert 0.005 < of_share(0, 100).se < 0.01
    assert of_share(50, 100).se == pytest.approx(0.05)
