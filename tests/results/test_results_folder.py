"""Result folders: nothing is overwritten unasked, nothing half done stays."""

import errno
import json
import os
import subprocess
import sys
import textwrap

import pytest
from results.synthetic import SMALL

from hedgerow.errors import OutputError
from hedgerow.results.folder import Output
from hedgerow.results.layout import OURS, cannot_write, is_result
from hedgerow.results.parts import whole_file, write_part

MANIFEST = json.dumps({"tables_digest": "0", "scenario_sha256": "0"})


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill(output, text="new"):
    for name in ("scenario.toml", "summary.csv", "log.txt"):
        (output.folder / name).write_text(text, encoding="utf-8")
    (output.folder / "tables" / "runs").mkdir(parents=True)
    (output.folder / "manifest.json").write_text(MANIFEST, encoding="utf-8")


def listing(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_default_folders_are_numbered(here):
    paths = []
    for _ in range(3):
        output = Output(None, "vietnam-0123abcd")
        fill(output)
        paths.append(output.finish().as_posix())
    assert paths == [f"results/vietnam-0123abcd{end}" for end in ("", "-2", "-3")]
    assert listing(here / "results" / "vietnam-0123abcd-3") == sorted(
        ["scenario.toml", "summary.csv", "log.txt", "manifest.json", "tables", "tables/runs"]
    )
    assert len(listing(here)) == 1 + 3 * 7


def test_two_at_once_get_two_folders(here):
    one, other = Output(None, "x-1"), Output(None, "x-1")
    fill(one)
    fill(other)
    assert {one.finish().name, other.finish().name} == {"x-1", "x-1-2"}


@pytest.mark.parametrize("existing", [False, True])
def test_a_folder_that_is_new_or_empty_is_filled(here, existing):
    if existing:
        (here / "out").mkdir()
    output = Output("out", "stem")
    fill(output)
    assert output.finish() == output.target
    assert is_result(here / "out")
    assert not [path for path in listing(here) if ".hedgerow" in path]


def test_the_current_folder_can_be_filled(here):
    output = Output(".", "stem")
    fill(output)
    output.finish()
    assert is_result(here)


def test_discarding_leaves_nothing_behind_and_touches_nothing_else(here):
    for out in (None, "a/b/c", "empty"):
        if out == "empty":
            (here / "empty").mkdir()
        output = Output(out, "stem")
        fill(output)
        output.discard()
    assert listing(here) == ["empty"]


def test_a_result_is_replaced_only_by_force(here):
    first = Output("out", "stem")
    fill(first, "old")
    first.finish()
    with pytest.raises(OutputError, match=r"out: holds a result already.*force"):
        Output("out", "stem")
    second = Output("out", "stem", force=True)
    fill(second, "new")
    assert (here / "out" / "log.txt").read_text(encoding="utf-8") == "old"  # until it is finished
    second.finish()
    assert (here / "out" / "log.txt").read_text(encoding="utf-8") == "new"
    assert is_result(here / "out")
    third = Output("out", "stem", force=True)
    fill(third, "newer")
    third.discard()
    assert (here / "out" / "log.txt").read_text(encoding="utf-8") == "new"


def test_force_replaces_nothing_but_results(here):
    (here / "thesis").mkdir()
    (here / "thesis" / "chapter.txt").write_text("mine", encoding="utf-8")
    (here / "file").write_text("mine", encoding="utf-8")
    output = Output("out", "stem")
    fill(output)
    output.finish()
    (here / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    (here / "fifo").mkdir()
    os.mkfifo(here / "fifo" / "manifest.json")
    (here / "json").mkdir()
    (here / "json" / "manifest.json").write_text("[]", encoding="utf-8")
    before = listing(here)
    for out, telling in (
        ("thesis", "chapter.txt"),
        ("file", "is a file"),
        ("out", "notes.txt"),
        ("json", "manifest"),
        ("fifo", "manifest"),
        ("file/below", "file"),
    ):
        with pytest.raises(OutputError, match=telling):
            Output(out, "stem", force=True)
    assert listing(here) == before


@pytest.mark.parametrize("existing", [False, True])
def test_whoever_takes_the_place_meanwhile_keeps_it_and_so_does_the_result(here, existing):
    if existing:
        (here / "out").mkdir()
    output = Output("out", "stem")
    fill(output)
    (here / "out").mkdir(exist_ok=True)
    (here / "out" / "other.txt").write_text("theirs", encoding="utf-8")
    with pytest.raises(OutputError, match=r"(?s)out: .*the result is kept in out-2"):
        output.finish()
    output.discard()
    assert listing(here / "out") == ["other.txt"]
    assert is_result(here / "out-2") and {path.name for path in here.iterdir()} == {"out", "out-2"}


def test_the_manifest_comes_last():
    assert OURS[-1] == "manifest.json"


def test_reasons_are_told_in_words():
    full = cannot_write("there", OSError(errno.ENOSPC, "No space left on device"))
    assert str(full) == (
        "there: cannot write results: the disk is full; free some space or choose another folder"
    )
    assert isinstance(full, ValueError)


# parts -----------------------------------------------------------------------------------------
def test_a_part_is_there_whole_or_not_at_all(here):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"run": pa.array([1, 2]), "x": pa.array([0.5, None])})
    write_part([table, table], here / "t" / "part.parquet")
    file = pq.ParquetFile(here / "t" / "part.parquet")
    assert file.num_row_groups == 2
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert file.read().equals(pa.concat_tables([table, table]))
    with pytest.raises(RuntimeError), whole_file(here / "t" / "half") as half:
        half.write(b"half")
        raise RuntimeError
    assert listing(here / "t") == ["part.parquet"]


# places that cannot be written -----------------------------------------------------------------
RUN = """
import os, sys
import hedgerow
from hedgerow.results import OutputError

scenario, out, workers = hedgerow.load(sys.argv[1]), sys.argv[2], int(sys.argv[3])
small = dict(until=2000, workers=workers, progress=False)
def attempt(out, runs):
    try:
        return hedgerow.run(scenario, runs=runs, out=out, **small)
    except OutputError as error:
        print(error)
"""


def child(body, *arguments, wrapper=()):
    done = subprocess.run(
        [*wrapper, sys.executable, "-c", RUN + textwrap.dedent(body), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done
    return done.stdout


def test_a_read_only_folder_is_refused(tmp_path):
    """Root may write in any folder, but not on a disk that is mounted read-only."""
    locked = tmp_path / "locked"
    locked.mkdir()
    root = os.getuid() == 0
    if not root:
        locked.chmod(0o555)
    body = """
        attempt(out, runs=2)
        attempt(out + "/below/there", runs=2)
        print(os.listdir(os.path.dirname(out)))
    """
    wrapper = mounted(locked, "200k,ro", []) if root else ()
    told = child(body, SMALL, locked / "out", 1, wrapper=wrapper).splitlines()
    why = (
        "the place is read-only; choose another folder"
        if root
        else "permission denied; choose another folder or change the permissions"
    )
    assert told == [
        *(f"{locked}/out{below}: cannot write results: {why}" for below in ("", "/below/there")),
        "[]",
    ]


def mounted(place, size, command):
    """Return a command that runs `command` with a small disk at `place`, seen by nobody else."""
    root = os.getuid() == 0
    script = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
    return ["unshare", "-m" if root else "-rm", "sh", "-c", script, str(place), *command]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_leaves_nothing_behind(tmp_path, workers):
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.getuid() != 0 and subprocess.run(mounted(disk, "60k", ["true"]), check=False).returncode:
        pytest.skip("only root may mount a small disk here")
    body = """
        attempt(out, runs=136)
        print(os.listdir(os.path.dirname(out)))
    """
    told = child(body, SMALL, disk / "out", workers, wrapper=mounted(disk, "60k", []))
    assert told.splitlines() == [
        f"{disk}/out: cannot write results: the disk is full; free some space or choose another "
        "folder",
        "[]",
    ]
