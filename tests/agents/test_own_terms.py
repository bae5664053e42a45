"""Payoff terms of one's own: the same as one that is built in, noted, and told where they fail."""

import hashlib
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from agents.worlds import small

import hedgerow
from hedgerow.agents.loading import load_file
from hedgerow.agents.registry import TERMS
from hedgerow.cli.main import main
from hedgerow.errors import CountryFileError, KernelMissing, SweepRefused
from hedgerow.model.strategies import depend_on
from hedgerow.model.terms import ALL
from hedgerow.runs.calls import resume
from hedgerow.scenario.compile import world

FILE = '''
import hedgerow


@hedgerow.register("wariness", kind="term")
def wariness(form, world, q, s):
    """Closeness to any power is a cost in itself."""
    form.linear -= 20.0 * q["salience"][:, None]
'''
SHORT = {"runs": 8, "seed": 3, "until": 2003, "progress": False}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("terms")
    (path / "wary.py").write_text(FILE, encoding="utf-8")
    load_file(path / "wary.py")
    return path


@pytest.fixture(scope="module")
def scenario(folder):
    return small(folder)


@pytest.fixture(autouse=True)
def nothing_stays(folder):
    before = dict(TERMS)
    yield
    TERMS.clear()
    TERMS.update(before)


@pytest.fixture
def wariness(folder):
    return load_file(folder / "wary.py").module.wariness


def index(scenario, **more):
    return hedgerow.run(scenario, measure="alignment_index", kernel="numpy", **SHORT, **more)


def test_a_copy_of_a_term_is_that_term():
    """In a world whose returns are given, so that they do not follow from the other terms."""
    whole = hedgerow.load("threshold", {"relations.rivalry.USA.CHN": 3.0})
    without = whole.with_({"terms.cross_pressure": False})
    built_in, mine = index(whole), index(without, terms={"mine": ALL["cross_pressure"]})
    np.testing.assert_allclose(mine, built_in, rtol=1e-12)
    assert np.abs(index(without) - built_in).max() > 1.0


def test_it_plays_in_every_process_and_is_noted(scenario, wariness, folder):
    alone = index(scenario, terms={"wariness": wariness}, workers=1)
    np.testing.assert_array_equal(index(scenario, terms=["wariness"], workers=2, block=3), alone)
    assert (alone != index(scenario)).any()
    results = hedgerow.run(scenario, terms=["wariness"], **SHORT)
    assert results.manifest["kernel"] == "numpy"
    (noted,) = results.manifest["own"]
    assert (noted["kind"], noted["name"], noted["file"]) == ("term", "wariness", "wary.py")
    assert noted["sha256"] == hashlib.sha256((folder / "wary.py").read_bytes()).hexdigest()
    with pytest.raises(KernelMissing, match="payoff terms of your own play in the numpy kernel"):
        hedgerow.run(scenario, kernel="compiled", terms=["wariness"])


def test_menus_tell_its_part(scenario, wariness):
    parts = []

    class Looks(hedgerow.CountryAgent):
        @classmethod
        def choose_many(cls, menus):
            parts.append((menus.by_term, menus.payoffs))
            return menus.sample()

    hedgerow.run(scenario, countries={"VNM": Looks}, terms={"wariness": wariness}, **SHORT)
    by_term, payoffs = parts[-1]
    assert np.abs(by_term["wariness"]).max() > 0.0
    np.testing.assert_allclose(sum(by_term.values()), payoffs, rtol=1e-9, atol=1e-9)


def test_one_may_look_at_ties(scenario, wariness):
    structure = world(scenario, np.arange(2, dtype=np.uint64), 1).structure
    nothing = np.zeros((len(structure.instruments), len(structure.partners)), dtype=np.int64)
    assert not depend_on(structure, nothing)
    assert depend_on(replace(structure, own={"wariness": wariness}), nothing)


def test_files_add_it_to_commands(folder, scenario, tmp_path, capsys):
    path = tmp_path / "small.toml"
    path.write_text(scenario.to_toml(), encoding="utf-8")
    out, own = tmp_path / "run", str(folder / "wary.py")
    words = ["run", str(path), "--runs", "8", "--seed", "3", "--no-figures", "--quiet"]
    assert main([*words, "--out", str(out), "--with", own]) == 0
    assert json.loads((out / "manifest.json").read_text())["own"][0]["kind"] == "term"
    words = ["compare", str(path), str(path), "--runs", "4", "--out", str(tmp_path / "compared")]
    capsys.readouterr()
    assert main([*words, "--with", own]) == 0
    assert "with the term wariness" in capsys.readouterr().out


def test_a_sweep_goes_on_with_it_alone(scenario, wariness, tmp_path):
    path = tmp_path / "swept.toml"
    path.write_text(scenario.to_toml() + '\n[sweep.over]\n"partners.USA.will" = [0.2, 0.8]\n')
    out = tmp_path / "out"
    words = {"runs": 4, "seed": 1, "workers": 1, "progress": False}
    whole = hedgerow.sweep(path, **words, terms=["wariness"], out=out)
    (out / "journal.jsonl").write_bytes(b"")
    with pytest.raises(SweepRefused, match=r"was begun with term wariness \(wariness, wary.py"):
        resume(out, progress=False)
    again = resume(out, 1, progress=False, terms={"wariness": wariness})
    assert again.manifest["tables_digest"] == whole.manifest["tables_digest"]


@pytest.mark.parametrize(
    ("terms", "error", "said"),
    [
        ({"security": print}, ValueError, "'security': is a built-in term"),
        ({"foreseen": print}, ValueError, "'foreseen': is a built-in term"),
        ({"My term": print}, ValueError, "term 'My term': a name has small letters"),
        ({"mine": 3}, TypeError, "terms: mine is 3; expected a function"),
        (["mine"], ValueError, "unknown term 'mine'; register a function"),
    ],
)
def test_what_can_be_no_term_is_told(scenario, terms, error, said):
    with pytest.raises(error, match=re.escape(said)):
        hedgerow.run(scenario, terms=terms, **SHORT)


def test_a_built_in_name_cannot_be_registered():
    with pytest.raises(ValueError, match="term 'security': is a built-in term"):
        hedgerow.register("security", kind="term")(lambda form, world, q, s: None)
    with pytest.raises(TypeError, match="above a function that is a term"):
        hedgerow.register("mine", kind="term")(hedgerow.CountryAgent)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("form.linear += q['salience']", "wary.py:8: ValueError: "),
        ("form.linear -= 1 / 0", "wary.py:8: ZeroDivisionError"),
        ("form.linear += q['sallience']", "wary.py:8: KeyError: 'sallience'"),
    ],
)
def test_a_mistake_is_told_with_its_line(scenario, tmp_path, body, said):
    text = FILE.replace("wariness", "mistaken").replace(
        'form.linear -= 20.0 * q["salience"][:, None]', body
    )
    (tmp_path / "wary.py").write_text(text, encoding="utf-8")
    load_file(tmp_path / "wary.py")
    with pytest.raises(CountryFileError, match=re.escape(said)):
        hedgerow.run(scenario, terms=["mistaken"], **SHORT)
