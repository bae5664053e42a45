"""From the parameters of an address to runs: presets, levers, switches, statistics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hedgerow.classroom.serve import measures as m
from hedgerow.classroom.serve.answers import Answer, Engine, play
from hedgerow.classroom.serve.asked import Asked, base_of, described, played, read, scenario_of
from hedgerow.classroom.serve.levers import LEVERS, RULES, SWITCHES, allowed, moved
from hedgerow.classroom.serve.presets import PEACE, PRESETS, texts
from hedgerow.classroom.serve.sources import arms, told
from hedgerow.classroom.serve.why import by_term
from hedgerow.compiled.kernels import chosen, simulate
from hedgerow.errors import Refused
from hedgerow.facts import LABELS
from hedgerow.results.summary import PointSummary, reduce_leaf
from hedgerow.runs.ensemble import axes_of
from hedgerow.runs.pairs import Difference, Measure, Sample
from hedgerow.scenario import load
from hedgerow.scenario.compile import world

KERNEL = chosen()
LEVER = {lever.id: lever for lever in LEVERS}


def levers():
    """Some levers somewhere on their grids."""
    values = {
        lever.id: st.integers(0, round((lever.high - lever.low) / lever.step)).map(
            lambda n, lever=lever: lever.rounded(lever.low + n * lever.step)
        )
        for lever in LEVERS
    }
    return st.fixed_dictionaries({}, optional=values)


def switches():
    return st.dictionaries(st.sampled_from(SWITCHES), st.booleans())


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(PRESETS), levers(), switches())
def test_what_is_asked_reads_back_from_its_own_address(preset, values, states):
    pairs = [("preset", preset), *((name, f"{value:g}") for name, value in values.items())]
    pairs += [(name, str(int(on))) for name, on in states.items()]
    asked, _ = read(pairs)
    assert read(list(asked.query().items()))[0] == asked
    scenario = scenario_of(asked)
    rules = scenario.resolved["countries"]["VNM"]["rules"]
    for name, on in states.items():
        if name in RULES:
            assert (name in rules) == on
        elif name == "foresight":
            assert scenario.level == (2 if on else 1)
    for name, value in asked.levers:
        path = LEVER[name].path_in(scenario)
        low, high = allowed(scenario, path)
        assert scenario.quantities[path].value == pytest.approx(min(max(value, low), high))


@pytest.mark.parametrize(
    ("pairs", "parameter", "telling"),
    [
        ([("enforcement", "13")], "enforcement", "from 0 to 12"),
        ([("enforcement", "-1")], "enforcement", "from 0 to 12"),
        ([("enforcement", "nan")], "enforcement", "a number"),
        ([("enforcement", "1e3")], "enforcement", "a number"),
        ([("enforcement", "٣")], "enforcement", "a number"),
        ([("enforcement", "1" * 400)], "enforcement", "a number"),
        ([("enforcement", "")], "enforcement", "a number"),
        ([("enforcement", ".5")], "enforcement", "a whole number"),
        ([("enforcement", "3.9")], "enforcement", "a whole number"),
        ([("threat", "0.55")], "threat", "1 decimal place"),
        ([("need", "0.001")], "need", "2 decimal places"),
        ([("need", "1"), ("need", "1")], "need", "once"),
        ([("war", "yes")], "war", "0 (off) or 1 (on)"),
        ([("preset", "../../etc/passwd")], "preset", "vietnam"),
        ([("presett", "no-war")], "presett", "preset"),
        ([("runs", "1000000")], "runs", "128, 1000"),
        ([("x" * 500, "1")], "x" * 40, "preset"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(pairs, parameter, telling):
    with pytest.raises(Refused) as caught:
        read(pairs, {"runs": ["128", "1000"]})
    assert caught.value.parameter == parameter
    assert telling in caught.value.expected


def test_an_untouched_preset_is_the_shipped_scenario():
    for name in set(PRESETS) - {PEACE}:
        assert scenario_of(Asked(name)).sha256 == load(name).sha256
        assert texts()[name]["title"] == load(name).title


def runs_of(scenario, count=8):
    return play(scenario, 0, count, KERNEL).cells


def test_without_the_war_the_runs_are_those_of_the_shipped_what_if():
    shipped = runs_of(load(PEACE))
    by_preset, _ = read([("preset", PEACE)])
    by_switch, _ = read([("war", "0")])
    np.testing.assert_array_equal(runs_of(scenario_of(by_preset)), shipped)
    np.testing.assert_array_equal(runs_of(scenario_of(by_switch)), shipped)
    back, _ = read([("preset", PEACE), ("war", "1")])
    np.testing.assert_array_equal(runs_of(scenario_of(back)), runs_of(load("vietnam")))


def test_without_the_four_nos_the_runs_are_those_of_the_shipped_what_if():
    asked, _ = read([(name, "0") for name in RULES])
    expected = runs_of(load("four-nos-dropped"))
    np.testing.assert_array_equal(runs_of(scenario_of(asked)), expected)
    again, _ = read([("preset", "four-nos-dropped"), *((name, "1") for name in RULES)])
    np.testing.assert_array_equal(runs_of(scenario_of(again)), runs_of(load("vietnam")))


def test_every_lever_of_every_preset_can_go_to_both_ends():
    for preset in PRESETS:
        ends = [
            [(lever.id, f"{end:g}") for lever in LEVERS for end in [getattr(lever, side)]]
            for side in ("low", "high")
        ]
        for pairs in ends:
            scenario = scenario_of(read([("preset", preset), *pairs])[0])
            assert np.isfinite(runs_of(scenario, 4)[1:4]).all()


def test_every_preset_has_its_levers_within_reach_and_tells_where_they_come_from():
    cited = set()
    for preset in PRESETS:
        for war in (True, False):
            found = described(preset, war)
            kinds = {row.path: row.kind for row in base_of(preset, war).provenance()}
            assert [lever["id"] for lever in found["levers"]] == list(LEVER)
            for lever in found["levers"]:
                if lever["path"] is not None:
                    assert lever["low"] <= lever["default"] <= lever["high"]
                    assert lever["kind"] == kinds[lever["path"]] in LABELS
                    facts = [fact["id"] for fact in told(lever["source"])["facts"]]
                    assert ", ".join(facts) in lever["source"]
                    assert (lever["kind"] == "sign from fact") <= bool(facts)
                    cited.update(facts)
    assert len(cited) > 3
    waived = described("sanctions-waived", True)["levers"]
    assert [lever["id"] for lever in waived if lever["path"] is None] == ["enforcement"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LEVERS), st.sampled_from(["vietnam", "loyal"]), st.integers(0, 120))
def test_a_moved_number_keeps_its_kind_and_stays_in_its_range(lever, preset, steps):
    scenario = base_of(preset, True)
    path = lever.path_in(scenario)
    if path is None:
        return
    number = scenario.quantities[path]
    low, high = allowed(scenario, path)
    to = min(lever.rounded(lever.low + steps * lever.step), lever.high)
    found = moved(number, to, low, high)
    middle = min(max(to, low), high)
    changed = scenario.replace({path: found}).quantities[path]
    assert changed.value == pytest.approx(middle)
    if "dist" in found:
        assert changed.dist == number.dist
        u = np.array([0.0, 0.1, 0.5, 0.9, 1.0 - 1e-9])
        draws, before = changed.sample(u), number.sample(u)
        assert ((draws >= low - 1e-12) & (draws <= high + 1e-12)).all()
        if number.high is None or number.high * middle / number.value <= high:  # not cut off
            np.testing.assert_allclose(draws, before * middle / number.value, rtol=1e-9)


def test_the_page_has_the_numbers_of_the_summary():
    asked, _ = read([("enforcement", "9"), ("foresight", "0")])
    scenario, runs = scenario_of(asked), 160
    axes = axes_of(scenario)
    summary = PointSummary(axes, 0, runs)
    for leaf, first in enumerate((0, 128)):
        replicates = np.arange(first, min(first + 128, runs), dtype=np.uint64)
        record = simulate(world(scenario, replicates, 1), KERNEL)
        summary.add(reduce_leaf(record, axes, 0, leaf, runs, None))
    table = summary.table().to_pandas().set_index(["measure", "year"])
    work = Answer(Engine(KERNEL), asked, runs)
    found = work.told([work.part(number) for number in range(work.parts)])
    years = range(scenario.start, scenario.end + 1)
    for name, columns in found["series"].items():
        for column, values in columns.items():
            for year, value in zip(years, values, strict=True):
                assert value == pytest.approx(table.at[(name, year), column], abs=5.1e-8)
    for choice in found["choices"]:
        for option, share in choice["shares"].items():
            name = f"choice:{choice['question']}:{option}"
            mean = table["mean"].get((name, choice["year"]), 0.0)
            assert share == pytest.approx(mean, abs=5.1e-8)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(PRESETS), levers(), switches())
def test_what_is_played_is_what_is_downloaded(preset, values, states):
    pairs = [("preset", preset), *((name, f"{value:g}") for name, value in values.items())]
    asked, _ = read([*pairs, *((name, str(int(on))) for name, on in states.items())])
    np.testing.assert_array_equal(runs_of(played(asked), 5), runs_of(scenario_of(asked), 5))


def test_differences_are_those_of_paired_runs():
    asked, _ = read([("capacity", "0.1")])
    base, other = (Sample(scenario_of(a), 64) for a in (Asked(), asked))
    cells = [play(scenario_of(a), 0, 64, KERNEL).cells for a in (Asked(), asked)]
    apart = m.differences(*cells)
    names = m.measures(scenario_of(asked).partners)
    for name, year in (("arms_orders:RUS", 2026), ("alignment_index", 2030), ("tier:USA", 1996)):
        measure = Measure(name, "VNM", year)
        expected = Difference.of(base.values(measure), other.values(measure))
        at = names.index(name), year - 1996
        assert apart.mean[at] == pytest.approx(expected.mean, abs=1e-12)
        assert apart.mean[at] - apart.half[at] == pytest.approx(expected.low, abs=1e-12)
        assert apart.sd[at] == pytest.approx(expected.sd)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 6))
def test_differences_leave_out_what_is_undefined(seed, holes):
    rng = np.random.default_rng(seed)
    base, other = rng.normal(size=(2, 1, 1, 7))
    other[0, 0, rng.permutation(7)[:holes]] = np.nan
    expected = Difference.of(base[0, 0], other[0, 0])
    apart = m.differences(base, other)
    if expected.n < 2:
        assert np.isnan(apart.mean).all()
    else:
        there = ~np.isnan(other[0, 0])
        assert apart.mean[0, 0] == pytest.approx(expected.mean)
        assert apart.mean[0, 0] + apart.half[0, 0] == pytest.approx(expected.high)
        assert apart.sd[0, 0] == pytest.approx(base[0, 0][there].std(ddof=1))


def test_the_terms_of_the_payoff_add_up_to_it():
    scenario = scenario_of(read([("threat", "1.2")])[0])
    told_years = by_term(scenario, 4)
    sample = Sample(scenario, 4, kernel="numpy")
    for year, terms in told_years.items():
        expected = sample.values(Measure("payoff", "VNM", year)).mean()
        assert sum(mean for mean, _ in terms.values()) == pytest.approx(expected, rel=1e-12)


def test_the_dots_of_the_arms_chart_are_the_facts():
    found = {dot["id"]: (dot["year"], dot["low"], dot["value"], dot["high"]) for dot in arms()}
    assert found == {
        "S2-arms-share-2000": (2000.0, 0.95, 0.97, 1.0),
        "S3-arms-share-2022": (2022.0, 0.77, 0.8, 0.83),
        "S2-arms-share-2023": (2023.0, 0.67, 0.7, 0.73),
        "S3-arms-share-undated": (None, 0.9, 0.95, 1.0),
    }


def test_a_source_is_told_in_words():
    rule = told("from fact: S2-arms-share-2000; 1 - value")
    assert (rule["text"], rule["facts"][0]["id"]) == ("1 - value", "S2-arms-share-2000")
    entry = told("external: unctad-trade-1995, square root of the share")
    assert entry["text"].startswith("UNCTADstat: Merchandise trade matrix, annual, 1995.")
    assert told("assumption: why") == {"text": "why", "facts": []}
    assert told("") == {"text": "", "facts": []}
