"""Whole runs: the record of the compiled model is that of NumPy, whatever the block."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.worlds import random_world

import hedgerow
from hedgerow.compiled.simulate import simulate as in_lanes
from hedgerow.model.simulate import NotFinite
from hedgerow.model.simulate import simulate as in_numpy
from hedgerow.model.strategies import STRATEGIES
from hedgerow.results.records import join, pick
from hedgerow.scenario.compile import world


def shipped(name, replicates, **changes):
    scenario = hedgerow.load(name, changes) if changes else hedgerow.load(name)
    return world(scenario, np.asarray(replicates, dtype=np.uint64), 1)


def same(one, other, *, bitwise=False):
    """Assert that two records hold the same, to rounding or to the last bit."""

    def agree(a, b, what):
        assert a.shape == b.shape, what
        if bitwise:
            np.testing.assert_array_equal(a, b, err_msg=what)
        else:
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9, err_msg=what)

    for tables in ("ties", "countries"):
        ours, theirs = getattr(one, tables), getattr(other, tables)
        assert list(ours) == list(theirs)
        for name in ours:
            agree(ours[name], theirs[name], f"{tables} {name}")
    assert len(one.choices) == len(other.choices)
    for a, b in zip(one.choices, other.choices, strict=True):
        assert replace(a, chosen=None) == replace(b, chosen=None)
        np.testing.assert_array_equal(a.chosen, b.chosen)
        assert a.chosen.dtype == b.chosen.dtype
    assert [replace(e, value=None) for e in one.events] == [
        replace(e, value=None) for e in other.events
    ]
    for a, b in zip(one.events, other.events, strict=True):
        agree(a.value, b.value, f"{a.event} {a.year}")


@pytest.mark.parametrize(
    ("name", "replicates", "changes"),
    [
        ("vietnam", 20, {}),
        ("vietnam", 9, {"ensemble.level": 1, "processes.pipeline": False}),
        ("asean", 9, {}),
        ("threshold", 11, {}),
        ("no-war", 8, {}),
    ],
    ids=str,
)
def test_shipped_scenarios(name, replicates, changes):
    given_ = shipped(name, range(replicates), **changes)
    same(in_lanes(given_), in_numpy(given_))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 4),
    p=st.integers(3, 8),
    w=st.integers(2, 4),
    r=st.integers(1, 17),
    names=st.lists(st.sampled_from(list(STRATEGIES)), min_size=4, max_size=4),
    mixed=st.booleans(),
)
def test_random_worlds(seed, n, p, w, r, names, mixed):
    given_ = random_world(seed=seed, n=n, p=p, w=w, r=r, years=3)
    if mixed:
        structure = replace(given_.structure, strategies=tuple(names[:n]))
        given_ = replace(given_, structure=structure)
    same(in_lanes(given_), in_numpy(given_))


# what a run may not depend on ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["vietnam", "asean"])
def test_a_run_depends_on_nothing_but_itself(name):
    """To the last bit: block, place in the block, companions."""
    count = 300 if name == "vietnam" else 24
    short = {"time.end": 2003}
    whole = in_lanes(shipped(name, range(count), **short))
    for width in (1, 3, 7, 8, 128):
        starts = range(0, min(count, 3 * width), width)
        blocks = [in_lanes(shipped(name, range(s, min(s + width, count)), **short)) for s in starts]
        known = pick(whole, slice(0, min(count, 3 * width)))
        known.events = [e for e in known.events if not np.isnan(e.value).all()]
        same(_in_order(join(blocks)), _in_order(known), bitwise=True)
    order = np.random.default_rng(1).permutation(count)[:19]
    shuffled, known = in_lanes(shipped(name, order, **short)), pick(whole, order)
    known.events = [e for e in known.events if not np.isnan(e.value).all()]
    same(_in_order(shuffled), _in_order(known), bitwise=True)


def _in_order(record):
    """The record with its events by kind and place, which joining blocks does not keep."""
    key = lambda e: (e.year, e.event, e.country, e.partner)  # noqa: E731
    record.events = sorted(record.events, key=key)
    groups = {}
    for event in record.events:  # how events of a year are shared out among records may differ
        groups.setdefault(key(event), []).append(event.value)
    merged = []
    for event in record.events:
        values = groups.pop(key(event), None)
        if values is not None:
            stacked = np.sort(np.stack(values), axis=0)
            merged += [replace(event, value=row) for row in stacked if not np.isnan(row).all()]
    record.events = merged
    return record


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), width=st.integers(1, 20), data=st.data())
def test_every_width_gives_the_same_bits(seed, width, data):
    given_ = random_world(seed=seed, n=2, p=5, r=width)
    alone = data.draw(st.integers(0, width - 1), label="alone")

    def cut(array):
        return np.ascontiguousarray(array[..., [alone]])

    single = replace(
        given_,
        values={name: cut(array) for name, array in given_.values.items()},
        replicates=cut(given_.replicates),
        overrides=tuple(replace(o, value=cut(o.value)) for o in given_.overrides),
        shocks=tuple(
            replace(
                s,
                value=cut(s.value),
                start=cut(s.start),
                stop=cut(s.stop),
                happens=cut(s.happens),
            )
            for s in given_.shocks
        ),
    )
    known = pick(in_lanes(given_), slice(alone, alone + 1))
    known.events = [e for e in known.events if not np.isnan(e.value).all()]
    same(in_lanes(single), known, bitwise=True)


def test_the_world_is_left_as_it_was():
    given_ = random_world(seed=3, r=5)
    before = {name: array.copy() for name, array in given_.values.items()}
    same(in_lanes(given_), in_lanes(given_), bitwise=True)
    for name, array in given_.values.items():
        np.testing.assert_array_equal(array, before[name])


# runs that fail --------------------------------------------------------------------------------


def broken(name, index, value, replicates, r=20, years=3):
    given_ = random_world(seed=5, n=2, p=5, r=r, years=years)
    array = given_.values[name].copy()
    array[(*index, np.asarray(replicates))] = value
    return replace(given_, values=given_.values | {name: array})


@pytest.mark.parametrize(
    ("name", "index", "value"),
    [
        ("returns", (0, 1, 0), np.nan),
        ("threat_level", (1,), np.inf),
        ("turnover", (2,), 1e300),
        ("pressing", (0,), np.inf),
        ("stocks", (3, 2, 1), -np.inf),
    ],
)
@pytest.mark.parametrize("replicates", [[3], [11, 2], [19, 18, 17, 16, 15, 9, 8]])
def test_a_run_that_leaves_the_real_numbers_is_named(name, index, value, replicates):
    given_ = broken(name, index, value, replicates)
    with np.errstate(all="ignore"):
        with pytest.raises(NotFinite) as expected:
            in_numpy(given_)
        with pytest.raises(NotFinite) as found:
            in_lanes(given_)
    assert str(found.value) == str(expected.value)
    assert str(min(replicates)) in str(found.value)
