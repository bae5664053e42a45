"""Codes of countries as they are written, for every command that takes one."""

import pandas as pd
import pytest

import hedgerow
from hedgerow.arguments import as_written
from hedgerow.cli.main import main

TEXT = """
schema = 2
title = "Codes"
source = "assumption"
time = { start = 2000, end = 2001 }
ensemble = { runs = 4, seed = 1, poles = ["Usa", "Rus"] }
instruments.diplomacy = { kind = "steps", salience = 1.0, curvature = 40.0, rate = 1.0 }
partners = { Usa = {}, Rus = {} }
relations.rivalry.Usa.Rus = { dist = "half_normal", sd = 1.0 }
[countries.Vietnam]
ties.diplomacy = { Usa = 0.5, Rus = 0.5 }
[countries.NA]
name = "Namibia"
ties.diplomacy = { Usa = 0.5, Rus = 0.5 }
"""
SWEEP = """
[sweep]
replicates = 2
[sweep.over]
"partners.Usa.trust" = { low = 0.1, high = 0.9, points = 3 }
"relations.rivalry.Rus.Usa" = { low = 0.1, high = 0.9, points = 3 }
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a scenario, its run and a sweep of it."""
    folder = tmp_path_factory.mktemp("codes")
    (folder / "mine.toml").write_text(TEXT, encoding="utf-8")
    (folder / "swept.toml").write_text(TEXT + SWEEP, encoding="utf-8")
    quiet = ("--quiet", "--workers", "1")
    run = ("run", str(folder / "mine.toml"), "--no-figures", "--out", str(folder / "run"), *quiet)
    assert main(run) == 0
    assert main(("sweep", str(folder / "swept.toml"), "--out", str(folder / "sweep"), *quiet)) == 0
    return folder


def test_a_code_is_meant_as_it_is_written():
    assert as_written("Vietnam", ["VIETNAM", "Vietnam"]) == "Vietnam"
    assert as_written("vietnam", ["Laos", "Vietnam"]) == "Vietnam"
    assert as_written("vietnam", ["VIETNAM", "Vietnam"]) == as_written("vietnam", ["Laos"])


@pytest.mark.parametrize("code", ["Vietnam", "vietnam", "NA", "Viet"])
@pytest.mark.parametrize(
    "words",
    [
        ("plot", "run", "--figure", "tiers", "--out", "plotted"),
        ("sensitivity", "sweep", "--measure", "autonomy", "--out", "indices"),
        (
            "map",
            "sweep",
            "--x",
            "trust",
            "--y",
            "relations.rivalry.Rus.Usa",
            "--measure",
            "autonomy",
            "--out",
            "m",
        ),
        ("discover", "sweep", "--where", "alignment_index < 50", "--out", "boxes"),
    ],
    ids=lambda words: words[0],
)
def test_every_command_takes_it(place, monkeypatch, capsys, tmp_path, words, code):
    monkeypatch.chdir(place)
    main((*words[:-1], str(tmp_path / words[-1]), "--country", code))
    told = capsys.readouterr().err
    assert ("no country" in told or "no such country" in told) == (code == "Viet"), told


def test_the_code_na_is_a_code_in_all_frames(place):
    result = hedgerow.open(place / "run")
    assert set(result.countries()["country"]) == {"Vietnam", "NA"}
    assert len(result.ties(country="NA")) == 4 * 2 * 2
    assert "NA" in set(result.summary()["country"])
    # As docs/reference/reading-results.md has it.
    summary = pd.read_csv(place / "run" / "summary.csv", keep_default_na=False, na_values=[""])
    assert {"Vietnam", "NA"} <= set(summary["country"])


def test_rows_are_asked_for_with_any_list_of_values(place):
    result = hedgerow.open(place / "run")
    wanted = len(result.ties(year=[2000, 2001]))
    for years in (pd.Series([2000, 2001]), pd.Index([2000, 2001]), {2000: 1, 2001: 2}.keys()):
        assert len(result.ties(year=years)) == wanted
    with pytest.raises(ValueError, match=r"columns=\['year'\]"):
        result.ties(columns="year")
    for odd in (True, 2000.5, pd.Series(["a", "b"]), [True]):
        with pytest.raises(ValueError, match="so it cannot be"):
            result.ties(year=odd)
