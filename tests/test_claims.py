"""Sentences that a user may rely on, against what the code does."""

import re
from pathlib import Path

import pytest

import hedgerow
from hedgerow.paired import Measure, Sample

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "hedgerow"
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "experiments").glob("*/README.md")),
    *sorted((ROOT / "scenarios").glob("*.toml")),
    *sorted((PACKAGE / "serve" / "static" / "locales").glob("*.json")),
]

TAKEN_BACK = (
    r"expected payoff is best",
    r"better than all baselines",
    r"hedging is insurance",
    r"every number has a source",
    r"mỗi con số đều có nguồn",
    r"from the articles alone",
    r"nothing else in\s+hedgerow loads code",
)
"""What was once claimed and is not so."""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_was_taken_back_is_not_claimed_again(path):
    text = path.read_text(encoding="utf-8")
    for sentence in TAKEN_BACK:
        assert not re.search(sentence, text, re.IGNORECASE)


def test_the_page_on_own_countries_names_all_that_runs_a_users_code():
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\bexec_module\(|\brunpy\.|\bexec\([^\"]", path.read_text(encoding="utf-8"))
    }
    assert found == {"agents/loading.py", "reproduce/drawing.py"}
    text = (ROOT / "docs" / "your-own-country.md").read_text(encoding="utf-8")
    assert "`--own-country` **runs the code of that file**" in text
    assert "`hedgerow reproduce` runs `figure.py`" in text
    assert "A folder of experiments is code" in (ROOT / "experiments" / "README.md").read_text(
        encoding="utf-8"
    )


def test_the_premium_of_hedging_is_negative_as_the_readme_says():
    assert "[negative](experiments/premium-payout/README.md)" in (ROOT / "README.md").read_text(
        encoding="utf-8"
    )
    sample = Sample(hedgerow.load("vietnam"), 32, 1, until=2024)
    premiums = [sample.values(Measure("premium", "VNM", y)).mean() for y in (2004, 2014, 2024)]
    assert max(premiums) < 0.0


def test_the_posterior_beats_simple_baselines_on_some_things_and_loses_on_rungs():
    """The table in docs/scores.md is what README and docs claim of it."""
    text = (ROOT / "docs" / "scores.md").read_text(encoding="utf-8")
    rows = {
        name: [cell.strip() for cell in cells.split("|")]
        for name, cells in re.findall(r"^\| ([^|]+) \| ((?:[\d. ]*\|){6})$", text, re.MULTILINE)
    }
    ours = rows["posterior, shocks listed"]
    baselines = ("persistence", "damped trend", "base rates", "nearest neighbour")
    assert all(float(ours[0]) < float(rows[name][0]) for name in baselines)
    assert float(ours[2]) > max(float(rows[name][2]) for name in ("persistence", "constant hazard"))


def test_a_new_partner_shifts_no_draw_but_does_change_outcomes(tmp_path):
    path = tmp_path / "one-more.toml"
    path.write_text(
        'schema = 1\nextends = "vietnam"\ntitle = "One more"\n[partners.BRA]\nname = "Brazil"\n',
        encoding="utf-8",
    )
    plain, more = (hedgerow.run(s, runs=6, seed=1, until=2002) for s in ("vietnam", path))
    drawn = plain.runs().filter(like=".")
    assert drawn.shape[1] > 100
    assert more.runs()[drawn.columns].equals(drawn)
    indices = [r.countries()["alignment_index"].to_numpy() for r in (plain, more)]
    assert (indices[0] != indices[1]).any()
