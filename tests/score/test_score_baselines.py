"""Baselines know the record to 2014 and nothing else, and say what they promise, by hand."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from score.made import target

from hedgerow.analysis.scoring.baselines import ASEAN, BASELINES, Asked, chain, logit
from hedgerow.analysis.scoring.predictive import Chances, Dates, Numbers
from hedgerow.analysis.scoring.record import FILE, Past, Series, load_past
from hedgerow.facts import EvidenceError
from hedgerow.files import folder
from hedgerow.scenario.target_file import load_targets

VOTE = ("for", "abstain", "against")
ARSENAL = ("VNM", "arms_stock:RUS")


@pytest.fixture(scope="module")
def past():
    return load_past()


def ask(past, name, of, outcomes=(), last=2024):
    return BASELINES[name](Asked(of, past, outcomes, last, 1))


def vote(country="VNM"):
    return target("choice", "choice:ES-11/1", "abstain", country=country, error=0.0)


def test_nothing_on_record_is_later_than_2014(past):
    entries = [*past.series.values(), *past.rungs.values()]
    assert max(series.years[-1] for series in entries) <= 2014
    assert past.rungs["VNM", "CHN"].values == (3.0,)


def test_arsenals_follow_from_what_was_delivered(past):
    """At 8 % a year, from the share of 2000, or of the first window, by the shares on record."""
    for country, name, start in (("VNM", "vnm", (2000, 0.97)), ("MMR", "mmr", None)):
        windows = {
            t.years: t.values[t.measures.index("arms_deliveries:RUS")]
            for t in load_targets()
            if t.id.startswith(f"deliveries-{name}-")
        }
        year, share = start or (2004, windows[2000, 2004])
        found = {year: share}
        for (_, last), delivered in sorted(windows.items()):
            left = 0.92 ** max(0, last - year)
            share = share * left + delivered * (1.0 - left)
            year = max(year, last)
            found[year] = share
        series = past.series[country, "arms_stock:RUS"]
        assert dict(zip(series.years, series.values, strict=True)) == pytest.approx(found, abs=6e-4)


def test_trade_of_2005_is_that_of_the_targets(past):
    (of_2005,) = [t for t in load_targets("vietnam") if t.id == "trade-vnm-2005"]
    for measure, value in zip(of_2005.measures, of_2005.values, strict=True):
        assert past.series["VNM", measure].values[-1] == value


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("years = [2000, 2004, 2009, 2014]", "years = [2000, 2004, 2009, 2015]", "end by 2014"),
        ("years = [2000, 2004, 2009, 2014]", "years = [2000, 2004, 2014]", "as many"),
        ('"S3-tier-usa-2013"', '"S3-tier-usa-2031"', "unknown source"),
        ("year = 2014", "year = 2016", "end by 2014"),
        ('country = "VNM"', 'state = "VNM"', "missing key 'country'"),
    ],
)
def test_a_wrong_record_is_told(tmp_path, old, new, told):
    text = (folder("seeds") / FILE).read_text(encoding="utf-8")
    file = tmp_path / "record.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EvidenceError, match=told):
        load_past(file)


MADE = Past(
    ideal_points={"USA": 3.0, "RUS": 0.0, "VNM": -1.0, "LAO": -1.2, "IDN": 1.0},
    series={
        ("VNM", "trade:USA"): Series((2004, 2008), (0.4, 0.8)),
        ("VNM", "trade:CHN"): Series((2004, 2008), (0.5, 0.5)),
        ("LAO", "trade:USA"): Series((2006,), (0.2,)),
    },
    rungs={
        ("VNM", "USA"): Series((2000, 2014), (1.0, 2.0)),
        ("VNM", "CHN"): Series((1997,), (3.0,)),
    },
)


@pytest.mark.parametrize(
    ("name", "middle", "sd"),
    [
        # Changes: 0.4² and 0 in four years each; so 0.02 a year, for eight years from 2008.
        ("persistence", 0.8, sqrt(0.02 * 8)),
        # Slope 0.1 a year: 0.09 in the first, to 0.09 × (1 − 0.9⁸) / 0.1.
        ("damped trend", 0.8 + 0.9 * (1 - 0.9**8), sqrt(0.02 * 8)),
        # Mean of both years; variances 0.08 and 0.
        ("base rates", 0.6, sqrt(0.04)),
        ("nearest neighbour", 0.2, sqrt(0.02 * 10)),
    ],
)
def test_numbers_by_hand(name, middle, sd):
    of = target("value", "trade:USA", 0.3, years=(2016, 2016), error=1e-6)
    said = ask(MADE, name, of)
    assert isinstance(said, Numbers)
    assert np.median(said.samples) == pytest.approx(middle, abs=4 * 1.25 * sd / sqrt(1000))
    upper = np.quantile(said.samples, 0.95) - np.median(said.samples)
    assert upper / 1.645 == pytest.approx(sd, rel=0.15)
    assert said.samples.min() > -1e-4, "no tie is below nothing"


def test_errors_of_the_record_come_on_top():
    of = target("value", "trade:CHN", 0.3, years=(2009, 2009), error=3.0, bias=4.0, bias_of="X")
    said = ask(MADE, "persistence", of)
    assert said.samples.std() == pytest.approx(5.0, rel=0.1)


def test_no_baseline_looks_at_what_came(past):
    """The same is said whatever the target's value."""
    for of, other in (
        (target("value", ARSENAL[1], 0.8), 0.1),
        (target("rung", "tier:USA", 3), 0),
        (target("portfolio", ["trade:USA", "trade:CHN"], [0.3, 0.4]), (0.9, 0.9)),
        (vote(), "against"),
    ):
        for name in BASELINES:
            one, two = (ask(past, name, t, VOTE) for t in (of, replace(of, value=other)))
            assert type(one) is type(two)
            if isinstance(one, Numbers):
                assert (one.samples == two.samples).all()
            elif isinstance(one, Chances):
                assert (one.shares == two.shares).all()


def test_the_chain_by_hand():
    """Three rises in 19 years below the top with the United States, and two with China."""
    step = chain(MADE, "VNM")
    rate = 3.5 / (19 + 2 + 1)
    assert step.sum(axis=1) == pytest.approx(np.ones(5))
    assert step[0] == pytest.approx([1 - rate, rate * 2 / 3, 0.0, rate / 3, 0.0])
    assert step[2] == pytest.approx([0.0, 0.0, 1 - rate, rate, 0.0])
    assert step[3, 3] == step[4, 4] == 1.0


def test_a_constant_hazard_is_the_chain_run_forward():
    rng = np.random.default_rng(1)
    step = chain(MADE, "VNM")
    rungs = np.full(20000, 2)
    reached = np.full(rungs.size, 2025)
    for year in range(2015, 2025):
        rungs = (rng.random(rungs.size)[:, None] > np.cumsum(step[rungs], axis=1)).sum(axis=1)
        reached = np.where((rungs >= 3) & (reached == 2025), year, reached)
    said = ask(MADE, "constant hazard", target("rung", "tier:USA", 3, years=(2024, 2024)))
    assert said.shares == pytest.approx(np.bincount(rungs, minlength=5) / rungs.size, abs=0.015)
    of = target("tier", "tier:USA", 3, years=(2020, 2020), error=1.5)
    dates = ask(MADE, "constant hazard", of)
    assert isinstance(dates, Dates) and dates.first == 2015 and dates.shares.sum() == 1.0
    seen = np.bincount(reached - 2014, minlength=12) / reached.size
    assert dates.shares == pytest.approx(seen, abs=0.015)


def test_what_persists():
    rung = ask(MADE, "persistence", target("rung", "tier:USA", 3))
    assert rung.shares.tolist() == [0, 0, 1, 0, 0]
    date = target("tier", "tier:USA", 3, years=(2020, 2020))
    assert ask(MADE, "persistence", date).shares[-1] == 1.0
    assert ask(MADE, "persistence", replace(date, value=2.0)).shares[0] == 1.0
    never = target("never", "event:alliance", 0, error=0.0)
    assert ask(MADE, "persistence", never).shares.tolist() == [0, 1]
    assert ask(MADE, "persistence", target("rung", "tier:JPN", 3)) is None, "not on record"


def test_base_rates_by_hand():
    never = target("never", "event:alliance", 0, years=(2015, 2018), error=0.0)
    assert ask(MADE, "base rates", never).shares[1] == pytest.approx((1 - 0.5 / 20) ** 4)
    rung = ask(MADE, "base rates", target("rung", "tier:USA", 1))
    assert rung.shares.tolist() == [0, 0, 0.5, 0.5, 0]
    assert ask(MADE, "base rates", vote(), VOTE).shares == pytest.approx(np.full(3, 1 / 3))


def test_votes_by_ideal_points(past):
    points = {"USA": 3.0, "RUS": 0.0, "X": 0.0, "Y": 1.5}
    # Where Russia stands, against is as likely as not; half way to the US, for is.
    assert logit(points, "X")[2] == pytest.approx(0.5)
    assert logit(points, "Y")[0] == pytest.approx(0.5)
    for country in past.ideal_points:
        assert logit(past.ideal_points, country).sum() == pytest.approx(1.0)
        assert (logit(past.ideal_points, country) > 0.0).all()
    ordered = sorted(past.ideal_points, key=lambda code: past.ideal_points[code])
    favour = [logit(past.ideal_points, code)[0] for code in ordered]
    assert favour == sorted(favour), "nearer to the United States, likelier for"
    assert ask(past, "nearest neighbour", vote(), VOTE).shares.tolist() == [0, 0, 1]
    assert ask(past, "always abstain", vote(), VOTE).shares.tolist() == [0, 1, 0]
    majority = ask(past, "ASEAN majority", vote("LAO"), VOTE).shares
    assert sorted(majority) == [0, 0, 1]
    assert set(ASEAN) < past.ideal_points.keys() and len(ASEAN) == 10
    assert ask(past, "ordered logit", vote("XXX"), VOTE) is None
    assert ask(past, "ordered logit", vote(), ("join", "stay")) is None


def test_the_neighbour_of_vietnam_is_myanmar(past):
    points = past.ideal_points
    others = set(points) - {"VNM", "USA", "RUS"}
    near = min(others, key=lambda code: abs(points[code] - points["VNM"]))
    assert near == "MMR" and (near, "arms_stock:RUS") in past.series


def test_who_speaks_of_what(past):
    """Each baseline of the list speaks of something, and persistence of all but votes."""
    checks = load_targets("vietnam", ("check",))
    spoken = {
        name: {t.id for t in checks if ask(past, name, t, VOTE if t.kind == "choice" else ())}
        for name in BASELINES
    }
    assert all(spoken.values())
    votes = {t.id for t in checks if t.kind == "choice"}
    assert spoken["persistence"] == {t.id for t in checks} - votes
    assert spoken["constant hazard"] == {t.id for t in checks if "tier" in t.id}
    for name in ("always abstain", "ASEAN majority", "ordered logit"):
        assert spoken[name] == votes
