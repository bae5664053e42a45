"""The grammar of ``--where``, and what a condition says of values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.analysis.discovery import Condition, NoBox, condition
from hedgerow.analysis.discovery.cases import half

SAID = [
    ("hedging_index@2035 < 0.2", "hedging_index", (2035, 2035), "<", (0.2, 0.2), False),
    ("hedging_index<=0.2", "hedging_index", None, "<=", (0.2, 0.2), False),
    ("tier:USA@2023>=3", "tier:USA", (2023, 2023), ">=", (3.0, 3.0), False),
    ("premium > -1e-3", "premium", None, ">", (-0.001, -0.001), False),
    ("tier:USA == 3", "tier:USA", None, "=", (3.0, 3.0), False),
    (" alignment_index@2035  outside band ", "alignment_index", (2035, 2035), "outside", (45, 55)),
    ("alignment_index inside 40..60.5", "alignment_index", None, "inside", (40.0, 60.5), False),
    ("event:hedging_broken", "event:hedging_broken", None, "", (0.0, 0.0), False),
    ("not event:tier:USA@2020..2025", "event:tier:USA", (2020, 2025), "", (0.0, 0.0), True),
    ("choice:ES-11/1:abstain@2022", "choice:ES-11/1:abstain", (2022, 2022), "", (0.0, 0.0), False),
    ("not hedging_index < 0.2", "hedging_index", None, "<", (0.2, 0.2), True),
]


@pytest.mark.parametrize("said", SAID, ids=lambda said: said[0].strip())
def test_a_condition_is_read(said):
    text, measure, years, op, (low, high), *negated = said
    known = Condition(text, measure, years, op, low, high, bool(negated and negated[0]))
    assert condition(text) == known


WRONG = [
    ("", "expected MEASURE@YEAR"),
    ("hedging_index", "expected MEASURE@YEAR"),
    ("hedging_index@2035", "expected MEASURE@YEAR"),
    ("< 0.2", "expected MEASURE@YEAR"),
    ("hedging_index < low", "'low' is no number"),
    ("hedging_index < nan", "'nan' is no number"),
    ("hedging_index@35 < 1", "'35' is no year"),
    ("hedging_index@2020..2030 < 1", "a span of years is for events"),
    ("event:visit:USA@2030..2020", "2020 is before 2030"),
    ("event:visit:USA > 0.5", "expected MEASURE@YEAR"),
    ("hedging_index outside band", "only alignment_index has a band"),
    ("alignment_index outside 50", "expected a range after outside"),
    ("alignment_index inside 60..40", "expected a range after inside"),
    ("0 < hedging_index < 1", "expected MEASURE@YEAR"),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_what_is_no_condition_is_told(text, told):
    with pytest.raises(NoBox, match=r"^where ") as error:
        condition(text)
    assert told in str(error.value) and repr(text) in str(error.value)


def test_what_is_undefined_is_never_as_looked_for():
    values = np.array([0.1, 0.3, np.nan])
    assert condition("x < 0.2").holds(values).tolist() == [True, False, False]
    assert condition("not x < 0.2").holds(values).tolist() == [False, True, False]
    assert condition("x outside 0.2..1").holds(values).tolist() == [True, False, False]
    happened = np.array([1.0, 0.0, np.nan])
    assert condition("event:a").holds(happened).tolist() == [True, False, False]
    assert condition("not event:a").holds(happened).tolist() == [False, True, False]


LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


@given(
    st.lists(st.floats(0, 100), min_size=101, max_size=101),
    st.floats(0, 100),
    st.sampled_from(["<", "<=", ">", ">="]),
)
def test_the_median_tells_of_half_of_the_runs(values, bound, op):
    """Exactly so of an odd number of runs, of which one is the median."""
    values = np.array(values)
    columns = {name: np.array([np.quantile(values, q)]) for name, q in LEVELS.items()}
    looked = condition(f"x {op} {bound!r}")
    assert half(looked, columns)[0] == (looked.holds(values).sum() > 50)


@pytest.mark.parametrize("text", ["x inside 40..60", "x outside 40..60", "not x inside 40..60"])
def test_quantiles_tell_of_ranges_nearly(text):
    looked = condition(text)
    rng = np.random.default_rng(1)
    right = []
    for _ in range(400):
        values = rng.normal(rng.uniform(20, 80), rng.uniform(1, 30), 400)
        share = looked.holds(values).mean()
        if abs(share - 0.5) < 0.08:
            continue
        columns = {name: np.array([np.quantile(values, q)]) for name, q in LEVELS.items()}
        right.append(half(looked, columns)[0] == (share > 0.5))
    assert np.mean(right) == 1.0
