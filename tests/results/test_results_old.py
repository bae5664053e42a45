"""Results that version 0.1 wrote: they open, plot and compare with what they have."""

import shutil
from pathlib import Path

import pytest

import hedgerow
from hedgerow.errors import ResultError

HERE = Path(__file__).parent / "version-0.1"
"""Four runs of two years, written by version 0.1."""


@pytest.fixture
def old():
    return hedgerow.open(HERE)


def test_it_is_whole_by_its_own_digest(old):
    assert old.manifest["version"] == "0.1.0"
    assert old.verify() == []
    assert hedgerow.status(HERE).problems == ()


def test_its_tables_have_the_columns_of_their_time(old):
    events = old.events()
    assert list(events) == ["run", "year", "country", "partner", "event", "value"]
    assert set(events["event"]) > {"incident", "visit"}
    ties = old.ties(columns=["voice", "arms_orders"], partner="RUS", year=2001)
    assert len(ties) == 4 and ties.notna().all(axis=None)
    assert "insured" not in old.countries().columns
    arrays = old.to_xarray("ties", columns=["arms_stock"])
    assert arrays.arms_stock.attrs["units"] == "share"


def test_a_column_of_its_time_must_be_there(old, tmp_path):
    copied = shutil.copytree(HERE, tmp_path / "copied")
    manifest = copied / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"poles"', '"instruments": {},\n  "poles"'), encoding="utf-8")
    with pytest.raises(ResultError, match="lacks the column 'quarter'"):
        hedgerow.open(copied).events()


def test_its_figures_are_drawn(old, tmp_path):
    drawn = {path.stem for path in old.plot.all(tmp_path, formats=["svg"])}
    assert drawn == {"alignment", "arms", "tiers", "votes", "portfolio", "beliefs_threat"}


def test_it_compares_with_another(old, tmp_path):
    other = shutil.copytree(HERE, tmp_path / "other")
    found = hedgerow.compare(old, hedgerow.open(other), measures=["alignment_index", "event"])
    assert "every pair of runs is the same" in str(found)
