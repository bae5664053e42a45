"""The one rule of choice: habit tilted by politics, and rules as masks."""

import numpy as np
import pytest

from hedgerow.model import choice
from hedgerow.model.streams import gumbel
from model.hand import assert_shares

RUNS = 40_000
HABIT = np.array([0.02, 0.3, 0.1, 0.0])
PAYOFF = np.array([2.0, -1.0, 0.5, 9.0])


def columns(values, runs=RUNS):
    return np.repeat(np.asarray(values)[:, None], runs, axis=1)


def logit(habit, omega, payoff, allowed, hold=1.0):
    """P(o) = h exp(ω ΔU)/Σ of what is allowed, holding first."""
    odds = np.where(allowed, habit * np.exp(omega * payoff), 0.0)
    return np.concatenate([[hold], odds]) / (hold + odds.sum())


def draw(log_weight, possible, allowed, seed=1):
    rng = np.random.default_rng(seed)
    hold, g = gumbel(rng.random(RUNS)), gumbel(rng.random(log_weight.shape))
    return choice.hold_or_pick(log_weight, possible, allowed, g, hold)


def shares(options, m):
    return [(options == o).mean() for o in range(-1, m)]


@pytest.mark.parametrize("omega", [0.0, 0.4, 1.0, 2.5])
def test_hold_or_pick_is_a_logit(omega):
    weights = choice.log_weights(HABIT[:, None], np.full(RUNS, omega), columns(PAYOFF))
    open_ = np.ones(weights.shape, dtype=bool)
    options, struck = draw(weights, open_, open_)
    assert_shares(shares(options, 4), logit(HABIT, omega, PAYOFF, True), RUNS)
    assert not struck.any()
    assert (options != 3).all()  # without habit nothing is taken, whatever it is worth


def test_no_habit_of_what_is_impossible():
    weights = choice.log_weights(HABIT[:, None], np.ones(RUNS), columns(PAYOFF))
    possible = columns([True, False, True, True])
    options, struck = draw(weights, possible, possible)
    expected = logit(HABIT, 1.0, PAYOFF, np.array([True, False, True, True]))
    assert_shares(shares(options, 4), expected, RUNS)
    assert not struck.any()


def test_what_a_rule_strikes_off_is_drawn_again_from_what_is_allowed():
    """The same chances as of a draw from what is allowed; struck as often as it would be taken."""
    weights = choice.log_weights(HABIT[:, None], np.ones(RUNS), columns(PAYOFF))
    possible, allowed = columns([True] * 4), columns([True, False, True, True])
    options, struck = draw(weights, possible, allowed)
    left = logit(HABIT, 1.0, PAYOFF, np.array([True, False, True, True]))
    assert_shares(shares(options, 4), left, RUNS)
    free = logit(HABIT, 1.0, PAYOFF, True)
    assert_shares(struck.mean(), free[2], RUNS)
    assert (options != 1).all()


def test_where_rules_leave_nothing_all_hold():
    weights = columns([3.0, 3.0])
    possible, allowed = columns([True, True]), columns([False, False])
    options, struck = draw(weights, possible, allowed)
    assert (options == -1).all()
    assert_shares(struck.mean(), 2 * np.exp(3.0) / (1 + 2 * np.exp(3.0)), RUNS)


def test_flat_habit_is_quantal_response():
    payoff = np.array([1.0, 0.0, -0.5])
    weights = choice.log_weights(np.ones((3, 1)), np.ones(RUNS), columns(payoff))
    found = choice.probabilities(weights, np.ones(weights.shape, dtype=bool))[:, 0]
    np.testing.assert_allclose(found, np.exp(payoff) / np.exp(payoff).sum(), rtol=1e-14)
    options = choice.pick(
        weights, columns([True] * 3), gumbel(np.random.default_rng(2).random((3, RUNS)))
    )
    assert_shares([(options == o).mean() for o in range(3)], found, RUNS)


def test_a_pick_never_takes_what_is_forbidden():
    weights = columns([0.0, 50.0, 0.0])
    options = choice.pick(
        weights,
        columns([True, False, True]),
        gumbel(np.random.default_rng(3).random((3, RUNS))),
    )
    assert_shares([(options == o).mean() for o in range(3)], [0.5, 0.0, 0.5], RUNS)


@pytest.mark.parametrize("payoff", [(-1.0, 2.0, 1.9), (-3.0, -2.0, -1.0)])
def test_politics_without_bound_is_the_best_reply(payoff):
    """ω → ∞ takes the best option if it beats doing nothing, else nothing."""
    habit = np.array([0.9, 0.01, 0.9])[:, None]
    weights = choice.log_weights(habit, np.full(RUNS, 1e6), columns(payoff))
    open_ = np.ones(weights.shape, dtype=bool)
    options, _ = draw(weights, open_, open_)
    assert (options == (1 if max(payoff) > 0 else -1)).all()


def test_in_order_by_hand():
    odds = np.array([[1.0], [0.0], [3.0]]) * np.ones(6)
    u = np.array([0.0, 0.2499, 0.25, 0.6, 0.99, np.nextafter(1.0, 0.0)])
    np.testing.assert_array_equal(choice.in_order(odds, u), [0, 0, 2, 2, 2, 2])
    last = np.array([[1.0], [1.0], [0.0]]) * np.ones(6)  # the last has no chance
    np.testing.assert_array_equal(choice.in_order(last, u), [0, 0, 0, 1, 1, 1])


def test_large_payoffs_do_not_overflow():
    for top in (2000.0, -2000.0):
        weights = columns([top, top - 5.0])
        options, _ = draw(weights, weights < np.inf, weights < np.inf)
        chance = 1 / (1 + np.exp(-5.0))
        expected = [0.0, chance, 1 - chance] if top > 0 else [1.0, 0.0, 0.0]
        assert_shares(shares(options, 2), expected, RUNS)


def test_a_small_change_of_payoff_changes_few_choices():
    """What is drawn twice with the same numbers differs no more often than it must, or nearly so.

    No coupling can differ less often than the total variation of the two distributions.
    """
    rng = np.random.default_rng(4)
    hold, g = gumbel(rng.random(RUNS)), gumbel(rng.random((4, RUNS)))
    open_ = np.ones((4, RUNS), dtype=bool)
    habit = np.full((4, 1), 0.1)

    def drawn(payoff):
        weights = choice.log_weights(habit, np.ones(RUNS), columns(payoff))
        return choice.hold_or_pick(weights, open_, open_, g, hold)[0]

    calm, hot = np.array([0.5, 0.0, 0.0, -0.5]), np.array([0.6, 0.0, 0.0, -0.5])
    differ = (drawn(calm) != drawn(hot)).mean()
    least = (
        0.5 * np.abs(logit(habit[:, 0], 1.0, calm, True) - logit(habit[:, 0], 1.0, hot, True)).sum()
    )
    assert least * 0.8 < differ < 1.3 * least
