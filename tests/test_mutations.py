"""The mutation check: turn the sign of one term of the kernel, and the oracle must fail.

The oracle is told to look at outcomes alone: what was chosen, not what moves were worth.
"""

import pytest
from reference.documents import BUSY, load
from reference.oracle import Mismatch, compare
from reference.plain import run_reference

from hedgerow.model import terms
from hedgerow.model.terms import TERMS

REPLICATES = 2
ROUNDS = 6
ADDED = (
    "fixed_linear",
    "linear",
    "constant",
    "diagonal",
    "demand",
    "on_alignment",
    "on_exposure",
    "move_cost",
)
"""Coefficients of the form that terms add to."""


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A scenario with everything in it, in which every term matters, and its histories."""
    scenario = load(BUSY, tmp_path_factory.mktemp("busy"))
    return scenario, [run_reference(scenario, r, ROUNDS) for r in range(REPLICATES)]


def flipped(term):
    """Return a term of the kernel that adds to the form the opposite of what it should."""

    def mutant(form, world, q, s):
        before = {name: getattr(form, name).copy() for name in ADDED}
        term(form, world, q, s)
        for name, array in before.items():
            added = getattr(form, name) - array
            getattr(form, name)[:] = array - added

    return mutant


def flipped_hinge(term):
    """Return a security term that rewards a shortfall of protection."""

    def mutant(form, world, q, s):
        term(form, world, q, s)
        form.hinge_weight *= -1.0

    return mutant


def test_kernel_as_it_is_agrees(busy):
    scenario, histories = busy
    assert compare(scenario, REPLICATES, ROUNDS, menus=True, histories=histories) == []
    assert compare(scenario, REPLICATES, ROUNDS, menus=False, histories=histories) == []


@pytest.mark.parametrize("name", TERMS)
def test_oracle_sees_a_turned_sign(busy, monkeypatch, name):
    scenario, histories = busy
    turn = flipped_hinge if name == "security" else flipped
    monkeypatch.setitem(terms.ALL, name, turn(terms.ALL[name]))
    with pytest.raises(Mismatch, match="from the edge"):
        compare(scenario, REPLICATES, ROUNDS, menus=False, histories=histories)
