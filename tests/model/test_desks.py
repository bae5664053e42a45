"""Desks at the pace of habit, tilted by politics, one after the other."""

from dataclasses import replace

import numpy as np

from hedgerow.model import desks
from hedgerow.model.payoff import at
from hedgerow.model.simulate import simulate
from hedgerow.model.state import ties
from model.hand import assert_mean, assert_shares, moment, start
from model.worlds import CHN, DEFENCE, DIPLOMACY, ENERGY, SETTLEMENT, STEPS, USA, world

RUNS = 20_000
HABIT = 0.5 * 0.3 * 0.25  # ½ρΔt of one step with one partner


def one_quarter(w, k, omega):
    """Let one desk act once; return its options and the point before."""
    q, s, streams, _, point = start(w)
    now = moment(w, q, s, point, omega)
    return *desks.act(now, k, streams, desks.codes(w.structure)), desks.options(now, k)


def test_without_politics_every_step_has_its_habit():
    """h/(1 + Σ h) each: four ties may be deepened, two of them loosened."""
    chosen, struck, _ = one_quarter(world(RUNS), ENERGY, 0.0)
    chance = HABIT / (1 + 6 * HABIT)
    expected = [chance] * 4 + [chance if there else 0.0 for there in (0, 1, 1, 0)]
    assert_shares([(chosen == o).mean() for o in range(8)], expected, RUNS)
    assert not struck.any()


def test_politics_tilts_it():
    """h exp(ω ΔU)/(1 + Σ h exp(ω ΔU)), with the exact price of each run."""
    chosen, _, (_, possible, _, prices) = one_quarter(world(RUNS), DIPLOMACY, 0.8)
    odds = np.where(possible, HABIT * np.exp(0.8 * prices), 0.0)
    chance = odds / (1 + odds.sum(axis=0))
    for o in range(8):
        assert_mean((chosen == o) - chance[o], 0.0)
    assert chance[possible].mean() < 0.7 * HABIT  # a country at rest moves less than by habit


def test_flat_habit_is_quantal_response():
    w = world(RUNS, flat=frozenset({"steps"}))
    chosen, _, (_, possible, _, prices) = one_quarter(w, DIPLOMACY, 1.0)
    odds = np.where(possible, np.exp(prices), 0.0)
    chance = odds / (1 + odds.sum(axis=0))
    for o in range(8):
        assert_mean((chosen == o) - chance[o], 0.0)


def test_politics_without_bound_is_the_best_reply():
    chosen, _, (_, possible, _, prices) = one_quarter(
        world(RUNS, numbers={"returns": 0.0}), DIPLOMACY, 1e6
    )
    prices = np.where(possible, prices, -np.inf)
    best = np.where(prices.max(axis=0) > 0, prices.argmax(axis=0), -1)
    np.testing.assert_array_equal(chosen, best)


def test_a_rule_strikes_off_what_habit_would_do():
    """Bounded at one step, three of the four ties of defence may no longer be deepened."""
    w = world(RUNS)
    tie_max = w.structure.rules.tie_max.copy()
    tie_max[DEFENCE] = w.structure.step[DEFENCE]
    rules = replace(w.structure.rules, tie_max=tie_max)
    w = replace(w, structure=replace(w.structure, rules=rules))
    chosen, struck, (_, possible, allowed, _) = one_quarter(w, DEFENCE, 0.0)
    # 0, 1, 1 and 1 steps: four may rise but for the rule, three may fall
    assert possible[:, 0].tolist() == [True] * 4 + [False, True, True, True]
    assert allowed[:, 0].tolist() == [True, False, False, False, False, True, True, True]
    assert_shares(struck.mean(), 3 * HABIT / (1 + 7 * HABIT), RUNS)
    chance = HABIT / (1 + 4 * HABIT)
    expected = [chance, 0, 0, 0, 0, chance, chance, chance]
    assert_shares([(chosen == o).mean() for o in range(8)], expected, RUNS)


def test_desks_act_on_what_the_others_left():
    """Apply keeps ties, alignments and prices as a fresh point has them."""
    w = world(50)
    q, s, streams, form, point = start(w)
    known = desks.codes(w.structure)
    moved = 0
    for t in range(20):
        for k in desks.order(w.structure, streams, known, t):
            now = moment(w, q, s, point, 1.0, round_=t)
            chosen, _ = desks.act(now, k, streams, known)
            desks.apply(now, k, chosen)
            moved += (chosen >= 0).sum()
    fresh = at(form, ties(w.structure, q, s, 0))
    for name in vars(point).keys() - {"form"}:
        np.testing.assert_allclose(
            getattr(point, name), getattr(fresh, name), atol=1e-9, err_msg=name
        )
    assert moved > 100


def test_any_order_of_desks_is_as_likely():
    w = world(2)
    _, _, streams, *_ = start(w)
    known = desks.codes(w.structure)
    orders = [desks.order(w.structure, streams, known, t) for t in range(2400)]
    assert all(sorted(one) == list(STEPS) for one in orders)
    for k in STEPS:
        for place in range(4):
            assert_shares(np.mean([one[place] == k for one in orders]), 0.25, 2400)


def test_moves_in_a_run_come_at_the_rate_of_habit():
    """A tie far from its bounds is a random walk of ρ steps a year: its variance grows by δ²ρ.

    Hold weighs 1 beside eight options, so each step comes at ½ρΔt/(1 + 8·½ρΔt).
    """
    w = world(
        4000,
        years=3,
        numbers={"politics_steps": 0.0, "rate": 0.1},
        processes=frozenset({"desks"}),
        reveal=False,
    )
    ties_at_start = w.values["ties"]
    ties_at_start[[DIPLOMACY, SETTLEMENT]] = 0.5  # two steps from either bound
    record = simulate(w)
    h = 0.5 * 0.1 * 0.25
    chance, quarters = h / (1 + 8 * h), 12
    walk = record.ties["diplomacy"][-1, 0] - 0.5
    variance = quarters * 2 * chance * 0.25**2
    for p in (CHN, USA):
        # A bound is met by three steps one way, which hardly a run takes.
        assert_mean(walk[p], 0.0)
        assert_mean(walk[p] ** 2, variance)
