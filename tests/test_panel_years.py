"""The last years of the panel, beside runs of the states' own scenarios."""

import pytest

from hedgerow.analysis.panel_years import Observed, panel_years, text


def test_what_was_observed_is_that_of_the_panel():
    found = panel_years(["KAZ", "UKR"], runs=10)
    (russian,) = (each for each in found if each[:3] == ("KAZ", "arms", "RUS"))
    assert russian.year == 2014 and russian.observed == pytest.approx(0.59, abs=0.005)
    assert all(each.low <= each.median <= each.high for each in found)
    (ukraine,) = (line for line in text(found).splitlines() if line.startswith("| UKR"))
    assert ukraine.startswith("| UKR | none | EU 0.58")


def test_the_largest_supplier_is_counted_apart():
    def row(partner, observed, median):
        return Observed("KAZ", "arms", partner, 2014, observed, 0.0, median, 0.5, 0.2)

    voice = Observed("KAZ", "voice", "USA", 2014, 0.2, 0.1, 0.2, 0.3, 0.3)
    trade = Observed("KAZ", "trade", "EU", 2012, 0.6, 0.5, 0.7, 0.8, 0.6)
    arms = [row("RUS", 0.9, 0.4), row("CHN", 0.0, 0.0), row("EU", 0.1, 0.1), row("USA", 0.0, 0.2)]
    lines = text([*arms, trade, voice]).splitlines()
    assert any(line.startswith("| arms | 4 | 75 % | 25 % |") for line in lines)
    assert any(
        line.startswith("| arms, the largest supplier | 1 | 0 % | 100 % |") for line in lines
    )
    assert lines[-1].startswith("| KAZ | RUS 0.90: 0.40 (0.00–0.50) |")
