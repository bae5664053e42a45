"""``hedgerow check --out``: what a scenario rests on and says, as one page."""

import re
from html.parser import HTMLParser

import pytest

import hedgerow
from hedgerow.analysis.case_page import case_page
from hedgerow.analysis.sense import sense
from hedgerow.scenario.why import why


class Read(HTMLParser):
    """The elements of a page, and its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.words = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [
            value for name, value in attributes if name in ("src", "href", "xlink:href", "action")
        ]

    def handle_data(self, data):
        self.words += data


@pytest.fixture
def kazakhstan(here):
    """Write a scenario whose title is an element of a page."""
    hedgerow.new("KAZ", ["RUS", "CHN", "USA"], out=here / "plain.toml")
    text = 'schema = 2\nextends = "plain.toml"\ntitle = "<script>x</script>"\n'
    (here / "kaz.toml").write_text(text, encoding="utf-8")
    return here / "kaz.toml"


def test_the_page_holds_all_and_loads_nothing(call, here, kazakhstan):
    done = call("check", "kaz.toml", "--out", "report.html")
    assert done.code == 0 and done.out.splitlines()[-1] == "report.html"
    page = Read((here / "report.html").read_text(encoding="utf-8"))
    assert "script" not in page.tags and "<script>x</script>" in page.words
    assert page.tags.count("svg") == 2 and all(link.startswith("#") for link in page.links)
    rests = why(hedgerow.load(kazakhstan))
    for group in ("data", "pooled", "assumptions"):
        own, shared = rests.counts()[group]
        assert f"{group}{own}{shared}" in page.words and f"{own} {group} of countries" in page.words
        assert all(number.path in page.words for number in rests.own[group])


def test_ties_are_drawn_as_the_scenario_has_them(kazakhstan):
    scenario = hedgerow.load(kazakhstan)
    drawn = case_page(scenario, runs=4).drawn()
    panels = {axes.get_title(loc="left"): axes for axes in drawn["ties-KAZ"].axes}
    dots = [line for line in panels["trade"].lines if line.get_marker() == "o"]
    paths = [f"countries.KAZ.ties.trade.{one}" for one in scenario.partners]
    assert [dot.get_ydata()[0] for dot in dots] == [scenario.quantities[p].value for p in paths]
    known = {number.path for number in why(scenario).own["data"]}
    assert [dot.get_markerfacecolor() == "black" for dot in dots] == [p in known for p in paths]
    titles = {axes.get_title(loc="left") for axes in drawn["bands-KAZ"].axes}
    assert titles == {"arms: arsenal", "trade", "nearness in votes", "rung of title"}


def test_a_file_that_is_there_stays_unless_it_is_forced(call, refused, here, kazakhstan):
    (here / "report.html").write_text("mine", encoding="utf-8")
    refused("check", "kaz.toml", "--out", "report.html", telling="report.html exists")
    assert (here / "report.html").read_text(encoding="utf-8") == "mine"
    assert call("check", "kaz.toml", "--out", "report.html", "--force").code == 0
    text = (here / "report.html").read_text(encoding="utf-8")
    assert re.match(r"<!DOCTYPE html>\n<html lang=\"en\">", text)
    assert sorted(path.suffix for path in here.iterdir()) == [".html", ".toml", ".toml"]
    refused("check", "kaz.toml", "--out", "no/such.html", telling="cannot be written")
    refused("check", "kaz.toml", "--force", telling="give --out as well")


def test_shocks_after_the_ten_years_are_left_alone():
    told = sense(hedgerow.load("vietnam"), runs=2)
    assert told.calm.end == 2006 and told.summary["year"].max() == 2006
    assert told.calm["shocks.putin-2001.probability"] == 0.0


def test_a_bad_scenario_has_no_page(refused, here):
    (here / "bad.toml").write_text('schema = 2\ntitle = "x"\nextends = "no"\n', encoding="utf-8")
    refused("check", "bad.toml", "--out", "report.html", telling="no")
