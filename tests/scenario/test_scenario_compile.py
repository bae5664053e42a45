"""From a scenario to the arrays of the model."""

import tomllib

import numpy as np
import pytest

from hedgerow.model.numbers import FIELDS
from hedgerow.model.parameters import Effect, Kind, Role
from hedgerow.model.simulate import simulate
from hedgerow.model.streams import Purpose, Streams, codes_of
from hedgerow.scenario import load
from hedgerow.scenario.compile import path_target, sampled, world
from hedgerow.scenario.fields import find
from hedgerow.scenario.keys import split
from hedgerow.scenario.write import to_toml

R = np.arange(64, dtype=np.uint64)
CHN, RUS, USA = range(3)
LAO, VNM = range(2)
ARMS, DEFENCE, ENERGY, TRADE, VOICE = range(5)


@pytest.fixture(scope="module")
def made(small):
    return world(small, R, 5)


def test_structure(made):
    s = made.structure
    assert s.partners == ("CHN", "RUS", "USA") and s.countries == ("LAO", "VNM")
    assert s.futures == ("today", "coercion", "russia_sides")  # the first stays, others by name
    assert (s.start, s.years, s.rounds, s.level, s.poles) == (2000, 12, 48, 2, (USA, CHN))
    assert s.threat_source.tolist() == [-1, CHN]
    assert s.self_partner.tolist() == [-1, -1]
    assert s.sanctions == ((USA, RUS),)
    assert s.step[TRADE] == 0.05 and s.step[DEFENCE] == 0.25 and s.cap[ARMS] == 5.0
    assert s.tiers.tolist() == [[0, 1], [0, 2], [0, 0]]
    assert "audience" not in s.terms and "loyalty" in s.terms and len(s.processes) == 8
    assert s.strategies == ("quantal", "quantal")
    assert s.flat == {"labels"} and s.classes == ("human_rights", "territorial")
    assert [(e.country, e.instrument, e.partner, e.start, e.stop) for e in s.bans] == [
        (VNM, ARMS, USA, 0, 24)
    ]


def test_instruments(made):
    instruments = made.structure.instruments
    assert [one.name for one in instruments] == ["arms", "defence", "energy", "trade", "voice"]
    assert [one.kind for one in instruments] == [
        *(Kind.PROGRAMMES, Kind.STEPS, Kind.STEPS, Kind.FLOW, Kind.POSITION),
    ]
    assert instruments[ENERGY].roles == {Role.SETTLES, Role.DENIES}
    assert instruments[VOICE].roles == frozenset()


def test_rules(made):
    rules = made.structure.rules
    assert rules.tier_max.tolist() == [4, 3]
    assert rules.tie_max[DEFENCE].tolist() == [1.0, 0.5]
    assert rules.tie_max[ARMS].tolist() == [5.0, 5.0]
    assert rules.tilt_max.tolist() == [np.inf, 1.5]
    assert rules.force.tolist() == [True, False]
    assert rules.pledge.tolist() == [True, False]


def test_events(made):
    events = {event.name: event for event in made.structure.events}
    assert tuple(events) == tuple(sorted(events)) and len(events) == 5
    assert (events["incident"].power, events["incident"].effect) == (CHN, Effect.INCIDENT)
    assert events["designation"].pair == 0 and events["incident"].pair == -1
    assert np.argwhere(events["exploration"].bundle).tolist() == [[ENERGY, RUS]]
    assert events["base"].bundle[DEFENCE, USA] == 1 and events["base"].pledge
    assert not events["exploration"].pledge
    place = list(events).index("restriction_CHN")
    assert (made.values["event_size"][place] == 0.1).all()
    assert (made.values["event_duration"][place] == 1.0).all()


def test_politics_that_is_false_weighs_nothing(made):
    assert (made.values["politics_votes"] == 0.0).all()
    assert (made.values["politics_steps"] == 1.0).all()
    assert np.ptp(made.values["politics_arms"]) > 0.1


def test_records_before_the_start(made):
    s = made.structure
    np.testing.assert_array_equal(s.records["rights in Syria"], [np.nan, -1.0])
    np.testing.assert_array_equal(s.class_records, [[np.nan, np.nan], [np.nan, 0.3]])


@pytest.mark.parametrize("names", [("strict", "loose"), ("loose", "strict")])
def test_the_tightest_of_several_rules_holds_in_whatever_order(child, names):
    """Another that sets no bound at all changes nothing, wherever it stands."""
    scenario = load(
        child(
            "rules.strict = { tier_max = 1, tilt_max = 0.5, tie_max.defence = 0.2 }\n"
            "rules.loose = { tier_max = 3, tilt_max = 1.5, tie_max.defence = 0.75, force = true }\n"
            "rules.none = {}\n"
            "rules.peace.force = false\n"
            f"countries.VNM.rules = {['peace', *names, 'none']}"
        )
    )
    rules = world(scenario, R, 1).structure.rules
    assert rules.tier_max[VNM] == 1 and rules.tie_max[DEFENCE, VNM] == 0.2
    assert rules.tilt_max[VNM] == 0.5 and not rules.force[VNM]


def test_votes(made):
    syria, ukraine = made.structure.votes
    assert (syria.question, syria.round, syria.countries) == ("Syria", 14, (VNM,))
    assert (syria.kind, syria.subject, syria.sponsors) == (0, -1, ())
    np.testing.assert_array_equal(syria.powers, [0.0, np.nan, 1.0])
    assert (ukraine.question, ukraine.round, ukraine.countries) == ("ES-11/1", 21, (LAO, VNM))
    assert (ukraine.issue, ukraine.kind, ukraine.subject) == ("ukraine", 1, RUS)
    assert ukraine.sponsors == (USA,)
    np.testing.assert_array_equal(ukraine.powers, [0.0, -1.0, 1.0])


def test_choices(made):
    (port,) = made.structure.choices
    assert (port.question, port.round, port.countries) == ("port", 26, (VNM,))
    assert port.options == ("open", "close")
    assert port.bundles.dtype == np.int64 and port.bundles.shape == (2, 5, 3)
    assert np.argwhere(port.bundles).tolist() == [[0, DEFENCE, RUS]]
    assert port.offered.tolist() == [RUS, -1] and port.pledges.tolist() == [-1, -1]
    assert port.cover.tolist() == [[0.0, 1.0, 0.0], [0.0, -0.5, 0.0]]
    assert port.provokes.tolist() == [4, -1] and port.risk.tolist() == [0.3, 0.0]


def test_the_order_of_the_file_does_not_matter(small, made, write):
    """Partners, countries, instruments, events and futures after the first, in reverse."""
    text = small.to_toml()
    document = tomllib.loads(text)
    for section in ("partners", "countries", "instruments", "events", "habits"):
        document[section] = dict(reversed(document[section].items()))
    first, *rest = document["futures"].items()
    document["futures"] = dict([first, *reversed(rest)])
    again = load(write(to_toml(document), "reversed.toml"))
    assert again.sha256 == small.sha256
    other = world(again, R, 5)
    assert other.structure.partners == made.structure.partners
    for name, array in made.values.items():
        np.testing.assert_array_equal(other.values[name], array, err_msg=name)


def test_arrays_are_complete_and_shaped(small, made):
    sizes = {"k": 5, "p": 3, "q": 3, "i": 2, "j": 2, "w": 3, "e": 5, "c": 2}
    for field in FIELDS:
        if field.fixed:
            assert field.array not in made.values
            continue
        axes = "s" if field.parts[0] == "sanctions" else sorted(field.axes, key="kpqijwec".index)
        shape = (*(1 if axis == "s" else sizes[axis] for axis in axes), R.size)
        array = made.values[field.array]
        assert array.shape == shape, field.path
        assert array.dtype == np.float64 and array.flags.c_contiguous and array.flags.owndata


def test_fixed_numbers_and_defaults(made):
    v = made.values
    assert (v["salience"][TRADE] == 0.05).all()
    assert (v["turnover"][TRADE] == 0.08).all()  # a default
    assert (v["ties"][ARMS, RUS, VNM] == 0.9).all()
    assert (v["stocks"][ARMS, RUS, VNM] == 0.95).all()
    assert (v["stocks"][TRADE, CHN, VNM] == 0.25).all()  # follows the tie
    assert (v["stocks"][TRADE, USA, VNM] == v["ties"][TRADE, USA, VNM]).all()
    assert (v["ties"][:, :, LAO] == 0).all()
    assert (v["peer_weight"][LAO, VNM] == 1).all() and (v["peer_weight"][VNM, LAO] == 0.2).all()
    assert (v["autonomy"][VNM] == 2.0).all() and (v["autonomy"][LAO] == 0.1).all()
    assert (v["protection"][DEFENCE] == 0.7).all() and (v["protection"][ENERGY] == 0.0).all()
    assert (v["belief_relaxation"][LAO] == 0.3).all()
    assert (v["enforcement"] >= 0).all() and (v["shield"] == 0.5).all()
    assert v["prior"][:, 0].tolist() == [0.8, 0.1, 0.1]
    assert v["vote_class"][:, 0].tolist() == [-1.3, -1.0]
    assert (v["base"][ARMS, USA] == 0.15).all() and (v["size_of"][ARMS, RUS] == 1.4).all()


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
    u = Streams(5, R)(Purpose.PRIOR, 0, codes_of([path]))[0][0]
    expected = 0.04 + (0.12 - 0.04) * np.maximum(u, 2.0**-54)
    np.testing.assert_array_equal(made.values["turnover"][ARMS], expected)
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
    war, crisis, rivalry = made.shocks  # in the order of the file
    assert crisis.index == (slice(None),) and crisis.op == "add"
    assert ((crisis.start >= 12) & (crisis.start <= 32)).all() and np.ptp(crisis.start) > 5
    assert 0.1 < crisis.happens.mean() < 0.7 and (crisis.stop == 48).all()
    assert (war.index, war.mirror, war.op) == ((ARMS, RUS), None, "multiply")
    assert (war.start == 20).all() and (war.stop == 38).all() and war.happens.all()
    assert (rivalry.index, rivalry.mirror) == ((CHN, USA), (USA, CHN))
    assert (rivalry.start == 28).all()


def test_whether_a_shock_comes_is_keyed_by_its_label(small, made):
    u = Streams(5, R)(Purpose.SHOCK, 0, codes_of(["shocks.crisis"]))[0][0]
    crisis = next(shock for shock in made.shocks if shock.array == "threat_level")
    np.testing.assert_array_equal(crisis.happens, u < 0.4)


def test_futures(made):
    told = [(o.future, o.array, o.index, o.op) for o in made.overrides]
    assert told == [
        (1, "threat_level", (slice(None),), "multiply"),
        (2, "trust", (RUS,), "set"),
        (2, "capacity", (ARMS, RUS), "multiply"),
    ]
    assert (made.overrides[1].value == 0).all()
    assert np.ptp(made.overrides[2].value) > 0.1


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
    scenario = load(child('partners.VNM.name = "Vietnam"\ncountries.LAO.ties.energy.VNM = 0.25'))
    made = world(scenario, R, 1)
    assert made.structure.self_partner.tolist() == [-1, 3]
    assert (made.values["ties"][:, 3, VNM] == 0).all()
    assert (made.values["returns"][:, 3, VNM] == 0).all()
    assert (made.values["ties"][ENERGY, 3, LAO] == 0.25).all()
    assert (made.values["returns"][ENERGY, 3, LAO] > 0).all()


def test_a_tie_with_itself(only, child):
    told = only(child('partners.VNM.name = "Vietnam"\ncountries.VNM.ties.energy.VNM = 0.3'))
    assert "a tie of VNM with itself" in told


def test_path_target(small):
    assert path_target(small, "partners.RUS.capacity.arms") == ("capacity", (ARMS, RUS), None)
    assert path_target(small, "countries.LAO.returns.energy.CHN")[1] == (ENERGY, CHN, LAO)
    assert path_target(small, "countries.VNM.peers.LAO") == ("peer_weight", (VNM, LAO), None)
    assert path_target(small, "relations.rivalry.RUS.USA") == ("rivalry", (RUS, USA), (USA, RUS))
    assert path_target(small, "sanctions.USA.RUS.shield") == ("shield", (0,), None)
    assert path_target(small, "politics.arms") == ("politics_arms", (), None)
    assert path_target(small, "events.incident.rate") == ("event_rate", (3,), None)
    assert path_target(small, "habits.votes.class.territorial") == ("vote_class", (1,), None)
    assert path_target(small, "habits.arms.base.USA") == ("base", (ARMS, USA), None)
    everyone = slice(None)
    assert path_target(small, "behaviour.norm") == ("norm", (everyone,), None)
    assert path_target(small, "behaviour.protection.arms")[1] == (ARMS, everyone)
    assert path_target(small, "countries.LAO.behaviour.protection.arms")[1] == (ARMS, LAO)
    assert path_target(small, "threat") == ("threat_level", (everyone,), None)
    for wrong in ("partners.XXX.trust", "nothing", "sanctions.CHN.RUS.shield"):
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
