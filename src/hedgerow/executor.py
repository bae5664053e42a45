"""Where chunks are worked on: in this process, in worker processes, or wherever an Executor says.

Only the interface of `concurrent.futures.Executor` is used.
"""

import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import Any

Task = tuple[Any, ...]

AHEAD = 2
"""Tasks that wait in the queue for each worker."""


class WorkerLost(RuntimeError):
    """A worker process died, most often for want of memory."""


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
def processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give an executor of fresh worker processes, which end with the block or with this process."""
    from multiprocessing import get_context

    # A forked child inherits locks and threads in any state; a spawned one starts clean.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_deaf)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def through[T](
    pool: Executor, function: Callable[..., T], tasks: Iterable[Task], ahead: int
) -> Generator[T]:
    """Yield ``function(*task)`` of each task as it is done, with `ahead` of them under way."""
    queue = iter(tasks)
    waiting: set[Future[T]] = set()
    try:
        while True:
            with _without_main():
                waiting |= {
                    pool.submit(function, *task) for task in islice(queue, ahead - len(waiting))
                }
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in waiting:
            future.cancel()


def _deaf() -> None:
    """Leave interrupts to the parent, which stops its workers itself; end when the parent ends."""
    import signal
    from multiprocessing import parent_process
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def follow() -> None:
            parent.join()
            os._exit(1)  # killed outright, the parent could not tell its workers

        Thread(target=follow, daemon=True).start()


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
