"""From a scenario to the arrays of the model."""

import time

import numpy as np
import pytest

from hedgerow.model.numbers import FIELDS
from hedgerow.model.parameters import DEFENCE, INSTRUMENTS, TRADE, VOICE
from hedgerow.model.simulate import simulate
from hedgerow.model.streams import Purpose, code_of, draw
from hedgerow.scenario import load
from hedgerow.scenario.compile import path_target, sampled, world
from hedgerow.scenario.fields import find
from hedgerow.scenario.keys import split

R = np.arange(64, dtype=np.uint64)
USA, CHN, RUS = range(3)
VNM, LAO = range(2)


@pytest.fixture(scope="module")
def made(small):
    return world(small, R, 5)


def test_structure(made):
    s = made.structure
    assert s.partners == ("USA", "CHN", "RUS") and s.countries == ("VNM", "LAO")
    assert (s.start, s.years, s.rounds, s.level, s.poles) == (2000, 12, 48, 2, (USA, CHN))
    assert s.threat_source.tolist() == [CHN, -1]
    assert s.self_partner.tolist() == [-1, -1]
    assert s.sanctions == ((USA, RUS),)
    assert s.step[TRADE] == 0.05 and s.step[DEFENCE] == 0.2 and s.cap[0] == 2.0
    assert s.tiers.tolist() == [[0, 0], [1, 0], [2, 0]]
    assert "audience" not in s.terms and "loyalty" in s.terms and len(s.processes) == 8
    assert s.strategies == ("quantal", "quantal")
    assert [(e.country, e.instrument, e.partner, e.start, e.stop) for e in s.embargoes] == [
        (VNM, 0, USA, 0, 24)
    ]


def test_rules(made):
    rules = made.structure.rules
    assert rules.tier_max.tolist() == [3, 4]
    assert rules.tie_max[DEFENCE].tolist() == [0.8, 1.0]
    assert rules.tie_max[0].tolist() == [2.0, 2.0]
    assert rules.tilt_max.tolist() == [1.5, np.inf]
    assert rules.force.tolist() == [False, True]


@pytest.mark.parametrize("names", [("strict", "loose"), ("loose", "strict")])
def test_the_tightest_of_several_rules_holds_in_whatever_order(child, names):
    """Another that sets no bound at all changes nothing, wherever it stands."""
    scenario = load(
        child(
            "rules.strict = { tier_max = 1, tilt_max = 0.5, tie_max.defence = 0.2 }\n"
            "rules.loose = { tier_max = 3, tilt_max = 1.5, tie_max.defence = 0.8, force = true }\n"
            "rules.none = {}\n"
            "rules.peace.force = false\n"
            f"countries.VNM.rules = {['peace', *names, 'none']}"
        )
    )
    rules = world(scenario, R, 1).structure.rules
    assert rules.tier_max[VNM] == 1 and rules.tie_max[DEFENCE, VNM] == 0.2
    assert rules.tilt_max[VNM] == 0.5 and not rules.force[VNM]


def test_changes_of_ties_are_whole_steps_whichever_way_they_round(child):
    """0.3 / 0.1 is less than 3, and 0.7 / 0.1 less than 7."""
    more = child(
        '[[choices]]\nat = 2004\nquestion = "Q"\ncountries = ["VNM"]\n'
        "options.up.voice = { USA = 0.3, CHN = 0.7 }\noptions.down.voice = { RUS = -0.3 }"
    )
    question, _ = world(load(more), R, 1).structure.choices
    assert question.changes[:, VOICE].tolist() == [[3, 7, 0], [0, 0, -3]]


def test_choices(made):
    (vote,) = made.structure.choices
    assert (vote.question, vote.round, vote.countries) == ("ES-11/1", 21, (VNM, LAO))
    assert vote.options == ("for", "abstain", "against")
    assert vote.changes.dtype == np.int64 and vote.changes.shape == (3, 7, 3)
    assert vote.changes[:, VOICE].tolist() == [[1, 0, -2], [0, 0, 0], [0, 0, 2]]
    assert vote.rewards.tolist() == [[0, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert vote.costs.tolist() == [0, 0, 0.5]


def test_arrays_are_complete_and_shaped(small, made):
    sizes = {"k": 7, "p": 3, "q": 3, "i": 2, "j": 2, "w": 3}
    for field in FIELDS:
        if field.fixed:
            assert field.array not in made.values
            continue
        axes = "s" if field.parts[0] == "sanctions" else sorted(field.axes, key="kpqijw".index)
        shape = (*(1 if axis == "s" else sizes[axis] for axis in axes), R.size)
        array = made.values[field.array]
        assert array.shape == shape, field.path
        assert array.dtype == np.float64 and array.flags.c_contiguous and array.flags.owndata


def test_fixed_numbers_and_defaults(made):
    v = made.values
    assert (v["salience"][TRADE] == 0.5).all()
    assert (v["turnover"][TRADE] == 0.5).all()  # a default
    assert (v["ties"][0, RUS, VNM] == 0.9).all()
    assert (v["stocks"][0, RUS, VNM] == 0.97).all()
    assert (v["stocks"][TRADE, CHN, VNM] == 0.25).all()  # follows the tie
    assert (v["stocks"][TRADE, USA, VNM] == v["ties"][TRADE, USA, VNM]).all()
    assert (v["ties"][:, :, LAO] == 0).all()
    assert (v["peer_weight"][LAO, VNM] == 1).all() and (v["peer_weight"][VNM, LAO] == 0.2).all()
    assert (v["autonomy"][VNM] == 0.5).all() and (v["autonomy"][LAO] == 0.1).all()
    assert (v["belief_relaxation"][LAO] == 0.3).all()
    assert (v["enforcement"] >= 0).all() and (v["hazard"] == 0.02).all()
    assert v["prior"][:, 0].tolist() == [0.8, 0.1, 0.1]


def test_relations_are_symmetric(made):
    for name, diagonal in (("rivalry", 0.0), ("closeness", 0.0), ("correlation", 1.0)):
        array = made.values[name]
        assert (array == array.swapaxes(0, 1)).all()
        assert (array[range(3), range(3)] == diagonal).all()
    assert (made.values["rivalry"][USA, CHN] == 1.0).all()
    assert (made.values["correlation"][CHN, RUS] == 0.5).all()
    assert np.ptp(made.values["rivalry"][RUS, USA]) > 0.1


def test_draws_are_keyed_by_seed_replicate_and_path(small, made):
    path = "instruments.arms.turnover"
    u = draw(5, R, 0, code_of(path), Purpose.PRIOR)[0]
    expected = 0.04 + (0.12 - 0.04) * np.maximum(u, 2.0**-54)
    np.testing.assert_array_equal(made.values["turnover"][0], expected)
    np.testing.assert_array_equal(sampled(small, R, 5)[path], expected)
    other = sampled(small, R, 6)[path]
    assert (other != expected).all()


def test_a_prior_for_all_countries_is_one_draw(made):
    security = made.values["security"]
    assert (security[VNM] == security[LAO]).all() and np.ptp(security[VNM]) > 0.1


def test_sampled_lists_every_prior(small):
    drawn = sampled(small, R, 5)
    assert tuple(drawn) == small.sampled_paths
    assert {
        "behaviour.security",
        "shocks.war.value",
        "shocks.crisis.at",
        'futures.russia_sides.multiply."partners.RUS.capacity.arms"',
        "relations.closeness.RUS.CHN",
    } <= set(drawn)
    for path, values in drawn.items():
        low, high = small.quantities[path].support()
        assert values.shape == R.shape and (low <= values).all() and (values <= high).all()


def test_blocks_do_not_matter(small):
    whole = world(small, R, 5)
    for part in (R[:1], R[10:27], R[::-1].copy()):
        piece = world(small, part, 5)
        at = part.astype(int)
        for name, array in whole.values.items():
            np.testing.assert_array_equal(piece.values[name], array[..., at], err_msg=name)
        for one, other in zip(piece.shocks, whole.shocks, strict=True):
            np.testing.assert_array_equal(one.start, other.start[at])
            np.testing.assert_array_equal(one.happens, other.happens[at])
            np.testing.assert_array_equal(one.value, other.value[at])


def test_a_new_partner_shifts_nobodys_draws(small, child):
    more = load(child('partners.IND.name = "India"\npartners.IND.will = 0.5'))
    before, after = sampled(small, R, 5), sampled(more, R, 5)
    for path, values in before.items():
        np.testing.assert_array_equal(after[path], values)


def test_shocks(made):
    crisis, war, rivalry = sorted(made.shocks, key=lambda shock: shock.array != "threat_level")
    if war.array != "capacity":
        war, rivalry = rivalry, war
    assert crisis.index == (slice(None),) and crisis.op == "add"
    assert ((crisis.start >= 12) & (crisis.start <= 32)).all() and np.ptp(crisis.start) > 5
    assert 0.1 < crisis.happens.mean() < 0.7 and (crisis.stop == 48).all()
    assert (war.index, war.mirror, war.op) == ((0, RUS), None, "multiply")
    assert (war.start == 20).all() and (war.stop == 38).all() and war.happens.all()
    assert (rivalry.index, rivalry.mirror) == ((CHN, USA), (USA, CHN))
    assert (rivalry.start == 28).all()


def test_whether_a_shock_comes_is_keyed_by_its_label(small, made):
    u = draw(5, R, 0, code_of("shocks.crisis"), Purpose.SHOCK)[0]
    crisis = next(shock for shock in made.shocks if shock.array == "threat_level")
    np.testing.assert_array_equal(crisis.happens, u < 0.4)


def test_futures(made):
    told = [(o.future, o.array, o.index, o.op) for o in made.overrides]
    assert told == [
        (1, "trust", (RUS,), "set"),
        (1, "capacity", (0, RUS), "multiply"),
        (2, "threat_level", (slice(None),), "multiply"),
    ]
    assert (made.overrides[0].value == 0).all()
    assert np.ptp(made.overrides[1].value) > 0.1


def test_shocks_start_and_stop_in_quarters(child):
    scenario = load(
        child(
            '[[shocks]]\nlabel = "a"\nat = 2004.13\nuntil = 2005.9\npath = "partners.USA.will"\n'
            'op = "multiply"\nvalue = 0.5\n'
            '[[shocks]]\nlabel = "before"\nat = 1990\npath = "partners.USA.trust"\n'
            'op = "multiply"\nvalue = 0.5\n'
        )
    )
    shocks = {shock.array: shock for shock in world(scenario, R, 1).shocks}
    assert (shocks["will"].start == 16).all() and (shocks["will"].stop == 23).all()
    assert (shocks["trust"].start == 0).all() and (shocks["trust"].stop == 48).all()


def test_a_country_that_is_a_partner(child):
    scenario = load(
        child(
            'partners.VNM.name = "Vietnam"\n'
            "instruments.energy.cap = 1.0\ncountries.LAO.ties.energy.VNM = 0.3"
        )
    )
    made = world(scenario, R, 1)
    assert made.structure.self_partner.tolist() == [3, -1]
    assert (made.values["ties"][:, 3, VNM] == 0).all()
    assert (made.values["ties"][2, 3, LAO] == 0.3).all()


def test_a_tie_with_itself(only, child):
    told = only(child('partners.VNM.name = "Vietnam"\ncountries.VNM.ties.energy.VNM = 0.3'))
    assert "a tie of VNM with itself" in told


def test_path_target(small):
    assert path_target(small, "partners.RUS.capacity.trade") == ("capacity", (TRADE, RUS), None)
    assert path_target(small, "countries.LAO.returns.trade.CHN")[1] == (TRADE, CHN, LAO)
    assert path_target(small, "countries.VNM.peers.LAO") == ("peer_weight", (VNM, LAO), None)
    assert path_target(small, "relations.rivalry.RUS.USA") == ("rivalry", (RUS, USA), (USA, RUS))
    assert path_target(small, "sanctions.USA.RUS.cut") == ("cut", (0,), None)
    assert path_target(small, "ensemble.precision") == ("precision", (), None)
    assert path_target(small, "behaviour.norm") == ("norm", (slice(None),), None)
    assert path_target(small, "threat") == ("threat_level", (slice(None),), None)
    for wrong in ("partners.XXX.trust", "nothing", "sanctions.CHN.RUS.cut"):
        with pytest.raises(KeyError):
            path_target(small, wrong)


def test_every_quantity_has_a_place(small, made):
    for path in small.quantities:
        found = find(split(path))
        if found is None or found[0].fixed:
            continue
        array, index, _ = path_target(small, path)
        assert made.values[array][index].shape[-1] == R.size


def test_the_resolved_file_makes_the_same_world(small, made, write):
    again = world(load(write(small.to_toml())), R, 5)
    for name, array in made.values.items():
        np.testing.assert_array_equal(again.values[name], array, err_msg=name)
    for one, other in zip(again.shocks, made.shocks, strict=True):
        np.testing.assert_array_equal(one.value, other.value)
        np.testing.assert_array_equal(one.start, other.start)
        np.testing.assert_array_equal(one.happens, other.happens)


def test_the_model_runs_on_it(small):
    record = simulate(world(small, R[:4], 5))
    assert record.ties["arms_stock"].shape == (12, 2, 3, 4)


def asean_sized():
    """A scenario of eleven countries and eight partners, most numbers given, many with priors."""
    partners = ["USA", "CHN", "RUS", "JPN", "IND", "KOR", "EU", "AUS"]
    countries = [f"C{n:02}" for n in range(10)] + ["IND"]
    lines = ['schema = 2\ntitle = "big"\ntime = { start = 1996, end = 2035 }']
    for p in partners:
        lines.append(f"[partners.{p}]\nwill = 0.5\ntrust = {{ dist = 'beta', a = 2, b = 2 }}")
    for i in countries:
        for table in ("returns", "ties"):
            for k in INSTRUMENTS:
                lines.append(f"[countries.{i}.{table}.{k}]")
                for p in partners:
                    value = "{ dist = 'uniform', low = 0, high = 0.5 }" if k == "trade" else "0.1"
                    lines += [f"{p} = {value}"] if p != i else []
    return "\n".join(lines)


def test_compiling_a_block_is_quick(write):
    scenario = load(write(asean_sized()))
    replicates = np.arange(128, dtype=np.uint64)
    world(scenario, replicates, 1)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        made = world(scenario, replicates, 1)
        seconds.append(time.perf_counter() - start)
    assert made.values["returns"].shape == (7, 8, 11, 128)
    assert min(seconds) < 0.1
