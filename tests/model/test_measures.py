"""What is reported: alignment, Kuik's spectrum, hedging, insurance, autonomy, concentration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.hand import at, hand_world, pair, start
from model.worlds import random_world
from reference import measures as reference
from reference.arrays import countries

from hedgerow.model import measures, payoff
from hedgerow.model.parameters import INSTRUMENTS, Override
from hedgerow.model.simulate import simulate

ARMS, TRADE, ENERGY, DIPLOMACY, DEFENCE, VOICE, SETTLEMENT = range(7)


def ties(p, entries):
    return at((7, p, 1), {(k, j, 0): x for (k, j), x in entries.items()})


def each_round(world, look, rounds=range(99)):
    """Call look(round, frame, state, form, ties) in these rounds of a run."""

    def watch(t, q, s, form):
        if t in rounds:
            look(t, q, s, form, s.counts * world.structure.step[:, None, None])

    simulate(world, watch)


# alignment -------------------------------------------------------------------------------------
def index_of(a, b, poles=(0, 1)):
    world = hand_world(p=3, structure={"poles": poles})
    return float(measures.alignment_index(world.structure, np.array([[a], [b], [9.0]]))[0])


def test_alignment_index_by_hand():
    assert index_of(0.6, 0.2) == pytest.approx(75.0)
    assert index_of(0.2, 0.6) == pytest.approx(25.0)
    assert index_of(0.6, 0.2, poles=(1, 0)) == pytest.approx(25.0)
    assert index_of(0.3, 0.3) == 50.0
    assert index_of(0.3, 0.0) == 100.0
    assert index_of(0.0, 0.3) == 0.0
    assert np.isnan(index_of(0.0, 0.0))


# Kuik ------------------------------------------------------------------------------------------
KUIK = ties(
    3,
    {
        (VOICE, 1): 0.2,
        (ARMS, 1): 0.1,  # LB = 0.3
        (DIPLOMACY, 1): 0.4,  # BE
        (TRADE, 1): 0.5,  # EP
        (DIPLOMACY, 0): 0.3,
        (ENERGY, 2): 0.6,  # DD = 0.9
        (ARMS, 0): 0.8,
        (DEFENCE, 0): 0.4,
        (DEFENCE, 2): 0.5,  # IB = 0.5·1.2 + 0.2·0.5 = 0.7
        (TRADE, 0): 0.9,
        (VOICE, 2): 0.3,
        (SETTLEMENT, 1): 0.7,  # these three count nowhere
        (ENERGY, 1): 0.8,
        (DEFENCE, 1): 0.8,
    },
)


def test_kuik_by_hand():
    """IB + DD − BE − LB = 0.7 + 0.9 − 0.4 − 0.3 = 0.9 of 2.8; f = 1.2 of 2.8."""
    world = hand_world(
        ties=KUIK, will=np.array([0.5, 0.9, 0.2]), structure={"threat_source": np.array([1])}
    )
    q, s, _ = start(world)
    score, share = measures.kuik(world.structure, q, s.counts * 0.1)
    assert score.tolist() == pytest.approx([0.9 / 2.8])
    assert share.tolist() == pytest.approx([1.2 / 2.8])


def test_kuik_is_null_without_a_threat_or_without_ties():
    for world in (
        hand_world(ties=KUIK, will=1.0),
        hand_world(will=1.0, structure={"threat_source": np.array([1])}),
    ):
        q, s, _ = start(world)
        assert np.isnan(measures.kuik(world.structure, q, s.counts * 0.1)).all()


def test_kuik_at_its_ends():
    """Arms from the threat alone is bandwagoning, arms from a willing helper alone balancing."""
    for partner, expected in ((0, 1.0), (1, -1.0)):
        world = hand_world(
            ties=ties(3, {(ARMS, partner): 0.5}),
            will=1.0,
            structure={"threat_source": np.array([1])},
        )
        q, s, _ = start(world)
        assert measures.kuik(world.structure, q, s.counts * 0.1)[0].tolist() == [expected]


# hedging ---------------------------------------------------------------------------------------
def test_mean_rivalry_by_hand():
    """a = (1, 2, 3): (0.5·2 + 0.4·6) / (2 + 3 + 6)."""
    q, _, _ = start(hand_world(rivalry=pair(3, {(0, 1): 0.5, (1, 2): 0.4})))
    a = np.array([[1.0], [2.0], [3.0]])
    assert measures.mean_rivalry(q, a).tolist() == pytest.approx([3.4 / 11])
    assert np.isnan(measures.mean_rivalry(q, np.array([[1.0], [0.0], [0.0]]))).all()


def hedging(rivalry, ai, f, a):
    q, _, _ = start(hand_world(p=len(a), rivalry=rivalry))
    value = measures.hedging_index(q, np.array([ai]), np.array([f]), np.array(a)[:, None])
    return float(value[0])


def test_hedging_index_by_hand():
    """(1 − 10/50)·4·0.3·0.7·(1.5/2.5)."""
    rivals = pair(2, {(0, 1): 1.5})
    assert hedging(rivals, 60.0, 0.3, [1.0, 2.0]) == pytest.approx(0.8 * 0.84 * 0.6)
    assert hedging(rivals, 40.0, 0.7, [1.0, 2.0]) == pytest.approx(0.8 * 0.84 * 0.6)
    for side in (0.0, 100.0):
        assert hedging(rivals, side, 0.3, [1.0, 2.0]) == 0.0
    for f in (0.0, 1.0):
        assert hedging(rivals, 50.0, f, [1.0, 2.0]) == 0.0
    assert np.isnan(hedging(rivals, np.nan, 0.3, [1.0, 2.0]))
    assert np.isnan(hedging(rivals, 50.0, np.nan, [1.0, 2.0]))


@settings(max_examples=30, deadline=None)
@given(
    ai=st.floats(0, 100),
    f=st.floats(0, 1),
    a=st.lists(st.floats(0.01, 5), min_size=3, max_size=3),
    feud=st.floats(0, 50),
)
def test_hedging_index_lies_between_zero_and_one(ai, f, a, feud):
    assert 0.0 <= hedging(pair(3, {(0, 1): feud}), ai, f, a) <= 1.0
    assert hedging(np.zeros((3, 3)), ai, f, a) == 0.0


def test_no_rivalry_no_hedging_in_a_run():
    world = random_world(3, n=2, p=4, r=3)
    calm = {name: a.copy() for name, a in world.values.items()}
    calm["rivalry"][:] = 0.0
    calm["ties"][:, :3] = 0.1 * np.ceil(calm["ties"][:, :3] + 0.5)
    peaceful = simulate(type(world)(world.structure, calm, world.replicates, world.seed))
    feuding = simulate(world)
    index = peaceful.countries["hedging_index"]
    assert (index[~np.isnan(index)] == 0.0).all()
    assert (index[:, 0] == 0.0).all()
    assert (feuding.countries["hedging_index"][:, 0] > 0.0).any()


# insurance -------------------------------------------------------------------------------------
FAILS = Override(1, "capacity", (DIPLOMACY, 0), "set", np.zeros(1))


def insured(beliefs, overrides=(FAILS,), **others):
    """Diplomacy with two poles, 0.5 each: 2x and x in returns, κ = 1; the first may fail."""
    world = hand_world(
        p=2,
        w=len(beliefs),
        prior=beliefs,
        ties=ties(2, {(DIPLOMACY, 0): 0.5, (DIPLOMACY, 1): 0.5}),
        returns=at((7, 2, 1), {(DIPLOMACY, 0, 0): 2.0, (DIPLOMACY, 1, 0): 1.0}),
        curvature=1.0,
        terms=("returns",),
        processes=("futures",),
        overrides=overrides,
        **others,
    )
    _, s, form = start(world)
    x = s.counts * 0.1
    return [float(v[0]) for v in measures.insurance(world.structure, form, x)]


def test_insurance_by_hand():
    """Hedged 1.5 − ¼ = 1.25, or 0.25 without the first. Its side: 2 − ½ = 1.5, or −0.5.

    The premium is 1.5 − 1.25, the payout 0.25 − (−0.5). The other side (1 − ½) pays less.
    """
    premium, payout, tail_loss = insured([0.9, 0.1])
    assert (premium, payout) == pytest.approx((0.25, 0.75))
    assert tail_loss == pytest.approx(0.25)
    # 3 % of 0.25 and 2 % of 1.25 make the worst 5 %
    assert insured([0.97, 0.03])[2] == pytest.approx(0.65)
    assert insured([1.0, 0.0])[2] == pytest.approx(1.25)


def test_payout_is_in_the_future_that_is_worst_for_the_side():
    """The first weakens to 0.6: 1.5 − 0.8 against 1.25 − 0.4. The second fails: 1.5, and 0.75."""
    weak = Override(1, "capacity", (DIPLOMACY, 0), "set", np.full(1, 0.6))
    gone = Override(2, "capacity", (DIPLOMACY, 1), "set", np.zeros(1))
    premium, payout, tail_loss = insured([0.8, 0.1, 0.1], overrides=(weak, gone))
    assert (premium, payout) == pytest.approx((0.25, 0.85 - 0.7))
    assert tail_loss == pytest.approx(0.75)


def test_taking_a_side_stops_at_the_cap():
    """With a cap of 0.8 the side is worth 1.6 − 0.32."""
    cap = np.ones(7)
    cap[DIPLOMACY] = 0.8
    premium, payout, _ = insured([0.9, 0.1], structure={"cap": cap})
    assert premium == pytest.approx(1.28 - 1.25)
    assert payout == pytest.approx(0.25 + 0.32)


def test_side_by_hand():
    world = hand_world(ties=KUIK)
    _, s, _ = start(world)
    x = s.counts * 0.1
    side = measures.side_with(world.structure, x, 0, 1)
    expected = np.round(x.copy(), 12)
    expected[:, 0] += expected[:, 1]
    expected[:, 1] = 0.0
    expected[TRADE] = x[TRADE]  # trade stays
    np.testing.assert_allclose(side, np.minimum(expected, 1.0), atol=1e-12)
    np.testing.assert_array_equal(side[:, 2], x[:, 2])
    assert side[DEFENCE, 0, 0] == 1.0  # 0.4 + 0.8 stops at the cap
    np.testing.assert_allclose(x, KUIK, atol=1e-12)  # the portfolio itself stays


@settings(max_examples=50, deadline=None)
@given(
    futures=st.lists(st.tuples(st.floats(-100, 100), st.floats(0.001, 1.0)), min_size=1, max_size=6)
)
def test_tail_by_sorting(futures):
    values = [v for v, _ in futures]
    beliefs = [b / sum(b for _, b in futures) for _, b in futures]
    column = [np.array(a)[:, None] for a in (values, beliefs)]
    found = measures.tail(*column)[0]
    assert found == pytest.approx(reference.tail(values, beliefs), abs=1e-9)
    assert (
        min(values) - 1e-9
        <= found
        <= sum(v * b for v, b in zip(values, beliefs, strict=True)) + 1e-9
    )


def test_tail_of_columns():
    values = np.array([[1.0, 5.0], [2.0, 4.0], [3.0, 3.0]])
    beliefs = np.array([[0.01, 0.98], [0.02, 0.0], [0.97, 0.02]])
    # (0.01·1 + 0.02·2 + 0.02·3)/0.05 ; (0.02·3 + 0.03·5)/0.05
    assert measures.tail(values, beliefs).tolist() == pytest.approx([2.2, 4.2])


@pytest.mark.parametrize("seed", range(2))
def test_insurance_by_a_loop(seed):
    """Premium, payout and tail from utilities under each certain future, term by term."""
    world = random_world(seed, n=2, p=4, w=3, r=2, years=1)

    def each(t, q, s, form, x_all):
        found = measures.insurance(world.structure, form, x_all)
        for d, me in countries(world, s, t):
            expected = reference.insurance(me)
            assert [f[d] for f in found] == pytest.approx(expected, rel=1e-9, abs=1e-9)

    each_round(world, each, {3})


# autonomy --------------------------------------------------------------------------------------
def test_autonomy_by_hand():
    """Without the first 2·0.5 − ⅛ is lost, without the second 1·0.5 − ⅛: 0.875 of 1.25."""
    world = hand_world(
        p=3,
        ties=ties(3, {(DIPLOMACY, 0): 0.5, (DIPLOMACY, 1): 0.5, (VOICE, 2): 0.5}),
        returns=at((7, 3, 1), {(DIPLOMACY, 0, 0): 2.0, (DIPLOMACY, 1, 0): 1.0, (VOICE, 2, 0): -1}),
        curvature=1.0,
        terms=("returns",),
    )
    _, s, form = start(world)
    # the third is a burden: losing it is no loss
    assert measures.autonomy(form, s.counts * 0.1).tolist() == pytest.approx([1 - 0.875 / 1.25])


def test_autonomy_is_null_where_nothing_can_be_lost():
    world = hand_world(returns=1.0, terms=("returns",))
    _, s, form = start(world)
    assert np.isnan(measures.autonomy(form, s.counts * 0.1)).all()


def test_who_has_one_partner_has_no_autonomy():
    world = hand_world(returns=1.0, ties=ties(3, {(TRADE, 1): 0.4}), terms=("returns",))
    _, s, form = start(world)
    assert measures.autonomy(form, s.counts * 0.1).tolist() == [0.0]


@pytest.mark.parametrize("seed", range(2))
def test_autonomy_by_a_loop(seed):
    """Morrow: what would be lost without each partner, by evaluating the utility without it."""
    world = random_world(seed, n=2, p=4, r=2, years=1)

    def each(t, q, s, form, x_all):
        found = measures.autonomy(form, x_all)
        for d, me in countries(world, s, t):
            expected = reference.autonomy(me)
            if expected is None:
                assert np.isnan(found[d])
            else:
                assert found[d] == pytest.approx(expected, abs=1e-9)
                assert -1e-12 <= found[d] <= 0.75 + 1e-12  # at best four equals

    each_round(world, each, {1, 3})


# concentration ---------------------------------------------------------------------------------
def hhi(x, others):
    return float(measures.concentration(np.array(x, dtype=float)[:, None], np.array([others]))[0])


def test_concentration_by_hand():
    assert hhi([0.6, 0.2, 0.2], 0.0) == pytest.approx(0.44)
    assert hhi([0.3, 0.1], 0.1) == pytest.approx((9 + 1 + 1) / 25)
    assert hhi([1.0, 0.0], 0.0) == 1.0
    assert hhi([0.0, 0.0], 0.7) == 1.0
    assert np.isnan(hhi([0.0, 0.0], 0.0))


@settings(max_examples=40, deadline=None)
@given(
    x=st.lists(st.floats(0.01, 3), min_size=1, max_size=6), others=st.sampled_from([0.0, 0.2, 2.0])
)
def test_concentration_is_a_sum_of_squared_shares(x, others):
    assert hhi(x, others) == pytest.approx(reference.concentration([*x, others]))
    assert 1 / (len(x) + 1) - 1e-12 <= hhi(x, others) <= 1 + 1e-12


# all together ----------------------------------------------------------------------------------
def test_measures_of_a_country():
    world = random_world(1, n=2, p=4, w=3, r=3)

    def each(t, q, s, form, x):
        told = measures.of_countries(world.structure, q, s, form)
        assert set(told) == {
            "alignment_index",
            "kuik_score",
            "hedging_index",
            "autonomy",
            "payoff",
            "premium",
            "payout",
            "tail_loss",
            "threat",
            *(f"concentration_{name}" for name in INSTRUMENTS),
            *(f"belief_future{w}" for w in range(3)),
        }
        assert all(a.shape == (6,) for a in told.values())
        np.testing.assert_array_equal(told["threat"], s.threat)
        np.testing.assert_array_equal(told["payoff"], payoff.utility(form, x))
        for w in range(3):
            np.testing.assert_array_equal(told[f"belief_future{w}"], s.beliefs[w])
        for k, name in enumerate(INSTRUMENTS):
            expected = measures.concentration(x[k], q["others"][k])
            np.testing.assert_array_equal(told[f"concentration_{name}"], expected)
        for name, low, high in (("alignment_index", 0, 100), ("kuik_score", -1, 1)):
            known = told[name][~np.isnan(told[name])]
            assert ((known >= low) & (known <= high)).all()

    each_round(world, each)
