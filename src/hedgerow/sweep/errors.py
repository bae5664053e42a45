"""What can go wrong with a sweep, apart from its scenario and its files."""

import shlex
from pathlib import Path


class NoSweep(ValueError):
    """A sweep that cannot be made: the message says why, and what to do."""


class Refused(ValueError):
    """A folder that this process may not work on now."""


class Stopped(RuntimeError):
    """A sweep that ended before its time; what is stored stays, and it can be resumed."""


class Unseen(RuntimeError):
    """A folder that not all who work on a sweep see as the same."""


class Failed(Stopped):
    """A sweep that was to stop at its first run that fails, and did."""


def how_to_resume(folder: Path) -> str:
    """Return the sentence that tells how to go on with a sweep."""
    return f"What is stored stays. Go on with: hedgerow resume {shlex.quote(str(folder))}"
