"""Who works in a folder holds it, names are tried before the work, and nothing is lost."""

import errno
import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from results.synthetic import SMALL
from results.test_results_folder import fill, listing, mounted

import hedgerow
from hedgerow.errors import Held, OutputError, ResultError
from hedgerow.figures.all import FIGURES
from hedgerow.figures.names import NAMES
from hedgerow.results.folder import Added, Output, strange
from hedgerow.results.layout import is_own, is_result
from hedgerow.results.lock import LOCK, Lock, is_held
from hedgerow.runs.ensemble import store
from hedgerow.runs.inspection import status


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder):
    return sorted(path.name for path in Path(folder).iterdir())


def stored(name, **how):
    output = Output(name, "stem", **how)
    fill(output)
    return output.finish()


def child(code, *arguments):
    """Start a process that imports what it needs, and return it when it says that it is there."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "there\n"
    return process


def end(process):
    process.kill()
    process.communicate()


HOLDS = """
import sys, time
from hedgerow.results.folder import Output
output = Output(*sys.argv[1:2], "stem", force=True)
(output.folder / "summary.csv").write_text("half")
print("there", flush=True)
time.sleep(600)
"""


# locks -----------------------------------------------------------------------------------------
def no_locks(file, how):
    raise OSError(errno.ENOLCK, "No locks available")


@pytest.fixture(params=["flock", "none"])
def offered(request, monkeypatch):
    """What the file system offers: locks, or none, as some network file systems do."""
    if request.param == "none":
        monkeypatch.setattr(fcntl, "flock", no_locks)
    return request.param


def test_a_lock_is_held_once_and_given_back(here, offered):
    with Lock(here):
        assert is_held(here)
        with pytest.raises(
            Held, match=rf"{here}: another process works here \(process {os.getpid()} on"
        ):
            Lock(here)
    assert not is_held(here) and listing(here) == []
    Lock(here).release()


def test_those_who_share_a_lock_work_together_and_keep_others_out(here):
    one, other = Lock(here, shared=True), Lock(here, shared=True)
    one.release()
    with pytest.raises(Held):
        Lock(here)
    other.release()
    assert listing(here) == []
    Lock(here).release()


def test_a_lock_of_a_process_that_was_killed_holds_nothing_up(here, offered):
    code = "import fcntl, sys, time\n"
    if offered == "none":
        code += "def none(*_): raise OSError(37, '')\nfcntl.flock = none\n"
    code += (
        "from pathlib import Path\nfrom hedgerow.results.lock import Lock\n"
        "lock = Lock(Path(sys.argv[1]))\nprint('there', flush=True)\ntime.sleep(600)"
    )
    process = child(code, here)
    with pytest.raises(Held, match=f"process {process.pid} on"):
        Lock(here)
    end(process)
    assert listing(here) == [LOCK]
    with Lock(here):
        assert is_held(here)
    assert listing(here) == []


def test_a_lock_of_another_machine_without_locks_says_what_to_delete(here, offered):
    about = {"process": 1, "host": "else\x1bwhere", "command": "x", "since": "y", "plain": True}
    (here / LOCK).write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(Held, match=rf"on else\?where.*delete {here / LOCK}"):
        Lock(here)


def test_a_lock_is_no_link(here):
    (here / "mine").write_text("mine", encoding="utf-8")
    (here / LOCK).symlink_to("mine")
    with pytest.raises(OSError, match="symbolic"):
        Lock(here)
    assert (here / "mine").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("content", [b"", b'{"process": 1', b'{"process": "x"}'])
def test_a_lock_that_says_nothing_is_still_a_lock(here, content):
    (here / LOCK).write_bytes(content)
    with (here / LOCK).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert is_held(here)
        with pytest.raises(Held, match="another process works here"):
            Lock(here)
    Lock(here).release()
    assert listing(here) == []


@pytest.mark.parametrize("content", [b"precious", b"[" * 4000, b"{", b"[1]", b"\xff", b"\n"])
def test_a_file_that_is_no_lock_of_hedgerow_is_left_alone(here, content):
    (here / LOCK).write_bytes(content)
    (here / ".lock").write_bytes(content)  # which is another program's
    for how in ({}, {"shared": True}):
        with pytest.raises(OutputError, match=rf"{LOCK}: is no lock of hedgerow"):
            Lock(here, **how)
    with pytest.raises(OutputError, match=rf"{LOCK}: is no lock of hedgerow"), Added(here):
        pass
    assert not is_held(here)
    assert {path.read_bytes() for path in here.iterdir()} == {content}
    assert names(here) == [LOCK, ".lock"]


def test_a_lock_that_is_no_file_holds_nothing_up(here):
    os.mkfifo(here / LOCK)
    assert not is_held(here)
    with pytest.raises(OutputError, match="is no lock of hedgerow"):
        Lock(here)
    assert names(here) == [LOCK]


# places ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("existing", [None, "empty", "result"])
def test_a_place_is_taken_before_the_work(here, existing):
    if existing == "empty":
        (here / "out").mkdir()
    elif existing == "result":
        stored("out")
    before = listing(here)
    process = child(HOLDS, "out")
    try:
        with pytest.raises(OutputError, match=f"out: another process works here .*{process.pid}"):
            Output("out", "stem", force=True)
    finally:
        end(process)
    assert listing(here) != before  # what was killed left something
    other = stored("out", force=True)
    assert is_result(other) and names(here) == ["out"] and LOCK not in names(other)


def test_what_living_processes_write_is_left_alone_and_what_killed_ones_left_is_removed(here):
    dead, alive = child(HOLDS, "dead"), child(HOLDS, "alive")
    end(dead)
    try:
        stages = {path.name for path in here.glob(".hedgerow-*")}
        assert len(stages) == 2
        stored("another")
        (left,) = here.glob(".hedgerow-*")
        assert (left / "summary.csv").read_text(encoding="utf-8") == "half"
        with pytest.raises(Held, match="alive"):
            Output("alive", "stem")
    finally:
        end(alive)


def test_what_has_no_lock_is_told_and_not_removed(here, capsys):
    old, own = here / ".hedgerow-0123456789ab", here / ".hedgerow-notes"
    for path in (old, own):
        path.mkdir()
        (path / "mine").write_text("mine", encoding="utf-8")
    os.utime(old, (0, 0))
    stored("out")
    assert capsys.readouterr().err == (
        ".hedgerow-0123456789ab: was left by a command that was killed; delete it\n"
    ).replace(".", "note: .", 1)
    assert (old / "mine").exists() and (own / "mine").exists()


@pytest.mark.parametrize(
    ("out", "telling"),
    [
        ("", "the name of a folder is empty"),
        (b"caf\xe9".decode("utf-8", "surrogateescape"), "must be UTF-8"),
        ("a\0b", "without NUL"),
        ("n" * 300, "the name is too long"),
        ("new/..", "was made by another program"),
        ("file", "is a file"),
        ("file/below", "a part of the path is a file"),
        ("~nobody-of-this-name/x", "no such home directory"),
        ("full", "not empty"),
    ],
)
def test_a_name_that_cannot_be_is_refused_before_the_runs(here, out, telling):
    (here / "file").touch()
    (here / "full").mkdir()
    (here / "full" / "mine").touch()
    before = listing(here)
    told = []
    with pytest.raises(OutputError, match=telling):
        hedgerow.run(SMALL, runs=2, out=out, progress=lambda *done: told.append(done))
    assert (told, listing(here)) == ([], before)


@pytest.mark.parametrize("name", ["n" * 250, b"caf\xe9".decode("utf-8", "surrogateescape")])
def test_a_scenario_whose_name_cannot_name_a_folder_is_refused_before_the_runs(here, name):
    scenario = here / f"{name}.toml"
    scenario.write_bytes(SMALL.read_bytes())
    told = []
    with pytest.raises(OutputError, match=r"too long|must be UTF-8"):
        store(scenario, runs=2, progress=lambda *done: told.append(done))
    assert told == [] and names(here) == [scenario.name]


def test_the_home_directory_is_meant_by_its_sign(here, monkeypatch):
    monkeypatch.setenv("HOME", str(here / "home"))
    how = {"runs": 2, "until": 2000, "progress": False}
    assert hedgerow.run(SMALL, out="~/x", **how).path == here / "home" / "x"
    results = hedgerow.open("~/x")
    assert results.manifest["runs_stored"] == 2
    assert results.plot.all("~/figures", ["svg"])[0].parent == here / "home" / "figures"
    assert names(here) == ["home"]


@pytest.mark.parametrize("name", ["12:30", "s3:", "a b%20#?", "Việt"])
def test_a_result_of_any_name_is_read_again(here, name):
    (here / f"{name}.toml").write_bytes(SMALL.read_bytes())
    results = store(here / f"{name}.toml", runs=2, until=2000, progress=False)
    assert results.path.name.startswith(name)
    assert hedgerow.open(results.path).verify() == []
    assert len(results.runs()) == 2


def test_what_came_as_other_bytes_on_the_command_line_is_stored_escaped(here):
    odd = b"hedgerow \xff".decode("utf-8", "surrogateescape")
    results = hedgerow.run(SMALL, runs=2, until=2000, out="out", progress=False, command=odd)
    assert results.manifest["command"] == "hedgerow \\udcff"


# what is not ours ------------------------------------------------------------------------------
FOREIGN = [
    "tables/notes.txt",
    "tables/runs/part-000000000000 (1).parquet",
    "tables/runs/mine/part-000000000000.parquet",
    "figures/mine.png",
    "analysis/thesis.md",
    "analysis/sensitivity/notes.md",
    "scratch/mine/x",
    "mine.parquet",
]


def assert_keeps(mine):
    """A file of a user's in the result folder ``out`` keeps the folder from being replaced."""
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="which is no part of a result"):
        Output("out", "stem", force=True)
    assert mine.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("path", FOREIGN)
def test_a_result_that_holds_something_of_a_user_is_not_replaced(here, path):
    assert_keeps(stored("out") / path)


@pytest.mark.parametrize("inside", ["again", "tables/again", "figures/deep/again"])
@pytest.mark.parametrize("about", ["manifest.json", "sweep.json"])
def test_no_result_is_put_into_another(here, inside, about):
    target = stored("mine")
    if about == "sweep.json":  # of a sweep that is not done
        (target / "manifest.json").unlink()
        (target / about).write_text(json.dumps({"rows": [], "scenario_sha256": ""}), "utf-8")
    before = listing(target)
    for place in (target / inside, Path("mine") / inside, here / "other" / ".." / "mine" / inside):
        with pytest.raises(OutputError, match=r"lies in the result .*; choose a folder outside it"):
            Output(place, "stem")
    (here / "link").symlink_to(target)
    with pytest.raises(OutputError, match="lies in the result"):
        Output(here / "link" / inside, "stem")
    assert listing(target) == before
    Output(target / "analysis" / "mine", "stem").discard()  # what commands make of a result


def test_a_result_that_is_replaced_is_not_followed_through_links(here):
    place = stored("out")
    (here / "mine").mkdir()
    (here / "mine" / "part-000000000000.parquet").write_text("mine", encoding="utf-8")
    (place / "tables" / "runs").rmdir()
    (place / "tables" / "runs").symlink_to(here / "mine")
    with pytest.raises(OutputError, match="holds 'tables/runs'"):
        Output("out", "stem", force=True)
    assert listing(here / "mine") == ["part-000000000000.parquet"]


def test_what_hedgerow_writes_is_its_own_by_name(here):
    results = hedgerow.run(SMALL, runs=130, until=2000, workers=2, out="out", progress=False)
    results.plot.all()
    names = [path.relative_to("out").as_posix() for path in results.path.rglob("*.*")]
    names += [f"analysis/sensitivity-2/pairs.{end}" for end in ("csv", "tex", "pdf", "txt")]
    names += ["analysis/discover/box-1.eps", "analysis/map-threat-2001/map-threat-2001.tex"]
    assert len(names) > 12 and all(map(is_own, names))
    assert list(strange(results.path)) == [] and set(NAMES) == set(FIGURES)
    again = hedgerow.run(SMALL, runs=2, until=2000, out="out", force=True, progress=False)
    assert len(again.runs()) == 2 and not (again.path / "figures").exists()


def test_draws_are_stored_in_a_folder_that_exists_too(here):
    (here / "out").mkdir()
    output = Output("out", "stem")
    fill(output)
    draws = "parameters-0123456789abcdef.parquet"
    (output.folder / draws).touch()
    output.finish()
    assert draws in names("out") and LOCK not in names("out")
    stored("out", force=True)
    assert draws not in names("out")


USERS = [
    "tables/runs/.notes.2024",
    ".passwords.1",
    "scratch/.notes.1",
    "figures/arms.pptx",
    "figures/mine/arms.png",
    "analysis/sensitivity-mine/sensitivity-annotated.csv",
    "figures/.hedgerow-0123456789ab/mine",
]


@pytest.mark.parametrize("path", USERS)
def test_files_whose_names_are_like_those_of_hedgerow_are_not_replaced(here, path):
    results = hedgerow.run(SMALL, runs=2, until=2000, out="out", progress=False)
    assert_keeps(results.path / path)


def test_what_the_manifest_lists_is_replaced_whatever_its_name(here):
    results = hedgerow.run(SMALL, runs=2, until=2000, out="out", progress=False)
    with Added(results.path / "figures" / "Việt", results.path) as stage:
        (stage / "arms.webp").write_text("drawn", encoding="utf-8")
    stored("out", force=True)
    assert not (results.path / "figures").exists()


# figures ---------------------------------------------------------------------------------------
def test_files_are_added_all_or_none(here):
    (here / "out").mkdir()
    for name in ("one", "other"):
        (here / "out" / name).write_text("old", encoding="utf-8")
    full = pytest.raises(OutputError, match="out: cannot write results: the disk is full")
    with full, Added(here / "out", here) as stage:
        (stage / "one").write_text("new", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert (here / "out" / "one").read_text(encoding="utf-8") == "old"
    with Added(here / "out", here) as stage:
        (stage / "one").write_text("new", encoding="utf-8")
    assert [(here / "out" / name).read_text() for name in ("one", "other")] == ["new", "old"]
    assert listing(here) == ["out", "out/one", "out/other"]


def test_figures_behind_a_link_are_refused(here):
    results = hedgerow.run(SMALL, runs=2, until=2000, out="out", progress=False)
    (here / "mine").mkdir()
    (here / "out" / "figures").symlink_to(here / "mine")
    with pytest.raises(OutputError, match="figures: is a link"):
        results.plot.all()
    assert listing(here / "mine") == []


def test_figures_on_a_full_disk_leave_nothing(here):
    hedgerow.run(SMALL, runs=2, until=2000, out="out", progress=False)
    disk = here / "disk"
    disk.mkdir()
    if subprocess.run(mounted(disk, "60k", ["true"]), check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    code = (
        "import os, sys\nfrom hedgerow.cli.main import main\n"
        "print(main(['plot', 'out', '--out', sys.argv[1]]))\n"
        "print(os.listdir(os.path.dirname(sys.argv[1])))"
    )
    command = mounted(disk, "60k", [sys.executable, "-c", code, disk / "figures"])
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.stdout == "2\n[]\n", done.stderr
    assert done.stderr == (
        f"error: {disk}/figures: cannot write results: the disk is full; free some space or choose "
        "another folder\n"
    )


def test_a_place_is_the_same_however_it_is_written(here):
    results = hedgerow.run(SMALL, runs=2, until=2000, out="out", progress=False)
    (here / "mine").mkdir()
    (here / "out" / "figures").symlink_to(here / "mine")
    (here / "here").symlink_to(here)
    for place in (here / "out", here / "here" / "out", here / "mine" / ".." / "out", Path("./out")):
        with pytest.raises(OutputError, match="figures: is a link"):
            results.plot.all(place / "figures")
        with pytest.raises(OutputError, match="only what the result is made of may be"):
            results.plot.all(place / "tables" / "runs")
    assert listing(here / "mine") == [] and results.verify() == []


def test_a_figure_replaces_figures_of_hedgerow_alone(here):
    results = hedgerow.run(SMALL, runs=2, until=2000, out="out", progress=False)
    for folder in ("pictures", "out/figures"):
        for _ in range(2):
            results.plot.all(folder, ("svg", "png"))
        for name in ("arms.svg", "tiers.png"):
            place = here / "elsewhere" / folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("mine", encoding="utf-8")
            with pytest.raises(OutputError, match=f"{name}: is there already, and no figure"):
                results.plot.all(place.parent)
            assert names(place.parent) == [name] and place.read_text(encoding="utf-8") == "mine"
            place.unlink()


RECORDS = """
import sys
from pathlib import Path
from hedgerow.results.folder import Added
print("there", flush=True)
for number in range(20):
    with Added(Path("out/figures"), Path("out")) as stage:
        (stage / f"{sys.argv[1]}-{number}").write_text("drawn")
"""


def test_two_that_add_to_a_result_at_once_are_both_listed(here):
    results = hedgerow.run(SMALL, runs=2, until=2000, out="out", progress=False)
    both = [child(RECORDS, name) for name in ("one", "other")]
    assert [process.wait(60) for process in both] == [0, 0]
    for process in both:
        process.communicate()
    listed = json.loads((results.path / "manifest.json").read_text(encoding="utf-8"))["files"]
    added = {f"figures/{name}-{n}" for name in ("one", "other") for n in range(20)}
    assert added <= listed.keys() and status(results.path).good
    assert not [name for name in names("out") if name.startswith(".")]


@pytest.mark.parametrize("shared", [True, False])
def test_who_has_a_lock_for_a_moment_does_not_turn_others_away(here, shared):
    """As one does that looks at a lock, or gives back a shared one."""
    with (here / LOCK).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX if shared else fcntl.LOCK_SH)
        gone = threading.Timer(0.1, fcntl.flock, (file, fcntl.LOCK_UN))
        gone.start()
        with Lock(here, shared=shared):
            assert is_held(here) is not shared
        gone.join()


# kills -----------------------------------------------------------------------------------------
RUNS = """
import sys
from hedgerow.runs.ensemble import store
print("there", flush=True)
how = dict(runs=20000, kernel="numpy", workers=1, progress=False)
store(sys.argv[1], out=sys.argv[2] or None, **how)
"""


@pytest.mark.parametrize("out", ["", "results/out"])
def test_a_killed_run_leaves_nothing_that_the_next_does_not_remove(here, out):
    chance = random.Random(13)
    for _ in range(2):
        process = child(RUNS, SMALL, out)
        deadline = time.monotonic() + 60
        while not list(here.glob("results/.hedgerow-*/tables")) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.2))
        end(process)
        assert process.returncode == -signal.SIGKILL
        assert [path.name.startswith(".hedgerow-") for path in here.glob("results/*")] == [True]
    results = store(SMALL, runs=2, until=2000, out=out or None, progress=False)
    assert names(here / "results") == [results.path.name] and results.verify() == []


REPLACES = """
import sys
sys.path.insert(0, {tests!r})
from hedgerow.results.folder import Output
from results.test_results_folder import fill
print("there", flush=True)
number = 0
while True:
    number += 1
    output = Output("out", "stem", force=True)
    fill(output, str(number))
    output.finish()
"""


def test_a_kill_while_a_result_is_replaced_loses_neither_the_old_nor_the_new(here, capsys):
    chance = random.Random(7)
    code = REPLACES.format(tests=str(Path(__file__).parents[1]))
    for _ in range(8):
        stored("out", force=True)
        process = child(code)
        time.sleep(chance.uniform(0.0, 0.1))
        end(process)
        with Added(here / "out", here):
            told = capsys.readouterr().err
        halves = list((here / "out").glob(".hedgerow-*/replaced"))
        if halves:  # told, and kept until somebody looks
            assert f"{halves[0].parent}: a replacement was broken off" in told
            both = names(halves[0]) + names(halves[0].parent) + names(here / "out")
            assert both.count("scenario.toml") == 2
            shutil.rmtree(halves[0].parent)
            shutil.rmtree(here / "out")
        else:
            texts = {(here / "out" / name).read_text() for name in ("scenario.toml", "log.txt")}
            assert is_result(here / "out") and len(texts) == 1 and not told


@pytest.fixture
def broken_off(monkeypatch):
    """Let something happen after the renamings of some numbers."""
    rename = Path.rename

    def breaker(happens, *numbers):
        count = []

        def renamed(self, target):
            done = rename(self, target)
            count.append(target)
            if len(count) in numbers:
                happens()
            return done

        monkeypatch.setattr(Path, "rename", renamed)
        return count

    yield breaker
    monkeypatch.setattr(Path, "rename", rename)


def interrupt():
    signal.raise_signal(signal.SIGINT)


def broken():
    raise MemoryError


@pytest.fixture
def interruptible():
    """Take Ctrl-C as a terminal sends it, whatever started the tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("last", range(1, 11))
@pytest.mark.parametrize("happens", [interrupt, broken])
def test_a_replacement_that_is_broken_off_loses_nothing(
    here, broken_off, interruptible, last, happens
):
    stored("out")
    (here / "out" / "log.txt").write_text("old", encoding="utf-8")
    output = Output("out", "stem", force=True)
    fill(output)
    broken_off(happens, last)
    with pytest.raises((KeyboardInterrupt, MemoryError)):
        try:
            output.finish()
        except BaseException:
            output.discard()
            raise
    assert is_result(here / "out") and len(names("out")) == 5
    text = (here / "out" / "log.txt").read_text(encoding="utf-8")
    assert text == ("new" if happens is interrupt else "old")


def test_a_replacement_that_cannot_be_taken_back_is_kept(here, broken_off, capsys):
    stored("out")
    output = Output("out", "stem", force=True)
    fill(output)
    count = broken_off(broken, 3, 5)  # and while it is taken back
    with pytest.raises(MemoryError):
        try:
            output.finish()
        except BaseException:
            output.discard()
            raise
    assert len(count) == 5 and "a replacement was broken off" in capsys.readouterr().err
    (stage,) = (here / "out").glob(".hedgerow-*")
    everything = names(stage) + names(stage / "replaced") + names("out")
    assert everything.count("scenario.toml") == everything.count("log.txt") == 2


@pytest.mark.parametrize("last", range(1, 5))
@pytest.mark.parametrize("happens", [interrupt, broken])
def test_figures_that_are_broken_off_are_all_new_or_all_old(
    here, broken_off, interruptible, last, happens
):
    (here / "out").mkdir()
    for name in ("one", "other"):
        (here / "out" / name).write_text("old", encoding="utf-8")
    with pytest.raises((KeyboardInterrupt, MemoryError)), Added(here / "out") as stage:
        for name in ("one", "other"):
            (stage / name).write_text("new", encoding="utf-8")
        broken_off(happens, last)
    text = "new" if happens is interrupt else "old"
    assert [(here / "out" / name).read_text() for name in ("one", "other")] == [text, text]
    assert listing(here) == ["out", "out/one", "out/other"]


def test_what_a_killed_command_left_is_told_by_status_and_removed_by_the_next(here, capsys):
    results = hedgerow.run(SMALL, runs=2, until=2000, out="out", progress=False)
    end(child(HOLDS, "out"))
    end(child(HOLDS, "new"))
    (stage,) = results.path.glob(".hedgerow-*")
    (told,) = status(results.path).problems
    assert told.startswith(f"{stage.name}/: was left by a command that was killed")
    with pytest.raises(
        ResultError, match=r"(?s)new: .*is not there.*\.hedgerow-[0-9a-f]{12}: was left"
    ):
        status(here / "new")
    results.plot.all()
    assert not stage.exists() and status(results.path).good
    stored("new")
    assert names(here) == ["new", "out"]


def test_what_another_machine_may_work_on_is_named_and_not_removed(here, capsys):
    stage = here / ".hedgerow-0123456789ab"
    stage.mkdir()
    about = {"process": 1, "host": "elsewhere", "command": "x", "since": "y", "plain": True}
    (stage / LOCK).write_text(json.dumps(about), encoding="utf-8")
    stored("out")
    assert f"if that process is gone, delete {stage.relative_to(here)}" in capsys.readouterr().err
    assert names(here) == [stage.name, "out"]


def test_a_replacement_that_fails_half_way_changes_nothing(here):
    place = stored("out")
    (place / "log.txt").write_text("old", encoding="utf-8")
    before = names(place)
    output = Output("out", "stem", force=True)
    fill(output, "new")
    held = ["mount", "-t", "tmpfs", "none", place / "tables"]  # which cannot be renamed
    if subprocess.run(list(map(str, held)), check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        with pytest.raises(OutputError, match="out: cannot write results"):
            output.finish()
        output.discard()
    finally:
        subprocess.run(["umount", "-l", str(place / "tables")], check=True)
    assert is_result(place) and (place / "log.txt").read_text(encoding="utf-8") == "old"
    assert names(place) == before
