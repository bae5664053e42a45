"""The page on tables of analyses: a small one of each is made, and its columns are those told."""

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from calibrate import small
from reproduce.conftest import EXPERIMENT, FIGURE, SCENARIO
from results.synthetic import SMALL
from score import made
from sweep.small import write

import hedgerow
from hedgerow.cli.main import main
from hedgerow.results import reference
from hedgerow.results.analyses import ANALYSES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "analysis-tables.md"
AXES = """
[sweep.over]
"relations.intensity" = { low = 0.5, high = 4.0 }
"behaviour.autonomy" = { dist = "half_normal", sd = 2.0 }
"""
SWEEPS = {
    "saltelli": f'[sweep]\ndesign = "saltelli"\npoints = 16\nsecond_order = true\n{AXES}',
    "morris": f'[sweep]\ndesign = "morris"\npoints = 6\n{AXES}',
    "latin": f'[sweep]\ndesign = "latin"\npoints = 80\n{AXES}'
    '"countries.VNM.strategy" = ["quantal", "bandwagoner"]\n',
    "grid": """
[sweep]
replicates = 4
[sweep.over]
"relations.intensity" = [1.0, 4.0]
"behaviour.autonomy" = [0.0, 5.0]
"behaviour.cross_pressure" = [30.0, 40.0]
""",
}


def do(*words):
    assert main([str(word) for word in words]) == 0


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A small sweep of each design, made once it is asked for."""
    folder = tmp_path_factory.mktemp("sweeps")

    def folder_of(design):
        if not (folder / design).exists():
            end = 2003 if design == "latin" else 2001
            path = write(folder, SWEEPS[design], f"{design}.toml", end)
            more = () if design == "grid" else ("--runs", 2)
            do("sweep", path, *more, "--workers", 1, "--quiet", "--out", folder / design)
        return folder / design

    return folder_of


def compare(out, swept):
    grid = swept("grid")
    do("compare", grid, grid, "--unpaired", "--quiet", "--out", out)


def tournament(out, swept):
    few = ("--strategy", "bandwagoner", "--runs", 2, "--set", "time.end=2002")
    do("tournament", SMALL, *few, "--country", "VNM", "--rivalry", "1,2", "--quiet", "--out", out)


def sensitivity(out, swept):
    for design in ("saltelli", "morris", "latin"):
        place = out / design
        do("sensitivity", swept(design), "--country", "VNM", "--quiet", "--out", place)
    run = out / "run"
    do("run", SMALL, "--runs", 60, "--workers", 1, "--quiet", "--no-figures", "--out", run)
    do("sensitivity", run, "--country", "VNM", "--quiet", "--out", out / "drawn")
    shutil.rmtree(run)  # whose own tables are told elsewhere


def discover(out, swept):
    where = ("--where", "alignment_index@2003 < 25", "--country", "VNM")
    do("discover", swept("latin"), *where, "--quiet", "--out", out)


def phase(out, swept):
    axes = ("--x", "intensity", "--y", "autonomy", "--measure", "alignment_index")
    more = ("--country", "VNM", "--against", 1.0)
    do("map", swept("grid"), *axes, *more, "--out", out)


def explain(out, swept):
    hedgerow.explain("vietnam", year=1997).save(out)


def estimate(out, swept):
    more = ("--draws", 5, "--prove", 2, "--placebo", 2)
    do("estimate", "sizes", "suppliers", "trade", *more, "--quiet", "--out", out)


def calibrate(out, swept):
    sizes = ("--sets", 120, "--ess", 30, "--draws", 40, "--sbc", 20, "--workers", 1)
    record = ("--targets", small.TARGETS, "--until", 2004)
    do("calibrate", small.SCENARIO, *record, *sizes, "--quiet", "--out", out)


def score(out, swept):
    record = ("--targets", made.TARGETS, "--runs", 20, "--kernel", "numpy", "--ablations")
    do("score", made.SCENARIO, *record, "--quiet", "--out", out)


def forecast(out, swept):
    few = ("--runs", 2, "--from", 2025, "--until", 2026, "--allow-hindsight")
    do("forecast", "vietnam", *few, "--quiet", "--out", out)


def reproduce(out, swept):
    toy = out.with_name("experiments") / "toy"
    toy.mkdir(parents=True)
    for name, text in (
        ("toy.toml", SCENARIO),
        ("experiment.toml", EXPERIMENT),
        ("figure.py", FIGURE),
    ):
        (toy / name).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(out.parent)
        do("reproduce", "toy", "--kernel", "numpy", "--out", out, "--quiet")


EVIDENCE = ("", "--conflicts", "--external", "--panel", "--targets", "--scenario")


@pytest.mark.parametrize("option", EVIDENCE)
def test_every_column_that_evidence_prints_is_told(option, capsys):
    words = [option, "vietnam"] if option == "--scenario" else [option] if option else []
    do("evidence", *words, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    columns = ANALYSES[f"evidence {option}" if option else "evidence: facts"]
    assert rows and list(rows[0]) == list(columns)
    for row in rows:
        for name, cell in row.items():
            require(cell, columns[name])


MAKERS = {
    "compare": compare,
    "tournament": tournament,
    "sensitivity": sensitivity,
    "discover": discover,
    "map": phase,
    "explain": explain,
    "estimate": estimate,
    "calibrate": calibrate,
    "score": score,
    "forecast": forecast,
    "reproduce": reproduce,
}


def told(command, name):
    """Return what is told of the columns of a file, by name."""
    if command == "map":
        name = re.sub(r"map-.*-2001(-change)?", "map-MEASURE", name)
    return ANALYSES[f"{command}: {name}"]


def require(cell, column):
    """Require that a cell is what is told of its column."""
    if cell == "":
        assert column.empty
    elif column.kind in ("whole", "double"):
        number = int(cell) if column.kind == "whole" else float(cell)
        assert column.low - 1e-9 <= number <= column.high + 1e-9
    else:
        assert "text" in column.kind


@pytest.mark.parametrize("command", MAKERS)
def test_every_column_of_an_analysis_is_told(command, swept, tmp_path):
    MAKERS[command](tmp_path / "out", swept)
    seen = {}
    for path in sorted((tmp_path / "out").rglob("*.csv")):
        columns = told(command, path.name)
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        terms = dict.fromkeys(head[len(columns) - 1 :], "TERM") if "TERM" in columns else {}
        named = [terms.get(name, "PATH" if "." in name else name) for name in head]
        seen.setdefault(id(columns), {}).update(dict.fromkeys(named))
        order = list(columns)
        assert list(dict.fromkeys(named)) == sorted(set(named), key=order.index), path.name
        assert rows, path.name
        for row in rows:
            for name, cell in zip(named, row, strict=True):
                try:
                    require(cell, columns[name])
                except (AssertionError, ValueError) as error:
                    raise AssertionError(f"{path.name}: {name}: {cell!r}") from error
    known = {id(columns): columns for key, columns in ANALYSES.items() if f"{command}: " in key}
    assert {key: list(columns) for key, columns in known.items()} == {
        key: sorted(names, key=list(known[key]).index) for key, names in seen.items()
    }


def test_the_page_is_up_to_date():
    text = PAGE.read_text(encoding="utf-8")
    assert reference.updated(text, ANALYSES) == text, "run: python -m hedgerow.results.reference"
    commands = {re.split("[: ]", key)[0] for key in ANALYSES}
    assert {*MAKERS, "evidence"} == commands and len(EVIDENCE) == 6
