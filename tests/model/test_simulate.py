"""A run depends on its numbers, seed and replicate alone.

Time steps are quarters throughout, so that no run with half of them can be compared.
"""

from dataclasses import replace

import numpy as np
import pytest

from hedgerow.model.numbers import FIELDS
from hedgerow.model.simulate import Block, NotFinite, simulate
from hedgerow.model.start import revealed
from model.worlds import CHN, PARTNERS, RUS, STEPS, USA, with_numbers, world

RUN = {"years": 4, "countries": ("IDN", "VNM")}


def tables(record):
    return {**record.countries, **record.ties}


def assert_same(found, expected, replicates=slice(None)):
    mine, theirs = tables(found), tables(expected)
    assert mine.keys() == theirs.keys()
    for name, array in mine.items():
        np.testing.assert_array_equal(array, theirs[name][..., replicates], err_msg=name)


def happened(record, replicates=None, partners=PARTNERS):
    """All events as a sorted list, by names and not by places."""
    return sorted(
        (rows.event, rows.kind, rows.year, rows.quarter, partners[rows.partner], i, r, v)
        for rows in record.events
        if rows.partner >= 0
        for i, r, v in zip(
            rows.country.tolist(), rows.replicate.tolist(), rows.value.tolist(), strict=True
        )
        if replicates is None or r in replicates
    )


def test_a_run_is_repeatable_and_another_seed_is_another():
    first, again = (simulate(world(6, **RUN)) for _ in range(2))
    assert_same(first, again)
    assert happened(first) == happened(again)
    other = simulate(world(6, seed=2, **RUN))
    assert (other.ties["diplomacy"] != first.ties["diplomacy"]).any()


@pytest.mark.parametrize("width", [1, 3, 5])
def test_a_replicate_does_not_depend_on_its_companions(width):
    """Blocks of any width, the last narrower, hold the same runs."""
    whole = simulate(world(8, **RUN))
    for first in range(0, 8, width):
        size = min(width, 8 - first)
        part = simulate(world(size, first=first, **RUN))
        assert_same(part, whole, slice(first, first + size))


def test_replicates_in_another_order():
    w = world(6, **RUN)
    order = np.array([4, 0, 5, 2, 1, 3])
    turned = replace(
        w,
        replicates=w.replicates[order],
        values={name: array[..., order] for name, array in w.values.items()},
        market=w.market[..., order],
    )
    assert_same(simulate(turned), simulate(w), order)


def test_recording_does_not_touch_the_state():
    """Pricing insurance every year or hardly ever, the same run."""
    often, seldom = (simulate(world(5, **RUN), insured=every) for every in (1, 99))
    for name in ("alignment_index", "payoff", "threat"):
        np.testing.assert_array_equal(often.countries[name], seldom.countries[name])
    assert happened(often) == happened(seldom)


def test_countries_without_peers_do_not_meet():
    """With attention for all, a country among others lives as it does alone."""
    how = {"years": 4, "numbers": {"acts": 99.0}, "votes": ()}
    alone = simulate(world(6, **how))
    among = simulate(world(6, countries=("AAA", "VNM", "ZZZ"), **how))
    for name, array in tables(among).items():
        np.testing.assert_array_equal(array[:, 1], tables(alone)[name][:, 0], err_msg=name)


NEW = 2  # Korea stands between Japan and Russia


def with_korea(w):
    """The world with a partner more, that nobody has ties with and that has no weight."""
    s = w.structure
    place = [p + (p >= NEW) for p in range(4)]  # where the old partners go

    def grown(array, *axes):
        for axis in axes:
            array = np.insert(array, NEW, 0, axis=axis)
        return array

    values = dict(w.values)
    for one in FIELDS:
        if not one.fixed and "p" in one.shape:
            axes = [axis for axis, letter in enumerate(one.shape) if letter == "p"]
            values[one.array] = grown(w.values[one.array], *axes)
    values["base"][:, NEW] = -700.0
    values["correlation"][NEW, NEW] = 1.0
    values["partner_position"][NEW] = 99.0
    return replace(
        w,
        values=values,
        market=grown(w.market, 1),
        structure=replace(
            s,
            partners=(*PARTNERS[:NEW], "KOR", *PARTNERS[NEW:]),
            poles=(place[USA], place[CHN]),
            sanctions=((place[USA], place[RUS]),),
            tiers=grown(s.tiers, 0),
            events=tuple(
                replace(
                    e,
                    power=place[e.power],
                    bundle=grown(e.bundle, 1) if e.bundle.size else e.bundle,
                )
                for e in s.events
            ),
            votes=tuple(
                replace(
                    v,
                    subject=place[v.subject],
                    sponsors=tuple(place[p] for p in v.sponsors),
                    powers=np.insert(v.powers, NEW, np.nan),
                )
                for v in s.votes
            ),
        ),
    )


def test_a_partner_without_weight_changes_no_draw():
    """Events, visits, labels, votes, orders and flows stay; where desks rest, so does all else."""
    w = world(40, years=5, numbers={"rate": 0.0})
    more = with_korea(w)
    assert revealed(more)[list(STEPS)][:, NEW].max() <= 0.0
    before, after = simulate(w), simulate(more)
    old = [0, 1, 3, 4]
    for name, array in before.ties.items():
        np.testing.assert_allclose(after.ties[name][:, :, old], array, atol=1e-12, err_msg=name)
    for name in ("alignment_index", "payoff", "threat", "belief_china_coerces"):
        np.testing.assert_allclose(after.countries[name], before.countries[name], atol=1e-9)
    known = happened(after, partners=more.structure.partners)
    assert [row for row in known if row[4] != "KOR"] == happened(before)
    votes = [np.stack([choice.options for choice in record.choices]) for record in (before, after)]
    np.testing.assert_array_equal(*votes)


def test_with_desks_a_new_partner_changes_few_moves():
    """Its ties are new options of habit; the events of the first quarter are the same."""
    w = world(300, years=1)
    before, after = simulate(w), simulate(with_korea(w))
    same = before.ties["diplomacy"] == after.ties["diplomacy"][:, :, [0, 1, 3, 4]]
    assert same.mean() > 0.95
    first = [
        [row for row in happened(record, partners=partners) if row[3] == 1 and row[4] != "KOR"]
        for record, partners in (
            (before, PARTNERS),
            (after, with_korea(w).structure.partners),
        )
    ]
    assert first[0] == first[1]


def test_politics_off_by_kind_leaves_other_kinds_their_numbers():
    """Without politics of votes the years before the first vote are the same."""
    w = world(30, years=4)
    without = with_numbers(w, politics_votes=np.zeros(30))
    a, b = simulate(w), simulate(without)
    for name, array in tables(a).items():
        np.testing.assert_array_equal(array[:2], tables(b)[name][:2], err_msg=name)


def test_what_leaves_the_real_numbers_is_told():
    w = world(4, years=1)
    w.values["threat_level"][:, 2] = np.nan
    with pytest.raises(NotFinite, match="replicate 2 is not finite in 1996"):
        simulate(w)


def test_a_country_may_be_steered():
    """What `override` and `answer` put in the arrays is what happens."""
    w = world(3, years=3)
    block, put = Block(w), []

    def hold(block, k, options):
        options[:] = -1

    def abstain(block, choice, chosen):
        put.append(choice.question)
        chosen[:] = 1

    block.override, block.answer = hold, abstain
    for _ in range(12):
        block.step()
    assert put == ["ES-11/1"]
    assert (block.record.choices[0].chosen == 1).all()
    start = simulate(with_numbers(w, rate=np.zeros((7, 3)))).ties["settlement"]
    np.testing.assert_array_equal(block.record.ties["settlement"], start)
