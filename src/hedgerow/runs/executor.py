"""Runs tasks in this process, in worker processes, or with a `concurrent.futures.Executor`.

Of an executor that the user gives, only the interface of `concurrent.futures.Executor` is used.
Worker processes of hedgerow's own end at once when the work is interrupted. Nothing is lost by
that, since a file gets its name only when it is complete.
"""

import os
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import parent_process
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any

from ..errors import WorkerLost
from ..files import uninterrupted

Task = tuple[Any, ...]

AHEAD = 2
"""Number of tasks in the queue for each worker."""

_LOOK = 2.0
"""Seconds without an answer after which to check that all workers are alive."""


def cores() -> int:
    """Return how many cores this process may use."""
    count = getattr(os, "process_cpu_count", None)
    if count is not None:
        return count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def serial[T](function: Callable[..., T], tasks: Iterable[Task]) -> Generator[T]:
    """Yield ``function(*task)`` of each task, in this process."""
    for task in tasks:
        yield function(*task)


def parallel[T](function: Callable[..., T], tasks: Iterable[Task], workers: int) -> Generator[T]:
    """Yield ``function(*task)`` of each task as it is done, from fresh worker processes.

    Raises:
        WorkerLost: a worker died.
    """
    with processes(workers) as pool:
        try:
            yield from through(pool, function, tasks, workers * AHEAD)
        except BrokenProcessPool as error:
            raise WorkerLost(
                "a worker process died, most often for want of memory; "
                "use fewer workers, smaller blocks or keep less"
            ) from error


@contextmanager
def processes(workers: int) -> Iterator["Pool"]:
    """Yield fresh worker processes. They end with the ``with`` block, at once if it fails."""
    pool = Pool(workers)
    try:
        yield pool
    except BaseException:
        pool.end()
        raise
    pool.shutdown(wait=True, cancel_futures=True)


class Pool(ProcessPoolExecutor):
    """Worker processes that end on request, and when this process ends.

    Args:
        workers: number of processes.
    """

    def __init__(self, workers: int) -> None:
        self._own = _Context()
        with without_working_folder():  # also for the resource tracker, which starts here
            super().__init__(workers, mp_context=self._own, initializer=_follow)

    def look(self) -> None:
        """End all workers if one has died: it may have left half an answer, or kept a lock."""
        if any(process.exitcode is not None for process in self._own.processes):
            self._kill()

    def end(self) -> None:
        """End all workers now, whatever they are doing."""
        self._kill()
        self.shutdown(wait=True, cancel_futures=True)

    def _kill(self) -> None:
        for process in self._own.processes:
            if process.pid is not None:
                process.kill()
        for queue in self._own.queues:
            queue._writer.close()  # else a reader of half an answer would wait for the rest


class _Context(SpawnContext):
    """Spawns processes, and remembers them and their queues.

    Processes are spawned and not forked, since a forked one inherits locks in any state.
    """

    def __init__(self) -> None:
        super().__init__()
        self.processes: list[BaseProcess] = []
        self.queues: list[Any] = []

    def Process(self, *args: Any, **more: Any) -> BaseProcess:  # type: ignore[override]
        self.processes.append(SpawnContext.Process(*args, **more))
        return self.processes[-1]

    def SimpleQueue(self) -> Any:
        self.queues.append(super().SimpleQueue())
        return self.queues[-1]


def through[T](
    pool: Executor,
    function: Callable[..., T],
    tasks: Iterable[Task],
    ahead: int | Callable[[], int],
) -> Generator[T]:
    """Yield ``function(*task)`` of each task as it is done, in any order.

    Args:
        pool: the executor. If it has a method ``look``, that is called to check its workers when
            no answer comes.
        function: the function to call.
        tasks: arguments of the calls.
        ahead: how many tasks are submitted at a time, as a number or a function.
    """
    queue = iter(tasks)
    waiting: set[Future[T]] = set()
    look: Callable[[], None] | None = getattr(pool, "look", None)
    try:
        while True:
            with uninterrupted(), _without_main(), _deaf(), without_working_folder():
                waiting |= {
                    pool.submit(function, *task)
                    for task in islice(queue, max(0, _number(ahead) - len(waiting)))
                }
            if not waiting:
                return
            done, waiting = wait(waiting, _LOOK if look else None, FIRST_COMPLETED)
            if look and not done:
                look()
            while done:
                yield done.pop().result()
    finally:
        for future in waiting:
            future.cancel()


def _number(ahead: int | Callable[[], int]) -> int:
    return ahead() if callable(ahead) else ahead


def _follow() -> None:
    """In a worker, ignore interrupts, which the parent handles, and end when the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def follow() -> None:
            parent.join()
            os._exit(1)  # killed outright, the parent could not tell its workers

        Thread(target=follow, daemon=True).start()


@contextmanager
def _deaf() -> Iterator[None]:
    """Block interrupts in this thread, and so in the processes that it starts meanwhile."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def without_working_folder() -> Iterator[None]:
    """Keep new processes from importing modules of the working folder in place of Python's own.

    They start as ``python -c``, which looks into the working folder first, for ``signal`` say.
    """
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the user's script from new workers.

    A spawned process would import the script and so run it again, although workers need nothing
    of it. Hidden, ``hedgerow.run`` works in a script without ``if __name__ == "__main__"``.
    """
    main = sys.modules["__main__"]
    hidden: dict[str, Any] = {
        name: vars(main).pop(name) for name in ("__file__", "__spec__") if name in vars(main)
    }
    main.__spec__ = None
    try:
        yield
    finally:
        vars(main).update(hidden)
