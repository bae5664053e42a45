"""Returns follow from the base, are held in what-ifs, and solved anew where a file says so."""

import numpy as np
import pytest

from hedgerow.model.start import revealed
from hedgerow.scenario import load
from hedgerow.scenario.compile import world

R = np.arange(12, dtype=np.uint64)
SHARPER = "relations.rivalry.USA.CHN = 4.0\nterms.security = false\n"


def returns(scenario, **more):
    return world(scenario, R, 5, **more).values["returns"]


def tie(scenario, values, instrument, partner, country):
    """Returns of one tie: (R,)."""
    place = (
        scenario.instruments.index(instrument),
        scenario.partners.index(partner),
        scenario.countries.index(country),
    )
    return values[place]


def test_a_scenario_of_its_own_reveals_its_returns(small):
    made = world(small, R, 5)
    assert small.base is None and "base" not in small.resolved
    np.testing.assert_array_equal(made.values["returns"], revealed(made))
    assert np.ptp(tie(small, made.values["returns"], "energy", "RUS", "VNM")) > 1.0
    for instrument in ("arms", "trade", "voice"):  # no desk moves them
        assert not tie(small, made.values["returns"], instrument, "RUS", "VNM").any()


@pytest.mark.parametrize(
    "changes",
    [
        {"relations.rivalry.USA.CHN": 4.0},
        {"terms.security": False},
        {"countries.VNM.rules": [], "behaviour.autonomy": 3.0},
        {"countries.VNM.ties.energy.RUS": 0.75},
        {"countries.VNM.behaviour.autonomy": {"dist": "uniform", "low": 5.0, "high": 6.0}},
        {"behaviour.security": 90.0},
        {"instruments.energy.curvature": 80.0},
        {"futures.coercion.prior": 0.9},
        {"partners.RUS.capacity.arms": 0.1, "countries.VNM.stocks.arms.USA": 0.5},
    ],
)
def test_what_is_set_does_not_change_them_but_solved_anew_they_change(small, changes, write):
    whatif = small.with_(changes)
    np.testing.assert_array_equal(returns(whatif), returns(small))
    again = load(write(whatif.to_toml()))
    assert again.sha256 == whatif.sha256
    np.testing.assert_array_equal(returns(again), returns(small))
    anew = small.with_({**changes, "recalibrate": True})
    assert "base" not in anew.resolved
    assert not np.array_equal(returns(anew), returns(small))
    np.testing.assert_array_equal(returns(anew), revealed(world(anew, R, 5)))


def test_a_change_of_a_change_has_the_same_base(small, child, write):
    first = load(child(SHARPER))
    path = write(first.to_toml(), "first.toml")
    second = load(path, {"partners.RUS.trust": 0.1})
    np.testing.assert_array_equal(returns(second), returns(small))
    assert second.resolved["base"] == {
        "partners.RUS.trust": {"value": 0.8, "low": 0.6, "high": 0.9},
        "relations.rivalry.USA.CHN": 1.0,
        "terms.security": True,
    }


def test_a_future_that_a_child_adds_is_not_in_the_base(small, child):
    more = load(child("futures.storm = { prior = 0.9, entraps = 1.0 }"))
    assert more.resolved["base"] == {"absent": ["futures.storm"]}
    np.testing.assert_array_equal(returns(more), returns(small))


def test_members_that_a_child_adds_have_returns_of_their_own(small, child):
    more = load(
        child(
            SHARPER + "partners.JPN.trust = 0.5\ncountries.THA.ties.defence.USA = 0.5\n"
            "countries.VNM.ties.energy.JPN = 0.25\n"
        )
    )
    before, after = returns(small), returns(more)
    for instrument in ("energy", "defence"):
        for partner in small.partners:
            for country in small.countries:
                where = (instrument, partner, country)
                np.testing.assert_allclose(
                    tie(more, after, *where), tie(small, before, *where), rtol=1e-12
                )
    assert (tie(more, after, "energy", "JPN", "VNM") > 0.0).all()
    assert (tie(more, after, "defence", "USA", "THA") > 0.0).all()


def test_a_file_that_recalibrates_is_the_base_of_what_extends_it(small, child, write):
    path = child(SHARPER + "recalibrate = true\n".join(["", ""]))
    text = f'schema = 2\ntitle = "anew"\nextends = "{path}"\nrecalibrate = true\n'
    anew = write(text, "anew.toml")
    below = write(
        f'schema = 2\ntitle = "below"\nextends = "{anew}"\nterms.loyalty = false\n', "below.toml"
    )
    assert "base" not in load(anew).resolved
    assert load(below).resolved["base"] == {"terms.loyalty": True}
    np.testing.assert_array_equal(returns(load(below)), returns(load(anew)))
    assert not np.array_equal(returns(load(below)), returns(small))


def test_points_of_a_sweep_hold_them_unless_they_are_always_solved(small):
    path = "relations.rivalry.RUS.USA"
    given = {path: np.full(R.size, 3.0)}
    np.testing.assert_array_equal(returns(small, given=given), returns(small))
    always = small.with_({"recalibrate": "always"})
    expected = returns(small.with_({path: 3.0, "recalibrate": True}))
    np.testing.assert_array_equal(returns(always, given=given), expected)
    assert not np.array_equal(expected, returns(small))


def test_given_returns_stand_in_place_of_the_revealed_ones(small, only):
    path = "countries.VNM.returns.energy.USA"
    given = small.with_({path: 7.0})
    values = returns(given)
    assert (tie(small, values, "energy", "USA", "VNM") == 7.0).all()
    others = returns(small)
    others[small.instruments.index("energy"), small.partners.index("USA"), 1] = 7.0
    np.testing.assert_array_equal(values, others)
    notes = [str(note) for note in given.warnings if "returns are given here" in note.message]
    assert len(notes) == 1 and path in notes[0]
    swept = returns(small, given={path: np.arange(R.size, dtype=float)})
    np.testing.assert_array_equal(tie(small, swept, "energy", "USA", "VNM"), np.arange(R.size))
    told = only(
        __file__.replace("test_scenario_returns.py", "small.toml"), {path: 7.0, "recalibrate": True}
    )
    assert "returns are given here, and recalibrate solves them" in told
    assert told.startswith(f"change {path}=7.0: ")


def test_a_file_that_extends_another_has_no_base_of_its_own(only, child):
    told = only(child('[base]\n"partners.RUS.trust" = 0.1'))
    assert "a file that extends another has no table [base]" in told


def test_replicates_are_solved_alone(small):
    whole = returns(small)
    part = world(small, R[3:7], 5).values["returns"]
    np.testing.assert_array_equal(part, whole[..., 3:7])
