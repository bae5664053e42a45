"""A run depends on its world, seed and replicate alone, to the last bit."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from compiled.digest import digest
from compiled.structures import PEERS, THREE, VOTES
from model.worlds import with_numbers, world

from hedgerow.compiled.simulate import simulate
from hedgerow.model.simulate import NotFinite
from hedgerow.model.simulate import simulate as written

HERE = Path(__file__).parent


def bits(array):
    """The array's bits, NaN as one of them."""
    return np.where(np.isnan(array), -1.0, array)


def of(record, replicate):
    """All that a record says of one replicate of its block."""
    tables = {**record.countries, **{f"tie {k}": v for k, v in record.ties.items()}}
    events = [
        (one.event, one.year, one.quarter, int(one.country[at]), one.value[at], int(one.cause[at]))
        for one in record.events
        for at in np.flatnonzero(one.replicate == replicate)
    ]
    choices = [(one.question, int(one.chosen[replicate])) for one in record.choices]
    return {name: bits(values[..., replicate]) for name, values in tables.items()}, events, choices


def assert_same(one, other):
    for name, values in one[0].items():
        np.testing.assert_array_equal(values, other[0][name], err_msg=name)
    assert one[1:] == other[1:]


def some(replicates):
    w = world(
        replicates.size, years=6, countries=THREE, votes=VOTES, numbers={"peer_weight": PEERS}
    )
    w = replace(w, replicates=replicates.astype(np.uint64))
    # Returns are drawn with the replicate: the same for all, so that only companions differ.
    return with_numbers(w, returns=lambda b: np.repeat(b[..., :1], replicates.size, axis=-1))


def test_neither_width_nor_order_of_a_block_matters():
    numbers = np.array([4, 17, 3, 2**40 + 5, 9, 0, 1, 2, 11, 8, 30])
    first = some(numbers)
    whole = simulate(first)
    returns = first.values["returns"]
    backwards = with_numbers(some(numbers[::-1]), returns=returns)
    alone = with_numbers(some(numbers[3:4]), returns=returns[..., :1])
    back = simulate(backwards)
    for place in range(numbers.size):
        assert_same(of(whole, place), of(back, numbers.size - 1 - place))
    assert_same(of(whole, 3), of(simulate(alone), 0))


@pytest.mark.timeout(1800)
def test_another_processor_gives_the_same_bits():
    environment = os.environ | {"NUMBA_CPU_NAME": "generic", "PYTHONPATH": str(HERE.parent)}
    environment.pop("NUMBA_CPU_FEATURES", None)
    found = subprocess.run(
        [sys.executable, "-m", "compiled.digest"],
        env=environment,
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    processor, elsewhere = found.stdout.split()
    assert processor == "generic"
    assert elsewhere == digest()


def test_what_leaves_the_real_numbers_is_told():
    w = world(11, years=4)
    market = w.market.copy()
    market[3:, 0, 9] = np.inf  # the flow grows towards it in the year before
    w = replace(w, market=market)
    for play in (simulate, written):
        with (
            np.errstate(all="ignore"),
            pytest.raises(NotFinite, match=r"^replicate 9 is not finite in 1998$"),
        ):
            play(w)
