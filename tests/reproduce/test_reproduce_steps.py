"""Steps against what the package says when it is asked directly."""

import numpy as np
import pytest

import hedgerow
from hedgerow.analysis.forecasts import forecast
from hedgerow.analysis.tournaments import tournament
from hedgerow.experiment import ExperimentError, read, reproduce
from hedgerow.experiment.drawing import about
from hedgerow.experiment.samples import places
from hedgerow.experiment.table import Key, to_csv
from hedgerow.runs.pairs import Difference, Measure, Sample
from hedgerow.scenario.target_file import load_targets

HEAD = """
schema = 1
title = "Steps"
seed = 3
runs = { quick = 6, full = 12 }
"""


@pytest.fixture
def rows(toy):
    """Write the steps of the toy, compute them, return the table."""

    def computer(text):
        (toy / "experiment.toml").write_text(HEAD + text, encoding="utf-8")
        return reproduce(read(toy), "numpy").rows

    return computer


@pytest.fixture
def sample(toy):
    """Twelve runs of the toy's scenario with some changes, by NumPy."""

    def sampler(**changes):
        scenario = hedgerow.load(toy / "toy.toml").replace(
            {path.replace("__", "."): value for path, value in changes.items()}
        )
        return Sample(scenario, 12, 3, kernel="numpy")

    return sampler


STEP = """
[steps.a]
scenario = "toy.toml"
country = "VNM"
"""


def test_runs_are_those_of_a_sample(rows, sample):
    found = rows(
        STEP
        + """
kind = "runs"
measures = ["alignment:USA", "alignment:USA - alignment:CHN + payoff"]
years = { first = 2000, last = 2002, step = 2 }
statistics = ["mean", "q95", "n"]
variants.plain = {}
variants.dear = { set = { "behaviour.cross_pressure" = 60.0 } }
"""
    )
    assert len(found) == 2 * 2 * 2 * 3
    for variant, changes in (("plain", {}), ("dear", {"behaviour__cross_pressure": 60.0})):
        one = sample(**changes)
        for year in (2000, 2002):
            usa, chn, payoff = (
                one.values(Measure(name, "VNM", year))
                for name in ("alignment:USA", "alignment:CHN", "payoff")
            )
            key = Key("a", variant, "VNM", "alignment:USA", year)
            assert found[key].value == pytest.approx(usa.mean())
            assert found[key].se == pytest.approx(usa.std(ddof=1) / np.sqrt(12))
            assert found[key._replace(statistic="q95")].value == np.quantile(usa, 0.95)
            total = key._replace(measure="alignment:USA - alignment:CHN + payoff")
            assert found[total].value == pytest.approx((usa - chn + payoff).mean())


def test_an_average_is_over_the_years_that_are_defined(rows, sample):
    found = rows(
        STEP
        + """
kind = "runs"
measures = ["payoff"]
years = [2000, 2001, 2002]
average = true
statistics = ["mean"]
"""
    )
    by_year = [sample().values(Measure("payoff", "VNM", year)) for year in (2000, 2001, 2002)]
    key = Key("a", "", "VNM", "payoff", None)
    assert found[key].value == pytest.approx(np.mean(by_year))


def test_differences_are_those_of_paired_runs(rows, sample):
    found = rows(
        STEP
        + """
kind = "compare"
measures = ["alignment:USA"]
years = [2002]
over = { "behaviour.cross_pressure" = [40.0, 60.0], "behaviour.autonomy" = [5.0, 9.0] }
at = { "behaviour.cross_pressure" = 40.0 }
"""
    )
    measure = Measure("alignment:USA", "VNM", 2002)
    for autonomy in (5.0, 9.0):
        base, other = (
            sample(behaviour__cross_pressure=price, behaviour__autonomy=autonomy).values(measure)
            for price in (40.0, 60.0)
        )
        expected = Difference.of(base, other)
        key = Key("a", "", "VNM", "alignment:USA", 2002, 60.0, autonomy, "difference")
        assert found[key].value == pytest.approx(expected.mean)
        assert found[key].se == pytest.approx((other - base).std(ddof=1) / np.sqrt(12))
        effect = found[key._replace(statistic="effect")]
        assert effect.value == pytest.approx(expected.effect)
        assert found[key._replace(x=40.0)].value == 0.0


def test_variants_are_held_against_a_base_or_one_another(rows):
    body = (
        STEP
        + """
kind = "compare"
measures = ["payoff"]
years = [2002]
variants.low = { set = { "behaviour.autonomy" = 1.0 } }
variants.high = { set = { "behaviour.autonomy" = 9.0 } }
"""
    )
    key = Key("a", "", "VNM", "payoff", 2002, None, None, "difference")
    plain = rows(body)
    low, high = (plain[key._replace(variant=name)].value for name in ("low", "high"))
    based = rows(body + 'base = { set = { "behaviour.autonomy" = 1.0 } }\n')
    assert based[key._replace(variant="low")].value == 0.0
    assert based[key._replace(variant="high")].value == pytest.approx(high - low)
    paired = rows(body + "pairs = true\n")
    assert [k.variant for k in paired if k.statistic == "difference"] == ["high - low"]
    assert paired[key._replace(variant="high - low")].value == pytest.approx(high - low)


def test_the_critical_rivalry_is_that_of_the_theorem(rows):
    found = rows(
        """
[steps.a]
kind = "threshold"
scenario = "toy.toml"
country = "VNM"
year = 2002
runs = 1
levels = [1.0, 1.9, 2.1]
over = { "behaviour.cross_pressure" = [10.0, 40.0, 70.0] }
"""
    )

    def cell(price, statistic, level=None):
        key = Key("a", "", "VNM", "critical_rivalry", None, price, level, statistic)
        return found[key].value

    assert cell(40.0, "q50") == pytest.approx(60.0 / (40.0 - 10.0))
    assert cell(70.0, "q50") == pytest.approx(60.0 / (70.0 - 10.0))
    assert np.isnan(cell(10.0, "q50"))  # χ₀ = 2θ: none
    assert [cell(price, "finite") for price in (10.0, 40.0)] == [0.0, 1.0]
    assert [cell(40.0, "below", level) for level in (1.0, 1.9, 2.1)] == [0.0, 0.0, 1.0]


SWEEP = """
schema = 2
title = "A sweep"
extends = "toy.toml"
source = "assumption"
[sweep]
measures = ["payoff"]
years = [2002]
[sweep.over]
"behaviour.cross_pressure" = [40.0, 60.0]
"behaviour.autonomy" = [5.0, 9.0]
"""


def test_a_sweep_is_read_along_its_axes(toy, rows, sample):
    (toy / "swept.toml").write_text(SWEEP, encoding="utf-8")
    body = """
[steps.a]
kind = "sweep"
scenario = "swept.toml"
country = "VNM"
measures = ["payoff"]
years = [2002]
axes = ["behaviour.cross_pressure"]
statistics = ["mean", "sd"]
"""
    with pytest.raises(ExperimentError, match="at must say which value of"):
        rows(body)
    for near, autonomy in ((6.0, 5.0), (8.0, 9.0)):
        found = rows(body + f'at = {{ "behaviour.autonomy" = {near} }}\n')
        assert len(found) == 4
        for price in (40.0, 60.0):
            one = sample(behaviour__cross_pressure=price, behaviour__autonomy=autonomy)
            values = one.values(Measure("payoff", "VNM", 2002))
            spread = values.std(ddof=1)
            key = Key("a", "", "VNM", "payoff", 2002, price)
            assert found[key].value == pytest.approx(values.mean())
            assert found[key].se == pytest.approx(spread / np.sqrt(12))
            assert found[key._replace(statistic="sd")].value == pytest.approx(spread)
            assert found[key._replace(statistic="sd")].se == pytest.approx(spread / np.sqrt(24))


def test_a_tournament_is_that_of_the_command(toy, rows):
    found = rows(
        """
[steps.a]
kind = "tournament"
scenario = "toy.toml"
country = "VNM"
strategies = ["random"]
rivalry = [2.0]
"""
    )
    scenario = hedgerow.load(toy / "toy.toml")
    played = tournament(scenario, "VNM", ["random"], 12, 3, [2.0], kernel="numpy")
    by_name = {row.strategy: row for row in played.rows}
    for name in ("quantal", "random"):
        cell = found[Key("a", name, "VNM", "payoff")]
        assert cell.value == by_name[name].payoff.mean
        assert 3.92 * cell.se == pytest.approx(by_name[name].payoff.high - by_name[name].payoff.low)
    gap = played.by_rivalry[2.0]["random"].mean
    assert found[Key("a", "random", "VNM", "against", None, 2.0)].value == gap


def test_a_forecast_is_that_of_the_command(rows):
    found = rows(
        """
[steps.a]
kind = "forecast"
scenario = "vietnam"
date = 2026-11-22
first = 2000
until = 2001
allow_hindsight = true
variants.plain = {}
variants.still = { set = { "processes.labels" = false } }
"""
    )
    told = forecast(
        *(hedgerow.load("vietnam"), 12, 3, 2000, 2001, "", "numpy"), allow_hindsight=True
    )
    for row in told.rows:
        name, country, partner = row.event
        key = Key("a", "plain", country, f"{name}:{partner}" if partner else name, row.year)
        assert found[key._replace(statistic="share")].value == pytest.approx(
            row.probability, nan_ok=True
        )
        assert found[key._replace(year=None, statistic="n")].value == row.runs
    shares = {key: cell for key, cell in found.items() if key.statistic == "share"}
    rungs = {key: cell for key, cell in shares.items() if key.measure.startswith("next_tier")}
    assert all(cell.value == 0.0 for key, cell in rungs.items() if key.variant == "still")
    assert any(cell.value > 0.0 for key, cell in rungs.items() if key.variant == "plain")


def test_facts_are_those_of_the_targets(rows):
    found = rows('[steps.a]\nkind = "facts"\ntargets = ["arsenal-rus-2022", "vote-es-11-1"]\n')
    (target,) = (t for t in load_targets() if t.id == "arsenal-rus-2022")
    key = Key("a", target.id, "VNM", "arms_stock:RUS", 2022)
    numbers = {s: found[key._replace(statistic=s)].value for s in ("value", "error", "bias")}
    assert numbers == {"value": target.value, "error": target.error, "bias": target.bias}
    vote = Key("a", "vote-es-11-1", "VNM", "choice:ES-11/1:abstain", 2022, statistic="value")
    assert found[vote].value == 1.0


def test_paths_cross_or_go_together():
    over = {"a": [1, 2], "b": [True, False], "c": ["x", "y"]}
    crossed = places(["v"], {"a": [1, 2], "b": [True, False]})
    assert [(p.x, p.y) for p in crossed] == [(1.0, 1.0), (1.0, 0.0), (2.0, 1.0), (2.0, 0.0)]
    together = places(["v"], {"a": [1, 2], "c": over["c"]}, together=True)
    assert [(p.x, p.y) for p in together] == [(1.0, 0.0), (2.0, 1.0)]
    assert together[1].over == (("a", 2), ("c", "y"))
    assert [(p.variant, p.x) for p in places(["v", "w"], {})] == [("v", None), ("w", None)]


@pytest.mark.parametrize(
    ("body", "telling"),
    [
        ('kind = "runs"\nmeasures = ["alinment"]\nyears = [2002]\n', "no measure 'alinment'"),
        ('kind = "runs"\nmeasures = ["payoff"]\nyears = [2012]\n', "2012 is not in 2000 to 2002"),
        ('kind = "threshold"\nyear = 1999\n', "1999 is not in 2000 to 2002"),
        ('kind = "facts"\ntargets = ["arsenal-rus-2021"]\n', "did you mean 'arsenal-rus-20"),
        (
            'kind = "runs"\nmeasures = ["payoff"]\nyears = [2002]\nset = { "behavior.norm" = 1 }\n',
            "did you mean",
        ),
    ],
)
def test_what_cannot_be_computed_is_told_with_its_step(rows, body, telling):
    head = "[steps.a]\n" if "facts" in body else STEP
    with pytest.raises(ExperimentError, match=telling) as caught:
        rows(head + body)
    assert "experiment.toml: steps.a: " in str(caught.value)


def test_workers_change_no_number(toy):
    experiment = read(toy)
    alone = reproduce(experiment, "numpy")
    again = reproduce(experiment, "numpy", workers=2)
    assert to_csv(again.rows) == to_csv(alone.rows)


def test_all_planned_runs_are_told_as_done(toy):
    told = []
    reproduce(read(toy), "numpy", progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == 12 + 2 * 12
    assert [done for done, _ in told] == [0, 12, 24, 36]


FORESEEN = """
[steps.a]
kind = "forecast"
scenario = "vietnam"
date = 2026-11-22
first = 2000
until = 2001
"""
SCORED = """
[steps.a]
kind = "score"
scenario = "vietnam"
runs = 4
"""
FITTED = """
[steps.a]
kind = "calibrate"
scenario = "vietnam"
until = 2014
runs = 100
draws = 10
ess = 10
records = 10
"""


@pytest.mark.parametrize("text", [FORESEEN, SCORED, FITTED], ids=["forecast", "score", "calibrate"])
def test_a_step_refuses_hindsight_unless_it_says_so(toy, text):
    (toy / "experiment.toml").write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(ExperimentError, match=r"steps\.a: vietnam knows more than was known"):
        reproduce(read(toy), "numpy")


@pytest.mark.parametrize("text", [FORESEEN, SCORED], ids=["forecast", "score"])
def test_a_step_that_allows_hindsight_marks_the_manifest_and_the_figure(toy, text):
    allowed = HEAD + text + "allow_hindsight = true\n"
    (toy / "experiment.toml").write_text(allowed, encoding="utf-8")
    made = reproduce(read(toy), "numpy").manifest
    assert made["hindsight"] == ["a"] and about(made).endswith("· hindsight")
    assert not about(made | {"hindsight": []}).endswith("hindsight")
