"""What is said of each kind of target, what it costs, and what one saves against another."""

from math import isnan, log
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm
from score.made import target

from hedgerow.analysis.scoring.backcast import dates, errors
from hedgerow.analysis.scoring.description import lost
from hedgerow.analysis.scoring.predictive import (
    LEVELS,
    RUNGS,
    SURE,
    Chances,
    Dates,
    Mark,
    Numbers,
    question,
    score,
    smeared,
)
from hedgerow.analysis.scoring.scores import IGNORANCE
from hedgerow.analysis.scoring.skill import ALL, Skill, averages, skills


def rng():
    return np.random.default_rng(1)


def told(of, said, forecaster="a", shocks="listed"):
    return score(of, said, forecaster, shocks, rng())


def test_numbers_are_marked_by_bands_and_scored():
    of = target("value", "arms_stock:RUS", 0.5)
    found = told(of, Numbers(np.linspace(0.0, 1.0, 101)[:, None]))
    (mark,) = found.marks
    assert mark.quantiles == pytest.approx(LEVELS)
    assert mark.inside(50) and mark.inside(90)
    assert (mark.width(50), mark.width(90)) == (pytest.approx(0.5), pytest.approx(0.9))
    assert mark.pit == pytest.approx(0.5, abs=0.011)
    assert found.scores == {"crps": mark.score} and found.family == "numbers"
    outside = Mark("m", 0.97, mark.quantiles, 0.97, 0.1)
    assert not outside.inside(50) and not outside.inside(90)


def test_a_portfolio_has_one_score_and_a_mark_for_each_share():
    of = target("portfolio", ["trade:USA", "trade:CHN"], [0.3, 0.4])
    members = np.array([[0.3, 0.4], [0.0, 0.0], [0.6, 0.8]])
    found = told(of, Numbers(members))
    assert found.scores["energy"] == pytest.approx(1.0 / 3.0 - 0.5 * (0.5 + 0.5 + 1.0) / 3.0)
    assert [mark.measure for mark in found.marks] == ["trade:USA", "trade:CHN"]
    assert found.cluster == ("VNM", "trade")


def test_kinds_by_hand():
    shares = np.array([0.0, 0.2, 0.8, 0.0, 0.0])
    found = told(target("rung", "tier:USA", 1), Chances(RUNGS, shares))
    came = 0.98 * 0.2 + IGNORANCE / 5
    assert found.scores["log"] == pytest.approx(-log(came))
    assert found.marks[0].score == pytest.approx(came)
    assert found.marks[0].quantiles[2] == 2.0
    sure = told(
        target("never", "event:alliance", 0, error=0.0), Chances(SURE, np.array([0.0, 1.0]))
    )
    assert sure.scores["log"] == pytest.approx(-log(0.99))
    vote = target("choice", "choice:ES-1", "abstain", error=0.0)
    said = told(vote, Chances(("for", "abstain", "against"), np.array([0.5, 0.5, 0.0])))
    assert said.cluster == ("VNM", "choice:ES-1") and isnan(said.marks[0].quantiles[2])
    with pytest.raises(ValueError, match="has no outcomes"):
        told(target("value", "m", 0.5), Chances(SURE, np.array([0.0, 1.0])))


def test_dates_by_hand():
    """Said for sure for 2020, recorded as 2021, give or take nothing, or a year and a half."""
    shares = dates(np.full(10, 2020.0), 2015, 2024)
    assert shares.tolist() == [0, *[0] * 5, 1, *[0] * 5]
    exact = target("tier", "tier:USA", 3, years=(2020, 2020), error=0.0)
    found = told(exact, Dates(2015, shares))
    assert found.scores["survival_log"] == pytest.approx(-log(0.98 + IGNORANCE / 12))
    late = target("tier", "tier:USA", 3, years=(2021, 2021), error=1.5)
    near = norm.cdf(1.0) - norm.cdf(1.0 / 3.0)
    cost = told(late, Dates(2015, shares)).scores["survival_log"]
    assert cost == pytest.approx(-log(0.98 * near + IGNORANCE / 12))
    with pytest.raises(ValueError, match="2030 is no year of the forecast"):
        told(target("tier", "tier:USA", 3, years=(2030, 2030)), Dates(2015, shares))


def test_dates_before_and_never():
    came = np.array([2001.0, 2014.0, 2015.0, 2024.0, 2025.0, 2027.5])
    assert dates(came, 2015, 2024) == pytest.approx(
        [2 / 6, 1 / 6, *[0] * 8, 1 / 6, 2 / 6], abs=1e-12
    )


def test_smearing_keeps_all_and_never_stays_never():
    rng = np.random.default_rng(2)
    shares = rng.dirichlet(np.ones(12))
    assert smeared(shares, 2.0).sum() == pytest.approx(1.0)
    never = np.zeros(12)
    never[-1] = 1.0
    assert smeared(never, 2.0) == pytest.approx(never)
    assert (smeared(shares, 0.0) == shares).all()


def test_a_bias_is_common_to_all_numbers_of_a_target():
    of = target("portfolio", ["a", "b"], [0.1, 0.2], error=0.3, bias=0.4, bias_of="X")
    found = errors(of, (20000, 2), 1)
    assert np.cov(found.T) == pytest.approx(np.array([[0.25, 0.16], [0.16, 0.25]]), abs=0.01)
    assert (errors(of, (5, 2), 1) == errors(of, (5, 2), 1)).all()


def test_figures_of_one_thing_are_one_question():
    same = [
        target("ratio", ["trade:RUS", "trade:CHN"], 0.1),
        target("portfolio", ["trade:RUS", "trade:CHN"], [0.1, 0.2]),
    ]
    assert {question(t) for t in same} == {"trade"}
    tiers = [target("rung", "tier:USA", 1), target("tier", "tier:USA", 3)]
    assert {question(t) for t in tiers} == {"tier:USA"}


def forecasts(forecaster, costs, shocks=""):
    """Targets 0, 1, … of rungs with each partner, and what each costs this forecaster."""
    from hedgerow.analysis.scoring.predictive import Scored

    return [
        Scored(
            target("rung", f"tier:P{i}", 1, id=f"t{i}"),
            forecaster,
            shocks,
            (),
            {"ranked_probability": cost, "log": 2.0 * cost},
        )
        for i, cost in costs.items()
    ]


def test_skill_by_hand_over_common_targets():
    mine, other = forecasts("a", {0: 0.1, 1: 0.2, 2: 9.0}), forecasts("b", {0: 0.2, 1: 0.4})
    ranked, logs, together = skills(mine, other, {"rungs": 0.5})
    assert (ranked.skill, ranked.targets, ranked.clusters) == (pytest.approx(0.5), 2, 2)
    # Drawn anew: twice the first, both, or twice the second; gains 0.1, 0.15, 0.2 of 0.3.
    assert (ranked.low, ranked.high) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert logs.skill == pytest.approx(0.5)
    assert together.family == ALL and together.skill == pytest.approx(0.15 / 0.5)


def test_intervals_hold_ninety_percent():
    """Of many clusters the mean is normal, so that its interval is known."""
    gains = norm.ppf((np.arange(400) + 0.5) / 400)
    mine = forecasts("a", dict(enumerate(5.0 - gains)))
    (found, *_) = skills(mine, forecasts("b", dict.fromkeys(range(400), 5.0)), {"rungs": 1.0})
    half = norm.ppf(0.95) * gains.std() / np.sqrt(400) / 5.0
    assert (found.low, found.high) == (pytest.approx(-half, rel=0.1), pytest.approx(half, rel=0.1))


def test_targets_of_one_cluster_count_as_one():
    """Ten targets in one cluster give no interval; in ten they do."""
    from dataclasses import replace

    alone, apart = (
        forecasts("a", dict.fromkeys(range(10), 0.1)),
        forecasts("b", {i: 0.1 + 0.02 * i for i in range(10)}),
    )
    same = [replace(s, target=replace(s.target, measures=("tier:X",))) for s in alone]
    one = skills(same, apart, {"rungs": 1.0})[0]
    many = skills(alone, apart, {"rungs": 1.0})[0]
    assert one.clusters == 1 and isnan(one.low) and one.skill == pytest.approx(many.skill)
    assert many.clusters == 10 and many.low < many.skill < many.high


def test_against_oneself_there_is_no_skill_and_against_strangers_no_row():
    mine = forecasts("a", {0: 0.1, 1: 0.3})
    assert all(s.skill == 0.0 == s.low == s.high for s in skills(mine, mine, {"rungs": 1.0}))
    assert skills(mine, forecasts("b", {7: 0.1}), {"rungs": 1.0}) == []


def test_the_model_loses_where_another_is_better_by_more_than_chance():
    def against(name, skill, rule="crps"):
        return Skill("prior", "listed", name, "", "numbers", rule, 9, 9, skill, 0.0, 0.0)

    slight, little, much = against("a", -0.004), against("b", -0.01), against("c", -0.3)
    others = [against("diversifier", 0.2), against("prior", -0.5), against("d", -0.5, "log")]
    result = SimpleNamespace(model="prior", skills=[little, slight, much, *others])
    assert lost(result) == [("numbers", "crps", [much, little])]


def test_averages_are_means_by_forecaster_and_family():
    found = averages(forecasts("a", {0: 0.1, 1: 0.3}) + forecasts("b", {0: 0.5}))
    assert [(a.forecaster, a.rule, a.targets, pytest.approx(a.mean)) for a in found] == [
        ("a", "ranked_probability", 2, 0.2),
        ("a", "log", 2, 0.4),
        ("b", "ranked_probability", 1, 0.5),
        ("b", "log", 1, 1.0),
    ]
