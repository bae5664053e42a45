"""What a run leaves behind: windows, bands, events and measures of a year."""

import numpy as np
import pytest

from hedgerow.model import measures
from hedgerow.model.recorder import Recorder
from hedgerow.model.simulate import simulate
from model.hand import start
from model.worlds import ARMS, RUS, USA, world


def recorder(w):
    q, s, *_ = start(w)
    return Recorder(w.structure, q, s), q, s


def test_orders_are_those_of_five_years():
    """Before the start all was as usual, so that a first year with no order keeps four of five."""
    w = world(1, years=6)
    book, _, s = recorder(w)
    usual = s.usual_arsenal[ARMS, 0] * 0.08
    window = book._windows["orders", ARMS]
    np.testing.assert_allclose(window[:, RUS, 0], usual * 0.97)
    book.open_year()
    book.traded("orders", ARMS, np.array([[0], [0], [0], [usual], [0]]))
    total = book._windows["orders", ARMS].sum(axis=0)[:, 0]
    assert total == pytest.approx(usual * np.array([0, 0, 4 * 0.97, 1, 4 * 0.03]))
    for _ in range(5):
        book.open_year()
    assert not book._windows["orders", ARMS].any()


def test_the_band_by_hand():
    """From the first quarter in the band to four quarters outside it one after the other."""
    w = world(3, years=4)
    book, *_ = recorder(w)
    inside, outside = 50.0, 60.0
    paths = np.array(
        [
            [outside, inside, inside, outside, outside, inside, *[outside] * 4, inside],
            [inside] * 11,
            [outside] * 11,
        ]
    )
    for t in range(11):
        book.follow_band(t, paths[:, t])
    rows = [
        (one.event, one.replicate.tolist(), one.value.tolist(), one.year, one.quarter)
        for one in book.record.events
    ]
    assert rows == [
        ("hedging_entered", [1], [0.0], 1996, 1),
        ("hedging_entered", [0], [0.0], 1996, 2),
        ("hedging_broken", [0], [5 / 4], 1998, 2),
    ]


def test_the_alignment_index():
    """50 (1 + (a_US − a_CHN)/(a_US + a_CHN)): 3 to 1 is 75; without ties to either undefined."""
    w = world(2)
    a = np.array([[1.0, 0.0], [9.0, 9.0], [9.0, 9.0], [3.0, 0.0]])
    assert measures.alignment_index(w.structure, a)[0] == pytest.approx(75.0)
    assert np.isnan(measures.alignment_index(w.structure, a)[1])


def test_concentration():
    shares = np.array([[0.5, 0.0], [0.0, 0.0], [0.25, 0.0], [0.0, 0.0]])
    found = measures.concentration(shares, np.array([0.25, 1.0]))
    assert found == pytest.approx([0.375, 1.0])


def test_offers_tell_their_answers_and_coercion_its_end():
    record = simulate(world(200, years=3))
    seen = set()
    for rows in record.events:
        if rows.kind == "offer":
            assert np.isin(rows.value, (0.0, 1.0)).all()
            seen |= set(rows.value.tolist())
        if rows.event == "restriction_CHN":
            begun = rows.year + (rows.quarter - 1) / 4
            np.testing.assert_allclose(rows.until, begun + 1.0)
    assert seen == {0.0, 1.0}


def test_shares_add_up_and_rungs_are_whole():
    record = simulate(world(50, years=3))
    for name in ("arms_stock", "arms_orders", "arms_deliveries"):
        total = record.ties[name].sum(axis=2)
        assert (total <= 1.0 + 1e-12).all()  # the rest is from suppliers outside politics
        assert total.mean() > 0.7
    tier = record.ties["tier"]
    np.testing.assert_array_equal(tier, np.rint(tier))
    beliefs = [
        record.countries[f"belief_{name}"]
        for name in ("a_status_quo", "china_coerces", "us_retrenches")
    ]
    np.testing.assert_allclose(sum(beliefs), 1.0)
    assert record.ties["pressure"][:, 0, RUS].max() == 0.0
    assert record.ties["inducement"][:, 0, USA].min() > 0.0
