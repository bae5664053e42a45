"""A Dask cluster as a `concurrent.futures.Executor`, to run tasks in place of own processes."""

import logging
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from ..errors import NoSweep, Stopped, argument, how
from ..files import read_json
from .executor import cores, without_working_folder

_ANSWER = 5
"""Seconds within which a scheduler must answer and have a worker."""

_ALONE = 60.0
"""Seconds that a sweep waits for a worker when none is left."""

_FILE = "file:"

_CUT = "the connection to the scheduler was lost, or it dropped the work"


def address(where: str | None) -> str | None:
    """Return the address of a scheduler.

    Args:
        where: an address, which is returned as it is; or ``file:`` and the path of the file that
            ``dask scheduler --scheduler-file`` wrote; or None.

    Raises:
        NoSweep: there is no such file, or it holds no address.
    """
    if where is None or not where.startswith(_FILE):
        return where
    path = Path(where.removeprefix(_FILE))
    try:
        return str(read_json(path)["address"])
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
    except (ValueError, KeyError, TypeError):
        why = "does not hold the address of a scheduler"
    raise NoSweep(f"{path}: {why}; 'dask scheduler --scheduler-file {path}' writes it")


@contextmanager
def executor(
    on: str, scheduler: str | None = None, workers: int | None = None
) -> Iterator[Executor | None]:
    """Yield the executor to run tasks with; None for ``"local"``, this machine's own processes.

    Args:
        on: ``"local"`` or ``"dask"``.
        scheduler: address of a running Dask scheduler; by default a cluster on this machine is
            started, and ended with the ``with`` block.
        workers: number of processes of that cluster; by default one for each core.

    Raises:
        NoSweep: Dask is not installed, the scheduler does not answer, or it has no workers.
    """
    if on == "local":
        yield None
        return
    import asyncio

    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise NoSweep(f"{argument('on=dask', '--on dask')} needs Dask; {how('dask')}") from None
    with _silent():
        if scheduler is not None:
            asyncio.run(_greet(scheduler))
            with Client(scheduler, set_as_default=False) as client:
                yield _Dask(client)
            return
        with (
            without_working_folder(),
            LocalCluster(
                n_workers=0,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
                silence_logs=logging.CRITICAL,
            ) as cluster,
        ):
            _keep_interrupts_from(cluster)
            cluster.scale(workers or cores())
            with Client(cluster, set_as_default=False) as client:
                yield _Dask(client)


def _keep_interrupts_from(cluster: Any) -> None:
    """Block interrupts in the thread that starts the workers of a cluster; workers inherit that.

    An interrupt at the terminal reaches every process, but only this one shall handle it.
    """
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()  # starting it later would unblock interrupts
        cluster.loop.add_callback(signal.pthread_sigmask, signal.SIG_BLOCK, {signal.SIGINT})


async def _greet(address: str) -> None:
    """Ask whoever answers at an address whether it is a scheduler with workers.

    Raises:
        NoSweep: it is not.
    """
    import asyncio

    from distributed import Security, rpc

    other, seconds = f"no Dask scheduler answers at {address!r}", float(_ANSWER)
    try:
        async with (
            asyncio.timeout(2 * seconds),
            rpc(
                address,
                timeout=seconds,
                connection_args=Security().get_connection_args("client"),
            ) as there,
        ):
            about: Any = await there.identity()
            while about["type"] == "Scheduler" and not about["workers"] and seconds > 0:
                await asyncio.sleep(0.2)
                seconds -= 0.2
                about = await there.identity()
    except TimeoutError:
        raise NoSweep(other) from None
    except (OSError, ValueError) as error:
        raise NoSweep(f"{other}: {error}") from None
    except Exception:  # any error of Dask on an address that is no scheduler
        raise NoSweep(f"{other}: what answers speaks another language") from None
    if about["type"] != "Scheduler":
        raise NoSweep(f"{other}: what answers is a Dask {about['type'].lower()}")
    if not about["workers"]:
        raise NoSweep(
            f"the Dask scheduler at {address!r} has no workers; start some with: "
            f"dask worker {address}"
        )


class _Dask(Executor):
    """The executor of a Dask client, which also notices when no worker is left."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._threads, self._asked = 0, -float(_ANSWER)
        self._seen = time.monotonic()

    def width(self) -> int:
        """Return how many tasks the workers do at a time, as known some seconds ago."""
        if time.monotonic() - self._asked > _ANSWER:
            self._threads = sum(self._client.nthreads().values())
            self._asked = time.monotonic()
        return max(1, self._threads)

    def submit(self, function: Any, /, *args: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = self._executor.submit(function, *args, **more)
        return future

    def look(self) -> None:
        """Check that the scheduler and at least one worker are there.

        Raises:
            Stopped: the scheduler is gone, or there has been no worker for a minute.
        """
        if self._client.status != "running":
            raise Stopped(f"the workers were lost: {_CUT}")
        if self._client.nthreads():
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > _ALONE:
            raise Stopped("no worker of the Dask cluster is left")


@contextmanager
def _silent() -> Iterator[None]:
    """Keep Dask's log off the terminal: what matters of it, the sweep reports itself."""
    tops = ("distributed", "tornado")  # Dask sends its messages with tornado
    names = [name for name in logging.root.manager.loggerDict if name.startswith(tops)]
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def reason(error: BaseException) -> str:
    """Return in one line why the workers of an executor failed."""
    name = type(error).__name__
    if name.endswith("CancelledError"):  # of concurrent.futures or of Dask
        return _CUT
    if name == "KilledWorker":
        return (
            "some runs took several workers with them, one after the other, most often for want of "
            "memory; give the workers more, or keep less"
        )
    if isinstance(error, ImportError):
        return f"a worker has not what it needs, the same hedgerow as here: {error}"
    return f"{name}: {error}".rstrip(": ")
