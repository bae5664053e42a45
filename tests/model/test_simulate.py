"""Properties 4 and 6: no forbidden move ever; a run depends on its own numbers alone."""

from collections import defaultdict
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from model.hand import at, hand_world, only_first_country, pick, start
from model.worlds import random_world
from reference.arrays import countries

from hedgerow.model import payoff, rules
from hedgerow.model.parameters import INSTRUMENTS, PROCESSES, Choice, Embargo, Rules, Shock
from hedgerow.model.simulate import NotFinite, simulate
from hedgerow.model.strategies import STRATEGIES
from hedgerow.model.terms import TERMS


# comparing records -----------------------------------------------------------------------------
def row_of(record, r):
    """What a record says of one replicate: arrays as bits (NaN as NaN), choices, events."""

    def bits(a):
        a = np.ascontiguousarray(a[..., r])
        return a.shape, np.where(np.isnan(a), np.nan, a).tobytes()

    arrays = {("country", name): bits(a) for name, a in record.countries.items()}
    arrays |= {("tie", name): bits(a) for name, a in record.ties.items()}
    choices = [(c.year, c.country, c.question, c.options, c.chosen[r]) for c in record.choices]
    events = [
        (e.event, e.year, e.country, e.partner, e.value[r])
        for e in record.events
        if not np.isnan(e.value[r])
    ]
    return arrays, choices, events


def assert_same_row(one, r, other, o):
    (a, choices_a, events_a), (b, choices_b, events_b) = row_of(one, r), row_of(other, o)
    assert a.keys() == b.keys()
    for name in a:
        assert a[name] == b[name], name
    assert choices_a == choices_b
    assert events_a == events_b


def assert_same_record(one, other, runs):
    for r in range(runs):
        assert_same_row(one, r, other, r)


WORLDS = {
    "all on": {"seed": 1, "n": 2, "p": 4, "r": 7},
    "level 1": {"seed": 2, "n": 3, "p": 4, "r": 7, "level": 1, "years": 1},
    # Sums of eight and more: NumPy would add those of a single column in another order.
    "one country, eight partners": {"seed": 4, "n": 1, "p": 8, "r": 7, "years": 1},
    "one country, two futures": {"seed": 3, "n": 1, "p": 3, "r": 7, "w": 2},
}


# property 6 ------------------------------------------------------------------------------------
@pytest.mark.parametrize("case", WORLDS)
def test_a_replicate_alone_equals_its_row_in_any_block(case):
    world = random_world(**WORLDS[case])
    whole = simulate(world)
    for r in range(7):
        assert_same_row(simulate(pick(world, [r])), 0, whole, r)
    for r in (0, 2, 4, 5):
        block = simulate(pick(world, [r, r + 1]))
        assert_same_row(block, 0, whole, r)
        assert_same_row(block, 1, whole, r + 1)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_strategy_does_not_see_companions_either(strategy):
    """Powers become rivals in one of three runs: in the others they stay friends."""
    world = random_world(3, n=2, p=4, r=3, years=1, dated=False)
    peaceful = world.values["rivalry"].copy()
    peaceful[0, 3] = peaceful[3, 0] = 0.0
    feud = Shock(
        "rivalry",
        (0, 3),
        "set",
        np.ones(3),
        np.zeros(3, dtype=np.int64),
        np.full(3, 99),
        np.array([True, False, False]),
        (3, 0),
    )
    world = replace(
        world,
        structure=replace(world.structure, strategies=(strategy, "quantal")),
        values=world.values | {"rivalry": peaceful},
        shocks=(feud,),
    )
    whole = simulate(world)
    for r in range(3):
        assert_same_row(simulate(pick(world, [r])), 0, whole, r)


def test_a_wide_block_equals_small_ones():
    """40 columns: vector instructions and pairwise sums would show here."""
    world = random_world(9, n=1, p=4, r=40)
    whole = simulate(world)
    for r in (0, 13, 39):
        assert_same_row(simulate(pick(world, [r])), 0, whole, r)
    some = simulate(pick(world, range(5, 22)))
    for r in range(17):
        assert_same_row(some, r, whole, 5 + r)


def test_order_of_replicates_is_irrelevant():
    world = random_world(4, n=2, p=4, r=5)
    whole, order = simulate(world), [3, 0, 4, 2, 1]
    turned = simulate(pick(world, order))
    for place, r in enumerate(order):
        assert_same_row(turned, place, whole, r)


def test_a_lag_that_a_shock_removes_in_one_run_leaves_the_other_runs_alone():
    """Capacity limits what a pipeline delivers; a companion's pipeline must not limit mine."""
    world = hand_world(
        p=1,
        r=2,
        lag=at(7, {0: 2.0}),
        capacity=0.5,
        others=0.1,
        ties=at((7, 1, 1), {(0, 0, 0): 0.4}),
        precision=0.0,
        processes=("pipeline", "stocks"),
        shocks=(
            Shock(
                "lag",
                (0,),
                "set",
                np.zeros(2),
                np.zeros(2, dtype=np.int64),
                np.full(2, 99),
                np.array([True, False]),
            ),
        ),
    )
    whole = simulate(world)
    for r in range(2):
        assert_same_row(simulate(pick(world, [r])), 0, whole, r)


def test_one_country_alone_equals_itself_beside_others():
    on = tuple(term for term in TERMS if term != "peers")
    world = random_world(5, n=3, p=5, r=3, terms=on)
    both, alone = simulate(world), simulate(only_first_country(world))
    for table in ("countries", "ties"):
        wide, narrow = getattr(both, table), getattr(alone, table)
        assert wide.keys() == narrow.keys()
        for name, expected in narrow.items():
            np.testing.assert_array_equal(wide[name][:, :1], expected, err_msg=name)

    def of_first(record):
        choices = [(c.year, c.question, c.chosen.tolist()) for c in record.choices if not c.country]
        events = [
            (e.event, e.year, e.partner, str(e.value.tolist()))
            for e in record.events
            if e.country == 0
        ]
        return choices, events

    assert of_first(both) == of_first(alone)


def test_peers_do_tie_countries_together():
    """The counterpart: with peers on, company matters."""
    world = random_world(5, n=3, p=5, r=3)
    heavy = replace(world, values=world.values | {"peers": np.full((3, 3), 50.0)})
    both, alone = simulate(heavy), simulate(only_first_country(heavy))
    assert not np.array_equal(both.ties["voice"][:, :1], alone.ties["voice"])


def test_a_longer_run_begins_as_the_shorter():
    world = random_world(6, n=2, p=4, r=3, years=3)
    short = replace(world, structure=replace(world.structure, years=2))
    long_, brief = simulate(world), simulate(short)
    for name, expected in (brief.countries | brief.ties).items():
        table = long_.countries if name in long_.countries else long_.ties
        np.testing.assert_array_equal(table[name][:2], expected, err_msg=name)


def test_watching_changes_nothing():
    world = random_world(7, n=2, p=4, r=3)
    rounds = []

    def watch(t, q, s, form):
        rounds.append(t)
        payoff.utility(form, s.counts * world.structure.step[:, None, None])
        deepcopy(s)

    assert_same_record(simulate(world, watch), simulate(world), 3)
    assert rounds == list(range(8))


def test_the_world_is_left_untouched():
    """Every array of the world is locked, so that a write to it would raise."""
    world = random_world(8, n=2, p=4, r=3)
    expected = simulate(world)
    before = deepcopy(world.values)
    locked = [*world.values.values(), world.replicates, world.structure.step, world.structure.cap]
    locked += [world.structure.tiers, world.structure.threat_source, world.structure.self_partner]
    locked += [o.value for o in world.overrides]
    for shock in world.shocks:
        locked += [shock.value, shock.start, shock.stop, shock.happens]
    for choice in world.structure.choices:
        locked += [choice.changes, choice.rewards, choice.costs]
    for bounds in vars(world.structure.rules).values():
        locked.append(bounds)
    for array in locked:
        array.setflags(write=False)
    again = simulate(world)
    assert before.keys() == world.values.keys()
    for name, a in before.items():
        np.testing.assert_array_equal(world.values[name], a, err_msg=name)
    assert_same_record(again, expected, 3)


def test_shape_of_a_record():
    world = random_world(1, n=2, p=4, w=3, r=3, years=2)
    record = simulate(world)
    assert all(a.shape == (2, 2, 3) for a in record.countries.values())
    assert all(a.shape == (2, 2, 4, 3) for a in record.ties.values())
    assert {f"belief_future{w}" for w in range(3)} < record.countries.keys()
    asked = [(c.year, c.country, c.question) for c in record.choices]
    assert asked == [(2000, 0, "vote"), (2000, 1, "vote"), (2001, 0, "club")]
    for choice in record.choices:
        assert set(choice.chosen) <= set(range(len(choice.options)))


# property 4 ------------------------------------------------------------------------------------
def strained(seed):
    """A world whose choices ask for what the rules forbid, with tight rules and embargoes."""
    n, p, r = 3, 5, 4
    world = random_world(seed, n=n, p=p, r=r, years=4, precision=0.3)
    s = world.structure
    greedy = np.zeros((2, 7, p), dtype=np.int64)
    greedy[0, 0, 2] = 6  # arms under embargo
    greedy[0, 4, :] = 9  # defence beyond the cap, with oneself as well
    greedy[0, 3, 2] = 9  # a tilt
    greedy[1] = -9
    choices = (
        *s.choices,
        *(
            Choice(f"greed {t}", t, tuple(range(n)), ("all", "none"), greedy, np.zeros((2, p)), c)
            for t, c in ((1, np.array([-50.0, 0.0])), (6, np.zeros(2)), (9, np.zeros(2)))
        ),
    )
    tie_max = np.full((7, n), np.inf)
    tie_max[4, 0], tie_max[2, 1], tie_max[1, 2] = 0.5, 0.2, 0.1
    bounds = Rules(
        np.array([3, 1, 0]), tie_max, np.array([0.3, 0.1, np.inf]), np.array([False, True, False])
    )
    embargoes = (
        Embargo(0, 0, 2, 0, 4),
        Embargo(1, 0, 2, 3, 9),
        Embargo(2, 1, 0, -5, 99),
    )
    return replace(world, structure=replace(s, choices=choices, rules=bounds, embargoes=embargoes))


@pytest.mark.parametrize("seed", range(5))
def test_no_forbidden_move_ever(seed):
    world = strained(seed)
    structure = world.structure
    n, p, r = len(structure.countries), len(structure.partners), len(world.replicates)
    choice_rounds = {c.round for c in structure.choices}
    first = np.rint(world.values["ties"] / structure.step[:, None, None, None]).astype(int)
    for i in range(n):
        if structure.self_partner[i] >= 0:
            first[:, structure.self_partner[i], i] = 0
    seen = {
        "counts": first.reshape(7, p, n * r),
        "tiers": np.repeat(structure.tiers, r, axis=1),
        "until": np.zeros((1, n * r), dtype=int),
    }
    tally = defaultdict(int)

    def watch(t, q, s, form):
        counts, before = s.counts, seen["counts"].copy()
        # A designation of the last round has cut trade since: that is no move of the country.
        for pair, (sanctioner, _) in enumerate(structure.sanctions):
            hit = s.designated_until[pair] != seen["until"][pair]
            tally["designations"] += int(hit.sum())
            cut = np.repeat(world.values["cut"][pair][None], n, axis=0).reshape(-1)
            left = np.floor(before[1, sanctioner] * (1 - cut))
            before[1, sanctioner] = np.where(hit, left, before[1, sanctioner])
        change = counts - before
        if t not in choice_rounds:
            assert (np.abs(change).sum(axis=(0, 1)) <= 1).all()
        tally["changes"] += int(np.abs(change).sum())

        assert (counts >= 0).all()
        of_first_run = [me for d, me in countries(world, s, t) if d % r == 0]
        for i, me in enumerate(of_first_run):
            mine = slice(i * r, (i + 1) * r)
            for k, instrument in enumerate(INSTRUMENTS):
                for q_, partner in enumerate(structure.partners):
                    most = 0 if partner == me.code else me.most(instrument, partner)
                    allowed = np.maximum(before[k, q_, mine], most)
                    assert (counts[k, q_, mine] <= allowed).all(), (t, k, q_, i)
                    tally["at the bound"] += int((counts[k, q_, mine] == most).sum())
            own = structure.self_partner[i]
            if own >= 0:
                assert not counts[:, own, mine].any()
                assert (s.tiers[own, mine] == structure.tiers[own, i]).all()

            # no siding beyond the bound, and no further where it is passed already
            salience = world.values["salience"]
            tilts = []
            for c in (before, counts):
                x = c[:, :, mine] * structure.step[:, None, None]
                a = (salience[:, None] * x).sum(axis=0)
                tilts.append(np.abs(a[structure.poles[0]] - a[structure.poles[1]]))
            bound = np.maximum(structure.rules.tilt_max[i], tilts[0])
            assert (tilts[1] <= bound + 1e-8).all()
            top = np.maximum(structure.rules.tier_max[i], seen["tiers"][:, mine])
            assert (s.tiers[:, mine] <= top).all()
        assert ((s.tiers >= 0) & (s.tiers <= 4)).all()
        assert (s.beliefs >= 0).all()
        np.testing.assert_allclose(s.beliefs.sum(axis=0), 1.0, rtol=0, atol=1e-12)
        assert (s.inducement >= 0).all()
        assert (s.pressure >= 0).all()
        seen.update(counts=counts.copy(), tiers=s.tiers.copy(), until=s.designated_until.copy())

    simulate(world, watch)
    assert tally["changes"] > 50
    assert tally["at the bound"] > 50
    assert tally["designations"] > 0


def test_ties_are_whole_steps():
    """Thirds of a voice stay thirds, however often they go up and down."""
    world = random_world(3, n=1, p=3, r=4, years=5, dated=False, precision=0.0)
    counts = []
    record = simulate(world, lambda t, q, s, form: counts.append(s.counts.copy()))
    assert counts[0].dtype == np.int64
    assert {0, 1, 2} <= set(counts[-1][5].ravel())
    fourth_quarters = np.array(counts[3::4])[:, 5]  # voice: (Y, P, R)
    np.testing.assert_array_equal(record.ties["voice"][:, 0], fourth_quarters * (1 / 3))


def test_an_embargo_stops_deepening_and_nothing_else():
    """Every supplier is worth having; sales from the first begin when the embargo ends."""
    world = hand_world(
        p=2,
        years=5,
        precision=1e9,
        returns=at((7, 2, 1), {(0, 0, 0): 5.0, (0, 1, 0): 1.0}),
        terms=("returns",),
        structure={"embargoes": (Embargo(0, 0, 0, 0, 8),)},
    )
    orders = []
    simulate(world, lambda t, q, s, form: orders.append(s.counts[0, :, 0].tolist()))
    assert orders[:8] == [[0, n] for n in range(1, 9)]
    assert orders[8:18] == [[n, 8] for n in range(1, 11)]
    assert orders[18:] == [[10, 9], [10, 10]]


# processes that are off ------------------------------------------------------------------------
def without(*processes, seed=6, **others):
    on = tuple(name for name in PROCESSES if name not in processes)
    return random_world(seed, n=2, p=4, r=4, years=3, processes=on, **others)


def moments(world, read):
    """What `read(state)` gives in every round, and the record."""
    found = []
    record = simulate(world, lambda t, q, s, form: found.append(deepcopy(read(s))))
    return np.array(found), record


def names_of_events(record):
    return {e.event for e in record.events}


def test_everything_happens_when_all_is_on():
    found, record = moments(without(), lambda s: s.inducement)
    assert {"incident", "visit", "tier", "designation"} <= names_of_events(record)
    assert found[1:].max() > 0
    assert moments(without(), lambda s: s.pressure)[0].max() > 0
    assert moments(without(), lambda s: s.trade_cut)[0].max() > 0
    assert not (moments(without(), lambda s: s.beliefs)[0][:, 0] == 1.0).any()


def test_no_incidents():
    found, record = moments(without("incidents"), lambda s: s.incidents)
    assert not found.any()
    assert "incident" not in names_of_events(record)
    assert "visit" in names_of_events(record)


def test_no_visits():
    world = without("visits")
    found, record = moments(world, lambda s: s.tiers)
    assert (found == np.repeat(world.structure.tiers, 4, axis=1)).all()
    assert not names_of_events(record) & {"visit", "tier"}


def test_no_designations():
    found, record = moments(without("designations"), lambda s: s.trade_cut)
    assert not found.any()
    assert "designation" not in names_of_events(record)


def test_no_courting_and_no_pressing():
    assert not moments(without("courting"), lambda s: s.inducement)[0].any()
    assert not moments(without("pressing"), lambda s: s.pressure)[0].any()
    assert moments(without("courting"), lambda s: s.pressure)[0].any()
    assert moments(without("pressing"), lambda s: s.inducement)[0].any()


def test_no_uncertain_futures():
    found, record = moments(without("futures"), lambda s: s.beliefs)
    assert (found[:, 0] == 1.0).all()
    assert not found[:, 1:].any()
    assert (record.countries["belief_future0"] == 1.0).all()


def test_no_pipeline_and_no_stocks():
    """Deliveries are orders without a pipeline; the stock is what is delivered without a trunk."""

    def read(s):
        return np.array([s.counts * 1.0, s.deliveries, s.stocks])

    step = without().structure.step[:, None, None]
    for off in (("pipeline",), ("stocks",), ("pipeline", "stocks")):
        found, _ = moments(without(*off, "designations"), read)
        ties, deliveries, stocks = (found[:, j] for j in range(3))
        ordered = (deliveries[1:] == ties[:-1] * step).all()
        assert ordered == ("pipeline" in off)
        assert (stocks[1:] == deliveries[1:]).all() == ("stocks" in off)


def test_terms_that_are_off_leave_a_country_without_motive():
    """No term at all: every feasible move is worth nothing, whatever the numbers."""
    world = random_world(2, n=2, p=4, r=3, terms=(), level=2)

    def watch(t, q, s, form):
        x = s.counts * world.structure.step[:, None, None]
        assert not payoff.utility(form, x).any()
        assert not payoff.gradient(form, x).any()

    record = simulate(world, watch)
    assert not record.countries["premium"].any()
    assert not record.countries["tail_loss"].any()


# numbers that break ----------------------------------------------------------------------------
def bursting(r, bad):
    """A world whose power presses without measure in some replicates."""
    ties = at((7, 2, 1), {(3, 1, 0): 1.0})
    pressing = np.zeros((2, r))
    pressing[0, bad] = 1e308
    return hand_world(
        p=2,
        r=r,
        years=3,
        ties=ties,
        salience=10.0,
        rivalry=np.array([[0.0, 5.0], [5.0, 0.0]]),
        pressing=pressing,
        processes=("pressing",),
    )


def test_a_run_that_overflows_is_refused():
    world = replace(bursting(4, [1, 3]), replicates=np.array([5, 6, 7, 800], dtype=np.uint64))
    with np.errstate(all="ignore"), pytest.raises(NotFinite, match=r"6, 800 .*2000"):
        simulate(world)


def test_sound_companions_of_an_overflow_run_through():
    world = bursting(4, [1, 3])
    record = simulate(pick(world, [0, 2]))
    assert np.isfinite(record.ties["pressure"]).all()


def test_not_a_number_is_refused():
    world = hand_world(years=2, threat_level=np.nan)
    with pytest.raises(NotFinite, match="replicate 0 is not finite in 2000"):
        simulate(world)


def test_feasible_moves_by_hand():
    """One tie at the cap, one at zero, one between; embargo; the tilt bound."""
    world = hand_world(
        p=2,
        salience=1.0,
        tilt_max=0.15,
        ties=at((7, 2, 1), {(1, 0, 0): 1.0, (1, 1, 0): 0.9, (3, 1, 0): 0.1}),
        structure={"embargoes": (Embargo(0, 2, 1, 0, 4),)},
    )
    q, s, _ = start(world)  # a = (1.0, 1.0), tilt 0
    most = rules.most_steps(world.structure, q, 0)

    def open_to(counts):
        up, down = rules.feasible_moves(world.structure, q, counts, counts * 0.1, most)
        return up[:, :, 0], down[:, :, 0]

    up, down = open_to(s.counts)
    shut = np.zeros((7, 2), dtype=bool)
    shut[1, 0] = shut[2, 1] = True
    np.testing.assert_array_equal(up, ~shut)
    loose = np.zeros((7, 2), dtype=bool)
    loose[1, 0] = loose[1, 1] = loose[3, 1] = True
    np.testing.assert_array_equal(down, loose)
    s.counts[3, 1] = 0  # tilt 0.1 to the first pole: one more step would be 0.2
    up, down = open_to(s.counts)
    assert not up[:, 0].any()  # no further towards the first pole
    assert up[3, 1]
    assert down[1, 0]
    assert not down[1, 1]  # loosening the second pole would be siding as well


def test_a_tilt_beyond_the_bound_may_shrink_and_must_not_grow():
    """Tilt 0.5 to the first pole where 0.15 is allowed: back a step at a time is open."""
    world = hand_world(
        p=3, salience=1.0, tilt_max=0.15, ties=at((7, 3, 1), {(3, 0, 0): 0.6, (3, 1, 0): 0.1})
    )
    q, s, _ = start(world)
    most = rules.most_steps(world.structure, q, 0)
    up, down = (
        a[:, :, 0] for a in rules.feasible_moves(world.structure, q, s.counts, s.counts * 0.1, most)
    )
    assert not up[:, 0].any()
    assert up[:, 1:].all()
    loosened = np.zeros((7, 3), dtype=bool)
    loosened[3, 0] = True
    np.testing.assert_array_equal(down, loosened)
    # an option is clipped by the same rule: whole where it brings the tilt down, no poles otherwise
    for first, kept in ((-1, -1), (1, 0)):
        change = np.zeros((7, 3), dtype=np.int64)
        change[3, 0], change[3, 2] = first, 2
        clipped = rules.clip_change(world.structure, q, s.counts, most, change)[3, :, 0]
        assert clipped.tolist() == [kept, 0, 2]
