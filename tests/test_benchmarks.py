"""The benchmarks measure what they say: contestants choose alike, parts add up, sizes are right."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hedgerow.model.simulate import Block, simulate
from hedgerow.scenario import load
from hedgerow.scenario.compile import world

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
sys.path.insert(0, str(FOLDER))

from suite import (  # noqa: E402
    cases,
    contestants,
    goals,
    kernels,
    measure,
    native,
    shares,
)
from suite.desks import at_rest  # noqa: E402


def given(scenario, runs):
    return world(scenario, np.arange(runs, dtype=np.uint64), 1)


def entrants(case):
    """All contestants that need no compiler, with few replicates."""
    found = contestants.contestants(case, quick=True)
    return [replace(one, runs=min(one.runs, 3)) for one in found if "C++" not in one.name]


# contestants ----------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", [cases.full, cases.desks])
def test_contestants_choose_alike(variant):
    case = variant("vietnam", 8)
    who = entrants(case)
    assert len(who) == 3
    result = kernels.play(case, who, repeats=1)
    assert [row["alike"].split(" of ")[0] for row in result["rows"]] == ["all"] * 3
    quarters = 8 if case.variant == "full" else 4
    assert [row["decisions"] for row in result["rows"]] == [4 * quarters, *[12 * quarters] * 2]
    assert all(row["decisions_per_second"] > 0 for row in result["rows"])
    assert (result["desks"], result["options"], result["rows"][0]["ratio"]) == (4, 16, 1.0)
    assert len(kernels.table({"cases": [result]})) == 3 + len(who)


def test_desks_make_the_steps_of_the_model():
    """In the quarter after the first year a block without foresight does what its desks do."""
    case = cases.desks("asean", 8)
    made = contestants.Numpy(contestants.world_of(case, 16))
    before = made.counts()
    made.play(4, 5)
    moved = made.counts() - before
    assert np.isin(moved, (-1, 0, 1)).all()
    assert (np.abs(moved).sum(axis=1) <= 1).all()
    assert moved.any()


def other(honest):
    """Who plays the desks but moves a tie more in the second quarter."""

    def start(given):
        desks = honest.start(given)
        play = desks.play

        def cheat(first, last):
            play(first, last)
            if first == 5:
                desks.block.state.counts[1, 2, 0] += 1

        desks.play = cheat
        return desks

    return replace(honest, name="cheat", start=start)


def test_who_chooses_otherwise_is_told():
    case = cases.desks("vietnam", 8)
    who = entrants(case)
    honest = next(one for one in who if one.name == goals.NUMPY)
    with pytest.raises(kernels.Differ, match=r"cheat .* quarter 5: .* 0, 2, 0, 0$"):
        kernels.play(case, [honest, other(honest)], repeats=1)


def test_the_reference_tells_who_chooses_otherwise():
    case = cases.full("vietnam", 4)
    world = contestants.world_of(case, 1)
    models, record = contestants.plain(world)(), simulate(world)
    contestants.require_alike(world, models, record)
    record.ties["energy"][0, 0, 3, 0] += 0.25
    with pytest.raises(AssertionError, match=r"year 0, replicate 0, VNM: energy IND is"):
        contestants.require_alike(world, models, record)


def test_the_arrays_of_the_native_desks_are_all_there():
    block = at_rest(given(cases.desks("asean", 8).scenario, 2))
    arrays = native.arrays_of(block)
    assert tuple(arrays) == native.members("Arrays")
    assert {"linear", "gain", "traps", "counts", "risk"} <= set(arrays)
    assert native.members("Sizes")[:3] == ("partners", "countries", "replicates")
    assert native.members("Places") == ("order", "desk", "tie", "replicates")


# sizes ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asean():
    return given(cases.cut(load("asean"), 8), 2)


def test_copies_of_countries_leave_the_originals_as_they_were(asean):
    calm = asean.structure.processes - {"events"}  # powers' attention is shared by all
    asean = replace(asean, structure=replace(asean.structure, processes=calm))
    grown = cases.resized(asean, countries=24)
    assert len(set(grown.structure.countries)) == 24
    before, after = simulate(asean), simulate(grown)
    for name, array in before.ties.items():
        np.testing.assert_array_equal(after.ties[name][:, :11], array, err_msg=name)
    copies = [after.ties["trade"][:, i] for i in (0, 11, 22)]
    np.testing.assert_array_equal(copies[0][:, :, 0] >= 0.0, copies[1][:, :, 0] >= 0.0)
    assert (copies[0] != copies[1]).any()  # with random numbers of their own


@pytest.mark.parametrize("countries", [1, 5])
def test_fewer_countries(asean, countries):
    record = simulate(cases.resized(asean, countries=countries))
    assert record.countries["threat"].shape == (2, countries, 2)


@pytest.mark.parametrize("partners", [4, 8, 12])
def test_partners(asean, partners):
    sized = cases.resized(asean, partners=partners)
    names = sized.structure.partners
    assert len(set(names)) == len(names) == partners
    assert {names[pole] for pole in sized.structure.poles} == {"CHN", "USA"}
    assert [names[p] for pair in sized.structure.sanctions for p in pair] == ["USA", "RUS"]
    record = simulate(sized)
    assert record.ties["trade"].shape == (2, 11, partners, 2)
    assert np.isfinite(record.ties["alignment"]).all()
    if partners == 12:  # a copy is no rival of its original, but has the same rivals
        assert names[8:] == ("AUS.1", "CHN.1", "EU.1", "IND.1")
        rivalry = sized.values["rivalry"]
        assert not rivalry[1, 9].any()
        np.testing.assert_array_equal(rivalry[1, 7], rivalry[9, 7])


def test_cut_keeps_whole_years():
    scenario = load("vietnam")
    assert cases.cut(scenario, None) is scenario
    assert cases.cut(scenario, 5).end == scenario.start + 1
    assert cases.cut(scenario, 9999) is scenario


# clocks ---------------------------------------------------------------------------------------


def test_a_race_goes_round_and_sets_up_outside_the_clock():
    calls = []
    ticks = iter(range(100))

    def start(name):
        def set_up():
            calls.append(f"set up {name}")
            return lambda: calls.append(name) or name

        return set_up

    laps = measure.race({"a": start("a"), "b": start("b")}, 2, clock=lambda: next(ticks))
    assert calls == ["set up a", "a", "set up b", "b"] * 2
    assert laps["a"].seconds == [1, 1] and laps["b"].result == "b"
    assert measure.Lap([3.0, 2.0, 5.0]).best == 2.0


def test_a_child_tells_its_peak_and_its_output():
    small = measure.child("-c", "print('hello')")
    large = measure.child("-c", "block = bytearray(80_000_000)")
    assert small.output == "hello"
    assert 70e6 < large.peak - small.peak < 100e6
    with pytest.raises(RuntimeError, match="failed with 3"):
        measure.child("-c", "raise SystemExit(3)")


def test_parts_add_up_to_the_whole():
    scenario = cases.cut(load("vietnam"), 4)
    began = time.process_time()
    seconds = shares.chunk(scenario, "numpy", "summary", 1, 128)
    whole = time.process_time() - began
    assert set(seconds) == set(shares.PARTS)
    assert 0.0 < sum(seconds.values()) <= whole
    for part in ("random numbers", "payoff", "choice", "desks", "record", "output"):
        assert seconds[part] > 0.0, part
    assert seconds["compiled rounds"] == 0.0
    assert sys.monitoring.get_tool(sys.monitoring.PROFILER_ID) is None


def test_time_is_booked_to_whom_it_belongs():
    from hedgerow.model import choice, desks, insurance, payoff, portfolio
    from hedgerow.results import summary

    parts = {
        choice.hold_or_pick: "choice",
        payoff.price_steps: "payoff",
        desks.options: "desks",
        Block.settle: "update",
        insurance.insurance: "record",
        summary.reduce_leaf: "output",
        portfolio.summed: None,
    }
    for function, part in parts.items():
        assert shares.part_of(function.__code__) == part


def test_modules_that_are_named_are_there():
    package = Path(shares.PACKAGE)
    for modules in shares.PARTS.values():
        for module in modules:
            assert (package / module).exists() or module == "compiled/", module


# goals ----------------------------------------------------------------------------------------


def test_goals_are_judged_by_their_factor():
    results = {
        "interactive": {
            "rows": [
                {"kernel": "numpy", "runs": 128, "seconds": 0.15},
                {"kernel": "numpy", "runs": 1000, "seconds": 2.4},
            ]
        },
        "workers": {"rows": [{"kernel": "numpy", "speedup": 1.7}]},
    }
    verdicts = {verdict["goal"]: verdict for verdict in goals.judge(results)}
    quick = verdicts["128 runs of vietnam, NumPy < 0.3 s"]
    assert quick["met"] and quick["factor"] == pytest.approx(2.0)
    slow = verdicts["1,000 runs of vietnam, NumPy < 1.2 s"]
    assert not slow["met"] and slow["factor"] == pytest.approx(0.5)
    pair = verdicts["asean, NumPy: two workers ≥ 1.8 × one"]
    assert not pair["met"] and pair["factor"] == pytest.approx(1.7 / 1.8)
    assert verdicts["128 runs of vietnam, compiled < 0.1 s"]["value"] is None
    assert not any("C++" in goal for goal in verdicts)
    lines = "\n".join(goals.table(list(verdicts.values())))
    assert "room for 2 ×" in lines and "by 2 ×" in lines and "not measured" in lines


# the command ----------------------------------------------------------------------------------


def bench(*arguments):
    command = [sys.executable, str(FOLDER / "bench.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_a_section_runs_alone_and_writes_json(tmp_path):
    file = tmp_path / "numbers.json"
    ended = bench(
        *("interactive", "--quick", "--repeats", "1", "--kernel", "numpy", "--json", str(file))
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == str(file)
    report = json.loads(file.read_text(encoding="utf-8"))
    assert set(report["sections"]) == {"interactive"}
    assert report["machine"]["libraries"]["numpy"] == np.__version__
    assert report["quick"] and report["goals"]
    assert {row["runs"] for row in report["sections"]["interactive"]["rows"]} == {128, 1000}


def test_an_unknown_section_is_told():
    ended = bench("kernel")
    assert ended.returncode == 2
    assert "no section 'kernel'; there are kernels, shares," in ended.stderr
    assert "Traceback" not in ended.stderr
