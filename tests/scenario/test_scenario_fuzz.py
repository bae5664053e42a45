"""Broken files: each has its problems told or makes a world, and none makes hedgerow fail."""

import io
import random
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from scenario.conftest import SMALL
from scenario.fuzz import SHIPPED, mutants, odd, renamings

from hedgerow.cli.main import main
from hedgerow.model.simulate import Block, NotFinite
from hedgerow.scenario import ScenarioError, load
from hedgerow.scenario.checks import check
from hedgerow.scenario.compile import world
from hedgerow.scenario.layers import format_problems
from hedgerow.scenario.merge import merge
from hedgerow.scenario.overrides import known_paths
from hedgerow.scenario.reading import chain

EACH = 250
RUN = 5
"""One of so many good files is run."""


def checked(path):
    """Check a file as the command does; return its exit code and what it said."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["check", str(path)])
    return code, out.getvalue() + err.getvalue()


def assert_runs(path):
    """Run two replicates of two years: all is finite that is defined, or told as a fault."""
    block = Block(world(load(path), np.arange(2, dtype=np.uint64), 1))
    try:
        for _ in range(min(8, block.world.structure.rounds)):
            block.step()
    except NotFinite:
        return
    for values in (*block.record.countries.values(), *block.record.ties.values()):
        assert not np.isinf(values).any()
    assert np.isfinite(block.ties).all()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.filterwarnings("error")
def test_broken_files_are_told_or_run(tmp_path, seed):
    path = tmp_path / "mutant.toml"
    good = bad = 0
    for number, text in enumerate(mutants(seed, EACH)):
        path.write_text(text, encoding="utf-8", newline="")
        code, told = checked(path)
        place = f"seed {seed}, number {number}:\n{told}\n{text[:20_000]}"
        assert code in (0, 2), place
        assert "Traceback" not in told and "\x1b" not in told and "\x07" not in told, place
        if code == 2:
            bad += 1
            assert "problem" in told.splitlines()[-1], place
            continue
        if good % RUN == 0:
            assert_runs(path)
        good += 1
    assert good > EACH // 20 and bad > EACH // 2


@pytest.mark.parametrize(("name", "every"), [("vietnam", 2), ("asean", 9)])
def test_a_name_that_others_lean_on_may_be_missing_or_another(name, every):
    layers, _, _ = chain(SHIPPED / f"{name}.toml", name)
    cases = (
        (place, what, changed)
        for place, layer in enumerate(layers)
        for what, changed in ([] if layer.habits else renamings({"title": "x"} | layer.document))
    )
    told = 0
    for place, what, changed in islice(cases, 0, None, every):
        layer = replace(layers[place], label=what, document=changed)
        problems, usable = format_problems(layer)
        if usable:
            merged, contradictions = merge([*layers[:place], layer, *layers[place + 1 :]])
            problems += contradictions + check(merged).errors
        told += bool(problems)
    assert told > 15


def test_changes_of_any_kind_are_told_or_made():
    dice = random.Random(8)
    scenario = load(SMALL)
    paths = [*known_paths(scenario.merged.document), *scenario.quantities, *OTHER_PATHS]
    halves = ("\ud800", "a\udfff", {"value": 0.5, "source": "\ud800"}, ["\udc80"], {"\ud800": 1})
    others = (None, object(), {1: 2}, (1, 2), {3}, b"x", 1j, np.float32(0.5), np.array([1, 2]))
    made = told = 0
    for _ in range(400):
        changes = {}
        for _ in range(dice.choice((1, 1, 2))):
            path = dice.choice(paths)
            if dice.random() < 0.1:
                path = dice.choice((path + "x", path[:-1], f"{path}.x", path.lower(), f".{path}"))
            changes[path] = dice.choice(
                (odd(dice), odd(dice), dice.choice((*halves, *others)), 0.5, 1, 2)
            )
        try:
            changed = scenario.replace(changes)
        except ScenarioError as error:
            assert "\x1b" not in str(error) and len(error.problems) > 0
            told += 1
        else:
            assert load_text(changed.to_toml()).sha256 == changed.sha256
            made += 1
    assert made > 20 and told > 200


OTHER_PATHS = (
    *("parameters", "shocks", "shocks.war.at", "shocks.war.path", "shocks.war.op", "title"),
    *("choices.port.options.open.defence.RUS", "choices.port.options", "time.end"),
    *('choices."ES-11/1".votes.CHN', "events.exploration.offers.energy.RUS", "paths.RUS.market"),
    *("recalibrate", "instruments.energy.kind", "events.incident.effect", "habits.file", "base"),
    *('choices."ES-11/1".countries', "embargoes.USA-arms.from", "embargoes.USA-arms.partner"),
    *("rules.no_alliance.tier_max", "rules.no_alliance.title", "rules.no_siding.tilt_max"),
    *("countries.VNM.rules", "countries.VNM.strategy", "countries.VNM.threat.source"),
)


def load_text(text):
    """Load what `to_toml` writes."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "again.toml")
        path.write_text(text, encoding="utf-8")
        return load(path)
