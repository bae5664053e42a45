"""``hedgerow status``: whether every file of a result is as it was written."""

import json
import os
import shutil

import pandas as pd
import pytest
from cli.folders import listing
from results.synthetic import SMALL
from sweep.small import write

import hedgerow
from hedgerow.cli.main import main
from hedgerow.results.checksums import checksum
from hedgerow.results.documents import sealed
from hedgerow.results.manifest import write as write_manifest
from hedgerow.runs import Workers, prepare, sweep
from hedgerow.runs.spec import read
from hedgerow.runs.store import Store

TABLES = ("runs", "countries", "ties", "choices", "events")
PART = "tables/ties/part-000000000000.parquet"
LIST = """
[sweep]
replicates = 2
[sweep.over]
"partners.USA.will" = [0.2, 0.9]
"behaviour.autonomy" = [0.2, 0.9]
"""


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A run with a figure."""
    path = tmp_path_factory.mktemp("status") / "result"
    hedgerow.run(SMALL, runs=4, until=2002, out=path, progress=False)
    assert main(["plot", str(path), "--figure", "arms"]) == 0
    return path


@pytest.fixture
def result(stored, here):
    """A copy of it in the current folder."""
    return shutil.copytree(stored, here / "result")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A sweep that is done."""
    folder = tmp_path_factory.mktemp("whole")
    out = folder / "sweep"
    return sweep(write(folder, LIST), out=out, team=Workers(processes=1, progress=False)).path


@pytest.fixture
def swept(whole, here):
    return shutil.copytree(whole, here / "sweep")


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def rewritten(folder, change):
    """Change the manifest and seal it again, as one who means to deceive would."""
    about = manifest(folder)
    change(about)
    write_manifest(sealed(about), folder)


def append(path):
    path.write_bytes(path.read_bytes() + b"\n")


def files(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


# what is listed ----------------------------------------------------------------------------------
def test_the_manifest_lists_every_file_and_what_computed_it(result):
    about = manifest(result)
    assert set(about["files"]) == files(result) - {"manifest.json"}
    assert {f"tables/{name}/part-000000000000.parquet" for name in TABLES} <= set(about["files"])
    assert {"figures/arms.svg", "figures/arms.png", "log.txt"} <= set(about["files"])
    assert ("commit" in about) or ("code_digest" in about)
    assert len(about["model_digest"]) == 64 and about["python"].startswith("3.")
    assert {"numpy", "scipy", "pyarrow"} <= set(about["libraries"])


def test_a_result_as_it_was_written_is_good(call, result):
    done = call("status", "result")
    assert (done.code, done.err) == (0, "")
    assert "complete and as it was written" in done.out


# what was changed, is missing or was added -------------------------------------------------------
NAMES = ["scenario.toml", "summary.csv", "log.txt", "figures/arms.svg", PART]


@pytest.mark.parametrize("name", [*NAMES, "tables/runs/part-000000000000.parquet"])
def test_each_changed_and_each_missing_file_is_named(call, result, name):
    append(result / name)
    done = call("status", "result")
    assert (done.code, done.err) == (1, f"error: result: {name}: was changed\n")
    (result / name).unlink()
    done = call("status", "result")
    assert (done.code, done.err) == (1, f"error: result: {name}: is missing\n")


@pytest.mark.parametrize("key", ["title", "seed", "files", "model_digest", "sha256"])
def test_a_changed_manifest_is_named(call, result, key):
    about = manifest(result)
    about[key] = {"title": "Other", "seed": 8, "files": {}}.get(key, "0" * 64)
    (result / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    done = call("status", "result")
    assert done.code == 1
    assert "error: result: manifest.json: was changed" in done.err


@pytest.mark.parametrize("which", ["result", "sweep"])
@pytest.mark.parametrize("how", ["space", "repeated"])
def test_a_manifest_that_says_the_same_in_other_bytes_is_changed(call, result, swept, which, how):
    path = result.parent / which / "manifest.json"
    text = path.read_text(encoding="utf-8")
    other = {"space": text + " \n", "repeated": text.replace("{", '{"seed": 8,', 1)}[how]
    path.write_text(other, encoding="utf-8")
    assert json.loads(other) == json.loads(text)
    done = call("status", which)
    assert (done.code, done.err) == (1, f"error: {which}: manifest.json: was changed\n")
    assert call("plot", which, "--figure", "tiers").code == 0
    assert path.read_text(encoding="utf-8") == other  # and is not sealed again


@pytest.mark.parametrize(
    ("name", "telling"),
    [
        ("note.txt", "was added; it is no part of the result: move it"),
        ("tables/mine/note.txt", "was added; it is no part of the result: move it"),
        ("figures/mine.png", "was added; it is no part of the result: move it"),
        (PART.replace(".par", " (1).par"), "a copy of part-000000000000.parquet"),
        ("summary - Copy.csv", "a copy of summary.csv"),
        ("log (conflicted copy 2026-01-01).txt", "a copy of log.txt"),
    ],
)
def test_what_was_added_is_named(call, result, name, telling):
    path = result / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((result / PART).read_bytes())
    done = call("status", "result")
    assert done.code == 1
    assert done.err.count("\n") == 1 and f"error: result: {name}: " in done.err
    assert telling in done.err


LEFT = ["tables/runs/Thumbs.db", "tables/ties/desktop.ini", ".DS_Store", "._log.txt"]


@pytest.mark.parametrize("which", ["result", "sweep"])
@pytest.mark.parametrize("name", LEFT)
def test_what_file_managers_leave_is_noted_and_no_fault(call, result, swept, which, name):
    path = result.parent / which / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    done = call("status", which)
    assert done.code == 0 and "complete and as it was written" in done.out
    assert done.err == (
        f"note: {which}: {name}: was added by a file manager; it does no harm, and can be deleted\n"
    )


@pytest.mark.parametrize(
    ("name", "telling"),
    [
        ("tables/.hedgerow.lock", "tables/.hedgerow.lock: was added"),
        (".lock", ".lock: was added"),
        ("figures/.hedgerow-0123456789ab/mine", "figures/.hedgerow-0123456789ab/: was left"),
        ("tables/runs/.hedgerow-0123456789ab", "tables/runs/.hedgerow-0123456789ab: was added"),
        ("mine/", "mine/: was added: an empty folder"),
        ("tables/runs/mine/", "tables/runs/mine/: was added: an empty folder"),
    ],
)
def test_what_is_hidden_or_empty_is_named(call, result, name, telling):
    path = result / name
    path.parent.mkdir(exist_ok=True)
    path.mkdir() if name.endswith("/") else path.write_text("mine", encoding="utf-8")
    done = call("status", "result")
    assert done.code == 1 and done.err.startswith(f"error: result: {telling}")
    assert done.err.count("\n") == 1


def test_a_name_with_control_characters_is_told_without_them(call, result):
    (result / "a\x1b]0;b\x07\nc").write_text("", encoding="utf-8")
    done = call("status", "result")
    assert done.code == 1 and "result: a]0;b?c: was added" in done.err


# what must not be followed -----------------------------------------------------------------------
@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "tables/../../outside", "", "."])
def test_a_path_that_leaves_the_folder_is_not_followed(call, result, here, name):
    (here / "outside").write_text("mine", encoding="utf-8")
    rewritten(result, lambda about: about["files"].update({name: "0" * 64}))
    done = call("status", "result")
    assert done.code == 1
    assert "is listed, but is no path within the folder" in done.err


@pytest.mark.parametrize("name", ["log.txt", "summary.csv", PART])
def test_pipes_links_and_folders_in_place_of_a_file_are_told(call, result, here, name):
    path = result / name
    kept = path.rename(here / "kept")
    path.symlink_to(kept)
    assert "is a link now" in call("status", "result").err
    path.unlink()
    path.mkdir()
    assert f"{name}: is no file now" in call("status", "result").err
    path.rmdir()
    os.mkfifo(path)
    done = call("status", "result")
    assert done.code == 1 and f"{name}: is no file now" in done.err
    for command in (["plot", "--figure", "arms", "result"], ["run", "--rerun", "result:0"]):
        assert call(*command).code in (0, 2)  # and does not wait for ever


@pytest.mark.parametrize("name", ["tables", "tables/ties"])
def test_a_folder_that_is_a_link_is_told_by_the_files_behind_it(call, result, here, name):
    path = result / name
    path.symlink_to(path.rename(here / "kept"))
    done = call("status", "result")
    assert done.code == 1 and f"{PART}: is a link now" in done.err
    assert "was added" not in done.err


@pytest.mark.parametrize("listed", ["/dev/zero", "device"])
def test_a_device_is_not_read(call, result, listed):
    if listed == "device":
        (result / "device").symlink_to("/dev/zero")
    rewritten(result, lambda about: about["files"].update({listed: "0" * 64}))
    assert call("status", "result").code == 1


def test_a_sweep_that_is_worked_on_is_not_complete(call, here):
    place = prepare(write(here, LIST), out=here / "begun")
    store = Store(place, read(place))
    try:
        done = call("status", "begun")
    finally:
        store.close()
    assert done.code == 1 and "a process works on it now" in done.out
    assert "0 of 8 stored" in done.out and "complete" not in done.out


# what commands add -------------------------------------------------------------------------------
def test_figures_that_a_command_draws_are_listed(call, result):
    assert call("plot", "result", "--figure", "tiers", "--country", "VNM").code == 0
    assert "figures/VNM/tiers.png" in manifest(result)["files"]
    assert call("status", "result").code == 0
    append(result / "figures" / "VNM" / "tiers.png")
    assert "figures/VNM/tiers.png: was changed" in call("status", "result").err
    assert call("plot", "result", "--figure", "tiers", "--country", "VNM").code == 0
    assert call("status", "result").code == 0


def test_figures_drawn_elsewhere_are_not_listed(call, result):
    before = manifest(result)
    assert call("plot", "result", "--figure", "tiers", "--out", "elsewhere").code == 0
    assert manifest(result) == before and call("status", "result").code == 0


def test_a_manifest_that_was_changed_is_not_sealed_by_drawing(call, result):
    about = manifest(result) | {"seed": 8}
    (result / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    assert call("plot", "result", "--figure", "tiers").code == 0
    assert "manifest.json: was changed" in call("status", "result").err


def test_an_analysis_is_listed_and_verified(call, swept):
    assert call("status", "sweep").code == 0
    axes = ["--x", "partners.USA.will", "--y", "behaviour.autonomy"]
    done = call("map", "sweep", *axes, "--measure", "alignment_index")
    assert done.code == 0, done.err
    listed = {name for name in manifest(swept)["files"] if name.startswith("analysis/")}
    assert listed and listed == {n for n in files(swept) if n.startswith("analysis/")}
    assert call("status", "sweep").code == 0
    append(swept / min(listed))
    assert f"{min(listed)}: was changed" in call("status", "sweep").err


# sweeps ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["scenario.toml", "summary.csv", "points.csv", "log.txt", "journal.jsonl"]
)
def test_each_changed_file_of_a_sweep_is_named(call, swept, name):
    append(swept / name)
    done = call("status", "sweep")
    assert done.code == 1 and f"{name}: was changed" in done.err


def test_what_was_added_to_a_sweep_is_named(call, swept):
    parts = sorted((swept / "tables" / "runs").iterdir())
    copy = parts[0].with_name(f"{parts[0].stem} (1).parquet")
    shutil.copy(parts[0], copy)
    (swept / "tables" / "runs" / "Thumbs.db").write_bytes(b"")
    (swept / "note.txt").write_text("mine", encoding="utf-8")
    done = call("status", "sweep")
    assert done.code == 1 and len(done.err.splitlines()) == 3
    assert f"tables/runs/{copy.name}: was added: a copy of {parts[0].name}" in done.err
    assert "error: sweep: note.txt: was added; it is no part of the result: move it" in done.err
    assert "note: sweep: tables/runs/Thumbs.db: was added by" in done.err
    assert "resume" not in done.out  # which would say that the sweep is finished
    copy.unlink()
    (swept / "note.txt").unlink()
    parts[0].unlink()
    assert "damaged; go on with: hedgerow resume sweep" in call("status", "sweep").out


def test_where_the_journal_is_lost_tables_are_not_called_added(call, swept):
    (swept / "journal.jsonl").unlink()
    done = call("status", "sweep")
    assert done.code == 1 and "journal.jsonl: cannot be read" in done.err
    assert "was added" not in done.err
    assert "damaged; go on with: hedgerow resume sweep" in done.out
    assert call("resume", "sweep", "--quiet", "--workers", 1).code == 0
    assert call("status", "sweep").code == 0


OWN = ["tables", "tables/runs", "summary.csv", "points.csv", "scenario.toml", "log.txt"]


@pytest.mark.parametrize("name", [*OWN, "journal.jsonl", "sweep.json", "manifest.json", "a part"])
def test_no_resume_is_offered_that_is_refused_for_a_link(call, refused, swept, name):
    path = next((swept / "tables" / "runs").iterdir()) if name == "a part" else swept / name
    name = path.relative_to(swept).as_posix()
    path.symlink_to(path.rename(swept.parent / "kept"))
    done = call("status", "sweep")
    told = f"{name}: is a link to {swept.parent / 'kept'}; nothing is written through a link"
    assert done.code == 1 and told in done.err and len(done.err.splitlines()) == 1
    assert done.out.splitlines()[-1] == "damaged"
    before = listing(swept.parent)
    refused("resume", "sweep", "--quiet", telling=told)
    assert listing(swept.parent) == before
    path.unlink()
    (swept.parent / "kept").rename(path)
    assert call("status", "sweep").code == 0


def test_figures_of_a_sweep_outlive_its_repair_with_their_checksums(call, swept):
    assert call("plot", "sweep", "--figure", "arms").code == 0
    append(swept / "figures" / "arms.svg")
    (swept / "summary.csv").unlink()
    assert call("resume", "sweep", "--quiet", "--workers", 1).code == 0
    done = call("status", "sweep")
    assert (done.code, done.err) == (1, "error: sweep: figures/arms.svg: was changed\n")


# repeating a run, and drawing what is not there ---------------------------------------------------
@pytest.mark.parametrize("what", ["seed = 7", "end = 2002", 'title = "Two'])
def test_a_run_is_not_repeated_with_another_scenario(refused, result, what):
    path = result / "scenario.toml"
    text = path.read_text(encoding="utf-8")
    assert what in text
    other = {"seed = 7": "seed = 8", "end = 2002": "end = 2003"}.get(what, 'title = "Three')
    path.write_text(text.replace(what, other), encoding="utf-8")
    refused("run", "--rerun", "result:1", telling="scenario.toml: is not the scenario of this run")


def test_a_run_is_repeated_with_the_scenario_in_other_words(call, result):
    path = result / "scenario.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"# the same scenario, with a note\n{text}", encoding="utf-8")
    assert call("run", "--rerun", "result:1").code == 0


def test_a_run_is_not_repeated_by_a_manifest_that_was_changed(refused, result):
    about = manifest(result) | {"seed": 8}
    (result / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    refused("run", "--rerun", "result:1", telling="manifest.json: was changed")


@pytest.mark.parametrize("name", ["tables", "tables/ties", "tables/runs", PART, "summary.csv"])
def test_figures_are_not_drawn_where_tables_are_missing(refused, result, name):
    path = result / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    telling = ["is missing", "hedgerow run result/scenario.toml", "hedgerow status result"]
    telling.append("tables/" if name.startswith("tables") else name)
    refused("plot", "result", telling=telling)


def test_figures_are_not_drawn_where_a_part_of_a_sweep_is_missing(refused, swept):
    part = sorted((swept / "tables" / "summary").iterdir())[0]
    part.unlink()
    refused("plot", "sweep", telling=[part.name, "is missing", "hedgerow resume sweep"])


# results of version 0.1 --------------------------------------------------------------------------
def aged(folder):
    """Write the manifest as version 0.1 did: no checksums of files, no seal, no commit."""
    about = manifest(folder)
    new = ("files", "sha256", "commit", "code_digest", "model_digest")
    old = {key: value for key, value in about.items() if key not in new}
    old["libraries"] = {"python": old.pop("python"), **old["libraries"]}
    if (folder / "sweep.json").exists():  # whose text had no swept values
        (folder / "points.csv").unlink()
        summary = pd.read_csv(folder / "summary.csv").drop(columns=about["swept"])
        summary.to_csv(folder / "summary.csv", index=False)
        names = ("scenario.toml", "summary.csv", "sweep.json")
        old["files"] = {name: checksum(folder / name) for name in names}
    (folder / "manifest.json").write_text(json.dumps(old, indent=2) + "\n", encoding="utf-8")


def test_a_run_of_version_0_1_still_opens_and_is_verified_as_far_as_can_be(call, result):
    aged(result)
    assert len(hedgerow.open(result).runs()) == 4
    done = call("status", "result")
    assert done.code == 0 and "as it was written" not in done.out
    told = "complete; tables and summary as they were written; the rest cannot be told"
    assert told in done.out
    assert done.err.startswith("note: result: it was written by a version that kept no checksums")
    assert call("plot", "result", "--figure", "tiers").code == 0
    assert call("compare", "result", "result", "--out", "compared").code == 0
    assert call("run", "--rerun", "result:1").code == 0
    assert "files" not in manifest(result)
    (result / "tables" / "ties" / "part-000000000000.parquet").unlink()
    assert call("status", "result").code == 1 and call("plot", "result").code == 2


@pytest.mark.parametrize("kept", ["commit", "code_digest", "files"])
def test_a_manifest_that_only_looks_old_is_damaged(call, result, kept):
    new = {"files", "sha256", "commit", "code_digest", "model_digest", "python"} - {kept}
    about = {key: value for key, value in manifest(result).items() if key not in new}
    about.setdefault(kept, "0")
    (result / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    done = call("status", "result")
    assert done.code == 1 and "manifest.json: is damaged: lacks" in done.err


def test_a_sweep_of_version_0_1_still_opens_and_is_verified(call, swept):
    aged(swept)
    done = call("status", "sweep")
    assert done.code == 0 and done.err.startswith("note: sweep: ")
    assert hedgerow.open(swept).verify() == []
    assert call("compare", "sweep", "sweep", "--unpaired", "--out", "compared").code == 0
    assert call("resume", "sweep", "--quiet", "--workers", 1).code == 0
    assert call("plot", "sweep", "--figure", "tiers").code == 0
    append(swept / "scenario.toml")
    assert "scenario.toml: was changed" in call("status", "sweep").err
