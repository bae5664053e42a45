"""Where chunks are worked on: in this process, in worker processes, or wherever an Executor says.

Of a given executor only the interface of `concurrent.futures.Executor` is used. Workers of our own
end at once when the work is broken off: what they write gets its name only when it is complete, so
nothing is lost by it.
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
"""Tasks that wait in the queue for each worker."""

_LOOK = 2.0
"""Seconds without an answer after which to see whether all workers live."""


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
    """Give fresh worker processes, which end with the block: at once where it is broken off."""
    pool = Pool(workers)
    try:
        yield pool
    except BaseException:
        pool.end()
        raise
    pool.shutdown(wait=True, cancel_futures=True)


class Pool(ProcessPoolExecutor):
    """Worker processes that end when they are told to, and when this process ends.

    Args:
        workers: processes.
    """

    def __init__(self, workers: int) -> None:
        self._own = _Context()
        with without_working_folder():  # also for the process that follows what is shared
            super().__init__(workers, mp_context=self._own, initializer=_follow)

    def look(self) -> None:
        """End all workers where one has died: it may have left half an answer, or kept a lock."""
        if any(process.exitcode is not None for process in self._own.processes):
            self._kill()

    def end(self) -> None:
        """End all workers now, whatever they do."""
        self._kill()
        self.shutdown(wait=True, cancel_futures=True)

    def _kill(self) -> None:
        for process in self._own.processes:
            if process.pid is not None:
                process.kill()
        for queue in self._own.queues:
            queue._writer.close()  # or who reads half an answer would wait for the rest of it


class _Context(SpawnContext):
    """Spawns processes, and remembers them and their queues.

    A forked child inherits locks and threads in any state; a spawned one starts clean.
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
    """Yield ``function(*task)`` of each task as it is done, with `ahead` of them under way.

    An executor that has a ``look()`` is asked to look at its workers when no answer comes.
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
    """Leave interrupts to the parent, which ends its workers itself; end when the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def follow() -> None:
            parent.join()
            os._exit(1)  # killed outright, the parent could not tell its workers

        Thread(target=follow, daemon=True).start()


@contextmanager
def _deaf() -> Iterator[None]:
    """Keep interrupts from processes that start: they inherit what this thread holds back."""
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
    """Keep processes that start from taking a module of the working folder for one of Python's.

    They begin as ``python -c``, which looks there first: for ``signal``, say.
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

    A spawned process would import it and so run it again; ours need nothing of it. Thus
    ``hedgerow.run`` works in a script without an ``if __name__ == "__main__"``.
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
