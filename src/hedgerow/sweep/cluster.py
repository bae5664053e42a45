"""Who works in place of own processes: a Dask cluster, seen as an Executor and nothing more."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from ..executor import cores
from .errors import NoSweep


@contextmanager
def executor(
    on: str, scheduler: str | None = None, workers: int | None = None
) -> Iterator[Executor | None]:
    """Give the executor of a place, None for ``"local"``.

    Args:
        on: ``"local"`` or ``"dask"``.
        scheduler: address of a running Dask scheduler; by default a cluster of this machine's own
            is started and ended.
        workers: processes of such a cluster of its own; one a core by default.

    Raises:
        NoSweep: Dask is not installed, or the scheduler does not answer.
    """
    if on == "local":
        yield None
        return
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise NoSweep("--on dask needs Dask: pip install 'hedgerow[dask]'") from None
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise NoSweep(f"no Dask scheduler answers at {scheduler!r}: {error}") from None
        with client:
            yield client.get_executor()
        return
    with (
        LocalCluster(
            n_workers=workers or cores(),
            threads_per_worker=1,
            dashboard_address=None,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client.get_executor()
