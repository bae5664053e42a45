"""Where the shipped scenarios and seeds lie, in a checkout or in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder of shipped data called `name` (``"scenarios"`` or ``"seeds"``).

    An installed wheel carries the data inside the package; a checkout keeps it at the top level.

    Raises:
        FileNotFoundError: neither place has it.
    """
    for candidate in (_PACKAGE / name, _PACKAGE.parents[1] / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"this installation of hedgerow has no {name!r} folder")
