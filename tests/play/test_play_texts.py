"""Every text there can be is there, in every language, with the same places to fill."""

import json
import re
from importlib.resources import files

import pytest

from hedgerow.classroom.play import Pick, briefing, cards, debrief, start, step
from hedgerow.classroom.play.debrief import names_of
from hedgerow.classroom.play.look import look_at
from hedgerow.classroom.play.messages import LANGUAGES, Language, Message, catalogue
from hedgerow.classroom.play.replay import rules_against
from hedgerow.model.events import CAUSES
from hedgerow.model.parameters import TERMS, Vote
from hedgerow.scenario import load
from hedgerow.scenario.loading import shipped

PLACE = re.compile(r"\{(\w+)(?::[^{}]*)?\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_texts_and_places(language):
    base, other = catalogue("en"), catalogue(language)
    assert base.keys() == other.keys()
    for key, template in base.items():
        assert sorted(set(PLACE.findall(template))) == sorted(set(PLACE.findall(other[key]))), key
        assert other[key].strip()


def test_no_text_is_written_twice_in_a_catalogue():
    for language in LANGUAGES:
        text = (files("hedgerow.classroom.play") / "locales" / f"{language}.json").read_text(
            "utf-8"
        )
        keys = [key for key, _ in json.loads(text, object_pairs_hook=list)]
        assert len(keys) == len(set(keys))


def test_the_shipped_scenarios_have_their_names_questions_and_rules():
    known = catalogue("en")
    wanted = {f"cause.{name}" for name in CAUSES} | {f"term.{name}" for name in TERMS}
    for name in shipped():
        if name.startswith("sweep-"):
            continue
        scenario = load(name)
        wanted |= {f"instrument.{name}" for name in scenario.instruments}
        wanted |= {f"event.{event}" for event in scenario.events}
        codes = (*scenario.partners, *scenario.countries)
        wanted |= {f"name.{code}" for code in codes}
        wanted |= {f"future.{code}" for code in scenario.futures}
        wanted |= {f"rung.{rung}" for rung in scenario.rungs}
        wanted |= {f"rule.{rule}" for rule in scenario.resolved["rules"]}
        for question, entry in scenario.resolved["choices"].items():
            wanted |= {f"question.{question}"}
            given = entry.get("options", Vote.options)
            wanted |= {f"option.{question}.{option}" for option in given}
    assert wanted - known.keys() == set()


@pytest.mark.parametrize(
    ("value", "form", "en", "vi"),
    [
        (0.256, "2", "0.26", "0,26"),
        (-0.256, "+1", "−0.3", "−0,3"),
        (0.2, "+2", "+0.20", "+0,20"),
        (-0.001, "+2", "0.00", "0,00"),
        (0.256, "%", "26\u00a0%", "26\u00a0%"),
        (0.256, "%1", "25.6\u00a0%", "25,6\u00a0%"),
        (float("nan"), "2", "–", "–"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value, form, en, vi):
    assert Language("en").number(value, form) == en
    assert Language("vi").number(value, form) == vi


def test_what_a_catalogue_does_not_know_is_still_said():
    say = Language("en", {"name.ZZZ": "Ruritania"})
    move = Message("move.deepen", {"instrument": "instrument.arms", "partner": "name.ZZZ"})
    assert say.say(move) == "Deepen arms orders with Ruritania"
    assert say.text("option.ballot.stay_out") == "stay out"
    assert say.say(Message("news.any", {"path": "a.b", "before": 1.0, "after": 2.0})) == (
        "A.b went from 1.00 to 2.00."
    )


def messages(game):
    """Everything that is said in a game, with whatever is picked."""
    while not game.over:
        for section in briefing(game).sections:
            yield from section.messages
        hand = cards(game)
        for card in hand.cards:
            yield card.title
            yield from card.purposes
        for question in hand.questions:
            yield question.title
            yield from (option.title for option in question.options)
        pick = hand.cards[len(game.picks) % len(hand.cards)].pick
        if game.year == 2015:
            look = look_at(game)
            steps = (n for k in look.moves.desks for n in look.moves.numbers(k))
            barred = (n for n in steps if rules_against(look.block, look.scenario, look.i, n))
            pick = Pick.test(found) if (found := next(barred, 0)) else pick
        game = step(game, pick.answering(*(0 for _ in hand.questions)))
    told = debrief(game, runs=8)
    yield from told.summary
    yield from told.questions
    for year in told.story:
        yield from (*year.did, *year.happened)


@pytest.mark.parametrize(("name", "country"), [("vietnam", "VNM"), ("asean", "PHL")])
def test_a_whole_game_is_said_without_a_gap(name, country):
    game = start(name, country, first=2014, last=2024, replicate=7)
    said = list(messages(game))
    assert len(said) > 100
    for language in LANGUAGES:
        say, known = Language(language, names_of(game)), catalogue(language)
        for message in said:
            assert message.key in known and message.key != "news.any", message
            assert not any(value != value for value in message.values.values()), message
            assert set(PLACE.findall(known[message.key])) <= set(message.values), message
            text = say.say(message)
            assert text and "{" not in text and "}" not in text


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="en and vi"):
        catalogue("tlh")


def test_the_briefing_says_who_lifted_an_embargo_and_what_a_war_changed():
    def news(year, scenario="vietnam"):
        told = briefing(start(scenario, first=year, last=year)).sections
        return [m for s in told if s.name == "news" for m in s.messages]

    assert "news.embargo_lifted" in [m.key for m in news(2017)]
    war = {m.head: m for m in news(2022)}
    supply = war["shock.war-supply"]
    assert supply.values["partner"] == "name.RUS"
    assert supply.values["after"] < 0.8 * supply.values["before"]
    assert war["shock.war-trade"].values["instrument"] == "instrument.trade"
    sellers = [m for m in news(2025, "arms-from-india-korea") if m.key == "news.base"]
    assert {m.values["partner"] for m in sellers} == {"name.IND", "name.KOR"}
