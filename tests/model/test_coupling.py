"""A what-if of one number: paired differences vary at most half as much as independent ones."""

from functools import cache

import pytest

from hedgerow.model.simulate import simulate
from model.coupling import MEASURES, WHAT_IFS, changed, ratio_of
from model.worlds import world

RUNS, YEARS = 400, 10


@cache
def base():
    w = world(RUNS, years=YEARS)
    return w, simulate(w, insured=99)


@pytest.mark.parametrize("name", WHAT_IFS)
def test_paired_runs_vary_less(name):
    w, before = base()
    after = simulate(changed(w, name), insured=99)
    for measure in MEASURES:
        ratio, size = ratio_of(before, after, measure)
        assert abs(size) > 1.5 or ratio <= 0.5, (measure, ratio, size)
