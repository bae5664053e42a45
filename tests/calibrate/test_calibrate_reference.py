"""The reference table: the priors' draws, the scenario's runs, and nothing of workers or blocks."""

import numpy as np
import pytest
from calibrate.small import SCENARIO, small_targets

import hedgerow
from hedgerow.analysis.calibration import CalibrationError, calibrate
from hedgerow.analysis.calibration.reference import job_of, prior_scores, simulate_all, values_of
from hedgerow.analysis.calibration.statistics import statistics
from hedgerow.errors import KernelMissing
from hedgerow.model.simulate import simulate
from hedgerow.scenario import load
from hedgerow.scenario.compile import sampled, world

SMALL = SCENARIO.parents[1] / "scenario" / "small.toml"


@pytest.fixture(scope="module")
def scenario():
    return load(SCENARIO)


@pytest.fixture(scope="module")
def job(scenario):
    return job_of(scenario, small_targets(), 10, 3, "numpy")


def test_parameters_are_those_that_the_scenario_draws(scenario, job):
    values = values_of(scenario, job.paths, prior_scores(job, 50))
    own = sampled(scenario, np.arange(50, dtype=np.uint64), 3)
    assert list(values) == list(own)
    for path, numbers in own.items():
        assert values[path] == pytest.approx(numbers, rel=1e-12), path


def test_the_first_sets_are_the_same_for_any_number(job):
    assert np.array_equal(prior_scores(job, 7), prior_scores(job, 40)[:7])


@pytest.mark.parametrize("file", [SCENARIO, SMALL])
def test_numbers_given_for_all_draws_change_no_run(file):
    """Dates, chances and values of shocks included: a block may hold any parameter sets."""
    scenario = load(file)
    replicates = np.arange(24, dtype=np.uint64)
    own = simulate(world(scenario, replicates, 5))
    given = simulate(world(scenario, replicates, 5, sampled(scenario, replicates, 5)))
    for name, array in own.ties.items():
        assert np.array_equal(array, given.ties[name], equal_nan=True), name
    for name, array in own.countries.items():
        assert np.array_equal(array, given.countries[name], equal_nan=True), name


def test_a_set_has_a_run_for_each_noise_on_the_same_parameters(scenario, job):
    """Against runs of the model one by one, each with its parameters and its own replicate."""
    scores = prior_scores(job, 3)
    table = simulate_all(job, scores, 1)
    values = values_of(scenario, job.paths, scores)
    assert len(np.unique(table[0], axis=0)) > 1, "noises must differ"
    for s, j in ((0, 0), (1, 4), (2, 9)):
        given = {path: numbers[s : s + 1] for path, numbers in values.items()}
        replicate = np.array([10 * s + j], dtype=np.uint64)
        record = simulate(world(scenario.replace({"time.end": 2004}), replicate, 3, given))
        assert np.array_equal(statistics(record, scenario, small_targets())[0], table[s, j])


def test_workers_and_blocks_do_not_show(job, monkeypatch):
    import hedgerow.analysis.calibration.reference as reference

    scores = prior_scores(job, 70)
    done = []
    whole = simulate_all(job, scores, 1, done.append)
    assert sum(done) == 700
    assert np.array_equal(simulate_all(job, scores, 2), whole)
    monkeypatch.setattr(reference, "BLOCK", 130)
    assert np.array_equal(simulate_all(job, scores, 1), whole)
    assert np.array_equal(simulate_all(job, scores[20:30], 1, first=20), whole[20:30])


def test_what_has_no_priors_or_others_draws_cannot_be_calibrated(scenario, tmp_path):
    fixed = scenario.replace(
        {path: scenario.quantities[path].value for path in scenario.sampled_paths}
    )
    with pytest.raises(CalibrationError, match="has no priors"):
        job_of(fixed, small_targets(), 10, 1, "numpy")


class Still(hedgerow.CountryAgent):
    @classmethod
    def choose_many(cls, menus):
        return np.zeros(menus.runs, dtype=np.int64)


def test_countries_of_ones_own_play_in_a_calibration(scenario):
    """One that never moves keeps the ties of the strategy that never moves, not its suppliers."""
    small = {"targets": small_targets(), "sets": 100, "draws": 5, "ess": 5.0, "workers": 1}
    own, built_in, plain = (
        calibrate(scenario, 2004, countries=countries, kernel="numpy", seed=3, **small)
        for countries in ({"VNM": Still}, {"VNM": "status_quo"}, None)
    )
    desks = [c.measure.startswith("diplomacy") for c in own.likelihood.columns]
    assert sum(desks) == 2
    first, second, third = (each.table.simulated[..., desks] for each in (own, built_in, plain))
    assert np.array_equal(first, second) and not np.array_equal(first, third)
    with pytest.raises(KernelMissing, match="numpy kernel"):
        calibrate(scenario, 2004, countries={"VNM": Still}, kernel="compiled", **small)
