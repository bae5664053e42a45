"""What results, analyses and figures show of themselves: a line at a prompt, more in a notebook."""

import base64
import re
from io import BytesIO

import pytest
from matplotlib import image

import hedgerow
from hedgerow.analysis.saving import Analysis
from hedgerow.figures.page import page


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("shown") / "run"
    return hedgerow.run("vietnam", runs=4, seed=1, until=1998, out=out, progress=False)


@pytest.fixture(scope="module")
def short():
    return hedgerow.load("vietnam").with_({"time.end": 1997})


@pytest.fixture(scope="module")
def comparison(short):
    return hedgerow.compare(short, short.with_({"terms.loyalty": False}), runs=4, seed=1)


def _pixels(drawn):
    return image.imread(BytesIO(drawn), format="png")


def test_a_result_shows_what_was_run(run):
    assert len(repr(run).splitlines()) == 1 and "4 runs" in repr(run)
    html = run._repr_html_()
    assert len(html) < 5000
    for told in ("4 of 4 stored", "1996 to 1998", "Vietnam (VNM)", "Russia (RUS)"):
        assert told in html
    assert run.manifest["title"] in html and run.manifest["tables_digest"] in html


def test_a_figure_has_a_picture_for_a_notebook(run):
    """IPython asks a figure for this where pyplot has set nothing up."""
    figure = run.plot.alignment()
    layout = type(figure.get_layout_engine())
    drawn, size = figure._repr_png_()
    pixels = _pixels(drawn)
    assert pixels.shape[1] / pixels.shape[0] == pytest.approx(
        size["width"] / size["height"], rel=0.02
    )
    assert len({tuple(pixel) for pixel in pixels[::7, ::7].reshape(-1, pixels.shape[2])}) > 5
    assert type(figure.get_layout_engine()) is layout
    assert figure._repr_png_()[0] == drawn  # asking leaves it as it is


def test_plot_gives_figures_and_writes_only_where_asked(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = hedgerow.plot(run, names=["arms", "tiers", "arms"], country="vnm")
    assert list(found) == ["arms", "tiers"] and not list(tmp_path.iterdir())
    hedgerow.plot(run.path, names=["arms"], out="drawn", formats=["png"])
    assert {path.name for path in (tmp_path / "drawn").iterdir()} == {"arms.png", "arms.txt"}
    with pytest.raises(ValueError, match="did you mean 'arms'"):
        hedgerow.plot(run, names=["arm"])
    narrow = hedgerow.plot(run, names=["arms"], width="85mm", bare=True)["arms"]
    assert narrow.get_figwidth() == pytest.approx(85 / 25.4) and narrow._suptitle is None
    with pytest.raises(ValueError, match="no format 'jpg'; expected"):
        hedgerow.plot(run, names=["arms"], formats=["jpg"])
    with pytest.raises(ValueError, match="'85' is no width"):
        hedgerow.plot(run, width="85")
    with pytest.raises(ValueError, match="it has VNM"):
        hedgerow.plot(run, country="LAO")


@pytest.mark.parametrize("kind", ["compare", "tournament", "explain"])
def test_an_analysis_shows_words_and_picture(kind, comparison, short):
    if kind == "compare":
        found = comparison
    elif kind == "tournament":
        found = hedgerow.tournament(short, strategies=["bandwagoner"], runs=2, rivalry=[])
    else:
        found = hedgerow.explain(short, year=1997)
    assert isinstance(found, Analysis)
    assert len(repr(found)) < 120 and found.stem in repr(found)
    html = found._repr_html_()
    data = re.search(r'src="data:image/png;base64,([^"]+)"', html)
    assert _pixels(base64.b64decode(data[1])).ndim == 3
    words = re.search(r"<pre>(.*?)</pre>", html, re.DOTALL)[1]
    assert len(words.splitlines()) > 3 and "<" not in words


def test_a_plan_a_check_and_a_status_show_themselves(run, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('schema = 2\nextends = "vietnam"\ntitle = "<b>"\nstrat = 2\n')
    planned = hedgerow.plan("sweep-rivalry", runs=2, until=1997)
    checked = hedgerow.check("vietnam")
    numbers = f"{sum(checked.labels.values())} numbers"
    for found, short, words in (
        (planned, "351 points × 2 runs", ("13 values", "common random numbers", "bands from 5")),
        (checked, "vietnam · good", (numbers, "assumption 3", "note")),
        (hedgerow.check(bad), "1 problem", ("strat", "bad.toml:4")),
        (hedgerow.status(run.path), "complete · 4 of 4 runs", ("4 of 4 stored",)),
    ):
        assert len(repr(found)) < 160 and short in repr(found)
        assert len(str(found)) < 2000
        html = found._repr_html_()
        assert "<table" in html and len(html) < 4000
        for word in words:
            assert word in html
    assert "13 values" in str(planned) and "warning: replicates are few" in str(planned)
    assert "strat" in str(hedgerow.check(bad)) and str(hedgerow.status(run.path)).endswith(
        "complete"
    )
    (run.path / "extra.txt").write_text("put there")
    try:
        spoilt = hedgerow.status(run.path)
        assert "damaged" in repr(spoilt) and "extra.txt" in str(spoilt) + spoilt._repr_html_()
    finally:
        (run.path / "extra.txt").unlink()


def test_a_plan_refuses_what_cannot_be_kept_as_a_sweep_does():
    with pytest.raises(ValueError, match="keep must be one of summary, countries, ties, not 'x'"):
        hedgerow.plan("sweep-rivalry", keep="x")
    with pytest.raises(ValueError, match="workers must be a whole number from 1"):
        hedgerow.plan("sweep-rivalry", workers=0)


def test_no_analysis_has_the_long_repr_of_a_dataclass():
    def below(kind):
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    assert hedgerow.compare and hedgerow.tournament  # which import all analyses
    kinds = [one for one in below(Analysis) if one.__module__.startswith("hedgerow.")]
    assert len(kinds) >= 8
    for one in kinds:
        assert one.__repr__ is Analysis.__repr__, one


def test_a_sweep_without_a_folder_is_gone_with_its_result(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(
        'schema = 2\nextends = "vietnam"\ntitle = "s"\n[time]\nend = 1996\n'
        '[sweep]\nreplicates = 1\n[sweep.over]\n"terms.loyalty" = [true, false]\n'
    )
    result = hedgerow.sweep("s.toml", workers=1, progress=False)
    held = result.path
    assert len(result.points()) == 2 and held.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["s.toml"]
    del result
    assert not held.exists() and not held.parent.exists()
    with pytest.raises(ValueError, match="workers must be a whole number from 1 to 1024"):
        hedgerow.sweep("s.toml", workers=0)


def test_names_paths_and_objects_are_taken_alike(run, short, tmp_path):
    path = tmp_path / "short.toml"
    path.write_text(short.to_toml(), encoding="utf-8")
    whys = [hedgerow.explain(one, seed=3, year=1997) for one in (short, path, str(path))]
    assert whys[0].moves == whys[1].moves == whys[2].moves
    assert list(hedgerow.plot(run, names=["arms"])) == list(
        hedgerow.plot(str(run.path), names=["arms"])
    )


def test_check_reports_all_problems_and_raises_none(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text('schema = 2\nextends = "vietnam"\ntitle = "b"\n[time]\nend = 1\nstrat = 2\n')
    found = hedgerow.check(path)
    assert not found.good and not found.strictly_good and found.scenario is None
    assert "strat" in str(found) and "bad.toml:6" in str(found)
    fine = hedgerow.check("vietnam")
    assert fine.strictly_good and fine.scenario.name == "vietnam"
    assert sum(fine.labels.values()) == len(fine.scenario.provenance())


def test_a_code_of_a_country_may_be_written_in_any_case(run, short):
    played = hedgerow.run(short, 1, seed=1, countries={"vnm": "random"}).scenario()
    assert played["countries.VNM.strategy"] == "random"
    assert (
        hedgerow.HedgingModel(short, countries={"vnm": "random"}).scenario.sha256 == played.sha256
    )
    assert hedgerow.explain(short, country="vnm", tiers=["usa"]).country == "VNM"
    found = hedgerow.tournament(short, "vnm", ["random"], runs=1, rivalry=[])
    assert found.country == "VNM"
    assert hedgerow.compare(short, short, countries=["vnm"], runs=2).countries == {"VNM": "Vietnam"}
    assert set(run.to_xarray("countries", country="vnm")["country"].values) == {"VNM"}
    assert run.plot.alignment("vnm").get_axes()


def test_what_is_asked_of_the_wrong_kind_of_result_is_told(run, tmp_path):
    held = hedgerow.run("vietnam", runs=2, seed=1, until=1997)
    for result, name in ((held, "result in memory"), (run, run.name)):
        with pytest.raises(hedgerow.errors.NoMap, match=f"^{re.escape(name)}: is a run and no swe"):
            hedgerow.map(result, "x", "y", "threat")
    for call in (hedgerow.sensitivity, lambda place: hedgerow.discover(place, "payoff > 0")):
        with pytest.raises(hedgerow.errors.ResultError, match="'hedgerow run' or 'hedgerow sweep'"):
            call(str(tmp_path / "nope"))


def test_truth_values_are_written_alike_in_csv_and_latex(comparison, tmp_path):
    with page(formats=["tex"]):
        comparison.write(tmp_path)
    for name in ("comparison.csv", "comparison.tex"):
        text = (tmp_path / name).read_text()
        assert "false" in text and "False" not in text and "True" not in text


def test_evidence_is_a_table_of_facts():
    facts = hedgerow.evidence(country="vnm", year=2022, domain="arms")
    assert len(facts) and set(facts["domain"]) == {"arms"}
    assert (facts["actor"].eq("VNM") | facts["partner"].eq("VNM")).all()
    assert len(hedgerow.evidence(text="no such words")) == 0
    assert list(hedgerow.evidence(text="no such words")) == list(facts)
    with pytest.raises(ValueError, match="domain arm: no fact has it; did you mean 'arms'"):
        hedgerow.evidence(domain="arm")


def test_what_is_out_of_range_is_told_by_its_argument(run, short):
    with pytest.raises(ValueError, match=r"^density must lie in \(0, 1\]"):
        hedgerow.discover(run, "payoff > 0", density=0)
    with pytest.raises(ValueError, match=r"^cases must be 'runs' or 'points'"):
        hedgerow.discover(run, "payoff > 0", cases="run")
    with pytest.raises(ValueError, match=r"^date '2025': expected YYYY-MM-DD"):
        hedgerow.forecast("vietnam", date="2025")
    with pytest.raises(hedgerow.errors.ExperimentError, match="folder="):
        hedgerow.reproduce("arms-flows", folder=run.path)
