"""The built-in strategies, against what they want, reckoned slowly, and by what they do."""

from itertools import combinations

import numpy as np
import pytest
from agents.worlds import SMALL, STEP, small

import hedgerow
from hedgerow.model.parameters import INSTRUMENTS
from hedgerow.model.simulate import Block
from hedgerow.model.strategies import RESOLVE, STRATEGIES
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


def numbers(agent, name):
    """A number of every instrument."""
    tables = agent.model.scenario.resolved["instruments"]
    values = {k: tables[k][name] for k in INSTRUMENTS}
    return {k: v["value"] if isinstance(v, dict) else v for k, v in values.items()}


def curved(agent, ties):
    kappa = numbers(agent, "curvature")
    return -0.5 * sum(kappa[k] * tie**2 for k, row in ties.items() for tie in row.values())


def balancer(agent, ties):
    threat = agent.threat_source
    will = {p: agent.model.powers[p].will for p in agent.partners}
    friends = sum(
        will[p] * ties[k][p]
        for k in ("arms", "defence", "energy")
        for p in agent.partners
        if p != threat
    )
    foe = sum(ties[k][threat] for k in INSTRUMENTS)
    return RESOLVE * (friends - foe) + curved(agent, ties)


def bandwagoner(agent, ties):
    threat, gamma = agent.threat_source, numbers(agent, "salience")
    rivalry = agent.rivalry[threat]
    fondness = {p: 1.0 if p == threat else -min(rivalry[p], 1.0) for p in agent.partners}
    wanted = sum(gamma[k] * fondness[p] * ties[k][p] for k in INSTRUMENTS for p in agent.partners)
    return RESOLVE * wanted + curved(agent, ties)


def aligned(agent, ties):
    gamma = numbers(agent, "salience")
    return {p: sum(gamma[k] * ties[k][p] for k in INSTRUMENTS) for p in agent.partners}


def neutral(agent, ties):
    a = aligned(agent, ties)
    rivals = [pair for pair in combinations(agent.partners, 2) if agent.rivalry[pair[0]][pair[1]]]
    return -0.5 * RESOLVE * sum((a[p] - a[q]) ** 2 for p, q in rivals)


def tit_for_tat(agent, ties):
    gamma, inertia = numbers(agent, "salience"), numbers(agent, "inertia")
    favour = {p: agent.inducement[p] - agent.pressure[p] for p in agent.partners}
    total = 0.0
    for k in INSTRUMENTS:
        for p in agent.partners:
            tie = ties[k][p]
            total += RESOLVE * gamma[k] * favour[p] * tie
            total -= 0.5 * inertia[k] * (tie - agent.stocks[k][p]) ** 2
    return total


def diversifier(agent, ties):
    """Returns today, less curvature, risk, what is unfamiliar and what is not needed."""
    tables = agent.model.scenario.resolved
    exposure, inertia = numbers(agent, "exposure"), numbers(agent, "inertia")
    total = curved(agent, ties)
    risk = {p: sum(exposure[k] * ties[k][p] for k in INSTRUMENTS) for p in agent.partners}
    for k in INSTRUMENTS:
        for p in agent.partners:
            returns = plain(tables["countries"]["VNM"]["returns"].get(k, {}).get(p, 0.0))
            total += (returns * agent.model.powers[p].capacity[k]) * ties[k][p]
            total -= 0.5 * inertia[k] * (ties[k][p] - agent.stocks[k][p]) ** 2
    volatility = {p: plain(tables["partners"][p].get("volatility", 0.0)) for p in agent.partners}
    dependence = plain(tables["behaviour"]["dependence"])
    return total - 0.5 * dependence * sum((volatility[p] * risk[p]) ** 2 for p in agent.partners)


def plain(number):
    return number["value"] if isinstance(number, dict) else number


def status_quo(agent, ties):
    return -0.5e6 * sum((t - agent.ties[k][p]) ** 2 for k in ties for p, t in ties[k].items())


WANTS = {
    "balancer": balancer,
    "bandwagoner": bandwagoner,
    "neutral": neutral,
    "tit_for_tat": tit_for_tat,
    "diversifier": diversifier,
    "status_quo": status_quo,
}
COSTLY = {"balancer", "bandwagoner", "neutral", "tit_for_tat", "diversifier"}


@pytest.mark.parametrize("strategy", WANTS)
def test_what_it_makes_of_every_move(scenario, strategy):
    """Its wish evaluated before and after each move, in twelve rounds."""
    checked = []

    class Slow(hedgerow.CountryAgent):
        def choose(self, menu):
            ties = {k: dict(row) for k, row in self.ties.items()}
            before = WANTS[strategy](self, ties)
            for move in menu:
                gain = 0.0
                if move.direction:
                    ties[move.instrument][move.partner] += move.direction * STEP
                    gain = WANTS[strategy](self, ties) - before
                    ties[move.instrument][move.partner] = self.ties[move.instrument][move.partner]
                    if strategy in COSTLY and move.instrument == "diplomacy":
                        gain -= 0.2
                assert move.appeal == pytest.approx(gain, abs=1e-8, rel=1e-9), move.label
            chances = np.exp([m.appeal - max(n.appeal for n in menu) for m in menu])
            assert [m.probability for m in menu] == pytest.approx(list(chances / chances.sum()))
            checked.append(len(menu))
            return super().choose(menu)

    model = hedgerow.HedgingModel(having(scenario, strategy), countries={"VNM": Slow})
    for _ in range(12):
        model.step()
    assert len(checked) == 12 and min(checked) > 20


def test_every_strategy_is_checked_here():
    assert set(STRATEGIES) == {*WANTS, "quantal", "best_reply", "random"}


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
