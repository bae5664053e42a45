"""What the model has and compiled code does not know is noticed, and never left out in silence."""

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from cli.folders import listing
from model.worlds import random_world
from results.synthetic import SMALL
from sweep.small import write

import hedgerow
from hedgerow import compiled
from hedgerow.cli.main import main
from hedgerow.compiled import kernels, known
from hedgerow.errors import SweepRefused
from hedgerow.model import measures, parameters, strategies, terms
from hedgerow.model.simulate import simulate
from hedgerow.runs import Workers, prepare, resume, sweep

QUIET = {"progress": False, "until": 2001, "runs": 12}


def pride(form, world, q, s):
    """A term: trade with whoever is listed first is worth much."""
    form.linear[parameters.TRADE, 0] += 9.0


def arms(world, q, s, form):
    """A measure: all stocks of arms."""
    return s.stocks[parameters.ARMS].sum(axis=0)


@dataclass(frozen=True)
class Stricter(parameters.Rules):
    """Rules with one more bound."""

    voice_max: float = 1.0


HAWK = strategies.Strategy("hawk", "made up", strategies.balance)


def add_term(patch):
    patch.setitem(terms.ALL, "pride", pride)


def change_term(patch):
    patch.setitem(terms.ALL, "loyalty", pride)


def drop_term(patch):
    patch.delitem(terms.ALL, "peers")


def add_process(patch):
    patch.setattr(parameters, "PROCESSES", (*parameters.PROCESSES, "fatigue"))


def add_strategy(patch):
    patch.setitem(strategies.STRATEGIES, "hawk", HAWK)


def change_strategy(patch):
    patch.setitem(strategies.STRATEGIES, "random", replace(HAWK, name="random"))


def add_rule(patch):
    patch.setattr(parameters, "Rules", Stricter)


def add_measure(patch):
    patch.setitem(measures.OWN, "arms", arms)


CHANGES = {
    add_term: "the new term 'pride'",
    change_term: "the changed term 'loyalty'",
    drop_term: "that the term 'peers' is gone",
    add_process: "the new process 'fatigue'",
    add_strategy: "the new strategy 'hawk'",
    change_strategy: "the changed strategy 'random'",
    add_rule: "the new rule 'voice_max'",
    add_measure: "the new measure 'arms'",
}


@pytest.fixture(autouse=True)
def afresh():
    """What has been said once may be said again."""
    kernels._say_once.cache_clear()


def test_all_of_the_model_is_known_and_asked_for():
    assert kernels.unknown() == ()
    assert kernels.chosen() == "compiled"
    world = random_world()
    names = [name for name in simulate(world).countries if not name.startswith("belief_")]
    assert names == list(measures.NAMES) == list(known.MEASURES)
    listed = {
        name: (s.want and s.want.__name__, s.precision, s.foresees)
        for name, s in strategies.STRATEGIES.items()
    }
    assert list(listed.items()) == list(known.STRATEGIES.items())
    folder = Path(compiled.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    for name in known.TERMS:
        assert f"w.term_{name}" in source
    for name in known.PROCESSES:
        assert f"w.process_{name}" in source


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_when_a_kernel_is_chosen(change, monkeypatch, capsys):
    change(monkeypatch)
    assert kernels.unknown() == (CHANGES[change],)
    assert kernels.chosen() == kernels.chosen() == "numpy"
    assert capsys.readouterr().err == (
        f"note: the compiled kernel does not know {CHANGES[change]}: "
        "the numpy kernel plays instead, in one process\n"
    )
    with pytest.raises(kernels.KernelMissing, match="take the numpy kernel"):
        kernels.chosen("compiled")
    with pytest.raises(kernels.KernelMissing, match="does not know"):
        kernels.chosen(None, "single")
    assert kernels.chosen("numpy") == "numpy"


@pytest.mark.parametrize("change", [add_term, add_process, add_strategy, add_measure])
def test_a_change_is_seen_by_commands(change, monkeypatch, capsys, tmp_path):
    change(monkeypatch)
    monkeypatch.chdir(tmp_path)
    scenario = str(write(tmp_path))
    options = ["--runs", "4", "--until", "2001", "--quiet", "--out", "out"]
    for command in ("run", "sweep"):
        before = listing(tmp_path)
        assert main([command, scenario, *options, "--kernel", "compiled"]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert f"--kernel compiled: the compiled kernel does not know {CHANGES[change]}" in said.err
        assert listing(tmp_path) == before
    assert main(["sweep", scenario, *options, "--workers", "2"]) == 0
    said = capsys.readouterr()
    assert said.err.count(CHANGES[change]) == len(said.err.splitlines()) == 1
    results = hedgerow.open(tmp_path / "out")
    assert results.manifest["kernel"] == "numpy"


def test_what_is_added_is_played(monkeypatch):
    world = random_world(seed=4, n=2, r=9)
    before = kernels.simulate(world)
    add_term(monkeypatch)
    add_strategy(monkeypatch)
    add_measure(monkeypatch)
    structure = replace(
        world.structure,
        terms=world.structure.terms | {"pride"},
        strategies=("hawk", "quantal"),
    )
    own = replace(world, structure=structure)
    found, expected = kernels.simulate(own), simulate(own)
    for name, values in expected.countries.items():
        np.testing.assert_array_equal(found.countries[name], values, err_msg=name)
    assert (found.countries["arms"] > 0.0).all()
    first = found.ties["trade"][-1, 1, 0] - before.ties["trade"][-1, 1, 0]
    assert first.mean() > 0.0


def test_a_world_that_says_more_than_compiled_code_knows(capsys):
    world = random_world(r=3)
    for field, kind, name in (("terms", "term", "pride"), ("processes", "process", "fatigue")):
        more = getattr(world.structure, field) | {name}
        other = replace(world, structure=replace(world.structure, **{field: more}))
        kernels.simulate(other)
        assert f"does not know the new {kind} '{name}'" in capsys.readouterr().err
        with pytest.raises(kernels.KernelMissing, match="does not know the new"):
            kernels.simulate(other, "compiled")


def test_a_measure_is_stored_and_all_runs_have_it(monkeypatch, tmp_path):
    add_measure(monkeypatch)
    options = QUIET | {"runs": 300, "keep": "countries"}
    one = hedgerow.run(SMALL, out=tmp_path / "1", workers=1, **options)
    two = hedgerow.run(SMALL, out=tmp_path / "2", workers=2, **options)  # others know no `arms`
    with ThreadPoolExecutor(2) as pool:
        three = hedgerow.run(SMALL, out=tmp_path / "3", executor=pool, **options)
    assert (one.countries()["arms"] >= 0.0).all()
    assert "arms" in set(one.summary()["measure"])
    digests = {results.manifest["tables_digest"] for results in (one, two, three)}
    assert len(digests) == 1


def test_workers_of_an_executor_that_know_less_are_refused(monkeypatch, tmp_path):
    add_term(monkeypatch)
    team = Workers(executor=ProcessPoolExecutor(1), progress=False)
    with team.executor:
        with pytest.raises(ValueError, match="do not know the new term 'pride'; leave the exec"):
            hedgerow.run(SMALL, out=tmp_path / "run", executor=team.executor, **QUIET)
        with pytest.raises(ValueError, match="do not know the new term 'pride'"):
            sweep(write(tmp_path), out=tmp_path / "sweep", team=team)
    assert not (tmp_path / "run").exists() and not (tmp_path / "sweep").exists()


def test_a_sweep_that_compiled_code_began_is_not_gone_on_with(monkeypatch, tmp_path):
    place = prepare(write(tmp_path), out=tmp_path / "out")
    add_strategy(monkeypatch)
    before = listing(place)
    with pytest.raises(SweepRefused, match="does not know the new strategy 'hawk'"):
        resume(place, Workers(processes=1, progress=False))
    assert listing(place) == before


FIRST = """
import hedgerow
from dataclasses import replace
from hedgerow.model import incidents, measures, parameters, rules, simulate, strategies, terms

def loyalty(form, world, q, s):
    form.linear[parameters.TRADE, 0] += 9.0

def balance(world, q, s):
    return strategies.bandwagon(world, q, s)

def change(name, **other):
    strategies.STRATEGIES[name] = replace(strategies.STRATEGIES[name], **other)

{change}
from hedgerow.compiled import kernels
print(*kernels.unknown(), sep=", ")
"""
EARLY = {
    "terms.loyalty = terms.ALL['loyalty'] = loyalty": "the changed term 'loyalty'",
    "terms.loyalty.__code__ = loyalty.__code__": "the changed term 'loyalty'",
    "terms.loyalty = loyalty": "",
    "strategies.balance = balance; change('balancer', want=balance)": (
        "the changed strategy 'balancer'"
    ),
    "strategies.balance = balance": "",
    "change('balancer')": "",
    "strategies.CERTAIN = 0.5": "the changed strategies.CERTAIN",
    "measures.autonomy = lambda form, x, g: 7.0 + 0.0 * x[0, 0]": "the changed measures.autonomy",
    "measures.BAND = (40.0, 60.0)": "the changed measures.BAND",
    "rules.feasible_moves = lambda *given: True": "the changed rules.feasible_moves",
    "rules.feasible_moves.__defaults__ = (1,)": "the changed rules.feasible_moves",
    "incidents.strike = lambda world, q, s, u: 0.0 * u": "the changed incidents.strike",
    "simulate.settle = lambda *given: None": "the changed simulate.settle",
    "simulate.Block.powers = lambda self: None": "the changed simulate.Block.powers",
    "del measures.insurance": "the changed measures.insurance",
}


@pytest.mark.parametrize("change", EARLY)
def test_a_change_is_seen_that_was_made_before_anything_else(change):
    command = [sys.executable, "-c", FIRST.format(change=change)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == EARLY[change]


def test_a_changed_measure_is_stored(monkeypatch, capsys):
    monkeypatch.setattr(measures, "autonomy", lambda form, x, g: 7.0 + 0.0 * x[0, 0])
    results = hedgerow.run(SMALL, **QUIET)
    assert (results.countries()["autonomy"] == 7.0).all()
    assert "does not know the changed measures.autonomy: the numpy" in capsys.readouterr().err
