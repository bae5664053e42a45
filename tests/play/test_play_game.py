"""A game is a run of the model in which one country's moves are given."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hedgerow
from hedgerow.classroom.play import BadGame, Pick, any_card, briefing, cards, debrief, start, step
from hedgerow.classroom.play import replay as replays
from hedgerow.classroom.play.bamboo import bamboo
from hedgerow.classroom.play.code import decode, encode
from hedgerow.classroom.play.game import moves_of, questions
from hedgerow.classroom.play.look import look_at
from hedgerow.classroom.play.replay import Run, by_the_model, replay
from hedgerow.explanation.reasons import explain
from hedgerow.model.events import by_power
from hedgerow.model.record import Events
from hedgerow.model.rules import most_steps
from hedgerow.model.simulate import simulate
from hedgerow.scenario.compile import world

SHORT = {"time.end": 1999}


@cache
def short(name="vietnam", replicate=0, **given):
    return start(name, replicate=replicate, overrides=SHORT, **given)


@cache
def ensemble(name):
    """The record of six replicates, as any ensemble plays them."""
    scenario = hedgerow.load(name, overrides=SHORT)
    return simulate(world(scenario, np.arange(6, dtype=np.uint64), scenario.seed))


def same(record, other, replicate):
    """Compare the record of one run with a replicate of another, bit for bit."""
    for table in ("countries", "ties"):
        one, all_ = getattr(record, table), getattr(other, table)
        assert one.keys() == all_.keys()
        for name in one:
            np.testing.assert_array_equal(one[name][..., 0], all_[name][..., replicate])
    assert [(c.year, c.country, c.question, c.chosen[0]) for c in record.choices] == [
        (c.year, c.country, c.question, c.chosen[replicate]) for c in other.choices
    ]
    assert happenings(record, 0) == happenings(other, replicate)


def happenings(record, r):
    """What happened in a run: rows of its events."""
    events = Events.of(record.events, 1)
    at = np.flatnonzero(events.replicate == r)
    columns = (events.kind, events.year, events.quarter, events.country, events.partner)
    names = [events.names[e] for e in events.event[at]]
    rows = [names, *(column[at].tolist() for column in columns), events.value[at].tolist()]
    return sorted(zip(*rows, strict=True))


def play_on(game, picks):
    for pick in picks:
        game = step(game, pick)
    return game


# The model's own path


@pytest.mark.parametrize(("name", "country"), [("vietnam", "VNM"), ("asean", "IND")])
def test_a_game_left_to_the_model_is_the_run_of_the_ensemble(name, country):
    game = short(name, replicate=4, country=country)
    game = play_on(game, [Pick.model()] * 4)
    assert game.over
    same(replay(game).block.record, ensemble(name), 4)
    made = [move for year in replay(game).years for move in year.moves]
    assert made and all(map(moves_of(game).is_made, made))


def test_questions_answered_as_the_model_does_change_nothing():
    scenario = hedgerow.load("vietnam", overrides={"time.end": 2022})
    record = simulate(world(scenario, np.arange(3, dtype=np.uint64), scenario.seed))
    game = start("vietnam", first=2022, last=2022, replicate=2, overrides={"time.end": 2022})
    asked = questions(game, 2022)
    assert [one.question for one in asked[:2]] == ["ES-11/1", "ES-11/3"]
    given = {c.question: int(c.chosen[2]) for c in record.choices}
    game = step(game, Pick.model().answering(*(given[q.question] for q in asked)))
    same(replay(game).block.record, record, 2)


def test_years_before_the_game_are_the_models():
    record = ensemble("vietnam")
    game = play_on(short(first=1998, last=1998, replicate=1), [Pick.hold()])
    mine = replay(game).block.record.countries["payoff"]
    np.testing.assert_array_equal(mine[:2, 0, 0], record.countries["payoff"][:2, 0, 1])
    assert mine[2, 0, 0] != record.countries["payoff"][2, 0, 1]


def test_the_model_in_the_same_place_is_its_own_replicate():
    record = ensemble("vietnam")
    game = play_on(short(first=1997, last=1999, replicate=5), [Pick.hold()] * 3)
    same(by_the_model(game).block.record, record, 5)


# Picks


def test_a_course_is_made_in_the_first_quarters_and_the_rest_holds():
    game = short(first=1997)
    move = packed_of(game, 1, "diplomacy", "AUS")
    year = replay(step(game, Pick.course(move, 2))).years[-1]
    assert year.moves == (move, move)
    before = replay(game).years[-1].ties["diplomacy"]["AUS"]
    assert year.ties["diplomacy"]["AUS"] == pytest.approx(before + 0.5)


def packed_of(game, direction, instrument, partner):
    card = any_card(game, direction, instrument, partner)
    return card.pick.tested or card.pick.moves[0]


def test_a_forbidden_move_is_refused_and_the_year_passes_holding():
    game = start("vietnam", first=1998, last=2006, replicate=1)
    while not (card := any_card(game, 1, "defence", "USA")).forbidden:
        game = step(game, card.pick)
    assert card.forbidden[0].startswith("rule ")
    tested, held = (step(game, pick) for pick in (card.pick, Pick.hold()))
    assert replay(tested).years[-1].refused == card.forbidden
    for name, array in replay(tested).block.record.ties.items():
        np.testing.assert_array_equal(array, replay(held).block.record.ties[name])


def test_without_rules_there_is_nothing_to_test():
    game = start("four-nos-dropped", first=2016, last=2017)
    assert {reason for card in cards(game).cards for reason in card.forbidden} == set()


STEPS = st.one_of(st.integers(9, 40), st.integers(65, 96))  # of desks, up and down
PICKS = st.one_of(
    st.just(Pick.model()),
    st.just(Pick.hold()),
    st.builds(Pick.course, STEPS, st.integers(1, 4)),
    st.lists(st.one_of(st.none(), st.just(0), STEPS), min_size=4, max_size=4).map(
        lambda moves: Pick(tuple(moves))
    ),
)


@given(st.lists(PICKS, min_size=1, max_size=4), st.integers(0, 5))
@settings(max_examples=25, deadline=None)
def test_whatever_is_picked_the_rules_hold_and_a_replay_is_the_same(picks, replicate):
    game = play_on(short(replicate=replicate), picks)
    run = replay(game)
    block = run.block
    counts = block.state.counts
    assert (counts >= 0).all()
    most = most_steps(block.world.structure, block.frame)
    start_counts = Run(replace(game, picks=())).block.state.counts
    assert (counts <= np.maximum(most, start_counts)).all()
    for year in run.years:
        if None not in year.pick.moves:
            left = list(year.pick.moves)
            for made in year.moves:  # in their order, and none but those
                left = left[left.index(made) + 1 :]
    replays._RUNS.clear()
    again = replay(decode(encode(game)))
    assert again is not run
    same(again.block.record, run.block.record, 0)


def test_looking_changes_nothing():
    game = short(first=1997, last=1999, replicate=3)
    record = ensemble("vietnam")
    for _ in range(3):
        briefing(game)
        cards(game)
        any_card(game, 1, "energy", "USA")
        game = step(game, Pick.model())
    same(replay(game).block.record, record, 3)


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        ({"country": "RUS"}, "has VNM"),
        ({"first": 1990}, "1996 to 2035"),
        ({"first": 2020, "last": 2019}, "2020 to 2035"),
        ({"last": 2036}, "1996 to 2035"),
        ({"seed": -1}, "2**64"),
        ({"replicate": 2**56}, "2**56"),
    ],
)
def test_a_game_out_of_range_is_refused(arguments, telling):
    with pytest.raises(BadGame, match=telling.replace("*", r"\*")):
        start("vietnam", **arguments)


@pytest.mark.parametrize(
    ("pick", "telling"),
    [
        (Pick((113, 0, 0, 0)), "numbered 0 to 112"),
        (Pick((1, 0, 0, 0)), "moves of desks"),
        (Pick((0, 0, 0)), "4 moves"),
        (Pick((10, 0, 0, 0), tested=10), "passes holding"),
        (Pick.hold().answering(0), "1 answers to 0 questions"),
    ],
)
def test_a_pick_the_year_does_not_have_is_refused(pick, telling):
    with pytest.raises(BadGame, match=telling):
        step(short(), pick)


def test_an_answer_there_is_not_is_refused():
    game = start("vietnam", first=2016, last=2016)
    with pytest.raises(BadGame, match="has 2 options"):
        step(game, Pick.hold().answering(0, 2))


def test_a_game_that_is_over_has_no_next_year_and_one_that_is_not_no_debrief():
    over = play_on(short(first=1999), [Pick.hold()])
    for ask in (briefing, cards, lambda game: step(game, Pick.hold())):
        with pytest.raises(BadGame, match="over"):
            ask(over)
    with pytest.raises(BadGame, match="1999 waits"):
        debrief(short(first=1999))


def test_moves_pack_and_unpack():
    for name in ("vietnam", "threshold"):
        moves = moves_of(start(name))
        for number in range(moves.count):
            assert moves.packed(moves.unpacked(number)) == number
    moves = moves_of(start("vietnam"))
    assert [moves.instruments[k] for k in moves.desks] == [
        *("defence", "diplomacy", "energy", "settlement")
    ]
    assert moves.unpacked(1 + 8 + 2) == (1, moves.instruments.index("defence"), 2)
    assert moves.unpacked(1 + 56) == (-1, 0, 0)
    assert moves.is_made(0) and moves.is_made(1 + 8) and not moves.is_made(1)


# What cards say


@pytest.mark.parametrize("year", [1998, 2017, 2023])
def test_cards_differ_and_are_priced_as_the_menu_prices_them(year):
    game = start("vietnam", first=year, last=year, replicate=1)
    hand = cards(game)
    moves = [(c.direction, c.instrument, c.partner) for c in hand.cards]
    assert len(set(moves)) == len(moves)
    assert 3 <= sum(not c.forbidden for c in hand.cards) <= 5
    assert sum(c.direction == 0 for c in hand.cards) == 1
    told = explain(game_scenario(), "VNM", year, replicate=1)
    by_label = {option.label: option for menu in told.moves[:1] for option in menu.options}
    first_desk = told.moves[0].title.lower()
    earlier = [m.title for m in told.choices if m.quarter == 1 and m.chosen.label == "accept"]
    assert year != 1998 or not earlier
    for card in hand.cards:
        assert sum(card.by_term.values()) == pytest.approx(card.value)
        if card.instrument != first_desk or earlier:
            continue  # other desks see what the first has left, and all see what was accepted
        verb = "deepen" if card.direction > 0 else "loosen"
        option = by_label[f"{verb} {card.instrument} with {card.partner}"]
        if card.steps == 1:
            assert card.forbidden or card.chance == pytest.approx(option.probability)
            assert card.value == pytest.approx(option.value)
            assert card.by_term == pytest.approx(option.parts)
        assert card.forbidden == tuple(r for r in option.forbidden_by if r.startswith("rule"))


def test_chances_are_those_of_the_desk_that_is_asked_first():
    """Where no offer, question or label comes before the desks."""
    game = start("vietnam", first=1997, last=1997, replicate=1)
    told, look = explain(game_scenario(), "VNM", 1997, replicate=1), look_at(game)
    assert not told.choices
    k = look.moves.instruments.index(told.moves[0].title.lower())
    chances = {option.label: option.probability for option in told.moves[0].options}
    for number in look.moves.numbers(k):
        direction, _, p = look.moves.unpacked(number)
        verb = "deepen" if direction > 0 else "loosen"
        label = f"{verb} {look.moves.instruments[k]} with {look.moves.partners[p]}"
        assert look.menu[2][number] == pytest.approx(chances[label])


@cache
def game_scenario():
    return hedgerow.load("vietnam")


def test_what_a_card_says_of_powers_is_what_they_see_next():
    """The slow way: play the quarter with the step and with holding, and compare."""
    game = start("vietnam", first=2019, last=2019, replicate=2)
    card = any_card(game, 1, "defence", "USA")
    look = look_at(game)
    told = {r.power: (r.pressure, r.inducement) for r in card.replies}
    assert told
    now = look.block.rate
    assert look.pressure == pytest.approx(by_power(look.structure, now, True)[:, 0])
    block = replay(game).copy().block
    block.override = block.answer = block.watch = None
    block.shocks()
    block.powers()
    defence = look.moves.instruments.index("defence")
    usa = look.moves.partners.index("USA")
    block.state.counts[defence, usa, 0] += card.steps
    block._settle_form()
    block._foresee()
    for coerces, place in ((True, 0), (False, 1)):
        apart = block.expected(coerces)[:, 0] - by_power(look.structure, now, coerces)[:, 0]
        for p, code in enumerate(look.moves.partners):
            assert apart[p] == pytest.approx(told.get(code, (0.0, 0.0))[place], abs=5e-4)
    year = replay(step(game, card.pick)).years[-1]
    assert card.tie[1] == pytest.approx(card.tie[0] + 0.25 * card.steps)
    assert year.moves == (card.pick.moves[0],) * card.steps


def test_an_answer_that_a_rule_forbids_is_the_models():
    game = start("vietnam", first=2016, last=2016, replicate=3)
    (cam_ranh, _) = cards(game).questions
    closed = [option.closed for option in cam_ranh.options]
    for answer in range(2):
        given = replay(step(game, Pick.hold().answering(answer, None))).years[-1].answers
        if not closed[answer]:
            assert given["cam-ranh"] == cam_ranh.options[answer].name


def test_the_payoff_of_a_year_is_the_sum_of_its_terms():
    game = play_on(short(replicate=2), [Pick.hold(), Pick.model(), Pick.model()])
    for year in replay(game).years:
        assert sum(year.by_term.values()) == pytest.approx(year.payoff)


# The debrief


def test_bamboo_is_what_a_run_of_the_ensemble_summarises(tmp_path):
    game = play_on(start("vietnam", last=1999, replicate=3), [Pick.hold()] * 4)
    results = hedgerow.run(
        "vietnam", runs=24, seed=1, until=1999, kernel="numpy", out=tmp_path / "r"
    )
    told = debrief(game, runs=24, kernel="numpy")
    for measure in ("alignment_index", "arms_stock:RUS", "premium"):
        summary = results.summary(measure=measure, country="VNM").sort_values("year")
        for level, column in ((0.05, "q05"), (0.5, "q50"), (0.95, "q95")):
            mine = np.array(told.paths[measure].bamboo[level], dtype=float)  # nan for None
            np.testing.assert_allclose(mine, summary[column], rtol=1e-12)
    rows = results.countries()
    rows = rows[rows["run"] == 3].sort_values("year")
    np.testing.assert_array_equal(
        told.paths["alignment_index"].model, rows["alignment_index"].to_numpy()
    )
    assert told.paths["alignment_index"].you != told.paths["alignment_index"].model


def test_a_debrief_tells_what_was_done_and_asks_three_questions():
    game = start("vietnam", first=2015, last=2016, replicate=3)
    test = Pick.test(forbidden_of(game))
    game = play_on(game, [test, Pick.model().answering(1, 1)])
    told = debrief(game, runs=16)
    assert [rule.name for rule in told.rules if rule.tested == (2015,)]
    assert told.story[0].did[0].key == "past.refused"
    answers = [m.values["option"] for m in told.story[1].happened if m.key == "past.answer"]
    assert answers == ["option.cam-ranh.deny", "option.eaeu-fta.decline"]
    assert len(told.questions) == 3 and told.questions[0].key == "write.rule"
    assert told.code == encode(game) and told.supplier == "RUS"
    assert bamboo(game, 16) is bamboo(game, 16)


def forbidden_of(game):
    """A step that a rule forbids now."""
    look = look_at(game)
    numbers = (n for k in look.moves.desks for n in look.moves.numbers(k))
    return next(n for n in numbers if replays.rules_against(look.block, look.scenario, look.i, n))


def test_a_world_with_two_powers_and_one_future_can_be_played():
    game = start("threshold", last=2001)
    while not game.over:
        briefing(game)
        game = step(game, cards(game).cards[0].pick)
    assert len(debrief(game, runs=8).questions) == 3


def test_years_in_the_band_and_last_years_are_those_of_each_path():
    found = bamboo(short(), 6)
    paths = ensemble("vietnam").countries["alignment_index"][short().first - 1996 :, 0]
    inside = [[45.0 <= index <= 55.0 for index in path] for path in paths.T]
    assert found.in_band.tolist() == [sum(years) for years in inside]
    assert found.last == pytest.approx(paths[-1], rel=1e-9)
