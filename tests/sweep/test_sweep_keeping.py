"""What a sweep must not touch: files of others, links, finished sweeps, runs of other versions."""

import errno
import fcntl
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cli.folders import listing
from results.test_results_folder import mounted
from sweep import kills
from sweep.small import write

import hedgerow
from hedgerow.cli.main import main
from hedgerow.compiled import kernels
from hedgerow.results import OutputError, documents
from hedgerow.results.lock import LOCK, Lock
from hedgerow.runs import SweepRefused, Workers, prepare, resume, sweep
from hedgerow.runs.inspection import status
from hedgerow.runs.spec import read
from hedgerow.runs.store import Store

SERIAL = Workers(processes=1, chunk=4, progress=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("keeping")


@pytest.fixture(scope="module")
def whole(folder):
    return sweep(write(folder), out=folder / "whole", team=SERIAL)


@pytest.fixture(scope="module")
def half(folder):
    """A sweep of 36 runs that was stopped when some were stored."""
    place = prepare(write(folder), out=folder / "half")

    def stop(finished, planned):
        if finished >= 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resume(place, replace(SERIAL, progress=stop))
    return place


@pytest.fixture
def place(half, tmp_path):
    return shutil.copytree(half, tmp_path / "half")


MINE = [
    "tables/notes.txt",
    "tables/runs/notes.txt",
    "tables/runs/part-000000000000 (1).parquet",
    "tables/mine/part-000000000000.parquet",
    "scratch/mine/0-0.npy",
    "scratch/notes.txt",
    "tables/runs/.notes.2024",
    "scratch/.notes.1",
    ".staging/notes/mine.txt",
    "figures/mine.png",
    "mine.txt",
]


def test_resume_deletes_only_what_is_its_own_by_name(place, whole, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "part-000000000000.parquet").write_text("mine", encoding="utf-8")
    (place / "tables" / "linked").symlink_to(other)
    for name in MINE:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("mine", encoding="utf-8")
    left = ["tables/runs/part-000000000999.parquet", "scratch/9-9.npy"]  # which no task noted
    for name in left:
        (place / name).write_text("left", encoding="utf-8")
    results = resume(place, SERIAL)
    assert results.manifest["tables_digest"] == whole.manifest["tables_digest"]
    assert all((place / name).read_text(encoding="utf-8") == "mine" for name in MINE)
    assert not any((place / name).exists() for name in left)
    assert [path.name for path in other.iterdir()] == ["part-000000000000.parquet"]
    assert len(results.runs()) == 36  # and nothing of theirs is read
    assert results.verify() == []


def test_a_line_of_the_journal_that_was_changed_does_not_count(place, whole):
    """Not even one that says a digest as well as before: another one."""
    path = place / "journal.jsonl"
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    digest = re.search(r'"summary": ?\{"0": ?"([0-9a-f]{64})"', first)[1]
    path.write_text(f"{first.replace(digest, digest[::-1])}\n{rest}", encoding="utf-8")
    results = resume(place, SERIAL)
    assert results.manifest["tables_digest"] == whole.manifest["tables_digest"]
    assert status(place).good


@pytest.mark.parametrize(
    "part", ["tables", "tables/runs", "scratch", ".staging", "journal.jsonl", "log.txt"]
)
def test_resume_refuses_a_folder_whose_parts_are_links(place, tmp_path, part):
    path, other = place / part, tmp_path / "other"
    other.mkdir()
    target = other / path.name
    if path.exists():
        path.rename(target)
    else:
        target.mkdir()
    path.symlink_to(target)
    (other / "part-000000000000.parquet").write_text("mine", encoding="utf-8")
    before = listing(tmp_path)
    with pytest.raises(OutputError, match=rf"{path}: is a link to {target}"):
        resume(place, SERIAL)
    assert listing(tmp_path) == before


def test_resume_refuses_a_part_that_is_a_link(place, tmp_path):
    part = next((place / "tables" / "runs").iterdir())
    part.rename(tmp_path / "mine")
    part.symlink_to(tmp_path / "mine")
    with pytest.raises(OutputError, match=f"{part.name}: is a link"):
        resume(place, SERIAL)
    assert (tmp_path / "mine").is_file()


def test_a_finished_sweep_is_not_touched(whole, tmp_path, capsys):
    place = shutil.copytree(whole.path, tmp_path / "whole")
    for name in ("tables/notes.txt", "tables/runs/.notes.2024"):
        (place / name).write_text("mine", encoding="utf-8")
    before = listing(tmp_path), place.stat().st_mtime_ns
    capsys.readouterr()
    assert main(["resume", str(place)]) == 0
    told = capsys.readouterr()
    assert told.err == f"{place}: this sweep is finished; nothing was changed\n"
    assert told.out.splitlines()[-1] == str(place)
    assert (listing(tmp_path), place.stat().st_mtime_ns) == before


def test_a_part_that_was_copied_counts_once(whole, tmp_path):
    place = shutil.copytree(whole.path, tmp_path / "whole")
    for table in (place / "tables").iterdir():
        part = next(table.glob("part-000000000000.parquet"))
        shutil.copy(part, part.with_name("part-000000000000 (1).parquet"))
        for name in ("Thumbs.db", "desktop.ini", ".DS_Store"):
            (table / name).write_bytes(b"not a table")
    copied = hedgerow.open(place)
    assert copied.verify() == []
    for table in ("runs", "choices", "events", "summary"):
        assert len(getattr(copied, table)()) == len(getattr(whole, table)())
        assert copied.dataset(table).count_rows() == whole.dataset(table).count_rows()


# two processes ---------------------------------------------------------------------------------
def test_a_sweep_that_is_worked_on_is_not_replaced(folder, whole):
    place = prepare(write(folder, kills.POINTS, end=2000), out=folder / "taken")
    child = kills.start(place, 1, 1)
    try:
        who = rf"{place}: another process works here \(process {child.pid} on"
        with pytest.raises(OutputError, match=who):
            hedgerow.run(write(folder), runs=2, out=place, force=True, progress=False)
        with pytest.raises(OutputError, match=who):
            prepare(write(folder), out=place, force=True)
        with pytest.raises(SweepRefused, match=who):
            resume(place, SERIAL)
        assert status(place).held and child.poll() is None
    finally:
        child.kill()
        child.communicate()
    assert not status(place).held
    again = hedgerow.run(write(folder), runs=2, out=place, force=True, progress=False)
    assert again.verify() == [] and not (place / "sweep.json").exists()


def test_a_sweep_that_was_replaced_before_its_work_began_leaves_what_is_there(
    folder, tmp_path, monkeypatch
):
    place = prepare(write(folder), out=tmp_path / "place")
    former = read(place)
    run = hedgerow.run(write(folder), runs=2, out=place, force=True, progress=False)
    with pytest.raises(SweepRefused, match="another command replaced the sweep"):
        Store(place, former)
    prepare(write(folder, kills.POINTS, "other.toml", 2000), out=place, force=True)
    with pytest.raises(SweepRefused, match="another command replaced the sweep"):
        Store(place, former)
    assert run.path == place and read(place) != former and not (place / LOCK).exists()


def test_a_sweep_is_held_while_the_model_is_compiled(folder, tmp_path, monkeypatch):
    place = prepare(write(folder), out=tmp_path / "place")
    told = []

    def compiles(*_):
        with pytest.raises(OutputError, match="another process works here"):
            prepare(write(folder), out=place, force=True)
        told.append(status(place).held)

    monkeypatch.setattr(kernels, "prepare", compiles)
    assert resume(place, SERIAL).verify() == [] and told == [True]


def test_a_result_that_is_added_to_is_not_replaced(whole, folder, tmp_path):
    place = shutil.copytree(whole.path, tmp_path / "whole")
    with Lock(place, shared=True), pytest.raises(OutputError, match="another process works here"):
        prepare(write(folder), out=place, force=True)


def test_a_sweep_works_where_the_file_system_offers_no_locks(folder, whole, tmp_path, monkeypatch):
    def none(file, how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    held = []

    def progress(finished, planned):
        held.append(status(place).held)
        with pytest.raises(SweepRefused, match="another process works here"):
            resume(place, SERIAL)

    place = prepare(write(folder), out=tmp_path / "out")
    results = resume(place, replace(SERIAL, progress=progress))
    assert results.manifest["tables_digest"] == whole.manifest["tables_digest"]
    assert held and all(held) and not status(place).held


# versions --------------------------------------------------------------------------------------
def rewritten(place, **code):
    """Make a sweep one that another code began."""
    spec = read(place)
    (place / "sweep.json").write_text(replace(spec, code=spec.code | code).text(), encoding="utf-8")
    return spec.code


@pytest.mark.parametrize(
    ("code", "telling"),
    [
        ({"version": "0.0.9"}, r"begun with version 0\.0\.9 \(here 0\."),
        ({"model_digest": "0" * 64}, r"begun with model digest 0{12}… \(here [0-9a-f]{12}…\)"),
        ({"numpy": "1.0"}, r"begun with numpy 1\.0 \(here "),
    ],
)
def test_another_version_goes_on_only_where_it_is_asked_to(place, capsys, code, telling):
    now = rewritten(place, **code)
    before = listing(place)
    with pytest.raises(SweepRefused, match=telling + r".*allow_version_change=True"):
        resume(place, SERIAL)
    assert listing(place) == before
    assert main(["resume", str(place), "--allow-version-change", "--workers", "1"]) == 0
    found = hedgerow.open(place).manifest["versions"]
    assert found == [now | code, now]


def test_a_version_that_went_on_once_may_go_on_again(place, whole):
    rewritten(place, version="0.0.9")

    def stop(finished, planned):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resume(place, replace(SERIAL, progress=stop), allow_version_change=True)
    versions = resume(place, SERIAL).manifest["versions"]
    assert [one["version"] for one in versions] == ["0.0.9", hedgerow.__version__]
    assert whole.manifest["versions"] == [read(whole.path).code]


def test_numba_matters_to_the_compiled_kernel_alone(place):
    rewritten(place, numba="0.1")
    spec = read(place)
    if spec.kernel == "compiled":
        with pytest.raises(SweepRefused, match=r"begun with numba 0\.1"):
            resume(place, SERIAL)
    (place / "sweep.json").write_text(replace(spec, kernel="numpy").text(), encoding="utf-8")
    assert resume(place, SERIAL).manifest["runs_stored"] == 36


def test_a_sweep_of_before_codes_were_noted_goes_on(place):
    path = place / "sweep.json"
    body = json.loads(path.read_text(encoding="utf-8"))
    del body["code"], body["sha256"]
    path.write_text(json.dumps(documents.sealed(body)), encoding="utf-8")
    assert resume(place, SERIAL).manifest["versions"] == [{"version": hedgerow.__version__}]


# full disks ------------------------------------------------------------------------------------
FULL = """
import sys
from hedgerow.runs import Workers, prepare, resume
try:
    resume(prepare(sys.argv[1], out=sys.argv[2]), Workers(processes=1, progress=False))
except ValueError as error:
    print(error)
"""


@pytest.mark.parametrize("size", [100, 140, 200, 260, 340])
def test_a_full_disk_is_told_in_the_same_words_wherever_it_strikes(folder, tmp_path, size):
    """Points of several leaves wait on the disk as arrays of NumPy's."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(mounted(disk, "60k", ["true"]), check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    command = [sys.executable, "-c", FULL, write(folder, kills.LONG, "long.toml", 2000), disk / "x"]
    done = subprocess.run(
        list(map(str, mounted(disk, f"{size}k", command))),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (
        f"{disk}/x: cannot write results: the disk is full; free some space or choose another "
        f"folder\nWhat is stored stays. Go on with: hedgerow resume {disk}/x\n"
    )


def test_a_sweep_in_a_folder_with_a_colon_is_read_again(folder, whole, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results = sweep(write(folder), out="s3:12:30", team=SERIAL)
    assert results.path == Path("s3:12:30") and results.verify() == []
    assert results.manifest["tables_digest"] == whole.manifest["tables_digest"]
