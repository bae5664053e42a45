"""Scenarios of states of the panel: data where there are some, and guesses that say so."""

import tomllib
from math import exp, sqrt

import pytest

import hedgerow
from hedgerow.errors import NewError, NoState, OutputError, ScenarioError
from hedgerow.facts.panel import shipped_panel
from hedgerow.facts.profile import profile
from hedgerow.scenario.case import SUPPLIERS, text_of
from hedgerow.scenario.knowledge import hindsight
from hedgerow.scenario.made import is_from_panel

STATES = shipped_panel().states()


def rows(scenario):
    """The numbers of a scenario with their labels, by path."""
    return {number.path: number for number in scenario.provenance()}


def test_a_code_is_a_scenario_of_what_is_known():
    scenario, known = hedgerow.load("KAZ"), profile(shipped_panel(), "KAZ")
    assert scenario.partners == tuple(sorted(SUPPLIERS)) and scenario.countries == ("KAZ",)
    assert (scenario.start, scenario.until, is_from_panel(scenario)) == (2014, 2014, True)
    for partner in SUPPLIERS:
        share = round(known.memory.of[partner], 3)
        assert scenario[f"countries.KAZ.ties.arms.{partner}"] == share
    trade = scenario["countries.KAZ.ties.trade.CHN"]
    assert abs(trade.value - sqrt(known.trade.of["CHN"])) < 1e-3
    numbers = rows(scenario)
    assert numbers["countries.KAZ.position"].kind == "external"
    assert numbers["countries.KAZ.programmes.arms"].kind == "estimated"
    assert numbers["countries.KAZ.ties.trade.TUR"].kind == "assumption"
    assert numbers["countries.KAZ.ties.diplomacy.RUS"].kind == "assumption"
    assert not any(number.kind == "missing" for number in numbers.values())


def test_memory_at_the_start_is_what_is_remembered():
    """Experience times what is usual, of the middle of each prior, is the sum of the panel."""
    from hedgerow.facts.pooling import usual_memory

    scenario, known = hedgerow.load("EGY"), profile(shipped_panel(), "EGY")
    usual = usual_memory(
        scenario["countries.EGY.programmes.arms"].value, scenario["countries.EGY.own_size.arms"]
    )
    remembered = scenario["countries.EGY.experience.arms"] * usual
    assert abs(remembered / known.remembered - 1) < 0.01


@pytest.mark.parametrize("code", STATES)
def test_every_state_runs_to_its_end(code):
    shares = ["arms_stock:RUS", "trade:EU", "tier:CHN"]
    found = hedgerow.run(hedgerow.new(code), runs=50, progress=False, measure=shares)
    assert all(((each >= 0) & (each <= 3)).all() for each in found.values())


@pytest.mark.parametrize("code", STATES)
def test_every_state_is_a_good_short_file(code):
    text = text_of(code)
    assert text.count("\n") <= 150 and max(map(len, text.splitlines())) < 1200
    document = tomllib.loads(text)
    shares = document["countries"][code]["ties"]["arms"]
    total = sum(value for key, value in shares.items() if key != "source")
    assert total + document["countries"][code]["others"]["arms"]["value"] <= 1.0005
    assert code not in shares


@pytest.mark.parametrize("code", ["SRB", "IND", "HUN", "TLS", "MDA", "BLR"])
def test_a_state_is_strictly_good_and_runs(code):
    checked = hedgerow.check(code)
    assert checked.strictly_good, str(checked)
    results = hedgerow.run(code, runs=4, until=2015, kernel="numpy", progress=False)
    assert results.manifest["runs_stored"] == 4 and results.manifest["runs_failed"] == 0


def test_an_embargo_in_force_is_one_of_the_scenario():
    embargoes = hedgerow.load("BLR").resolved["embargoes"]
    assert {entry["partner"] for entry in embargoes.values()} == {"EU"}
    assert hedgerow.load("UZB").resolved["embargoes"] == {}  # it ended in 2009


def test_a_file_is_the_same_scenario_as_its_code(tmp_path):
    file = tmp_path / "serbia.toml"
    written = hedgerow.new("Serbia", out=file)
    assert written.sha256 == hedgerow.load("SRB").sha256 == hedgerow.new("SRB").sha256
    assert file.read_text(encoding="utf-8") == text_of("SRB")
    with pytest.raises(OutputError, match="exists"):
        hedgerow.new("SRB", out=file)


def test_partners_and_their_rest_of_the_world():
    scenario = hedgerow.new("KAZ", partners=["RUS", "CHN", "USA", "EU", "TUR"])
    assert scenario.partners == ("CHN", "EU", "RUS", "TUR", "USA")
    known = profile(shipped_panel(), "KAZ").memory.of
    rest = sum(share for one, share in known.items() if one not in scenario.partners)
    assert abs(scenario["countries.KAZ.others.arms"] - rest) < 0.003
    assert "exercise_IND" not in scenario.events and "base_USA" in scenario.events
    two = hedgerow.new("KAZ", partners=["RUS", "CHN"])
    assert two.poles == ("RUS", "CHN") and hedgerow.check(two).strictly_good


def test_who_is_left_out_sells_as_much_as_a_partner_would():
    """Of all that suppliers weigh at rest, partners have the same share, whoever else is named."""
    every, two = hedgerow.load("KAZ"), hedgerow.new("KAZ", partners=["RUS", "CHN"])

    def share(scenario):
        base = [scenario[f"habits.arms.base.{one}"] for one in scenario.partners]
        return exp(base[scenario.partners.index("RUS")]) / (
            sum(map(exp, base)) + exp(scenario["habits.arms.base_other"])
        )

    assert share(two) == pytest.approx(share(every), rel=1e-3)
    assert "EU (0.48)" in rows(two)["habits.arms.base_other"].source


def test_a_forecast_of_a_state_finds_no_number_without_a_year():
    late = hindsight(hedgerow.load("KAZ"), (), 2024).late
    assert [number.path for number in late] == []


def test_an_earlier_start_knows_nothing_later():
    scenario = hedgerow.new("KAZ", start=2005)
    assert scenario.start == 2005
    known = profile(shipped_panel(), "KAZ", 2004)
    assert scenario["countries.KAZ.ties.arms.RUS"] == round(known.memory.of["RUS"], 3)
    sources = " ".join(
        number.source for path, number in rows(scenario).items() if path.startswith("countries.")
    )
    assert "2012 (comtrade4)" not in sources and "the point of 2004" in sources


def test_rules_and_choices_are_borrowed_as_assumptions():
    scenario = hedgerow.new("KAZ", partners=["RUS", "CHN", "USA", "EU"], like="vietnam")
    assert scenario["countries.KAZ.rules"] == hedgerow.load("vietnam")["countries.VNM.rules"]
    choices = scenario.resolved["choices"]
    assert "ES-11/1" in choices and all(each["countries"] == ["KAZ"] for each in choices.values())
    # a vote that is on record is not put again; who has no threat is not asked to face one
    assert "68/262" not in choices and "drilling-2017" not in choices
    assert scenario.resolved["countries"]["KAZ"]["records"]["ukraine"] == "abstain"
    kinds = {n.kind for path, n in rows(scenario).items() if path.startswith(("rules", "choices"))}
    assert kinds == {"assumption"}


def test_no_run_concludes_an_alliance_of_which_no_table_tells():
    titles = [f"tier:{one}" for one in SUPPLIERS]
    calm = hedgerow.load("KAZ", {"habits.labels.hazard": 3.0, "time.end": 2022})
    found = hedgerow.run(calm, runs=8, progress=False, measure=titles)
    assert max(found[title].max() for title in titles) == 3


@pytest.mark.parametrize("like", ["threshold", "VNM"])
def test_it_is_told_that_nothing_could_be_borrowed(like):
    with pytest.warns(UserWarning, match="nothing is taken over"):
        assert hedgerow.new("KAZ", like=like).sha256 == hedgerow.load("KAZ").sha256


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"country": "KAX"}, "did you mean KAZ"),
        ({"country": "USA"}, "is a power"),
        ({"country": "KAZ", "start": 1995}, "expected: 1996 to 2014"),
        ({"country": "TLS", "start": 2002}, "expected: 2003 to 2014"),
        ({"country": "SRB", "start": 1996}, r"no ideal point of SRB in 1995; start in 2\d{3} or"),
        ({"country": "FRA"}, "FRA .France. counts as part of EU.* name EU as a partner"),
        ({"country": "KAZ", "start": 2015}, "outside what the panel covers of KAZ"),
        ({"country": "KAZ", "partners": ["RUS", "rus"]}, "RUS is named twice"),
        ({"country": "KAZ", "partners": ["RUS", "GBR"]}, "no figure of 'GBR'"),
        ({"country": "KAZ", "partners": ["RUS", "CHM"]}, "did you mean 'CHN'"),
        ({"country": "KAZ", "partners": ["RUS"]}, "two partners at least"),
        ({"country": "IND", "partners": ["IND", "USA"]}, "cannot be a partner of itself"),
    ],
)
def test_what_cannot_be_made_ends_in_one_message(how, told):
    with pytest.raises((NoState, NewError), match=told):
        hedgerow.new(**how)


def test_codes_of_powers_and_unknown_ones_are_told():
    with pytest.raises(ScenarioError, match=r"'USA': USA .* is a power"):
        hedgerow.load("USA")
    with pytest.raises(ScenarioError, match="did you mean KAZ"):
        hedgerow.load("KAX")
    with pytest.raises(ScenarioError, match="and no file either"):
        hedgerow.load("abc")


def test_a_what_if_extends_a_state(tmp_path):
    file = tmp_path / "rail.toml"
    file.write_text(
        'schema = 2\ntitle = "A rail"\nextends = "KAZ"\nsource = "assumption"\n'
        "[countries.KAZ.access.trade]\nCHN = 0.05\n",
        encoding="utf-8",
    )
    scenario = hedgerow.load(file)
    assert scenario["countries.KAZ.access.trade.CHN"] == 0.05
    assert scenario.parent == "KAZ" and is_from_panel(scenario)


def test_a_partner_that_was_removed_is_told_to_lack_its_habits(tmp_path):
    hedgerow.new("KAZ", partners=["RUS", "CHN"], out=tmp_path / "kazakhstan.toml")
    (tmp_path / "india.toml").write_text(
        'schema = 2\ntitle = "India too"\nextends = "kazakhstan.toml"\n'
        '[partners.IND]\nname = "India"\nsource = "assumption"\ntrust = 0.5\n',
        encoding="utf-8",
    )
    told = r"IND is given anew without habits\.arms\.base\.IND.*kazakhstan\.toml:\d+ removes it"
    with pytest.raises(ScenarioError, match=told):
        hedgerow.load(tmp_path / "india.toml")


def test_a_file_of_that_name_wins_and_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hedgerow.new("KAZ", partners=["RUS", "CHN"], out="KAZ.toml")
    with pytest.warns(UserWarning, match=r"KAZ\.toml is read, and not the state KAZ"):
        assert hedgerow.load("KAZ").partners == ("CHN", "RUS")
    with pytest.warns(UserWarning, match=r"KAZ\.toml is read, and not the state KAZ"):
        assert hedgerow.load("kaz").partners == ("CHN", "RUS")
    assert len(hedgerow.load("SRB").partners) == 10


def test_a_folder_of_results_or_a_file_without_an_ending_does_not_win(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "KAZ").mkdir()
    (tmp_path / "SRB").write_text("notes", encoding="utf-8")
    assert is_from_panel(hedgerow.load("KAZ")) and is_from_panel(hedgerow.load("SRB"))


def test_a_file_whose_ending_was_left_out_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hedgerow.new("KAZ", partners=["RUS", "CHN"], out="kazakhstan.toml")
    with pytest.raises(ScenarioError, match=r"did you mean kazakhstan\.toml"):
        hedgerow.load("kazakhstan")
    with pytest.raises(ScenarioError, match="did you mean 'SRB'"):
        hedgerow.load("Serbia")
    (tmp_path / "vietnam.toml").write_text("", encoding="utf-8")
    with pytest.warns(UserWarning, match=r"vietnam is read, and not vietnam\.toml"):
        assert hedgerow.load("vietnam").countries == ("VNM",)


def test_why_counts_what_stands_on_what():
    scenario = hedgerow.load("KAZ")
    why = hedgerow.check(scenario).why
    assert why is not None
    frame = why.to_frame()
    assert len(frame) == len(scenario.provenance()) == sum(map(sum, why.counts().values()))
    own = frame[frame["of"] == "country"]
    assert set(own["path"].str.startswith("countries.KAZ")) == {True}
    assert set(own[own["group"] == "pooled"]["label"]) == {"estimated"}
    assert "countries.KAZ.position" in str(why) and f"{len(own[own['group'] == 'data'])} data" in (
        why.line()
    )
