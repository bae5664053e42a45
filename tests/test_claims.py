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
    *sorted((ROOT / "scenarios").glob("*.toml")),
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


def test_the_premium_of_hedging_is_negative_as_the_readme_says():
    assert "[negative](experiments/premium-payout/README.md)" in (ROOT / "README.md").read_text(
        encoding="utf-8"
    )
    sample = Sample(hedgerow.load("vietnam"), 32, 1, until=2024)
    premiums = [sample.values(Measure("premium", "VNM", y)).mean() for y in (2004, 2014, 2024)]
    assert max(premiums) < 0.0


def test_the_premium_rises_with_rivalry_and_stays_mostly_negative_as_the_odd_says():
    text = (
        (ROOT / "docs" / "background" / "ODD.md")
        .read_text(encoding="utf-8")
        .replace("\N{MINUS SIGN}", "-")
    )
    found = re.search(r"in 2030 is ([\d., -]+) and ([\d.]+) with .* taken 1, 2, 4\s+and 8", text)
    told = [float(part) for part in (*found[1].split(","), found[2])]
    runs, scenario = 64, hedgerow.load("vietnam")
    for rivalry, mean in zip((1.0, 2.0, 4.0, 8.0), told, strict=True):
        sample = Sample(scenario.replace({"relations.intensity": rivalry}), runs, 2, until=2030)
        premiums = sample.values(Measure("premium", "VNM", 2030))
        assert abs(premiums.mean() - mean) < 4.0 * premiums.std() / runs**0.5
        assert (premiums > 0.0).mean() < 0.4


def test_pages_say_how_much_faster_compiled_runs_are_by_the_numbers_measured():
    text = (ROOT / "docs" / "background" / "kernels.md").read_text(encoding="utf-8")
    section = " ".join(text.partition("## Speed")[2].partition("\n## ")[0].replace(",", "").split())
    compiled, plain = map(
        float, re.search(r"take (\d+) ms compiled and (\d+) ms", section).groups()
    )
    many, seconds = map(float, re.search(r"runs (\d+) ms and ([\d.]+) s", section).groups())
    slow, fast = map(float, re.search(r"do (\d+) \(NumPy\) and (\d+) decisions", section).groups())
    ratios = (plain / compiled, 1000.0 * seconds / many, fast / slow)
    assert (round(min(ratios)), round(max(ratios))) == (6, 11)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in (readme, (ROOT / "docs" / "how-to" / "everyday.md").read_text(encoding="utf-8")):
        assert "six to eleven times as fast" in " ".join(page.split())
    told = " ".join(readme.partition("## Speed")[2].partition("\n## ")[0].split())
    assert f"take {compiled:g} ms, 1,000 runs {many:g} ms" in told
    assert "uv run python benchmarks/bench.py interactive" in told


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
    assert signs["numbers", "diversifier"][1:] == (False, False)  # it cannot be told
    assert not signs["portfolios", "diversifier"][0]
    assert signs["rungs", "persistence"][2] and signs["rungs", "constant hazard"][2]


def test_the_posterior_beats_simple_baselines_on_some_things_and_loses_on_rungs():
    """The table in docs/background/scores.md is what README and docs claim of it."""
    text = (ROOT / "docs" / "background" / "scores.md").read_text(encoding="utf-8")
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
        'schema = 2\nextends = "vietnam"\ntitle = "One more"\n[partners.BRA]\nname = "Brazil"\n',
        encoding="utf-8",
    )
    plain, more = (hedgerow.run(s, runs=6, seed=1, until=2002) for s in ("vietnam", path))
    drawn = plain.runs().filter(like=".")
    assert drawn.shape[1] > 100
    assert more.runs()[drawn.columns].equals(drawn)
    indices = [r.countries()["alignment_index"].to_numpy() for r in (plain, more)]
    assert (indices[0] != indices[1]).any()
