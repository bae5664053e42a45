"""Boxes: planted ones are found, others are not made up."""

import sys

import numpy as np
import pytest

from hedgerow.analysis.discovery import NoBox, Step, boxes, screened
from hedgerow.analysis.discovery.boxes import choose
from hedgerow.analysis.sensitivities.design import Axis


@pytest.fixture(scope="module")
def cube():
    """Six numbers and a label, and a planted box over three of them."""
    rng = np.random.default_rng(4)
    numbers = rng.random((6, 800))
    label = rng.integers(0, 3, 800).astype(float)
    inputs = (
        *(Axis(f"x{i}", values) for i, values in enumerate(numbers)),
        Axis("rule", label, ("a", "b", "c")),
    )
    planted = (numbers[1] < 0.45) & (numbers[4] > 0.3) & (label != 1.0)
    return inputs, planted


@pytest.fixture(scope="module")
def found(cube):
    return boxes(*cube, density=0.95, most=2)


def test_a_planted_box_is_found(found):
    box = found[0]
    limits = {limit.path: limit for limit in box.limits}
    assert set(limits) == {"x1", "x4", "rule"}
    assert limits["x1"].high == pytest.approx(0.45, abs=0.03) and np.isnan(limits["x1"].p_low)
    assert limits["x4"].low == pytest.approx(0.3, abs=0.05) and np.isnan(limits["x4"].p_high)
    assert limits["rule"].kept == ("a", "c") and limits["rule"].labels == ("a", "b", "c")
    assert all(limit.p < 1e-6 for limit in box.limits)
    assert box.final.coverage > 0.9 and box.final.density >= 0.95


def test_numbers_of_a_box_are_those_of_its_cases(cube, found):
    inputs, planted = cube
    box = found[0]
    values = {axis.path: axis.values for axis in inputs}
    inside = np.ones(planted.size, dtype=bool)
    for limit in box.limits:
        if limit.labels:
            inside &= np.isin(values[limit.path], [limit.labels.index(k) for k in limit.kept])
        else:
            inside &= (values[limit.path] >= limit.low) & (values[limit.path] <= limit.high)
    assert np.array_equal(inside, box.inside)
    assert (box.cases, box.hits) == (inside.sum(), (inside & planted).sum())
    assert box.final.coverage == pytest.approx(planted[inside].sum() / planted.sum())
    assert box.final.density == pytest.approx(planted[inside].mean())
    assert box.final.mass == pytest.approx(inside.mean())
    assert box.steps[0] == Step(1.0, pytest.approx(planted.mean()), 1.0, 0)


def test_of_noise_no_box_is_made(cube):
    inputs, _ = cube
    luck = np.random.default_rng(5).random(800) < 0.3
    try:
        made = boxes(inputs[:4], luck)
    except NoBox as error:
        assert "no region stands out" in str(error)
    else:
        assert made[0].final.density < 0.5  # told with a warning, and a quasi-p-value


def test_the_step_taken_covers_most_at_the_density_asked_for():
    steps = tuple(Step(*numbers) for numbers in [
        (1.0, 0.2, 1.0, 0), (0.9, 0.5, 0.4, 1), (0.7, 0.8, 0.2, 2), (0.7, 0.85, 0.2, 3),
        (0.4, 0.9, 0.1, 3),
    ])  # fmt: skip
    assert choose(steps, 0.8) == 2
    assert choose(steps, 0.86) == 4
    assert choose(steps, 0.95) == 3  # none: the best balance


def test_too_little_or_too_much_is_told(cube):
    inputs, planted = cube
    few = np.arange(800) < 5
    with pytest.raises(NoBox, match="only 5 of 800 cases are as looked for"):
        boxes(inputs, few)
    with pytest.raises(NoBox, match="no case is as looked for"):
        boxes(inputs, np.zeros(800, dtype=bool))
    with pytest.raises(NoBox, match="all cases are as looked for"):
        boxes(inputs, np.ones(800, dtype=bool))
    with pytest.raises(NoBox, match=r"79% of all cases .* look for the contrary"):
        boxes(inputs, ~planted, density=0.7)
    short = tuple(Axis(axis.path, axis.values[:39], axis.labels) for axis in inputs)
    with pytest.raises(NoBox, match="39 cases are too few"):
        boxes(short, planted[:39])


def test_without_the_library_it_says_what_to_install(cube, monkeypatch):
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis.prim", None)
    with pytest.raises(NoBox, match=r'ema_workbench .*pip install "\.\[discovery\]"'):
        boxes(*cube)


def test_of_many_paths_those_are_looked_at_that_tell():
    rng = np.random.default_rng(6)
    numbers = rng.random((60, 500))
    label = rng.integers(0, 2, 500).astype(float)
    inputs = (*(Axis(f"x{i}", v) for i, v in enumerate(numbers)), Axis("s", label, ("f", "t")))
    interest = (np.abs(numbers[7] - 0.5) < 0.2) & (label == 1.0) | (rng.random(500) < 0.05)
    assert {"x7", "s"} <= {axis.path for axis in screened(inputs, interest)}
    assert len(screened(inputs, interest)) <= 4
    assert screened(inputs[:20], interest) == inputs[:20]
    with pytest.raises(NoBox, match="none of 61 paths"):
        screened(inputs, rng.random(500) < 0.4)
