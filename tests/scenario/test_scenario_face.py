"""What a scenario shows of itself, and what of it can be read by path and by name."""

import pickle

import pytest

import hedgerow
from hedgerow.errors import NoPath
from hedgerow.scenario.quantity import Quantity


@pytest.fixture(scope="module")
def vietnam():
    return hedgerow.load("vietnam")


@pytest.fixture(scope="module")
def asean():
    return hedgerow.load("asean")


def test_the_repr_is_one_line_with_what_the_scenario_is(vietnam, asean):
    drawn = len(vietnam.sampled_paths)
    assert repr(vietnam) == (
        f"<Scenario vietnam · {vietnam.title} · 1 country × 8 partners · 1996–2035 · "
        f"{drawn} numbers drawn · {vietnam.sha256[:8]}>"
    )
    assert len(repr(asean)) < 300 and f"{len(asean.countries)} countries × " in repr(asean)


def test_a_notebook_shows_title_question_members_years_draws_and_hash(asean):
    html = asean._repr_html_()
    assert len(html) < 5000
    for told in (asean.title, asean.question, "Vietnam (VNM)", "Russia (RUS)", "1996 to 2035"):
        assert told.replace("'", "&#x27;") in html
    assert f"{len(asean.sampled_paths)} numbers: " in html and asean.sha256 in html


def test_what_a_notebook_shows_is_escaped(tmp_path):
    path = tmp_path / "sharp.toml"
    path.write_text(
        'schema = 2\nextends = "vietnam"\ntitle = "<b>A & B</b>"\nquestion = "<script>"\n'
        '[countries.VNM]\nname = "<i>V</i>"\n'
    )
    html = hedgerow.load(path)._repr_html_()
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in html and "&lt;script&gt;" in html
    assert "&lt;i&gt;V&lt;/i&gt; (VNM)" in html and "<script>" not in html
    assert "&lt;b&gt;" in hedgerow.load(path).find("title")._repr_html_()


@pytest.mark.parametrize(
    "path, value",
    [
        ("partners.RUS.capacity.arms", 1.0),
        ("countries.VNM.ties.arms.RUS", 0.97),
        ("time.end", 2035),
        ("terms.loyalty", True),
        ("countries.VNM.strategy", "quantal"),
        ("countries.VNM.rules", ["no_alliance", "no_foreign_base", "no_siding", "no_force"]),
        ("choices.ES-11/1.options.for.cost", None),
    ],
)
def test_a_path_gives_its_value(vietnam, path, value):
    if value is None:
        with pytest.raises(NoPath):
            vietnam[path]
    else:
        assert vietnam[path] == value and type(vietnam[path]) is type(value) and path in vietnam


def test_a_path_gives_its_prior_and_a_section_a_copy(vietnam):
    trust = vietnam["partners.RUS.trust"]
    assert isinstance(trust, Quantity) and trust.support() == (0.6, 1.0)
    section = vietnam["partners.RUS"]
    section["trust"] = 7.0
    assert vietnam["partners.RUS"]["trust"] == trust.plain()


@pytest.mark.parametrize(
    "path, told",
    [
        ("partners.RUS.trst", "did you mean 'partners.RUS.trust'?"),
        ("partners.RUZ.trust", "did you mean 'partners.RUS.trust'?"),
        ("time.edn", "did you mean 'time.end'?"),
        ("nothing", "a scenario has schema, title"),
        ("time", None),
        ("a..b", "expected one as 'partners.RUS.trust'"),
        (3, "expected a text"),
    ],
)
def test_a_path_that_is_not_there_is_told_with_the_closest(vietnam, path, told):
    if told is None:
        assert vietnam[path] == {"start": 1996, "end": 2035}
        return
    assert path not in vietnam
    with pytest.raises(KeyError) as error:
        vietnam[path]
    assert told in str(error.value) and "\n" not in str(error.value)


def test_find_gives_every_path_with_a_text_once(vietnam):
    found = vietnam.find("TRUST")
    assert found and all("trust" in entry.path for entry in found)
    assert "partners.RUS.trust" in [entry.path for entry in found]
    everything = [entry.path for entry in vietnam.find()]
    assert len(set(everything)) == len(everything)
    assert set(vietnam.quantities) <= set(everything) and "terms.loyalty" in everything
    for path in everything:
        assert path in vietnam
    assert vietnam.find("no such path") == () and repr(vietnam.find("no such path")) == "no path"


def test_what_is_found_shows_as_a_table_and_becomes_a_frame(vietnam):
    found = vietnam.find("partners.RUS.trust")
    head, *rows = repr(found).splitlines()
    assert head.split() == ["path", "value", "label", "source"] and len(rows) == len(found)
    frame = found.to_frame()
    assert list(frame) == ["path", "value", "label", "source"] and len(frame) == len(found)
    assert "partners.RUS.trust" in found._repr_html_()


def test_countries_and_partners_stay_tuples_of_codes_with_attributes(vietnam):
    assert vietnam.countries == ("VNM",) and isinstance(vietnam.partners, tuple)
    assert {vietnam.countries: 1}[("VNM",)] == 1
    russia = vietnam.partners.RUS
    assert russia.name == "Russia" and russia.trust == vietnam["partners.RUS.trust"]
    assert russia["trust"] == russia.trust and "trust" in russia and "trst" not in russia
    assert vietnam.countries.VNM.ties.arms.RUS == 0.97
    assert {"RUS", "CHN"} <= set(dir(vietnam.partners)) and "trust" in dir(russia)
    assert [entry.path for entry in russia.find("trust")] == ["partners.RUS.trust"]
    assert len(repr(russia)) < 400
    with pytest.raises(AttributeError, match="did you mean 'RUS'"):
        _ = vietnam.partners.RUZ
    with pytest.raises(AttributeError, match=r"did you mean 'partners\.RUS\.trust'"):
        _ = russia.trst


def test_another_process_gets_codes_without_the_scenario(vietnam):
    codes = pickle.loads(pickle.dumps(vietnam.partners))
    assert type(codes) is tuple and codes == vietnam.partners


def test_with_takes_what_load_takes(vietnam):
    by_path = vietnam.with_({"partners.RUS.trust": 0.5, "ensemble.runs": 7})
    by_name = vietnam.with_(partners__RUS__trust=0.5, runs=7)
    loaded = hedgerow.load("vietnam", partners__RUS__trust=0.5, runs=7)
    assert by_path.sha256 == by_name.sha256 == loaded.sha256 != vietnam.sha256
    assert by_path["partners.RUS.trust"] == 0.5 and by_path.runs == by_name.runs == 7
    assert isinstance(vietnam["partners.RUS.trust"], Quantity)  # which stays as it was
    with pytest.raises(hedgerow.errors.ScenarioError, match="given twice"):
        vietnam.with_({"ensemble.runs": 7}, runs=8)
    with pytest.raises(hedgerow.errors.ScenarioError, match="did you mean"):
        vietnam.with_(partners__RUS__trst=0.5)


def test_a_scenario_is_no_sequence(vietnam):
    with pytest.raises(TypeError):
        iter(vietnam)
    with pytest.raises(TypeError):
        iter(vietnam.partners.RUS)


def test_what_is_set_as_an_attribute_is_refused(vietnam):
    before = vietnam["partners.RUS.trust"]
    for section, name in ((vietnam.partners.RUS, "trust"), (vietnam.partners, "RUS")):
        with pytest.raises(AttributeError, match=r"cannot be changed; scenario\.with_\({'partners"):
            setattr(section, name, 0.2)
    assert vietnam["partners.RUS.trust"] == before
