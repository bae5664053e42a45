"""The method on a small scenario: even ranks, recovery, and a proof that can fail."""

from dataclasses import replace

import numpy as np
import pytest
from calibrate.small import SCENARIO, small_targets

from hedgerow.analysis.calibration.likelihood import Likelihood
from hedgerow.analysis.calibration.reference import Table, job_of, prior_scores, simulate_all
from hedgerow.analysis.calibration.sbc import DRAWS, Sbc, sbc
from hedgerow.analysis.calibration.statistics import columns_of
from hedgerow.scenario import load

RECORDS = 200


@pytest.fixture(scope="module")
def table():
    job = job_of(load(SCENARIO), small_targets(), 10, 1, "numpy")
    scores = prior_scores(job, 1200)
    return Table(job.paths, scores, simulate_all(job, scores, 1))


@pytest.fixture(scope="module")
def likelihood(table):
    return Likelihood(columns_of(small_targets()), table.simulated)


@pytest.fixture(scope="module")
def proof(table, likelihood):
    return sbc(table, likelihood, RECORDS, 1, 100.0)


def test_ranks_of_truths_are_even(proof):
    assert proof.ranks.shape == (RECORDS, len(proof.paths))
    assert proof.ranks.min() >= 0 and proof.ranks.max() <= DRAWS
    assert proof.uniform
    assert proof.coverage(0.9).mean() == pytest.approx(0.9, abs=0.03)
    assert proof.coverage(0.5).mean() == pytest.approx(0.5, abs=0.05)


def test_what_the_record_tells_is_found_again_and_nothing_else(proof):
    recovered = dict(zip(proof.paths, proof.recovered, strict=True))
    assert recovered["countries.VNM.returns.diplomacy.USA"] > 0.8
    assert recovered["shocks.boom.value"] > 0.4
    spread = dict(zip(proof.paths, proof.sds.mean(axis=0), strict=True))
    assert spread["countries.VNM.returns.diplomacy.USA"] < 0.6
    assert abs(recovered["relations.rivalry.USA.CHN"]) < 0.3


def test_a_posterior_that_is_too_sure_fails(table, likelihood):
    narrow = [replace(c, error=0.25 * c.error) for c in likelihood.columns]
    narrow = [replace(c, target=replace(c.target, bias=0.0, bias_of="")) for c in narrow]
    sure = Likelihood(narrow, table.simulated[:, :1].repeat(10, axis=1))  # blind to noise too
    sure.made_up = likelihood.made_up  # records keep the errors and the noise that they have
    found = sbc(table, sure, 100, 1, 3.0)
    assert not found.uniform
    place = found.paths.index("countries.VNM.returns.diplomacy.USA")
    assert found.coverage(0.9)[place] < 0.8


def test_a_posterior_that_forgets_the_record_is_even_but_finds_nothing(table):
    """Why recovery is looked at as well: the prior passes every test of ranks."""
    rng = np.random.default_rng(0)
    ranks = rng.integers(0, DRAWS + 1, (RECORDS, 3))
    zeros = np.zeros((RECORDS, 3))
    blind = Sbc(("a", "b", "c"), table.scores[:RECORDS, :3], zeros, zeros + 1.0, ranks, zeros[:, 0])
    assert blind.uniform
    assert blind.recovered.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
def test_coverage_of_even_ranks_is_the_share_that_is_asked_for(share):
    """Each rank once; below and above the interval there are as many."""
    ranks = np.arange(DRAWS + 1)
    zeros = np.zeros((ranks.size, 1))
    found = Sbc(("a",), zeros, zeros, zeros, ranks[:, None], zeros[:, 0])
    assert found.coverage(share) == pytest.approx([share], abs=1e-12)
    each = Sbc((), zeros, zeros, zeros, ranks[None, :], zeros[:, 0]).coverage(share)
    assert each.tolist() == each.tolist()[::-1]


def test_uneven_ranks_are_told():
    """Ranks that lie at both ends, or all on one side, or in the middle."""
    rng = np.random.default_rng(0)
    even = rng.random(RECORDS)
    for warped in (0.5 + 0.5 * np.sign(even - 0.5) * np.abs(2 * even - 1) ** 0.3, even**2):
        ranks = np.minimum((100 * warped).astype(int), DRAWS)[:, None]
        zeros = np.zeros((RECORDS, 1))
        assert not Sbc(("a",), zeros, zeros, zeros, ranks, zeros[:, 0]).uniform
