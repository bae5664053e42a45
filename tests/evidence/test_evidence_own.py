"""Facts of one's own in a file of targets, and what they say of hindsight."""

import pytest

from hedgerow.analysis.calibration import targets_of
from hedgerow.facts import TargetError
from hedgerow.scenario import load
from hedgerow.scenario.knowledge import hindsight
from hedgerow.scenario.target_file import load_targets

FACTS = """
[article]
id = "KZ"
title = "A report"
publisher = "An office"
published = "{published}"
dating = "stated"
kind = "statistics"
stance = "none"

[[facts]]
id = "KZ-trade-rus"
domain = "trade"
actor = "KAZ"
partner = "RUS"
date = "{date}"
value = 0.2
unit = "share"
line = 1
coded = "stated"
note = "Russia's share of trade."
"""
SCENARIO = """schema = 2
title = "One country between three powers"
facts = "facts.toml"
[time]
start = 2000
end = 2016
[ensemble]
poles = ["USA", "CHN"]
[instruments]
trade = { kind = "flow", step = 0.05, cap = 0.9, salience = 0.5, source = "convention" }
[partners]
USA.name = "United States"
CHN.name = "China"
RUS.name = "Russia"
[countries.KAZ]
ties.trade.CHN = 0.5
ties.trade.RUS = { value = 0.447, source = "from fact: KZ-trade-rus; sqrt(value)" }
source = "assumption"
"""
TARGET = """
[[targets]]
id = "share"
country = "KAZ"
measures = ["trade:RUS"]
years = [2015, 2015]
kind = "value"
value = 0.4
error = 0.1
use = "check"
source = "KZ-trade-rus"
reason = "an example"
"""


@pytest.fixture
def made(tmp_path):
    """Write facts of a date, in a report of another; return the scenario and a file of targets."""

    def maker(date, published):
        facts = FACTS.format(date=date, published=published)
        for name, text in (("facts", facts), ("mine", SCENARIO), ("targets", TARGET)):
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return load(tmp_path / "mine.toml"), tmp_path / "targets.toml"

    return maker


def test_targets_may_cite_the_facts_of_their_scenario(made):
    scenario, file = made("2012", "2013")
    (target,) = targets_of(scenario, 2024, file)
    (shared,) = hindsight(scenario, [target], 2014).shared
    assert shared.path == "countries.KAZ.ties.trade.RUS" and shared.source == "KZ-trade-rus"
    with pytest.raises(TargetError, match="KZ-trade-rus"):
        load_targets(file=file)


@pytest.mark.parametrize(
    ("date", "published", "year"),
    [
        ("2012", "2019", 2012),
        ("2019", "2020", 2019),
        ("undated", "spring of 2018", 2018),
        ("2030", "2018-05", 2018),
        ("undated", "not known", None),
    ],
)
def test_the_year_of_a_fact_of_ones_own(made, date, published, year):
    late = hindsight(made(date, published)[0], (), 2014).late
    assert [each.year for each in late] == ([] if year == 2012 else [year])
