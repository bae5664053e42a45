"""Kinds of habits: gradients, what was fitted before, and planted numbers found again."""

import numpy as np
import pytest
from estimate.small import sample

from hedgerow.analysis.estimation.kinds import KINDS
from hedgerow.analysis.estimation.penalised import fit
from hedgerow.analysis.estimation.proof import placebo, planted, prove


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_differences(kind):
    model = KINDS[kind].of(sample(states=("ASEAN", "South Asia")))
    rng = np.random.default_rng(7)
    theta = model.start + 0.05 * rng.standard_normal(len(model.names))
    gradient = model.gradient(theta)
    np.testing.assert_allclose(model.by_cluster(theta).sum(axis=0), gradient, atol=1e-7)
    # The score of overdispersion is that of another likelihood, with more parameters.
    known = [i for i, name in enumerate(model.names) if name != "overdispersion"]
    for place in rng.choice(known, min(len(known), 40), replace=False):
        step = np.zeros(len(theta))
        step[place] = 1e-5
        slope = (model.rows(theta + step).sum() - model.rows(theta - step).sum()) / 2e-5
        assert gradient[place] == pytest.approx(slope, rel=1e-5, abs=1e-5), model.names[place]


@pytest.mark.parametrize("kind", ["counts", "suppliers", "trade", "labels"])
def test_the_information_is_the_variance_of_the_score(kind):
    """As of any likelihood at the truth; with memory, given the past."""
    model = KINDS[kind].of(sample())
    theta = np.where(model.left_out, 0.0, fit(model).theta)
    rng = np.random.default_rng(11)
    scores = np.array([model.redrawn(theta, rng).gradient(theta) for _ in range(150)])
    ratio = scores.var(axis=0) / np.diag(model.information(theta))
    known = np.array([name != "base JPN" for name in model.names])  # sold nothing in most
    assert ratio[known].min() > 0.5 and ratio[known].max() < 1.8
    assert ratio[known].mean() == pytest.approx(1.0, abs=0.15)


BEFORE = {
    "counts": {
        "countries.IND.programmes.arms": (4.12, 0.5),
        "countries.IDN.programmes.arms": (3.5, 0.5),
    },
    "sizes": {
        "habits.arms.size_of.RUS": (1.4, 0.24),
        "habits.arms.size_sd": (1.6, 0.05),
        "habits.arms.size_spread": (0.66, 0.1),
    },
    "suppliers": {"habits.arms.urn": (1.733, 0.6), "habits.arms.concentration": (0.454, 0.2)},
    "trade": {
        "habits.trade.gravity": (0.76, 0.06),
        "habits.trade.drift": (0.018, 0.005),
        "habits.trade.noise": (0.0216, 0.001),
    },
    "position": {
        "habits.position.noise": (0.13, 0.01),
        "measurement of an ideal point": (0.11, 0.01),
    },
    "labels": {"habits.labels.hazard": (0.07, 0.01)},
}
"""What others found in the same panel, and its error."""


@pytest.mark.parametrize("kind", BEFORE)
def test_what_was_found_before_is_found_again(kind):
    found = fit(KINDS[kind].of(sample()))
    assert found.converged
    told = dict(zip([r.name for r in _told(found)], found.told.T, strict=True))
    forms = {row.name: row for row in found.likelihood.report()}
    for name, (value, error) in BEFORE[kind].items():
        row = forms[name]
        if row.group:
            estimate, own = found.sd[row.group], found.sd[row.group] * found.sd_error[row.group]
        else:
            estimate, own, _ = told[name]
            if row.form:
                estimate, own = np.exp(estimate), np.exp(estimate) * own
        assert abs(estimate - value) < 2.0 * np.hypot(own, error), name


def _told(found):
    return [row for row in found.likelihood.report() if not row.group]


@pytest.mark.parametrize("kind", ["counts", "sizes", "trade", "lags"])
def test_intervals_cover_what_was_planted(kind):
    """In small: 40 panels; all of it by hand is ``hedgerow estimate --prove 500``."""
    proof = prove(fit(KINDS[kind].of(sample())), 40, seed=1)
    assert proof.failed == 0
    tolerance = 3.0 * np.sqrt(0.95 * 0.05 / 40)
    assert proof.coverage.mean() > 0.95 - tolerance
    assert np.abs(proof.bias).max() < 0.1 + 3.0 * proof.error[0] + 0.1


def test_votes_find_what_was_planted():
    """One panel of 49 states; roll calls are put in turn, and what is remembered is drawn too."""
    model = KINDS["votes"].of(sample())
    theta = model.start.copy()
    for name, value in {"position_divided": 1.2, "peers": 0.8, "arms_hit": -0.8}.items():
        theta[model.names.index(name)] = value
    rng = np.random.default_rng(2)
    for places in model.groups.values():
        theta[places] = 0.4 * rng.standard_normal(len(places))
    found = fit(model.redrawn(theta, rng))
    assert found.converged
    estimate, error, _ = found.told
    truth = model.weights @ theta
    away = np.abs(estimate - truth) / error
    names = [row.name for row in _told(found)]
    known = [i for i, name in enumerate(names) if not name.endswith((".self", ".pact"))]
    assert np.median(away[known]) < 1.5 and away[known].max() < 4.0
    sds = np.array(list(found.sd.values()))
    assert np.median(np.abs(sds - 0.4)) < 0.1


def test_politics_of_other_states_tell_nothing():
    """With ω = 2 planted, ω is found; with politics permuted over states it is not."""
    model = KINDS["suppliers"].of(sample())
    found = fit(model)
    theta = planted(found, np.random.default_rng(1))
    theta[model.groups["base spread"]] = found.theta[model.groups["base spread"]]
    place = model.names.index("politics")
    theta[place] = 2.0
    again = fit(model.redrawn(theta, np.random.default_rng(2)))
    one = placebo(again, 20, seed=3)
    assert one.omega > 4.0 * one.error and one.larger == pytest.approx(1 / 21)
    assert abs(one.mean) < 0.25 * one.omega
    assert placebo(fit(KINDS["trade"].of(sample())), 2, seed=3) is None
