"""The shipped kernel against the reference in plain Mesa style: the same choices in every round."""

import warnings
from dataclasses import replace
from itertools import pairwise

import mesa
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from reference.documents import BUSY, load, plans
from reference.numbers import quantile, sample
from reference.oracle import EDGE, Mismatch, compare
from reference.plain import Country, Hedging, decisions_per_second, pick, run_reference

import hedgerow
from hedgerow.compiled.kernels import chosen
from hedgerow.model.parameters import PROCESSES
from hedgerow.model.strategies import STRATEGIES
from hedgerow.model.terms import TERMS
from hedgerow.scenario.compile import sampled

LAG = """
schema = 2
title = "A pipeline that may end"
source = "assumption"
time = { start = 2000, end = 2000 }
ensemble = { seed = 1, poles = ["A", "B"] }
instruments.arms = { curvature = 1.0, lag = 2.0 }
partners.A.capacity.arms = 0.5
partners.B = {}
countries.H = { returns.arms.A = 3.0, ties.arms.A = 0.8, stocks.arms.A = 0.0 }

[[shocks]]
label = "delivered at once"
at = 2000
path = "instruments.arms.lag"
op = "set"
value = 0.0
probability = 0.5
"""


ORDER = """
schema = 2
title = "Three shocks to one number, the last of them first in the file"
source = "assumption"
time = { start = 2000, end = 2001 }
ensemble = { seed = 1, poles = ["A", "B"] }
instruments.trade = { salience = 1.0, curvature = 4.0 }
partners.A = {}
partners.B = {}
countries.H = { returns.trade.A = 1.0, ties.trade.A = 0.3 }

[[shocks]]
label = "halved"
at = { dist = "uniform", low = 2000.3, high = 2001.5 }
path = "countries.H.returns.trade.A"
op = "multiply"
value = 0.5
[[shocks]]
label = "raised"
at = 2000.74
path = "countries.H.returns.trade.A"
op = "add"
value = 4.0
[[shocks]]
label = "fixed"
at = 2000.49
until = 2001.2
path = "countries.H.returns.trade.A"
op = "set"
value = 3.0
"""


def agree(scenario, replicates, rounds, histories=None):
    """Compare every kernel that works here with one play of the reference."""
    if histories is None:
        histories = [run_reference(scenario, r, rounds) for r in range(replicates)]
    assert compare(scenario, replicates, rounds, histories=histories) == []
    if chosen() == "compiled":
        from reference.compiled import CompiledKernel

        edges = compare(scenario, replicates, rounds, histories=histories, kernel=CompiledKernel)
        assert edges == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("oracle")


@pytest.fixture(scope="module")
def busy(folder):
    return load(BUSY, folder)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans())
def test_random_scenarios(folder, plan):
    agree(load(plan, folder), replicates=2, rounds=4 * plan.years)


@pytest.mark.parametrize("level", [1, 2])
def test_everything_on(folder, level):
    scenario = load(replace(BUSY, years=3, level=level), folder)
    assert all(scenario.resolved["terms"].values())
    assert all(scenario.resolved["processes"].values())
    agree(scenario, replicates=2, rounds=12)


@pytest.mark.parametrize(
    "switch", [*(("terms", t) for t in TERMS), *(("processes", p) for p in PROCESSES)]
)
def test_each_switch(busy, switch):
    scenario = busy.replace({".".join(switch): False})
    agree(scenario, replicates=1, rounds=3)


def all_of(strategy, scenario):
    return scenario.replace({f"countries.{i}.strategy": strategy for i in scenario.countries})


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_strategy(busy, strategy):
    assert busy.level == 2
    agree(all_of(strategy, busy), replicates=1, rounds=6)


def test_intensity_multiplies_all_rivalry(busy):
    scenario = busy.replace({"relations.intensity": 1.6})
    agree(scenario, replicates=1, rounds=4)
    with pytest.raises(Mismatch):
        compare(scenario, replicates=1, rounds=4, histories=[run_reference(busy, 0, 4)])


def test_vietnam_first_years():
    agree(hedgerow.load("vietnam"), replicates=3, rounds=16)


def test_vietnam_to_its_end():
    scenario = hedgerow.load("vietnam")
    history = run_reference(scenario, 0, 160)
    agree(scenario, replicates=1, rounds=160, histories=[history])
    asked = {question for logs in history for question in logs["VNM"].options}
    assert asked == set(scenario.resolved["choices"])


def test_threshold():
    agree(hedgerow.load("threshold"), replicates=3, rounds=20)


def test_asean():
    agree(hedgerow.load("asean"), replicates=1, rounds=4)


def test_asean_in_the_twenties():
    """From 2021 on, with the war and the votes, under all shocks that came before and hold."""
    scenario = hedgerow.load("asean", {"time.start": 2021, "time.end": 2022})
    assert any(shock["at"] < 2021 for shock in scenario.resolved["shocks"].values())
    agree(scenario, replicates=1, rounds=6)


def test_a_pipeline_that_ends_in_some_replicates(folder):
    path = folder / "lag.toml"
    path.write_text(LAG, encoding="utf-8")
    agree(hedgerow.load(path), replicates=6, rounds=2)


def test_shocks_apply_in_the_order_of_the_file(folder):
    path = folder / "order.toml"
    path.write_text(ORDER, encoding="utf-8")
    scenario = hedgerow.load(path)
    agree(scenario, replicates=6, rounds=8)
    model = Hedging(scenario, 0)
    returns = []
    for _ in range(8):
        model.step()
        returns.append(model.now["countries"]["H"]["returns"]["trade"]["A"])
    assert returns[:4] == [1.0, 3.0, 3.0, 3.0]
    assert returns[-1] == 4.5


# what the comparison covers ------------------------------------------------------------------


@pytest.fixture(scope="module")
def logs(busy):
    """Rounds of every country of the busy scenario, by country, in order."""
    histories = [run_reference(busy, r, 8) for r in range(2)]
    return [[logs[code] for logs in h] for h in histories for code in busy.countries]


def test_the_busy_scenario_has_everything(busy, logs):
    rounds = [log for country in logs for log in country]
    assert {log.incident for log in rounds} == {True, False}
    assert {visited for log in rounds for visited in log.visits.values()} == {True, False}
    assert {hit for log in rounds for hit in log.designations.values()} == {True, False}
    assert {log.move is None for log in rounds} == {True, False}
    assert {log.move[2] for log in rounds if log.move} == {1, -1}
    changed = [a.rungs != b.rungs for country in logs for a, b in pairwise(country)]
    assert any(changed)
    questions = busy.resolved["choices"]
    taken = {(q, option) for log in rounds for q, option in log.options.items()}
    assert {q for q, _ in taken} == set(questions)
    assert len(taken) > len(questions)
    assert any(log.state["trade_cut"][p] for log in rounds for p in busy.partners)
    assert any(log.state["pressure"][p] for log in rounds for p in busy.partners)
    assert any(log.state["shortfall"] for log in rounds)
    assert len(busy.futures) == 4 and len(busy.resolved["shocks"]) == 6
    assert busy.resolved["sanctions"] and busy.resolved["embargoes"]


def test_options_are_clipped(busy):
    """Some option asks for more than the rules allow; both models then give less."""
    model = Hedging(busy, 0)
    short = 0
    for question in busy.resolved["choices"].values():
        for code in question["countries"]:
            country = model.countries[code]
            for option in question["options"].values():
                after = country.clipped(option)
                for k, size in model.step_sizes.items():
                    for p, change in option.get(k, {}).items():
                        got = after[k].get(p, 0) - country.steps[k].get(p, 0)
                        short += got != round(change / size)
    assert short


# what the oracle does where they differ ------------------------------------------------------


def test_a_draw_on_an_edge_is_told_and_not_followed(busy):
    history = run_reference(busy, 0, 3)
    log = next(iter(history[1].values()))
    log.move = next(move for move in log.moves if move != log.move)
    log.margins["move"] = 0.5 * EDGE
    told = compare(busy, replicates=1, rounds=3, histories=[history])
    assert told == [f"round 1, replicate 0: {busy.countries[0]}: move"]
    log.margins["move"] = 2.0 * EDGE
    with pytest.raises(Mismatch, match=r"round 1, replicate 0.*move is"):
        compare(busy, replicates=1, rounds=3, histories=[history])


@pytest.mark.parametrize(
    "part",
    [
        "stocks",
        "deliveries",
        "others",
        "beliefs",
        "inducement",
        "pressure",
        "incidents",
        "threat",
        "shortfall",
    ],
)
def test_a_state_that_is_off_is_told(busy, part):
    history = run_reference(busy, 0, 1)
    state = next(iter(history[0].values())).state
    inner, key = state, part
    while isinstance(inner[key], dict):
        inner = inner[key]
        key = next(iter(inner))
    inner[key] += 1e-6
    with pytest.raises(Mismatch, match=part):
        compare(busy, replicates=1, rounds=1, histories=[history])


def test_a_tie_that_is_off_is_told(busy):
    history = run_reference(busy, 0, 1)
    ties = next(iter(history[0].values())).state["steps"]["trade"]
    ties[next(iter(ties))] += 1
    for menus in (True, False):
        with pytest.raises(Mismatch):
            compare(busy, replicates=1, rounds=1, menus=menus, histories=[history])


def test_another_seed_is_told(busy):
    history = run_reference(busy, 0, 4, seed=busy.seed ^ 1)
    with pytest.raises(Mismatch):
        compare(busy, replicates=1, rounds=4, histories=[history])


# the reference itself ------------------------------------------------------------------------


def test_it_is_a_mesa_model(busy):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = Hedging(busy, 0)
        model.step()
    assert isinstance(model, mesa.Model)
    assert model.steps == 1
    assert len(model.agents) == len(busy.countries) + len(busy.partners)
    assert {c.code for c in model.agents_by_type[Country]} == set(busy.countries)


def test_history_is_by_round_and_country(busy):
    history = run_reference(busy, 1, 2)
    assert [list(logs) for logs in history] == [list(busy.countries)] * 2
    assert run_reference(busy, 1, 2) == history


def test_speed_is_positive(busy):
    assert decisions_per_second(busy, 1) > 0


def test_priors_are_drawn_alike():
    """Every prior of the shipped scenarios, drawn by both, at the paths of both."""
    for name in ("vietnam", "asean"):
        scenario = hedgerow.load(name)
        ours = sampled(scenario, np.array([3], dtype=np.uint64), scenario.seed)
        tree = sample(scenario.resolved, scenario.seed, 3)
        plain = [path for path in ours if '"' not in path and not path.startswith("relations")]
        assert len(plain) > 200
        for path in plain:
            node = tree
            for key in path.split("."):
                node = node[key]
            assert node == pytest.approx(ours[path].item(), rel=1e-12, abs=1e-12), path


@pytest.mark.parametrize(
    ("prior", "median"),
    [
        ({"dist": "uniform", "low": 1.0, "high": 3.0}, 2.0),
        ({"dist": "triangular", "low": 0.0, "value": 1.0, "high": 2.0}, 1.0),
        ({"dist": "normal", "value": 2.0, "sd": 5.0, "low": 1.0, "high": 3.0}, 2.0),
        ({"dist": "normal", "value": -4.0, "sd": 1.0}, -4.0),
        ({"dist": "half_normal", "sd": 2.0}, 1.3489795003921634),
        ({"dist": "lognormal", "value": 1.5, "sigma": 0.7}, 1.5),
        ({"dist": "beta", "a": 3.0, "b": 3.0, "low": 0.0, "high": 4.0}, 2.0),
    ],
)
def test_quantiles(prior, median):
    assert quantile(prior, 0.5) == pytest.approx(median, rel=1e-12)
    assert quantile(prior, 0.0) < median < quantile(prior, 1 - 2.0**-40)


def test_pick_is_quantal_response():
    values = {"a": 0.0, "b": np.log(3.0)}
    assert pick(values, 1.0, 0.2) == ("a", pytest.approx(0.05))
    assert pick(values, 1.0, 0.26) == ("b", pytest.approx(0.01))
    assert pick(values, 0.0, 0.49)[0] == "a"
    assert pick(values, 50.0, 1e-12)[0] == "b"
