"""How tasks are cut: all units once, in tasks that take neither too short nor too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.runs import pace
from hedgerow.runs.pace import LONGEST, SECOND, Pace
from hedgerow.runs.spec import Spec
from hedgerow.runs.work import BLOCK, Done


def spec(points, replicates):
    """A sweep of which only the size matters."""
    rows = tuple((float(point),) for point in range(points))
    fixed = ("", "", "", 0, "numpy", "summary", replicates, True, "list", ("x",), rows)
    return Spec(*fixed, {}, (), (), "", "", "")


def played(about, gaps, own, each, width=1, units=None):
    """Cut gaps where a task takes `own` and `each` a unit; return the chunks in order."""
    rhythm = Pace(about, units, width, BLOCK)
    chunks, under_way = [], []
    for first, last in rhythm.cut(gaps, lambda: False):
        chunks.append((first, last))
        under_way.append(Done(first, last, seconds=own + each * (last - first)))
        if len(under_way) > 2 * width:  # answers come later than tasks go out
            rhythm.add(under_way.pop(0))
    return chunks


@st.composite
def gaps(draw):
    """Some gaps between 0 and 5000."""
    ends = draw(st.lists(st.integers(0, 5000), min_size=2, max_size=12, unique=True))
    ends = sorted(ends)[: len(ends) // 2 * 2]
    return list(zip(ends[::2], ends[1::2], strict=True))


@given(
    gaps(),
    st.floats(0.0, 20.0),
    st.floats(1e-6, 20.0),
    st.integers(1, 64),
    st.sampled_from([None, 1, 7, 10_000]),
)
def test_every_unit_is_in_one_chunk(holes, own, each, width, units):
    chunks = played(spec(5000, 1), holes, own, each, width, units)
    wanted = [unit for first, last in holes for unit in range(first, last)]
    assert [unit for first, last in chunks for unit in range(first, last)] == wanted
    sizes = [last - first for first, last in chunks]
    assert max(sizes) <= (units or BLOCK)


@given(st.floats(0.0, 4.0), st.floats(1e-5, 2.0), st.integers(1, 8))
def test_a_task_is_not_too_long(own, each, width):
    chunks = played(spec(5000, 1), [(0, 5000)], own, each, width)
    for first, last in chunks[2 * width + 1 :]:
        units = last - first
        assert units == 1 or own + each * (units - 0.5) <= max(LONGEST, 2 * own) * 1.01


@pytest.mark.parametrize(
    ("own", "each", "seconds"),
    [(0.0, 0.01, SECOND), (0.02, 0.01, SECOND), (0.6, 0.03, 6.0), (2.0, 0.1, LONGEST)],
)
def test_what_a_task_takes_of_itself_does_not_matter(own, each, seconds):
    chunks = played(spec(5000, 1), [(0, 5000)], own, each)
    first, last = chunks[len(chunks) // 2]
    assert own + each * (last - first) == pytest.approx(seconds, abs=1.5 * each)
    small = sum(own + each * (last - first) for first, last in chunks)
    assert small <= 1.15 * 5000 * each * seconds / (seconds - own)


def test_a_fixed_time_of_many_seconds_is_at_most_half_of_a_task():
    assert pace.aim(6.0) == 12.0
    chunks = played(spec(200, 1), [(0, 200)], own=3.0, each=1.0, width=8)
    *sizes, _ = [last - first for first, last in chunks[-8:]]  # the very last is what is left
    assert min(sizes) >= 3


def test_a_large_unit_is_a_task():
    assert {last - first for first, last in played(spec(8, 128), [(0, 8)], 1.0, 20.0)} == {1}
    most = max(last - first for first, last in played(spec(900, 128), [(0, 900)], 1.0, 0.001))
    assert most == BLOCK // 128


def test_the_last_tasks_are_shared_out():
    chunks = played(spec(2000, 1), [(0, 2000)], 0.0, 0.05, width=8)
    assert [last - first for first, last in chunks[-8:]] == [20] * 8


@given(st.integers(1, 50), st.floats(0.0, 9.0), st.integers(51, 500), st.floats(0.0, 9.0))
def test_shares_of_two_tasks_explain_the_larger(small, fast, large, slow):
    own, each = pace.parts(small, fast, large, slow)
    assert own >= 0.0 and each >= 0.0
    if slow >= fast and slow / large <= fast / small:
        assert own + each * large == pytest.approx(slow, rel=0.06, abs=1e-9)
