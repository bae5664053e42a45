"""Hard rules: never broken by a desk, a label, an offer or a pledge, whatever the numbers."""

from dataclasses import replace

import numpy as np
import pytest

from hedgerow.model import payoff, programmes, rules
from hedgerow.model.parameters import Ban, Choice, Effect, Event
from hedgerow.model.simulate import Block
from model.hand import moment, random_rules, random_world, start
from model.worlds import (
    ARMS,
    CHN,
    DEFENCE,
    DIPLOMACY,
    ENERGY,
    EVENTS,
    JPN,
    RUS,
    STEPS,
    USA,
    bundle,
    structure,
    world,
)


def test_bounds_in_whole_steps():
    """A cap of .8 at steps of .25 is three steps; a rule of .5 is two; none is with oneself."""
    s = structure(("JPN", "VNM"), cap=np.array([5, 0.8, 1, 1, 1, 0.9, 1]))
    tie_max = np.full((7, 2), 9.0)
    tie_max[DEFENCE] = 0.5
    s = replace(s, rules=replace(s.rules, tie_max=tie_max))
    w = world(2, countries=("JPN", "VNM"))
    q, *_ = start(w)
    free, bound = rules.range_steps(s, q, DEFENCE), rules.most_steps(s, q)
    assert free.tolist() == [[3] * 4, [0, 0, 3, 3], [3] * 4, [3] * 4]
    assert bound[DEFENCE].tolist() == [[2] * 4, [0, 0, 2, 2], [2] * 4, [2] * 4]
    assert bound[DIPLOMACY].max() == 4


def test_tilt_by_hand():
    """Bound .5: a tilt of .4 may grow by .1, one of .7 may only shrink, or cross to −.7."""
    w = world(3)
    bound = replace(w.structure, rules=replace(w.structure.rules, tilt_max=np.array([0.5])))
    q, *_ = start(w)
    tilt = np.array([0.4, 0.4, 0.7])

    def allowed(shift):
        return rules.tilt_allowed(bound, q, tilt, np.array(shift)).tolist()

    assert allowed([0.1, 0.11, 0.01]) == [True, False, False]
    assert allowed([-0.9, -0.91, -0.2]) == [True, False, True]
    assert allowed([0.0, 0.0, -1.4]) == [True, True, True]
    assert allowed([0.0, 0.0, -1.41]) == [True, True, False]


def test_a_bundle_is_had_in_full_or_not_at_all():
    w = world(1)
    q, s, _, _, point = start(w)
    free, ruled = 0, 1

    def had(bounds, **changes):
        return bool(
            rules.bundle_allowed(w.structure, q, s, point, bundle(**changes), False)[bounds][0]
        )

    assert had(ruled, defence_USA=1)
    assert not had(ruled, defence_USA=2)  # a step of .25 is there, and .5 the bound
    assert had(free, defence_USA=3)
    assert not had(free, defence_USA=4)
    assert had(ruled, energy_RUS=-2)
    assert not had(ruled, energy_RUS=-3)
    assert not had(ruled, diplomacy_CHN=1, energy_CHN=-1)


def bound(w, **changes):
    """A world whose rules have other bounds."""
    return replace(w, structure=replace(w.structure, rules=replace(w.structure.rules, **changes)))


def test_rules_bind_what_is_offered_and_not_whether_it_can_be_had():
    """Programmes, tilt and pledge: .97 of Russian arms may not grow by one of twenty."""
    w = world(1)
    tie_max = w.structure.rules.tie_max.copy()
    tie_max[ARMS] = 1.0
    w = bound(w, tie_max=tie_max, tilt_max=np.array([0.5]))
    q, s, _, _, point = start(w)
    assert 1 / s.usual_memory[ARMS, 0] > 0.03
    assert rules.tilt_of(w.structure, point)[0] == pytest.approx(-0.42, abs=0.01)
    offers = {
        "arms_RUS": (bundle(arms_RUS=1), False),
        "arms_JPN": (bundle(arms_JPN=1), False),
        "tilt": (bundle(diplomacy_CHN=1), False),
        "shared": (bundle(diplomacy_CHN=1, diplomacy_USA=1), False),
        "base": (bundle(), True),
    }
    had = {
        name: [bool(may[0]) for may in rules.bundle_allowed(w.structure, q, s, point, *one)]
        for name, one in offers.items()
    }
    assert had == {
        "arms_RUS": [True, False],
        "arms_JPN": [True, True],
        "tilt": [True, False],
        "shared": [True, True],
        "base": [True, False],
    }


def test_orders_by_hand():
    """Bound 1 on arms and .3 on tilt: .97 may grow by .03, and a tilt of −.12 fall to −.3."""
    w = world(2)
    tie_max = w.structure.rules.tie_max.copy()
    tie_max[ARMS] = 1.0
    w = bound(w, tie_max=tie_max, tilt_max=np.array([0.3]))
    q, *_, point = start(w)
    point.x[ARMS] = np.array([0.2, 0.0, 0.97, 1.2])[:, None]
    point.a[:] = np.array([0.62, 0.0, 0.9, 0.5])[:, None]

    def allowed(more):
        found = rules.orders_allowed(w.structure, q, point, ARMS, np.full((4, 2), more))
        assert (found[:, 0] == found[:, 1]).all()
        return found[:, 0].tolist()

    assert allowed(0.03) == [True, True, True, False]  # beyond its bound a tie may only fall
    assert allowed(0.04) == [True, True, False, False]
    assert allowed(0.36) == [True, True, False, False]  # .5 · .36 = .18 of tilt
    assert allowed(0.37) == [False, True, False, False]


def bundles_and_choices():
    """Offers of all kinds, and a dated choice that would break what it can."""
    greedy = Event("greedy", USA, Effect.OFFER, bundle=bundle(defence_USA=1, diplomacy_CHN=-1))
    swap = Event("swap", CHN, Effect.OFFER, bundle=bundle(diplomacy_CHN=1, arms_CHN=1))
    embargo = Event("embargo", RUS, Effect.EMBARGO)
    options = ("no", "more", "less", "base")
    choice = Choice(
        question="all at once",
        round=5,
        countries=(0, 1),
        options=options,
        bundles=np.stack(
            [bundle(), bundle(energy_USA=2), bundle(diplomacy_RUS=-1), bundle(defence_USA=1)]
        ),
        offered=np.array([-1, USA, -1, USA]),
        pledges=np.array([-1, -1, -1, USA]),
        cover=np.zeros((4, 4)),
        provokes=np.full(4, -1),
        risk=np.zeros(4),
    )
    return (*EVENTS, greedy, swap, embargo), (choice,)


@pytest.mark.parametrize("seed", range(8))
def test_no_run_breaks_a_rule(seed):
    """Random numbers, rules and ties: every move is looked at, and the state of every quarter."""
    rng = np.random.default_rng(seed)
    offers, choices = bundles_and_choices()
    ban = Ban(1, ARMS, RUS, 3, 9)
    w = random_world(
        seed,
        replicates=10,
        countries=("JPN", "VNM"),
        years=4,
        events=offers,
        choices=choices,
        bans=(ban,),
    )
    w.values["event_rate"][:] = rng.uniform(0, 2, w.values["event_rate"].shape)
    w.values["label_hazard"][:] = 0.5
    w.values["rate"][list(STEPS)] = 3.0
    w.values["programmes"][ARMS] = 8.0
    w = replace(
        w,
        structure=replace(
            w.structure,
            rules=random_rules(rng, 2, 7, w.structure.cap),
            strategies=("quantal", ("best_reply", "bandwagoner", "random", "balancer")[seed % 4]),
        ),
    )
    given, block, columns = w.structure, Block(w), np.arange(20)
    most, own = rules.most_steps(given, block.frame), given.self_partner.repeat(10)
    limit, looked = np.repeat(given.rules.tilt_max, 10), []
    highest = np.repeat(given.rules.tie_max[ARMS], 10)
    side = np.array([-1.0, 0.0, 0.0, 1.0, 0.0])  # CHN, JPN, RUS, USA, other

    def look(block, k, options):
        """What a desk is about to do."""
        taken, p, by = options >= 0, options % 4, np.where(options < 4, 1, -1)
        before = block.state.counts[k, p, columns]
        assert (before + by >= 0)[taken].all()
        assert (before + by <= np.maximum(most[k, p, columns], before))[taken].all()
        assert (p != own)[taken].all()
        tilt = rules.tilt_of(given, block.point)
        after = tilt + by * side[p] * given.step[k] * block.frame["salience"][k]
        assert (np.abs(after) <= np.maximum(limit, np.abs(tilt)) + 1e-6)[taken].all()
        looked.append(taken.sum())

    def look_at_order(block, k, at, sizes, weight, supplier):
        """What forces are about to order."""
        assert k == ARMS
        q, s, other = block.frame, block.state, supplier == 4
        ln = np.where(other, 0.0, q["size_of"][ARMS][np.minimum(supplier, 3), at])
        more = np.sqrt(sizes * np.exp(ln) / 32.0) / s.usual_memory[ARMS, at]
        tie = s.memory[ARMS][supplier, at] / s.usual_memory[ARMS, at]
        assert (other | (tie + more <= highest[at] + 1e-6)).all()
        tilt = rules.tilt_of(given, block.point)[at]
        after = tilt + side[supplier] * more * q["salience"][ARMS, at]
        assert (np.abs(after) <= np.maximum(limit[at], np.abs(tilt)) + 1e-6).all()
        chance = np.exp(weight - weight.max(axis=0))
        assert (chance[supplier, np.arange(at.size)] > 0.0).all()
        ordered.append((~other).sum())

    ordered = []
    block.override, block.watch_order = look, look_at_order
    start_tier = block.state.tiers.copy()
    for t in range(given.rounds):
        counts, memory = block.state.counts.copy(), block.state.memory.copy()
        block.step()
        s = block.state
        assert (s.counts >= 0).all()
        assert (s.counts[list(STEPS)] <= np.maximum(most, counts)[list(STEPS)]).all()
        assert (s.tiers <= np.maximum(np.repeat(given.rules.tier_max, 10), start_tier)).all()
        assert not s.pledged[:, ~np.repeat(given.rules.pledge, 10)].any()
        fresh = block.point  # the last desk's, before orders moved it
        np.testing.assert_allclose(fresh.a, payoff.at(block.mind.form, fresh.x).a, atol=1e-9)
        if 3 <= t < 9:
            assert (s.memory[ARMS, RUS, 10:] <= memory[ARMS, RUS, 10:]).all()
        assert not s.memory[ARMS, JPN, :10].any()
    assert sum(looked) > 100
    assert sum(ordered) > 10


def test_what_is_struck_off_is_counted():
    """A country that wants more US defence than it may have is held back, and the year tells it."""
    w = world(200, years=1, numbers={"rate": 2.0})
    w.values["returns"][DEFENCE, USA] += 60.0
    block = Block(w)
    for _ in range(4):
        block.step()
    assert block.record.countries["rules_bound"][0].mean() > 0.02
    free = replace(
        w.structure.rules,
        tie_max=w.structure.cap[:, None],
        tier_max=np.array([4]),
        pledge=np.array([True]),
    )
    free = replace(w.structure, rules=free)
    block = Block(replace(w, structure=free))
    for _ in range(4):
        block.step()
    assert not block.record.countries["rules_bound"].any()


def test_who_may_sell_no_more_is_struck_off_and_counted():
    """A bound of 0 on arms: all is ordered elsewhere, and what a power had won is struck off."""
    w = world(200, votes=())
    tie_max = w.structure.rules.tie_max.copy()
    tie_max[ARMS] = 0.0

    def order(one):
        q, s, streams, _, point = start(one)
        now, known = moment(one, q, s, point, 1.0), programmes.codes(one.structure)
        return programmes.order(now, ARMS, streams, known)

    (free, asked, none), (held, _, struck) = order(w), order(bound(w, tie_max=tie_max))
    once = asked == 1
    assert once.sum() > 40
    assert not none.any()
    assert not held[:4].any()
    assert (held[4] > 0.0).tolist() == (asked > 0).tolist()
    np.testing.assert_array_equal(struck[once], free[:4, once].any(axis=0))
    assert 0 < struck[once].sum() < once.sum()


def test_a_tie_beyond_its_bound_may_only_fall():
    w = world(1, numbers={})
    q, s, _, _, point = start(w)
    s.counts[DEFENCE, RUS] = 3
    up, down = rules.steps_allowed(w.structure, q, s, point, DEFENCE)
    assert up[:, 0].tolist() == [True, True, False, True]
    assert down[:, 0].tolist() == [False, True, True, True]
    assert rules.steps_allowed(w.structure, q, s, point, ENERGY)[0].all()
