"""Sentences that a user may rely on, against what the code does."""

import re
from pathlib import Path

import pytest

import hedgerow
from hedgerow.experiment import read, reference
from hedgerow.runs.pairs import Measure, Sample

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "hedgerow"
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "experiments").rglob("*.md")),
    *sorted((ROOT / "benchmarks").rglob("*.md")),
    *sorted((ROOT / "experiments").glob("*/experiment.toml")),
    *sorted((ROOT / "scenarios").rglob("*.toml")),
    *sorted((PACKAGE / "classroom" / "serve" / "static" / "locales").glob("*.json")),
]

assert any(path.suffix == ".json" for path in PAGES)

TAKEN_BACK = (
    r"expected payoff is best",
    r"better than all baselines",
    r"hedging is insurance",
    r"every number has a source",
    r"mỗi con số đều có nguồn",
    r"from the articles alone",
    r"nothing else in\s+hedgerow loads code",
    r"before any (answer|prediction)",
    r"from their texts",
    r"positive\s+as\s+rivalry",
    r"wins on numbers",
    r"stands for numbers\s+and\s+votes",
    r"times in the folders are",
    r"(ten seconds|half a minute|about a minute) on two cores",
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
    assert found == {"agents/loading.py", "experiment/drawing.py"}
    page = (ROOT / "docs" / "how-to" / "your-own-country.md").read_text(encoding="utf-8")
    text = " ".join(page.split())
    assert "`--with` **runs the code of that file**" in text
    assert "`hedgerow reproduce` runs `figure.py`" in text
    assert "A folder of experiments is code" in (ROOT / "experiments" / "README.md").read_text(
        encoding="utf-8"
    )


def test_what_is_held_is_insurance_in_few_runs_as_the_readme_says():
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "what a state holds is insurance in few of its runs" in readme
    sample = Sample(hedgerow.load("vietnam"), 64, 1, until=2010, kernel="numpy")
    for year in (2000, 2010):
        insured, premium, held = (
            sample.values(Measure(name, "VNM", year))
            for name in ("insured", "premium", "premium_held")
        )
        assert insured.mean() < 0.3
        assert premium.min() >= 0.0  # of the optimum, by construction
        assert (held > 0.0).mean() > 0.5  # it costs where nothing happens


def test_teachers_are_told_how_many_numbers_are_drawn():
    drawn = sum(number.is_prior for number in hedgerow.load("vietnam").quantities.values())
    text = (ROOT / "docs" / "teaching" / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"five articles cannot identify the\s+{drawn} numbers", text)


def test_what_is_said_of_skill_is_what_was_found():
    """Against forecasters without a model and our own diversifier, of 90 % intervals."""
    rows = reference.load(read(ROOT / "experiments" / "calibration-coverage")).rows
    signs = {
        (key.measure.partition(":")[0], key.variant.partition(":")[0]): (
            cell.value > 0.0,
            rows[key._replace(statistic="low")].value > 0.0,
            rows[key._replace(statistic="high")].value < 0.0,
        )
        for key, cell in rows.items()
        if key.statistic == "skill" and key.x == 1.0 and not key.measure.endswith(":log")
    }
    assert signs["numbers", "persistence"][0] and signs["numbers", "damped trend"][0]
    assert signs["numbers", "diversifier"][2] and not signs["portfolios", "diversifier"][0]
    assert signs["all", "diversifier"][1:] == (False, False)  # it cannot be told
    assert signs["rungs", "persistence"][1:] == (False, False)
    assert signs["rungs", "constant hazard"][2]


def test_the_model_beats_simple_baselines_on_some_things_and_loses_on_rungs():
    """The table in docs/background/scores.md is what README and docs claim of it."""
    text = (ROOT / "docs" / "background" / "scores.md").read_text(encoding="utf-8")
    rows = {
        name: [cell.strip() for cell in cells.split("|")]
        for name, cells in re.findall(r"^\| ([^|]+) \| ((?:[\d. ]*\|){6})$", text, re.MULTILINE)
    }
    ours = rows["prior, shocks listed"]
    baselines = ("persistence", "damped trend", "base rates", "nearest neighbour")
    assert all(float(ours[0]) < float(rows[name][0]) for name in baselines)
    assert float(ours[2]) > float(rows["constant hazard"][2])
    assert float(ours[0]) > float(rows["diversifier, shocks listed"][0])


def test_a_new_partner_shifts_no_draw_but_does_change_outcomes(tmp_path):
    path = tmp_path / "one-more.toml"
    path.write_text(
        'schema = 2\nextends = "vietnam"\ntitle = "One more"\n[partners.BRA]\nname = "Brazil"\n'
        "[habits.arms]\nbase.BRA = 2.0\n",
        encoding="utf-8",
    )
    plain, more = (hedgerow.run(s, runs=6, seed=1, until=2002) for s in ("vietnam", path))
    drawn = plain.runs().filter(like=".")
    assert drawn.shape[1] > 100
    assert more.runs()[drawn.columns].equals(drawn)
    indices = [r.countries()["alignment_index"].to_numpy() for r in (plain, more)]
    assert (indices[0] != indices[1]).any()
