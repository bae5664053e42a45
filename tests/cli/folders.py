"""What a test of the command line needs around a process: its environment, and what it left."""

import os
from pathlib import Path


def compiled(**more):
    """Return the environment with `more` in it, and byte code kept: processes start sooner."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | more


def listing(folder):
    """Path → (size, time of change) of everything under `folder`, to see that nothing changed."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        status = path.lstat()
        found[path.relative_to(folder).as_posix()] = (status.st_size, status.st_mtime_ns)
    return found
