"""Random numbers belong to (seed, replicate, round, code, purpose); nobody shifts anybody's."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.hand import only_first_country, pick, with_silent_partner
from model.worlds import random_world
from reference.philox import philox, unit

from hedgerow.model.simulate import Streams, simulate
from hedgerow.model.streams import Purpose, code_of, draw, key_of
from hedgerow.model.terms import TERMS


def numbers(*replicates):
    return np.array(replicates, dtype=np.uint64)


# the format ------------------------------------------------------------------------------------
def test_purposes_are_part_of_the_format():
    expected = {
        "PRIOR": 1,
        "SHOCK": 2,
        "INCIDENT": 3,
        "VISIT": 4,
        "CHOICE": 5,
        "MOVE": 6,
        "DESIGNATION": 7,
    }
    assert {purpose.name: int(purpose) for purpose in Purpose} == expected


def test_codes_are_the_first_bytes_of_sha256():
    # printf abc | sha256sum → ba7816bf…, little-endian
    assert code_of("abc") == 0xBF1678BA
    # printf '' | sha256sum → e3b0c442…
    assert code_of("") == 0x42C4B0E3


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**64 - 1),
    replicate=st.integers(0, 2**56 - 1),
    round_=st.integers(0, 2**32 - 1),
    code=st.integers(0, 2**32 - 1),
    purpose=st.sampled_from(Purpose),
)
def test_draw_is_philox_of_the_counter(seed, replicate, round_, code, purpose):
    low, high = replicate % 2**32, replicate // 2**32 + purpose * 2**24
    words = philox((low, high, code, round_), (seed % 2**32, seed // 2**32))
    first, second = draw(seed, numbers(replicate), round_, code, purpose)
    assert (first[0], second[0]) == (unit(*words[:2]), unit(*words[2:]))


@pytest.mark.parametrize("seed", [-1, 2**64, 2**64 + 5, -(2**40)])
def test_seeds_out_of_range_are_refused(seed):
    with pytest.raises(ValueError, match="seed"):
        key_of(seed)
    with pytest.raises(ValueError, match="seed"):
        draw(seed, numbers(0), 0, 1, Purpose.MOVE)
    with pytest.raises(ValueError, match="seed"):
        simulate(replace(random_world(n=1, p=3, r=1, years=1), seed=seed))


def test_seeds_at_the_ends_of_the_range():
    assert key_of(0) == (0, 0)
    assert key_of(2**64 - 1) == (0xFFFFFFFF, 0xFFFFFFFF)
    assert key_of(2**32 + 7) == (7, 1)


# independence ----------------------------------------------------------------------------------
@settings(max_examples=40, deadline=None)
@given(
    replicates=st.lists(st.integers(0, 2**56 - 1), min_size=1, max_size=8, unique=True),
    codes=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=5, unique=True),
    data=st.data(),
)
def test_a_number_does_not_see_its_neighbours(replicates, codes, data):
    block = draw(3, numbers(*replicates), 11, np.array(codes)[:, None], Purpose.VISIT)
    i = data.draw(st.integers(0, len(codes) - 1))
    j = data.draw(st.integers(0, len(replicates) - 1))
    alone = draw(3, numbers(replicates[j]), 11, codes[i], Purpose.VISIT)
    assert (block[0][i, j], block[1][i, j]) == (alone[0][0], alone[1][0])


def test_each_part_of_the_address_matters():
    base = {"seed": 5, "replicates": 9, "round_": 3, "codes": 77, "purpose": Purpose.MOVE}
    others = {
        "seed": [0, 4, 6, 5 + 2**32, 2**64 - 1],
        "replicates": [0, 8, 10, 9 + 2**32, 9 + 2**40, 2**56 - 1],
        "round_": [0, 2, 4, 159],
        "codes": [0, 76, 78, 2**32 - 1, code_of("VNM")],
        "purpose": [purpose for purpose in Purpose if purpose is not Purpose.MOVE],
    }
    addresses = [base, *({**base, part: v} for part, vs in others.items() for v in vs)]
    drawn = []
    for a in addresses:
        pair = draw(a["seed"], numbers(a["replicates"]), a["round_"], a["codes"], a["purpose"])
        drawn.append((pair[0][0], pair[1][0]))
    for (first, a), (second, b) in combinations(enumerate(drawn), 2):
        assert a != b, (addresses[first], addresses[second])
        assert not set(a) & set(b)


@pytest.mark.parametrize("axis", ["replicates", "rounds", "codes", "seeds"])
def test_streams_are_uncorrelated_and_uniform(axis):
    size, zero = 20_000, numbers(0)
    if axis == "replicates":
        first, second = draw(1, np.arange(size, dtype=np.uint64), 0, 1, Purpose.MOVE)
    elif axis == "codes":
        first, second = draw(1, zero, 0, np.arange(size), Purpose.MOVE)
    else:
        size = 2000
        several = (
            [draw(1, zero, t, 1, Purpose.MOVE) for t in range(size)]
            if axis == "rounds"
            else [draw(seed, zero, 0, 1, Purpose.MOVE) for seed in range(size)]
        )
        first, second = np.array(several)[:, :, 0].T
    for u in (first, second):
        assert abs(u.mean() - 0.5) < 4 * np.sqrt(1 / 12 / size)
        assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 4 / np.sqrt(size)
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(size)


# streams of a world ----------------------------------------------------------------------------
def all_draws(world, t=4):
    """Every uniform of a round, addressed by names: {(what, names…): (first, second) per run}."""
    s, streams = world.structure, Streams(world)
    r = len(world.replicates)
    drawn = {}

    def note(what, names, codes, purpose):
        for u, which in zip(streams(t, codes, purpose), (0, 1), strict=True):
            flat = u.reshape(-1, r)
            for name, row in zip(names, flat, strict=True):
                drawn[(what, name, which)] = row

    note("incident", s.countries, streams.countries, Purpose.INCIDENT)
    note("move", s.countries, streams.countries, Purpose.MOVE)
    visits = [(p, i) for p in s.partners for i in s.countries]
    note("visit", visits, streams.partners, Purpose.VISIT)
    pairs = [(s.partners[a], s.partners[b], i) for a, b in s.sanctions for i in s.countries]
    note("designation", pairs, streams.pairs, Purpose.DESIGNATION)
    for question, codes in streams.questions.items():
        note("choice", [(question, i) for i in s.countries], codes, Purpose.CHOICE)
    return drawn


@settings(max_examples=30, deadline=None)
@given(runs=st.sampled_from([1, 3, 700, 9000]), rounds=st.permutations(range(12)))
def test_what_is_drawn_ahead_is_what_is_drawn_alone(runs, rounds):
    """In whatever order rounds are asked for, and however many fit into one go."""
    world = random_world(n=2, p=3, r=1, years=3)
    world = replace(world, replicates=np.arange(runs, dtype=np.uint64))
    streams = Streams(world)
    for t in rounds:
        for codes, purpose in (
            (streams.countries, Purpose.MOVE),
            (streams.partners, Purpose.VISIT),
        ):
            alone = draw(world.seed, world.replicates, t, codes, purpose)
            for u, expected in zip(streams(t, codes, purpose), alone, strict=True):
                np.testing.assert_array_equal(u, expected.reshape(u.shape))


def assert_contains(wide, narrow):
    for address, expected in narrow.items():
        np.testing.assert_array_equal(wide[address], expected, err_msg=str(address))


def test_all_streams_of_a_world_differ():
    drawn = all_draws(random_world(n=3, p=5, r=4))
    flat = np.concatenate(list(drawn.values()))
    assert np.unique(flat).size == flat.size


def test_adding_a_partner_a_country_or_replicates_shifts_no_draw():
    world = random_world(n=3, p=5, r=4)
    narrow = all_draws(world)
    assert_contains(all_draws(with_silent_partner(world, "XXX")), narrow)
    assert_contains(narrow, all_draws(only_first_country(world)))
    last_two = {address: row[2:] for address, row in narrow.items()}
    assert_contains(last_two, all_draws(pick(world, [2, 3])))


def test_order_of_partners_countries_and_pairs_shifts_no_draw():
    world = random_world(n=3, p=5, r=4)
    s = world.structure
    turned = replace(
        s,
        partners=s.partners[::-1],
        countries=s.countries[::-1],
        sanctions=((0, 1), *((4 - a, 4 - b) for a, b in s.sanctions)),
        choices=s.choices[::-1],
    )
    assert_contains(all_draws(replace(world, structure=turned)), all_draws(world))


# streams of a run ------------------------------------------------------------------------------
def events_of(record, kinds, partners):
    """{(event, year, country, partner): value per run}, of these kinds and partners."""
    return {
        (e.event, e.year, e.country, e.partner): e.value
        for e in record.events
        if e.event in kinds and e.partner in partners
    }


def calm_visits(seed, **others):
    """A world whose visits do not hang on ties, so that they only hang on the draws."""
    world = random_world(seed, years=4, r=4, **others)
    return replace(
        world,
        values=world.values | {"visit_busyness": np.zeros_like(world.values["visit_busyness"])},
    )


def assert_same_events(some, others):
    assert some.keys() == others.keys()
    assert some
    for key, expected in some.items():
        np.testing.assert_array_equal(others[key], expected, err_msg=str(key))


@pytest.mark.parametrize("seed", [0, 1])
def test_a_silent_partner_changes_no_incident_and_no_visit(seed):
    world = calm_visits(seed, n=2, p=4)
    kinds, partners = ("incident", "visit"), (-1, 0, 1, 2, 3)
    before = events_of(simulate(world), kinds, partners)
    wide = simulate(with_silent_partner(world, "XXX"))
    assert_same_events(before, events_of(wide, kinds, partners))
    assert not events_of(wide, ("visit", "tier"), (4,))


@pytest.mark.parametrize("k", [0, 3, 5])
def test_an_instrument_out_of_use_changes_no_incident_and_no_visit(k):
    world = calm_visits(2, n=2, p=4)
    cap = world.structure.cap.copy()
    cap[k] = 0.0
    idle = replace(
        world,
        structure=replace(world.structure, cap=cap, choices=()),
        values=world.values
        | {
            name: np.where(np.arange(7).reshape(7, *[1] * (a.ndim - 1)) == k, 0.0, a)
            for name, a in world.values.items()
            if name in ("ties", "returns", "stocks")
        },
    )
    kinds, partners = ("incident", "visit"), range(-1, 4)
    runs = simulate(world), simulate(idle)
    assert_same_events(*(events_of(run, kinds, partners) for run in runs))
    assert not np.array_equal(runs[0].ties["alignment"], runs[1].ties["alignment"])


def test_another_country_changes_nothing_of_the_first():
    world = calm_visits(3, n=2, p=4, terms=tuple(t for t in TERMS if t != "peers"))
    both, alone = simulate(world), simulate(only_first_country(world))
    for name, expected in alone.ties.items():
        np.testing.assert_array_equal(both.ties[name][:, :1], expected, err_msg=name)
    kinds, partners = ("incident", "visit", "tier"), range(-1, 4)
    first = {k: v for k, v in events_of(both, kinds, partners).items() if k[2] == 0}
    assert_same_events(events_of(alone, kinds, partners), first)


def test_another_seed_changes_incidents():
    world = calm_visits(0, n=2, p=4)
    kinds = ("incident", "visit")
    runs = [
        events_of(simulate(replace(world, seed=s)), kinds, range(-1, 4)) for s in (7, 8, 7 + 2**32)
    ]
    for one, other in combinations(runs, 2):
        assert one.keys() != other.keys() or any(
            not np.array_equal(one[k], other[k], equal_nan=True) for k in one
        )
