"""``hedgerow tournament``."""

import csv

import pytest
from cli.folders import listing

QUICK = ["tournament", "vietnam", "--runs", "3", "--set", "time.end=1997", "--quiet"]
FILES = {
    "tournament.csv",
    "contrasts.csv",
    "by_rivalry.csv",
    "tournament.svg",
    "tournament.png",
    "tournament.txt",
}


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_a_bandwagoner_would_have_done_is_one_command(process, here):
    done = process(*QUICK, "--strategy", "bandwagoner", "--rivalry", "1")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 100
    for words in (
        "VNM, 3 runs a strategy in the same worlds, seed 1",
        "Is bending better?",
        "than choosing a side: bandwagoner:",
        "What the bandwagoner did otherwise than the hedger, clear differences:",
    ):
        assert any(words in line for line in lines), words
    assert listing(here) == {}


def test_all_strategies_and_the_files(call, here):
    done = call(*QUICK, "--rivalry", "1,0.5", "--out", "a/b")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "a/b"
    assert {path.name for path in (here / "a" / "b").iterdir()} == FILES
    assert [path.name for path in (here / "a").iterdir()] == ["b"]
    table = rows(here / "a/b/tournament.csv")
    names = [row["strategy"] for row in table]
    assert len(set(names)) == 9 and {"quantal", "balancer", "tit_for_tat"} <= set(names)
    hedger = next(row for row in table if row["strategy"] == "quantal")
    assert [float(hedger[f"against_{part}"]) for part in ("mean", "low", "high")] == [0.0] * 3
    assert hedger["votes_against_mean"] == ""  # no vote before 2022
    course = rows(here / "a/b/by_rivalry.csv")
    assert {row["rivalry"] for row in course} == {"0.5", "1.0"} and len(course) == 18
    contrasts = rows(here / "a/b/contrasts.csv")
    assert {row["strategy"] for row in contrasts} == set(names) - {"quantal"}
    assert {row["year"] for row in contrasts} == {"1997"}
    for row in contrasts[:50]:
        if row["gap_mean"]:
            gap = float(row["value"]) - float(row["hedger"])
            assert float(row["gap_mean"]) == pytest.approx(gap, abs=1e-9)


def test_an_empty_folder_is_filled_and_equal_calls_give_equal_bytes(call, here):
    (here / "empty").mkdir()
    for out in ("empty", "other"):
        done = call(*QUICK, "--strategy", "random", "--rivalry", "", "--out", out)
        assert (done.code, done.err) == (0, "")
    assert {path.name for path in (here / "empty").iterdir()} == FILES - {"by_rivalry.csv"}
    for path in (here / "empty").iterdir():
        assert path.read_bytes() == (here / "other" / path.name).read_bytes()


def test_the_hedger_alone_has_no_figure(call, here):
    done = call(*QUICK, "--strategy", "quantal", "--rivalry", "1", "--out", "x")
    assert done.code == 0 and "Is bending better" not in done.out
    names = {path.name for path in (here / "x").iterdir()}
    assert names == {"tournament.csv", "contrasts.csv", "by_rivalry.csv"}


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        (["tournament", "nowhere"], "nowhere"),
        ([*QUICK, "--country", "XYZ", "--out", "a/b"], ["country 'XYZ'", "VNM"]),
        ([*QUICK, "--strategy", "cautious", "--out", "a/b"], ["'cautious'", "bandwagoner"]),
        ([*QUICK, "--rivalry", "1,x"], ["--rivalry", "numbers between commas"]),
        ([*QUICK, "--rivalry", "-1", "--out", "a/b"], "0 or more"),
        ([*QUICK, "--rivalry", "nan"], "0 or more"),
        ([*QUICK, "--rivalry", "inf"], "0 or more"),
        ([*QUICK, "--runs", "0"], "--runs"),
        ([*QUICK, "--seed", "-1"], "--seed"),
        ([*QUICK, "--set", "nothing=1", "--out", "a/b"], "nothing"),
        ([*QUICK, "--out", "full"], ["full", "not empty"]),
        ([*QUICK, "--out", "file"], ["file", "is a file"]),
        ([*QUICK, "--out", "file/below"], "file/below"),
    ],
    ids=lambda value: " ".join(value[7:] or value) if isinstance(value, list) else "",
)
def test_what_cannot_be_played_is_refused(refused, here, arguments, telling):
    (here / "full").mkdir()
    (here / "full" / "mine").write_text("mine", encoding="utf-8")
    (here / "file").write_text("mine", encoding="utf-8")
    refused(*arguments, telling=telling)


def test_a_real_process_refuses_without_a_traceback(process, here):
    done = process(*QUICK, "--strategy", "cautious", "--out", "x")
    assert done.code == 2 and done.out == ""
    assert len(done.err.strip().splitlines()) == 1 and "'cautious'" in done.err
    assert listing(here) == {}


@pytest.mark.parametrize("out", ["new/x", "empty"])
def test_a_failure_in_the_end_leaves_nothing(call, here, monkeypatch, out):
    from hedgerow.figures import style

    def full(*arguments):
        raise OSError(28, "No space left on device")

    (here / "empty").mkdir()
    before = set(listing(here))
    monkeypatch.setattr(style, "save", full)
    done = call(*QUICK, "--strategy", "random", "--rivalry", "1", "--out", out)
    assert done.code == 2 and "disk is full" in done.err and done.out == ""
    assert set(listing(here)) == before


def test_an_interrupt_leaves_nothing(call, here, monkeypatch):
    from hedgerow.analysis import tournaments as tournament

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(tournament, "_trial", interrupt)
    done = call(*QUICK, "--strategy", "random", "--out", "new/x")
    assert done.code == 130 and listing(here) == {}
