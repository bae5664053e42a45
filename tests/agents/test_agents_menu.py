"""The menu that a country of your own chooses from, and what it may answer."""

import math
from collections import Counter

import numpy as np
import pytest
from agents.worlds import DESKS, STEP, small

import hedgerow
from hedgerow.agents import NotInMenu, register
from hedgerow.agents.registry import OWN
from hedgerow.model import payoff


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return small(tmp_path_factory.mktemp("menu"))


def play(scenario, choose, rounds=8, code="VNM", **arguments):
    """Let a function choose for a country; it is called with the agent and the menu."""

    class Own(hedgerow.CountryAgent):
        def choose(self, menu):
            return choose(self, menu)

    model = hedgerow.HedgingModel(scenario, countries={code: Own}, **arguments)
    for _ in range(rounds):
        model.step()
    return model


def menus(scenario, rounds=8, **arguments):
    """The menus of all desks of a country that does as its strategy would, in some quarters."""
    seen = []

    def choose(agent, menu):
        seen.append(menu)
        return menu.sample()

    play(scenario, choose, rounds, **arguments)
    return seen


# what a menu holds ----------------------------------------------------------------------------


def test_it_lists_every_feasible_move_and_no_other(scenario):
    def choose(agent, menu):
        moves = {(m.instrument, m.partner, m.direction) for m in menu}
        assert len(moves) == len(menu) == len(list(menu))
        possible = {(None, None, 0)}
        k = menu.instrument
        for p, tie in agent.ties[k].items():
            if tie < 1.0 - STEP / 2:
                possible.add((k, p, 1))
            if tie > STEP / 2:
                possible.add((k, p, -1))
        assert moves == possible
        return menu.sample()

    play(scenario, choose, rounds=20)


def test_every_desk_is_asked_every_quarter(scenario):
    seen = menus(scenario, 6)
    assert len(seen) == 6 * len(DESKS)
    for quarter in range(6):
        here = seen[len(DESKS) * quarter : len(DESKS) * (quarter + 1)]
        assert {menu.instrument for menu in here} == DESKS
        assert {(menu.year, menu.quarter) for menu in here} == {
            (2000 + quarter // 4, 1 + quarter % 4)
        }
    assert len({tuple(menu.instrument for menu in seen[i : i + 3]) for i in range(0, 18, 3)}) > 1


def desk(scenario, instrument):
    """The menu of one desk in the first quarter."""
    return next(menu for menu in menus(scenario, 1) if menu.instrument == instrument)


def test_rules_are_struck_off(scenario, tmp_path):
    assert desk(scenario, "defence").where(direction=1)
    path = tmp_path / "ruled.toml"
    path.write_text(
        'schema = 2\ntitle = "Ruled"\nextends = "small.toml"\nsource = "assumption"\n'
        "rules.no_base.tie_max.defence = 0.0\n"
        'countries.VNM.rules = ["no_base"]\n'
    )
    small(tmp_path)
    ruled = hedgerow.load(path)
    menu = desk(ruled, "defence")
    assert not menu.where("defence", direction=1)
    assert menu.find("defence", "USA") is None
    assert desk(ruled, "energy").find("energy", "USA") is not None


def test_moves_in_words_and_by_parts(scenario):
    menu = desk(scenario, "diplomacy")
    assert menu[0] is menu.hold
    hold = menu.hold
    assert (hold.instrument, hold.partner, hold.direction, hold.label) == (None, None, 0, "hold")
    assert hold.payoff == 0.0 and set(hold.by_term.values()) == {0.0}
    deepen = menu.find("diplomacy", "USA")
    assert (deepen.instrument, deepen.partner, deepen.direction) == ("diplomacy", "USA", 1)
    assert deepen.label == "deepen diplomacy with USA" and deepen in menu
    assert menu.find("diplomacy", "CHN", -1).label == "loosen diplomacy with CHN"
    partners = {"USA", "CHN", "RUS", "JPN"}
    assert {m.partner for m in menu.where("diplomacy", direction=1)} == partners
    assert menu.where() == tuple(menu) == menu[:]
    assert [m.instrument for m in menu.where(partner="RUS", direction=-1)] == ["diplomacy"]
    assert menu.where("energy") == ()
    assert "deepen diplomacy with USA" in repr(deepen)
    assert repr(menu) == f"<Menu of VNM, 2000 Q1, diplomacy: {len(menu)} feasible moves>"


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("strategy", ["quantal", "best_reply", "random", "bandwagoner"])
def test_the_payoff_is_the_sum_of_its_terms_whatever_the_strategy(scenario, level, strategy):
    changed = scenario.replace({"ensemble.level": level, "countries.VNM.strategy": strategy})
    habit = math.log(0.5 * 0.6 / 4)  # half the rate of a tie in a quarter
    for menu in menus(changed):
        for move in menu:
            assert move.payoff == pytest.approx(sum(move.by_term.values()), abs=1e-9)
            if strategy in ("quantal", "random"):
                politics = move.payoff if strategy == "quantal" else 0.0
                assert move.appeal == pytest.approx((move.direction != 0) * habit + politics)
        answers = [abs(move.by_term["foreseen"]) for move in menu]
        assert level == 2 or max(answers) == 0.0
        if strategy == "bandwagoner":
            assert any(abs(move.appeal - move.payoff) > 1.0 for move in menu)


def test_the_payoff_of_a_move_is_what_it_brings(scenario):
    """Against the utility evaluated before and after, at level 1."""

    def choose(agent, menu):
        form, ties = agent.model.block.form, agent.model.block.ties
        i = agent.index
        before = payoff.utility(form, ties)[i]
        for move in menu:
            after = ties.copy()
            if move.direction:
                k = scenario.instruments.index(move.instrument)
                after[k, scenario.partners.index(move.partner), i] += move.direction * STEP
            gain = payoff.utility(form, after)[i] - before
            assert move.payoff == pytest.approx(gain, abs=1e-9)
        return menu.best()

    play(scenario, choose)


def test_probabilities_are_those_of_habit_and_politics(scenario):
    for menu in menus(scenario.replace({"politics.steps": 1.7})):
        odds = {m: math.exp(1.7 * m.payoff) * (0.5 * 0.6 / 4 if m.direction else 1.0) for m in menu}
        expected = [value / sum(odds.values()) for value in odds.values()]
        assert [m.probability for m in menu] == pytest.approx(expected)


def test_best(scenario):
    for menu in menus(scenario):
        assert menu.best().payoff == max(move.payoff for move in menu)
        safest = menu.best(key=lambda move: move.by_term["security"])
        assert safest.by_term["security"] == max(move.by_term["security"] for move in menu)


def test_a_menu_stays_as_it_was(scenario):
    """Kept for later, it still tells the payoffs of its own round."""
    told = []

    def choose(agent, menu):
        if len(told) < 3:
            told.append((menu, [dict(m.by_term) for m in menu], [m.payoff for m in menu]))
        kept.append(menu)
        return menu.sample()

    kept: list = []
    changed = scenario.replace({"countries.VNM.strategy": "tit_for_tat"})
    play(changed, choose, rounds=16)
    again: list = []

    def late(agent, menu):
        again.append(menu)
        return menu.sample()

    play(changed, late, rounds=16)
    for (menu, terms, payoffs), other in zip(told, again, strict=False):
        assert [m.by_term for m in other] == terms  # asked only now
        assert [m.payoff for m in other] == payoffs == [m.payoff for m in menu]


# drawing --------------------------------------------------------------------------------------


def test_sample_is_the_move_of_the_ensemble(scenario):
    plain, seen = hedgerow.HedgingModel(scenario), menus(scenario, 20)
    for quarter in range(20):
        plain.step()
        here = seen[len(DESKS) * quarter : len(DESKS) * (quarter + 1)]
        made = [menu.sample().label for menu in here if menu.sample() is not menu.hold]
        assert plain.countries["VNM"].move == (", ".join(made) or "hold")
    assert len({menu.sample().label for menu in seen}) > 4
    for menu in seen:
        assert menu.sample() is menu.sample() is menu.sample(among=menu)


def test_sample_among_some(scenario):
    for menu in menus(scenario, 20):
        some = menu.where(direction=1)
        assert menu.sample(some) in some
        assert menu.sample(some[:1]) is some[0]
        with pytest.raises(ValueError, match="no moves to choose among"):
            menu.sample(())
        with pytest.raises(NotInMenu, match=r"menu\.sample got 'hold'"):
            menu.sample(["hold"])


def test_another_purpose_draws_anew_by_the_same_chances(scenario):
    """Frequencies over purposes against the menu's own probabilities."""
    menu = desk(scenario.replace({"habit.steps": "flat"}), "diplomacy")
    drawn = [menu.sample(purpose=str(n)) for n in range(2000)]
    assert drawn[7] is menu.sample(purpose="7")
    expected = np.array([m.probability for m in menu]) * len(drawn)
    tally = Counter(move.label for move in drawn)
    counts = np.array([tally[move.label] for move in menu])
    common = expected > 5.0
    chi = (((counts - expected) ** 2) / expected)[common].sum()
    assert common.sum() > 4 and chi < common.sum() + 5 * np.sqrt(2 * common.sum())


def test_uniforms_belong_to_the_run(scenario):
    def numbers(**arguments):
        found = []

        def choose(agent, menu):
            found.append((agent.uniform("coin"), agent.uniform("dice"), agent.uniform("coin")))
            return menu.hold

        play(scenario, choose, rounds=20, **arguments)
        each = np.array(found).reshape(20, len(DESKS), 3)
        assert (each == each[:, :1]).all()  # the same at all desks of a quarter
        return each[:, 0]

    first = numbers()
    assert np.array_equal(first, numbers())
    assert np.array_equal(first[:, 0], first[:, 2])
    assert ((first >= 0.0) & (first < 1.0)).all() and len(np.unique(first[:, :2])) == 40
    for other in (numbers(rng=12), numbers(replicate=1), numbers(code="LAO")):
        assert not (first == other).any()
    assert abs(np.corrcoef(first[:, 0], first[:, 1])[0, 1]) < 0.6


def test_a_country_of_your_own_leaves_the_draws_of_others_alone(scenario):
    """Without events, in which both compete for the attention of powers."""
    alone = scenario.replace({"processes.events": False})
    plain = hedgerow.HedgingModel(alone)
    for _ in range(20):
        plain.step()
    own = play(alone, lambda agent, menu: menu.best(), rounds=20)
    for name in ("trade", "diplomacy", "energy"):
        assert dict(own.countries["LAO"].ties[name]) == dict(plain.countries["LAO"].ties[name])
    assert own.countries["LAO"].move == plain.countries["LAO"].move


# choosing -------------------------------------------------------------------------------------


def test_what_is_returned_is_done(scenario):
    def choose(agent, menu):
        if menu.instrument != "diplomacy":
            return menu.hold
        before.append(agent.ties["diplomacy"]["JPN"])
        return menu.find("diplomacy", "JPN") or menu.hold

    before: list = []
    model = play(scenario, choose, rounds=6)
    assert before == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0, 1.0])
    assert model.countries["VNM"].move == "hold"


def test_nobody_sees_what_another_is_about_to_do(scenario):
    """At a desk all choose on the state as it is before, whatever their order."""
    seen: dict = {"VNM": [], "LAO": []}

    class Watcher(hedgerow.CountryAgent):
        def choose(self, menu):
            if menu.instrument != "diplomacy":
                return menu.hold
            ties = [c.ties["diplomacy"]["CHN"] for c in self.model.countries.values()]
            seen[self.code].append((self.model.year, self.model.quarter, *ties))
            return menu.find("diplomacy", "CHN", -1) or menu.hold

    model = hedgerow.HedgingModel(scenario, countries={"VNM": Watcher, "LAO": Watcher})
    for _ in range(5):
        model.step()
    assert seen["VNM"] == seen["LAO"]
    assert [row[2:] for row in seen["VNM"]] == [(0.25, 0.5), (0.0, 0.25), *[(0.0, 0.0)] * 3]
    assert seen["VNM"][4][:2] == (2001, 1)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda menu: None, "Own.choose returned None; did it forget to return a move"),
        (
            lambda menu: "hold",
            r"'hold' \(VNM, 2000 Q1, \w+\); expected a move of the menu",
        ),
        (lambda menu: 0, "returned 0"),
    ],
)
def test_only_moves_of_the_menu_are_taken(scenario, answer, said):
    with pytest.raises(NotInMenu, match=said):
        play(scenario, lambda agent, menu: answer(menu))


def test_an_old_move_is_not_taken(scenario):
    moves: list = []

    def choose(agent, menu):
        moves.append(menu.hold)
        return moves[0]

    with pytest.raises(
        NotInMenu, match=r"another menu \(VNM, 2000 Q1, (\w+)\) \(VNM, 2000 Q1, (?!\1)"
    ):
        play(scenario, choose)
    assert moves[0] not in menus(scenario, 1)[0]


def test_a_run_with_a_country_of_your_own_can_be_repeated(scenario):
    def choose(agent, menu):
        return menu.best() if agent.uniform("mood") < 0.5 else menu.sample(purpose="whim")

    first, second = (play(scenario, choose, rounds=20).record for _ in range(2))
    for name, values in first.ties.items():
        assert np.array_equal(values, second.ties[name], equal_nan=True)


def test_choose_may_be_set_on_an_agent(scenario):
    model = hedgerow.HedgingModel(scenario)
    model.countries["VNM"].choose = lambda menu: menu.hold
    for _ in range(4):
        model.step()
        assert model.countries["VNM"].move == "hold"


# names ----------------------------------------------------------------------------------------


@pytest.fixture
def names():
    before = dict(OWN)
    yield OWN
    OWN.clear()
    OWN.update(before)


def test_registered_names(scenario, names):
    @register("still")
    class Still(hedgerow.CountryAgent):
        def choose(self, menu):
            return menu.hold

    model = hedgerow.HedgingModel(scenario, countries={"VNM": "still", "LAO": "bandwagoner"})
    assert type(model.countries["VNM"]) is Still
    assert model.countries["LAO"].strategy == "bandwagoner"
    assert model.scenario.resolved["countries"]["LAO"]["strategy"] == "bandwagoner"


def test_names_are_not_taken_twice(names):
    def define():
        @register("mine")
        class Mine(hedgerow.CountryAgent):
            pass

        return Mine

    assert define() is not define()  # as when a cell of a notebook runs again
    with pytest.raises(ValueError, match=r"'mine' is registered already, for .*Mine"):

        @register("mine")
        class Other(hedgerow.CountryAgent):
            pass

    with pytest.raises(ValueError, match="'random' is a built-in strategy"):
        register("random")
    with pytest.raises(TypeError, match="subclass of CountryAgent"):
        register("neither")(int)


def test_a_country_may_take_arguments(scenario):
    class Fond(hedgerow.CountryAgent):
        def __init__(self, model, code, of):
            super().__init__(model, code)
            self.of = of

        def choose(self, menu):
            return menu.best(key=lambda move: move.direction * (move.partner == self.of))

    def fond_of_japan(model, code):
        return Fond(model, code, of="JPN")

    model = hedgerow.HedgingModel(scenario, countries={"VNM": fond_of_japan})
    for _ in range(20):
        model.step()
    alignment = model.countries["VNM"].alignment
    assert alignment["JPN"] > 1.2 and max(alignment, key=alignment.get) == "JPN"
