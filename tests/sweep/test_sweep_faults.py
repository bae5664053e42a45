"""What may happen to a sweep: kills, damaged parts, full disks, folders that cannot be written."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli.folders import compiled
from sweep import kills
from sweep.small import write

from hedgerow.results import OutputError, ResultError, Results
from hedgerow.runs import Workers, prepare, resume, sweep
from hedgerow.runs.inspection import status

SERIAL = Workers(processes=1, progress=False)


@pytest.fixture(scope="module")
def digests(tmp_path_factory):
    """Design → folder and digest of a sweep that nothing disturbed."""
    made = {}
    for design in (kills.POINTS, kills.LONG):
        folder = tmp_path_factory.mktemp("kills")
        made[design] = folder, kills.undisturbed(folder, design)
    return made


@pytest.mark.parametrize(("design", "workers"), [(kills.LONG, 1), (kills.POINTS, 2)])
def test_no_kill_at_any_moment_shows_in_the_result(digests, design, workers):
    folder, digest = digests[design]
    found, hit = kills.torture(folder, design, 6, 20 + workers, workers)
    assert found == digest
    assert len(hit) - hit.count("nobody") >= 5, hit  # ten of both designs
    assert hit.count("parent") >= 3, hit
    assert hit.count("worker") >= (1 if workers > 1 else 0), hit


def test_a_sweep_outlives_its_workers(digests):
    folder, digest = digests[kills.POINTS]
    place = prepare(write(folder, kills.POINTS, end=2000), out=folder / "outlives")
    child = kills.start(place, 2, 3)
    for _ in range(2):
        deadline = time.monotonic() + 60
        while not (own := kills.children(child.pid)) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.4)
        kills.kill(own[0])
        while own[0] in kills.children(child.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
    _, err = child.communicate(timeout=120)
    assert child.returncode == 0, err
    assert status(place).good
    assert resume(place, SERIAL).manifest["tables_digest"] == digest


def test_workers_end_with_their_parent(digests):
    folder, _ = digests[kills.POINTS]
    place = prepare(write(folder, kills.POINTS, end=2000), out=folder / "orphans")
    child = kills.start(place, 2, 3)
    deadline = time.monotonic() + 60
    while len(own := kills.children(child.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    child.kill()
    child.communicate()
    while any(Path(f"/proc/{pid}").exists() for pid in own) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert own and not any(Path(f"/proc/{pid}").exists() for pid in own)


# damage ----------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return tmp_path_factory.mktemp("damage")


@pytest.fixture(scope="module")
def whole(source):
    return sweep(
        write(source), out=source / "whole", team=Workers(processes=1, chunk=2, progress=False)
    )


def truncated(path):
    path.write_bytes(path.read_bytes()[:-7])


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def deleted(path):
    path.unlink()


def doubled(path):
    path.with_name("part-999999999999.parquet").write_bytes(path.read_bytes())


@pytest.mark.parametrize("damage", [truncated, flipped, deleted, doubled])
@pytest.mark.parametrize("table", ["runs", "summary"])
def test_damage_is_found_and_mended(whole, source, damage, table):
    place = prepare(write(source), out=source / f"{damage.__name__}-{table}")
    resume(place, Workers(processes=1, chunk=2, progress=False))
    path = sorted((place / "tables" / table).iterdir())[1]
    damage(path)
    found = status(place)
    assert not found.good
    assert any(f"tables/{table}/part-" in problem for problem in found.problems)
    again = resume(place, SERIAL)
    assert status(place).good and again.verify() == []
    assert again.manifest["tables_digest"] == whole.manifest["tables_digest"]
    if damage is not doubled:
        assert f"computed anew: tables/{table}/{path.name}" in (place / "log.txt").read_text()


def test_a_lost_summary_of_a_long_point_is_made_from_its_leaves_anew(digests):
    folder, digest = digests[kills.LONG]
    place = folder / "whole"
    part = sorted((place / "tables" / "summary").iterdir())[3]
    flipped(part)
    assert not status(place).good
    assert resume(place, SERIAL).manifest["tables_digest"] == digest
    assert status(place).good


@pytest.mark.parametrize("name", ["summary.csv", "points.csv", "journal.jsonl", "manifest.json"])
def test_other_files_are_mended_too(whole, source, name):
    place = prepare(write(source), out=source / f"other-{name}")
    resume(place, Workers(processes=1, chunk=2, progress=False))
    truncated(place / name)
    assert not status(place).good
    again = resume(place, SERIAL)
    assert again.manifest["tables_digest"] == whole.manifest["tables_digest"]
    assert status(place).good
    for text in ("summary.csv", "points.csv"):
        assert (place / text).read_bytes() == (whole.path / text).read_bytes()


@pytest.mark.parametrize(
    ("damage", "name", "told"),
    [
        (deleted, "journal.jsonl", "journal.jsonl is gone, which lists what is stored; all runs"),
        (lambda path: path.write_bytes(b""), "journal.jsonl", "files not in journal.jsonl; comp"),
        (flipped, "tables/runs/part-000000000000.parquet", "1 part missing or damaged; computed"),
    ],
)
def test_what_is_computed_anew_is_said(whole, source, capsys, damage, name, told):
    place = prepare(write(source), out=source / f"said-{told[:4].strip()}")
    resume(place, Workers(processes=1, chunk=2, progress=False))
    damage(place / name)
    again = resume(place, Workers(processes=1, progress=True))
    assert told in " ".join(capsys.readouterr().err.split())
    assert again.manifest["tables_digest"] == whole.manifest["tables_digest"]
    again = resume(place, Workers(processes=1, progress=True))
    assert "anew" not in capsys.readouterr().err


def test_another_scenario_in_the_folder_is_refused(source):
    place = prepare(write(source), out=source / "other-scenario")
    text = (place / "scenario.toml").read_text(encoding="utf-8")
    (place / "scenario.toml").write_text(text.replace("Two hedgers", "Three hedgers"))
    with pytest.raises(ResultError, match="is not the scenario that this sweep was started with"):
        resume(place, SERIAL)


# disks -----------------------------------------------------------------------------------------
@pytest.fixture
def disk(tmp_path):
    """Mount a small disk and give a function that mounts it anew with other options."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options):
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    if not mount("size=300k"):
        pytest.skip("nothing can be mounted here")
    yield place, lambda options: mount(f"remount,{options}")
    subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_full_disk_is_told_and_the_sweep_goes_on_with_more_room(disk, source, whole):
    place, remount = disk
    path = write(source)
    with pytest.raises(OutputError, match=r"the disk is full.*\n.*hedgerow resume") as error:
        sweep(
            path, keep="ties", out=place / "out", team=Workers(processes=1, chunk=1, progress=False)
        )
    assert str(place / "out") in str(error.value)
    assert not status(place / "out").good
    assert remount("size=20m")
    results = resume(place / "out", SERIAL)
    assert results.verify() == [] and status(place / "out").good
    assert results.manifest["digests"]["runs"] == whole.manifest["digests"]["runs"]
    assert results.manifest["digests"]["summary"] == whole.manifest["digests"]["summary"]


def test_a_disk_that_fills_up_in_a_worker_is_told_as_well(disk, source):
    place, _ = disk
    with pytest.raises(OutputError, match="the disk is full"):
        sweep(
            write(source),
            keep="ties",
            out=place / "out",
            team=Workers(processes=2, chunk=1, progress=False),
        )


def test_a_read_only_folder_is_told(disk, source):
    place, remount = disk
    made = prepare(write(source), out=place / "out")
    assert remount("ro")
    with pytest.raises(OutputError, match="the place is read-only"):
        resume(made, SERIAL)
    with pytest.raises(OutputError, match="the place is read-only"):
        prepare(write(source), out=place / "other")
    assert not status(made).good  # looking is allowed


# two processes ---------------------------------------------------------------------------------
def test_a_second_process_is_refused_while_the_first_goes_on(digests):
    folder, digest = digests[kills.POINTS]
    place = prepare(write(folder, kills.POINTS, end=2000), out=folder / "two")
    child = kills.start(place, 1, 1)
    second = subprocess.run(
        [sys.executable, "-m", "hedgerow", "resume", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.poll() is None, "the first was too quick"
    assert second.returncode == 2
    assert "another process works here" in second.stderr
    child.kill()  # which gives the folder back
    child.communicate()
    assert resume(place, SERIAL).manifest["tables_digest"] == digest


def test_a_sweep_that_dies_just_after_its_manifest_is_as_it_was_written(digests, tmp_path):
    _, digest = digests[kills.POINTS]
    place = prepare(write(tmp_path, kills.POINTS, end=2000), out=tmp_path / "last")
    code = """
import os, sys
from hedgerow.results import manifest
from hedgerow.runs import Workers, resume
write = manifest.write
manifest.write = lambda *given: (write(*given), os._exit(9))
resume(sys.argv[1], Workers(processes=1, progress=False))
"""
    command = [sys.executable, "-c", code, str(place)]
    assert subprocess.run(command, env=compiled(), capture_output=True).returncode == 9
    found = status(place)
    assert found.good, found.problems
    assert Results(place).manifest["tables_digest"] == digest
