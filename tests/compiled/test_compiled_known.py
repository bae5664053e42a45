"""What the model has and compiled code does not know is noticed, and never left out in silence."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from model.worlds import world

from hedgerow import compiled
from hedgerow.compiled import kernels, known
from hedgerow.model import measures, parameters, strategies, terms


def pride(form, world, q, s):
    """A term: whoever is listed first is worth much."""
    form.linear[1, 0] += 9.0


@dataclass(frozen=True)
class Stricter(parameters.Rules):
    """Rules with one more bound."""

    voice_max: float = 1.0


HAWK = strategies.Strategy("hawk", "made up", strategies.balance)
CHANGES = {
    "the new term 'pride'": lambda patch: patch.setitem(terms.ALL, "pride", pride),
    "the changed term 'loyalty'": lambda patch: patch.setitem(terms.ALL, "loyalty", pride),
    "that the term 'audience' is gone": lambda patch: patch.delitem(terms.ALL, "audience"),
    "the new process 'fatigue'": lambda patch: patch.setattr(
        parameters, "PROCESSES", (*parameters.PROCESSES, "fatigue")
    ),
    "the new strategy 'hawk'": lambda patch: patch.setitem(strategies.STRATEGIES, "hawk", HAWK),
    "the changed strategy 'random'": lambda patch: patch.setitem(
        strategies.STRATEGIES, "random", replace(HAWK, name="random")
    ),
    "the new rule 'voice_max'": lambda patch: patch.setattr(parameters, "Rules", Stricter),
    "the new measure 'luck'": lambda patch: patch.setitem(
        measures.OWN, "luck", lambda world, q, s, form: np.zeros(q.n * q.r)
    ),
    "the changed measures.TAIL": lambda patch: patch.setattr(measures, "TAIL", 0.1),
}


@pytest.fixture(autouse=True)
def afresh():
    """What has been said once may be said again."""
    kernels._say_once.cache_clear()


def test_all_of_the_model_is_known_and_asked_for():
    assert known.unknown() == ()
    assert kernels.chosen() == "compiled"
    assert known.TERMS == parameters.TERMS == tuple(terms.ALL)
    assert known.PROCESSES == parameters.PROCESSES
    assert known.POLITICS == parameters.POLITICS
    assert tuple(parameters.Effect) == known.EFFECTS
    assert tuple(parameters.Kind) == known.KINDS
    assert tuple(parameters.Role) == known.ROLES
    listed = {
        name: (one.want and one.want.__name__, one.weight, one.foresees)
        for name, one in strategies.STRATEGIES.items()
    }
    assert list(listed.items()) == list(known.STRATEGIES.items())
    folder = Path(compiled.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    for name in known.TERMS:
        assert f"w.term_{name}" in source
    for name in known.PROCESSES:
        assert f"w.process_{name}" in source


@pytest.mark.parametrize("told", CHANGES)
def test_a_change_is_seen_when_a_kernel_is_chosen(told, monkeypatch, capsys):
    CHANGES[told](monkeypatch)
    assert kernels.unknown() == (told,)
    assert kernels.chosen() == kernels.chosen() == "numpy"
    assert capsys.readouterr().err == (
        f"note: the compiled kernel does not know {told}: "
        "the numpy kernel plays instead, in one process\n"
    )
    with pytest.raises(kernels.KernelMissing, match="take the numpy kernel"):
        kernels.chosen("compiled")
    assert kernels.chosen("numpy") == "numpy"
    assert kernels.processes(4) == 1


def test_a_world_may_have_what_is_not_known():
    w = world(2, years=1)
    w = replace(w, structure=replace(w.structure, strategies=("hawk",)))
    assert known.unknown(w) == ("the new strategy 'hawk'",)
    with pytest.raises(kernels.KernelMissing, match="does not know the new strategy 'hawk'"):
        kernels.simulate(w, "compiled")
