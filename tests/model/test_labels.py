"""Labels: a hazard of a rise, with jumps; rules veto, and no label falls."""

from dataclasses import replace
from math import exp, inf

import numpy as np
import pytest

from hedgerow.model import aims, labels, payoff
from hedgerow.model.parameters import Rules
from hedgerow.model.simulate import simulate
from hedgerow.model.terms import form_of
from model.hand import assert_shares, moment, random_start, start
from model.worlds import CHN, JPN, RUS, USA, structure, world

RUNS = 20_000
FLAT = {"label_visit": 0.0, "label_lead": 0.0, "label_isolation": 0.0}


def rules(tier_max=4):
    return replace(structure().rules, tier_max=np.full(1, tier_max))


def visit_nobody(w):
    return np.zeros((4, len(w.structure.countries) * len(w.replicates)), dtype=bool)


def rise(w, omega=0.0, tiers=0, round_=0):
    q, s, streams, _, point = start(w)
    s.tiers[:] = tiers
    before = s.tiers.copy()
    now = moment(w, q, s, point, omega, round_=round_)
    rose, struck = labels.rise(now, visit_nobody(w), streams, labels.codes(w.structure))
    return s.tiers - before, rose, struck


def test_hazard_and_sizes_of_jumps():
    """ω = 0: 1 − exp(−h₀Δt) a quarter; rises by 1, 2 and 3 rungs as their shares say."""
    w = world(
        RUNS,
        numbers=FLAT | {"label_hazard": 0.8, "jump_2": 0.3, "jump_3": 0.1},
        rules=rules(),
    )
    jump, rose, struck = rise(w)
    chance = 1 - exp(-0.2)
    for p in (CHN, JPN, RUS, USA):
        assert_shares(rose[p].mean(), chance, RUNS)
        found = [(jump[p] == j).mean() for j in range(5)]
        assert_shares(found, [1 - chance, 0.6 * chance, 0.3 * chance, 0.1 * chance, 0.0], RUNS)
    assert not struck.any()


def test_no_label_above_the_top_nor_above_the_rule():
    """From rung 2 a jump of 3 has no rung; from 2 with three allowed a jump of 2 is struck off."""
    w = world(
        RUNS, numbers=FLAT | {"label_hazard": 4.0, "jump_2": 0.3, "jump_3": 0.1}, rules=rules(3)
    )
    jump, rose, struck = rise(w, tiers=2)
    rate = 4.0 * 0.25 * np.array([0.6, 0.3])
    ring = 1 - exp(-rate.sum())
    assert_shares(rose[USA].mean(), ring * 2 / 3, RUNS)
    assert_shares(struck[USA].mean(), ring / 3, RUNS)
    assert set(np.unique(jump)) == {0, 1}
    jump, rose, struck = rise(w, tiers=4)
    assert not jump.any()
    assert not (rose | struck).any()


def test_an_occasion_makes_a_rise_likelier_and_its_absence_less():
    """exp(β_v (visit − v̄)), v̄ the chance of a visit."""
    w = world(3, numbers=FLAT | {"label_visit": 1.5})
    q, s, *_, point = start(w)
    there = visit_nobody(w)
    there[RUS] = True
    rates, _ = labels.hazards(moment(w, q, s, point, 0.0), there)
    mean = 1 - np.exp(-0.25 * np.array([0.8, 0.5, 1.0, 0.35]))
    expected = 0.07 * np.exp(1.5 * (np.array([0, 0, 1, 0]) - mean))
    np.testing.assert_allclose(rates.sum(axis=0)[:, 0], expected, rtol=1e-12)


def test_parity_by_hand():
    """−½ parity Σ R [(τ + j − τ_q)² − (τ − τ_q)²]: China at 2, the United States at 0, R .8."""
    w = world(1, numbers={"parity": 0.5, "shortfall": 0.0, "rivalry": 0.0, "pact": 0.0})
    w.values["rivalry"][USA, CHN] = w.values["rivalry"][CHN, USA] = 0.8
    q, s, *_, point = start(w)
    s.tiers[CHN] = 2
    found = labels.worth(moment(w, q, s, point))[0][:, 0]
    assert found[USA] == pytest.approx(-0.25 * 0.8 * (1 - 4))
    assert found[CHN] == pytest.approx(-0.25 * 0.8 * (9 - 4))
    assert found[RUS] == found[JPN] == 0.0
    two = labels.worth(moment(w, q, s, point))[1][:, 0]
    assert two[USA] == pytest.approx(-0.25 * 0.8 * (0 - 4))


def test_a_shortfall_makes_the_label_of_a_willing_power_larger():
    w = world(1, numbers={"parity": 0.0, "shortfall": 2.0})
    q, s, *_, point = start(w)
    s.shortfall[:] = 0.25
    for jump in (1, 3):
        found = labels.worth(moment(w, q, s, point))[jump - 1][:, 0]
        assert found == pytest.approx(2.0 * 0.25 * jump * np.array([0.0, 0.7, 0.4, 0.9]))


@pytest.mark.parametrize("seed", range(3))
def test_the_top_rung_is_worth_its_pledge(seed):
    w, q, s, *_, point = random_start(seed)
    pledge = labels.pledge_worth(moment(w, q, s, point))
    for jump in (1, 2):
        found = labels.worth(moment(w, q, s, point))[jump - 1]
        s_no = replace(s, tiers=np.where(s.tiers + jump == 4, s.tiers + 0, s.tiers))
        theirs = s_no.tiers.astype(float)
        rival = q["rivalry"]
        apart = sum(
            rival[:, p] * ((theirs + jump - theirs[p]) ** 2 - (theirs - theirs[p]) ** 2)
            for p in range(4)
        )
        bare = -0.5 * q["parity"] * apart + q["shortfall"] * q["will"] * s.shortfall * jump
        expected = bare + np.where(s.tiers + jump == 4, pledge, 0.0)
        np.testing.assert_allclose(found, expected, atol=1e-9)


def test_politics_tilts_the_hazard():
    """h₀ J exp(ω ΔU), with what the power gains at its own ω."""
    w = world(2, numbers={"politics_powers": 0.5, "label_visit": 0.0})
    q, s, *_, point = start(w)
    s.tiers[:] = 1
    s.shortfall[:] = 0.4
    omega = np.array([0.0, 2.0])
    rates, _ = labels.hazards(moment(w, q, s, point, omega), visit_nobody(w))
    lead = np.zeros((4, 2))
    for p in range(4):
        for other in range(4):
            lead[p] += q["rivalry"][p, other] * np.maximum(point.a[other] - point.a[p], 0)
    wooed = np.exp(0.5 * (0.3 * lead + 0.3 * q["isolation"]))
    for j, share in ((1, 0.65), (2, 0.3), (3, 0.05)):
        worth = labels.worth(moment(w, q, s, point))[j - 1]
        np.testing.assert_allclose(rates[j - 1], 0.07 * share * wooed * np.exp(omega * worth))


def test_flat_habit_leaves_politics_alone():
    """Where habit is off rises by any number of rungs come at exp(ω_i ΔU + ω_p ΔV) a year."""
    w = world(1, numbers={"jump_2": 0.3, "jump_3": 0.0}, flat=frozenset({"labels"}))
    q, s, *_, point = start(w)
    rates, _ = labels.hazards(moment(w, q, s, point, 0.0), visit_nobody(w))
    wooed = np.exp(0.3 * aims.lead(q, point.a) + 0.3 * q["isolation"])
    np.testing.assert_allclose(rates, np.repeat(wooed[None], 4, axis=0))


def test_nobody_visits_or_rises_while_suspended_or_with_oneself():
    w = world(RUNS, countries=("JPN",), numbers=FLAT | {"label_hazard": 3.0, "visits": 5.0})
    q, s, streams, _, point = start(w)
    s.until[2] = 6  # China's suspension
    known = labels.codes(w.structure)
    there = labels.visits(w.structure, q, s, streams, known, 5)
    assert not there[[CHN, JPN]].any()
    assert_shares(there[USA].mean(), 1 - exp(-1.25), RUNS)
    assert labels.visits(w.structure, q, s, streams, known, 6)[CHN].any()
    rates, _ = labels.hazards(moment(w, q, s, point, 0.0, round_=5), there)
    assert not rates[:, [CHN, JPN]].any()
    assert rates[0, USA].all()


def test_a_run_of_ten_years_at_constant_hazard():
    """A label of rung 0 has risen within ten years with 1 − exp(−10 h₀)."""
    w = world(
        3000,
        numbers=FLAT | {"politics_labels": 0.0, "politics_powers": 0.0, "label_hazard": 0.05},
        processes=frozenset({"labels"}),
        rules=rules(),
    )
    tier = simulate(w).ties["tier"][-1, 0]
    for p in (CHN, RUS, USA):
        assert_shares((tier[p] > 0).mean(), 1 - exp(-0.5), 3000)


def test_labels_of_a_run_never_fall_nor_pass_their_rule():
    tiers = np.array([[3], [1], [0], [2]])
    bounds = Rules(np.array([2]), np.full((7, 1), 1.0), np.array([inf]), *np.zeros((2, 1), bool))
    w = world(300, tiers=tiers, rules=bounds, numbers={"label_hazard": 0.5})
    tier = simulate(w).ties["tier"][:, 0]
    assert (np.diff(tier, axis=0) >= 0).all()
    assert (tier <= np.maximum(tiers, 2)[None]).all()
    assert (tier[-1, RUS] == 2).mean() > 0.5


def test_a_label_carries_no_alignment():
    """The payoff of a portfolio is the same at every rung but the top, which pledges."""
    w = world(1)
    q, s, *_, point = start(w)
    s.tiers[:] = 3
    np.testing.assert_array_equal(
        payoff.utility(form_of(w.structure, q, s), point.x), payoff.utility(point.form, point.x)
    )
