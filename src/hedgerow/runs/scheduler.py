"""Where the scheduler of a cluster is: told by its address, or by the file that it wrote."""

from pathlib import Path

from ..errors import NoSweep
from ..files import read_json

_FILE = "file:"


def address(told: str | None) -> str | None:
    """Return the address of a scheduler.

    Args:
        told: an address, which is returned as it is; or ``file:`` and the path of the file that
            ``dask scheduler --scheduler-file`` wrote; or None.

    Raises:
        NoSweep: there is no such file, or it holds no address.
    """
    if told is None or not told.startswith(_FILE):
        return told
    path = Path(told.removeprefix(_FILE))
    try:
        return str(read_json(path)["address"])
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
    except (ValueError, KeyError, TypeError):
        why = "does not hold the address of a scheduler"
    raise NoSweep(f"{path}: {why}; 'dask scheduler --scheduler-file {path}' writes it")
