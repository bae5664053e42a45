"""Answers to offers and demands: bundles that are taken in full, or not."""

import numpy as np
import pytest

from hedgerow.model import answers, payoff, rules
from hedgerow.model.parameters import Choice
from hedgerow.model.simulate import simulate
from hedgerow.model.streams import gumbel
from model.hand import assert_mean, moment, start
from model.worlds import ARMS, DEFENCE, ENERGY, RUS, TRADE, USA, bundle, world

RUNS = 20_000


def demand(**changes):
    """Whether to buy arms: refusing costs goodwill, buying may provoke a designation."""
    given = {
        "question": "s400",
        "round": 2,
        "countries": (0,),
        "options": ("decline", "buy"),
        "bundles": np.stack([bundle(), bundle(arms_RUS=1)]),
        "offered": np.array([-1, -1]),
        "pledges": np.array([-1, -1]),
        "cover": np.array([[0, 0, -0.5, 0], [0, 0, 0, 0.0]]),
        "provokes": np.array([-1, 3]),
        "risk": np.array([0.0, 0.25]),
    }
    return Choice(**{**given, **changes})


def of(w):
    q, s, streams, form, point = start(w)
    none = np.zeros((len(w.structure.events), q.n * q.r))
    return q, s, streams, form, point, none, np.zeros((4, q.n * q.r))


def test_what_an_option_is_worth_by_hand():
    """ω(ΔU + goodwill·cover + risk·stake) + v_o."""
    w = world(1)
    q, s, _, form, point, stake, goodwill = of(w)
    stake[3], goodwill[RUS] = -2.0, 0.4
    choice = demand()
    change = rules.change_of(w.structure, q, s, bundle(arms_RUS=1))
    assert change == {(ARMS, RUS): pytest.approx(1.0 / s.usual_memory[ARMS])}
    bought = payoff.price_change(form, point, change)
    now = moment(w, q, s, point, 0.7, stake, goodwill)
    found = [answers.values(now, answers.option(choice, o), 1.0) for o in range(2)]
    assert found[0] == pytest.approx(0.7 * 0.4 * -0.5)
    assert found[1] == pytest.approx(0.7 * (bought + 0.25 * -2.0))


def test_an_offer_has_a_worth_of_its_own():
    """worth·|N|·½Δ₊ᵀQΔ₊ of what is gained, and loyalty to who offers; a demand has none."""
    w = world(1, numbers={"worth": 0.5})
    q, s, _, form, point, _, _ = of(w)
    now = moment(w, q, s, point)

    def worth(offered, **changes):
        one = answers.Offer(bundle(**changes), offered, -1, np.zeros(4), -1, 0.0)
        return answers.own_worth(now, one, 2.0)

    swap = {"energy_RUS": 1, "defence_USA": -1}
    found = worth(RUS, **swap)
    bend = 40.0 + 0.4**2 * form.on_alignment[RUS, RUS, 0] + 0.5**2 * form.on_exposure[RUS, RUS, 0]
    assert found == pytest.approx(0.5 * 2.0 * 0.5 * bend * 0.0625 + 2.0 * 0.5 * 0.25)
    assert worth(-1, **swap) == 0.0
    assert worth(USA, energy_RUS=-1) == 0.0


def test_a_choice_is_a_logit_of_its_options():
    w = world(RUNS)
    q, s, streams, _, point, stake, goodwill = of(w)
    stake[3], goodwill[RUS] = -2.0, 3.0
    now = moment(w, q, s, point, 0.9, stake, goodwill, 2)
    choice = demand()
    offers = [answers.option(choice, o) for o in range(2)]
    worth = [answers.values(now, one, 0.0) for one in offers]
    memory, backlog = s.memory[ARMS, RUS].copy(), s.backlog[ARMS, RUS].copy()
    chosen, _, provoked = answers.decide(now, choice, streams)
    chance = 1 / (1 + np.exp(worth[0] - worth[1]))
    assert_mean((chosen == 1) - chance, 0.0)
    # A quarter of those who buy are designated.
    bought = chosen == 1
    assert_mean(provoked[3][bought], 0.25)
    assert not provoked[:, ~bought].any()
    assert not provoked[[e for e in range(8) if e != 3]].any()
    np.testing.assert_allclose(s.memory[ARMS, RUS] - memory, bought * 1.0)
    np.testing.assert_allclose(s.backlog[ARMS, RUS] - backlog, bought * 32.0)
    np.testing.assert_allclose(s.cover[RUS], -0.5 * ~bought)


def test_an_offer_is_accepted_by_its_worth():
    """V > 0 is accepted with e^V/(1 + e^V), each run with its own |N|."""
    w = world(RUNS, numbers={"loyalty": 0.0})
    q, s, streams, _, point, stake, goodwill = of(w)
    e = 4  # exploration with Russia
    luck = answers.luck_of(streams, answers.codes_for(w.structure, "exploration"), 0)
    assert_mean(luck, np.sqrt(2 / np.pi))
    assert_mean(luck**2, 1.0)
    one = answers.of_event(w.structure, e)
    now = moment(w, q, s, point, 1.0, stake, goodwill)
    value = answers.values(now, one, luck)
    counts = s.counts[ENERGY, RUS].copy()
    g = gumbel(np.random.default_rng(1).random((2, RUNS)))
    accepted, struck = answers.answer(now, e, luck, *g)
    assert not struck.any()
    chance = 1 / (1 + np.exp(-value))
    assert_mean(accepted - chance, 0.0)
    answers.take(w.structure, s, one, np.flatnonzero(accepted))
    np.testing.assert_array_equal(s.counts[ENERGY, RUS] - counts, accepted)


def test_a_rule_refuses_a_pledge_and_tells_it():
    w = world(RUNS, numbers={"worth": 9.0})
    q, s, streams, _, point, *_ = of(w)
    luck = answers.luck_of(streams, answers.codes_for(w.structure, "pledge"), 0)
    g = np.zeros(RUNS)
    accepted, struck = answers.answer(moment(w, q, s, point, 1.0), 6, luck, g, g)
    assert not accepted.any()
    assert struck.mean() > 0.5


def test_what_is_not_on_the_menu_is_not_chosen():
    """A bundle that cannot be had in full, however much it is worth."""
    bundles = np.stack([bundle(), bundle(energy_RUS=3), bundle(energy_JPN=-2), bundle(trade_USA=2)])
    choice = demand(
        options=("no", "more", "less", "market"),
        bundles=bundles,
        offered=np.full(4, -1),
        pledges=np.full(4, -1),
        cover=np.zeros((4, 4)),
        provokes=np.full(4, -1),
        risk=np.zeros(4),
    )
    w = world(400, choices=(choice,))
    q, s, streams, _, point, *_ = of(w)
    flow = s.flows[TRADE, USA].copy()
    chosen, *_ = answers.decide(moment(w, q, s, point, 0.0, round_=2), choice, streams)
    assert set(np.unique(chosen)) == {0, 3}
    np.testing.assert_allclose(s.flows[TRADE, USA] - flow, 0.1 * (chosen == 3))
    assert (s.counts[ENERGY, RUS] == 2).all()


def test_nothing_is_clipped():
    """A flow beyond its range, and the return of programmes never ordered, are not to be had."""
    w = world(3)
    q, s, _, _, point, *_ = of(w)
    s.flows[TRADE, USA] = [0.5, 0.84, 0.87]
    s.memory[ARMS, RUS] = [0.5, 1.5, 3.0]
    s.backlog[ARMS, RUS] = [100.0, 31.0, 64.0]

    def had(**changes):
        one = answers.Offer(bundle(**changes), -1, -1, np.zeros(4), -1, 0.0)
        there, allowed = answers.open_to(moment(w, q, s, point), one)
        np.testing.assert_array_equal(there, allowed)
        return there.tolist()

    assert had(trade_USA=1) == [True, True, False]
    assert had(trade_USA=-11) == [False, True, True]
    assert had(trade_USA=-17) == [False, False, True]
    assert had(arms_RUS=-1) == [False] * 3  # no order is taken back
    assert had(arms_RUS=5) == [True, True, True]


def test_who_is_not_asked_does_not_answer():
    w = world(50, countries=("IDN", "VNM"))
    q, s, streams, _, point, *_ = of(w)
    choice = demand(countries=(1,))
    chosen, *_ = answers.decide(moment(w, q, s, point, 0.0, round_=2), choice, streams)
    assert (chosen[:50] == -1).all()
    assert (chosen[50:] >= 0).all()
    assert not s.cover[:, :50].any()


def test_what_an_offer_is_worth_on_average():
    """ω ΔU + v_o at the mean of |N|; nothing where it cannot be had or a rule forbids it."""
    w = world(1)
    q, s, _, form, point, *_ = of(w)
    now = moment(w, q, s, point, 1.0)
    exercise = answers.expected(now, 5)
    change = {(DEFENCE, USA): 0.25}
    expected = payoff.price_change(form, point, change)
    expected = expected + np.sqrt(2 / np.pi) * payoff.stiffness(form, change)
    assert exercise == pytest.approx(expected)
    assert answers.expected(now, 6) == 0.0


def test_dated_choices_of_a_run_are_recorded_and_followed():
    choice = demand(risk=np.array([0.0, 1.0]))
    record = simulate(world(200, years=2, choices=(choice,)))
    asked = [one for one in record.choices if one.question == "s400"]
    assert [(one.year, one.country) for one in asked] == [(1996, 0)]
    bought = set(np.flatnonzero(asked[0].chosen == 1).tolist())
    designated = {
        r
        for rows in record.events
        if rows.event == "designation" and (rows.year, rows.quarter) == (1996, 3)
        for r in rows.replicate.tolist()
    }
    assert bought <= designated
    assert 0 < len(bought) < 200
