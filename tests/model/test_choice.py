"""Property 3: quantal response between a coin and a best reply, and no forbidden option ever."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from model.hand import at, hand_world, start
from model.worlds import random_world
from reference.arrays import countries
from reference.payoff import move_cost
from reference.plain import quantal
from scipy.stats import chisquare

from hedgerow.model import payoff, rules
from hedgerow.model.choice import choose, probabilities
from hedgerow.model.incidents import believe
from hedgerow.model.parameters import INSTRUMENTS, Choice
from hedgerow.model.simulate import menu, simulate
from hedgerow.model.strategies import minds
from hedgerow.model.streams import Purpose, draw

LAST = 1.0 - 2.0**-53  # the largest uniform


def one(values, feasible=None, precision=1.0):
    """Probabilities of one column, as a list."""
    v = np.array(values, dtype=float)[:, None]
    f = np.ones(v.shape, bool) if feasible is None else np.array(feasible, dtype=bool)[:, None]
    return list(probabilities(v, f, np.array([precision]))[:, 0])


def pick(values, feasible, precision, u):
    """The chosen option of one column."""
    v, f = np.array(values, dtype=float)[:, None], np.array(feasible, dtype=bool)[:, None]
    return int(choose(v, f, np.array([float(precision)]), np.array([u]))[0])


def logit(values, feasible, precision):
    """Probabilities of all options, the infeasible having none."""
    open_ = {o: v for o, (v, ok) in enumerate(zip(values, feasible, strict=True)) if ok}
    shares = quantal(open_, precision)
    return [shares.get(o, 0.0) for o in range(len(values))]


@st.composite
def menus(draw_, size=8, span=20.0):
    """(values, feasible) with at least one feasible option."""
    m = draw_(st.integers(1, size))
    values = draw_(st.lists(st.floats(-span, span), min_size=m, max_size=m))
    feasible = draw_(st.lists(st.booleans(), min_size=m, max_size=m))
    assume(any(feasible))
    return values, feasible


# closed form -----------------------------------------------------------------------------------
def test_by_hand():
    values = [math.log(1), math.log(2), math.log(3)]
    assert one(values) == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert one(values, precision=2.0) == pytest.approx([1 / 14, 4 / 14, 9 / 14])
    assert one(values, precision=0.0) == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert one(values, [True, False, True]) == pytest.approx([1 / 4, 0, 3 / 4])
    assert one(values, [True, True, False], 3.0) == pytest.approx([1 / 9, 8 / 9, 0])


@settings(max_examples=60, deadline=None)
@given(menu_=menus(), precision=st.floats(0.0, 5.0))
def test_equals_the_closed_form(menu_, precision):
    values, feasible = menu_
    p = one(values, feasible, precision)
    assert p == pytest.approx(logit(values, feasible, precision), abs=1e-12)
    assert sum(p) == pytest.approx(1.0, abs=1e-12)


@settings(max_examples=80, deadline=None)
@given(
    menu_=menus(),
    precision=st.floats(0.0, 5.0),
    u=st.floats(0.0, LAST),
)
def test_inverse_cdf_by_a_loop(menu_, precision, u):
    values, feasible = menu_
    reached, expected = 0.0, None
    for option, p in enumerate(logit(values, feasible, precision)):
        reached += p
        assume(abs(reached - u) > 1e-9)
        if expected is None and u < reached:
            expected = option
    assume(expected is not None)
    assert pick(values, feasible, precision, u) == expected


def test_every_column_has_its_own_menu_and_precision():
    values = np.array([[0.0, 0.0, 5.0], [1.0, 1.0, 1.0], [2.0, 2.0, 9.0]])
    feasible = np.array([[1, 1, 1], [1, 1, 0], [0, 1, 1]], dtype=bool)
    precision = np.array([1.0, 0.0, 50.0])
    p = probabilities(values, feasible, precision)
    for d in range(3):
        expected = logit(list(values[:, d]), list(feasible[:, d]), precision[d])
        assert list(p[:, d]) == pytest.approx(expected, abs=1e-15)


def test_frequencies_match_the_closed_form():
    size = 40_000
    values, feasible = [0.3, -1.0, 2.0, 1.1, -0.4, 0.0], [True, True, False, True, True, True]
    u = draw(5, np.arange(size, dtype=np.uint64), 0, 1, Purpose.MOVE)[0]
    for precision in (0.0, 0.7, 2.0):
        chosen = choose(
            np.repeat(np.array(values)[:, None], size, axis=1),
            np.repeat(np.array(feasible)[:, None], size, axis=1),
            np.full(size, precision),
            u,
        )
        seen = np.bincount(chosen, minlength=6)
        assert seen[2] == 0
        kept = np.array(feasible)
        expected = size * np.array(logit(values, feasible, precision))[kept]
        assert chisquare(seen[kept], expected).pvalue > 1e-3


# the two ends ----------------------------------------------------------------------------------
@settings(max_examples=60, deadline=None)
@given(menu_=menus(span=1e6))
def test_zero_precision_is_uniform_over_the_feasible(menu_):
    values, feasible = menu_
    ways = [o for o, ok in enumerate(feasible) if ok]
    share = 1 / len(ways)
    assert one(values, feasible, 0.0) == pytest.approx([share if ok else 0.0 for ok in feasible])
    for rank, option in enumerate(ways):  # the middle of each option's slice of [0, 1)
        assert pick(values, feasible, 0.0, (rank + 0.5) / len(ways)) == option


@settings(max_examples=40, deadline=None)
@given(
    ranks=st.permutations(range(7)),
    feasible=st.lists(st.booleans(), min_size=7, max_size=7),
    u=st.floats(0.0, LAST),
)
def test_large_precision_is_best_reply(ranks, feasible, u):
    assume(any(feasible))
    values = [0.01 * rank for rank in ranks]
    best = max((o for o in range(7) if feasible[o]), key=lambda o: values[o])
    assert pick(values, feasible, 1e6, u) == best


def test_ties_share_at_large_precision():
    assert one([1.0, 2.0, 2.0], precision=1e9) == pytest.approx([0.0, 0.5, 0.5])


# edges -----------------------------------------------------------------------------------------
@settings(max_examples=80, deadline=None)
@given(
    menu_=menus(size=12, span=60.0),
    precision=st.sampled_from([0.0, 1e-3, 1.0, 7.0, 1e4]),
    u=st.sampled_from([0.0, 5e-324, 2.0**-53, 0.5, 1.0 - 2.0**-52, LAST]),
)
def test_no_uniform_picks_the_infeasible(menu_, precision, u):
    values, feasible = menu_
    assert feasible[pick(values, feasible, precision, u)]


@pytest.mark.parametrize("u", [0.0, LAST])
@pytest.mark.parametrize("width", [1, 2, 5])
def test_ends_of_the_unit_interval(u, width):
    """The first and the last options are closed, and the best is one of three in the middle."""
    feasible = np.repeat(np.array([0, 0, 1, 1, 1, 0, 0], bool)[:, None], width, axis=1)
    for precision in (0.0, 1.0, 30.0):
        values = np.repeat(np.array([9.0, 9, 1, 3, 2, 9, 9])[:, None], width, axis=1)
        chosen = choose(values, feasible, np.full(width, precision), np.full(width, u))
        assert (chosen == (2 if u == 0.0 else 4)).all()


def test_the_weightless_are_never_picked():
    """exp(−10⁶) is 0: a feasible option of no weight behaves as an infeasible one."""
    assert pick([-1e6, 0.0, -1e6], [True] * 3, 1.0, 0.0) == 1
    assert pick([-1e6, 0.0, -1e6], [True] * 3, 1.0, LAST) == 1


def test_a_single_option():
    for u in (0.0, 0.5, LAST):
        assert pick([-3.0, 4.0, 5.0], [True, False, False], 1.0, u) == 0
        assert pick([5.0, 4.0, -3.0], [False, False, True], 1.0, u) == 2


def test_what_the_infeasible_would_be_worth_does_not_matter():
    for odd in (np.nan, np.inf, -np.inf, 1e308):
        assert one([0.0, odd, 0.0], [True, False, True]) == [0.5, 0.0, 0.5]


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(-40, 40), min_size=1, max_size=8),
    shift=st.integers(-(2**20), 2**20),
    u=st.floats(0.0, LAST),
)
def test_a_constant_changes_nothing(values, shift, u):
    """Quarters add without rounding, so that even the draws are the same."""
    plain = [v / 4 for v in values]
    moved = [v / 4 + shift for v in values]
    feasible = [True] * len(values)
    assert one(plain) == one(moved)
    assert pick(plain, feasible, 1.3, u) == pick(moved, feasible, 1.3, u)


@pytest.mark.parametrize("scale", [1e4, 1e9, 1e300])
def test_huge_payoffs_do_not_overflow(scale):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert one([scale, -scale, scale / 2]) == [1.0, 0.0, 0.0]
        assert one([-scale, -scale, -scale]) == pytest.approx([1 / 3] * 3)
        assert one([-scale, -2 * scale], precision=5.0) == [1.0, 0.0]
        assert one([scale, -scale], precision=0.0) == [0.5, 0.5]
        assert pick([scale, -scale, scale], [False, True, False], 1.0, LAST) == 1


@pytest.mark.parametrize("m", [1, 2, 15, 16, 17, 100, 113, 121, 122, 169])
def test_long_menus_are_drawn_from_like_short_ones(m):
    """One running sum over all options, but for draws within rounding of an edge."""
    rng = np.random.default_rng(m)
    d = 400
    values, u = rng.normal(scale=3.0, size=(m, d)), rng.random(d)
    feasible = rng.random((m, d)) < 0.6
    feasible[rng.integers(0, m, d), np.arange(d)] = True
    precision = rng.choice([0.0, 1.0, 40.0], size=d)
    chosen = choose(values, feasible, precision, u)
    p = probabilities(values, feasible, precision)
    upper = np.cumsum(p, axis=0)
    lower = upper - p
    columns = np.arange(d)
    assert feasible[chosen, columns].all()
    assert (p[chosen, columns] > 0.0).all()
    assert (lower[chosen, columns] <= u + 1e-12).all()
    assert (u <= upper[chosen, columns] + 1e-12).all()


def test_where_sums_round_the_weightless_at_the_end_are_still_never_picked():
    """A long menu is summed in pieces, so that the largest uniform may ask for all the weight."""
    m, closed, d = 17, 5, 20_000
    values = np.random.default_rng(m).normal(size=(m, d))
    feasible = np.repeat((np.arange(m) < m - closed)[:, None], d, axis=1)
    chosen = choose(values, feasible, np.ones(d), np.full(d, LAST))
    assert (chosen < m - closed).all()


# moves of a run --------------------------------------------------------------------------------
def first_moves(world):
    """The first move of every run of a world of one country, numbered as in `menu`."""
    moves = []
    before = start(world)[1].counts

    def watch(t, q, s, form):
        if t == 0:
            change = (s.counts - before).reshape(-1, s.counts.shape[-1])
            size = change.shape[0]
            for d in range(change.shape[1]):
                (moved,) = np.nonzero(change[:, d])
                assert moved.size <= 1
                if moved.size == 0:
                    moves.append(0)
                else:
                    deeper = change[moved[0], d] > 0
                    assert abs(change[moved[0], d]) == 1
                    moves.append(1 + int(moved[0]) + (0 if deeper else size))

    simulate(world, watch)
    return np.array(moves)


def test_random_countries_use_every_feasible_move_alike():
    runs = 3000
    ties = np.full((7, 2, 1), 0.1)
    ties[0, 0] = 0.0  # cannot be loosened
    ties[3, 1] = 0.2  # at the cap of diplomacy: cannot be deepened
    cap = np.ones(7)
    cap[3] = 0.2
    world = hand_world(
        p=2,
        r=runs,
        precision=0.0,
        ties=ties,
        returns=100.0,
        terms=("returns",),
        structure={"cap": cap},
    )
    seen = np.bincount(first_moves(world), minlength=29)
    shut = [1 + 14 + 0, 1 + 3 * 2 + 1]
    assert seen[shut].tolist() == [0, 0]
    open_ = np.delete(seen, shut)
    assert open_.size == 27
    assert chisquare(open_).pvalue > 1e-3


def test_moves_follow_the_logit_of_their_payoffs():
    """Three moves by hand: hold 0; trade with A +0.1 worth 0.1·20 − 1 = 1; its loosening −3."""
    runs = 4000
    only_trade = np.where(np.arange(7) == 1, 0.2, 0.0)
    world = hand_world(
        p=1,
        r=runs,
        ties=at((7, 1, 1), {(1, 0, 0): 0.1}),
        returns=20.0,
        move_cost=1.0,
        terms=("returns", "move_cost"),
        structure={"cap": only_trade},
    )
    seen = np.bincount(first_moves(world), minlength=15)
    assert seen.sum() == seen[[0, 2, 9]].sum() == runs
    w = [1.0, math.e, math.exp(-3.0)]
    assert chisquare(seen[[0, 2, 9]], runs * np.array(w) / sum(w)).pvalue > 1e-3


@pytest.mark.parametrize(("seed", "level"), [(0, 1), (1, 1), (2, 2), (3, 2)])
def test_precise_countries_make_the_best_move(seed, level):
    """The move of a real round against the best of all two-fold evaluations of the utility."""
    world = random_world(
        seed, n=1, p=3, r=3, processes=(), level=level, dated=False, precision=1e9, tilt=False
    )
    structure = world.structure
    q, s, _ = start(world)
    believe(structure, q, s, np.zeros(3))  # the status quo is certain without futures
    moves = first_moves(world)
    for d, me in countries(world, s):
        here, worth = me.worth(me.steps), {0: 0.0}
        for move in me.feasible_moves()[1:]:
            instrument, partner, direction = move
            tie = 3 * INSTRUMENTS.index(instrument) + structure.partners.index(partner)
            gain = me.worth(me.after(move)) - here - move_cost(me, instrument)
            worth[1 + tie + (0 if direction > 0 else 21)] = gain
        assert moves[d] == max(worth, key=worth.get)


def test_menu_of_a_round():
    """2·K·P + 1 moves, hold first, worth nothing and always feasible."""
    world = random_world(2, n=2, p=4, r=3)
    q, s, form = start(world)
    most = rules.most_steps(world.structure, q, 0)
    mind = minds(world.structure, q, s, form)
    values, feasible = menu(world.structure, q, s, mind, most, payoff.curvature(form))
    assert values.shape == feasible.shape == (2 * 7 * 4 + 1, 6)
    assert (values[0] == 0.0).all()
    assert feasible[0].all()
    for m in range(1, 57):
        k, p = divmod((m - 1) % 28, 4)
        if m > 28:
            np.testing.assert_array_equal(feasible[m] & (s.counts[k, p] == 0), False)
        else:
            np.testing.assert_array_equal(feasible[m] & (s.counts[k, p] >= most[k, p]), False)


# scheduled choices -----------------------------------------------------------------------------
def test_a_vote_follows_the_logit_and_does_not_use_up_the_move():
    """For: voice with A, worth 10·0.1 = 1. Abstain: 0. Against: costs 0.5 and changes nothing."""
    runs = 4000
    changes = np.zeros((3, 7, 1), dtype=np.int64)
    changes[0, 5, 0] = 1
    vote = Choice(
        "vote",
        0,
        (0,),
        ("for", "abstain", "against"),
        changes,
        np.zeros((3, 1)),
        np.array([0.0, 0.0, 0.5]),
    )
    world = hand_world(
        p=1,
        r=runs,
        returns=at((7, 1, 1), {(5, 0, 0): 10.0}),
        terms=("returns",),
        structure={"choices": (vote,), "cap": at(7, {3: 1.0, 5: 1.0})},
    )
    first = []
    record = simulate(world, lambda t, q, s, form: first.append(s.counts.copy()) if not t else None)
    chosen = record.choices[0].chosen
    odds = np.array([math.e, 1.0, math.exp(-0.5)])
    seen = np.bincount(chosen, minlength=3)
    assert chisquare(seen, runs * odds / odds.sum()).pvalue > 1e-3
    # Then the move, on the voice as voted: hold, diplomacy or voice up, voice down where there is.
    voice, diplomacy = first[0][5, 0], first[0][3, 0]
    for vote_, open_ in ((1, {0: 1.0, 1: math.e}), (0, {0: math.exp(-1.0), 1: 1.0, 2: math.e})):
        asked = chosen == vote_
        moved = {level: 1.0 * w for level, w in open_.items()}
        still = 2.0 * moved[1 - vote_]  # hold, and diplomacy up, which is worth nothing as well
        total = sum(moved.values()) + moved[1 - vote_]
        now = (voice == 1 - vote_)[asked]
        error = math.sqrt(still / total * (1 - still / total) / asked.sum())
        assert abs(now.mean() - still / total) < 4 * error
        assert abs(diplomacy[asked].mean() - still / total / 2) < 4 * error


def test_who_is_not_asked_keeps_its_ties():
    changes = np.zeros((1, 7, 2), dtype=np.int64)
    changes[0, 5, 1] = 3
    vote = Choice("vote", 2, (1,), ("for",), changes, np.zeros((1, 2)), np.zeros(1))
    world = hand_world(
        n=3,
        p=2,
        r=2,
        move_cost=1.0,
        precision=1e9,
        terms=("move_cost",),
        structure={"choices": (vote,)},
    )
    record = simulate(world)
    assert [(c.country, c.chosen.tolist()) for c in record.choices] == [(1, [0, 0])]
    voice = record.ties["voice"][0]  # (N, P, R)
    expected = np.zeros((3, 2, 2))
    expected[1, 1] = 0.3
    np.testing.assert_allclose(voice, expected)
