"""An eighth instrument is data: what is run, drawn, explained and played knows it by its entry."""

from pathlib import Path

import pytest

import hedgerow

TECHNOLOGY = """
schema = 2
title = "Technology as one more instrument"
extends = "{small}"

[time]
end = 2003

[instruments.technology]
kind = "steps"
roles = ["denies"]
source = "assumption"
step = 0.25
salience = 0.4
exposure = 0.3
curvature = 40.0
rate = 0.6

[rules.no_foreign_nets]
tie_max.technology = 0.5

[countries.VNM]
rules = ["no_foreign_nets"]
ties.technology = {{ USA = 0.25, CHN = 0.5, RUS = 0.5 }}

[events.laboratory]
name = "Russian laboratory"
power = "RUS"
effect = "offer"
offers = {{ technology.RUS = -1, energy.RUS = 1 }}
rate = 8.0
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    file = tmp_path_factory.mktemp("eighth") / "technology.toml"
    small = Path(__file__).parent / "scenario" / "small.toml"
    file.write_text(TECHNOLOGY.format(small=small), encoding="utf-8")
    return hedgerow.load(file)


@pytest.fixture(scope="module")
def results(scenario):
    return hedgerow.run(scenario, runs=4, workers=1, kernel="numpy")


def test_it_has_columns_and_measures(results):
    ties = results.ties(country="VNM")
    assert set(ties["technology"] * 4) <= {0.0, 1.0, 2.0}
    assert ties.groupby(["run", "partner"], observed=True)["technology"].nunique().max() > 1
    measures = set(results.summary()["measure"])
    assert {f"technology:{code}" for code in results.scenario().partners} <= measures
    shown = results.summary(measure="technology:RUS", country="VNM", year=2000)
    first = ties[(ties["partner"] == "RUS") & (ties["year"] == 2000)]
    assert shown["mean"].item() == pytest.approx(first["technology"].mean())


def test_its_figure_shows_it(results):
    (axes, *_) = results.plot.portfolio().axes
    assert "technology" in [label.get_text() for label in axes.get_yticklabels()]


def test_its_desk_and_its_offers_are_explained(scenario):
    explained = hedgerow.explain(scenario, "VNM", 2000)
    (desk,) = [menu for menu in explained.moves if menu.title == "Technology"]
    assert desk.named("deepen technology with CHN").forbidden_by == ("rule no_foreign_nets",)
    assert desk.named("deepen technology with USA").parts["returns"]
    offers = [menu for menu in explained.choices if menu.title == "Offer of RUS: laboratory"]
    assert offers and "technology" in explained.text()


def test_a_country_of_ones_own_finds_it_in_its_menu(scenario):
    class Modern(hedgerow.CountryAgent):
        def choose(self, menu):
            wanted = [m for m in menu if m.instrument == "technology" and m.partner == "USA"]
            return max(wanted, key=lambda move: move.direction, default=menu.hold)

    model = hedgerow.HedgingModel(scenario, countries={"VNM": Modern})
    model.step()
    assert model.countries["VNM"].ties["technology"]["USA"] == 0.5
