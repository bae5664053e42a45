"""Sources beyond the articles are data: register, table, vintage, day of reading, derivation."""

import tomllib
from pathlib import Path

import pytest

from hedgerow.facts import Evidence, EvidenceError, load_evidence
from hedgerow.facts.panel import panel
from hedgerow.files import folder


def test_an_entry_is_read_whole(seeds: Path) -> None:
    found = load_evidence(seeds).externals["a-register-2014"]
    assert (found.name, found.table, found.vintage) == ("A register", "Its table", "July 2025")
    assert (found.read, found.as_of, found.doi) == ("2026-11-29", 2014, "10.1234/abc")
    assert found.derivation == "The share as it stands."


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"a-register-2014"', '"A register"', "id must be in kebab case"),
        ('table = "Its table"\n', "", "missing key 'table'"),
        ('vintage = "July 2025"', 'vintage = ""', "vintage must be a non-empty string"),
        ('read = "2026-11-29"', 'read = "yesterday"', "read 'yesterday'"),
        ("as_of = 2014", "as_of = 2014.5", "as_of must be a year"),
        ("as_of = 2014", "as_of = 14", "as_of 14"),
        ("10.1234/abc", "doi:abc", "doi 'doi:abc'"),
        ("as_of = 2014", 'as_of = 2014\nurl = "x"', "unknown key 'url'"),
    ],
)
def test_a_bad_entry_is_refused_by_name(seeds: Path, old: str, new: str, problem: str) -> None:
    file = seeds / "external.toml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(EvidenceError, match=problem) as caught:
        load_evidence(seeds)
    assert caught.value.file == "external.toml"


def test_the_shipped_entries_say_what_they_are(evidence: Evidence) -> None:
    assert len(evidence.externals) >= 30
    for name, each in evidence.externals.items():
        assert name == each.id
        assert 1950 <= each.as_of <= 2023
        year = name.rsplit("-", 1)[-1]
        assert not (year.isdigit() and len(year) == 4) or int(year) == each.as_of


def test_the_version_of_the_register_is_told_by_the_panel(evidence: Evidence) -> None:
    version = panel().dictionary.sources["sipri"].vintage
    registers = [e for e in evidence.externals.values() if e.id.startswith("sipri-")]
    assert len(registers) == 5 and all(version in each.vintage for each in registers)


def test_numbers_that_cite_the_memory_of_the_panel_are_its_own() -> None:
    table = panel().frame("arms_memory").set_index(["country", "partner", "end_of_year"])
    known, compared = table["memory_share"], 0
    told = tomllib.loads((folder("scenarios") / "asean-2014.toml").read_text(encoding="utf-8"))
    for country, own in told["countries"].items():
        arms = own["ties"]["arms"]
        assert arms.pop("source").startswith("external: panel-arms-memory, shares at the end of")
        for partner, number in arms.items():
            share = number["value"] if isinstance(number, dict) else number
            in_panel = known[country, partner, 2014]
            assert share == pytest.approx(in_panel, abs=0.00501), (country, partner)
            compared += 1
    assert compared > 30
