"""Reading, merging and resolving scenarios."""

import pickle
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hedgerow.model.numbers import FIELDS
from hedgerow.scenario import Scenario, load, shipped
from hedgerow.scenario.resolve import quantities

SMALL = Path(__file__).parent / "small.toml"


def test_what_a_scenario_knows(small):
    assert small.name == "small"
    assert small.title == "Two small countries between three powers"
    assert small.question == "Who bends?"
    assert (small.start, small.end, small.runs, small.seed, small.level) == (2000, 2011, 8, 5, 2)
    assert small.partners == ("CHN", "RUS", "USA")
    assert small.countries == ("LAO", "VNM")
    assert small.instruments == ("arms", "defence", "energy", "trade", "voice")
    assert small.events == ("base", "designation", "exploration", "incident", "restriction_CHN")
    assert small.futures == ("today", "coercion", "russia_sides")
    assert (small.until, small.band) == (2005, (40.0, 60.0))
    assert small.rungs == ("none", "friend", "good friend", "best friend", "ally")
    assert small.conditions == ("shocks.relations-rivalry-CHN-USA-2007", "choices.port")
    assert small.poles == ("USA", "CHN")
    assert small.title_of("RUS") == "Russia" and small.title_of("coercion") == "coercion"
    assert [entry["measure"] for entry in small.expect] == ["arms_orders:RUS"]
    assert small.parent is None
    assert {problem.severity for problem in small.warnings} == {"note"}


def test_sources_come_from_the_nearest_table(small):
    numbers = small.quantities
    assert numbers["instruments.trade.salience"].source == "assumption: a test"
    assert numbers["instruments.arms.turnover"].source == "assumption: a prior"
    assert numbers["partners.USA.need"].source == "assumption: partners"
    assert numbers["partners.USA.will"].source == "assumption"
    assert numbers["partners.CHN.volatility"].source is None
    assert numbers["countries.VNM.ties.arms.RUS"].source == "assumption: Vietnam"
    assert numbers["countries.VNM.threat.level"].source == "assumption: Vietnam"
    assert numbers["shocks.war.value"].source == "assumption"
    assert numbers["partners.USA.tolerance"].source is None  # a default has none
    assert numbers["politics.votes"].source == "convention: switched off"


def test_dates_of_a_shock_take_the_source_of_its_value(child):
    scenario = load(
        child(
            "[[shocks]]\nlabel = 'a'\nat = 2005\nuntil = 2006\npath = 'partners.RUS.will'\n"
            "op = 'set'\nvalue = { value = 0.5, source = 'convention: a test' }"
        )
    )
    for key in ("at", "until", "value"):
        assert scenario.quantities[f"shocks.a.{key}"].source == "convention: a test"
    assert scenario.quantities["shocks.a.probability"].source is None  # that it comes is a default


def test_every_number_is_there(small):
    numbers = small.quantities
    assert {path.split(".")[0] for path in numbers} == {f.parts[0] for f in FIELDS} | {
        "behaviour",
        "shocks",
    }
    assert numbers["countries.LAO.ties.energy.CHN"].value == 0.0
    assert "countries.LAO.returns.energy.CHN" not in numbers  # it follows from the ties
    assert "countries.LAO.programmes.energy" not in numbers  # energy is no programmes
    assert "countries.VNM.stocks.trade.CHN" not in numbers  # it follows the tie
    assert "countries.VNM.peers.VNM" not in numbers


def test_resolved_file_is_the_same_scenario(small, write):
    text = small.to_toml()
    assert "extends" not in tomllib.loads(text)
    again = load(write(text))
    assert again.sha256 == small.sha256
    assert again.resolved == small.resolved
    assert again.quantities == small.quantities
    assert again.to_toml() == text


def test_hash_leaves_out_runs_and_seed_only(small):
    same = small.replace({"ensemble.runs": 99, "ensemble.seed": 99})
    assert (same.runs, same.seed) == (99, 99)
    assert same.sha256 == small.sha256
    for change in (
        {"partners.RUS.trust": 0.81},
        {"terms.loyalty": False},
        {"ensemble.level": 1},
        {"countries.VNM.rules": []},
        {"time.end": 2010},
        {"ensemble.poles": ["CHN", "USA"]},
        {"politics.arms": False},
        {"habit.arms": "flat"},
        {"events.incident.size": 2.0},
        {"ensemble.band": [45, 55]},
    ):
        assert small.replace(change).sha256 != small.sha256, change


def test_hash_does_not_depend_on_how_numbers_are_written(child, small):
    same = load(child("partners.CHN.volatility = 0.50\npartners.RUS.attention = 1"))
    assert same.quantities == small.quantities


def test_a_scenario_travels_to_other_processes(small):
    again = pickle.loads(pickle.dumps(small))
    assert again.sha256 == small.sha256 and again.resolved == small.resolved


def test_extends_merges_key_by_key(child, small):
    what_if = load(
        child(
            """
            source = "convention"
            remove.shocks = ["crisis"]
            [partners.RUS]
            trust = 0.1
            [relations]
            rivalry.USA.RUS = 0.3
            [countries.VNM]
            rules = ["no_force"]
            ties.arms.RUS = { dist = "uniform", low = 0.5, high = 1.0, source = "assumption" }
            [[shocks]]
            label = "war"
            at = 2004
            path = "partners.RUS.will"
            op = "set"
            value = 0.5
            [[choices]]
            at = 2003
            question = "another"
            countries = ["LAO"]
            options.yes = { energy.CHN = 1 }
            options.no = {}
            """
        )
    )
    assert what_if.title == "A child" and what_if.parent == str(SMALL)
    assert what_if.expect == ()  # a promise is its file's own
    numbers = what_if.quantities
    assert numbers["partners.RUS.trust"].value == 0.1
    assert numbers["partners.RUS.trust"].low is None  # a quantity is replaced whole
    assert numbers["partners.RUS.trust"].source == "convention"
    assert numbers["partners.RUS.volatility"].source is None  # the child's source is its own
    assert numbers["relations.rivalry.RUS.USA"].value == 0.3  # the parent's order of the pair
    assert "relations.rivalry.USA.RUS" not in numbers
    assert numbers["countries.VNM.ties.arms.RUS"].is_prior
    assert numbers["countries.VNM.stocks.arms.RUS"].value == 0.95
    assert what_if.resolved["countries"]["VNM"]["rules"] == ["no_force"]
    labels = list(what_if.resolved["shocks"])
    assert sorted(labels) == ["relations-rivalry-CHN-USA-2007", "war"]
    assert what_if.resolved["shocks"]["war"]["path"] == "partners.RUS.will"
    assert list(what_if.resolved["choices"]) == ["Syria", "ES-11/1", "port", "another"]
    assert what_if.partners == small.partners
    assert "extends" not in what_if.document


def test_relative_parents_and_chains(write):
    write('schema = 2\ntitle = "b"\nextends = "../b.toml"\npartners.RUS.will = 0.2\n', "c.toml")
    folder = SMALL.parent
    base = write(f'schema = 2\ntitle = "base"\nextends = "{folder / "small.toml"}"\n', "base.toml")
    middle = base.parent / "deep" / "middle.toml"
    middle.parent.mkdir()
    middle.write_text(
        'schema = 2\ntitle = "m"\nextends = "../base.toml"\npartners.RUS.will = 0.3\n',
        encoding="utf-8",
    )
    top = write('schema = 2\ntitle = "t"\nextends = "deep/middle.toml"\n', "top.toml")
    assert load(top).quantities["partners.RUS.will"].value == 0.3


def test_a_shorter_time_leaves_later_entries_out(small):
    short = small.replace({"time.end": 2004})
    assert list(short.resolved["choices"]) == ["Syria"]
    assert list(short.resolved["shocks"]) == ["crisis"]
    assert short.expect == ()


def test_no_future_is_the_status_quo(write):
    text = SMALL.read_text(encoding="utf-8")
    start, stop = text.index("[futures.today]"), text.index("[events]")
    calm = load(write(text[:start] + text[stop:]))
    assert calm.futures == ("status_quo",)
    assert calm.quantities["futures.status_quo.prior"].value == 1.0


def test_byte_order_mark_and_windows_line_ends(tmp_path):
    path = tmp_path / "w.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.read_bytes().replace(b"\n", b"\r\n"))
    assert load(path).sha256 == load(SMALL).sha256


def test_overrides_by_keyword():
    changed = load(SMALL, partners__RUS__trust=0.2, runs=3)
    assert changed.quantities["partners.RUS.trust"].value == 0.2
    assert changed.runs == 3


def test_document_is_the_merged_file(small, child):
    document = load(child("partners.RUS.will = 0.5")).document
    assert document["schema"] == 2 and document["partners"]["RUS"]["will"] == 0.5
    assert [entry["label"] for entry in document["shocks"]][:2] == ["war", "crisis"]
    assert "loyalty" not in document.get("terms", {})  # defaults are not written here


def test_quantities_follow_the_resolved_document(small):
    assert quantities(small.resolved) == small.quantities


def test_provenance(small):
    rows = {row.path: row for row in small.provenance()}
    assert rows["partners.USA.will"].kind == "assumption"
    assert rows["partners.USA.will"].value == "beta(a 2, b 3)"
    assert rows["partners.CHN.volatility"].kind == "missing"
    assert rows["partners.USA.tolerance"].kind == "default"
    assert rows["rules.no_alliance.tie_max.defence"].source == "assumption"
    assert rows["choices.port.options.open.defence.RUS"].value == "1"
    assert rows["choices.port.options.open.risk"].source == "assumption"
    assert rows["events.exploration.offers.energy.RUS"].kind == "convention"
    assert rows["paths.RUS.market"].source == "assumption: a path of a test"
    assert rows["countries.VNM.records.class.territorial"].source == "assumption: Vietnam"
    assert rows["embargoes.USA-arms.until"].value == "2006"
    assert rows['futures.russia_sides.set."partners.RUS.trust"'].kind == "missing"
    cited = small.replace(
        {"countries.VNM.ties.arms.RUS": {"value": 0.5, "source": "S2-arms-share-2000"}}
    ).provenance()
    row = next(row for row in cited if row.path == "countries.VNM.ties.arms.RUS")
    assert row.kind == "sign from fact" and row.source == "S2-arms-share-2000"


def test_shipped_scenarios_load_and_survive_resolution(write):
    for name, title in shipped().items():
        scenario = load(name)
        assert isinstance(scenario, Scenario)
        assert scenario.title == title
        assert load(write(scenario.to_toml(), f"{name}.toml")).sha256 == scenario.sha256


@pytest.mark.parametrize("module", ["scipy", "pandas", "matplotlib", "pyarrow"])
def test_import_is_light(module):
    code = f"import sys, hedgerow.scenario; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
