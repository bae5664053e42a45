"""What the panel tells of one state, and how little is drawn towards what all states do."""

import csv
from math import log

import numpy as np
import pytest

import hedgerow
from hedgerow.errors import NoState
from hedgerow.facts.panel import panel
from hedgerow.facts.pooling import SIZE_SD, SIZE_SPREAD, rates, sizes, usual_memory
from hedgerow.facts.profile import profile, require_state
from hedgerow.files import folder


def cells(name, **wanted):
    """Rows of a table as they stand in its file."""
    with (folder("seeds") / "panel" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            row
            for row in csv.DictReader(file)
            if all(row[key] == value for key, value in wanted.items())
        ]


@pytest.fixture(scope="module")
def known():
    return panel()


def test_figures_are_those_of_the_tables(known):
    found = profile(known, "kaz")
    trade = cells("trade_shares", country="KAZ", year="2012", source="comtrade4")
    assert found.trade.of == {row["partner"]: float(row["share"]) for row in trade}
    memory = cells("arms_memory", country="KAZ", end_of_year="2014")
    shares = {row["partner"]: float(row["memory_share"]) for row in memory}
    assert found.memory.of == pytest.approx(shares, abs=1e-3)
    assert abs(sum(found.arsenal.of.values()) - 1.0) < 1e-12
    assert found.issues == {"ukraine": "abstain"} and found.classes["territorial"] == 0.0


def test_sources_of_trade_are_not_mixed_and_the_last_year_counts(known):
    egypt = cells("trade_shares", country="EGY", year="2005", source="unctad")
    found = profile(known, "EGY").trade
    assert found.when == "2005 (unctad)"
    assert found.of == {row["partner"]: float(row["share"]) for row in egypt}


def test_an_earlier_year_knows_nothing_later(known):
    found = profile(known, "VNM", 2007)
    assert found.trade.when == "2005 (unctad)" and found.issues == {}
    rows = [
        row for row in cells("arms_programmes", country="VNM") if int(row["order_year"]) <= 2007
    ]
    russian = sum(
        np.exp(float(row["ln_size"]) / 2 - 0.1 * (2007 - int(row["order_year"]))) / 32**0.5
        for row in rows
        if row["partner"] == "RUS"
    )
    assert np.isclose(found.memory.of["RUS"] * found.remembered, russian)
    assert profile(known, "MMR", 2000).embargoes.keys() == {"EU"}
    assert profile(known, "IDN", 2001).embargoes == {}


def test_memory_in_a_table_follows_from_the_programmes(known):
    told, year_later = profile(known, "EGY", 2009), profile(known, "EGY", 2010)
    orders = sum(
        np.exp(float(row["ln_size"]) / 2) / 32**0.5
        for row in cells("arms_programmes", country="EGY", order_year="2010")
    )
    assert abs(told.remembered * np.exp(-0.1) + orders - year_later.remembered) < 0.2


def test_what_is_not_known_is_left_out_and_is_no_zero(known):
    turkey = profile(known, "KAZ")
    assert "TUR" not in turkey.trade.of and "ISR" not in turkey.trade.of
    serbia = {one.table: one for one in profile(known, "SRB").coverage}
    assert "USA" in serbia["trade_shares"].holes and serbia["un_agreement"].years == (2000, 2014)


def test_a_rate_is_drawn_towards_that_of_all_by_how_little_is_known(known):
    found = rates(known)
    total = sum(one.programmes for one in found.values())
    mean = total / sum(one.programmes / one.own for one in found.values() if one.own)
    for code in ("IND", "BRN", "UKR", "TLS", "KAZ"):
        one = found[code]
        assert min(one.own, mean) - 0.05 < one.value < max(one.own, mean) + 0.05
    pull = {code: abs(found[code].value - found[code].own) for code in ("UKR", "IND")}
    assert found["UKR"].error > 4 * found["IND"].error and pull["UKR"] > 0.1


def test_a_size_is_the_best_linear_prediction(known):
    own = [
        float(row["ln_size"]) - 2.8 - {"RUS": 1.4, "EU": 0.8, "USA": 0.85}.get(row["partner"], 0.0)
        for row in cells("arms_programmes", country="SRB")
        if 1997 <= int(row["order_year"]) <= 2012
    ]
    weight = 1 / (1 + SIZE_SD**2 / len(own) / SIZE_SPREAD**2)
    assert np.isclose(sizes(known)["SRB"].value, weight * np.mean(own))
    assert sizes(known)["UKR"][:3] == (0.0, SIZE_SPREAD, None)


def test_usual_memory_is_that_of_steady_orders():
    """Many years of Poisson orders of lognormal size, forgotten by a tenth a year."""
    rng = np.random.default_rng(1)
    orders = rng.poisson(2.0, (4000, 80))
    size = np.exp(2.8 + 0.3 + SIZE_SD * rng.standard_normal((4000, 80)))
    memory = (orders * np.sqrt(size / 32) * np.exp(-0.1 * (np.arange(80) + 0.5))).sum(axis=1)
    assert abs(log(memory.mean() / usual_memory(2.0, 0.3))) < 0.02


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("Kazakhstn", r"did you mean KAZ \(Kazakhstan\)"),
        ("KAX", r"did you mean KAZ"),
        ("USA", r"USA \(United States\) is a power in the panel, not one of the 49"),
        ("EU", r"EU \(European Union\) is a power"),
        ("POL", r"POL \(Poland\) counts as part of EU; name EU as a partner"),
        ("CAN", r"CAN \(Canada\) is not among the states of the panel"),
        ("x" * 60, "hedgerow.countries"),
    ],
)
def test_a_wrong_code_ends_in_one_message(known, code, told):
    with pytest.raises(NoState, match=told):
        profile(known, code)


def test_a_name_will_do(known):
    assert require_state(known, "Viet Nam") == "VNM" and require_state(known, "srb") == "SRB"


def test_all_states_are_listed_with_their_holes():
    frame = hedgerow.countries().set_index("code")
    assert len(frame) == 49 and frame.loc["VNM", "programmes"] == 28
    assert "comtrade4 ends in 1996" in frame.loc["EGY", "holes"]
