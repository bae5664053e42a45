"""Figures say what the tables say, in files that are the same every time."""

import re
import shutil
import subprocess
import sys
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from results.synthetic import SMALL

import hedgerow
from hedgerow.facts import load_evidence
from hedgerow.figures import style
from hedgerow.figures.all import names_of
from hedgerow.figures.portfolio import rows_of
from hedgerow.figures.series import moment

PER_COUNTRY = {"alignment", "arms", "tiers", "votes", "events", "portfolio", "beliefs_threat"}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    out = tmp_path_factory.mktemp("figures") / "result"
    return hedgerow.run(SMALL, runs=12, out=out, progress=False)


@pytest.fixture(scope="module")
def drawn(result):
    return result.plot.all()


def texts(path):
    root = ElementTree.parse(path).getroot()
    return [
        "".join(node.itertext()).strip() for node in root.iter("{http://www.w3.org/2000/svg}text")
    ]


def panel_of(figure, heading):
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == heading)


def test_all_figures_are_there_in_both_forms(result, drawn):
    names = PER_COUNTRY | {"alignment_overview"}
    assert {path.name for path in drawn} == {
        f"{n}.{e}" for n in names for e in ("svg", "png", "txt")
    }
    assert {path.parent for path in drawn} == {result.path / "figures"}
    for path in drawn:
        start = {".png": b"\x89PNG\r\n\x1a\n", ".svg": b"<?xml", ".txt": b""}[path.suffix]
        assert path.read_bytes().startswith(start)


def test_equal_results_give_equal_bytes(result, drawn, tmp_path):
    for figure, name in ((result.plot.arms(), "arms"), (result.plot.votes(), "votes")):
        for again in style.save(figure, tmp_path, name, ["svg", "png"]):
            assert again.read_bytes() == (result.path / "figures" / again.name).read_bytes()


def test_every_figure_says_what_it_shows_and_where_it_comes_from(drawn):
    for path in drawn:
        if path.suffix == ".svg":
            said = texts(path)
            assert "Two hedgers between two rivals · 12 runs, seed 7 · hedgerow 0.1.0" in said
            assert any("2000–2004" in text for text in said), path
            assert not re.search(r"\d\d:\d\d:\d\d", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "alignment",
            ["India between China and United States, 2000–2004", "hedger's band, 45–55"],
        ),
        ("alignment_overview", ["Vietnam", "India", "alignment index"]),
        ("arms", ["India: share of Russia in arms, 2000–2004", "share, all suppliers = 1"]),
        ("tiers", ["Russia", "United States", "alliance", "share of runs on the rung"]),
        ("votes", ["ES-11/1 (2002)", "territorial", "share of runs that chose the option"]),
        ("events", ["incident (CHN)", "exercise (USA)", "usual visit (RUS)"]),
        ("portfolio", ["RUS", "diplomacy", "arms (arsenal)", "trade (√share)", "2004"]),
        ("beliefs_threat", ["status_quo", "coercion", "threat (index)", "belief (probability)"]),
    ],
)
def test_figures_are_labelled(result, drawn, name, expected):
    said = texts(result.path / "figures" / f"{name}.svg")
    for text in expected:
        assert text in said


def test_facts_are_drawn_where_the_articles_put_them(result):
    figure = result.plot.arms("VNM")
    arsenal = figure.axes[-1]
    assert arsenal.get_title(loc="left") == "arsenal at year's end"
    points = {
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in arsenal.lines
        if len(line.get_xdata()) == 1 and line.get_marker() in "os^Dv"
    }
    assert (2000.0, 0.97) in points  # S2-arms-share-2000
    bars = [
        s.tolist()
        for c in arsenal.collections
        if isinstance(c, LineCollection)
        for s in c.get_segments()
    ]
    assert any(np.allclose(bar, [[2000.0, 0.95], [2000.0, 1.0]]) for bar in bars)
    assert all(2000 <= x <= 2004 for x, _ in points)  # those of 2022 and 2023 lie outside
    assert {
        "articles, without a date: drawn to 2004",
        "articles on the arsenal, with their range",
    } <= {text.get_text() for legend in figure.legends for text in legend.get_texts()}


def test_captions_name_the_facts_that_are_drawn(result, tmp_path):
    *_, caption = style.save(result.plot.arms("VNM"), tmp_path, "arms", ["svg"])
    told = caption.read_text(encoding="utf-8")
    assert "S2-arms-share-2000" in told and "Eurasia Review" in told


def test_lines_are_those_of_the_summary(result):
    axes = result.plot.alignment("IND").axes[0]
    line = next(line for line in axes.lines if line.get_label() == "median of runs")
    summary = result.summary(measure="alignment_index", country="IND")
    np.testing.assert_array_equal(line.get_ydata(), summary["q50"])
    axes = next(a for a in result.plot.portfolio("VNM").axes if a.get_title(loc="left") == "2004")
    partners = [label.get_text() for label in axes.get_xticklabels()]
    trade = result.ties(year=2004, country="VNM").groupby("partner", observed=True)["trade"].mean()
    assert axes.images[0].get_array()[
        list(rows_of(result)).index("trade")
    ].tolist() == pytest.approx([trade[p] for p in partners])
    shares = result.ties(year=2004, country="VNM", partner="RUS")["tier"].value_counts() / 12
    image = panel_of(result.plot.tiers("VNM"), "Russia").images[0].get_array()
    for rung, share in shares.items():
        assert image[rung, -1] == pytest.approx(share)


def test_bands_are_those_of_the_summary(result):
    axes = result.plot.alignment("IND").axes[0]
    summary = result.summary(measure="alignment_index", country="IND").set_index("year")
    places = [path.vertices for band in axes.collections for path in band.get_paths()]
    found = {(v[v[:, 0] == 2004, 1].min(), v[v[:, 0] == 2004, 1].max()) for v in places}
    for low, high in (("q05", "q95"), ("q25", "q75")):
        assert (summary.loc[2004, low], summary.loc[2004, high]) in found


def test_the_foot_tells_failed_runs_apart():
    about = {"title": "T", "runs_stored": 10, "runs_failed": 3, "seed": 7, "version": "1"}
    line = style.footer(SimpleNamespace(manifest=about))
    assert line == "T · 7 runs (3 failed), seed 7 · hedgerow 1"


def test_a_fact_of_several_years_lies_in_their_middle():
    facts = load_evidence().facts.values()
    (fact, *_) = (f for f in facts if f.years is not None and f.years[0] < f.years[1])
    assert fact.years[0] < moment(fact) == sum(fact.years) / 2 < fact.years[1]


def test_what_articles_say_was_chosen_is_marked(result):
    held = hedgerow.run("vietnam", runs=8, until=2017, out=None, progress=False)
    axes = held.plot.votes("VNM").axes[0]
    asked = [label.get_text().partition(" ")[0] for label in axes.get_yticklabels()]
    marks = {asked[round(float(line.get_ydata()[0]))]: line.get_xdata()[0] for line in axes.lines}
    taken = {"cam-ranh": "grant", "eaeu-fta": "sign", "drilling-2017": "cancel"}
    assert asked == ["68/262", *taken] and marks.keys() == taken.keys()
    years = {"cam-ranh": 2016, "eaeu-fta": 2016, "drilling-2017": 2017}
    for question, option in taken.items():
        measure = f"choice:{question}:{option}"
        share = held.summary(country="VNM", measure=measure, year=years[question])["mean"].item()
        first = option != "cancel"  # the option stands on the left
        assert marks[question] == pytest.approx(share / 2 if first else 1.0 - share / 2)
    other = result.plot.votes("VNM").axes[0]  # a resolution of that name, asked in another year
    assert not other.lines


def test_a_summary_alone_is_enough(result, tmp_path):
    small = hedgerow.run(SMALL, runs=12, keep="summary", out=tmp_path / "r", progress=False)
    figure = small.plot.tiers("VNM")  # the only one that looks at more than the summary
    panel = panel_of(figure, "Russia")
    assert not panel.images
    (line,) = (line for line in panel.lines if "mean" in str(line.get_label()))
    mean = result.summary(country="VNM", measure="tier:RUS")["mean"]
    np.testing.assert_array_equal(line.get_ydata(), mean)
    one, _ = style.save(small.plot.votes(), tmp_path, "votes", ["svg"])
    other, _ = style.save(result.plot.votes(), tmp_path, "votes-too", ["svg"])
    assert one.read_bytes() == other.read_bytes()


def test_one_country_has_no_overview_and_an_unknown_one_is_told(result, tmp_path):
    with pytest.raises(ValueError, match="no country 'XYZ'; there is IND, VNM"):
        result.plot.alignment("XYZ")
    text = SMALL.read_text(encoding="utf-8")
    head, _, tail = text.partition("[countries.IND]")
    alone = head + "[[choices]]" + tail.partition("[[choices]]")[2]
    path = tmp_path / "one.toml"
    path.write_text(alone.replace('["VNM", "IND"]', '["VNM"]'), encoding="utf-8")
    one = hedgerow.run(path, runs=2, until=2001, out=tmp_path / "r", progress=False)
    assert set(names_of(one)) == PER_COUNTRY
    votes, _ = style.save(one.plot.votes(), tmp_path, "votes", ["svg"])
    assert "nothing was asked of this country" in texts(votes)


def test_figures_of_a_scenario_without_programmes_leave_them_out(tmp_path):
    result = hedgerow.run("threshold", runs=2, until=2001, out=tmp_path / "r", progress=False)
    drawn = {path.stem for path in result.plot.all()}
    assert drawn and "arms" not in drawn
    assert drawn == set(names_of(result))


def test_a_result_of_failures_can_be_drawn(result, tmp_path):
    """Empty panels, but no error: a summary without rows."""
    spoiled = shutil.copytree(result.path, tmp_path / "r")
    header = (spoiled / "summary.csv").read_text(encoding="utf-8").splitlines()[0]
    (spoiled / "summary.csv").write_text(header + "\n", encoding="utf-8")
    empty = hedgerow.open(spoiled)
    for name in (*PER_COUNTRY, "alignment_overview"):
        getattr(empty.plot, name)()


def test_the_users_settings_of_matplotlib_are_left_alone(result):
    """And pyplot, which holds global state, is never imported."""
    code = (
        "import sys, matplotlib, hedgerow\n"
        "matplotlib.rcParams['font.size'] = 30\n"
        f"hedgerow.open({str(result.path)!r}).plot.alignment()\n"
        "assert matplotlib.rcParams['font.size'] == 30\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_event_is_drawn_by_its_name_where_it_has_one(tmp_path):
    text = f'schema = 2\ntitle = "x"\nextends = "{SMALL}"\nevents.exercise.name = "joint drill"\n'
    (tmp_path / "named.toml").write_text(text, encoding="utf-8")
    done = hedgerow.run(tmp_path / "named.toml", runs=4, out=tmp_path / "out", progress=False)
    names = [label.get_text() for label in done.plot.events("IND").axes[0].get_yticklabels()]
    assert "joint drill (USA)" in names and "incident (CHN)" in names
