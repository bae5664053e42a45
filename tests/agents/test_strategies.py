"""The built-in strategies, against what they want, reckoned slowly, and by what they do."""

import numpy as np
import pytest
from agents.worlds import SMALL, small
from reference.plain import quantal, run_reference
from reference.strategies import STRATEGIES as reference

import hedgerow
from hedgerow.model.simulate import Block
from hedgerow.model.strategies import STRATEGIES
from hedgerow.runs.pairs import paired
from hedgerow.scenario.compile import world

COURTED = {
    "partners.USA.courting": 0.6,
    "partners.USA.pressing": 2.0,
    "partners.JPN.courting": 0.3,
    "partners.CHN.pressing": 2.0,
}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return small(tmp_path_factory.mktemp("strategies"), overrides=COURTED)


def having(scenario, strategy, changes=None):
    return scenario.replace({"countries.VNM.strategy": strategy, **(changes or {})})


# what a strategy wants, written out -----------------------------------------------------------


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_it_makes_of_every_move(scenario, strategy):
    """Every move of a menu against the plain model, in twelve rounds."""
    changed = having(scenario, strategy)
    history, checked = run_reference(changed, 0, 12), []

    class Watched(hedgerow.CountryAgent):
        def choose(self, menu):
            expected = history[len(checked)]["VNM"].moves
            precision = reference[strategy].precision * scenario.resolved["ensemble"]["precision"]
            chances = quantal(expected, precision)
            assert len(menu) == len(expected)
            for move in menu:
                key = (move.instrument, move.partner, move.direction) if move.direction else None
                assert move.appeal == pytest.approx(expected[key], abs=1e-8, rel=1e-9), move.label
                assert move.probability == pytest.approx(chances[key]), move.label
            checked.append(len(menu))
            return super().choose(menu)

    model = hedgerow.HedgingModel(changed, countries={"VNM": Watched})
    for _ in range(12):
        model.step()
    assert len(checked) == 12 and min(checked) > 20


def test_every_strategy_is_checked_here():
    assert set(STRATEGIES) == set(reference)


# what it does ---------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [1, 2])
def test_best_reply_takes_the_best(scenario, level):
    taken = []

    class Watched(hedgerow.CountryAgent):
        def choose(self, menu):
            move = super().choose(menu)
            assert move.payoff == max(other.payoff for other in menu)
            assert move is menu.best()
            taken.append(move.label)
            return move

    changed = having(scenario, "best_reply", {"ensemble.level": level})
    for replicate in range(3):
        model = hedgerow.HedgingModel(changed, replicate=replicate, countries={"VNM": Watched})
        while model.running:
            model.step()
    assert len(taken) == 60 and len(set(taken)) > 5


def moves(scenario, runs):
    """Numbers of the first move of VNM in many runs, and which were feasible."""
    seen = {}
    block = Block(world(scenario, np.arange(runs, dtype=np.uint64), 3))

    def look(block, values, feasible, chosen):
        seen["chosen"], seen["feasible"] = chosen[:runs].copy(), feasible[:, 0].copy()

    block.override = look
    block.step()
    return seen["chosen"], seen["feasible"]


def test_random_is_uniform_over_the_feasible(scenario):
    chosen, feasible = moves(having(scenario, "random"), 6000)
    counts = np.bincount(chosen, minlength=feasible.size)
    assert not counts[~feasible].any()
    expected = 6000 / feasible.sum()
    chi = ((counts[feasible] - expected) ** 2).sum() / expected
    freedom = feasible.sum() - 1
    assert abs(chi - freedom) < 4 * np.sqrt(2 * freedom)
    chosen, _ = moves(having(scenario, "quantal"), 6000)
    counts = np.bincount(chosen, minlength=feasible.size)
    chi = ((counts[feasible] - expected) ** 2).sum() / expected
    assert chi > freedom + 6 * np.sqrt(2 * freedom)  # the test can fail


def test_the_status_quo_never_moves(scenario):
    model = hedgerow.HedgingModel(having(scenario, "status_quo"), replicate=4)
    ties = model.countries["VNM"].ties.array
    while model.running:
        model.step()
        assert model.countries["VNM"].move == "hold"
    assert np.array_equal(model.countries["VNM"].ties.array, ties)
    assert model.countries["LAO"].ties["trade"].array.any()


def test_the_bandwagoner_nears_the_threat_and_the_balancer_leaves_it(scenario):
    quantal = having(scenario, "quantal")
    near = paired(quantal, having(scenario, "bandwagoner"), "alignment:CHN", "VNM", 2004, 48)
    far = paired(quantal, having(scenario, "balancer"), "alignment:CHN", "VNM", 2004, 48)
    assert near.clear("up") and near.mean > 0.3
    assert far.clear("down") and far.mean < -0.1
    friend = paired(quantal, having(scenario, "balancer"), "defence:USA", "VNM", 2004, 48)
    rival = paired(quantal, having(scenario, "bandwagoner"), "alignment:USA", "VNM", 2004, 48)
    assert friend.clear("up") and rival.clear("down")


UNSEEN = {
    "futures": {"futures.coercion.prior": 1.0, "futures.coercion.likelihood": 5.0},
    "threat": {
        "countries.VNM.threat.level": 2.0,
        "countries.VNM.threat.incident_rate": 3.0,
        "countries.VNM.threat.source": "RUS",
    },
    "rivalry": {"relations.rivalry.USA.CHN": 2.5, "relations.rivalry.JPN.CHN": 0.0},
}


@pytest.mark.parametrize("what", UNSEEN)
def test_the_diversifier_is_blind(scenario, what):
    """To futures, threat and rivalry, and to what powers do about them."""

    def chosen(strategy, changes):
        model = hedgerow.HedgingModel(having(scenario, strategy, changes), collect=False)
        made = []
        while model.running:
            model.step()
            made.append(model.countries["VNM"].move)
        return made

    assert chosen("diversifier", {}) == chosen("diversifier", UNSEEN[what])
    assert chosen("quantal", {}) != chosen("quantal", UNSEEN[what])


def test_tit_for_tat_loosens_with_the_one_who_presses(scenario):
    start = {"countries.VNM.ties.trade.USA": 0.6, "countries.VNM.stocks.trade.USA": 0.6}
    start |= {"countries.VNM.ties.defence.CHN": 0.6, "countries.VNM.stocks.defence.CHN": 0.6}
    start |= {"partners.USA.courting": 0.0, "countries.LAO.strategy": "status_quo"}
    calm = having(scenario, "tit_for_tat", start | {"partners.USA.pressing": 0.0})
    pressed = having(scenario, "tit_for_tat", start | {"partners.USA.pressing": 4.0})
    assert paired(calm, pressed, "pressure:USA", "VNM", 2000, 48).clear("up")
    cold = paired(calm, pressed, "alignment:USA", "VNM", 2003, 48)
    assert cold.clear("down") and cold.mean < -0.1
    kind = having(scenario, "tit_for_tat", start | {"partners.USA.courting": 4.0})
    assert paired(calm, kind, "alignment:USA", "VNM", 2003, 48).clear("up")


def test_the_neutral_comes_between_its_rivals(scenario):
    """It starts near China, and whatever it does then brings rivals closer, or as good as."""
    for replicate in range(4):
        model = hedgerow.HedgingModel(having(scenario, "neutral"), replicate=replicate)
        vietnam = model.countries["VNM"]

        def tilt(agent):
            a = agent.alignment
            return sum((a[p] - a["CHN"]) ** 2 for p in ("USA", "JPN"))

        before = tilt(vietnam)
        while model.running:
            model.step()
        assert before > 0.1 and tilt(vietnam) < 0.2 * before


# in files and ensembles -----------------------------------------------------------------------


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_file_an_ensemble_and_mesa_agree(strategy, tmp_path):
    path = tmp_path / "file.toml"
    path.write_text(
        SMALL.replace("[countries.VNM]", f'[countries.VNM]\nstrategy = "{strategy}"')
        .replace("level = 1", "level = 2")
        .replace("end = 2004", "end = 2002"),
        encoding="utf-8",
    )
    written = hedgerow.load(path)
    results = hedgerow.run(written, runs=3, out=tmp_path / "out", progress=False)
    ties = results.ties()
    for replicate in (0, 2):
        for countries in ({}, {"VNM": strategy}):
            model = hedgerow.HedgingModel(written, replicate=replicate, countries=countries)
            while model.running:
                model.step()
            for y, year in enumerate((2000, 2001, 2002)):
                rows = ties[(ties["run"] == replicate) & (ties["year"] == year)]
                for name in ("arms_orders", "trade", "voice", "alignment", "inducement"):
                    stored = rows.pivot(index="country", columns="partner", values=name)
                    stored = stored.loc[list(written.countries), list(written.partners)]
                    mine = model.record.ties[name][y, :, :, 0]
                    stored = stored.to_numpy(float)
                    np.testing.assert_allclose(stored, mine, rtol=1e-9, atol=1e-9, err_msg=name)


def test_a_strategy_given_to_mesa_is_that_of_the_file(scenario):
    given = hedgerow.HedgingModel(scenario, countries={"VNM": "balancer"})
    written = hedgerow.HedgingModel(having(scenario, "balancer"))
    for _ in range(20):
        given.step()
        written.step()
        assert given.countries["VNM"].move == written.countries["VNM"].move
