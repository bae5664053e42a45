"""Dated changes of numbers: what they do, when, in which runs, and to nothing else."""

from dataclasses import fields
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.hand import hand_world
from model.worlds import random_world

from hedgerow.model import frame
from hedgerow.model.parameters import Shock
from hedgerow.model.shocks import active, changed, in_force, turning_points
from hedgerow.model.simulate import simulate

FOREVER = 10_000


def shock(array, index, op, value, start=0, stop=FOREVER, happens=True, mirror=None, r=1):
    def per_run(a, dtype):
        return np.broadcast_to(np.asarray(a, dtype=dtype), r).copy()

    return Shock(
        array,
        index,
        op,
        per_run(value, float),
        per_run(start, np.int64),
        per_run(stop, np.int64),
        per_run(happens, bool),
        mirror,
    )


def at_round(values, shocks, t):
    return in_force(values, tuple(shocks), active(shocks, t))


# by hand ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("op", "expected"), [("set", 3.0), ("add", 5.0), ("multiply", 6.0)])
def test_operations(op, expected):
    assert changed(np.array([2.0]), op, np.array([3.0])).tolist() == [expected]
    values = {"trust": np.array([[2.0], [7.0]])}
    now = at_round(values, [shock("trust", (0,), op, 3.0)], 0)
    assert now["trust"].tolist() == [[expected], [7.0]]


def test_an_unknown_operation_is_refused():
    with pytest.raises(ValueError, match="unknown operation 'divide'"):
        changed(np.ones(1), "divide", np.ones(1))


def test_order_matters():
    values = {"trust": np.array([[2.0]])}
    twice = shock("trust", (0,), "multiply", 2.0)
    more = shock("trust", (0,), "add", 1.0)
    fixed = shock("trust", (0,), "set", 10.0)

    def after(*shocks):
        return float(at_round(values, shocks, 0)["trust"][0, 0])

    assert after(twice, more) == 5.0
    assert after(more, twice) == 6.0
    assert after(fixed, more, twice) == 22.0
    assert after(more, twice, fixed) == 10.0
    assert after(twice, twice, twice) == 16.0


def test_from_start_up_to_but_not_including_stop():
    values = {"trust": np.array([[2.0]])}
    one = [shock("trust", (0,), "set", 9.0, start=3, stop=6)]
    course = [float(at_round(values, one, t)["trust"][0, 0]) for t in range(9)]
    assert course == [2, 2, 2, 9, 9, 9, 2, 2, 2]
    never = [shock("trust", (0,), "set", 9.0, start=3, stop=3)]
    assert all(float(at_round(values, never, t)["trust"][0, 0]) == 2 for t in range(9))


def test_a_shock_comes_only_where_it_happens_and_when_it_does():
    """Dates, values and whether it happens at all belong to each run."""
    values = {"trust": np.array([[1.0, 1.0, 1.0]])}
    one = [
        shock(
            "trust",
            (0,),
            "add",
            [1.0, 2.0, 3.0],
            start=[0, 1, 0],
            stop=[2, 9, 9],
            happens=[True, True, False],
            r=3,
        )
    ]
    course = [at_round(values, one, t)["trust"][0].tolist() for t in range(3)]
    assert course == [[2, 1, 1], [2, 3, 1], [1, 3, 1]]


def test_a_mirror_keeps_a_pair_equal():
    rivalry = np.zeros((3, 3, 1))
    rivalry[0, 1] = rivalry[1, 0] = 0.5
    now = at_round({"rivalry": rivalry}, [shock("rivalry", (1, 0), "add", 0.25, mirror=(0, 1))], 0)[
        "rivalry"
    ]
    expected = np.zeros((3, 3, 1))
    expected[0, 1] = expected[1, 0] = 0.75
    np.testing.assert_array_equal(now, expected)


def test_a_slice_changes_every_country():
    values = {"threat_level": np.array([[1.0, 2.0], [3.0, 4.0]])}
    now = at_round(values, [shock("threat_level", (slice(None),), "multiply", [2.0, 0.5], r=2)], 0)
    assert now["threat_level"].tolist() == [[2.0, 1.0], [6.0, 2.0]]


def test_the_numbers_of_the_scenario_stay_as_they_are():
    values = {"trust": np.array([[2.0]]), "will": np.array([[0.5]])}
    two = [shock("trust", (0,), "add", 1.0), shock("trust", (0,), "add", 1.0, start=1)]
    now = at_round(values, two, 1)
    assert now["trust"].tolist() == [[4.0]]
    assert values["trust"].tolist() == [[2.0]]
    assert now["will"] is values["will"]  # what nothing changes is shared, not copied
    assert at_round(values, two, -1)["trust"] is values["trust"]


# a loop in plain Python ------------------------------------------------------------------------
ARRAYS = {"precision": (), "trust": (3,), "rivalry": (3, 3), "returns": (2, 3, 2)}
RUNS = 3


@st.composite
def any_shock(draw_):
    array = draw_(st.sampled_from(sorted(ARRAYS)))
    index = tuple(
        draw_(st.one_of(st.integers(0, size - 1), st.just(slice(None)))) for size in ARRAYS[array]
    )
    mirror = None
    if array == "rivalry":
        index = draw_(st.sampled_from([(0, 1), (0, 2), (2, 1)]))
        mirror = index[::-1]
    start = draw_(st.lists(st.integers(-2, 5), min_size=RUNS, max_size=RUNS))
    length = draw_(st.lists(st.integers(0, 6), min_size=RUNS, max_size=RUNS))
    value = st.floats(-3, 3)
    return shock(
        array,
        index,
        draw_(st.sampled_from(["set", "add", "multiply"])),
        draw_(st.lists(value, min_size=RUNS, max_size=RUNS)),
        start=start,
        stop=[a + b for a, b in zip(start, length, strict=True)],
        happens=draw_(st.lists(st.booleans(), min_size=RUNS, max_size=RUNS)),
        mirror=mirror,
        r=RUNS,
    )


def addressed(index, cell):
    return all(isinstance(a, slice) or a == b for a, b in zip(index, cell, strict=True))


@settings(max_examples=30, deadline=None)
@given(shocks=st.lists(any_shock(), max_size=6), t=st.integers(0, 8))
def test_equals_a_loop_over_cells(shocks, t):
    rng = np.random.default_rng(0)
    values = {name: rng.normal(size=(*shape, RUNS)) for name, shape in ARRAYS.items()}
    before = {name: a.copy() for name, a in values.items()}
    now = at_round(values, shocks, t)
    for name, shape in ARRAYS.items():
        for cell in np.ndindex(*shape):
            for r in range(RUNS):
                number = before[name][(*cell, r)]
                for s in shocks:
                    if s.array != name or not s.happens[r] or not s.start[r] <= t < s.stop[r]:
                        continue
                    for index in [s.index] + ([s.mirror] if s.mirror else []):
                        if addressed(index, cell):
                            if s.op == "set":
                                number = s.value[r]
                            elif s.op == "add":
                                number = number + s.value[r]
                            else:
                                number = number * s.value[r]
                assert now[name][(*cell, r)] == number
        np.testing.assert_array_equal(values[name], before[name])
    np.testing.assert_array_equal(now["rivalry"] - before["rivalry"], _mirrored(now, before))


def _mirrored(now, before):
    return np.where(
        before["rivalry"] == before["rivalry"].swapaxes(0, 1),
        (now["rivalry"] - before["rivalry"]).swapaxes(0, 1),
        now["rivalry"] - before["rivalry"],
    )


# in a run --------------------------------------------------------------------------------------
def assert_same_frame(one, other):
    for field in fields(frame.Frame):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name == "values":
            assert a.keys() == b.keys()
            for name in a:
                np.testing.assert_array_equal(a[name], b[name], err_msg=name)
        elif field.name == "deviations":
            assert len(a) == len(b)
            for x, y in zip(a, b, strict=True):
                assert (x.future, x.instrument, x.partner) == (y.future, y.instrument, y.partner)
                np.testing.assert_array_equal(x.value, y.value)
        else:
            np.testing.assert_array_equal(a, b, err_msg=field.name)


@pytest.mark.parametrize("seed", range(3))
def test_frames_are_rebuilt_exactly_when_masks_change(seed):
    world = random_world(seed, n=2, p=4, r=3, years=3)
    frames = []
    simulate(world, lambda t, q, s, form: frames.append(q))
    for t, q in enumerate(frames):
        now = at_round(world.values, world.shocks, t)
        assert_same_frame(q, frame.build(world.structure, now, world.overrides))
        if t:
            masks = active(world.shocks, t - 1), active(world.shocks, t)
            same = all((a == b).all() for a, b in zip(*masks, strict=True))
            assert (q is frames[t - 1]) == same, t
    assert 1 < len({id(q) for q in frames}) < len(frames)


@pytest.mark.parametrize("name", sorted(random_world(0).values))
def test_a_frame_that_takes_over_what_is_the_same_is_as_if_built_anew(name):
    """Whatever number changes; the frame it is taken from is left as it was."""
    world = random_world(2, n=2, p=5, r=3)
    build = partial(frame.build, world.structure, overrides=world.overrides)
    other = world.values | {name: world.values[name] * 0.9}
    known, again = build(world.values), build(world.values)
    assert_same_frame(build(other, before=(world.values, known)), build(other))
    assert_same_frame(known, again)


def test_rounds_in_which_shocks_begin_or_end():
    dated = [
        shock("threat_level", (0,), "set", 1.0, start=2, stop=9, r=2),
        shock("threat_level", (0,), "set", 1.0, start=4, stop=7, happens=[False, False], r=2),
        shock("threat_level", (0,), "set", 1.0, start=5, stop=5, r=2),
    ]
    assert turning_points(dated) == {2, 9}
    assert turning_points([]) == set()


def test_without_shocks_one_frame_serves_the_whole_run():
    world = random_world(0, dated=False)
    frames = []
    simulate(world, lambda t, q, s, form: frames.append(q))
    assert len(frames) == 8
    assert len({id(q) for q in frames}) == 1


def test_a_dated_threat_is_felt_in_its_years():
    """Threat 1; 3 in 2001 and 2002; from mid-2002 on half of that, 2003 and after."""
    world = hand_world(
        r=2,
        years=5,
        threat_level=1.0,
        shocks=(
            shock("threat_level", (0,), "set", 3.0, start=4, stop=12, r=2),
            shock("threat_level", (0,), "multiply", 0.5, start=10, happens=[True, False], r=2),
        ),
    )
    threat = simulate(world).countries["threat"][:, 0]
    assert threat[:, 0].tolist() == [1.0, 3.0, 1.5, 0.5, 0.5]
    assert threat[:, 1].tolist() == [1.0, 3.0, 3.0, 1.0, 1.0]


def test_a_shock_at_the_first_round_holds_from_the_first_round():
    world = hand_world(
        threat_level=1.0, shocks=(shock("threat_level", (0,), "set", 4.0, start=-3, stop=2),)
    )
    seen = []
    simulate(world, lambda t, q, s, form: seen.append(float(s.threat[0])))
    assert seen == [4.0, 4.0, 1.0, 1.0]


def test_a_shock_reaches_the_payoff():
    """Capacity cut to 0 takes all that trade yields; it comes back when the shock ends."""
    world = hand_world(
        p=1,
        returns=2.0,
        terms=("returns",),
        shocks=(shock("capacity", (1, 0), "set", 0.0, start=1, stop=3),),
    )
    yields = []
    simulate(world, lambda t, q, s, form: yields.append(float(form.linear[1, 0, 0])))
    assert yields == [2.0, 0.0, 0.0, 2.0]
