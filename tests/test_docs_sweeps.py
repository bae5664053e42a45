"""What the pages on sweeps and everyday tasks make of the shipped sweeps can be done with them."""

import re
import shlex
from pathlib import Path

import pytest

from hedgerow.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
LINES = sorted(
    {
        line.partition("  #")[0].strip()
        for page in ("docs/how-to/everyday.md", "docs/how-to/sweeps.md")
        for line in re.findall(
            r"^hedgerow (?:sensitivity|discover) .*$",
            (ROOT / page).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    }
)
FOLDERS = ("rivalry", "sanctions")
RUN = "results/vietnam-…"


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """The two shipped sweeps, with few replicates, and a plain run."""
    place = tmp_path_factory.mktemp("swept")
    for name in FOLDERS:
        words = ["sweep", f"sweep-{name}", "--runs", "2", "--quiet", "--out", str(place / name)]
        assert main(words) == 0
    words = ["run", "vietnam", "--runs", "60", "--until", "1999", "--no-figures", "--quiet"]
    assert main([*words, "--out", str(place / RUN)]) == 0
    return place


@pytest.mark.parametrize("line", LINES)
def test_the_next_command_of_the_page_works(swept, monkeypatch, capsys, line):
    monkeypatch.chdir(swept)
    words = shlex.split(line)[1:]
    assert words[1] in (*FOLDERS, RUN)  # and not a sweep that is too small
    assert main(words) == 0, capsys.readouterr().err
