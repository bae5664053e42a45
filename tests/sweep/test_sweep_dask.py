"""Sweeps on a real Dask cluster: a scheduler and workers of their own, some of which are killed."""

import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli.folders import compiled
from sweep import kills
from sweep.small import write

from hedgerow.cli.main import main
from hedgerow.results import Results
from hedgerow.runs import Stopped, Workers, cluster, prepare, resume, sweep
from hedgerow.runs.inspection import status

pytest.importorskip("distributed")

SERIAL = Workers(processes=1, progress=False)
POINTS = kills.POINTS.replace("points = 240", "points = 120")
VARIANTS = """
[sweep]
replicates = 1
measures = ["alignment_index"]
[sweep.over]
"countries.VNM.strategy" = ["quantal", "balancer", "neutral", "random", "tit_for_tat"]
"terms.security" = [true, false]
"terms.loyalty" = [true, false]
"""
"""20 scenarios, more than a process keeps, for a worker with two threads."""


def until(happened, seconds=60):
    """Wait for something to happen, and return it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = happened()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{happened} did not happen")


class Cluster:
    """A scheduler on this machine, without workers at first."""

    def __init__(self, folder, **environment):
        self.folder = folder
        self.processes = []
        self.environment = compiled(PYTHONWARNINGS="ignore", **environment)
        about = folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--no-dashboard", "--scheduler-file", about)
        until(about.exists)
        self.address = until(lambda: _address(about))

    def start(self, what, *options, before=()):
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--host", "127.0.0.1"]
        if what == "scheduler":
            command += ["--port", "0", "--dashboard-address", "127.0.0.1:0"]
        command += [str(option) for option in options]
        with (self.folder / f"{what}-{len(self.processes)}.txt").open("w") as log:
            process = subprocess.Popen(
                [*before, *command], env=self.environment, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def worker(self, threads=1, name=None, before=()):
        """Start a worker and return its process when it is at work."""
        options = ["--nthreads", threads, "--no-nanny", "--no-dashboard"]
        options += ["--name", name] if name else []
        options += ["--local-directory", self.folder]
        process = self.start("worker", self.address, *options, before=before)
        log = self.folder / f"worker-{len(self.processes) - 1}.txt"
        until(lambda: "Registered to" in log.read_text())
        return process

    def end(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def _address(about):
    try:
        return json.loads(about.read_text())["address"]
    except ValueError:  # half written
        return None


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a design, and the digest of its sweep that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    return folder, kills.undisturbed(folder, POINTS)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A cluster with a worker of two threads."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    made.worker(threads=2)
    yield made
    made.end()


@pytest.fixture
def own(tmp_path):
    """Make a cluster for one test."""
    made = []

    def make(**environment):
        made.append(Cluster(tmp_path, **environment))
        return made[-1]

    yield make
    for one in made:
        one.end()


def command(path, address, out):
    """Start ``hedgerow sweep --on dask``, and return it when some of it is stored."""
    arguments = [sys.executable, "-m", "hedgerow", "sweep", str(path), "--out", str(out)]
    arguments += ["--on", "dask", *(["--scheduler", address] if address else ["--workers", "1"])]
    child = subprocess.Popen(
        [*arguments, "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=compiled(),
    )
    until(lambda: child.poll() is not None or stored(out))
    return child


def stored(out):
    """Return how many tasks a sweep has noted."""
    try:
        return (out / "journal.jsonl").read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0


def assert_same(out, digest):
    assert Results(out).manifest["tables_digest"] == digest
    found = status(out)
    assert found.good, found.problems
    assert not (out / ".staging").exists()


def test_a_sweep_outlives_a_worker_with_chunks_in_flight(shared, whole, tmp_path):
    from distributed import Client

    folder, digest = whole
    second = shared.worker(name="victim")
    with Client(shared.address, set_as_default=False) as client:
        child = command(write(folder, POINTS, end=2000), shared.address, tmp_path / "out")
        workers = client.scheduler_info()["workers"]
        (victim,) = (address for address, about in workers.items() if about["name"] == "victim")
        assert client.processing()[victim]
        second.kill()
        until(lambda: victim not in client.processing())
    assert stored(tmp_path / "out") > 0
    assert child.poll() is None, "it was done before the worker was killed"
    out, err = child.communicate(timeout=120)
    assert (child.returncode, err) == (0, "")
    assert out == f"{tmp_path / 'out'}\n"
    assert_same(tmp_path / "out", digest)


def test_neither_workers_nor_chunks_nor_blocks_show_on_a_cluster(shared, tmp_path):
    alone = sweep(write(tmp_path), keep="ties", out=tmp_path / "alone", team=SERIAL)
    digest = alone.manifest["tables_digest"]
    second = None
    for chunk, block in ((1, 512), (2, 1), (5, 7), (12, 2)):
        place = tmp_path / f"{chunk}-{block}"
        with cluster.executor("dask", shared.address) as pool:
            team = Workers(executor=pool, chunk=chunk, block=block, progress=False)
            sweep(write(tmp_path), keep="ties", out=place, team=team)
        assert_same(place, digest)
        assert (place / "summary.csv").read_bytes() == (alone.path / "summary.csv").read_bytes()
        second = second or shared.worker()
    second.kill()


def test_points_of_several_leaves_on_a_cluster(shared, tmp_path):
    alone = sweep(
        write(tmp_path, kills.LONG, end=2000), runs=130, out=tmp_path / "alone", team=SERIAL
    )
    with cluster.executor("dask", shared.address) as pool:
        team = Workers(executor=pool, chunk=5, progress=False)
        sweep(write(tmp_path, kills.LONG, end=2000), runs=130, out=tmp_path / "out", team=team)
    assert_same(tmp_path / "out", alone.manifest["tables_digest"])


def test_threads_of_a_worker_do_not_meet(shared, tmp_path):
    path = write(tmp_path, VARIANTS, end=2000)
    alone = sweep(path, out=tmp_path / "alone", team=SERIAL)
    assert len(alone.runs()) == 20
    with cluster.executor("dask", shared.address) as pool:
        team = Workers(executor=pool, chunk=1, progress=False)
        sweep(path, out=tmp_path / "out", team=team)
    assert_same(tmp_path / "out", alone.manifest["tables_digest"])


def test_a_cluster_of_its_own(whole, tmp_path):
    folder, digest = whole
    child = command(write(folder, POINTS, end=2000), None, tmp_path / "out")
    out, err = child.communicate(timeout=120)
    assert (child.returncode, out, err) == (0, f"{tmp_path / 'out'}\n", "")
    assert_same(tmp_path / "out", digest)


def test_without_workers_or_scheduler_nothing_starts_and_what_is_stored_stays(
    own, whole, tmp_path, capfd
):
    folder, digest = whole
    path = write(folder, POINTS, end=2000)
    there = own()
    out = tmp_path / "out"
    arguments = ["sweep", str(path), "--out", str(out), "--on", "dask"]
    assert main([*arguments, "--scheduler", there.address]) == 2
    assert "has no workers" in capfd.readouterr().err
    assert not out.exists()

    there.worker()
    child = command(path, there.address, out)
    assert child.poll() is None, "it was done before the scheduler was killed"
    there.scheduler.kill()
    said, err = child.communicate(timeout=60)
    assert (child.returncode, said) == (1, "")
    assert "the connection to the scheduler was lost" in err
    assert f"hedgerow resume {out}" in err
    assert "Traceback" not in err and "Error" not in err
    assert not status(out).good and 0 < status(out).stored < 240
    resume(out, SERIAL)
    assert_same(out, digest)


@pytest.fixture
def silent():
    """The address of somebody who accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("address", ["nonsense", "foo://x:y", "tcp://127.0.0.1:1", None])
def test_a_wrong_address_is_told_and_nothing_is_written(
    silent, whole, tmp_path, capfd, monkeypatch, address
):
    monkeypatch.setattr(cluster, "_ANSWER", 0.5)
    path, out = write(whole[0], POINTS, end=2000), tmp_path / "out"
    address = address or silent
    options = ["--on", "dask", "--scheduler", address, "--out", str(out)]
    assert main(["sweep", str(path), *options]) == 2
    err = capfd.readouterr().err
    assert err.startswith(f"error: no Dask scheduler answers at {address!r}")
    assert not out.exists()


def test_who_answers_must_be_a_scheduler(shared, whole, tmp_path, capfd):
    log = next(shared.folder.glob("worker-*.txt")).read_text()
    address = log.partition("Start worker at:")[2].split()[0]
    options = ["--on", "dask", "--scheduler", address, "--out", str(tmp_path / "out")]
    path = write(whole[0], POINTS, end=2000)
    assert main(["sweep", str(path), *options]) == 2
    assert "what answers is a Dask worker" in capfd.readouterr().err


def test_workers_that_die_again_and_again_stop_the_sweep(own, whole, tmp_path, monkeypatch):
    folder, _ = whole
    there = own(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    place = prepare(write(folder, POINTS, end=2000), out=tmp_path / "out")
    worker = there.worker()

    def strike(finished, planned):
        worker.kill()

    with (
        cluster.executor("dask", there.address) as pool,
        pytest.raises(Stopped, match=r"took several workers with them.*\n.*hedgerow resume"),
    ):
        resume(place, Workers(executor=pool, chunk=1, progress=strike))
    there.worker()
    with cluster.executor("dask", there.address) as pool:
        there.processes[-1].kill()
        until(lambda: not pool._client.nthreads())
        monkeypatch.setattr(cluster, "_ALONE", 0.0)
        with pytest.raises(Stopped, match=r"no worker.* is left\n.*hedgerow resume"):
            resume(place, Workers(executor=pool, chunk=1, progress=False))
    assert not status(place).good and status(place).stored


def test_a_worker_that_does_not_see_the_folder_is_told(own, whole, tmp_path):
    if not shutil.which("unshare"):
        pytest.skip("a worker cannot be given another view of the disk here")
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    blind = ["unshare", "--mount", "sh", "-c", f'mount -t tmpfs none {hidden} && exec "$@"', "sh"]
    if subprocess.run([*blind, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a worker cannot be given another view of the disk here")
    folder, digest = whole
    there = own()
    there.worker(before=blind)
    place = prepare(write(folder, POINTS, end=2000), out=hidden / "out")
    with (
        cluster.executor("dask", there.address) as pool,
        pytest.raises(Stopped, match=r"does not see this folder.*same file system.*\n.*resume"),
    ):
        resume(place, Workers(executor=pool, progress=False))
    assert Path(place).exists()
    resume(place, SERIAL)
    assert_same(place, digest)
