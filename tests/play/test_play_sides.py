"""Three opposite paths from 2014: with Washington, with Beijing, with both."""

from functools import cache

import numpy as np
import pytest

import hedgerow
from hedgerow.classroom.play import Pick, start, step
from hedgerow.classroom.play.moves import Move, Moves
from hedgerow.classroom.play.replay import open_steps, replay
from hedgerow.model.record import KINDS, Events
from hedgerow.model.simulate import Block
from hedgerow.scenario.compile import world

WORLDS = 48
FREE = {"countries.VNM.rules": []}
SIDES = {"west": (("USA", 1), ("CHN", -1)), "east": (("CHN", 1), ("USA", -1))}
SIDES["both"] = (("USA", 1), ("CHN", 1))


def course(moves, side, year):
    """The step of a year: four times one desk deepens with the one, then loosens with the other."""
    partner, direction = SIDES[side][year // len(moves.desks) % 2]
    desk = moves.desks[year % len(moves.desks)]
    return moves.packed(Move(direction, desk, moves.partners.index(partner)))


@cache
def play(side, rules):
    """Every world of a path at once, in which desks move as the picks of a game let them."""
    scenario = hedgerow.load("vietnam-2014", overrides=None if rules else FREE)
    block = Block(world(scenario, np.arange(WORLDS, dtype=np.uint64), scenario.seed))
    moves = Moves(block.world.structure)

    def move(block, instrument, chosen):
        wanted, numbers = course(moves, side, block.round // 4), moves.numbers(instrument)
        chosen[:] = -1
        if wanted in numbers:
            place = numbers.index(wanted)
            chosen[open_steps(block, instrument)[place]] = place

    block.override = None if side == "model" else move
    for _ in range(block.world.structure.rounds):
        block.step()
    return block.record, scenario.partners


def ends(side, rules):
    """What there is to see of a path in the end, in each world."""
    record, partners = play(side, rules)
    events = Events.of(record.events, WORLDS)

    def count(kind, partner):
        there = events.kind == KINDS.index(kind)
        there &= events.partner == partners.index(partner)
        return np.bincount(events.replicate[there], minlength=WORLDS)

    return {
        "index": record.countries["alignment_index"][-1, 0],
        "threat": record.countries["threat"][-1, 0],
        "coercion": count("coercion", "CHN"),
        **{f"offers {partner}": count("offer", partner) for partner in ("USA", "CHN")},
    }


def apart(one, other, what, rules):
    """How far two paths end apart, in standard deviations of the model's own runs.

    And half of the paired 95 % interval.
    """
    found = [ends(side, rules)[what] for side in (one, other, "model")]
    difference, sd = found[0] - found[1], found[2].std()
    half = 1.96 * difference.std(ddof=1) / np.sqrt(WORLDS)
    return difference.mean() / sd, half / sd


def test_these_are_games():
    game = start("vietnam-2014", last=2018, replicate=3)
    record, partners = play("west", True)
    for year in range(5):
        game = step(game, Pick.course(course(replay(game).moves, "west", year), 4))
    for year, told in enumerate(replay(game).years):
        index = record.countries["alignment_index"][year, 0, 3]
        assert told.measures["alignment_index"] == index
        assert (
            told.ties["defence"]["USA"] == record.ties["defence"][year, 0, partners.index("USA"), 3]
        )


@pytest.mark.parametrize("rules", [True, False])
def test_who_sides_is_courted_by_the_other(rules):
    """S3:59–61, S4:40: a power courts where its rival leads."""
    assert apart("west", "both", "index", rules)[0] > 1.0
    assert apart("both", "east", "index", rules)[0] > 1.0
    for one, other, power in (("west", "east", "CHN"), ("east", "west", "USA")):
        size, half = apart(one, other, f"offers {power}", rules)
        # Under the rules .6 ± .3 and 1.0 ± .4; without them 4 and 6.
        assert size > (half if rules else 1.0)


@pytest.mark.parametrize("other", ["east", "both"])
@pytest.mark.parametrize("what", ["coercion", "threat"])
def test_who_sides_with_the_rival_of_its_threat_is_coerced(what, other):
    """S4:42: beyond what it tolerates, China answers a tilt to Washington, and the threat grows."""
    assert apart("west", other, what, rules=False)[0] > 1.0


@pytest.mark.parametrize("other", ["east", "both"])
@pytest.mark.parametrize("what", ["coercion", "threat"])
def test_under_the_rules_nobody_sides_so_far_as_to_be_coerced_for_it(what, other):
    """No siding bounds the tilt where China hardly minds it: it answers a tenth of a sd."""
    size, half = apart("west", other, what, rules=True)
    assert abs(size) + half < 0.3
