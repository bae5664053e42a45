"""Paths of the partners' share of world trade, habits in files, and what a run may know."""

import numpy as np
import pytest

from hedgerow.scenario import load
from hedgerow.scenario.compile import world
from hedgerow.scenario.paths import FEW, panel

R = np.arange(4000, dtype=np.uint64)
CHN, RUS, USA = range(3)


def test_known_years_are_what_the_file_says(small):
    market = world(small, R[:3], 5).market
    assert market.shape == (13, 3, 3) and not market[0].any()
    assert (market[:, USA] == 0.0).all()  # it has no path
    np.testing.assert_allclose(market[1, CHN], np.log(0.04 / 0.035))
    np.testing.assert_allclose(market[5, RUS], np.log(0.02 / 0.012))
    # Between 2001 and 2005 the logarithm is interpolated.
    np.testing.assert_allclose(market[3, RUS], np.log(np.sqrt(0.013 * 0.02) / 0.012))
    assert np.ptp(market[6, CHN]) > 0.0


def test_it_walks_on_with_the_drift_and_the_spread_of_what_is_known(small):
    shares = np.log([0.03, 0.034, 0.035, 0.04, 0.046, 0.05, 0.06, 0.07])
    changes = np.diff(shares)
    assert changes.size >= FEW
    walk = world(small, R, 5).market[:, CHN]
    ahead = walk[11] - walk[5]  # six years
    spread = changes.std(ddof=1)
    variance = 6 * spread**2 + 36 * spread**2 / changes.size
    assert abs(ahead.mean() - 6 * changes.mean()) < 4 * np.sqrt(variance / R.size)
    assert ahead.var() == pytest.approx(variance, rel=0.15)


def test_few_changes_tell_no_drift(small):
    """Russia's path has two yearly changes: it walks with the spread of all about 0."""
    chinese = np.diff(np.log([0.03, 0.034, 0.035, 0.04, 0.046, 0.05, 0.06, 0.07]))
    russian = np.diff(np.log([0.012, 0.012, 0.013]))
    spread = np.sqrt(np.mean(np.concatenate([chinese, russian]) ** 2))
    walk = world(small, R, 5).market[:, RUS]
    step = walk[7] - walk[5]
    assert abs(step.mean()) < 4 * spread * np.sqrt(2 / R.size)
    assert step.std() == pytest.approx(np.sqrt(2) * spread, rel=0.1)


def test_a_walk_is_keyed_by_partner_replicate_and_year(small, child):
    whole = world(small, R[:9], 5).market
    np.testing.assert_array_equal(world(small, R[4:6], 5).market, whole[..., 4:6])
    more = load(child("paths.USA = { market = { 2000 = 0.2, 2005 = 0.21 } }"))
    np.testing.assert_array_equal(world(more, R[:9], 5).market[:, CHN], whole[:, CHN])
    late = small.with_({"time.start": 2008})
    moved = world(late, R[:9], 5).market[:, CHN]
    np.testing.assert_allclose(moved, whole[8:, CHN] - whole[8, CHN])


def test_the_panel_is_read_as_far_as_it_may_be_known(child, write):
    scenario = load(child('paths = "panel"'))  # the small one knows 2005
    path = scenario.resolved["paths"]["USA"]
    assert (min(path["market"]), max(path["market"])) == ("1995", "2005")
    assert path["market"]["2003"] == panel()["USA"][2003]
    assert path["source"] == "external: panel-partners, trade_share_world 1995 to 2005"
    assert "assumption" in scenario.resolved["paths"]["RUS"]["source"]  # the file's own
    assert load(write(scenario.to_toml())).sha256 == scenario.sha256


# habits --------------------------------------------------------------------------------------

HABITS = """
[habits]
source = "estimated: a test to 1999"
arms.forgetting = 0.2
arms.urn = 2.0
arms.concentration = 0.5
arms.base_other = 0.1
arms.foe = -3.0
arms.pact = 0.3
arms.foe_share = -0.2
arms.size = 3.0
arms.size_sd = 1.5
arms.size_spread = 0.5
arms.threat = 0.1
arms.base = { USA = 0.4, CHN = 0.5, RUS = 0.6, FRA = 0.7 }
ships.forgetting = 0.3
trade = { gravity = 0.7, drift = 0.1, noise = 0.3 }
position = { noise = 0.1, mean = -0.5, spread = 0.3, reach = 3.0 }
labels.hazard = 0.05
labels.visit = 1.0
labels.lead = 0.1
labels.isolation = 0.1
labels.jump_2 = 0.1
labels.jump_3 = 0.1
labels.jump_4 = 0.0
offers.worth = 2.0
[habits.votes]
VOTES
[countries.VNM]
vote = 0.4
[countries.FRA]
vote = 9.0
"""
VOTES = (
    *("constant", "divided", "position_divided", "position", "arms", "trade", "pact", "arms_hit"),
    *("self", "own", "own_class", "peers", "abstain", "own_abstained", "issue_sd", "roll_call_sd"),
    *("state_sd", "state_divided_sd", "state_subject_sd", "state_class_sd", "issue_abstain_sd"),
    *("roll_call_abstain_sd", "state_abstain_sd", "class_abstain_sd"),
)
FILE = HABITS.replace("VOTES", "\n".join(f"{name} = 0.5" for name in VOTES))


@pytest.fixture
def with_habits(write, child):
    """A what-if on the small scenario that names a file of habits."""

    def maker(habits=FILE, more=""):
        write(habits, "habits.toml")
        return child(f'habits = "habits.toml"\n{more}')

    return maker


def test_a_file_of_habits_lies_under_what_the_scenario_says(with_habits):
    numbers = load(with_habits()).quantities
    assert numbers["habits.arms.forgetting"].value == 0.2
    assert numbers["habits.arms.forgetting"].source == "estimated: a test to 1999"
    assert numbers["habits.arms.foe"].value == -3.4  # the parent's own
    assert numbers["habits.arms.base.USA"].value == 0.15
    assert numbers["countries.VNM.vote"].value == 0.4
    assert numbers["habits.votes.class.territorial"].value == -1.0
    assert "countries.FRA.vote" not in numbers and "habits.ships.forgetting" not in numbers


def test_a_table_of_habits_may_name_its_file(write, child):
    write(FILE, "habits.toml")
    numbers = load(child('[habits]\nfile = "habits.toml"\noffers.worth = 3.0')).quantities
    assert numbers["habits.offers.worth"].value == 3.0
    assert numbers["habits.arms.forgetting"].value == 0.2


def test_a_file_of_habits_that_lacks_one_is_told_which(with_habits, only):
    path = with_habits(FILE.replace("arms.size_sd = 1.5\n", "").replace("self = 0.5\n", ""))
    told = only(path)
    assert "the file of habits lacks habits.arms.size_sd or habits.votes.self" in told
    assert told.startswith(f"{path}:4:") and "give them in habits.toml, or in the scenario" in told
    whole = with_habits(FILE.replace("arms.size_sd = 1.5\n", ""), "")
    assert "lacks habits.arms.size_sd" in only(whole)


def test_what_is_wrong_in_a_file_of_habits_is_told_there(with_habits, problems):
    (told,) = problems(with_habits(FILE.replace("arms.forgetting = 0.2", "arms.forgetting = -1")))
    assert str(told).startswith("habits.toml:4:") and "out of range" in str(told)
    (told,) = problems(with_habits("[partners.USA]\ntrust = 0.1\n" + FILE))
    assert "a file of habits has no 'partners'" in str(told) and told.file == "habits.toml"
    (told,) = problems(with_habits("= 1"))
    assert "habits 'habits.toml' cannot be used: not TOML" in str(told)


def test_a_file_of_habits_that_is_not_there_is_one_problem(write, only):
    text = 'schema = 2\ntitle = "x"\nextends = "vietnam"\nhabits = "no.toml"\n'
    assert "no file of habits is called 'no.toml'" in only(write(text))


def test_a_childs_file_of_habits_takes_the_place_of_its_parents(with_habits, write):
    path = with_habits()
    write(FILE.replace("forgetting = 0.2", "forgetting = 0.9"), "later.toml")
    text = f'schema = 2\ntitle = "x"\nextends = "{path}"\nhabits = "later.toml"\n'
    assert load(write(text, "g.toml")).quantities["habits.arms.forgetting"].value == 0.9


# knowledge -----------------------------------------------------------------------------------


def test_a_number_of_later_knowledge_is_an_error_unless_it_is_of_a_condition(child, only):
    source = "S2-arms-share-2000"
    early = "knowledge.until = 1999\npaths.RUS.market = { 1999 = 0.1 }\n"
    early += "paths.CHN.market = { 1999 = 0.1 }\ntime.start = 1999\n"
    number = f'partners.RUS.need = {{ value = 0.3, source = "{source}" }}\n'
    told = only(child(early + number))
    assert "known in 2000, and the run knows 1999" in told and ":8:" in told
    assert f"its source is '{source}'" in told
    assert load(
        child(
            early.replace("until = 1999", "until = 2000").replace(
                "1999 = 0.1", "1999 = 0.1, 2000 = 0.1"
            )
            + number
        )
    )
    shock = (
        '[[shocks]]\nlabel = "a"\nat = 2001\npath = "partners.RUS.need"\nop = "set"\n'
        f'value = {{ value = 0.3, source = "{source}" }}\nsource = "assumption"'
    )
    scenario = load(child(early + shock))
    assert "shocks.a" in scenario.conditions
    told = [str(w) for w in scenario.warnings if "conditions of the run" in w.message]
    assert len(told) == 1 and "4 shocks, 3 choices" in told[0]


def test_without_a_date_of_knowledge_nothing_is_a_condition(write):
    text = (__import__("pathlib").Path(__file__).parent / "small.toml").read_text("utf-8")
    free = text.replace("[knowledge]\nuntil = 2005\n", "").replace("2005 = 0.02", "2011 = 0.02")
    scenario = load(write(free.replace("2005 = 0.07", "2011 = 0.07")))
    assert scenario.until is None and scenario.conditions == ()


@pytest.mark.parametrize(
    ("source", "year"),
    [
        ("external: panel-trade-shares, shares of 1996", 1996),
        ("external: panel-partners, mean of 1995 to 1999", 1999),
        ("external: panel-partners, trade_share_world", 2014),
    ],
)
def test_of_a_table_of_the_panel_the_year_counts_that_is_named(source, year):
    from hedgerow.facts import load_evidence
    from hedgerow.scenario.knowledge import as_of

    evidence = load_evidence()
    if source.partition(":")[2].partition(",")[0].strip() not in evidence.externals:
        source = source.replace("panel-trade-shares", "panel-partners")
    assert as_of(source, evidence) == year
