"""``hedgerow compare``."""

import csv
import shlex
import tomllib

import pytest
from cli.folders import listing
from results.synthetic import SMALL
from sweep.small import write

import hedgerow
from hedgerow.scenario import load

FILES = {"comparison.csv", "comparison.svg", "comparison.png", "comparison.txt"}
COLUMNS = (
    "point,measure,country,year,base_mean,other_mean,difference,low,high,sd,other_sd,effect,n,"
    "clear,p,p_adjusted,survives"
)
SET = ["--set", "countries.VNM.ties.trade.USA=0.8"]
ONE = ["--measure", "trade:USA", "--country", "VNM"]  # a figure of one panel is drawn sooner
QUICK = ["--runs", "12", "--until", "2002", "--workers", "1"]


@pytest.fixture
def small(here):
    """The name of a scenario file that runs in a moment."""
    (here / "small.toml").write_text(SMALL.read_text("utf-8"), encoding="utf-8")
    return "small.toml"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_what_if_is_one_line(process, here, small):
    done = process("compare", small, small, *SET, *QUICK)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[-1] == "results/compare-small-small"
    assert {path.name for path in (here / lines[-1]).iterdir()} == FILES
    assert [path.name for path in (here / "results").iterdir()] == ["compare-small-small"]
    assert max(map(len, lines)) <= 100
    for words in (
        "A  small: Two hedgers between two rivals",
        "B  small: Two hedgers between two rivals with countries.VNM.ties.trade.USA=0.8",
        "India, Vietnam: 12 pairs of runs, seed 7, 2000 to 2002",
        "Clear changes in 2002, largest first",
        "VNM  trade: United States (√share)",
        "differences were looked at, ",
        "(Benjamini and",
        "Note: 12 runs are few",
    ):
        assert any(words in line for line in lines), words
    assert "24 of 24 runs" in done.err
    path = here / "results/compare-small-small/comparison.csv"
    assert path.read_text("utf-8").partition("\n")[0] == COLUMNS
    table = rows(path)
    assert {row["year"] for row in table} == {"2000", "2001", "2002"}
    assert {row["country"] for row in table} == {"VNM", "IND"}
    names = {row["measure"] for row in table}
    assert {"alignment_index", "threat", "inducement:CHN", "choice:ES-11/1:abstain"} <= names
    assert "event:visit:USA" in names and "trade:IND" in names
    for row in table:
        if row["difference"]:
            gap = float(row["other_mean"]) - float(row["base_mean"])
            assert float(row["difference"]) == pytest.approx(gap, abs=1e-9)
        assert row["clear"] in ("true", "false") and row["survives"] in ("true", "false")


def test_folders_give_the_bytes_that_scenarios_give(call, here, small):
    other = load(here / small, overrides={"countries.VNM.ties.trade.USA": 0.8})
    hedgerow.run(here / small, runs=12, workers=1, out="one", progress=False)
    hedgerow.run(other, runs=20, until=2003, workers=1, block=4, out="two", progress=False)
    calls = {
        "results/compare-one-two": ["one", "two", "--until", "2002"],
        "results/compare-one-two-2": ["one/", "./two", "--until", "2002"],
        "a/b": [small, small, *SET, *QUICK, "--out", "a/b"],
    }
    for out, arguments in calls.items():
        done = call("compare", *arguments, *ONE, "--quiet")
        assert (done.code, done.out, done.err) == (0, f"{out}\n", "")
        assert {path.name for path in (here / out).iterdir()} == FILES
    tables = {(here / out / "comparison.csv").read_bytes() for out in calls}
    assert len(tables) == 1


def test_only_what_is_asked_for(call, here, small):
    (here / "empty").mkdir()
    asked = ["--measure", "trade:USA", "--measure", "choice:ES-11/1", "--country", "VNM"]
    years = ["--year", "2000", "--year", "2001"]
    done = call("compare", small, small, *SET, *QUICK, *asked, *years, "--out", "empty")
    assert done.code == 0
    measures = {row["measure"] for row in rows(here / "empty/comparison.csv")}
    assert measures <= {
        "trade:USA",
        *(f"choice:ES-11/1:{o}" for o in ("for", "abstain", "against")),
    }
    assert "Clear changes in 2000" in done.out and "Clear changes in 2001" in done.out
    assert "Clear changes in 2002" not in done.out and "India" not in done.out


def test_what_to_do_without_single_runs_works(call, here, small):
    """The command that the message names is one that runs, and what it leaves can be compared."""
    for name in ("one", "two"):
        hedgerow.run(
            here / small, runs=4, until=2001, keep="summary", workers=1, out=name, progress=False
        )
    done = call("compare", "one", "two")
    assert done.code == 2 and "--unpaired" in done.err
    (again,) = [line.strip() for line in done.err.splitlines() if line.startswith("  hedgerow ")]
    assert call(*shlex.split(again)[1:], "--workers", "1", "--no-figures").code == 0
    hedgerow.run(here / small, runs=4, until=2001, workers=1, out="three", progress=False)
    done = call("compare", "one-ties", "three", *ONE, "--out", "out")
    assert done.code == 0 and "every pair of runs is the same" in done.out
    done = call("compare", "one", "two", *ONE, "--unpaired", "--out", "out2")
    assert done.code == 0 and "4 runs of each side, taken as independent" in done.out


def test_two_sweeps_point_by_point(call, here):
    text = '[sweep]\nreplicates = 4\n[sweep.over]\n"partners.USA.will" = [0.2, 0.9]\n'
    for name in ("one", "two"):
        path = write(here, text, f"{name}.toml")
        more = SET if name == "two" else []
        done = call("sweep", path, *more, "--keep", "ties", "--workers", "1", "--out", name)
        assert done.code == 0, done.err
    done = call("compare", "one", "two", *ONE, "--out", "out")
    assert done.code == 0
    assert "4 pairs of runs at each of 2 points" in done.out
    assert "partners.USA.will = 0.2" in done.out and "partners.USA.will = 0.9" in done.out
    table = rows(here / "out/comparison.csv")
    assert [row["point"] for row in table] == sorted(row["point"] for row in table)
    assert {row["point"] for row in table} == {"", "0", "1"}


def test_names_with_commas_survive(call, here, small):
    text = (here / small).read_text("utf-8").replace('"ES-11/1"', '"yes, or \\"no\\""')
    (here / small).write_text(text, encoding="utf-8")
    done = call("compare", small, small, *QUICK, "--measure", "choice", "--out", "out", "--quiet")
    assert done.code == 0, done.err
    measures = {row["measure"] for row in rows(here / "out/comparison.csv")}
    assert measures and all(name.startswith('choice:yes, or "no":') for name in measures)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_runs_that_fail_show_in_the_exit_code(call, here, small):
    prior = '{ dist = "beta", a = 5e-4, b = 5e-4, low = 0.5, high = 1e308 }'
    level = "countries.VNM.threat.level"
    done = call(
        *("compare", small, small, "--set", f"{level}={prior}", *QUICK, *ONE, "--out", "out")
    )
    assert done.code == 3 and "of 12 runs" in done.out
    assert {path.name for path in (here / "out").iterdir()} == FILES
    # Those of a folder were told when it was made.
    base = load(small)
    for name, source in (
        ("a", base),
        ("b", base.replace({level: tomllib.loads(f"x = {prior}")["x"]})),
    ):
        hedgerow.run(source, runs=12, until=2002, workers=1, out=here / name, progress=False)
    done = call("compare", "a", "b", *ONE, "--out", "folders")
    assert done.code == 0 and "of 12 runs" in done.out


REFUSED = [
    (["nowhere", "small.toml"], "nowhere"),
    (["small.toml", "nowhere.toml"], "nowhere.toml"),
    (["small.toml", "full"], ["full: not a result folder", "manifest.json"]),
    (["small.toml", "small.toml", "--set", "nothing=1"], "nothing"),
    (["small.toml", "run", *SET], ["run: is a result folder", "nothing of it can be set"]),
    (["small.toml", "run", "--seed", "8"], "run: was run with seed 7"),
    (["run", "run", "--runs", "3"], "run: has 2 runs, so 3 cannot be paired"),
    (["run", "run", "--until", "1999"], "2000 to 2001, not 1999"),
    (["run", "run", "--year", "2002"], "year 2002 is not in 2000 to 2001"),
    (["run", "run", "--country", "LAO"], ["'LAO'", "IND, VNM"]),
    (["run", "run", "--measure", "trade:XXX"], "'trade:XXX'"),
    (["small.toml", "small.toml", "--measure", "aligment_index"], "'alignment_index'"),
    (["run", "seed"], ["seed 7", "seed 8", "--unpaired"]),
    (["run", "run", "--unpaired", "--runs", "1"], "--unpaired"),
    (["run", "run", "--runs", "0"], "--runs"),
    (["run", "run", "--out", "full"], ["full", "not empty"]),
    (["run", "run", "--out", "small.toml"], ["small.toml", "is a file"]),
    (["run", "run", "--out", "small.toml/below"], "small.toml/below"),
    (["run"], "Missing argument 'B'"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two small runs with different seeds."""
    path = tmp_path_factory.mktemp("made")
    for name, seed in (("run", 7), ("seed", 8)):
        hedgerow.run(
            SMALL, runs=2, until=2001, seed=seed, workers=1, out=path / name, progress=False
        )
    return path


@pytest.mark.parametrize(("arguments", "telling"), REFUSED, ids=[" ".join(a) for a, _ in REFUSED])
def test_what_cannot_be_compared_is_refused(refused, here, small, made, arguments, telling):
    (here / "full").mkdir()
    (here / "full" / "mine").write_text("mine", encoding="utf-8")
    for name in ("run", "seed"):
        (here / name).symlink_to(made / name)
    refused("compare", *arguments, telling=telling)


def test_a_real_process_refuses_without_a_traceback(process, here, small):
    done = process("compare", small, small, "--country", "LAO")
    assert done.code == 2 and done.out == ""
    assert len(done.err.strip().splitlines()) == 1 and "'LAO'" in done.err
    assert set(listing(here)) == {small}


@pytest.mark.parametrize("out", ["new/x", "empty"])
def test_a_failure_in_the_end_leaves_nothing(call, here, small, monkeypatch, out):
    from hedgerow.figures import style

    def full(*arguments):
        raise OSError(28, "No space left on device")

    (here / "empty").mkdir()
    before = set(listing(here))
    monkeypatch.setattr(style, "save", full)
    done = call("compare", small, small, *QUICK, "--out", out)
    assert done.code == 2 and "disk is full" in done.err and done.out == ""
    assert set(listing(here)) == before


def test_an_interrupt_leaves_nothing(call, here, small, monkeypatch):
    from hedgerow.analysis.comparison import pairs

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(pairs, "_pairs", interrupt)
    done = call("compare", small, small, *QUICK)
    assert done.code == 130 and set(listing(here)) == {small}
