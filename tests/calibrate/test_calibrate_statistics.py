"""What is read of a run for each kind of target, against records written by hand."""

import numpy as np
import pytest
from calibrate.small import SCENARIO, target

from hedgerow.analysis.calibration import CalibrationError
from hedgerow.analysis.calibration.statistics import check, columns_of, statistics
from hedgerow.model.record import ChoiceRecord, EventRows, Record
from hedgerow.scenario import load

CHN, RUS, USA = 0, 1, 2
YEARS, RUNS = 6, 4


@pytest.fixture(scope="module")
def scenario():
    return load(SCENARIO)


@pytest.fixture
def record():
    """Four runs of six years, 2000 to 2005; all ties nil but those that a test sets."""
    names = ("arms_stock", "arms_deliveries", "diplomacy", "tier")
    ties = {name: np.zeros((YEARS, 1, 3, RUNS)) for name in names}
    return Record({"autonomy": np.full((YEARS, 1, RUNS), 0.25)}, ties)


def designated(year, power, runs):
    """Return the event of a year in some runs."""
    n = len(runs)
    whole, none = np.ones(n), np.full(n, -1)
    at = np.zeros(n, dtype=np.int64), np.array(runs)
    return EventRows(
        "designation", "coercion", year, 1, power, *at, whole, whole * np.nan, none, none
    )


def read(record, scenario, *targets):
    return statistics(record, scenario, targets).T.tolist()


def test_a_window_is_a_mean_of_its_years_and_a_share_of_nothing_is_nil(record, scenario):
    stock = record.ties["arms_stock"]
    stock[1:4, 0, RUS, 0] = (0.2, 0.4, 0.9)
    stock[2, 0, RUS, 1] = np.nan
    found = read(record, scenario, target("value", "arms_stock:RUS", 0.5, (2001, 2003)))
    assert found[0] == pytest.approx([0.5, 0.0, 0.0, 0.0])
    assert read(record, scenario, target("value", "autonomy", 0.5)) == [[0.25] * RUNS]


def test_a_portfolio_has_a_column_a_partner_and_a_ratio_one(record, scenario):
    record.ties["diplomacy"][1, 0, RUS] = (0.1, 0.2, 0.3, 0.0)
    record.ties["diplomacy"][1, 0, USA] = (0.2, 0.2, 0.0, 0.1)
    both = ("diplomacy:RUS", "diplomacy:USA")
    found = read(
        record, scenario, target("portfolio", both, (0.1, 0.2)), target("ratio", both, 0.5)
    )
    assert found[:2] == [[0.1, 0.2, 0.3, 0.0], [0.2, 0.2, 0.0, 0.1]]
    assert found[2] == pytest.approx([0.5, 1.0, 10.0, 0.0])


def test_a_rung_has_the_year_in_which_it_was_first_reached(record, scenario):
    tiers = record.ties["tier"]
    tiers[2:, 0, USA, 0] = 2
    tiers[:, 0, USA, 1] = 3
    tiers[1, 0, USA, 2], tiers[5, 0, USA, 2] = 2, 2
    near = target("tier", "tier:USA", 2.0, (2001, 2001), error=1.0)
    late = target("tier", "tier:USA", 2.0, (2004, 2004), error=1.0)
    assert read(record, scenario, near, late) == [
        [2002.0, 2000.0, 2001.0, 2006.0],
        [2002.0, 2000.0, 2001.0, 2007.0],
    ]
    column = columns_of([late])[0]
    assert (column.observed, column.error) == (2004.0, 1.0)


def test_what_must_not_happen(record, scenario):
    record.ties["tier"][4, 0, CHN, 3] = 4
    record.ties["tier"][5, 0, CHN, 2] = 4
    record.events.append(designated(2003, USA, [1]))
    record.events.append(designated(2005, USA, range(RUNS)))
    record.events.append(designated(2003, CHN, range(RUNS)))
    window = (2001, 2004)
    found = read(
        record,
        scenario,
        target("never", "event:alliance", 0.0, window, 0.0),
        target("never", "event:designation:USA", 0.0, window, 0.0),
    )
    assert found == [[1, 1, 1, 0], [1, 0, 1, 1]]


def test_a_vote_is_the_option_on_record_or_not(record, scenario):
    chosen = np.array([0, 1, 0, -1])
    record.choices.append(ChoiceRecord(2003, 0, "ES-1", ("for", "against"), chosen))
    vote = target("choice", "choice:ES-1", "for", (2003, 2003), 0.0)
    assert read(record, scenario, vote) == [[1, 0, 1, 0]]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (target("value", "diplomacy:XYZ", 1.0), "no partner 'XYZ'; there are CHN, RUS, USA"),
        (target("value", "diplomacy:USA", 1.0, country="LAO"), "no country LAO; there are VNM"),
        (target("value", "diplomacy:USA", 1.0, (1999, 2001)), "no years 1999 to 2001, but 2000"),
        (target("choice", "choice:ES-9", "for", error=0.0), "no question ES-9 for VNM"),
        (
            target("choice", "choice:ES-1", "absent", (2003, 2003), 0.0),
            "there are for, abstain, against",
        ),
        (target("never", "event:visit:XYZ", 0.0, error=0.0), "no partner 'XYZ'"),
        (target("never", "event:marriage:USA", 0.0, error=0.0), "no event marriage; there are"),
        (target("value", "luck", 1.0), "no measure 'luck'; there are alignment_index"),
        (target("value", "luck:USA", 1.0), "no measure 'luck:USA'"),
        (target("value", "autonomy:USA", 1.0), "no measure 'autonomy:USA'"),
        (target("value", "diplomacy", 1.0), "diplomacy:PARTNER"),
        (
            target("choice", "choice:ES-1", "for", (2001, 2002), 0.0),
            "no question ES-1 in 2001 to 2002; it is put in 2003",
        ),
    ],
)
def test_what_a_scenario_lacks_is_told_with_the_target(scenario, made, told):
    with pytest.raises(CalibrationError, match=r"^target made-up: small has ") as caught:
        check(scenario, [made])
    assert told in str(caught.value)


def test_all_that_a_scenario_lacks_is_told_at_once(scenario):
    made = [target("value", "diplomacy:XYZ", 1.0), target("value", "luck", 1.0, id="other")]
    with pytest.raises(CalibrationError) as caught:
        check(scenario, [*made, target("value", "diplomacy:USA", 1.0)])
    assert [each.message.partition(":")[0] for each in caught.value.problems] == [
        "target made-up",
        "target other",
    ]
