"""What an analysis gives: tables, words, a picture, and a folder that is written whole or not."""

import io
import json

import pandas as pd
import pytest
from matplotlib.figure import Figure
from results.synthetic import SMALL

import hedgerow
from hedgerow.analysis.comparison import compare
from hedgerow.analysis.explaining import explain
from hedgerow.analysis.phase import phase
from hedgerow.analysis.saving import Analysis, Place, require_drawable, save_figure, write_table
from hedgerow.analysis.tournaments import ESTIMATES, tournament
from hedgerow.errors import OutputError
from hedgerow.figures.page import page
from hedgerow.runs import Workers, sweep
from hedgerow.runs.inspection import status

MAP = """
schema = 2
title = "A small map"
extends = "threshold"
[time]
end = 2001
[sweep]
replicates = 4
measures = ["alignment_index"]
[sweep.over]
"relations.intensity" = [1.0, 2.0]
"behaviour.autonomy" = [0.0, 5.0]
"behaviour.cross_pressure" = [30.0, 40.0]
"""


@pytest.fixture(scope="module")
def compared():
    base = hedgerow.load(SMALL)
    return compare(base, base.replace({"partners.USA.will": 0.9}), runs=8, until=2001, workers=1)


@pytest.fixture(scope="module")
def played():
    short = hedgerow.load("vietnam", {"time.end": 1997})
    return tournament(short, "VNM", ("bandwagoner",), 3, seed=3, rivalry=(1.0,))


@pytest.fixture(scope="module")
def explained():
    return explain(hedgerow.load("vietnam"), year=1997, tiers=["USA"])


@pytest.fixture
def mapped(tmp_path):
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    team = Workers(processes=1, progress=False)
    results = sweep(tmp_path / "map.toml", out=tmp_path / "swept", team=team)
    return phase(results, "intensity", "autonomy", "alignment_index")


ALL = ["compared", "played", "explained", "mapped"]


@pytest.mark.parametrize("name", ALL)
def test_an_analysis_tells_draws_and_saves_itself(name, request, tmp_path):
    found = request.getfixturevalue(name)
    assert isinstance(found, Analysis)
    assert str(found) == found.text() and found.text().strip()
    assert isinstance(found.plot(), Figure)
    folder = found.save(tmp_path / "kept")
    assert folder == tmp_path / "kept"
    for table, frame in found.tables().items():
        kept = pd.read_csv(folder / f"{table}.csv")
        text = frame.to_csv(index=False).replace("True", "true").replace("False", "false")
        pd.testing.assert_frame_equal(
            kept, pd.read_csv(io.StringIO(text)), check_dtype=False, rtol=1e-14
        )
    pictures = {path.stem for path in folder.iterdir() if path.suffix == ".svg"}
    assert pictures and pictures == {p.stem for p in folder.iterdir() if p.suffix == ".png"}


@pytest.mark.parametrize("name", ALL)
def test_a_place_that_is_taken_keeps_what_it_has(name, request, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="not empty"):
        request.getfixturevalue(name).save(tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["compared", "played", "explained"])
def test_without_a_folder_it_has_one_of_its_own_each_time(name, request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = request.getfixturevalue(name)
    names = [found.save().as_posix() for _ in range(2)]
    assert names == [f"results/{found.stem}", f"results/{found.stem}-2"]


def test_a_map_lies_in_its_sweep_which_stays_whole(mapped):
    first = mapped.save()
    assert first == mapped.folder / "analysis" / mapped.stem
    assert mapped.save(mapped.folder / "analysis" / "mine").name == "mine"
    assert mapped.save().name == f"{mapped.stem}-2"
    assert status(mapped.folder).good
    critical = mapped.tables()[f"{mapped.stem}-critical"]
    assert list(critical)[:2] == ["behaviour.cross_pressure", "behaviour.autonomy"]


def test_a_place_that_was_taken_before_the_work_is_filled(played, tmp_path):
    with Place(tmp_path / "new") as place:
        assert not (tmp_path / "new").exists()
        assert played.save(place) == tmp_path / "new"
        assert not (tmp_path / "new").exists()
    assert (tmp_path / "new" / "tournament.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_what_cannot_be_written_whole_is_not_written(tmp_path):
    class Broken(Analysis):
        stem = "broken"

        def write(self, folder):
            (folder / "half.csv").write_text("half", encoding="utf-8")
            raise OSError(28, "No space left on device")

    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        with pytest.raises(OutputError):
            Broken().save(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]
    assert list((tmp_path / "empty").iterdir()) == []


def test_standings_are_estimates_by_name(played):
    table = played.tables()["tournament"].set_index("strategy")
    for row in played.rows:
        for name in ESTIMATES:
            known = getattr(row, name)
            for end in ("mean", "low", "high"):
                assert table.loc[row.strategy, f"{name}_{end}"] == pytest.approx(
                    getattr(known, end), nan_ok=True
                )
    assert set(played.tables()["contrasts"]["strategy"]) == {"bandwagoner"}
    assert "What the bandwagoner did otherwise" in played.text()
    assert "What the bandwagoner did otherwise" not in played.text(contrasts=False)


def test_options_add_up(explained):
    options = explained.tables()["options"]
    terms = options.columns[options.columns.get_loc("forbidden_by") + 1 :]
    whole = json.loads(explained.json())["moves"]
    assert len(whole) == len(explained.moves) == 4
    for menu, told in zip(explained.moves, whole, strict=True):
        moves = options[options["menu"] == menu.title]
        assert moves["probability"].sum() == pytest.approx(1.0)
        assert moves["chosen"].sum() == 1
        allowed = moves[moves["forbidden_by"] == ""]
        sums = allowed[terms].sum(axis=1).to_numpy()
        assert sums == pytest.approx(allowed["value"].to_numpy())
        assert [option["label"] for option in told["options"]] == moves["option"].tolist()


def test_a_figure_alone_replaces_only_one_of_ours(explained, tmp_path):
    place = tmp_path / "why.SVG"
    for _ in range(2):
        assert explained.save_figure(place) == place
    assert sorted(path.name for path in tmp_path.iterdir()) == ["why.SVG", "why.txt"]
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="no figure that hedgerow drew"):
        explained.save_figure(place)
    assert place.read_text(encoding="utf-8") == "mine"
    with pytest.raises(OutputError, match=r"\.svg, \.png, \.pdf or \.eps"):
        save_figure(Figure(), tmp_path / "why.txt")
    with pytest.raises(OutputError, match="there is no folder"):
        require_drawable(tmp_path / "no" / "why.svg")


def test_a_cell_of_what_is_undefined_is_empty(tmp_path):
    write_table(tmp_path / "t.csv", [["a", "b"], [float("nan"), 'x,"y'], [float("inf"), 1]])
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == 'a,b\n,"x,""y"\ninf,1\n'


def test_a_table_for_latex_has_its_letters_numbers_and_columns(tmp_path):
    nan, inf = float("nan"), float("inf")
    rows = [["a_b", "number", "mixed", "none"], ["50 % & ~^", -1.23456, 3, None]]
    rows += [["\\{x}", 1.5e-7, "y#", nan], ["", nan, True, ""], ["z", -inf, 4, None]]
    with page(formats=["tex"]):
        write_table(tmp_path / "t.csv", rows)
    lines = (tmp_path / "t.tex").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("% t · hedgerow ") and "{booktabs,longtable}" in lines[1]
    assert lines[2:5] == [r"\begin{longtable}{lrl}", r"\toprule", r"a\_b & number & mixed \\"]
    assert [line for line in lines[5:] if line.endswith(r" \\")] == [
        r"50 \% \& \textasciitilde{}\textasciicircum{} & $-1.235$ & 3 \\",
        r"\textbackslash{}\{x\} & $1.5 \times 10^{-7}$ & y\# \\",
        r" &  & true \\",
        r"z & $-\infty$ & 4 \\",
    ]
    assert "\n,,true,\n" in (tmp_path / "t.csv").read_text(encoding="utf-8")
    write_table(tmp_path / "u.csv", rows)
    assert not (tmp_path / "u.tex").exists()


def test_explain_takes_the_first_country_and_year_by_default():
    found = explain(hedgerow.load("vietnam"))
    assert (found.country, found.year, found.stem) == ("VNM", 1996, "explain-VNM-1996")
