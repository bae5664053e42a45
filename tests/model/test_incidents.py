"""Incidents that excite themselves, the threat they raise, and what a country makes of them."""

import math
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.hand import hand_world, start
from model.worlds import random_world
from reference.arrays import countries

from hedgerow.model.incidents import believe, strike, threaten
from hedgerow.model.simulate import simulate

ON = ("incidents", "futures")
NEVER = np.array([1.0 - 2.0**-53])


def beliefs_after(happened, prior, likelihood, relaxation=0.0, rounds=1):
    world = hand_world(
        w=len(prior),
        prior=np.array(prior, dtype=float),
        likelihood=np.array(likelihood, dtype=float),
        belief_relaxation=relaxation,
        processes=ON,
    )
    q, s, _ = start(world)
    for _ in range(rounds):
        believe(world.structure, q, s, np.array([float(happened)]))
    return s.beliefs[:, 0].tolist()


# beliefs ---------------------------------------------------------------------------------------
def test_bayes_by_hand():
    """0.6·1 : 0.3·2 : 0.1·4 = 0.6 : 0.6 : 0.4, over 1.6."""
    prior, likelihood = [0.6, 0.3, 0.1], [1, 2, 4]
    assert beliefs_after(True, prior, likelihood) == pytest.approx([0.375, 0.375, 0.25])
    # once more: 0.375 : 0.75 : 1, over 2.125
    twice = beliefs_after(True, prior, likelihood, rounds=2)
    assert twice == pytest.approx([0.375 / 2.125, 0.75 / 2.125, 1 / 2.125])
    assert beliefs_after(False, prior, likelihood) == pytest.approx(prior)


def test_relaxation_by_hand():
    """A quarter of 0.8 of the way back to the prior, after Bayes."""
    after = beliefs_after(True, [0.6, 0.3, 0.1], [1, 2, 4], relaxation=0.8)
    expected = [0.375 + 0.2 * 0.225, 0.375 - 0.2 * 0.075, 0.25 - 0.2 * 0.15]
    assert after == pytest.approx(expected)
    # a full turn a quarter: at 4 a year beliefs are the prior again
    assert beliefs_after(True, [0.5, 0.5], [1, 9], relaxation=4.0) == pytest.approx([0.5, 0.5])


def test_priors_need_not_sum_to_one():
    assert beliefs_after(False, [3.0, 1.0], [1, 1]) == pytest.approx([0.75, 0.25])


def test_a_likelihood_shared_by_all_futures_teaches_nothing():
    assert beliefs_after(True, [0.6, 0.4], [5, 5]) == pytest.approx([0.6, 0.4])


@settings(max_examples=40, deadline=None)
@given(
    numbers=st.lists(
        st.tuples(st.floats(0.01, 1.0), st.floats(0.01, 10.0)), min_size=1, max_size=5
    ),
    relaxation=st.floats(0.0, 4.0),
    course=st.lists(st.booleans(), min_size=1, max_size=12),
)
def test_beliefs_by_a_loop(numbers, relaxation, course):
    weights, likelihood = zip(*numbers, strict=True)
    world = hand_world(
        w=len(weights),
        prior=np.array(weights),
        likelihood=np.array(likelihood),
        belief_relaxation=relaxation,
        processes=ON,
    )
    q, s, _ = start(world)
    ((_, me),) = countries(world, s)
    for happened in course:
        believe(world.structure, q, s, np.array([float(happened)]))
        me.believe(happened)
        assert s.beliefs[:, 0].tolist() == pytest.approx(list(me.beliefs.values()), abs=1e-12)
        assert s.beliefs.sum() == pytest.approx(1.0, abs=1e-12)


def test_beliefs_return_to_the_prior_in_peace():
    """The gap shrinks by 1 − 0.4/4 a round: below 0.1 % after 66 rounds."""
    world = hand_world(
        w=2, prior=[0.7, 0.3], likelihood=[1, 50], belief_relaxation=0.4, processes=ON
    )
    q, s, _ = start(world)
    believe(world.structure, q, s, np.ones(1))
    gap = 0.7 - s.beliefs[0, 0]
    for n in range(1, 67):
        believe(world.structure, q, s, np.zeros(1))
        assert 0.7 - s.beliefs[0, 0] == pytest.approx(gap * 0.9**n, abs=1e-12)
    assert abs(0.7 - s.beliefs[0, 0]) < 1e-3


# incidents -------------------------------------------------------------------------------------
@pytest.mark.parametrize(("nudge", "expected"), [(-1e-9, 1.0), (1e-9, 0.0)])
@pytest.mark.parametrize("recent", [0.0, 2.0])
def test_chance_by_hand(nudge, expected, recent):
    """Base 0.4, excitation 0.3 on what is left after a quarter: 1 − exp(−(0.4 + 0.3·h)/4)."""
    world = hand_world(incident_rate=0.4, excitation=0.3, incident_memory=2.0, processes=ON)
    q, s, _ = start(world)
    s.incidents[:] = recent
    left = recent * math.exp(-0.125)
    chance = 1 - math.exp(-0.25 * (0.4 + 0.3 * left))
    happened = strike(world.structure, q, s, np.array([chance + nudge]))
    assert happened.tolist() == [expected]
    assert s.incidents[0] == pytest.approx(left + expected)


@settings(max_examples=30, deadline=None)
@given(memory=st.floats(0.05, 50.0), years=st.integers(1, 10))
def test_memory_fades_to_one_in_e_in_its_time(memory, years):
    world = hand_world(incident_memory=memory, processes=ON)
    q, s, _ = start(world)
    s.incidents[:] = 1.0
    for _ in range(4 * years):
        strike(world.structure, q, s, NEVER)
    assert s.incidents[0] == pytest.approx(math.exp(-years / memory), rel=1e-9)


def test_retaliation_where_force_is_allowed():
    for force, expected in ((False, 1.0), (True, 1.75)):
        world = hand_world(incident_rate=100.0, retaliation=0.75, force=force, processes=ON)
        q, s, _ = start(world)
        strike(world.structure, q, s, np.zeros(1))
        assert s.incidents.tolist() == [expected]


def test_threat_by_hand():
    world = hand_world(n=2, threat_level=[0.5, 2.0], incident_weight=[0.4, 0.0])
    q, s, _ = start(world)
    s.incidents[:] = [3.0, 3.0]
    threaten(q, s)
    assert s.threat.tolist() == pytest.approx([1.7, 2.0])


def test_no_incident_without_a_rate():
    world = hand_world(r=50, years=2, excitation=5.0, processes=ON)
    assert not any(e.event == "incident" for e in simulate(world).events)


# a run -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(2))
def test_a_run_by_a_loop(seed):
    """Incidents, threat and beliefs of every round, from the draws and the raw numbers alone."""
    world = random_world(seed, n=2, p=4, w=3, r=3, years=3)
    total = np.zeros((3, 2, 3))
    before = start(world)[1]

    def watch(t, q, s, form):
        nonlocal before
        for d, me in countries(world, before, t):
            me.suffer()
            total[t // 4, d // 3, d % 3] += me.log.incident
            assert s.threat[d] == pytest.approx(me.threat, rel=1e-12)
            assert s.beliefs[:, d].tolist() == pytest.approx(list(me.beliefs.values()), rel=1e-9)
        before = deepcopy(s)

    record = simulate(world, watch)
    told = np.zeros((3, 2, 3))
    for e in record.events:
        if e.event == "incident":
            assert e.partner == -1
            told[e.year - 2000, e.country] = np.nan_to_num(e.value)
    np.testing.assert_array_equal(told, total)
    assert total.sum() > 5


def test_frequency_of_incidents():
    """Without excitation a quarter sees one with chance 1 − exp(−0.8/4)."""
    runs = 1500
    world = hand_world(r=runs, years=2, incident_rate=0.8, processes=ON)
    total = sum(np.nansum(e.value) for e in simulate(world).events if e.event == "incident")
    chance = 1 - math.exp(-0.2)
    error = math.sqrt(chance * (1 - chance) * runs * 8)
    assert abs(total - chance * runs * 8) < 4 * error


def test_incidents_come_in_clusters():
    """After an incident another is likelier, by the excitation, than after none."""
    runs, rate, excitation = 1500, 0.4, 3.0
    world = hand_world(
        r=runs,
        years=1,
        incident_rate=rate,
        excitation=excitation,
        incident_memory=1e3,
        processes=ON,
    )
    counts = []
    simulate(world, lambda t, q, s, form: counts.append(np.rint(s.incidents)))
    first, second = counts[0] > 0, counts[1] > counts[0]
    for group, expected in (
        (first, 1 - math.exp(-0.25 * (rate + excitation))),
        (~first, 1 - math.exp(-0.25 * rate)),
    ):
        error = math.sqrt(expected * (1 - expected) / group.sum())
        assert abs(second[group].mean() - expected) < 4 * error
