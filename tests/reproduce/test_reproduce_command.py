"""``hedgerow reproduce`` on a toy: what it writes, when it fails, and what it says."""

import json
import shutil

import pytest


def listing(folder):
    """Path → content of everything under a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_figure_and_table_go_where_the_last_line_says(call, toy, tmp_path):
    done = call("toy")
    assert done.code == 0
    assert "there is no reference; --update-reference makes one" in done.out
    assert done.out.splitlines()[-1] == "results/reproduce-toy"
    files = listing(tmp_path / "results" / "reproduce-toy")
    assert sorted(files) == ["figure.png", "figure.svg", "reproduce.json", "table.csv"]
    about = json.loads(files["reproduce.json"])
    assert (about["name"], about["size"], about["runs"]) == ("toy", "full", 12)
    assert (about["seed"], about["kernel"]) == (3, "numpy")
    assert call("toy").out.splitlines()[-1] == "results/reproduce-toy-2"
    assert b"hedgerow reproduce toy" in files["figure.svg"]


def test_only_update_reference_makes_a_reference(call, toy):
    before = listing(toy)
    call("toy")
    call("toy", "--quick")
    assert listing(toy) == before
    assert call("toy", "--quick", "--update-reference").code == 0
    assert sorted(listing(toy).keys() - before.keys()) == [
        "reference-quick.csv",
        "reference-quick.json",
    ]
    assert call("toy", "--update-reference").code == 0
    assert sorted(listing(toy).keys() - before.keys()) == [
        *("figure.png", "figure.svg", "reference-quick.csv", "reference-quick.json"),
        *("reference.csv", "reference.json"),
    ]


def test_a_check_writes_nothing_and_needs_a_reference(call, tmp_path):
    assert call("toy", "--quick", "--check").code == 1
    call("toy", "--quick", "--update-reference", "--out", "made")
    before = listing(tmp_path)
    done = call("toy", "--quick", "--check")
    assert done.code == 0
    assert "to the last bit" in done.out
    assert listing(tmp_path) == before
    assert call("toy", "--check").code == 1  # the full size has none yet


def test_a_changed_scenario_is_drift_and_named(call, change, tmp_path):
    call("toy", "--quick", "--update-reference", "--out", "made")
    change("toy.toml", "end = 2002", "end = 2002\n[behaviour]\nautonomy = 6.0")
    done = call("toy", "--quick", "--check")
    assert done.code == 1
    assert "DRIFT" in done.out
    assert "worst: " in done.out
    changed = "changed since the reference: scenario toy.toml: behaviour.autonomy 5.0, now 6.0"
    assert changed in done.out
    done = call("toy", "--quick", "--out", "again")
    assert done.code == 1  # the new numbers and their figure are there to be looked at
    assert (tmp_path / "again" / "figure.svg").exists()


def test_an_update_tells_which_numbers_of_the_readme_are_old(call, change, toy):
    call("toy", "--update-reference")
    table = (toy / "reference.csv").read_text(encoding="utf-8").splitlines()
    values = {line.rsplit(",", 2)[0]: float(line.rsplit(",", 2)[1]) for line in table[1:]}
    index = values["paths,,VNM,alignment_index,2002,,,mean"]
    readme = f"# Toy\n\n```sh\nrun {index:.2f}\n```\n\nIn 2002 it is {index:.2f}, of 3.\n"
    (toy / "README.md").write_text(readme, encoding="utf-8")
    assert "README.md" not in call("toy", "--update-reference").out  # nothing has moved
    change("toy.toml", "end = 2002", "end = 2002\n[behaviour]\nautonomy = 30.0")
    assert "README.md" not in call("toy", "--quick", "--update-reference").out
    told = [line for line in call("toy", "--update-reference").out.splitlines() if "README" in line]
    assert any(line.startswith(f"toy: README.md:7: {index:.2f}: 1 of ") for line in told), told
    assert not any("README.md:4" in line for line in told)


def test_a_changed_scenario_fails_though_no_number_has_moved(call, change):
    call("toy", "--quick", "--update-reference", "--out", "made")
    change("toy.toml", 'title = "Two equal powers, for three years"', 'title = "Two powers"')
    assert call("toy", "--quick", "--check").code == 0  # a title moves nothing
    change("toy.toml", "end = 2002", "end = 2002\n[partners.USA]\nneed = 0.5")
    done = call("toy", "--quick", "--check")
    assert done.code == 1
    assert "CHANGED: all " in done.out
    assert "to the last bit" in done.out
    assert "changed since the reference: scenario toy.toml: partners.USA.need 0.0, now 0.5" in (
        done.out
    )


def test_the_other_kernel_differs_by_rounding(call):
    call("toy", "--quick", "--update-reference", "--out", "made")
    done = call("toy", "--quick", "--check", kernel="compiled")
    assert done.code == 0
    assert "numbers are those of the reference" in done.out


@pytest.fixture
def three(toy):
    """Two more experiments: one that cannot be computed, between two that can."""
    for name in ("bad", "zoo"):
        shutil.copytree(toy, toy.parent / name)
    path = toy.parent / "bad" / "experiment.toml"
    path.write_text(path.read_text().replace("alignment:USA", "alignment:XXX"), encoding="utf-8")
    return toy.parent


def test_all_goes_on_after_one_that_fails_and_tells_of_each(call, three, tmp_path):
    done = call("--all", "--quick", "--out", "made")
    assert done.code == 1
    assert "bad/experiment.toml: steps.paths: no partner 'XXX'" in done.err
    assert "[2/3] toy" in done.err
    told = [line.split()[:2] for line in done.out.splitlines()[-4:-1]]
    assert told == [["failed", "bad:"], ["done", "toy"], ["done", "zoo"]]
    assert done.out.splitlines()[-1] == "made"
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == ["toy", "zoo"]


def test_one_that_cannot_be_computed_is_bad_input(call, three, tmp_path):
    done = call("bad", "--quick")
    assert done.code == 2
    assert done.out == ""
    assert "Traceback" not in done.err
    assert not (tmp_path / "results").exists() or not any((tmp_path / "results").iterdir())


def test_a_broken_file_stops_all_before_anything_is_done(call, three, tmp_path):
    path = three / "zoo" / "experiment.toml"
    path.write_text(path.read_text() + "\nmore = 1\n", encoding="utf-8")
    done = call("--all", "--quick")
    assert done.code == 2
    assert "zoo/experiment.toml" in done.err
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        (("tyo",), "did you mean 'toy'?"),
        ((), "name an experiment, or give --all; there are toy"),
        (("--all", "toy"), "--all takes no names"),
        (("toy", "--check", "--update-reference"), "does not go with --update-reference"),
        (("toy", "--check", "--out", "x"), "does not go with --out"),
        (("toy", "--experiments", "nowhere"), "nowhere: is not there"),
    ],
)
def test_wrong_usage_is_told_and_nothing_done(call, toy, tmp_path, arguments, telling):
    before = listing(tmp_path)
    done = call(*arguments)
    assert done.code == 2
    assert telling in done.err
    assert listing(tmp_path) == before


def test_progress_tells_what_is_left_and_quiet_is_quiet(call):
    done = call("toy", "--quick")
    assert "runs/s" in done.err
    assert call("toy", "--quick", "--quiet").err == ""


def test_figure_and_table_for_print(call, toy, tmp_path):
    options = ["--quick", "--format", "pdf,tex", "--width", "85mm", "--bare", "--out", "made"]
    assert call("toy", *options).code == 0
    files = listing(tmp_path / "made")
    assert sorted(files) == ["figure.pdf", "figure.txt", "reproduce.json", "table.csv", "table.tex"]
    table = files["table.tex"].decode()
    assert r"\toprule" in table and r"\begin{longtable}{lllrrlrr}" in table
    assert r"alignment\_index & 2001" in table
    assert table.count(r" \\") == files["table.csv"].decode().count("\n")
    assert files["figure.txt"].startswith(b"A toy\n")


@pytest.mark.parametrize("option", [["--bare"], ["--width", "85mm"], ["--format", "pdf"]])
def test_a_check_takes_no_options_of_files(call, toy, option):
    done = call("toy", "--check", *option)
    assert done.code == 2 and f"does not go with {option[0]}" in done.err
