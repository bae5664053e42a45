"""A Mesa run is that row of an ensemble, in every round, and behaves as a Mesa model."""

import multiprocessing
import pickle
import subprocess
import sys
import warnings
from dataclasses import fields
from pathlib import Path

import mesa
import numpy as np
import pytest
from agents.worlds import small

import hedgerow
from hedgerow.agents import RunOver
from hedgerow.model.simulate import Block, simulate
from hedgerow.model.state import State
from hedgerow.results import records
from hedgerow.scenario.compile import world

COUNTRIES = ("LAO", "VNM")
EVERYTHING = Path(__file__).parents[1] / "scenario" / "small.toml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("agents")


@pytest.fixture(scope="module")
def scenario(folder):
    return small(folder)


class Default(hedgerow.CountryAgent):
    """Chooses by hand what it would choose anyway."""

    def choose(self, menu):
        return super().choose(menu)


def near(value):
    """What another kernel makes of the same run."""
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


def played(model, rounds=None):
    for _ in range(model.rounds if rounds is None else rounds):
        model.step()
    return model


def same_records(mine, ensemble, r):
    assert mine.countries.keys() == ensemble.countries.keys()
    for name, values in ensemble.countries.items():
        assert np.array_equal(mine.countries[name][..., 0], values[..., r], equal_nan=True), name
    for name, values in ensemble.ties.items():
        assert np.array_equal(mine.ties[name][..., 0], values[..., r], equal_nan=True), name
    answers = [(c.question, c.country, c.year, c.chosen[r]) for c in ensemble.choices]
    assert [(c.question, c.country, c.year, c.chosen[0]) for c in mine.choices] == answers
    one = records.events_of(records.pick(ensemble, slice(r, r + 1)))
    assert events_told(records.events_of(mine)) == events_told(one)


def events_told(e):
    columns = e.event, e.year, e.quarter, e.country, e.partner, e.value, e.cause, e.rival
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return sorted((e.names[name], *rest) for name, *rest in rows)


def same_rounds(scenario, seed, replicates, countries=None):
    """Step an ensemble and Mesa runs side by side; compare the whole state in every round."""
    block = Block(world(scenario, np.array(replicates, dtype=np.uint64), seed))
    models = [
        hedgerow.HedgingModel(scenario, rng=seed, replicate=r, countries=countries, collect=False)
        for r in replicates
    ]
    n, width = len(scenario.countries), len(replicates)
    for _ in range(block.world.structure.rounds):
        block.step()
        for place, model in enumerate(models):
            model.step()
            for field in fields(State):
                whole = getattr(block.state, field.name)
                if not isinstance(whole, np.ndarray):  # votes
                    continue
                row = whole.reshape(*whole.shape[:-1], n, width)[..., place]
                assert np.array_equal(getattr(model.block.state, field.name), row), field.name
    for place, model in enumerate(models):
        same_records(model.record, block.record, place)
        assert not model.running


# the same run ---------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("names", [("quantal", "tit_for_tat"), ("balancer", "random")])
def test_every_round_is_that_of_the_ensemble(scenario, level, names):
    changes = {f"countries.{i}.strategy": name for i, name in zip(COUNTRIES, names, strict=True)}
    found = scenario.replace(changes | {"ensemble.level": level})
    same_rounds(found, found.seed, [0, 1, 5])
    same_rounds(found, found.seed, [1, 5], dict.fromkeys(COUNTRIES, Default))


def test_all_that_a_scenario_can_say():
    found = hedgerow.load(EVERYTHING, overrides={"time.end": 2005})
    same_rounds(found, 2**63 + 5, [0, 2**40])


@pytest.mark.parametrize("name", ["vietnam", "asean"])
def test_shipped(name):
    shipped = hedgerow.load(name)
    ensemble = simulate(world(shipped, np.array([0, 3, 7], dtype=np.uint64), 7))
    countries = dict.fromkeys(shipped.countries[:2], Default)
    model = hedgerow.HedgingModel(shipped, 7, replicate=3, countries=countries, collect=False)
    same_records(played(model).record, ensemble, 1)


def test_it_agrees_with_a_result_folder(scenario, tmp_path):
    results = hedgerow.run(scenario, runs=3, seed=5, out=tmp_path / "out", progress=False)
    model = played(hedgerow.HedgingModel(scenario, rng=5, replicate=2))
    ties = results.ties()
    row = ties[(ties["run"] == 2) & (ties["country"] == "VNM") & (ties["year"] == 2004)]
    vietnam = model.countries["VNM"]
    for name in ("trade", "energy", "diplomacy", "defence", "voice"):
        assert dict(zip(row["partner"], row[name], strict=True)) == near(dict(vietnam.ties[name]))
    assert dict(zip(row["partner"], row["alignment"], strict=True)) == near(dict(vietnam.alignment))
    assert dict(zip(row["partner"], row["tier"], strict=True)) == dict(vietnam.tiers)
    countries = results.countries()
    mine = countries[(countries["run"] == 2) & (countries["country"] == "VNM")].iloc[-1]
    for name, value in vietnam.measures.items():
        assert mine[name] == near(value), name


def test_collecting_changes_nothing(scenario):
    first = played(hedgerow.HedgingModel(scenario, collect=True))
    second = played(hedgerow.HedgingModel(scenario, collect=False))
    same_records(first.record, second.record, 0)


def test_the_seed_is_that_of_the_scenario_or_else_zero(scenario):
    assert hedgerow.HedgingModel(scenario).seed == 11
    assert hedgerow.HedgingModel(scenario, rng=np.int64(3)).seed == 3
    unseeded = hedgerow.load("vietnam").replace({"time.end": 1997})
    unseeded.resolved["ensemble"].pop("seed", None)
    assert hedgerow.HedgingModel(unseeded).seed == 0


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"rng": -1}, ValueError, "seed in"),
        ({"rng": 2**64}, ValueError, "seed in"),
        ({"rng": np.random.default_rng(1)}, TypeError, "rng must be a whole number"),
        ({"replicate": -1}, ValueError, "replicate"),
        ({"countries": {"KHM": Default}}, ValueError, "no country 'KHM'; small has LAO, VNM"),
        ({"countries": {"VNM": "bold"}}, ValueError, r"unknown country 'bold'.*bandwagoner"),
        ({"countries": {"vnm": "random", "VNM": Default}}, ValueError, "VNM is played by two"),
        ({"countries": {"VNM": 3}}, TypeError, "VNM is played by 3"),
        ({"countries": {"VNM": lambda model, code: None}}, TypeError, "no CountryAgent"),
    ],
)
def test_what_it_does_not_take(scenario, arguments, error, said):
    with pytest.raises(error, match=said):
        hedgerow.HedgingModel(scenario, **arguments)


# a Mesa model ---------------------------------------------------------------------------------


def test_time_and_the_end(scenario):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = hedgerow.HedgingModel(scenario)
        assert isinstance(model, mesa.Model)
        assert (model.time, model.year, model.quarter, model.running) == (0, 2000, 1, True)
        dates = []
        while model.running:
            model.step()
            dates.append((model.time, model.year, model.quarter))
    assert dates[:5] == [(1, 2000, 1), (2, 2000, 2), (3, 2000, 3), (4, 2000, 4), (5, 2001, 1)]
    assert dates[-1] == (20, 2004, 4) and model.rounds == 20
    for _ in range(2):
        with pytest.raises(RunOver, match=r"small ends with 2004 \(20 rounds\)"):
            model.step()
    assert model.time == 20 and model.block.round == 20


def test_mesas_own_way_to_run(scenario):
    model = hedgerow.HedgingModel(scenario)
    model.run_for(6)
    assert (model.time, model.block.round, model.year, model.quarter) == (6, 6, 2001, 2)
    with pytest.raises(RunOver):
        model.run_for(100)
    assert model.block.round == 20 and not model.running
    with pytest.raises(RunOver):
        model.step()


def test_an_error_stops_a_run_for_good(scenario):
    class Nervous(hedgerow.CountryAgent):
        def choose(self, menu):
            if self.model.year == 2001:
                raise KeyError("lost the map")
            return menu.hold

    model = hedgerow.HedgingModel(scenario, countries={"LAO": Nervous})
    played(model, 4)
    with pytest.raises(KeyError, match="lost the map"):
        model.step()
    assert not model.running
    with pytest.raises(RunOver, match="stopped by KeyError in 2001 Q1"):
        model.step()


def test_agents(scenario):
    model = hedgerow.HedgingModel(scenario, countries={"VNM": Default})
    assert list(model.countries) == ["LAO", "VNM"]
    assert list(model.powers) == list(scenario.partners) == ["CHN", "JPN", "RUS", "USA"]
    assert set(model.agents) == {*model.countries.values(), *model.powers.values()}
    assert [a.code for a in model.agents_by_type[hedgerow.CountryAgent]] == ["LAO"]
    assert model.scenario is scenario and model.countries["VNM"].scenario is scenario
    model.agents.do("step")
    assert model.block.round == 0


def test_the_collector_has_a_row_a_round_and_agent(scenario):
    model = hedgerow.HedgingModel(scenario)
    indices, moves = [], []
    while model.running:
        model.step()
        indices.append([c.alignment_index for c in model.countries.values()])
        moves.append(model.countries["VNM"].move)
    rounds = model.datacollector.get_model_vars_dataframe()
    assert list(rounds["year"]) == [y for y in range(2000, 2005) for _ in range(4)]
    assert list(rounds["quarter"]) == [1, 2, 3, 4] * 5
    known = [[v for v in row if not np.isnan(v)] for row in indices]
    assert list(rounds["mean_alignment_index"]) == pytest.approx([np.mean(row) for row in known])
    agents = model.datacollector.get_agent_vars_dataframe().reset_index()
    assert len(agents) == 20 * 6
    vietnam = agents[agents["code"] == "VNM"]
    assert list(vietnam["move"]) == moves
    assert list(vietnam["alignment_index"]) == [row[1] for row in indices]
    last = agents[agents["Step"] == 20].set_index("code")
    payoff = model.record.countries["payoff"][-1, :, 0]
    assert list(last.loc[["LAO", "VNM"], "payoff"]) == list(payoff)
    assert rounds["mean_payoff"].iloc[-1] == pytest.approx(payoff.mean())
    usa = model.powers["USA"]
    assert last.loc["USA", "pressure"] == pytest.approx(sum(usa.pressure.values()))
    assert np.isnan(last.loc["USA", "payoff"]) and last.loc["USA", "kind"] == "power"


def test_measures_before_the_first_round(scenario):
    model = hedgerow.HedgingModel(scenario)
    vietnam = model.countries["VNM"]
    assert vietnam.move is None
    assert vietnam.measures["alignment_index"] == vietnam.alignment_index
    assert np.isfinite(vietnam.measures["payoff"])


@pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="this Mesa has no batch_run")
def test_mesas_batch_run(scenario):
    method = multiprocessing.get_start_method(allow_none=True)
    try:
        rows = mesa.batch_run(
            hedgerow.HedgingModel,
            {"scenario": scenario, "replicate": [0, 3], "countries": [{"LAO": "random"}]},
            rng=[7, 8],
            data_collection_period=1,
            display_progress=False,
        )
    finally:
        multiprocessing.set_start_method(method, force=True)
    assert len(rows) == 2 * 2 * 20 * 6
    assert {(row["rng"], row["replicate"]) for row in rows} == {(7, 0), (7, 3), (8, 0), (8, 3)}
    row = next(
        row
        for row in rows
        if (row["rng"], row["replicate"], row["code"], row["Step"]) == (8, 3, "VNM", 20)
    )
    changed = scenario.replace({"countries.LAO.strategy": "random"})
    model = played(hedgerow.HedgingModel(changed, rng=8, replicate=3))
    assert row["alignment_index"] == model.countries["VNM"].alignment_index
    assert (row["year"], row["quarter"]) == (2004, 4)


def test_importing_hedgerow_does_not_import_mesa():
    code = (
        "import sys, hedgerow; hedgerow.load('vietnam'); import hedgerow.analysis.tournaments; "
        "import hedgerow.cli.commands.tournament; assert 'mesa' not in sys.modules; "
        "hedgerow.HedgingModel; assert 'mesa' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# views ----------------------------------------------------------------------------------------


def test_views_follow_the_arrays(scenario):
    model = hedgerow.HedgingModel(scenario)
    vietnam, usa = model.countries["VNM"], model.powers["USA"]
    ties, trade, pressure = vietnam.ties, vietnam.ties["trade"], vietnam.pressure
    assert trade["CHN"] == 0.5 and vietnam.ties["arms"]["RUS"] == pytest.approx(0.6)
    before = ties.array
    played(model, 12)
    block, partners = model.block, scenario.partners
    i, own = vietnam.index, block.state
    arsenal = own.arsenal[0, :-1, i] / own.usual_arsenal[0, i]
    for p, code in enumerate(partners):
        assert trade[code] == block.ties[scenario.instruments.index("trade"), p, i]
        assert vietnam.stocks["arms"][code] == pytest.approx(arsenal[p])
        assert pressure[code] == model.powers[code].pressure["VNM"]
        assert vietnam.inducement[code] == model.powers[code].inducement["VNM"]
        assert vietnam.alignment[code] == model.powers[code].alignment["VNM"]
        assert vietnam.tiers[code] == model.powers[code].tiers["VNM"]
        assert isinstance(vietnam.tiers[code], int)
    # At least what rates of .5 and .3 a year bring when one act a quarter is the most.
    assert pressure["CHN"] >= 0.47 and pressure["USA"] == 0.0
    assert vietnam.inducement["USA"] >= 0.289 and vietnam.inducement["CHN"] == 0.0
    assert not np.array_equal(ties.array, before)
    assert vietnam.alignment["USA"] == pytest.approx(
        sum(
            weight * ties[k]["USA"]
            for k, weight in zip(ties, [1.0, 0.9, 0.3, 0.4, 0.1, 0.2], strict=True)
        )
    )
    a, b = vietnam.alignment["USA"], vietnam.alignment["CHN"]
    assert vietnam.alignment_index == pytest.approx(100 * a / (a + b))
    assert sum(vietnam.beliefs.values()) == pytest.approx(1.0)
    assert set(vietnam.beliefs) == {"status_quo", "coercion"}
    assert vietnam.threat == block.state.threat[i] and vietnam.incidents >= 0.0
    assert vietnam.threat_source == "CHN" and model.countries["LAO"].threat_source is None
    assert vietnam.rivalry["USA"]["CHN"] == 0.8 == vietnam.rivalry["CHN"]["USA"]
    assert set(vietnam.exposure) == set(partners)
    assert usa.capacity["arms"] == 1.0 and (usa.trust, usa.will) == (0.7, 0.8)


def test_views_are_read_only(scenario):
    vietnam = hedgerow.HedgingModel(scenario).countries["VNM"]
    with pytest.raises(TypeError):
        vietnam.ties["trade"]["CHN"] = 1.0
    for name in ("ties", "threat", "beliefs", "alignment_index", "move"):
        with pytest.raises(AttributeError):
            setattr(vietnam, name, 1.0)
    vietnam.ties.array[:] = 9.0
    vietnam.beliefs.array[:] = 9.0
    assert vietnam.ties["trade"]["CHN"] == 0.5 and vietnam.beliefs["coercion"] == 0.4
    with pytest.raises(KeyError, match="no partner 'GER'; there is CHN, JPN, RUS, USA"):
        vietnam.ties["trade"]["GER"]
    with pytest.raises(KeyError, match="no instrument 'guns'"):
        vietnam.ties["guns"]
    assert vietnam.ties.get("guns") is None and "GER" not in vietnam.tiers


def test_a_copy_of_a_view_stands_still(scenario):
    model = hedgerow.HedgingModel(scenario)
    ties = model.countries["VNM"].ties
    kept = pickle.loads(pickle.dumps(ties))
    assert type(kept) is dict and kept["trade"]["CHN"] == 0.5
    frame = ties.frame()
    assert frame.loc["trade", "CHN"] == 0.5
    played(model, 8)
    now = {name: dict(row) for name, row in ties.items()}
    assert kept == frame.T.to_dict() != now
    assert "'trade'" in repr(ties)


def test_a_country_that_is_also_a_power(tmp_path):
    shipped = hedgerow.load("asean", overrides={"time.end": 2001})
    both = set(shipped.countries) & set(shipped.partners)
    assert both
    model = played(hedgerow.HedgingModel(shipped))
    for code in both:
        assert code not in model.countries[code].partners
        assert code not in model.countries[code].ties["trade"]
        assert code not in model.powers[code].pressure
        assert model.countries[code] is not model.powers[code]


def test_an_agent_explains_itself(scenario):
    model = hedgerow.HedgingModel(scenario, replicate=2)
    played(model, 6)
    vietnam = model.countries["VNM"]
    told = vietnam.explain()
    assert (told.year, told.quarter, told.replicate, told.seed) == (2001, 2, 2, 11)
    chosen = [menu.chosen.label for menu in told.moves]
    assert len(chosen) == 3
    done = [label for label in chosen if label != "hold"]
    assert sorted(vietnam.move.split(", ")) == sorted(done or ["hold"])
    own = played(hedgerow.HedgingModel(scenario, countries={"LAO": Default}), 1)
    with pytest.raises(ValueError, match="country of your own"):
        own.countries["VNM"].explain()
