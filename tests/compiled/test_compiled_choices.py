"""Compiled code chooses as NumPy does, in every structure, and reports the same."""

import numpy as np
import pytest
from compiled.structures import STRUCTURES

from hedgerow.compiled.simulate import simulate
from hedgerow.model import simulate as written


def assert_like(found, wanted, where):
    """Whole numbers are the same, others to rounding, and NaN in the same places."""
    assert found.shape == wanted.shape, where
    if wanted.dtype.kind == "f":
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9, err_msg=where)
    else:
        np.testing.assert_array_equal(found, wanted, err_msg=where)


@pytest.mark.parametrize("name", STRUCTURES)
def test_choices_and_measures_are_those_of_numpy(name):
    world = STRUCTURES[name]()
    found, wanted = simulate(world), written.simulate(world)
    for table in ("countries", "ties"):
        mine, theirs = getattr(found, table), getattr(wanted, table)
        assert mine.keys() == theirs.keys()
        for column, values in theirs.items():
            assert_like(mine[column], values, f"{table}: {column}")
    assert len(found.choices) == len(wanted.choices)
    for mine, theirs in zip(found.choices, wanted.choices, strict=True):
        assert (mine.year, mine.country, mine.question) == (
            theirs.year,
            theirs.country,
            theirs.question,
        )
        assert_like(mine.chosen, theirs.chosen, theirs.question)
    assert len(found.events) == len(wanted.events)
    for mine, theirs in zip(found.events, wanted.events, strict=True):
        there = f"{theirs.event} in {theirs.year}, quarter {theirs.quarter}"
        for field, value in vars(theirs).items():
            if isinstance(value, np.ndarray):
                assert_like(getattr(mine, field), value, f"{field} of {there}")
            else:
                assert getattr(mine, field) == value, there


def test_what_is_compared_happens():
    """These worlds see labels rise, offers, coercion, rules that bind and votes of each kind."""
    seen, bound, votes = set(), 0.0, set()
    for name in ("as it is", "all effects, and choices", "a narrow band", "three with peers"):
        record = simulate(STRUCTURES[name]())
        seen |= {one.event for one in record.events}
        bound = max(bound, np.nanmax(record.countries["rules_bound"]))
        votes |= {n for one in record.choices for n in one.chosen.tolist()}
    wanted = {"incident", "restriction_CHN", "exploration", "corridor", "drill", "embargo_RUS"}
    assert wanted | {"tier", "visit", "hedging_entered", "hedging_broken"} <= seen
    assert bound > 0.01
    assert votes == {0, 1, 2}
