"""Given data: the runs of a plain run, by the numbers that each of them drew."""

import numpy as np
import pytest
from results.synthetic import SMALL
from scipy.stats import norm, spearmanr

import hedgerow
from hedgerow.analysis.sensitivities import NoIndices, analyse
from hedgerow.analysis.sensitivities.design import DRAWN, Axis, Design
from hedgerow.analysis.sensitivities.ranks import rank_correlations

RNG = np.random.default_rng(4)


def test_rank_correlations_are_those_of_scipy_and_leave_gaps_out():
    values = RNG.normal(size=(3, 90))
    response = np.exp(values[0]) - 0.4 * values[1] + RNG.normal(size=90)
    used = np.arange(90) % 9 > 0
    design = Design(DRAWN, tuple(Axis(f"x{i}", column) for i, column in enumerate(values)))
    found = rank_correlations(design, response[used], used)
    known = [spearmanr(column[used], response[used]).statistic for column in values]
    np.testing.assert_allclose(found["rank"], known)
    assert found["rank_low"][0] > 0.0 > found["rank_high"][1]
    assert found["rank_low"][2] < 0.0 < found["rank_high"][2]
    assert found["rank_chance"][0] < 0.01 < 0.05 < found["rank_chance"][2]


def test_the_interval_of_a_rank_correlation_holds_the_true_one_nineteen_times_in_twenty():
    """Of two normal variables with correlation r, that of ranks is 6 / pi arcsin(r / 2)."""
    truth, held = 6.0 / np.pi * np.arcsin(0.25), 0
    used = np.ones(80, dtype=bool)
    for _ in range(400):
        x, y = RNG.multivariate_normal([0.0, 0.0], [[1.0, 0.5], [0.5, 1.0]], 80).T
        found = rank_correlations(Design(DRAWN, (Axis("x", x),)), y, used)
        held += found["rank_low"][0] <= truth <= found["rank_high"][0]
    error = np.sqrt(0.05 * 0.95 / 400)
    assert abs(held / 400 - 0.95) < norm.ppf(0.9995) * error


def test_many_numbers_that_do_nothing_are_not_clear():
    used = np.ones(200, dtype=bool)
    clear = 0
    for _ in range(40):
        axes = tuple(Axis(f"x{i}", column) for i, column in enumerate(RNG.normal(size=(60, 200))))
        found = rank_correlations(Design(DRAWN, axes), RNG.normal(size=200), used)
        clear += bool((found["rank_chance"] <= 0.05).any())
    assert clear <= 7  # 2 are to be expected; 95 % of 40 without the correction


def test_a_run_in_which_nothing_is_drawn_has_no_sensitivity(tmp_path):
    fixed = {"instruments.arms.turnover": 0.1, "relations.rivalry.USA.CHN": 1.0}
    done = hedgerow.run(hedgerow.load(SMALL, fixed), runs=2, until=2001, out=tmp_path / "r")
    with pytest.raises(NoIndices, match="all runs have the same numbers"):
        analyse(done.path)


def test_the_analysis_of_a_run_gives_tables_words_and_a_figure_of_the_weightiest(tmp_path):
    done = hedgerow.run(hedgerow.load("vietnam"), runs=60, until=1998, out=tmp_path / "r")
    found = analyse(done.path, ["alignment_index"], statistic="mean")
    tables = found.tables()
    assert list(tables) == ["sensitivity", "responses"]
    assert len(tables["sensitivity"]) == len(found.design.paths) > 100
    assert tables["responses"]["points"].tolist() == [60]
    assert "more in sensitivity.csv" in str(found)
    figure = found.plot()
    drawn = {label.get_text() for label in figure.axes[0].get_yticklabels()}
    assert "60 points (drawn), 1 run each, seed" in figure.described().replace("\n", " ")
    order = found.findings[0].indices.order()
    assert drawn == {found.design.paths[i] for i in order[:24]}
    assert found.save(tmp_path / "saved") == tmp_path / "saved"
    names = {path.name for path in (tmp_path / "saved").iterdir()}
    assert {"sensitivity.csv", "responses.csv", "sensitivity-VNM-1998.svg"} <= names
