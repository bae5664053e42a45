"""Countries from files, and their part in a tournament."""

import re

import numpy as np
import pytest
from agents.worlds import DESKS_ALONE, small

import hedgerow
from hedgerow.agents import load_country
from hedgerow.analysis.tournaments import tournament
from hedgerow.cli.main import main
from hedgerow.errors import CountryFileError
from hedgerow.runs.pairs import Sample

OWN = """
import hedgerow


class Still(hedgerow.CountryAgent):
    def choose(self, menu):
        return menu.hold


class Default(hedgerow.CountryAgent):
    pass


class Lost(hedgerow.CountryAgent):
    def choose(self, menu):
        return self.maps["RUS"]


class Silent(hedgerow.CountryAgent):
    def choose(self, menu):
        menu.best()


class random(hedgerow.CountryAgent):
    pass


class Tree:
    pass
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("own")
    (path / "own.py").write_text(OWN, encoding="utf-8")
    (path / "broken.py").write_text("x = 1\ny = x +\n", encoding="utf-8")
    (path / "failing.py").write_text("import hedgerow\n\n1 / 0\n", encoding="utf-8")
    (path / "empty.py").write_text("from hedgerow import CountryAgent\n", encoding="utf-8")
    (path / "notes.txt").write_text(OWN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def scenario(folder):
    return small(folder)


def test_a_country_is_loaded_from_its_file(folder, scenario):
    still = load_country(f"{folder}/own.py:Still")
    assert issubclass(still, hedgerow.CountryAgent) and still.__name__ == "Still"
    model = hedgerow.HedgingModel(scenario, countries={"VNM": still})
    model.step()
    assert model.countries["VNM"].move == "hold"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("own.py", "expected FILE.py:CLASS"),
        ("own.py:", "expected FILE.py:CLASS"),
        ("own.py:a b", "expected FILE.py:CLASS"),
        ("notes.txt:Still", r"ending in \.py"),
        ("none.py:Still", r"none\.py: no such file"),
        ("own.py:Stil", "no class 'Stil'; there is Still, Default, Lost, Silent, random"),
        ("own.py:Tree", "no subclass of CountryAgent: 'Tree'"),
        ("own.py:hedgerow", "no subclass of CountryAgent"),
        ("empty.py:CountryAgent", "the file defines none"),
        ("broken.py:Still", r"broken\.py:2: invalid syntax"),
        ("failing.py:Still", r"failing\.py:3: ZeroDivisionError: division by zero"),
    ],
)
def test_what_cannot_be_loaded(folder, place, said):
    with pytest.raises(CountryFileError, match=said):
        load_country(f"{folder}/{place}")


def test_own_runs_are_those_of_the_ensemble(folder, scenario):
    """A country that does as the hedger does has the hedger's row."""
    own = {"Same": load_country(f"{folder}/own.py:Default")}
    ticks = []
    result = tournament(
        scenario.replace(DESKS_ALONE),
        "VNM",
        ["status_quo"],
        5,
        rivalry=[1.0, 2.0],
        progress=lambda done, planned: ticks.append((done, planned)),
        own=own | {"Still": load_country(f"{folder}/own.py:Still")},
    )
    rows = {row.strategy: row for row in result.rows}
    assert set(rows) == {"quantal", "status_quo", "Same", "Still"}
    for name in ("payoff", "premium", "payout", "autonomy", "tail_loss", "survival"):
        assert getattr(rows["Same"], name) == getattr(rows["quantal"], name)
        assert getattr(rows["Still"], name) == getattr(rows["status_quo"], name)
    assert rows["Same"].against.mean == 0.0
    assert result.by_rivalry[2.0]["Still"] == result.by_rivalry[2.0]["status_quo"]
    assert result.by_rivalry[2.0]["Still"] != result.by_rivalry[1.0]["Still"]
    assert ticks == [(n, 24) for n in range(1, 25)]


def test_own_samples_measure_like_others(folder, scenario):
    from hedgerow.runs.own import Own
    from hedgerow.runs.pairs import Measure

    default = load_country(f"{folder}/own.py:Default")
    own, plain = Sample(scenario, 4, own=Own({"VNM": default})), Sample(scenario, 4)
    for name in ("trade:USA", "event:incident", "event:tier:USA", "alignment_index", "threat"):
        for year in (2000, 2004):
            mine = own.values(Measure(name, "VNM", year))
            theirs = plain.values(Measure(name, "VNM", year))
            np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9, err_msg=name)


def test_a_name_that_is_taken(folder, scenario):
    own = {"random": load_country(f"{folder}/own.py:Still")}
    with pytest.raises(ValueError, match="'random' is a built-in strategy"):
        tournament(scenario, "VNM", ["random"], 2, rivalry=[], own=own)


# on the command line --------------------------------------------------------------------------


def call(folder, own, *options):
    words = ["--runs", "2", "--rivalry", "1", "--strategy", "random", *options]
    return main(["tournament", f"{folder}/small.toml", *words, "--own-country", f"{folder}/{own}"])


def test_an_own_country_has_its_row(folder, scenario, capsys, tmp_path):
    assert call(folder, "own.py:Still", "--out", str(tmp_path / "out"), "--quiet") == 0
    assert re.search(r"^ *Still\b", capsys.readouterr().out, re.MULTILINE)
    table = (tmp_path / "out" / "tournament.csv").read_text().splitlines()
    assert {line.split(",")[0] for line in table[1:]} == {"quantal", "random", "Still"}


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("own.py:Stil", "no class 'Stil'"),
        ("own.py:random", "'random' is a built-in strategy"),
        ("own.py:Lost", r"own\.py:16: AttributeError: .*'maps'"),
        ("own.py:Silent", r"NotInMenu: Silent\.choose returned None"),
        ("failing.py:Still", r"failing\.py:3: ZeroDivisionError"),
    ],
)
def test_mistakes_are_told_in_a_line(folder, scenario, capsys, own, said):
    assert call(folder, own, "--quiet") == 2
    told = capsys.readouterr()
    assert re.search(said, told.err) and "Traceback" not in told.err and not told.out


def test_one_name_twice(folder, scenario, capsys):
    assert call(folder, "own.py:Still", "--own-country", f"{folder}/own.py:Still") == 2
    assert "a second Still" in capsys.readouterr().err
