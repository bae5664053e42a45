"""What a file removes of those below it, what goes with that, and what must not name it."""

import numpy as np
import pytest

from hedgerow.model.simulate import Block
from hedgerow.scenario import load
from hedgerow.scenario.compile import world


@pytest.fixture
def what_if(write):
    """Write a what-if on the shipped scenario; return its path."""

    def writer(text):
        return write(f'schema = 2\ntitle = "x"\nextends = "vietnam"\n{text}\n')

    return writer


def notes(scenario):
    return [str(problem) for problem in scenario.warnings if " go " in problem.message]


def paths_of(node, path=()):
    for key, value in node.items():
        yield (*path, key)
        if isinstance(value, dict):
            yield from paths_of(value, (*path, key))


def test_a_partner_goes_with_all_that_is_its_own_and_with_nothing_else(what_if):
    whole, path = load("vietnam"), what_if('remove.partners = ["AUS"]')
    scenario = load(path)
    assert "AUS" not in scenario.to_toml() and "AUS" in whole.partners
    (note,) = notes(scenario)
    assert note.startswith(f"{path}:4:20: note: with AUS go ")
    for gone in ("relations.rivalry.CHN.AUS", "events.aid_AUS", "shocks.china-australia-2020"):
        assert gone in note
    kept = {path: number for path, number in scenario.quantities.items() if "AUS" not in path}
    assert kept == {
        path: number
        for path, number in whole.quantities.items()
        if "AUS" not in path and ".china-australia-2020." not in path
    }
    block = Block(world(scenario, np.arange(2, dtype=np.uint64), 1))
    block.step()
    assert np.isfinite(block.ties).all()


def test_returns_hold_the_ties_without_it_and_do_not_follow_other_changes(what_if):
    text = 'remove.partners = ["AUS"]\n'
    alone, changed = load(what_if(text)), load(what_if(text + "partners.CHN.trust = 0.9"))
    assert alone.base is None
    assert changed.base is not None and changed["partners.CHN.trust"] == 0.9
    for path, number in changed.base.quantities.items():
        assert number.text() == alone.quantities[path].text(), path


def test_a_country_goes_with_what_is_asked_of_it_alone(small, child):
    text = 'remove.countries = ["LAO"]'
    scenario = load(child(text))
    assert scenario.countries == ("VNM",)
    assert not [path for path in paths_of(scenario.resolved) if "LAO" in path]
    for section in ("choices", "embargoes"):
        for entry in scenario.resolved[section].values():
            assert "LAO" not in entry["countries"] and entry["countries"]


@pytest.mark.parametrize(
    ("section", "name", "told"),
    [
        ("partners", "RSU", "no partner 'RSU' to remove"),
        ("countries", "LOA", "no country 'LOA' to remove"),
        ("instruments", "amrs", "no instrument 'amrs' to remove"),
        ("futures", "coercoin", "no future 'coercoin' to remove"),
        ("events", "inciden", "no event 'inciden' to remove"),
        ("rules", "no_aliance", "no rule 'no_aliance' to remove"),
        ("shocks", "wra", "no label 'wra' to remove"),
        ("choices", "ES-11", "no question 'ES-11' to remove"),
        ("embargoes", "USA-amrs", "no label 'USA-amrs' to remove"),
    ],
)
def test_what_is_not_there_cannot_be_removed(only, child, section, name, told):
    text = only(child(f'remove.{section} = ["{name}"]'))
    assert told in text and "did you mean" in text and ":4:" in text


def test_what_is_removed_twice_is_not_there_the_second_time(only, child):
    assert "no label 'war' to remove" in only(child('remove.shocks = ["war", "war"]'))


def test_what_still_names_it_is_told_with_its_line_and_who_removed_it(problems, child):
    path = child('remove.partners = ["RUS"]')
    found = [str(problem) for problem in problems(path)]
    assert found and all("unknown partner 'RUS'" in text for text in found)
    assert all(f"{path}:4 removes it" in text for text in found)
    assert all("small.toml:" in text.splitlines()[0] for text in found)


def test_an_event_that_an_option_provokes_is_missed(only, what_if):
    path = what_if('remove.events = ["designation"]')
    told = only(path)
    assert told.startswith("vietnam.toml:") and "unknown event 'designation'" in told
    assert f"{path}:4 removes it" in told


def test_what_went_with_another_is_told_by_the_line_that_removed_that(problems, what_if):
    path = what_if('remove.partners = ["CHN"]')
    found = [str(one) for one in problems(path)]
    missed = [text for text in found if "unknown event 'incident'" in text]
    assert missed and all(f"{path}:4 removes it" in text for text in missed)


def test_a_rule_that_a_country_keeps_is_missed_until_it_keeps_another(only, child):
    text = 'remove.rules = ["no_alliance"]\n'
    assert "unknown rule 'no_alliance'" in only(child(text))
    scenario = load(child(text + 'countries.VNM.rules = ["no_siding"]'))
    assert "no_alliance" not in scenario.resolved["rules"]


def test_an_instrument_goes_with_its_numbers(what_if):
    scenario = load(what_if('remove.instruments = ["voice"]'))
    assert "voice" not in scenario.instruments
    assert not [path for path in paths_of(scenario.resolved) if "voice" in path]


def test_what_was_removed_can_be_given_anew(what_if):
    anew = '[partners.AUS]\nname = "Oz"\n[habits.arms.base]\nAUS = -3.0'
    scenario = load(what_if(f'remove.partners = ["AUS"]\n{anew}'))
    assert scenario["partners.AUS.name"] == "Oz" and scenario["partners.AUS.will"] == 0.0
    assert scenario["countries.VNM.ties.trade.AUS"] == 0.0
    assert scenario.base is None


def test_what_a_part_brings_can_be_removed(write, child):
    write("[partners.TUR]\ntrust = 0.3\n[countries.LAO]\nloyalty.TUR = 0.4\n", "one.toml")
    scenario = load(child('include = ["one.toml"]\nremove.partners = ["TUR"]'))
    assert "TUR" not in scenario.partners


def test_futures_lose_what_they_say_of_it(what_if):
    scenario = load(what_if('remove.partners = ["JPN"]'))
    assert list(scenario.resolved["futures"]["us_retrenches"]["set"]) == ["partners.USA.will"]
    assert 'futures.us_retrenches.set."partners.JPN.will"' in notes(scenario)[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('remove = ["AUS"]', "found a list"),
        ('remove.partner = ["AUS"]', "did you mean 'partners'?"),
        ('remove.partners = "AUS"', "found the text"),
        ('remove_shocks = ["war"]', "unknown key 'remove_shocks'"),
    ],
)
def test_remove_has_its_form(only, child, text, told):
    assert told in only(child(text))
