"""Insurance: the premium and the payouts of optima, in every draw."""

from dataclasses import replace

import numpy as np
import pytest

from hedgerow.model import insurance, payoff
from hedgerow.model.rules import most_steps, steps_allowed, tilt_of
from hedgerow.model.simulate import simulate
from model.hand import random_rules, random_start, start
from model.test_signs import tense
from model.worlds import INSTRUMENTS, STEPS

SEEDS = range(6)


def bound_start(seed):
    """A random state under random rules."""
    w, q, s, _, form, point = random_start(seed, replicates=20)
    rng = np.random.default_rng(seed)
    w = replace(w, structure=replace(w.structure, rules=random_rules(rng, 2, 7, w.structure.cap)))
    return w.structure, q, s, form, point


def doubted(seed):
    """A start in tension, other futures likely in some runs and not in others."""
    w = tense(security=60.0, runs=60, leaning=seed % 2 == 1, years=2)
    q, s, _, form, point = start(w)
    s.beliefs = np.random.default_rng(seed).dirichlet((1.0, 1.0, 1.0), 60).T
    return w.structure, q, s, replace(form, beliefs=s.beliefs), point


def priced(structure, q, s, form, point):
    return insurance.insurance(structure, q, s, form, point.x)


@pytest.mark.parametrize("seed", SEEDS)
def test_premium_and_payout_of_the_optimum(seed):
    """Premium ≥ 0, and Σ_{ω≠0} μ_ω payout_ω ≥ μ_0 premium, in every draw."""
    for case in (bound_start(seed), doubted(seed)):
        found, today = priced(*case), case[3].beliefs[0]
        assert (found.premium >= 0.0).all()
        assert ((1.0 - today) * found.payout >= today * found.premium - 1e-9).all()


def test_some_insure():
    found = [priced(*doubted(seed)) for seed in SEEDS]
    assert np.mean([one.premium > 1e-6 for one in found]) > 0.2
    assert np.mean([one.payout > 1e-6 for one in found]) > 0.2


@pytest.mark.parametrize("seed", SEEDS)
def test_certainty_costs_nothing(seed):
    """The optima are one: no premium, and no payout where no other future is thought possible."""
    for structure, q, s, form, point in (bound_start(seed), doubted(seed)):
        found = priced(structure, q, s, insurance.certain(form), point)
        np.testing.assert_array_equal(found.premium, 0.0)
        assert np.isnan(found.payout).all()
        assert np.isnan(found.payout_held).all()
        assert (found.premium_held >= 0.0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_climb_breaks_no_rule_and_stops_at_the_top(seed):
    structure, q, s, form, point = bound_start(seed)
    form = replace(form, foreseen=np.zeros_like(form.foreseen))
    most, before = most_steps(structure, q), s.counts.copy()
    x = insurance.climb(structure, q, s, form, point.x)
    np.testing.assert_array_equal(s.counts, before)  # the state is left alone
    counts = s.counts.copy()
    for k in STEPS:
        counts[k] = np.rint(x[k] / structure.step[k])
        np.testing.assert_allclose(counts[k] * structure.step[k], x[k], atol=1e-9)
        assert (counts[k] >= 0).all()
        assert (counts[k] <= np.maximum(most[k], before[k])).all()
    others = [k for k in range(len(INSTRUMENTS)) if k not in STEPS]
    np.testing.assert_array_equal(x[others], point.x[others])
    top = payoff.at(form, x)
    limit = np.maximum(np.repeat(structure.rules.tilt_max, q.r), np.abs(tilt_of(structure, point)))
    assert (np.abs(tilt_of(structure, top)) <= limit + 1e-6).all()
    assert (payoff.utility(form, x) >= payoff.utility(form, point.x)).all()
    there = replace(s, counts=counts)
    for k in STEPS:
        price = np.concatenate(payoff.price_steps(form, top, k, float(structure.step[k])))
        allowed = np.concatenate(steps_allowed(structure, q, there, top, k))
        assert price[allowed].max(initial=0.0) <= 1e-9


def test_what_is_recorded():
    """Every fifth year and the last; where hedging is insurance it costs and pays."""
    record = simulate(tense(security=60.0, runs=40, years=7)).countries
    for name in ("premium", "payout", "premium_held", "payout_held", "insured"):
        known = ~np.isnan(record[name][:, 0]).all(axis=1)
        assert known.tolist() == [False, False, False, False, True, False, True]
    assert (record["premium"][4] >= 0.0).all()
    mu = record["belief_a_status_quo"][[4, 6]]
    paid = (1 - mu) * record["payout"][[4, 6]]
    assert (paid >= mu * record["premium"][[4, 6]] - 1e-9).all()
    held = record["premium_held"][[4, 6]]
    pays = (1 - mu) * record["payout_held"][[4, 6]]
    insured = (held >= 0) & (pays > 0) & (pays >= mu * held)
    np.testing.assert_array_equal(record["insured"][[4, 6]], insured)


def test_optima_are_the_best_of_the_pool():
    """Today's portfolio and what climbs under belief and under certainty, priced one by one."""
    structure, q, s, form, point = doubted(0)
    found = priced(structure, q, s, form, point)
    pool = insurance.pool(structure, q, s, form, point.x)
    mean = np.array([payoff.utility(form, x) for x in pool])
    today = np.array([payoff.by_future(form, x)[0] for x in pool])
    hedged, sure = mean.argmax(axis=0), today.argmax(axis=0)
    columns = np.arange(60)
    expected = today[sure, columns] - today[hedged, columns]
    np.testing.assert_allclose(found.premium, expected, atol=1e-9)
    np.testing.assert_allclose(found.premium_held, today[sure, columns] - today[0], atol=1e-9)
