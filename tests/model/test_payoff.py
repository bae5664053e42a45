"""Every price of a change equals two evaluations of the utility, and the foreseen answer."""

from dataclasses import replace

import numpy as np
import pytest

from hedgerow.model import desks, events, labels, payoff, programmes, rules
from hedgerow.model.state import cut
from hedgerow.model.terms import form_of
from model.hand import moment, random_start, start
from model.worlds import ARMS, DEFENCE, DIPLOMACY, ENERGY, STEPS, TRADE, bundle, world

EXACT = 1e-9
SEEDS = range(6)


def twice(form, x, delta):
    """U(x + Δ) − U(x) and the foreseen answer, from two whole evaluations. delta: (K, P, D)."""
    moved = np.einsum("kd,kpd->pd", form.salience, delta)
    answer = (form.foreseen * moved).sum(axis=0)
    return payoff.utility(form, x + delta) - payoff.utility(form, x) + answer


def only(x, k, p, by):
    delta = np.zeros_like(x)
    delta[k, p] = by
    return delta


def test_the_utility_by_hand():
    """Two ties of one decision: b 3 and 1, κ 2, A and C off the diagonal, a hinge and a trap."""
    one = np.ones(1)
    form = payoff.Form(
        linear=np.array([[[3.0], [1.0]]]),
        curvature=2.0 * one[None],
        on_alignment=np.array([[0.0, 0.5], [0.5, 0.0]])[..., None],
        on_exposure=np.array([[1.0, 0.0], [0.0, 1.0]])[..., None],
        salience=2.0 * one[None],
        exposure=0.5 * one[None],
        security=10.0 * one,
        beliefs=np.array([[0.75], [0.25]]),
        base=np.array([[0.4], [1.0]]),
        gain=np.array([[[0.2, 0.0]], [[0.0, 0.3]]])[..., None],
        traps=np.array([[0.0], [0.5]]),
        against=np.array([[1.0], [-1.0]]),
        foreseen=np.array([[7.0], [7.0]]),
    )
    x = np.array([[[0.5], [0.25]]])
    # own 1.5 + .25 − .25 − .0625; a = (1, .5): −½·2·.5·1·.5 = −.25; y = (.25, .125): −½·.078125
    # tilt .5; shortfalls .4 − .1 = .3 and 1 + .25 − .075 = 1.175
    smooth = 1.4375 - 0.25 - 0.0390625
    loss = 5.0 * (0.75 * 0.09 + 0.25 * 1.175**2)
    assert payoff.utility(form, x) == pytest.approx([smooth - loss])
    futures = payoff.by_future(form, x)[:, 0]
    assert futures == pytest.approx([smooth - 5.0 * 0.09, smooth - 5.0 * 1.175**2])
    up, _ = payoff.price_steps(form, payoff.at(form, x), 0, 0.5)
    # x = (1, .25): own 3 + .25 − 1 − .0625; a = (2, .5): −.5; y = (.5, .125): −½·.265625
    then = 2.1875 - 0.5 - 0.1328125 - 5.0 * (0.75 * 0.2**2 + 0.25 * 1.675**2)
    assert up[0] == pytest.approx([then - smooth + loss + 7.0])


@pytest.mark.parametrize("seed", SEEDS)
def test_every_step_of_every_desk(seed):
    w, _, _, _, form, point = random_start(seed)
    for k in STEPS:
        size = float(w.structure.step[k])
        for sign, prices in zip((1, -1), payoff.price_steps(form, point, k, size), strict=True):
            for p in range(4):
                expected = twice(form, point.x, only(point.x, k, p, sign * size))
                np.testing.assert_allclose(prices[p], expected, atol=EXACT, rtol=EXACT)


def test_random_states_lie_on_all_sides_of_the_hinges():
    """Else what is compared above would not tell a wrong hinge."""
    short, idle, towards, against, crosses, bound = 0, 0, 0, 0, 0, 0
    for seed in SEEDS:
        w, q, s, _, form, point = random_start(seed)
        bound += (labels.pledge_worth(moment(w, q, s, point)) > 1e-6).sum()
        bare = point.safe + form.traps * np.maximum(point.tilt, 0.0)
        short, idle = short + (bare > 0).sum(), idle + (bare < 0).sum()
        towards, against = towards + (point.tilt < 0).sum(), against + (point.tilt > 0).sum()
        lean = w.structure.step[DEFENCE] * form.salience[DEFENCE] * form.against
        crosses += ((point.tilt + lean) * point.tilt < 0).sum()
    assert min(short, idle, towards, against, bound) > 10
    assert crosses > 3


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_desk_is_offered(seed):
    w, q, s, _, form, point = random_start(seed)
    for k in STEPS:
        log_weight, _, _, prices = desks.options(moment(w, q, s, point, 0.7), k)
        for o in range(8):
            by = (1 if o < 4 else -1) * w.structure.step[k]
            expected = twice(form, point.x, only(point.x, k, o % 4, by))
            np.testing.assert_allclose(prices[o], expected, atol=EXACT, rtol=EXACT)
            habit = np.log(0.125 * q["rate"][k])
            np.testing.assert_allclose(log_weight[o], habit + 0.7 * expected, atol=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_supplier_of_a_programme(seed):
    """ΔU of an order grows with the root of its size; other suppliers are worth 0."""
    w, q, s, _, form, point = random_start(seed)
    d = point.tilt.size
    size = np.random.default_rng(seed).lognormal(2.8, 1.6, d)
    more = programmes.added(q, s, ARMS, size)
    found = programmes.log_weights_of(moment(w, q, s, point, 1.3), ARMS, more)
    habit = np.log(programmes.urn(q, s, ARMS))
    for p in range(4):
        step = np.sqrt(size * np.exp(q["size_of"][ARMS, p]) / 32.0) / s.usual_memory[ARMS]
        expected = habit[p] + 1.3 * twice(form, point.x, only(point.x, ARMS, p, step))
        np.testing.assert_allclose(found[p], expected, atol=EXACT, rtol=EXACT)
    np.testing.assert_allclose(found[4], habit[4], atol=EXACT)


BUNDLES = (
    bundle(energy_RUS=1),
    bundle(defence_USA=2, diplomacy_USA=1, diplomacy_CHN=-1),
    bundle(arms_RUS=2, settlement_RUS=1, trade_CHN=-1, energy_CHN=1),
    bundle(diplomacy_CHN=1, diplomacy_JPN=1, diplomacy_RUS=1, diplomacy_USA=1),
)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("offered", BUNDLES)
def test_every_bundle(seed, offered):
    w, q, s, _, form, point = random_start(seed)
    change = rules.change_of(w.structure, q, s, offered)
    kept = 1.0 - np.array([cut(w.structure, q, s, 0, p) for p in range(4)])
    delta = np.zeros_like(point.x)
    for k, p in np.argwhere(offered):
        one = 1.0 / s.usual_memory[ARMS] if k == ARMS else w.structure.step[k]
        if k == TRADE:
            one = one * kept[p]
        delta[k, p] = offered[k, p] * one
    found = payoff.price_change(form, point, change)
    np.testing.assert_allclose(found, twice(form, point.x, delta), atol=EXACT, rtol=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_stiffness_is_what_the_quadratic_part_bends(seed):
    """½ΔᵀQΔ = −½ (U(x + Δ) − 2 U(x) + U(x − Δ)) without the hinges."""
    _, _, s, _, form, point = random_start(seed)
    smooth = replace(form, security=np.zeros_like(form.security))
    change = {(ENERGY, 2): 0.25, (DEFENCE, 3): 0.5, (DEFENCE, 0): -0.25, (ARMS, 2): s.threat}
    delta = np.zeros_like(point.x)
    for (k, p), by in change.items():
        delta[k, p] = by
    there, here, back = (payoff.utility(smooth, point.x + m * delta) for m in (1, 0, -1))
    bend = -0.5 * (there - 2 * here + back)
    np.testing.assert_allclose(payoff.stiffness(form, change), bend, atol=EXACT, rtol=EXACT)
    assert payoff.stiffness(form, {}) == 0.0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_pledge_is_priced_as_two_forms(seed):
    w, q, s, _, form, point = random_start(seed)
    found = labels.pledge_worth(moment(w, q, s, point))
    for p in range(4):
        bound = replace(s, pledged=s.pledged.copy())
        bound.pledged[p] = 1.0
        then = form_of(w.structure, q, bound)
        expected = payoff.utility(then, point.x) - payoff.utility(form, point.x)
        np.testing.assert_allclose(found[p], expected, atol=EXACT, rtol=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_more_threat_is_priced_as_two_forms(seed):
    w, q, s, _, form, point = random_start(seed)
    # The term of security alone, for more threat also makes sanctioners look away.
    now, then = (
        form_of(w.structure, q, replace(s, threat=s.threat + by), frozenset({"security"}))
        for by in (0.0, 0.3)
    )
    expected = payoff.utility(then, point.x) - payoff.utility(now, point.x)
    found = payoff.price_threat(form, point, np.full(s.threat.shape, 0.3))
    np.testing.assert_allclose(found, expected, atol=EXACT, rtol=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_marginal_is_the_slope_of_the_utility(seed):
    _, _, _, _, form, point = random_start(seed)
    slope, h = payoff.marginal(form, point), 1e-6
    for k in STEPS:
        for p in range(4):
            there, back = (
                payoff.utility(form, point.x + only(point.x, k, p, by)) for by in (h, -h)
            )
            np.testing.assert_allclose(slope[k, p], (there - back) / (2 * h), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_futures_weighted_by_belief_are_the_utility(seed):
    _, _, _, _, form, point = random_start(seed)
    mean = (form.beliefs * payoff.by_future(form, point.x)).sum(axis=0)
    np.testing.assert_allclose(mean, payoff.utility(form, point.x), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_moved_point_equals_a_fresh_one(seed):
    w, _, _, _, form, point = random_start(seed)
    rng = np.random.default_rng(seed)
    for _ in range(40):
        k = int(rng.choice([ARMS, DEFENCE, DIPLOMACY, ENERGY]))
        columns = np.flatnonzero(rng.random(point.tilt.size) < 0.5)
        p = rng.integers(0, 4, columns.size)
        by = rng.choice([-1, 1], columns.size) * w.structure.step[k]
        payoff.move(form, point, columns, k, p, by)
    fresh = payoff.at(form, point.x)
    for name in vars(point).keys() - {"form"}:
        np.testing.assert_allclose(
            getattr(point, name), getattr(fresh, name), atol=EXACT, err_msg=name
        )


def test_a_part_of_the_decisions_has_the_same_prices():
    *_, point = random_start(3)
    columns = np.array([6, 1, 2])
    some = point.of(columns)
    for k in STEPS:
        whole, part = (payoff.price_steps(one.form, one, k, 0.25) for one in (point, some))
        for sign in range(2):
            np.testing.assert_array_equal(part[sign], whole[sign][:, columns])


def test_stakes_are_differences_of_the_payoff():
    """An incident costs what more threat costs for as long as it is remembered, and protest."""
    w = world(2)
    q, s, *_, point = start(w)
    stake = events.stakes(moment(w, q, s, point), np.zeros((8, 2)))
    now, then = (
        form_of(w.structure, q, replace(s, threat=s.threat + by), frozenset({"security"}))
        for by in (0.0, 0.25)
    )
    cost = payoff.utility(then, point.x) - payoff.utility(now, point.x)
    # .75 × the ties with the threat: diplomacy .5 and settlement .25
    np.testing.assert_allclose(stake[0], 1.5 * (cost - 0.75 * 0.75), rtol=1e-9)
    assert stake[1] == pytest.approx(-5.0 * 0.1 * 0.4)  # harm × size × √share × a year
    assert stake[2] == pytest.approx(-0.5)
    assert stake[3] == pytest.approx(-5.0 * 0.3 * 0.4 * 2.0)
    assert not stake[4:].any()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_foreseen_answer_is_the_slope_of_what_happens_times_its_stake(seed):
    """f_p = Σ_e Ū_e ∂(1 − exp(−λ_e/4))·4/∂a_p, by differences of the rates themselves."""
    w, q, s, _, _, point = random_start(seed)
    stake = np.random.default_rng(seed).normal(size=(8, point.tilt.size))

    def worth(a, state=s):
        there = payoff.at(point.form, point.x)
        there.a = a
        rate = events.rates(moment(w, q, state, there))
        return rate, (4.0 * -np.expm1(-0.25 * rate) * stake).sum(axis=0)

    rate, _ = worth(point.a)
    found, cover = events.foreseen(w.structure, q, rate, stake, point.a)
    h = 1e-6
    for p in range(4):
        step = np.zeros_like(point.a)
        step[p] = h
        slope = (worth(point.a + step)[1] - worth(point.a - step)[1]) / (2 * h)
        np.testing.assert_allclose(found[p], slope, rtol=1e-4, atol=1e-4)
        kind, away = (
            replace(s, cover=s.cover + by * (np.arange(4) == p)[:, None]) for by in (h, -h)
        )
        slope = (worth(point.a, kind)[1] - worth(point.a, away)[1]) / (2 * h)
        np.testing.assert_allclose(cover[p], slope, rtol=1e-4, atol=1e-4)
