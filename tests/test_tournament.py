"""A tournament compares like with like: the same worlds, run by run, and says no more than that."""

from dataclasses import replace
from functools import cache
from math import isnan, nan

import numpy as np
import pytest

import hedgerow
from hedgerow.analysis.tournament_text import number, text
from hedgerow.analysis.tournaments import AHEAD, BEHIND, OPEN, Estimate, tournament
from hedgerow.errors import on_command_line
from hedgerow.model.simulate import Block, simulate
from hedgerow.model.strategies import STRATEGIES
from hedgerow.runs.pairs import Difference
from hedgerow.scenario.compile import world

RUNS, LAST = 8, 2014
SHORT = {"time.end": LAST}
STRICT = {"events.designation.rate": 0.1, "sanctions.USA.RUS.enforcement": 4.0}
"""So that some runs meet a designation, years before the law that brought them."""
SOME = ("bandwagoner", "diversifier", "random")


@cache
def vietnam():
    return hedgerow.load("vietnam", overrides=SHORT | STRICT)


@cache
def result():
    return tournament(vietnam(), "VNM", SOME, RUNS, seed=3, rivalry=(1.0,))


def played(strategy):
    scenario = vietnam().replace({"countries.VNM.strategy": strategy})
    return world(scenario, np.arange(RUNS, dtype=np.uint64), 3)


@cache
def record(strategy):
    return simulate(played(strategy))


def row(name):
    return next(row for row in result().rows if row.strategy == name)


def by_hand(values):
    return Difference.of(np.zeros(RUNS), np.asarray(values, dtype=float))


def check(estimate, values):
    expected = by_hand(values)
    for name in ("mean", "low", "high"):
        assert getattr(estimate, name) == pytest.approx(getattr(expected, name), nan_ok=True)


def test_the_hedger_against_itself_is_exactly_nothing():
    assert row("quantal").against == Estimate(0.0, 0.0, 0.0)
    assert row("quantal").contrasts == ()
    assert result().by_rivalry[1.0]["quantal"] == Estimate(0.0, 0.0, 0.0)


def test_common_random_numbers_make_differences_narrower():
    wide = row("diversifier").payoff.high - row("diversifier").payoff.low
    payoff = record("quantal").countries["payoff"][:, 0].mean(axis=0)
    alone = by_hand(payoff)
    independent = np.hypot(wide, alone.high - alone.low)
    paired = row("diversifier").against.high - row("diversifier").against.low
    assert paired < independent


@pytest.mark.parametrize("name", ["quantal", *SOME])
def test_estimates_are_paired_means_by_hand(name):
    base, mine, found = record("quantal"), record(name), row(name)
    for column in ("payoff", "premium", "payout", "autonomy", "tail_loss"):
        check(getattr(found, column), np.nanmean(mine.countries[column][:, 0], axis=0))
    gap = mine.countries["payoff"][:, 0].mean(axis=0) - base.countries["payoff"][:, 0].mean(axis=0)
    check(found.against, gap)
    check(found.alignment_index, mine.countries["alignment_index"][-1, 0])
    assert found.source == STRATEGIES[name].source


@pytest.mark.parametrize("name", ["quantal", *SOME])
def test_designations_and_votes_by_a_plain_count(name):
    mine = record(name)
    hit = [0.0] * RUNS
    for rows in mine.events:
        if rows.event == "designation":
            for r in rows.replicate.tolist():
                hit[r] = 1.0
    assert sum(hit) > 0
    check(row(name).designations, hit)
    (vote,) = [choice for choice in mine.choices if "against" in choice.options]
    assert vote.question == "68/262"
    against = [vote.options[vote.chosen[r]] == "against" for r in range(RUNS)]
    check(row(name).votes_against, against)


@pytest.mark.parametrize("name", ["quantal", *SOME])
def test_survival_by_a_plain_walk_over_quarters(name):
    """Entered: first quarter in 45–55. Broken: four quarters in a row outside it after that."""
    block, course = Block(played(name)), []
    for _ in range(4 * (LAST - 1996 + 1)):
        block.step()
        a = np.einsum("kd,kpd->pd", block.frame["salience"], block.ties)
        first, second = (a[pole] for pole in block.world.structure.poles)
        course.append(50.0 * (1.0 + (first - second) / (first + second)))
    expected = []
    for r in range(RUNS):
        index = [values[r] for values in course]
        inside = [45.0 - 1e-9 <= value <= 55.0 + 1e-9 for value in index]
        if not any(inside):
            expected.append(0.0)
            continue
        entry = inside.index(True)
        years = LAST + 1 - (1996 + entry // 4)
        for t in range(entry, len(index) - 3):
            if not any(inside[t : t + 4]):
                years = (t - entry) / 4
                break
        expected.append(years)
    check(row(name).survival, expected)


def test_contrasts_are_of_the_last_year_and_of_every_question():
    base, mine = record("quantal"), record("bandwagoner")
    found = {contrast.measure: contrast for contrast in row("bandwagoner").contrasts}
    china = vietnam().partners.index("CHN")
    tier = found["tier:CHN"]
    before, after = (r.ties["tier"][-1, 0, china] for r in (base, mine))
    assert tier.year == LAST
    assert (tier.hedger, tier.strategy) == pytest.approx((before.mean(), after.mean()), rel=1e-9)
    check(tier.gap, after - before)
    vote = found["choice:68/262:abstain"]
    assert vote.year == 2014
    answers = [next(c for c in r.choices if c.question == "68/262") for r in (base, mine)]
    abstained = [c.chosen == c.options.index("abstain") for c in answers]
    check(vote.gap, abstained[1].astype(float) - abstained[0])
    assert "choice:cam-ranh:grant" not in found  # it comes in 2016
    clear = {name for name, c in found.items() if c.gap.low > 0.0 or c.gap.high < 0.0}
    assert clear == {name for name, c in found.items() if c.clear}
    assert 0 < len(clear) < len(found)


def test_rows_come_by_payoff_and_the_hedger_is_always_among_them():
    payoffs = [row.payoff.mean for row in result().rows]
    assert payoffs == sorted(payoffs, reverse=True)
    assert {row.strategy for row in result().rows} == {"quantal", *SOME}


def test_at_the_scenarios_own_rivalry_both_tables_agree():
    for row in result().rows:
        assert result().by_rivalry[1.0][row.strategy] == row.against


def test_multiples_multiply_what_the_scenario_has():
    few = {"time.end": 1998}
    plain = hedgerow.load("vietnam", overrides=few)
    fierce = hedgerow.load("vietnam", overrides={**few, "relations.intensity": 2.0})
    doubled = tournament(plain, "VNM", ("random",), 4, 3, (2.0, 4.0, 2))
    own = tournament(fierce, "VNM", ("random",), 4, 3, (2.0, 1.0))
    assert list(doubled.by_rivalry) == [2.0, 4.0] and list(own.by_rivalry) == [1.0, 2.0]
    assert doubled.by_rivalry[2.0] == own.by_rivalry[1.0]
    assert doubled.by_rivalry[4.0] == own.by_rivalry[2.0] != doubled.by_rivalry[2.0]


def test_no_multiples_no_course():
    short = hedgerow.load("vietnam", overrides={"time.end": 1997})
    calls = []
    found = tournament(
        short, "VNM", ("random",), 1, rivalry=(), progress=lambda *n: calls.append(n)
    )
    assert found.by_rivalry == {} and found.overtaken("random") is None
    assert calls == [(1, 2), (2, 2)]
    assert isnan(found.rows[0].payoff.low)  # one run has no interval
    assert isnan(found.rows[0].votes_against.mean)  # no votes before 2014
    assert "cannot be told" in text(found)


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        ({"country": "XYZ"}, "country 'XYZ'"),
        ({"strategies": ("cautious",)}, "'cautious'.*quantal, best_reply"),
        ({"runs": 0}, "at least 1"),
        ({"rivalry": (-1.0,)}, "0 or more"),
        ({"rivalry": (nan,)}, "0 or more"),
        ({"rivalry": (float("inf"),)}, "0 or more"),
    ],
)
def test_what_cannot_be_played(arguments, telling):
    calls = []
    given = {"country": "VNM", "progress": lambda *n: calls.append(n)} | arguments
    with pytest.raises(ValueError, match=telling):
        tournament(vietnam(), **given)
    assert not calls


def test_a_drawn_intensity_cannot_be_multiplied():
    prior = {"dist": "uniform", "low": 0.5, "high": 1.5}
    drawn = hedgerow.load("vietnam", overrides={"time.end": 1996, "relations.intensity": prior})
    with pytest.raises(ValueError, match=r"relations\.intensity is drawn"):
        tournament(drawn, "VNM", ("random",), 2, rivalry=(0.5,))
    assert tournament(drawn, "VNM", ("random",), 2, rivalry=(1.0,)).rows


# What it says


def made(**courses):
    """A tournament in which strategies stand as given: {multiple: (low, high)}."""
    multiples = next(iter(courses.values()))
    return replace(
        result(),
        by_rivalry={
            m: {"quantal": Estimate(0.0, 0.0, 0.0)}
            | {n: Estimate(sum(c[m]) / 2, *c[m]) for n, c in courses.items()}
            for m in multiples
        },
    )


MIXED = {0.0: (-9.0, -5.0), 1.0: (-4.0, -1.0), 2.0: (-3.0, 1.0), 3.0: (1.0, 5.0), 4.0: (-3.0, -1.0)}


def test_overtaken_is_the_first_multiple_that_leaves_zero_out():
    found = made(bandwagoner=MIXED, diversifier=dict.fromkeys(MIXED, (-2.0, -1.0)))
    assert found.overtaken("bandwagoner") == 3.0
    assert found.overtaken("diversifier") is None
    assert found.overtaken("nobody") is None
    sides = [AHEAD, AHEAD, OPEN, BEHIND, AHEAD]
    assert list(found.standing("bandwagoner").values()) == sides
    assert made(random={0.5: (0.0, 2.0)}).standing("random") == {0.5: OPEN}
    assert made(random={0.5: (nan, nan)}).standing("random") == {0.5: OPEN}


def test_the_verdict_says_where_bending_stops_being_better():
    said = " ".join(text(made(bandwagoner=MIXED, diversifier=MIXED, random=MIXED)).split())
    verdict = (
        "yes at 0 to 1 (-7 ±2 to -2 ±2); cannot be told at 2 (-1 ±2); "
        "no, it pays more than bending at 3 (3 ±2); yes at 4 (-2 ±1)"
    )
    assert f"than choosing a side: bandwagoner: {verdict}" in said
    assert f"than mere diversification: diversifier: {verdict}" in said


def test_a_best_reply_is_no_verdict_on_bending():
    better = replace(row("random"), strategy="best_reply", against=Estimate(10.0, 9.0, 11.0))
    said = " ".join(text(replace(result(), rows=(better, *result().rows))).split())
    assert "best reply bends too" in said and "off by 10 ±1" in said
    assert "best reply: no" not in said


@pytest.mark.parametrize(
    ("estimate", "said"),
    [
        (Estimate(-121.17, -125.17, -117.17), "-121 ±4"),
        (Estimate(10.9, 10.44, 11.36), "10.9 ±0.5"),
        (Estimate(0.7, 0.69, 0.71), "0.70 ±0.01"),
        (Estimate(-0.04, -1.6, 1.52), "0 ±2"),
        (Estimate(0.0, 0.0, 0.0), "0"),
        (Estimate(12.34, nan, nan), "12"),
        (Estimate(0.56, nan, nan), "0.56"),
        (Estimate(nan, nan, nan), "–"),
    ],
)
def test_numbers_are_rounded_to_their_interval(estimate, said):
    assert number(estimate) == said


def test_the_table_fits_a_terminal():
    every = tuple(replace(row("random"), strategy=name) for name in STRATEGIES)
    for contrasts in (False, True):
        lines = text(replace(result(), rows=every), 100, contrasts).splitlines()
        assert max(map(len, lines)) <= 100


def test_only_clear_differences_are_told():
    found = row("bandwagoner")
    tier = next(c for c in found.contrasts if c.measure == "tier:CHN")
    clear = replace(tier, gap=Estimate(-1.0, -1.5, -0.5), hedger=2.0, strategy=1.0)
    vague = replace(tier, measure="tier:USA", gap=Estimate(-1.0, -2.5, 0.5))
    said = text(
        replace(result(), rows=(row("quantal"), replace(found, contrasts=(clear, vague)))),
        contrasts=True,
    )
    (line,) = [line for line in said.splitlines() if "rung of the label with" in line]
    words = f"{LAST} rung of the label with CHN, 0 to 4 2.00 1.00 -1.0 ±0.5"
    assert " ".join(line.split()) == words
    assert "contrasts=True" not in said and "contrasts=True" in text(result())
    with on_command_line():
        assert "--strategy NAME" in text(result())
