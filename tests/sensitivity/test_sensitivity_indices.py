"""Indices against closed forms, against other libraries, and where they must not be given."""

import sys

import numpy as np
import pytest
from scipy.stats import ks_2samp, norm, sobol_indices
from sensitivity.functions import (
    PI,
    UNIT,
    G,
    columns,
    design,
    ishigami,
    of_ishigami,
    of_sobol_g,
    sobol_g,
)

from hedgerow.analysis.sensitivities import NoIndices, design_of, indices
from hedgerow.analysis.sensitivities.pawn import distances, sliced
from hedgerow.runs.design import Points, points_of

KNOWN = [(ishigami, PI, of_ishigami()[:2]), (sobol_g, UNIT, of_sobol_g())]


def within(found, name, known):
    low, high = found.columns[f"{name}_low"], found.columns[f"{name}_high"]
    return (low <= known) & (known <= high)


# Sobol' ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("function", "over", "known"), KNOWN)
def test_sobol_indices_are_those_in_closed_form_within_their_intervals(function, over, known):
    """An interval of 95 % may miss; nearly all must not, and must be narrow enough to tell."""
    hits = []
    for seed in range(10):
        made = design("saltelli", over, seed=seed, points=256)
        found = indices(made, function(*columns(made)))
        for name, numbers in zip(("first", "total"), known, strict=True):
            hits += within(found, name, numbers).tolist()
            assert np.abs(found.columns[name] - numbers).max() < 0.25
    assert np.mean(hits) >= 0.9


def test_intervals_shrink_with_points():
    def half(points):
        made = design("saltelli", PI, points=points)
        found = indices(made, ishigami(*columns(made))).columns
        return (found["total_high"] - found["total"]).mean()

    assert half(1024) < 0.5 * half(128)


def test_second_order_is_found_where_the_design_has_it():
    made = design("saltelli", PI, points=512, second_order=True)
    found = indices(made, ishigami(*columns(made)))
    first, *rest = found.pairs
    assert (first.first, first.second) == ("x1", "x3")
    assert first.low <= of_ishigami()[2] <= first.high and first.low > 0.0
    assert all(pair.low <= 0.0 <= pair.high for pair in rest)
    plain = design("saltelli", PI, points=512)
    assert indices(plain, ishigami(*columns(plain))).pairs == ()


def test_scipy_says_the_same_of_the_same_evaluations():
    """Its estimators are those of SALib but for how responses are centred."""
    made = design("saltelli", UNIT, points=512)
    values = sobol_g(*columns(made))
    found = indices(made, values).columns
    rows = values.reshape(512, len(G) + 2)
    evaluated = {
        "f_A": rows[None, :, 0],
        "f_B": rows[None, :, -1],
        "f_AB": rows[:, 1:-1].T[:, None, :],
    }
    other = sobol_indices(func=evaluated, n=512)
    assert found["total"] == pytest.approx(other.total_order.ravel(), abs=1e-9)
    assert found["first"] == pytest.approx(other.first_order.ravel(), abs=0.02)


def test_priors_and_scales_count_as_they_are():
    """Of a sum of independent numbers, shares are shares of their variances."""
    over = {
        "a": {"dist": "normal", "value": 3.0, "sd": 1.0},
        "b": {"low": 0.0, "high": 6.0},
        "c": {"low": 0.01, "high": 100.0, "scale": "log"},
    }
    made = design("saltelli", over, points=1024)
    a, b, c = columns(made)
    found = indices(made, a + b + np.log10(c))
    variances = np.array([1.0, 36.0 / 12.0, 16.0 / 12.0])
    assert found.columns["first"] == pytest.approx(variances / variances.sum(), abs=0.05)
    assert found.columns["total"] == pytest.approx(variances / variances.sum(), abs=0.03)


def test_categories_have_shares_too():
    over = {"rule": ["x", "y"], "a": {"low": 0.0, "high": 1.0}}
    made = design("saltelli", over, points=256)
    rule, a = made.axes
    assert set(rule.labels) == {"x", "y"}
    is_x = rule.values == rule.labels.index("x")
    found = indices(made, is_x.astype(float))
    assert found.columns["total"] == pytest.approx([1.0, 0.0], abs=0.05)
    assert found.columns["total"][1] == 0.0 and a.labels == ()


# Morris ------------------------------------------------------------------------------------------
def test_effects_of_a_sum_are_its_ranges_exactly():
    over = {
        "a": {"low": 1.0, "high": 4.0},
        "b": {"low": 0.1, "high": 10.0, "scale": "log"},
        "c": {"low": 0.0, "high": 1.0},
    }
    made = design("morris", over, points=8, levels=6)
    a, b, _ = columns(made)
    found = indices(made, 2.0 * a - np.log10(b))
    assert found.columns["mu"] == pytest.approx([6.0, -2.0, 0.0], abs=1e-9)
    assert found.columns["mu_star"] == pytest.approx([6.0, 2.0, 0.0], abs=1e-9)
    assert found.columns["sigma"] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert found.order() == [0, 1, 2]


def test_morris_ranks_as_known():
    made = design("morris", UNIT, points=100)
    found = indices(made, sobol_g(*columns(made)))
    assert found.order() == [0, 1, 2, 3, 4]
    made = design("morris", PI, points=100)
    found = indices(made, ishigami(*columns(made)))
    assert found.order()[:2] == [0, 1] or found.order()[:2] == [1, 0]
    assert found.columns["sigma"][2] > 5.0 * abs(found.columns["mu"][2])  # of either sign
    assert np.all(found.columns["mu_star"] >= np.abs(found.columns["mu"]) - 1e-12)


def test_effects_of_what_values_do_not_tell_are_found():
    """Places of labels and rounded numbers do not say where in the cube a point lies."""
    over = {"terms.security": [True, False], "rule": ["x", "y"], "a": {"low": 0.0, "high": 1.0}}
    made = design("morris", over, points=10)
    security, rule, _ = made.axes
    on = np.array(security.labels)[security.values.astype(int)] == "true"
    found = indices(made, on.astype(float)).columns
    steps = 2.0 / 3.0  # of four levels, each step changes the switch
    assert found["mu_star"] == pytest.approx([1.0 / steps, 0.0, 0.0])
    assert set(rule.labels) == {"x", "y"}


def test_points_of_another_design_are_refused():
    table = {"design": "morris", "over": PI, "points": 8}
    good = points_of(table, 1)
    bad = Points(good.paths, tuple(reversed(good.rows)))
    with pytest.raises(NoIndices, match="not those that this version of SALib draws"):
        design_of(table, bad, 1)


# PAWN --------------------------------------------------------------------------------------------
def test_distances_are_those_of_scipy():
    rng = np.random.default_rng(1)
    values = np.round(rng.normal(size=300), 1)  # with ties
    slices = rng.integers(-1, 4, 300)
    order = np.argsort(values, kind="stable")
    last = np.append(values[order][1:] != values[order][:-1], True)
    found = distances(slices[order], last)
    known = [ks_2samp(values[slices == s], values).statistic for s in range(4)]
    assert found == pytest.approx(known, abs=1e-12)


def test_salib_says_nearly_the_same_of_numbers():
    """It leaves the largest value of each path out."""
    from SALib.analyze import pawn

    made = design("latin", PI, points=500)
    x = np.stack(columns(made), axis=1)
    values = ishigami(*x.T)
    found = indices(made, values)
    problem = {"num_vars": 3, "names": list(PI), "bounds": [[-np.pi, np.pi]] * 3}
    known = pawn.analyze(problem, x, values, S=10)
    for name, theirs in (("median", "median"), ("min", "minimum"), ("max", "maximum")):
        assert found.columns[name] == pytest.approx(np.asarray(known[theirs]), abs=0.02)


def test_what_does_nothing_stays_below_the_dummy():
    below = []
    for seed in range(20):
        made = design("sobol", UNIT, seed=seed, points=128)
        x, *_ = columns(made)
        found = indices(made, x**2).columns
        assert found["median"][0] > 2.0 * found["dummy"][0]
        below += (found["median"][1:] <= found["dummy"][1:]).tolist()
    assert np.mean(below) >= 0.9


def test_only_ranks_count():
    over = {"a": {"low": 0.001, "high": 1.0, "scale": "log"}, "b": {"low": 0.0, "high": 1.0}}
    made = design("latin", over, points=100)
    a, b = columns(made)
    one, other = indices(made, a + b), indices(made, np.exp(3.0 * (a + b)))
    for name, column in one.columns.items():
        assert other.columns[name] == pytest.approx(column)


def test_slices_are_values_where_there_are_few():
    over = {"a": [1.0, 2.0, 5.0], "rule": ["x", "y"], "b": {"low": 0, "high": 1, "points": 20}}
    made = design("grid", over)
    found = indices(made, columns(made)[0] ** 2 + 0.001 * columns(made)[2])
    a, rule, b = (sliced(axis, found.used) for axis in made.axes)
    assert (a.max(), rule.max()) == (2, 1)
    assert b.max() == made.points // 15 - 1  # 20 values: pieces of 15 points
    assert found.columns["median"][0] > found.columns["dummy"][0]
    assert found.columns["median"][1] == pytest.approx(0.0)


def test_a_rare_value_makes_no_slice_and_a_path_without_two_no_index():
    rows = tuple((float(i % 2), "rare" if i < 3 else "common", 0.1 * i) for i in range(80))
    made = design_of({"design": "list"}, Points(("a", "b", "c"), rows), 0)
    found = indices(made, np.arange(80.0))
    assert np.isnan(found.columns["median"]).tolist() == [False, True, False]
    assert found.order()[-1] == 1


# what is missing, and what is too little ---------------------------------------------------------
@pytest.mark.parametrize(("kind", "size"), [("saltelli", 5), ("morris", 4)])
def test_a_point_without_a_value_takes_its_block_along(kind, size):
    made = design(kind, PI, points=64)
    values = ishigami(*columns(made))
    holed = values.copy()
    holed[[7, 8, 9 * size]] = np.nan
    found = indices(made, holed)
    gone = sorted({7 // size, 8 // size, 9})
    assert sorted({i // size for i in np.flatnonzero(~found.used)}) == gone
    assert found.used.sum() == values.size - size * len(gone)
    keep = np.isin(np.arange(64), gone, invert=True).repeat(size)
    if kind == "saltelli":
        rows = values[keep].reshape(-1, size)
        a, b, y = rows[:, 0], rows[:, -1], np.r_[rows[:, 0], rows[:, -1]]
        total = [0.5 * np.mean((a - rows[:, j]) ** 2) / y.var() for j in (1, 2, 3)]
        first = [np.mean((b - values[keep].mean()) * (rows[:, j] - a)) / y.var() for j in (1, 2, 3)]
        assert found.columns["total"] == pytest.approx(total)
        assert found.columns["first"] == pytest.approx(first)
    else:
        x = made.unit[keep].reshape(-1, size, 3)
        effects = np.zeros((len(x), 3))
        for t, trajectory in enumerate(x):
            for step in range(3):
                (j,) = np.flatnonzero(trajectory[step + 1] != trajectory[step])
                change = np.diff(values[keep].reshape(-1, size)[t])[step]
                effects[t, j] = change / (trajectory[step + 1, j] - trajectory[step, j])
        mean, sigma = effects.mean(axis=0), effects.std(axis=0, ddof=1)
        half = norm.ppf(0.975) * sigma / np.sqrt(len(effects))
        assert found.columns["mu"] == pytest.approx(mean)
        assert found.columns["sigma"] == pytest.approx(sigma)
        assert found.columns["mu_low"] == pytest.approx(mean - half)
        assert found.columns["mu_high"] == pytest.approx(mean + half)


def test_too_little_is_refused_with_what_would_do():
    made = design("saltelli", PI, points=8)
    with pytest.raises(NoIndices, match=r"8 base points, and .* need 16"):
        indices(made, ishigami(*columns(made)))
    made = design("saltelli", PI, points=32)
    values = ishigami(*columns(made))
    values[::9] = np.nan
    with pytest.raises(NoIndices, match=r"14 base points of 32 are whole, .* need 16"):
        indices(made, values)
    made = design("morris", PI, points=3)
    with pytest.raises(NoIndices, match=r"3 trajectories, .* need 4"):
        indices(made, ishigami(*columns(made)))
    made = design("latin", PI, points=59)
    with pytest.raises(NoIndices, match=r'59 points .* design = "latin".*"saltelli"'):
        indices(made, ishigami(*columns(made)))


@pytest.mark.parametrize("kind", ["saltelli", "morris", "latin"])
def test_what_is_the_same_everywhere_has_no_indices(kind):
    made = design(kind, PI, points=64)
    with pytest.raises(NoIndices, match=r"it is 0\.3 at every point"):
        indices(made, np.full(made.points, 0.1) * 3.0)


@pytest.mark.parametrize(("kind", "module"), [("saltelli", "sobol"), ("morris", "morris")])
def test_without_salib_it_says_what_to_install(monkeypatch, kind, module):
    made = design(kind, PI, points=64)
    values = ishigami(*columns(made))
    monkeypatch.delattr(f"SALib.analyze.{module}", raising=False)
    monkeypatch.setitem(sys.modules, f"SALib.analyze.{module}", None)
    with pytest.raises(NoIndices, match=r"\.\[analysis\]"):
        indices(made, values)


def test_the_same_responses_give_the_same_indices():
    made = design("saltelli", PI, points=64)
    values = ishigami(*columns(made))
    one, other = indices(made, values), indices(made, values.copy())
    for name, column in one.columns.items():
        assert np.array_equal(column, other.columns[name])
