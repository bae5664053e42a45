"""Scoring rules: by hand, against slow definitions, and proper: the truth pays best on average."""

import itertools
from math import inf, log, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from hedgerow.analysis.scoring import scores

numbers = st.floats(-5.0, 5.0).map(lambda x: round(x, 3))


@st.composite
def shares(draw, least=2, most=6):
    weights = draw(st.lists(st.integers(0, 20), min_size=least, max_size=most))
    weights[0] += 1
    return np.array(weights) / sum(weights)


@given(st.lists(numbers, min_size=2, max_size=12), numbers)
def test_crps_and_energy_are_their_definitions(members, observed):
    members = np.array(members)
    near = np.mean([abs(x - observed) for x in members])
    apart = np.mean([abs(x - y) for x, y in itertools.permutations(members, 2)])
    assert scores.crps(members, observed) == pytest.approx(near - 0.5 * apart, abs=1e-12)
    alone = scores.energy(members[:, None], np.array([observed]))
    assert alone == pytest.approx(near - 0.5 * apart, abs=1e-12)


def test_crps_of_a_large_normal_ensemble_is_that_of_the_normal():
    """σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π), in closed form."""
    ensemble = 1.0 + 2.0 * norm.ppf((np.arange(20000) + 0.5) / 20000)
    for observed in (-3.0, 1.0, 2.5):
        z = (observed - 1.0) / 2.0
        exact = 2.0 * (z * (2.0 * norm.cdf(z) - 1.0) + 2.0 * norm.pdf(z) - 1.0 / sqrt(np.pi))
        assert scores.crps(ensemble, observed) == pytest.approx(exact, abs=1e-3)


def test_the_crps_of_an_ensemble_does_not_depend_on_its_size():
    rng = np.random.default_rng(3)
    means = [
        np.mean([scores.crps(rng.standard_normal(n), rng.standard_normal()) for _ in range(6000)])
        for n in (2, 5, 40)
    ]
    assert means == pytest.approx([1.0 / sqrt(np.pi)] * 3, abs=0.03)


def test_energy_by_hand():
    members = np.array([[0.0, 0.0], [3.0, 4.0]])
    assert scores.energy(members, np.array([0.0, 0.0])) == pytest.approx(2.5 - 2.5)
    assert scores.energy(members, np.array([3.0, 0.0])) == pytest.approx(3.5 - 2.5)
    with pytest.raises(ValueError, match="two members or more"):
        scores.energy(members[:1], np.zeros(2))


def test_the_energy_score_prefers_the_right_correlation():
    rng = np.random.default_rng(5)

    def pairs(n, r):
        return rng.multivariate_normal([0, 0], [[1, r], [r, 1]], n, method="cholesky")

    truth, right, wrong = pairs(1500, 0.9), pairs(300, 0.9), pairs(300, -0.9)
    means = [np.mean([scores.energy(e, y) for y in truth]) for e in (right, wrong)]
    assert means[0] < means[1] - 0.02


@pytest.mark.parametrize("shift, factor", [(0.6, 1.0), (0.0, 0.4), (0.0, 2.5)])
def test_crps_is_proper(shift, factor):
    rng = np.random.default_rng(7)
    record = rng.standard_normal(3000)
    right, wrong = rng.standard_normal(1000), shift + factor * rng.standard_normal(1000)
    means = [np.mean([scores.crps(e, y) for y in record]) for e in (right, wrong)]
    assert means[0] < means[1]


@given(shares(), st.data())
def test_rules_for_kinds_are_proper(truth, data):
    """Whoever believes p and says q expects no less cost than by saying p."""
    n = truth.size
    other = np.array(data.draw(st.lists(st.integers(0, 20), min_size=n, max_size=n))) + 1e-3
    other /= other.sum()
    for rule in (scores.ranked_probability, scores.log_score):
        costs = []
        for said in (truth, other):
            terms = [p * rule(said, k) for k, p in enumerate(truth) if p]
            costs.append(sum(terms))
        assert costs[0] <= costs[1] + 1e-12


def test_ranked_probability_by_hand():
    said = np.array([0.2, 0.5, 0.3])
    assert scores.ranked_probability(said, 0) == pytest.approx((0.64 + 0.09) / 2)
    assert scores.ranked_probability(said, 1) == pytest.approx((0.04 + 0.09) / 2)
    assert scores.ranked_probability(said, 2) == pytest.approx((0.04 + 0.49) / 2)
    near, far = np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])
    assert scores.ranked_probability(near, 2) < scores.ranked_probability(far, 2) == 1.0
    assert scores.ranked_probability(np.array([0.7, 0.3]), 1) == pytest.approx(0.49)  # Brier


def test_the_log_score_has_a_floor_only_by_the_share_of_ignorance():
    sure = np.array([1.0, 0.0, 0.0])
    assert scores.log_score(sure, 1) == inf
    humble = scores.humble(sure)
    assert humble.sum() == pytest.approx(1.0)
    assert scores.log_score(humble, 1) == pytest.approx(log(3.0 / scores.IGNORANCE))
    for wrong in ([0.5, 0.6], [1.2, -0.2], [nan, 1.0]):
        with pytest.raises(ValueError, match="add up to 1"):
            scores.humble(np.array(wrong))


@given(shares(least=3), st.data())
def test_the_survival_score_is_the_log_of_what_came(said, data):
    """Σ log(1 − h) + log h telescopes to log P(t), or to log P(not yet) where censored."""
    came = data.draw(st.integers(0, said.size - 1))
    humble = scores.humble(said)
    dated = came if came < said.size - 1 else None
    cost = scores.survival_log(scores.hazards(humble), dated)
    assert cost == pytest.approx(-log(humble[came]), abs=1e-9)


def test_hazards_by_hand():
    assert scores.hazards(np.array([0.2, 0.4, 0.4])) == pytest.approx([0.2, 0.5])
    assert scores.hazards(np.array([1.0, 0.0, 0.0])) == pytest.approx([1.0, 0.0])
    assert scores.survival_log(np.array([0.2, 0.5]), None) == pytest.approx(-log(0.4))
    assert scores.survival_log(np.array([0.2, 0.5]), 1) == pytest.approx(-log(0.8 * 0.5))


def test_pit_by_hand_with_ties():
    members = np.array([0.0, 1.0, 1.0, 3.0])
    assert scores.pit(members, 2.0, 0.5) == pytest.approx(3.5 / 5)
    assert scores.pit(members, 1.0, 0.0) == pytest.approx(1.0 / 5)
    assert scores.pit(members, 1.0, 1.0) == pytest.approx(4.0 / 5)
    assert scores.pit_of_kinds(np.array([0.2, 0.5, 0.3]), 1, 0.5) == pytest.approx(0.45)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_pit_is_uniform_where_the_record_is_one_more_member(seed, rounded):
    rng = np.random.default_rng(seed)
    draws = rng.standard_normal((4000, 10))
    draws = np.round(draws) if rounded else draws
    found = np.array([scores.pit(row[1:], row[0], rng.random()) for row in draws])
    steps = np.sort(found)
    gap = np.abs(steps - (np.arange(steps.size) + 0.5) / steps.size).max()
    assert gap < 2.3 / sqrt(steps.size)  # Kolmogorov, one in ten thousand


def test_quantiles_of_kinds():
    said = np.array([0.2, 0.5, 0.3])
    assert [scores.quantile_of_kinds(said, q) for q in (0.05, 0.2, 0.21, 0.7, 0.95)] == [
        *(0, 0, 1, 1, 2)
    ]
