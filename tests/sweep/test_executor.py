"""Worker processes: they end at once when the work is broken off, and never hold it up."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore

import pytest
from cli.folders import compiled
from results.synthetic import SMALL
from sweep import misfits
from sweep.small import write

from hedgerow.errors import WorkerLost
from hedgerow.files import uninterrupted
from hedgerow.runs.executor import parallel, processes, serial, through


def alive(pid):
    return Path(f"/proc/{pid}").exists()


def test_all_ways_to_work_do_each_task_once():
    tasks = [(n, 2) for n in range(20)]
    powers = sorted(n**2 for n in range(20))
    assert list(serial(pow, tasks)) == powers
    assert sorted(parallel(pow, tasks, 2)) == powers
    with ThreadPoolExecutor(2) as pool:
        assert sorted(through(pool, pow, tasks, 3)) == powers


def test_tasks_are_taken_as_they_are_needed_and_given_up_when_none_is():
    taken, begun, gate = [], [], Semaphore(0)

    def work(n):
        begun.append(n)
        gate.acquire()
        return n

    with ThreadPoolExecutor(1) as pool:
        answers = through(pool, work, ((taken.append(n) or n,) for n in range(50)), 4)
        try:
            for n in range(5):
                gate.release()
                assert next(answers) == n
                assert len(taken) == n + 4
            answers.close()
        finally:
            gate.release(50)  # or the pool would wait for ever
    assert max(begun) <= 5  # at which the thread may have been


def test_what_a_worker_raises_arrives_and_ends_the_others(tmp_path):
    with pytest.raises(ZeroDivisionError), processes(2) as pool:
        (own,) = through(pool, misfits.pid, [()], 1)
        list(through(pool, divmod, [(1, 0)], 1))
    assert not alive(own)


def test_work_that_is_broken_off_leaves_no_process_and_no_part(tmp_path):
    part = tmp_path / "part.parquet"
    with pytest.raises(KeyboardInterrupt), processes(2) as pool:
        pids = set(through(pool, misfits.pid, [()] * 8, 8))
        future = pool.submit(misfits.forever, part)
        while not list(tmp_path.iterdir()):
            assert not future.done()
        raise KeyboardInterrupt
    assert not any(map(alive, pids))
    assert future.exception() is not None
    assert not part.exists()


def test_a_generator_that_is_closed_ends_its_workers():
    answers = parallel(misfits.pid, [()] * 100, 2)
    pid = next(answers)
    answers.close()
    assert not alive(pid)


def test_a_request_to_stop_waits_for_the_end_of_a_block():
    done = []
    with pytest.raises(KeyboardInterrupt):
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            done.append("all of it")
        done.append("what comes after")
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(ZeroDivisionError), uninterrupted():
        done.append(1 / 0)
    with ThreadPoolExecutor(1) as pool:  # where there is nothing to put off
        pool.submit(lambda: uninterrupted().__enter__()).result()


_DEATH = """
from hedgerow.runs.executor import parallel
from hedgerow.errors import WorkerLost
from sweep import misfits
if __name__ == "__main__":
    try:
        list(parallel(misfits.half_an_answer, [()] * 4, 2))
    except WorkerLost as error:
        print(error)
"""


def test_a_worker_that_dies_amid_its_answer_is_noticed():
    tests = str(Path(__file__).resolve().parents[1])
    done = subprocess.run(
        [sys.executable, "-c", _DEATH],
        env=compiled(PYTHONPATH=tests),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith("a worker process died"), done.stderr
    assert done.stderr == ""


def test_a_worker_that_dies_is_an_error():
    with pytest.raises(WorkerLost, match="for want of memory"):
        list(parallel(misfits.os._exit, [(1,)], 2))


def test_tests_hear_interrupts_wherever_pytest_is_started():
    """As under ``nohup … &``: whoever starts pytest ignores interrupts."""
    name = f"{__file__}::test_a_request_to_stop_waits_for_the_end_of_a_block"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", name],
        cwd=Path(__file__).parents[2],
        env=compiled(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


RUN = """
import sys
from hedgerow.cli.main import main
if __name__ == "__main__":
    sys.exit(main())
"""


@pytest.mark.parametrize("how", ["run", "sweep", "sweep --on dask"])
def test_workers_take_no_module_of_the_working_folder_for_pythons(tmp_path, how):
    """Not even while they start, before they know where the parent's modules are."""
    command, *options = how.split()
    if options:
        pytest.importorskip("distributed")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "hedgerow").write_text(RUN, encoding="utf-8")
    here = tmp_path / "here"
    here.mkdir()
    for name in ("signal", "threading", "types"):
        (here / f"{name}.py").write_text("raise SystemExit(f'{__file__} was imported')\n", "utf-8")
    scenario = write(tmp_path) if command == "sweep" else SMALL
    options += ["--runs", "300", "--no-figures"] if command == "run" else []
    done = subprocess.run(
        [
            *(sys.executable, tmp_path / "bin" / "hedgerow", command, scenario, "--workers", "2"),
            *("--keep", "summary", "--quiet", "--out", "out", *options),
        ],
        cwd=here,
        env=compiled(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
